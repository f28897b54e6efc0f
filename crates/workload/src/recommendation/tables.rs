//! Embedding tables as work: groups of equal tables with their rows, widths, poolings and laws of indices, and how
//! many lookups a memory answers that keeps the most used rows of all of them.

use quarterdeck_catalog::{Cited, Interaction, Provenance, Recommendation};
use quarterdeck_units::{exp, ln};

use super::DriftFactors;
use crate::indices::IndexLaw;

/// Some equal tables.
#[derive(Clone, PartialEq, Debug)]
pub struct TableWork {
    /// Tables of the group.
    pub count: f64,
    /// Rows of each.
    pub rows: f64,
    /// Elements of a row.
    pub width: f64,
    /// Lookups of a sample in each, summed into one vector.
    pub pooling: f64,
    /// Bytes of a stored element in training.
    pub element_bytes: f64,
    /// How lookups spread over rows.
    pub law: IndexLaw,
}

impl TableWork {
    /// Lookups of a sample in all tables of the group.
    pub fn lookups(&self) -> f64 {
        self.count * self.pooling
    }

    /// Elements of all tables of the group.
    pub fn elements(&self) -> f64 {
        self.count * self.rows * self.width
    }
}

/// Sums over the tables.
pub(super) struct Tables {
    pub(super) groups: Vec<TableWork>,
    pub(super) pooled_elements: f64,
    /// Width of the vectors that meet in the interaction.
    pub(super) width: f64,
}

impl Tables {
    pub(super) fn of(model: &Recommendation, provenance: &mut Provenance) -> Tables {
        if model.tables.is_empty() {
            Tables::published(model, provenance)
        } else {
            Tables::described(model, provenance)
        }
    }

    /// Vectors that leave the tables.
    pub(super) fn count(&self) -> f64 {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// The groups made heavier: more rows, and more lookups in each table.
    pub(super) fn drifted(self, drift: &DriftFactors) -> Vec<TableWork> {
        let heavier = |group: TableWork| TableWork {
            rows: group.rows * drift.embedding_bytes,
            pooling: group.pooling * drift.lookups,
            ..group
        };
        self.groups.into_iter().map(heavier).collect()
    }

    fn described(model: &Recommendation, provenance: &mut Provenance) -> Tables {
        let mut tables =
            Tables { groups: Vec::with_capacity(model.tables.len()), pooled_elements: 0.0, width: 0.0 };
        let in_sequence =
            model.dense.as_ref().is_some_and(|dense| matches!(dense.interaction, Interaction::Hstu { .. }));
        for group in &model.tables {
            provenance.absorb(&group.cite.provenance());
            let (count, width) = (f64::from(group.count), f64::from(group.dim));
            // Rows of a history enter the sequence one by one.
            let vectors = if in_sequence { count * group.pooling } else { count };
            tables.pooled_elements += vectors * width;
            tables.width = tables.width.max(width);
            tables.groups.push(TableWork {
                count,
                rows: group.rows,
                width,
                pooling: group.pooling,
                element_bytes: group.bytes_per_element,
                law: IndexLaw::Zipf { skew: group.skew },
            });
        }
        tables
    }

    /// From published totals. They are in bytes, of elements whose width is rarely printed: two bytes are
    /// taken, which only decides how far narrower elements at inference shrink the tables.
    fn published(model: &Recommendation, provenance: &mut Provenance) -> Tables {
        let totals = &model.totals;
        let mut number = |fact: Option<(f64, Provenance)>| match fact {
            Some((value, known)) => {
                provenance.absorb(&known);
                value
            }
            None => 0.0,
        };
        let cited = |value: f64, fact: &dyn Cited| (value, fact.provenance());
        let lookups = number(totals.lookups_per_sample.as_ref().map(|fact| cited(fact.value, fact)));
        let read =
            number(totals.embedding_bytes_per_sample.as_ref().map(|fact| cited(fact.value.as_bytes(), fact)));
        let pooled =
            number(totals.pooled_bytes_per_sample.as_ref().map(|fact| cited(fact.value.as_bytes(), fact)));
        let stored = number(totals.embedding_bytes.as_ref().map(|fact| cited(fact.value.as_bytes(), fact)));
        let element_bytes = 2.0;
        let width = read / element_bytes / lookups.max(1.0);
        let count = (pooled / element_bytes / width.max(1.0)).max(1.0);
        let group = TableWork {
            count,
            rows: stored / element_bytes / width.max(1.0) / count,
            width,
            pooling: lookups / count,
            element_bytes,
            law: IndexLaw::UNIFORM,
        };
        Tables { groups: vec![group], pooled_elements: pooled / element_bytes, width }
    }
}

/// Share of lookups that a memory answers which keeps `kept` of the bytes of all tables, the rows looked up most for
/// each of their bytes.
///
/// $$ h = \sum_t \frac{L_t}{L} h_t(\kappa_t), \qquad \kappa_t = \#\{ i : L_t p_{ti} / D_t \ge \lambda \}, \qquad
///    \sum_t \kappa_t D_t = \text{kept} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $L_t, D_t, p_{ti}$ | `tables`: lookups, row width, law of indices | 1, elements, 1 |
/// | $\lambda$ | found by halving | lookups/element |
///
/// Source: the greedy solution of a fractional knapsack, which is what caches that evict the least used rows tend to.
pub fn hit_rate(tables: &[TableWork], kept: f64) -> f64 {
    let lookups: f64 = tables.iter().map(TableWork::lookups).sum();
    let room = tables.iter().map(TableWork::elements).sum::<f64>() * kept.clamp(0.0, 1.0);
    if kept >= 1.0 || lookups <= 0.0 {
        return 1.0;
    }
    // Elements kept and lookups answered where rows of at least this density are kept.
    let at = |density: f64| {
        let mut sums = (0.0, 0.0);
        for table in tables.iter().filter(|table| table.pooling > 0.0) {
            let rows = table.law.rows_above(table.rows, density * table.width / table.pooling);
            sums.0 += table.count * rows * table.width;
            sums.1 += table.lookups() * table.law.hit_rate(table.rows, rows);
        }
        sums
    };
    let densest = tables.iter().map(|table| table.pooling / table.width.max(1.0)).fold(0.0, f64::max);
    // Between one row's whole demand and a demand that every row has.
    let (mut high, mut low) = (ln(densest), ln(densest) - 80.0);
    let (mut above, mut below) = ((0.0, 0.0), (room.max(1.0) / kept.max(1e-12), lookups));
    for _ in 0..HALVINGS {
        let middle = 0.5 * (high + low);
        let found = at(exp(middle));
        if found.0 <= room {
            (high, above) = (middle, found);
        } else {
            (low, below) = (middle, found);
        }
    }
    // Rows of one density lie on both sides: as many of them as there is room for.
    let part = if below.0 > above.0 { ((room - above.0) / (below.0 - above.0)).clamp(0.0, 1.0) } else { 0.0 };
    ((above.1 + part * (below.1 - above.1)) / lookups).clamp(0.0, 1.0)
}

/// Halvings of the search for a density: to a thousandth of its logarithm.
const HALVINGS: u32 = 17;

/// Share of a batch's lookups that are the first of their row.
pub fn unique_share(tables: &[TableWork], batch: f64) -> f64 {
    let lookups: f64 = tables.iter().map(TableWork::lookups).sum();
    if lookups <= 0.0 || batch <= 0.0 {
        return 1.0;
    }
    let touched: f64 =
        tables.iter().map(|table| table.count * table.law.distinct(table.rows, batch * table.pooling)).sum();
    (touched / (lookups * batch)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: f64, pooling: f64, skew: f64) -> TableWork {
        let law = IndexLaw::zipf(skew).unwrap();
        TableWork { count: 1.0, rows, width: 8.0, pooling, element_bytes: 4.0, law }
    }

    /// Every row of every table in the order of its demand, until the room is used up.
    fn by_sorting(tables: &[TableWork], kept: f64) -> f64 {
        let mut rows: Vec<(f64, f64)> = Vec::new();
        for table in tables {
            for row in 0..table.rows as usize {
                let share = table.law.hit_rate(table.rows, row as f64 + 1.0)
                    - table.law.hit_rate(table.rows, row as f64);
                rows.push((table.pooling * share, table.width));
            }
        }
        rows.sort_by(|one, other| other.0.total_cmp(&one.0));
        let all: f64 = rows.iter().map(|row| row.0).sum();
        let take = (rows.len() as f64 * kept) as usize;
        rows[..take].iter().map(|row| row.0).sum::<f64>() / all
    }

    #[test]
    fn the_most_used_rows_of_all_tables_are_kept() {
        let tables = [table(20_000.0, 3.0, 1.05), table(5_000.0, 1.0, 0.0), table(900.0, 10.0, 0.7)];
        for kept in [0.001, 0.02, 0.1, 0.5, 0.95, 1.0] {
            let (found, sorted) = (hit_rate(&tables, kept), by_sorting(&tables, kept));
            assert!((found - sorted).abs() < 0.02, "{kept}: {found} beside {sorted}");
        }
        assert_eq!(hit_rate(&tables, 0.0), 0.0);
    }

    #[test]
    fn larger_batches_share_more_rows() {
        let tables = [table(1e6, 2.0, 1.05), table(1e4, 1.0, 0.5)];
        let shares = [10.0, 1e3, 1e5, 1e7].map(|batch| unique_share(&tables, batch));
        assert!(shares.is_sorted_by(|one, other| one > other), "{shares:?}");
        assert!(shares[0] > 0.5 && shares[3] < 0.1, "{shares:?}");
    }
}
