//! Looking at another tenant, environment or region: everything that was read goes, and nothing that
//! was asked before is taken for an answer to what is asked now.

use conductor_protocol::v1::Scope;

use super::{
    effect::{Effect, Ticket},
    many,
    messages::Level,
    model::Model,
    msg::What,
    shared::LinkState,
    update::{say, to_screen},
};
use crate::{
    input::Part,
    screen::{Event, Screens},
    widget::Target,
};

/// Moves to where a part of the scope is another.
pub(super) fn change(model: &mut Model, part: Part, name: &str) -> Vec<Effect> {
    let mut scope = model.shared.scope.clone();
    match part {
        Part::Tenant => name.clone_into(&mut scope.tenant),
        Part::Environment => name.clone_into(&mut scope.environment),
        Part::Region => name.clone_into(&mut scope.region),
    }
    if scope == model.shared.scope {
        return say(model, Level::Info, &format!("this is {name} already"), "");
    }
    go_to(model, scope)
}

fn go_to(model: &mut Model, scope: Scope) -> Vec<Effect> {
    many::leave(model);
    let mut effects = to_screen(model, Event::Leave);
    model.screens = Screens::default();
    model.layers.clear();
    model.typed.clear();
    model.trail = <_>::default();
    model.trail.went(Target::Act(model.tab.action()));
    (model.offered, model.to_copy, model.resume_at) = (None, None, None);
    model.remembered.clear();
    model.plans.clear();
    model.moved = true;
    model.epoch += 1;
    let shared = &mut model.shared;
    shared.scope = scope.clone();
    shared.verdicts.clear();
    shared.risks.clear();
    shared.freezes.clear();
    (shared.alerts, shared.approvals_waiting) = ((0, 0), 0);
    shared.principal.clear();
    shared.link.state = LinkState::Connecting;
    (shared.link.latency, shared.link.heard_at) = (None, None);
    effects.push(Effect::Move { scope, epoch: model.epoch });
    effects
}

/// An answer to what was asked before somebody moved. Only what became of a change is told.
pub(super) fn left_behind(model: &mut Model, what: What) -> Vec<Effect> {
    let What::Reply(Ticket::Changed(mutation), answer) = what else { return Vec::new() };
    let twin = mutation.twin();
    match answer {
        Ok(_) => say(model, Level::Info, "done, where you were before", &twin),
        Err(fault) => {
            let text = format!("where you were before: {}", fault.message);
            say(model, Level::Error, &text, &twin)
        }
    }
}

/// Commands, one in a line, as a shell takes them to act where this console looks.
pub(super) fn for_shell(model: &Model, twin: &str) -> String {
    let flags = flags(model);
    twin.lines().map(|line| format!("{line}{flags}")).collect::<Vec<_>>().join("\n")
}

/// Flags that a command needs in a shell to act where this console looks, once it has moved.
pub(super) fn flags(model: &Model) -> String {
    let scope = &model.shared.scope;
    let parts = [("tenant", &scope.tenant), ("env", &scope.environment), ("region", &scope.region)];
    let given = parts.into_iter().filter(|(_, value)| model.moved && !value.is_empty());
    given.map(|(flag, value)| format!(" --{flag} {}", crate::input::in_shell(value))).collect()
}
