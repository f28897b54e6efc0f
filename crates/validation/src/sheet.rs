//! A small table of text: what a score card hands to fronts and to the generated page.

/// One column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Key in machine-readable forms.
    pub key: &'static str,
    /// Heading.
    pub title: &'static str,
}

/// A titled table whose cells are ready to print.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// Key in machine-readable forms.
    pub key: &'static str,
    /// Title.
    pub title: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, one cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// An empty table.
    pub fn new(
        key: &'static str,
        title: impl Into<String>,
        columns: &[(&'static str, &'static str)],
    ) -> Sheet {
        let columns = columns.iter().map(|(key, title)| Column { key, title }).collect();
        Sheet { key, title: title.into(), columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len(), "a row of {} has {N} cells", self.key);
        self.rows.push(cells.into());
    }

    /// As a Markdown table.
    pub fn to_markdown(&self) -> String {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title).collect();
        let mut text = format!("| {} |\n|{}\n", titles.join(" | "), "---|".repeat(titles.len()));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        text
    }
}

/// A share in per cent with one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A share in per cent, or a dash.
pub fn percent_or_dash(share: Option<f64>) -> String {
    share.map_or_else(dash, percent)
}

/// What stands where there is nothing.
pub fn dash() -> String {
    "–".to_owned()
}

/// Six significant digits, without an exponent where people would write none.
///
/// ```
/// # use quarterdeck_validation::sheet::significant;
/// assert_eq!(significant(1234.56789), "1234.57");
/// assert_eq!(significant(0.001234567), "0.00123457");
/// assert_eq!(significant(17.0), "17");
/// ```
pub fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let scientific = format!("{value:.5e}");
    let exponent: i32 = scientific.split_once('e').and_then(|(_, text)| text.parse().ok()).unwrap_or(0);
    let decimals = usize::try_from((5 - exponent).max(0)).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
