//! Recommendation models as work of one sample (one user-item pair): dense FLOPs by part, lookups, bytes read
//! and moved, and how all of it drifts as the model grows.
//!
//! Dense layers `2 Σ d_i d_{i+1}`; pairwise dot products `2 f² D` over `f` vectors of width `D` (`naumov-2019`);
//! low-rank cross layers `4 n r` each (`dcnv2-2020`); HSTU blocks `10 n d² + 2 n² d` (`hstu-2024`). A lookup
//! reads `ceil(D b / line)` lines, whatever it needs of them.

use quarterdeck_catalog::{Cited, Dense, Interaction, Provenance, Recommendation};
use quarterdeck_scenario::Drift;
use quarterdeck_units::{Bytes, Flop, Quarter};

/// What one sample asks of a machine, at the model's size in some quarter.
#[derive(Clone, PartialEq, Debug)]
pub struct SampleWork {
    /// Forward operations of the layers below the interaction.
    pub bottom: Flop,
    /// Forward operations of the interaction.
    pub interaction: Flop,
    /// Forward operations of the layers above it.
    pub top: Flop,
    /// Embedding rows read.
    pub lookups: f64,
    /// Rows read, by width: what a lookup costs depends on the lines that a row covers.
    rows_read: Vec<RowReads>,
    /// Numbers that leave the tables after pooling: what the all-to-all moves.
    pub pooled_elements: f64,
    /// Parameters of the dense part, which every device of a data-parallel group holds.
    pub dense_parameters: f64,
    /// Elements of all embedding tables.
    pub table_elements: f64,
    /// Bytes of one stored element in training, averaged over the tables.
    pub training_element_bytes: f64,
    /// Zipf exponent of the indices, weighted by lookups; none where the tables are not described.
    pub skew: Option<f64>,
    /// Rows of all tables.
    pub table_rows: f64,
    /// Share of operations that depends on the user alone.
    pub user_flops_share: f64,
    /// Share of lookups that depends on the user alone.
    pub user_lookup_share: f64,
    /// Candidates ranked in one request, as the model's publication has it.
    pub samples_per_request: f64,
    /// Bytes that one training sample takes from storage.
    pub stored_bytes: Bytes,
    /// How well all of this is known.
    pub provenance: Provenance,
}

/// Rows of one width that a sample reads.
#[derive(Clone, Copy, PartialEq, Debug)]
struct RowReads {
    lookups: f64,
    /// Elements of a row.
    width: f64,
}

/// How much heavier a model is than the catalogue's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DriftFactors {
    /// On operations of a sample.
    pub flops: f64,
    /// On bytes of the tables.
    pub embedding_bytes: f64,
    /// On rows read for a sample.
    pub lookups: f64,
}

impl DriftFactors {
    /// The model as the catalogue has it.
    pub const NONE: DriftFactors = DriftFactors { flops: 1.0, embedding_bytes: 1.0, lookups: 1.0 };

    /// The factors of a quarter: each growth over the years since the drift's first quarter; before that
    /// quarter the model was lighter.
    ///
    /// $$ \phi(q) = g^{(q - q_0)/4} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $g$ | `drift` | 1/yr |
    /// | $q, q_0$ | `quarter`, `drift.from` | quarters |
    pub fn at(drift: &Drift, quarter: Quarter) -> DriftFactors {
        let years = (quarter - drift.from).years();
        DriftFactors {
            flops: drift.flops_per_sample.over_years(years),
            embedding_bytes: drift.embedding_bytes.over_years(years),
            lookups: drift.lookups_per_sample.over_years(years),
        }
    }
}

impl SampleWork {
    /// The work of one sample of a model of the catalogue, made heavier by `drift`.
    ///
    /// Shapes decide where the model has them, published totals where it has not. Returns the names of the
    /// facts that are missing, where the model has neither.
    pub fn of(model: &Recommendation, drift: &DriftFactors) -> Result<SampleWork, Vec<String>> {
        let missing: Vec<String> = model.missing_totals().into_iter().map(|fact| fact.to_string()).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&model.sample.user_flops_share);
        provenance.absorb_fact(&model.sample.user_lookup_share);
        let tables = Tables::of(model, &mut provenance);
        let dense = DenseWork::of(model, &tables, &mut provenance);
        Ok(SampleWork {
            bottom: dense.bottom * drift.flops,
            interaction: dense.interaction * drift.flops,
            top: dense.top * drift.flops,
            lookups: tables.lookups * drift.lookups,
            rows_read: tables
                .rows_read
                .iter()
                .map(|reads| RowReads { lookups: reads.lookups * drift.lookups, ..*reads })
                .collect(),
            pooled_elements: tables.pooled_elements,
            // A denser model has more parameters in step with its operations.
            dense_parameters: dense.parameters * drift.flops,
            table_elements: tables.elements * drift.embedding_bytes,
            training_element_bytes: tables.element_bytes,
            skew: tables.skew,
            table_rows: tables.rows * drift.embedding_bytes,
            user_flops_share: model.sample.user_flops_share.value,
            user_lookup_share: model.sample.user_lookup_share.value,
            samples_per_request: model.sample.samples_per_request.value,
            stored_bytes: model.sample.stored_bytes.value * drift.lookups,
            provenance,
        })
    }

    /// Forward operations of the dense part.
    pub fn flops(&self) -> Flop {
        self.bottom + self.interaction + self.top
    }

    /// Bytes of rows read for one sample from memory that is fetched `line` bytes at a time.
    ///
    /// $$ E = \sum_t L_t \left\lceil \frac{D_t b}{\text{line}} \right\rceil \text{line} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $L_t, D_t$ | tables | lookups, elements |
    /// | $b$ | `element_bytes` | B |
    ///
    /// Source: `gupta-2020`. Holds where rows are not found in a cache; an upper bound otherwise.
    pub fn bytes_read(&self, element_bytes: f64, line: f64) -> Bytes {
        self.rows_by_width(element_bytes, line).map(|(lookups, row)| row * lookups).sum()
    }

    /// Rows read for one sample by bytes of the lines that they cover: lookups and bytes of each width of row.
    pub fn rows_by_width(&self, element_bytes: f64, line: f64) -> impl Iterator<Item = (f64, Bytes)> + '_ {
        self.rows_read.iter().map(move |reads| {
            (reads.lookups, Bytes::bytes((reads.width * element_bytes / line).ceil().max(1.0) * line))
        })
    }

    /// Bytes of all tables with elements of the given width.
    pub fn table_bytes(&self, element_bytes: f64) -> Bytes {
        Bytes::bytes(self.table_elements * element_bytes)
    }

    /// Share of a sample's operations left when a request's candidates share the user's part: `1 - u + u/K`.
    pub fn flops_share(&self, candidates: f64) -> f64 {
        share_left(self.user_flops_share, candidates)
    }

    /// The same of its lookups.
    pub fn lookup_share(&self, candidates: f64) -> f64 {
        share_left(self.user_lookup_share, candidates)
    }

    /// Share of lookups that the most used rows answer, when `kept` is the share of rows that are kept near.
    ///
    /// $$ h = \frac{H(\kappa R)}{H(R)}, \qquad H(n) \approx \frac{n^{1-s} - 1}{1-s} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $\kappa$ | `kept` | 1 |
    /// | $R, s$ | `table_rows`, `skew` | rows, 1 |
    ///
    /// Without a described skew every row is as likely: `h = kept`. Source: Zipf's law integrated; within a few
    /// hundredths of the sum for more than a thousand rows.
    pub fn hit_rate(&self, kept: f64) -> f64 {
        let kept = kept.clamp(0.0, 1.0);
        let Some(skew) = self.skew.filter(|skew| *skew > 0.0) else { return kept };
        let rows = self.table_rows.max(2.0);
        let harmonic = |n: f64| {
            if (skew - 1.0).abs() < 1e-6 {
                quarterdeck_units::ln(n.max(1.0)) + 0.577_215_664_9
            } else {
                // Euler and Maclaurin's first terms, so that a single row already counts.
                (quarterdeck_units::pow(n.max(1.0), 1.0 - skew) - 1.0) / (1.0 - skew) + 0.5
            }
        };
        if kept * rows < 1.0 { kept } else { (harmonic(kept * rows) / harmonic(rows)).clamp(kept, 1.0) }
    }
}

fn share_left(user_share: f64, candidates: f64) -> f64 {
    1.0 - user_share + user_share / candidates.max(1.0)
}

/// Sums over the tables.
struct Tables {
    lookups: f64,
    rows_read: Vec<RowReads>,
    pooled_elements: f64,
    elements: f64,
    element_bytes: f64,
    skew: Option<f64>,
    rows: f64,
    count: f64,
    width: f64,
}

impl Tables {
    fn of(model: &Recommendation, provenance: &mut Provenance) -> Tables {
        if model.tables.is_empty() {
            Tables::published(model, provenance)
        } else {
            Tables::described(model, provenance)
        }
    }

    fn described(model: &Recommendation, provenance: &mut Provenance) -> Tables {
        let mut sum = Tables {
            lookups: 0.0,
            rows_read: Vec::with_capacity(model.tables.len()),
            pooled_elements: 0.0,
            elements: 0.0,
            element_bytes: 0.0,
            skew: None,
            rows: 0.0,
            count: 0.0,
            width: 0.0,
        };
        let mut skew = 0.0;
        for group in &model.tables {
            provenance.absorb(&group.cite.provenance());
            let (count, width) = (f64::from(group.count), f64::from(group.dim));
            let lookups = count * group.pooling;
            sum.rows_read.push(RowReads { lookups, width });
            sum.lookups += lookups;
            sum.pooled_elements += count * width;
            sum.elements += count * group.rows * width;
            sum.element_bytes += count * group.rows * width * group.bytes_per_element;
            sum.rows += count * group.rows;
            sum.count += count;
            sum.width = sum.width.max(width);
            skew += lookups * group.skew;
        }
        sum.element_bytes /= sum.elements.max(1.0);
        sum.skew = (sum.lookups > 0.0).then(|| skew / sum.lookups);
        sum
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
        Tables {
            lookups,
            rows_read: vec![RowReads { lookups, width }],
            pooled_elements: pooled / element_bytes,
            elements: stored / element_bytes,
            element_bytes,
            skew: None,
            rows: stored / element_bytes / width.max(1.0),
            count: pooled / element_bytes / width.max(1.0),
            width,
        }
    }
}

/// Operations and parameters of the dense part, as the catalogue has it.
struct DenseWork {
    bottom: Flop,
    interaction: Flop,
    top: Flop,
    parameters: f64,
}

/// Multiply-adds of layers of the given widths one after the other.
fn mlp_weights(widths: &[u32]) -> f64 {
    widths.windows(2).map(|pair| f64::from(pair[0]) * f64::from(pair[1])).sum()
}

impl DenseWork {
    fn of(model: &Recommendation, tables: &Tables, provenance: &mut Provenance) -> DenseWork {
        match &model.dense {
            Some(dense) => {
                provenance.absorb(&dense.cite.provenance());
                DenseWork::described(dense, tables)
            }
            None => {
                let mut value = |fact: Option<(f64, Provenance)>| {
                    fact.map_or(0.0, |(value, known)| {
                        provenance.absorb(&known);
                        value
                    })
                };
                let totals = &model.totals;
                let flops = value(
                    totals.flops_per_sample.as_ref().map(|fact| (fact.value.as_flop(), fact.provenance())),
                );
                let parameters =
                    value(totals.dense_parameters.as_ref().map(|fact| (fact.value, fact.provenance())));
                DenseWork { bottom: Flop::ZERO, interaction: Flop::ZERO, top: Flop::flop(flops), parameters }
            }
        }
    }

    fn described(dense: &Dense, tables: &Tables) -> DenseWork {
        let bottom = mlp_weights(&dense.bottom_mlp);
        let top = mlp_weights(&dense.top_mlp);
        let vectors = tables.count + if dense.bottom_mlp.is_empty() { 0.0 } else { 1.0 };
        let (flops, weights) = interaction(&dense.interaction, vectors, tables.width);
        DenseWork {
            bottom: Flop::flop(2.0 * bottom),
            interaction: Flop::flop(flops),
            top: Flop::flop(2.0 * top),
            parameters: bottom + top + weights,
        }
    }
}

/// Forward operations and weights of an interaction over `vectors` vectors of width `width`.
fn interaction(kind: &Interaction, vectors: f64, width: f64) -> (f64, f64) {
    match *kind {
        Interaction::None | Interaction::Concat => (0.0, 0.0),
        Interaction::Dot => (2.0 * vectors * vectors * width, 0.0),
        Interaction::DcnV2 { rank, layers } => {
            let weights = 2.0 * vectors * width * f64::from(rank) * f64::from(layers);
            (2.0 * weights, weights)
        }
        Interaction::Hstu { layers, dim, heads: _, sequence_len } => {
            let [layers, dim, history] = [layers, dim, sequence_len].map(f64::from);
            // Four projections in, one out, for the history and the candidate; the history attends to half of
            // itself on average, the candidate to all of it.
            let projections = 10.0 * (history + 1.0) * dim * dim;
            let attention = 4.0 * dim * (history * (history + 1.0) / 2.0 + history);
            (layers * (projections + attention), layers * 5.0 * dim * dim)
        }
    }
}
