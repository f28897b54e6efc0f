//! Aligned plain text, and the rounding that text, Markdown and HTML share.

use textwrap::core::display_width;

use super::{Cell, Column, ColumnKind, Table};
use crate::number;
use crate::wrap::wrap;

/// Space between columns.
const GAP: &str = "  ";
/// Text columns are not wrapped below this width.
const NARROWEST: usize = 12;

impl Table {
    /// Aligned plain text, no wider than `width` columns where the table allows it.
    ///
    /// Words wrap within their column first. A table that is still too wide continues below,
    /// its first column repeated.
    pub fn to_text(&self, width: usize) -> String {
        let shown = self.shown_cells();
        let blocks = self.blocks(&shown, width);
        let mut out = String::new();
        for (idx, block) in blocks.iter().enumerate() {
            if idx > 0 {
                out.push('\n');
            }
            self.write_block(&mut out, &shown, block);
        }
        out
    }

    /// Every cell as shown to people: rounded alike within its column.
    pub fn shown_cells(&self) -> Vec<Vec<String>> {
        let decimals: Vec<usize> = (0..self.columns.len()).map(|c| self.decimals_of(c)).collect();
        self.rows
            .iter()
            .map(|row| {
                row.iter()
                    .enumerate()
                    .map(|(c, cell)| show(cell, decimals.get(c).copied().unwrap_or(0)))
                    .collect()
            })
            .collect()
    }

    /// Decimals that show three or four significant digits of the largest cell, so that smaller
    /// cells beside it keep one that says something; at most three.
    fn decimals_of(&self, column_idx: usize) -> usize {
        let column = &self.columns[column_idx];
        if let Some(decimals) = column.decimals {
            return usize::from(decimals);
        }
        if column.kind != ColumnKind::Number {
            return 0;
        }
        let values = || {
            self.rows.iter().filter_map(|row| match row.get(column_idx) {
                Some(Cell::Number(x)) => Some(*x),
                _ => None,
            })
        };
        let largest = values().map(f64::abs).fold(0.0, f64::max);
        let supported: usize = match largest {
            x if x >= 999.95 => 0,
            x if x >= 9.995 => 1,
            x if x >= 0.9995 => 2,
            _ => 3,
        };
        // Fewer when they would all be zeros.
        (0..supported)
            .find(|&d| {
                let scale = [1.0, 10.0, 100.0][d.min(2)];
                values().all(|x| {
                    let scaled = x * scale;
                    (scaled - scaled.round()).abs() < 1e-9 * scaled.abs().max(1.0)
                })
            })
            .unwrap_or(supported)
    }

    /// Groups of columns that fit beside each other, with the width of each.
    fn blocks(&self, shown: &[Vec<String>], width: usize) -> Vec<Vec<(usize, usize)>> {
        let natural: Vec<usize> = (0..self.columns.len()).map(|c| self.natural(shown, c)).collect();
        let all: Vec<usize> = (0..natural.len()).collect();
        if let Some(widths) = self.fit(&all, &natural, width) {
            return vec![all.into_iter().zip(widths).collect()];
        }
        let mut blocks = Vec::new();
        let mut current: Vec<(usize, usize)> = Vec::new();
        for idx in 0..natural.len() {
            let mut wanted: Vec<usize> = current.iter().map(|&(c, _)| c).collect();
            wanted.push(idx);
            match self.fit(&wanted, &natural, width) {
                Some(widths) => current = wanted.into_iter().zip(widths).collect(),
                None if current.len() <= 1 => current.push((idx, natural[idx])),
                None => {
                    blocks.push(std::mem::take(&mut current));
                    let pair = vec![0, idx];
                    let widths = self.fit(&pair, &natural, width);
                    let widths = widths.unwrap_or_else(|| pair.iter().map(|&c| natural[c]).collect());
                    current = pair.into_iter().zip(widths).collect();
                }
            }
        }
        if !current.is_empty() {
            blocks.push(current);
        }
        blocks
    }

    /// Widths that fit, shrinking the widest text columns; `None` if they cannot fit.
    fn fit(&self, columns: &[usize], natural: &[usize], width: usize) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = columns.iter().map(|&c| natural[c]).collect();
        let gaps = GAP.len() * columns.len().saturating_sub(1);
        loop {
            if widths.iter().sum::<usize>() + gaps <= width {
                return Some(widths);
            }
            let widest = (0..columns.len())
                .filter(|&i| self.columns[columns[i]].kind == ColumnKind::Text)
                .filter(|&i| widths[i] > NARROWEST)
                .max_by_key(|&i| widths[i])?;
            widths[widest] -= 1;
        }
    }

    fn natural(&self, shown: &[Vec<String>], column_idx: usize) -> usize {
        let column = &self.columns[column_idx];
        let unit = column.unit.as_deref().map_or(0, display_width);
        shown
            .iter()
            .filter_map(|row| row.get(column_idx))
            .map(|text| display_width(text))
            .fold(display_width(&column.title).max(unit), usize::max)
    }

    fn write_block(&self, out: &mut String, shown: &[Vec<String>], block: &[(usize, usize)]) {
        let line = |text: &dyn Fn(&Column) -> String| -> Vec<String> {
            block.iter().map(|&(c, _)| text(&self.columns[c])).collect()
        };
        self.write_row(out, &line(&|c| c.title.clone()), block);
        if block.iter().any(|&(c, _)| self.columns[c].unit.is_some()) {
            self.write_row(out, &line(&|c| c.unit.clone().unwrap_or_default()), block);
        }
        let rule: Vec<String> = block.iter().map(|&(_, w)| "─".repeat(w)).collect();
        out.push_str(&rule.join(GAP));
        out.push('\n');
        for row in shown {
            let cells: Vec<String> =
                block.iter().map(|&(c, _)| row.get(c).cloned().unwrap_or_default()).collect();
            self.write_row(out, &cells, block);
        }
    }

    /// One row, over as many lines as its longest wrapped cell.
    fn write_row(&self, out: &mut String, cells: &[String], block: &[(usize, usize)]) {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(block).map(|(text, &(_, w))| wrap(text, w)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for line in 0..height {
            let mut text = String::new();
            for (i, &(c, w)) in block.iter().enumerate() {
                if i > 0 {
                    text.push_str(GAP);
                }
                let cell = wrapped[i].get(line).map_or("", String::as_str);
                let pad = " ".repeat(w.saturating_sub(display_width(cell)));
                if self.columns[c].is_numeric() {
                    text.push_str(&pad);
                    text.push_str(cell);
                } else {
                    text.push_str(cell);
                    text.push_str(&pad);
                }
            }
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
}

fn show(cell: &Cell, decimals: usize) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Integer(n) => number::whole(*n),
        Cell::Number(x) => number::decimals(*x, decimals),
        // A line break or a tab inside a cell would break the alignment of the whole table.
        Cell::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::table::tests::purchases;
    use crate::unit::Unit;

    #[test]
    fn a_small_table() {
        assert_snapshot!(purchases().to_text(100), @r#"
        Order by  Site           Devices        Capex
                                          million USD
        ────────  ─────────────  ───────  ───────────
        2026-Q1   Ashburn          2,048        271.2
        2026-Q2   Dublin | east    1,024
        "#);
    }

    #[test]
    fn long_words_wrap_in_their_column() {
        let mut table = Table::new("limits", "Limits")
            .column(Column::text("site", "Site"))
            .column(Column::text("reason", "What binds"))
            .column(Column::number("load", "Load", &Unit::mw()));
        table.push([
            "Prineville".into(),
            "the utility energises the second substation a year after the halls are ready".into(),
            118.25.into(),
        ]);
        table.push(["Temple".into(), "nothing".into(), 7.5.into()]);
        assert_snapshot!(table.to_text(50), @r#"
        Site        What binds                        Load
                                                        MW
        ──────────  ───────────────────────────────  ─────
        Prineville  the utility energises the        118.2
                    second substation a year after
                    the halls are ready
        Temple      nothing                            7.5
        "#);
    }

    #[test]
    fn a_wide_table_continues_below() {
        let mut table = Table::new("fleet", "Fleet").column(Column::quarter("quarter", "Quarter"));
        for name in ["A100 HGX", "H100 HGX", "B200 HGX", "MTIA"] {
            table = table.column(Column::integer(crate::unit::snake(name), name));
        }
        table.push(["2022-Q1".into(), 12_000.into(), 0.into(), 0.into(), 7.into()]);
        assert_snapshot!(table.to_text(30), @r#"
        Quarter  A100 HGX  H100 HGX
        ───────  ────────  ────────
        2022-Q1    12,000         0

        Quarter  B200 HGX  MTIA
        ───────  ────────  ────
        2022-Q1         0     7
        "#);
    }

    #[test]
    fn decimals_follow_the_largest_cell() {
        let show = |values: &[f64]| {
            let mut table = Table::new("t", "T").column(Column::number("x", "X", &Unit::mw()));
            for &x in values {
                table.push([x.into()]);
            }
            table.shown_cells().concat()
        };
        assert_eq!(show(&[1234.56, 0.6]), ["1,235", "1"]);
        assert_eq!(show(&[12.34, 0.5]), ["12.3", "0.5"]);
        assert_eq!(show(&[142.4, 0.95]), ["142.4", "0.9"]);
        assert_eq!(show(&[1.0, 2.0]), ["1", "2"]);
        assert_eq!(show(&[0.0123]), ["0.012"]);
        assert_eq!(show(&[-0.0001, 12.25]), ["0.0", "12.2"]);
    }

    proptest! {
        #[test]
        fn text_is_never_wider_than_asked(
            words in proptest::collection::vec("[a-zA-Zäé€ ]{0,60}", 1..8),
            values in proptest::collection::vec(-1e9f64..1e9, 8),
            n_columns in 1usize..12,
        ) {
            let mut table = Table::new("t", "T")
                .column(Column::text("word", "Word"))
                .column(Column::text("other", "Another one"));
            for i in 0..n_columns {
                table = table.column(Column::number(&format!("v{i}"), format!("V {i}"), &Unit::musd()));
            }
            for word in &words {
                let mut row: Vec<Cell> = vec![word.as_str().into(), word.as_str().into()];
                row.extend((0..n_columns).map(|i| Cell::from(values[i % values.len()])));
                table.push(row);
            }
            for line in table.to_text(60).lines() {
                prop_assert!(display_width(line) <= 60, "{line}");
            }
        }
    }
}
