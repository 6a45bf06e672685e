//! The line of screens: each with its key, the one in front marked, and at the right the command that
//! gives the same. Where not all fit, those around the one in front stay.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{ellipsis, width};
use crate::{app::Shared, theme::Meaning};

/// Cells between two screens.
const BETWEEN: usize = 3;
/// Cells of the mark for those that are left out.
const MARK: usize = 2;
/// The command is left out where it would have fewer cells.
const TWIN_MIN: usize = 16;

/// A screen on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TabLabel {
    /// What brings it to the front; empty for no key.
    pub(crate) key: String,
    pub(crate) title: &'static str,
    pub(crate) chosen: bool,
}

impl TabLabel {
    fn width(&self) -> usize {
        let key = if self.key.is_empty() { 0 } else { width(&self.key) + 1 };
        key + width(self.title) + BETWEEN
    }
}

/// Draws the line.
pub(crate) fn tabs(
    frame: &mut Frame<'_>,
    area: Rect,
    labels: &[TabLabel],
    twin: &str,
    shared: &Shared,
) {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let shown = fitting(labels, usize::from(area.width), MARK);
    let dim = look.style(Meaning::Dim);
    let mut spans = vec![Span::raw(" ")];
    if shown.start > 0 {
        spans.push(Span::styled(format!("{mark} "), dim));
    }
    for label in &labels[shown.clone()] {
        let (key, title) = if label.chosen {
            (look.style(Meaning::Accent), look.style(Meaning::Accent))
        } else {
            (look.style(Meaning::Key), dim)
        };
        if !label.key.is_empty() {
            spans.push(Span::styled(format!("{} ", label.key), key));
        }
        spans.push(Span::styled(format!("{}{:BETWEEN$}", label.title, ""), title));
    }
    if shown.end < labels.len() {
        spans.push(Span::styled(mark.to_string(), dim));
    }
    let line = Line::from(spans);
    let used = line.width();
    frame.render_widget(Paragraph::new(line), area);
    let room = usize::from(area.width).saturating_sub(used + 1);
    if room > TWIN_MIN {
        let twin = ellipsis(twin, room, mark).into_owned();
        let cells = u16::try_from(width(&twin) + 1).unwrap_or(area.width);
        let place = Rect { x: area.right().saturating_sub(cells), width: cells, ..area };
        frame.render_widget(Paragraph::new(Line::from(Span::styled(twin, dim))), place);
    }
}

/// Which of the screens stands at a column, in so many columns.
pub(crate) fn tab_at(labels: &[TabLabel], (cells, x): (usize, usize)) -> Option<usize> {
    let shown = fitting(labels, cells, MARK);
    let left_out = if shown.start > 0 { MARK } else { 0 };
    let mut end = 1 + left_out;
    let begin = end;
    let at = labels[shown.clone()].iter().position(|label| {
        end += label.width();
        x < end
    });
    at.filter(|_| x >= begin).map(|at| shown.start + at)
}

/// The screens that fit, from the first on where that shows the chosen one, and otherwise up to it.
fn fitting(labels: &[TabLabel], cells: usize, mark: usize) -> std::ops::Range<usize> {
    let chosen = labels.iter().position(|label| label.chosen).unwrap_or(0);
    let total: usize = labels.iter().map(TabLabel::width).sum();
    if total < cells + BETWEEN {
        return 0..labels.len();
    }
    // One cell at the left, and a mark at either end.
    let room = cells.saturating_sub(1 + 2 * mark);
    let from = |start: usize| {
        let mut used = 0;
        let fits = labels[start..].iter().take_while(|label| {
            used += label.width();
            used <= room + BETWEEN
        });
        start + fits.count().max(1)
    };
    let start = (0..=chosen).find(|start| from(*start) > chosen).unwrap_or(chosen);
    start..from(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(chosen: usize) -> Vec<TabLabel> {
        let titles = ["Runs", "Approvals", "Workflows", "Schedules", "Ledger", "Policy"];
        let label = |(at, title): (usize, &&'static str)| TabLabel {
            key: (at + 1).to_string(),
            title,
            chosen: at == chosen,
        };
        titles.iter().enumerate().map(label).collect()
    }

    #[test]
    fn what_is_in_front_is_always_on_the_line() {
        for cells in [20, 40, 60, 80, 200] {
            for chosen in 0..6 {
                let shown = fitting(&labels(chosen), cells, 2);
                assert!(shown.contains(&chosen), "{chosen} in {cells}: {shown:?}");
            }
        }
    }

    #[test]
    fn the_line_moves_only_when_it_must() {
        assert_eq!(fitting(&labels(0), 200, 2), 0..6);
        assert_eq!(fitting(&labels(0), 40, 2), 0..3);
        assert_eq!(fitting(&labels(2), 40, 2), 0..3);
        assert_eq!(fitting(&labels(3), 40, 2), 2..4);
    }
}
