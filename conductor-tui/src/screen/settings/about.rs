//! Versions, paths, and what the terminal was found capable of.

use super::screen::SettingsScreen;
use crate::{
    app::{FaultKind, LinkState, Shared},
    widget::plain,
};

/// Each with what it is.
pub(super) fn about(screen: &SettingsScreen, shared: &Shared) -> Vec<(String, String)> {
    let row = |name: &str, text: String| (name.to_owned(), text);
    let mut rows = vec![
        row("console", format!("conductor {}", env!("CARGO_PKG_VERSION"))),
        row("daemon", daemon(screen, shared)),
        row("listens at", plain(&shared.link.endpoint)),
    ];
    rows.extend(shared.told.paths.iter().cloned());
    rows.extend(shared.told.terminal.iter().cloned());
    let (columns, lines) = shared.size;
    rows.push(row("size", format!("{columns} columns, {lines} rows")));
    rows
}

fn daemon(screen: &SettingsScreen, shared: &Shared) -> String {
    let away = match &shared.link.state {
        LinkState::Lost(_) => ", not connected now",
        _ => "",
    };
    match &screen.daemon {
        Some(Ok(status)) => format!("conductord {}{away}", plain(&status.version)),
        Some(Err(fault)) if fault.kind == FaultKind::Denied => {
            format!("denied by policy: {}", plain(&fault.message))
        }
        Some(Err(fault)) => format!("not told: {}", plain(&fault.message)),
        None if away.is_empty() => "asked for its version".to_owned(),
        None => "not connected".to_owned(),
    }
}
