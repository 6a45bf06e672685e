//! Looking at another tenant, environment or region: everything that was read goes, and nothing that
//! was asked before is taken for an answer to what is asked now.

use conductor_protocol::v1::Scope;

use super::{
    contexts::Context,
    effect::{Effect, Ticket},
    many,
    messages::Level,
    model::Model,
    msg::{Taped, What},
    pause,
    shared::LinkState,
    update::{say, to_screen},
};
use crate::{
    input::Part,
    screen::{Event, Screens},
    widget::Target,
};

/// Places remembered that were left: a change is answered within its deadline.
const LEFT_MAX: usize = 16;

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

/// Looks at another place: nothing of the one before is left.
pub(super) fn go_to(model: &mut Model, scope: Scope) -> Vec<Effect> {
    many::leave(model);
    pause::forget(model);
    let mut effects = to_screen(model, Event::Leave);
    model.screens = Screens::default();
    model.layers.clear();
    model.typed.clear();
    model.trail = <_>::default();
    model.trail.went(Target::Act(model.tab.action()));
    (model.offered, model.to_copy, model.resume_at) = (None, None, None);
    model.remembered.clear();
    model.plans.clear();
    model.contexts.forget();
    model.attention.moved();
    if model.left.len() == LEFT_MAX {
        model.left.pop_front();
    }
    model.left.push_back(Left::of(model));
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

/// Everything is read anew, as in a console that was just started: a recording begins here.
pub(super) fn afresh(model: &mut Model) -> Vec<Effect> {
    let moved = model.moved;
    let effects = go_to(model, model.shared.scope.clone());
    model.moved = moved;
    (model.quit_until, model.trail_until) = (None, None);
    let now = model.shared.now;
    model.shared.messages.dismiss(now);
    effects
}

/// What became of a recording.
pub(super) fn recording(model: &mut Model, taped: Taped) -> Vec<Effect> {
    model.shared.recording = None;
    match taped {
        Taped::Begun(path) => {
            let text = format!("what happens from here on is recorded in {path}");
            model.shared.recording = Some(path);
            say(model, Level::Info, &text, ":record stop ends it")
        }
        Taped::Ended(path) => {
            let twin = format!("conductor replay {}", crate::input::in_shell(&path));
            say(model, Level::Info, &format!("recorded {path}"), &twin)
        }
        Taped::Broken(path, why) => {
            say(model, Level::Error, &format!("the recording in {path} has ended: {why}"), "")
        }
        Taped::Refused(why) => say(model, Level::Error, &format!("not recorded: {why}"), ""),
    }
}

/// A place that was left.
#[derive(Debug)]
pub(crate) struct Left {
    /// [`Model::epoch`] while it was looked at.
    epoch: u64,
    name: String,
    context: Option<Context>,
    flags: String,
}

impl Left {
    fn of(model: &Model) -> Self {
        let context = model.shared.context.clone();
        let scope = &model.shared.scope;
        let parts = [&scope.tenant, &scope.environment, &scope.region].into_iter().cloned();
        let named = context.iter().map(|context| format!("@{}", context.name));
        let name: Vec<_> = named.chain(parts).filter(|part| !part.is_empty()).collect();
        Self { epoch: model.epoch, name: name.join(" · "), context, flags: flags(model) }
    }
}

/// An answer to what was asked before somebody moved. Only what became of a change is told.
pub(super) fn left_behind(model: &mut Model, epoch: u64, what: What) -> Vec<Effect> {
    let What::Reply(Ticket::Changed(mutation), answer) = what else { return Vec::new() };
    let left = model.left.iter().find(|left| left.epoch == epoch);
    // A command that names no place would act in this one.
    let twin = left.map(|left| in_shell(&mutation.twin(), left.context.as_ref(), &left.flags));
    let twin = twin.unwrap_or_default();
    let place = left.map_or_else(|| "a place that was left".to_owned(), |left| left.name.clone());
    match answer {
        Ok(_) => {
            let text = format!("done in {place}");
            say(model, Level::Info, &text, &twin)
        }
        Err(fault) => {
            let text = format!("in {place}: {}", fault.told());
            say(model, Level::Error, &text, &twin)
        }
    }
}

/// Commands, one in a line, as a shell takes them to act where this console looks.
pub(super) fn for_shell(model: &Model, twin: &str) -> String {
    in_shell(twin, model.shared.context.as_ref(), &flags(model))
}

fn in_shell(twin: &str, context: Option<&Context>, flags: &str) -> String {
    let line = |line: &str| {
        let line = format!("{line}{flags}");
        context.map_or_else(|| line.clone(), |context| context.in_command(&line))
    };
    twin.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Flags that a command needs in a shell to act where this console looks, once it has moved.
pub(super) fn flags(model: &Model) -> String {
    let scope = &model.shared.scope;
    let parts = [("tenant", &scope.tenant), ("env", &scope.environment), ("region", &scope.region)];
    let given = parts.into_iter().filter(|(_, value)| model.moved && !value.is_empty());
    given.map(|(flag, value)| format!(" --{flag} {}", crate::input::in_shell(value))).collect()
}
