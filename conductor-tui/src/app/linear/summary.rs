//! How everything stands, and what can be done here: told at the start and on request.

use crate::{
    app::{
        layers::works_here,
        model::Model,
        shared::{Availability, LinkState, Paused, Shared},
        time,
    },
    input::{ACTIONS, Action, Spec},
    widget::counted,
};

/// What the top line of the painted console says.
pub(crate) fn header(shared: &Shared) -> String {
    let link = match (&shared.link.state, shared.link.heard_at) {
        (LinkState::Live, _) => "connected".to_owned(),
        (LinkState::Connecting, _) => "connecting".to_owned(),
        (LinkState::Lost(_), Some(at)) => {
            let age = time::spoken(shared.now.duration_since(at));
            format!("no connection, what is told is {age} old")
        }
        (LinkState::Lost(_), None) => "no daemon answers".to_owned(),
    };
    let (due, open) = shared.alerts;
    let stopped = shared.freezes.iter().any(|freeze| !freeze.stops.is_empty());
    let frozen = match (shared.freezes.is_empty(), stopped) {
        (true, _) => "",
        (false, true) => "stopped",
        (false, false) => "frozen",
    };
    let production = if shared.is_production() { "this is production" } else { "" };
    let parts = [
        "conductor".to_owned(),
        shared.context.as_ref().map(|context| context.word.clone()).unwrap_or_default(),
        link,
        production.to_owned(),
        if shared.named { format!("as {}", shared.principal) } else { String::new() },
        shared.paused.map(Paused::words).unwrap_or_default(),
        if shared.recording.is_some() { "recording".to_owned() } else { String::new() },
        if shared.read_only { "read-only".to_owned() } else { String::new() },
        counted(
            shared.approvals_waiting.into(),
            "approval waits for you",
            "approvals wait for you",
        ),
        counted(due.into(), "review due", "reviews due"),
        counted(open.into(), "incident", "incidents"),
        frozen.to_owned(),
        time::clock_minutes(shared.now, &shared.look.zone),
    ];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(", ")
}

/// What the bottom line says: the keys that work here now.
pub(super) fn keys(model: &Model) -> String {
    let key = |action: Action| model.keymap.keys(action).first().map(ToString::to_string);
    let hint = |spec: &Spec| {
        let ready = model.availability(spec.action) == Availability::Ready;
        let key = key(spec.action).filter(|_| ready && !spec.hint.is_empty())?;
        Some(format!("{key} {}", spec.hint))
    };
    let here = ACTIONS.iter().filter(|spec| works_here(model, spec));
    let mut all: Vec<String> = if model.layers.is_empty() {
        here.filter_map(hint).collect()
    } else {
        vec!["Esc closes this".to_owned()]
    };
    if let Some(key) = key(Action::Redraw) {
        all.push(format!("{key} tells everything again"));
    }
    format!("keys: {}", all.join(", "))
}
