//! Draws the tenants and the page of the chosen one: beside each other, above each other, or one behind
//! `Tab`.

use ratatui::{Frame, layout::Rect};

use super::{list, page, screen::TenantsScreen};
use crate::app::{Shared, body};

/// Columns from which the page stands beside the list.
const BESIDE_FROM: u16 = 116;
/// Rows from which it stands below it.
const BELOW_FROM: u16 = 30;
/// The frame and the columns' names.
const FRAME_ROWS: u16 = 3;

/// The places of list and page; one that has none is behind `Tab`.
pub(super) fn panes(area: Rect, reading: bool) -> (Option<Rect>, Option<Rect>) {
    if area.width >= BESIDE_FROM {
        let left = Rect { width: area.width * 48 / 100, ..area };
        let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
        return (Some(left), Some(right));
    }
    if area.height >= BELOW_FROM {
        let top = Rect { height: area.height * 40 / 100, ..area };
        let low = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        return (Some(top), Some(low));
    }
    if reading { (None, Some(area)) } else { (Some(area), None) }
}

/// Rows of the list that are seen at once.
pub(super) fn list_height(size: (u16, u16), reading: bool) -> usize {
    let list = panes(body(size), reading).0.unwrap_or_default();
    usize::from(list.height.saturating_sub(FRAME_ROWS))
}

/// Whether the page of the chosen tenant is seen.
pub(super) fn page_is_seen(size: (u16, u16), reading: bool) -> bool {
    panes(body(size), reading).1.is_some()
}

/// Draws the screen.
pub(super) fn tenants_view(
    screen: &TenantsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (list_place, page_place) = panes(area, screen.reading);
    if let Some(area) = list_place {
        list::view(screen, frame, area, shared);
    }
    if let Some(area) = page_place {
        page::view(screen, frame, area, shared);
    }
}
