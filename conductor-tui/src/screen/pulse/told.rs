//! The chosen tile, or the chosen thing of a tile, for somebody who sees none.

use super::{
    screen::PulseScreen,
    tile::{Item, tiles},
};
use crate::{app::Shared, widget::Told};

/// Things of a tile that are told; its own list has the others.
const ITEMS_TOLD: usize = 3;

/// See the module.
pub(super) fn told(screen: &PulseScreen, shared: &Shared) -> Option<Told> {
    if let Some((kind, scroll)) = screen.page {
        let items = screen.page_items(kind, shared);
        let item = items.get(scroll.cursor)?;
        let parts = [&item.text, &item.note];
        return Some(Told::row(&item.text, parts, (scroll.cursor, items.len())));
    }
    let tiles = tiles(&screen.heard, shared);
    let at = screen.at(&tiles);
    let tile = tiles.get(at)?;
    let wants = if tile.level.wants() { "wants a look" } else { "" };
    let item = |item: &Item| format!("{} {}", item.text, item.note);
    let mut parts = vec![tile.kind.title().to_owned(), tile.head.clone(), wants.to_owned()];
    parts.extend(tile.items.iter().take(ITEMS_TOLD).map(item));
    let more = tile.items.len().saturating_sub(ITEMS_TOLD);
    parts.extend((more > 0).then(|| format!("{more} more")));
    Some(Told::row(tile.kind.title(), parts, (at, tiles.len())))
}
