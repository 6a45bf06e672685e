//! Where each tile is: a box for what wants somebody, a line for what is fine, all of them on the
//! screen at once; and which tile lies beside which.

use ratatui::layout::Rect;

use super::tile::Tile;
use crate::input::Action;

/// With less room than this every tile is a line of one column.
const BOXES_FROM: (u16, u16) = (60, 16);
/// Columns of the screen from which boxes stand three abreast.
const THREE_FROM: u16 = 150;
/// Frame and head of a box.
const BOX_LEAST: u16 = 3;
/// What is below the tiles is used from so much room on.
const REST_LEAST: (u16, u16) = (100, 8);

/// The tiles in their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Laid {
    /// The first line, which says whether anything wants somebody.
    pub(super) banner: Rect,
    /// A place for each tile, in their order, and whether it has a frame.
    pub(super) cells: Vec<(Rect, bool)>,
    /// What is left below, where it is enough for something.
    pub(super) rest: Option<Rect>,
}

/// Lays the tiles out.
pub(super) fn lay(tiles: &[Tile], area: Rect) -> Laid {
    let banner = Rect { height: 1.min(area.height), ..area };
    let below = Rect { y: area.y + banner.height, height: area.height - banner.height, ..area };
    let boxes = area.width >= BOXES_FROM.0 && area.height >= BOXES_FROM.1;
    let wanting = tiles.iter().take_while(|tile| tile.level.wants()).count();
    let columns = match (boxes, area.width) {
        (false, _) => 1,
        (true, THREE_FROM..) => 3,
        (true, _) => 2,
    };
    let (wants, quiet) = tiles.split_at(wanting);
    let groups: Vec<&[Tile]> = wants.chunks(columns).collect();
    let lines = u16::try_from(quiet.len()).unwrap_or(u16::MAX);
    let least = if boxes { BOX_LEAST } else { 1 };
    let needs: Vec<u16> = groups.iter().map(|group| need(group, boxes)).collect();
    let heights = share(&needs, least, below.height.saturating_sub(lines));
    let mut cells = Vec::new();
    let mut y = below.y;
    for (group, height) in groups.iter().zip(heights) {
        let height = height.min(below.bottom().saturating_sub(y));
        let count = u16::try_from(group.len()).unwrap_or(1).max(1);
        for at in 0..count {
            let (from, to) = (area.width * at / count, area.width * (at + 1) / count);
            cells.push((Rect { x: area.x + from, y, width: to - from, height }, boxes));
        }
        y += height;
    }
    for _ in quiet {
        let height = 1.min(below.bottom().saturating_sub(y));
        cells.push((Rect { y, height, ..area }, false));
        y += height;
    }
    let rest = Rect { y, height: below.bottom().saturating_sub(y), ..area };
    let enough = rest.width >= REST_LEAST.0 && rest.height >= REST_LEAST.1;
    Laid { banner, cells, rest: enough.then_some(rest) }
}

/// Rows that a group would fill.
fn need(group: &[Tile], boxes: bool) -> u16 {
    let items = group.iter().map(|tile| tile.items.len()).max().unwrap_or_default();
    let frame = if boxes { BOX_LEAST } else { 1 };
    u16::try_from(items).unwrap_or(u16::MAX).saturating_add(frame)
}

/// Shares rows out: to each the least, then to those that need more, the first ones first.
fn share(needs: &[u16], least: u16, rows: u16) -> Vec<u16> {
    let mut shares = vec![least; needs.len()];
    let mut left = rows.saturating_sub(least * u16::try_from(needs.len()).unwrap_or(u16::MAX));
    while left > 0 {
        let mut given = false;
        for (share, need) in shares.iter_mut().zip(needs) {
            if *share < *need && left > 0 {
                *share += 1;
                left -= 1;
                given = true;
            }
        }
        if !given {
            break;
        }
    }
    shares
}

/// The tile that a key leads to from another.
pub(super) fn beside(laid: &Laid, from: usize, action: Action) -> usize {
    let last = laid.cells.len().saturating_sub(1);
    let Some((here, _)) = laid.cells.get(from) else { return last };
    let middle = |cell: &Rect| cell.x + cell.width / 2;
    let across = |cell: &Rect| middle(cell).abs_diff(middle(here));
    let cells = || laid.cells.iter().map(|(cell, _)| cell).enumerate();
    let found = match action {
        Action::Top => cells().next(),
        Action::Bottom => cells().next_back(),
        Action::TileLeft => cells().rfind(|(_, c)| c.y == here.y && c.x < here.x),
        Action::TileRight => cells().find(|(_, c)| c.y == here.y && c.x > here.x),
        Action::Down => {
            let below = cells().filter(|(_, c)| c.y > here.y).map(|(_, c)| c.y).min();
            cells().filter(|(_, c)| Some(c.y) == below).min_by_key(|(_, c)| across(c))
        }
        Action::Up => {
            let above = cells().filter(|(_, c)| c.y < here.y).map(|(_, c)| c.y).max();
            cells().filter(|(_, c)| Some(c.y) == above).min_by_key(|(_, c)| across(c))
        }
        _ => None,
    }
    .map(|(at, _)| at);
    found.unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::pulse::tile::{Item, Kind, Level};
    use crate::theme::Meaning;

    fn tiles(wanting: usize, items: usize) -> Vec<Tile> {
        let tile = |at: usize| {
            let level = if at < wanting { Level::Wrong } else { Level::Fine };
            let item = Item::new(Meaning::Danger, "x", String::new());
            Tile::new(Kind::Failed, level, "head").with(vec![item; items])
        };
        (0..8).map(tile).collect()
    }

    #[test]
    fn every_tile_is_on_the_screen_whatever_is_wrong() {
        for size in [(40, 9), (80, 21), (120, 37), (200, 57)] {
            for wanting in 0..=8 {
                let area = Rect::new(0, 2, size.0, size.1);
                let laid = lay(&tiles(wanting, 50), area);
                assert_eq!(laid.cells.len(), 8);
                for (cell, framed) in &laid.cells {
                    let least = if *framed { BOX_LEAST } else { 1 };
                    assert!(cell.height >= least, "{size:?} {wanting}: {cell:?}");
                    assert!(cell.bottom() <= area.bottom(), "{size:?} {wanting}: {cell:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_above_below_and_beside_is_where_the_eye_sees_it() {
        let laid = lay(&tiles(3, 1), Rect::new(0, 2, 80, 21));
        assert_eq!(beside(&laid, 0, Action::TileRight), 1);
        assert_eq!(beside(&laid, 1, Action::TileLeft), 0);
        assert_eq!(beside(&laid, 1, Action::Down), 2);
        assert_eq!(beside(&laid, 2, Action::Down), 3);
        assert_eq!(beside(&laid, 0, Action::Up), 0);
        assert_eq!(beside(&laid, 0, Action::Bottom), 7);
    }
}
