//! What the cursor is on, for somebody who sees no rows.

use super::{edges::Row, screen::GraphScreen};
use crate::{app::Shared, widget::Told};

/// See the module.
pub(super) fn told(screen: &GraphScreen, _shared: &Shared) -> Option<Told> {
    if screen.reading {
        return None;
    }
    let cursor = screen.scroll.cursor;
    if let Some(reached) = &screen.reached {
        let steps = reached.rows(&screen.words);
        let at = reached.scroll.cursor;
        let step = steps.get(at)?;
        let way = step.edge.map_or("the beginning", |edge| &edge.kind);
        let ahead = if step.is_ahead() { "towards it" } else { "from it" };
        let ahead = step.edge.map_or("", |_| ahead);
        let depth = step.depth();
        let depth = if depth == 0 { String::new() } else { format!("{depth} deep") };
        let state = step.entity.map_or("", |entity| &entity.state);
        let parts = [step.name(), way, ahead, state, &depth];
        return Some(Told::row(step.name(), parts, (at, steps.len())));
    }
    if let Some(middle) = &screen.at {
        let edges = screen.edges();
        let row = edges.get(cursor)?;
        let state = screen.entity().map_or("", |entity| &entity.state);
        let parts = match row {
            Row::Middle => [middle, "in the middle", state, ""],
            Row::In(edge) => [&edge.from, &edge.kind, "to the middle", &edge.note],
            Row::Out(edge) => [&edge.to, &edge.kind, "from the middle", &edge.note],
        };
        let of = format!("{middle} {cursor}");
        return Some(Told::row(&of, parts.map(str::to_owned), (cursor, edges.len())));
    }
    let runs = screen.beginnings();
    let run = runs.get(cursor)?;
    let workflow = run.attributes.get("workflow").map_or("", String::as_str);
    Some(Told::row(&run.name, [workflow, &run.state, &run.name], (cursor, runs.len())))
}
