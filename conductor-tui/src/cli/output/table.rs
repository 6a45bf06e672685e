//! Tables that fit the terminal: columns are as wide as their content, and those that may shrink
//! do when the line would be too long.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::style::{Meaning, Style};

/// Between two columns.
const GAP: usize = 2;
/// A column that shrinks keeps at least this.
const SHRUNK_MIN: usize = 8;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    name: &'static str,
    /// May be cut when the terminal is narrow.
    shrinks: bool,
}

impl Column {
    /// One whose content is never cut: ids, times, states.
    pub(crate) const fn fixed(name: &'static str) -> Self {
        Self { name, shrinks: false }
    }

    /// One whose content may be cut.
    pub(crate) const fn text(name: &'static str) -> Self {
        Self { name, shrinks: true }
    }
}

/// One field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    meaning: Meaning,
}

impl Cell {
    /// With a meaning.
    pub(crate) fn of(text: impl Into<String>, meaning: Meaning) -> Self {
        Self { text: text.into(), meaning }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::of(text, Meaning::Plain)
    }
}

/// Rows under named columns.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Without rows yet.
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, one cell a column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.row_of(cells.into());
    }

    /// Adds a row of as many cells as there are columns.
    pub(crate) fn row_of(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "one cell a column");
        self.rows.push(cells);
    }

    /// The table as text; at most `width` columns wide as far as cutting can make it.
    pub(crate) fn render(&self, width: Option<usize>, style: Style) -> String {
        let widths = self.widths(width);
        let header: Vec<Cell> =
            self.columns.iter().map(|c| Cell::of(c.name.to_uppercase(), Meaning::Dim)).collect();
        let mut text = String::new();
        for row in std::iter::once(&header).chain(&self.rows) {
            text.push_str(&line(row, &widths, style));
            text.push('\n');
        }
        text
    }

    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let natural = |index: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            let widest = cells.map(|cell| cell.text.width()).max().unwrap_or(0);
            widest.max(self.columns[index].name.width())
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(natural).collect();
        let Some(limit) = limit else { return widths };
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(limit);
        // One column of the terminal at a time from the widest, so that none starves first.
        while over > 0 {
            let shrinkable = (0..widths.len()).filter(|&i| self.columns[i].shrinks);
            let widest = shrinkable.filter(|&i| widths[i] > SHRUNK_MIN).max_by_key(|&i| widths[i]);
            let Some(index) = widest else { break };
            widths[index] -= 1;
            over -= 1;
        }
        widths
    }
}

fn line(row: &[Cell], widths: &[usize], style: Style) -> String {
    let mut text = String::new();
    for (index, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let shown = fit(&cell.text, width, style);
        let padding = width.saturating_sub(shown.width());
        text.push_str(&style.paint(cell.meaning, &shown));
        if index + 1 < row.len() {
            text.push_str(&" ".repeat(padding + GAP));
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// The text in `width` columns, with an ellipsis where it was cut.
fn fit(text: &str, width: usize, style: Style) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 0;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used >= width {
            break;
        }
        shown.push(letter);
    }
    shown.push(if style.unicode { '…' } else { '~' });
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&[Column::fixed("id"), Column::text("note")]);
        table.row(["run_1".into(), "a note that is rather long for a terminal".into()]);
        table.row(["run_2".into(), Cell::of("日本語", Meaning::Good)]);
        table
    }

    #[test]
    fn a_narrow_terminal_cuts_what_may_be_cut() {
        let style = Style { color: false, unicode: true };
        insta::assert_snapshot!(sample().render(Some(24), style), @r"
        ID     NOTE
        run_1  a note that is r…
        run_2  日本語
        ");
    }

    #[test]
    fn nothing_is_cut_where_nobody_looks() {
        let style = Style { color: true, unicode: true };
        let text = sample().render(None, style);
        assert!(text.contains("rather long for a terminal"), "{text}");
        assert!(text.contains("\x1b[32m日本語\x1b[0m"), "{text:?}");
    }
}
