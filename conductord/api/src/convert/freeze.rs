//! Freezes, to the wire and from it.

use conductor_domain::{
    intent::freeze::{DraftWindow, Freeze, Lifted, Reach, Set, State, Stop, Switched, Window},
    scope::Principal,
};
use conductor_protocol::v1::{self, freeze_reach};

use super::{scope, time};
use crate::{
    failure::{Failure, Outcome},
    request,
};

/// A part of a tenant, as it is asked for. The slice decides whether its name is one.
pub(crate) fn reach_of(given: Option<v1::FreezeReach>) -> Outcome<Reach> {
    let missing = || {
        let message = "the request does not say what is to be frozen";
        Failure::invalid(message, "give one of `workflow`, `environment` and `tenant`")
    };
    match given.and_then(|given| given.reach) {
        Some(freeze_reach::Reach::Workflow(name)) => {
            Ok(Reach::Workflow(request::text("name of the workflow", name)?))
        }
        Some(freeze_reach::Reach::Environment(name)) => {
            Ok(Reach::Environment(request::text("name of the environment", name)?))
        }
        Some(freeze_reach::Reach::Tenant(true)) => Ok(Reach::Tenant),
        Some(freeze_reach::Reach::Tenant(false)) | None => Err(missing()),
    }
}

/// A window, as it is asked for.
pub(crate) fn window_of(given: Option<v1::FreezeWindow>) -> Outcome<DraftWindow> {
    let v1::FreezeWindow { from, until, cron, for_ms, zone } = given.unwrap_or_default();
    let zone = request::text("time zone", zone)?;
    let (from, until) = (request::text("time", from)?, request::text("time", until)?);
    let pattern = request::text("cron pattern", cron)?;
    let both = !from.is_empty() || !until.is_empty();
    match (pattern.is_empty(), both) {
        (false, false) => Ok(DraftWindow::Recurring { pattern, zone, for_ms }),
        (true, _) if for_ms == 0 => Ok(DraftWindow::Once { from, until, zone }),
        _ => Err(Failure::invalid(
            "the window is both one that recurs and one that does not",
            "give `cron` with `for_ms`, or `from` and `until`",
        )),
    }
}

/// A freeze as it stands.
pub(crate) fn freeze(freeze: &Freeze, state: State) -> v1::Freeze {
    let (word, until, comes) = match state {
        State::Holds(until) => (v1::FreezeState::Holds, until, None),
        State::Comes(at) => (v1::FreezeState::Comes, None, Some(at)),
        State::Over => (v1::FreezeState::Unspecified, None, None),
    };
    v1::Freeze {
        name: freeze.name.clone(),
        scope: Some(scope(&freeze.scope)),
        reach: Some(reach(&freeze.reach)),
        window: Some(window(&freeze.window)),
        reason: freeze.reason.clone(),
        set_by: freeze.by.to_string(),
        set_at: Some(time(freeze.at)),
        decision_id: freeze.decision.to_string(),
        state: word.into(),
        until: until.map(time),
        comes: comes.map(time),
        stops: match freeze.stop {
            None => "",
            Some(Stop::Cancel) => "cancel",
            Some(Stop::Kill) => "kill",
        }
        .to_owned(),
    }
}

fn reach(reach: &Reach) -> v1::FreezeReach {
    let reach = match reach.clone() {
        Reach::Tenant => freeze_reach::Reach::Tenant(true),
        Reach::Workflow(name) => freeze_reach::Reach::Workflow(name),
        Reach::Environment(name) => freeze_reach::Reach::Environment(name),
    };
    v1::FreezeReach { reach: Some(reach) }
}

fn window(window: &Window) -> v1::FreezeWindow {
    match window.clone() {
        Window::Once { from, until } => v1::FreezeWindow {
            from: from.rfc3339(),
            until: until.map(conductor_domain::time::Timestamp::rfc3339).unwrap_or_default(),
            ..v1::FreezeWindow::default()
        },
        Window::Recurring { pattern, zone, for_ms } => {
            v1::FreezeWindow { cron: pattern, for_ms, zone, ..v1::FreezeWindow::default() }
        }
    }
}

/// A freeze was set, in one line.
pub(crate) fn set(event: &Set, by: &str) -> String {
    let when = match &event.window {
        Window::Once { from, until: None } => format!("from {} until it is lifted", from.rfc3339()),
        Window::Once { from, until: Some(until) } => {
            format!("from {} until {}", from.rfc3339(), until.rfc3339())
        }
        Window::Recurring { pattern, zone, for_ms } => {
            format!("for {} min each `{pattern}` ({zone})", for_ms / 60_000)
        }
    };
    let (name, reach) = (&event.name, event.reach.words());
    format!("{by} froze {reach} {when} (`{name}`): {}", event.reason)
}

/// A freeze was lifted, in one line.
pub(crate) fn lifted(event: &Lifted) -> String {
    let people: Vec<&str> = event.approved_by.iter().map(Principal::as_str).collect();
    format!("freeze `{}` was lifted by {}: {}", event.name, people.join(" and "), event.reason)
}

/// The kill switch was thrown, in one line.
pub(crate) fn switched(event: &Switched, by: &str) -> String {
    let how = match event.stop {
        Stop::Cancel => "stopped",
        Stop::Kill => "killed",
    };
    let (runs, reach) = (event.runs, event.reach.words());
    let runs = if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") };
    format!("{by} threw the kill switch of {reach}, {runs} are {how}: {}", event.reason)
}
