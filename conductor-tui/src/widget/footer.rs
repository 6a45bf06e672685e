//! The bottom line: the keys that work here and now, dimmed where something forbids them.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{app::Look, theme::Meaning};

/// One key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) key: String,
    pub(crate) word: &'static str,
    /// Nothing forbids it.
    pub(crate) ready: bool,
}

/// Draws as many hints as fit, whole, those of this place at the left and the general ones at
/// the right.
pub(crate) fn footer(
    frame: &mut Frame<'_>,
    area: Rect,
    here: &[Hint],
    general: &[Hint],
    look: &Look,
) {
    let room = usize::from(area.width);
    // The last of the general ones is the help, which tells the rest.
    let right = fit_from_the_end(general, room / 2, look);
    let right_width = right.width();
    let mut left = Line::from(" ");
    for hint in here {
        let spans = spans(hint, look);
        if left.width() + Line::from(spans.clone()).width() + right_width > room {
            break;
        }
        left.extend(spans);
    }
    frame.render_widget(Paragraph::new(left), area);
    let cells = u16::try_from(right_width).unwrap_or(area.width).min(area.width);
    let place = Rect { x: area.right() - cells, width: cells, ..area };
    frame.render_widget(Paragraph::new(right), place);
}

fn fit_from_the_end<'a>(hints: &[Hint], room: usize, look: &Look) -> Line<'a> {
    let mut line = Line::default();
    for hint in hints.iter().rev() {
        let mut all = spans(hint, look);
        all.extend(line.spans.clone());
        let longer = Line::from(all);
        if longer.width() > room {
            break;
        }
        line = longer;
    }
    line
}

fn spans<'a>(hint: &Hint, look: &Look) -> Vec<Span<'a>> {
    let (key, word) = if hint.ready {
        (look.style(Meaning::Key), look.style(Meaning::Text))
    } else {
        (look.style(Meaning::Dim), look.style(Meaning::Dim))
    };
    vec![Span::styled(hint.key.clone(), key), Span::styled(format!(" {}  ", hint.word), word)]
}
