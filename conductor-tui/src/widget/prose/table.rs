//! Tables of Markdown, fitted to a width: cells wrap, and no column vanishes.

use ratatui::text::{Line, Span};

use super::{
    super::width,
    inline::{Piece, pieces, wrap},
};
use crate::{app::Look, theme::Meaning};

/// Columns between two cells.
const BETWEEN: usize = 2;
/// Columns of a cell at least; a table with more cells than fit is written cell by cell.
const CELL_MIN: usize = 3;

/// A table as it is written.
pub(super) struct Rows {
    head: Vec<String>,
    body: Vec<Vec<String>>,
    /// Whether numbers stand in a column: its cells are at the right.
    right: Vec<bool>,
    /// Lines of the text that it took.
    pub(super) lines: usize,
}

/// Whether a line divides the head of a table from its body.
pub(super) fn is_divider(line: &str) -> bool {
    let cell = |cell: &String| {
        let dashes = cell.trim_matches(':');
        !dashes.is_empty() && dashes.chars().all(|c| c == '-')
    };
    line.contains('|') && line.contains('-') && cells(line).iter().all(cell)
}

/// The table that the lines begin with.
pub(super) fn rows(lines: &[String]) -> Option<Rows> {
    let divider = lines.get(1).filter(|line| is_divider(line))?;
    let head = cells(lines[0].contains('|').then_some(&lines[0])?);
    let right = |cell: &String| cell.ends_with(':') && !cell.starts_with(':');
    let right: Vec<bool> = cells(divider).iter().map(right).collect();
    let row = |line: &&String| line.contains('|') && !line.trim().is_empty();
    let body: Vec<Vec<String>> =
        lines[2..].iter().take_while(row).map(|line| cells(line)).collect();
    let lines = 2 + body.len();
    Some(Rows { head, body, right, lines })
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for letter in line.chars() {
        match (letter, cells.last_mut()) {
            ('|', _) if !escaped => cells.push(String::new()),
            (_, Some(cell)) => cell.push(letter),
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
    }
    cells.iter().map(|cell| cell.trim().replace("\\|", "|")).collect()
}

/// Draws a table.
pub(super) fn draw<'a>(rows: &Rows, columns: usize, look: &Look) -> Vec<Line<'a>> {
    let count = rows.head.len().max(1);
    let room = columns.saturating_sub(BETWEEN * (count - 1));
    if room < count * CELL_MIN {
        return one_by_one(rows, columns, look);
    }
    let widths = widths(rows, room);
    let mut out = Vec::new();
    out.extend(
        row(&rows.head, (&widths, &rows.right), look)
            .into_iter()
            .map(|line| line.patch_style(look.style(Meaning::Title))),
    );
    let rules: Vec<String> = widths.iter().map(|cells| look.glyphs.rule.repeat(*cells)).collect();
    out.push(Line::styled(rules.join(&" ".repeat(BETWEEN)), look.style(Meaning::Border)));
    for cells in &rows.body {
        out.extend(row(cells, (&widths, &rows.right), look));
    }
    out
}

/// Columns for each cell: what they want, and less for the widest until all fit.
fn widths(rows: &Rows, room: usize) -> Vec<usize> {
    let shown = |text: &String| pieces(text).iter().map(|piece| width(&piece.text)).sum::<usize>();
    let wants = |at: usize| {
        let cells = rows.body.iter().chain([&rows.head]).filter_map(|row| row.get(at));
        cells.map(shown).max().unwrap_or(0).max(1)
    };
    let mut widths: Vec<usize> = (0..rows.head.len()).map(wants).collect();
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else { break };
        if *widest <= 1 {
            break;
        }
        *widest -= 1;
    }
    widths
}

/// One row; as many lines as its longest cell has.
fn row<'a>(cells: &[String], (widths, right): (&[usize], &[bool]), look: &Look) -> Vec<Line<'a>> {
    let cell = |(at, cells_wide): (usize, &usize)| {
        wrap(pieces(cells.get(at).map(String::as_str).unwrap_or_default()), *cells_wide, look)
    };
    let wrapped: Vec<Vec<Line<'a>>> = widths.iter().enumerate().map(cell).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    let mut out = Vec::new();
    for line in 0..height {
        let mut spans: Vec<Span<'a>> = Vec::new();
        for (at, cells_wide) in widths.iter().enumerate() {
            let text = wrapped[at].get(line).cloned().unwrap_or_default();
            let fill = " ".repeat(cells_wide.saturating_sub(text.width()));
            let gap = if at + 1 < widths.len() { " ".repeat(BETWEEN) } else { String::new() };
            let to_right = right.get(at).copied().unwrap_or_default();
            if to_right {
                spans.push(Span::raw(fill.clone()));
            }
            spans.extend(text.spans);
            if !to_right {
                spans.push(Span::raw(fill));
            }
            spans.push(Span::raw(gap));
        }
        out.push(Line::from(spans));
    }
    out
}

/// A table that is too wide for the page: each cell on a line of its own, behind its column's name.
fn one_by_one<'a>(rows: &Rows, columns: usize, look: &Look) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    for cells in &rows.body {
        for (at, cell) in cells.iter().enumerate() {
            let name = rows.head.get(at).map(String::as_str).unwrap_or_default();
            let mut words = vec![Piece { text: format!("{name}: "), ..Piece::default() }];
            words.extend(pieces(cell));
            out.extend(wrap(words, columns, look));
        }
        out.push(Line::default());
    }
    out
}
