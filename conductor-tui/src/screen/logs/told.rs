//! The line under the cursor, for somebody who sees no rows.

use super::screen::LogsScreen;
use crate::{
    app::{Shared, body},
    widget::Told,
};

/// See the module.
pub(super) fn told(screen: &LogsScreen, shared: &Shared) -> Option<Told> {
    let shape = screen.shape(body(shared.size));
    let at = screen.log.sight(shape).cursor;
    let line = screen.log.current(shape)?;
    let source = screen.log.source(&line);
    let host = source.filter(|_| screen.log.sources().hosts() > 1).map(|source| &*source.name);
    // The text first: who listens to lines knows by it whether to listen on.
    let parts = [line.text, host.unwrap_or_default()];
    Some(Told::row(&at.to_string(), parts, (at, screen.log.rows().len())))
}
