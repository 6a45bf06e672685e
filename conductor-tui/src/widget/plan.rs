//! A plan as a page over the screen, to be read from top to bottom before anything starts.

use conductor_protocol::v1::Plan;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Pane, popup};
use crate::{
    app::{Look, body},
    input::{Action, SecretNames, shown},
    planned::{self, Tone},
    theme::Meaning,
};

/// Columns of the page at most: longer lines are hard to read.
const COLUMNS_MAX: u16 = 124;
/// What the frame and its margins take.
const FRAME: u16 = 4;

/// The open page.
#[derive(Debug, Clone)]
pub(crate) struct PlanPage {
    /// As the daemon made it.
    pub(crate) plan: Plan,
    /// The same without inputs that are secrets.
    shown: Plan,
    /// The one that was made of the workflow before, in this session, likewise.
    before: Option<Plan>,
    /// The first line that is seen.
    from: usize,
}

impl PlanPage {
    pub(crate) fn new(plan: Plan, before: Option<Plan>, secrets: &SecretNames) -> Self {
        let before = before.map(|before| shown(&before, secrets));
        Self { shown: shown(&plan, secrets), plan, before, from: 0 }
    }

    /// Moves the page.
    pub(crate) fn act(&mut self, action: Action, size: (u16, u16)) {
        let area = body(size);
        let height = usize::from(area.height.saturating_sub(2));
        let lines = self.lines(area);
        let last = lines.len().saturating_sub(height);
        let mut heads =
            lines.iter().enumerate().filter(|(_, line)| is_heading(line)).map(|(at, _)| at);
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        let to = match action {
            Action::Up => self.from.saturating_sub(1),
            Action::Down => self.from + 1,
            Action::HalfUp => self.from.saturating_sub(half),
            Action::HalfDown => self.from + half,
            Action::PageUp => self.from.saturating_sub(page),
            Action::PageDown => self.from + page,
            Action::Top => 0,
            Action::Bottom => last,
            Action::NextPane => heads.find(|at| *at > self.from).unwrap_or(last),
            Action::PreviousPane => heads.rfind(|at| *at < self.from).unwrap_or(0),
            _ => return,
        };
        self.from = to.min(last);
    }

    fn lines(&self, area: Rect) -> Vec<planned::Line> {
        let width = area.width.min(COLUMNS_MAX).saturating_sub(FRAME);
        planned::whole(&self.shown, self.before.as_ref(), usize::from(width))
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let lines = self.lines(area);
        let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let height = usize::from(area.height.saturating_sub(2));
        // What was read in a larger window may end earlier in this one.
        let from = self.from.min(lines.len().saturating_sub(height));
        let seen = (from + height).min(lines.len());
        let share = format!("{seen}/{}", lines.len());
        let keys = match planned::can_be_asked_for(&self.plan) {
            true if self.plan.startable => "s starts just this   ",
            true => "s asks for just this   ",
            false => "",
        };
        let note = match area.width {
            100.. => format!("{keys}Tab next part   e writes it   y copies the digest   {share}"),
            _ => format!("{keys}Tab next part   {share}"),
        };
        let pane = Pane { title: "Plan", note, focused: true, ..Pane::default() };
        let columns = area.width.min(COLUMNS_MAX);
        let inner = popup(frame, area, (columns, rows), &pane, look);
        let mut lines: Vec<Line<'_>> =
            lines.into_iter().skip(from).take(height).map(|line| painted(line, look)).collect();
        // It lies over the screen, on a ground of its own.
        let ground = look.style(Meaning::Text).bg;
        for span in lines.iter_mut().flat_map(|line| &mut line.spans) {
            span.style.bg = span.style.bg.filter(|bg| Some(*bg) != ground);
        }
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// Whether a part of the page begins with a line: a heading is a name and nothing else.
fn is_heading(line: &planned::Line) -> bool {
    matches!(&line[..], [(Tone::Plain, none), (Tone::Strong, _)] if none.is_empty())
}

/// A line of a page in the colours of the theme.
pub(crate) fn painted<'a>(line: planned::Line, look: &Look) -> Line<'a> {
    let span = |(tone, text)| {
        let meaning = match tone {
            Tone::Plain => Meaning::Text,
            Tone::Strong => Meaning::Title,
            Tone::Dim => Meaning::Dim,
            Tone::Good => Meaning::Ok,
            Tone::Warn => Meaning::Warn,
            Tone::Bad => Meaning::Danger,
        };
        Span::styled(text, look.style(meaning))
    };
    Line::from(line.into_iter().map(span).collect::<Vec<_>>())
}
