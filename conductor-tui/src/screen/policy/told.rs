//! The chosen decision or bundle, for somebody who sees no rows.

use conductor_protocol::v1::{DeployedBundle, RecordedDecision};

use super::{
    bundles, explain,
    screen::{Part, PolicyScreen},
};
use crate::{
    app::{Shared, time},
    widget::{Told, counted},
};

/// See the module. A candidate's page is read as it is drawn.
pub(super) fn told(screen: &PolicyScreen, shared: &Shared) -> Option<Told> {
    match (screen.part, screen.second) {
        (Part::Decisions, false) if screen.decisions.fault.is_none() => {
            let row = screen.decisions.selected()?;
            let at = (screen.decisions.scroll.cursor, screen.decisions.rows().len());
            Some(decision(row, at, shared))
        }
        (Part::Bundles, false) if screen.bundles.fault.is_none() => {
            let at = screen.bundles.scroll.cursor;
            Some(bundle(screen.bundles.rows(), at, shared)).flatten()
        }
        _ => None,
    }
}

fn decision(row: &RecordedDecision, at: (usize, usize), shared: &Shared) -> Told {
    let found = row.decision.clone().unwrap_or_default();
    let (word, _) = explain::verdict(&found);
    let clock = row.at.as_ref().map(time::from_wire);
    let clock = clock.map(|at| time::clock(at, &shared.look.zone)).unwrap_or_default();
    let times = if row.count > 1 { counted(row.count, "time", "times") } else { String::new() };
    let parts = [
        word.to_owned(),
        format!("{} {}", row.action, row.resource),
        format!("for {}", row.principal),
        times,
        clock,
        found.reasons.join("; "),
    ];
    Told::row(&format!("{} {}", row.seq, found.id), parts, at)
}

fn bundle(rows: &[DeployedBundle], at: usize, shared: &Shared) -> Option<Told> {
    let bundle = rows.get(at)?;
    let state = match (at, bundle.kept) {
        (0, _) => "decides",
        (_, true) => "kept",
        (_, false) => "gone",
    };
    let since = bundle.at.as_ref().map(|at| bundles::when(at, shared)).unwrap_or_default();
    let parts = [
        format!("bundle {}", bundles::name(bundle)),
        state.to_owned(),
        format!("since {since}"),
        bundles::cause(bundle),
    ];
    Some(Told::row(&bundle.revision, parts, (at, rows.len())))
}
