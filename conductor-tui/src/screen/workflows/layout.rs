//! Where the panes go: the list, the page and the record from 130 columns, two of them from 90, else
//! one. What has no room is behind `Tab`. The same function serves drawing and moving.

use ratatui::layout::Rect;

use crate::input::Place;

/// Columns from which there are three panes, and two.
const THREE_PANES: u16 = 130;
const TWO_PANES: u16 = 90;
/// Columns of a page from which the steps stand beside the prose.
pub(super) const STEPS_BESIDE: usize = 84;

/// Which part of the screen has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Focus {
    #[default]
    List,
    Page,
    Record,
}

impl Focus {
    const ORDER: [Self; 3] = [Self::List, Self::Page, Self::Record];

    /// The focus so many steps on, round and round.
    pub(super) fn step(self, by: usize) -> Self {
        let at = Self::ORDER.iter().position(|focus| *focus == self).unwrap_or(0);
        Self::ORDER[(at + by) % Self::ORDER.len()]
    }

    pub(super) const fn places(self) -> &'static [Place] {
        match self {
            Self::List => &[Place::Workflows],
            Self::Page => &[Place::RunbookPage],
            Self::Record => &[Place::RunbookRecord],
        }
    }
}

/// Where the panes go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Panes {
    pub(super) list: Option<Rect>,
    pub(super) page: Option<Rect>,
    pub(super) record: Option<Rect>,
}

/// Divides the screen.
pub(super) fn panes(area: Rect, focus: Focus) -> Panes {
    let split = |left: u16| {
        let left = left.min(area.width);
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        (Rect { width: left, ..area }, right)
    };
    if area.width >= THREE_PANES {
        let (list, rest) = split((area.width * 31 / 100).clamp(46, 64));
        let record = (area.width * 24 / 100).clamp(34, 46);
        let page = Rect { width: rest.width - record, ..rest };
        let record = Rect { x: page.right(), width: record, ..rest };
        return Panes { list: Some(list), page: Some(page), record: Some(record) };
    }
    if area.width >= TWO_PANES {
        return match focus {
            Focus::List => {
                let (list, page) = split(area.width * 47 / 100);
                Panes { list: Some(list), page: Some(page), ..Panes::default() }
            }
            // The prose and the steps are two panes themselves.
            Focus::Page => Panes { page: Some(area), ..Panes::default() },
            Focus::Record => {
                let (page, record) = split(area.width * 58 / 100);
                Panes { page: Some(page), record: Some(record), ..Panes::default() }
            }
        };
    }
    match focus {
        Focus::List => Panes { list: Some(area), ..Panes::default() },
        Focus::Page => Panes { page: Some(area), ..Panes::default() },
        Focus::Record => Panes { record: Some(area), ..Panes::default() },
    }
}

/// What is inside a pane, as the pane draws it: a frame, and a column of air.
pub(super) fn inside(pane: Rect) -> Rect {
    let inner = Rect {
        x: pane.x + 1,
        y: pane.y + 1,
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(2),
    };
    let air = u16::from(inner.width > 2);
    Rect { x: inner.x + air, width: inner.width - air * 2, ..inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_by_width() {
        for focus in Focus::ORDER {
            let counts = [40, 89, 130, 250].map(|width| {
                let panes = panes(Rect::new(0, 0, width, 30), focus);
                [panes.list, panes.page, panes.record].iter().flatten().count()
            });
            assert_eq!(counts, [1, 1, 3, 3], "{focus:?}");
        }
    }
}
