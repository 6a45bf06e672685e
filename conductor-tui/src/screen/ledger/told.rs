//! The chosen event, for somebody who sees no rows.

use super::screen::LedgerScreen;
use crate::{
    app::{Shared, time},
    widget::{Told, count},
};

/// See the module.
pub(super) fn told(screen: &LedgerScreen, shared: &Shared) -> Option<Told> {
    if screen.reading || screen.fault.is_some() {
        return None;
    }
    let rows = screen.rows();
    let event = rows.get(screen.scroll.cursor)?;
    let clock = event.at.as_ref().map(time::from_wire);
    let clock = clock.map(|at| time::clock(at, &shared.look.zone)).unwrap_or_default();
    let by = match event.principal.as_str() {
        "" => String::new(),
        principal => format!("by {principal}"),
    };
    let place = match screen.held {
        true if screen.unseen > 0 => format!("{} new below", count(screen.unseen)),
        true => "held".to_owned(),
        false => "the newest".to_owned(),
    };
    let number = format!("number {}", count(event.seq));
    let parts = [event.kind.clone(), event.subject.clone(), by, clock, number];
    let at = (screen.scroll.cursor, rows.len());
    Some(Told::row(&event.seq.to_string(), parts, at).at(place))
}
