//! What a message offers by a key: to open what it is about, or to take back the change that it says was made, where the domain has an
//! inverse. That is asked about like any other change; nothing is undone by the key alone.

mod inverse;
mod tenants;

use jiff::Timestamp;

use super::{
    contexts,
    effect::{Effect, Mutation},
    frost,
    messages::Level,
    model::{Layer, Model},
    shared::{Availability, Subject},
    tenancy::{MINUTE_MS, TenantChange},
    update::{go, say},
};
use crate::{
    input::Action,
    screen::tenant_question,
    widget::{Confirm, Target},
};
pub(super) use inverse::of;

/// What the last message leads to by a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Offered {
    /// Something can be looked at.
    Opens(Target),
    /// Changes can be taken back, by one yes.
    Undoes(Vec<Undo>),
}

/// A change that takes another one back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Undo {
    /// Whose policy is asked, and about what.
    action: Action,
    resource: String,
    /// The question, and the word on its button.
    words: (&'static str, &'static str),
    /// What it is done to.
    line: String,
    /// What a person types to confirm it where that is asked for.
    name: String,
    /// The change that it takes back, as a command.
    takes_back: String,
    /// When what it gives again ends, as it would have.
    until: Option<Timestamp>,
    mutation: Mutation,
}

/// Says something that can be looked at, and by which key.
pub(crate) fn offer(model: &mut Model, level: Level, text: &str, target: Target) -> Vec<Effect> {
    let key = model.keymap.keys(Action::Follow).first().map(ToString::to_string);
    let more = key.map(|key| format!("{key} opens it")).unwrap_or_default();
    model.offered = Some(Offered::Opens(target));
    say(model, level, text, &more)
}

/// Opens what the last message was about, or asks whether it is to be undone.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    let Some(offered) = model.offered.take() else { return Vec::new() };
    model.shared.messages.dismiss(model.shared.now);
    match offered {
        Offered::Opens(target) => go(model, target),
        Offered::Undoes(undos) => {
            let effects = ask(model, &undos);
            model.offered = Some(Offered::Undoes(undos));
            effects
        }
    }
}

/// Keeps what can be undone for the key, and gives what a message says of it before `more`.
pub(super) fn offer_undo(model: &mut Model, undos: Vec<Undo>, more: &str) -> String {
    if undos.is_empty() {
        // The key is about the last change, and that has no inverse.
        model.offered.take_if(|offered| matches!(offered, Offered::Undoes(_)));
        return more.to_owned();
    }
    let key = model.keymap.keys(Action::Follow).first().map(ToString::to_string);
    let what = if undos.len() == 1 { "it" } else { "them" };
    model.offered = Some(Offered::Undoes(undos));
    match key {
        Some(key) if more.is_empty() => format!("{key} undoes {what}"),
        Some(key) => format!("{key} undoes {what}   {more}"),
        None => more.to_owned(),
    }
}

/// Asks whether changes are to be taken back; says why where they can't be now. They stay on offer.
fn ask(model: &mut Model, undos: &[Undo]) -> Vec<Effect> {
    let refused = undos.iter().find_map(|undo| {
        let subject = Subject::Of(undo.resource.clone());
        match model.shared.availability(undo.action, subject) {
            Availability::Refused(why) => Some(why),
            Availability::Ready | Availability::Absent => None,
        }
    });
    if let Some(why) = refused {
        return say(model, Level::Warn, &format!("can't undo it: {why}"), "");
    }
    let Some(confirm) = question(model, undos) else {
        return say(model, Level::Warn, "can't undo it: its time has ended", "");
    };
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}

/// The question before changes are taken back; nothing where there is nothing left to give again.
fn question(model: &Model, undos: &[Undo]) -> Option<Confirm> {
    let shared = &model.shared;
    let now = shared.now;
    let [undo] = undos else {
        let first = undos.first()?;
        let scope = &shared.scope;
        let lines = vec![
            format!("{} changes are taken back", undos.len()),
            format!("in {} {}", scope.tenant, scope.environment),
        ];
        let items = undos.iter().map(|undo| undo.line.clone()).collect();
        let mutations = undos.iter().filter_map(|undo| undo.mutation(now)).collect();
        return Confirm::many(("Undo them?", first.words.1), lines, items, mutations, shared);
    };
    let (words, name) = (undo.words, undo.name.as_str());
    let lines = vec![
        undo.line.clone(),
        format!("takes back: {}", contexts::in_shell(model, &undo.takes_back)),
    ];
    Some(match undo.mutation(now)? {
        Mutation::Frost(wanted) => frost::question(words, lines, name, wanted, shared),
        Mutation::Tenant(change) => {
            let policy = undo.action.spec().policy.unwrap_or_default();
            tenant_question(words, lines, *change, (policy, shared))
        }
        mutation => Confirm::new(words, lines, name, mutation, shared),
    })
}

impl Undo {
    /// The change as it is to be made now; nothing where the time of what it gives again has ended.
    fn mutation(&self, now: Timestamp) -> Option<Mutation> {
        let mut mutation = self.mutation.clone();
        if let (Some(until), Mutation::Tenant(change)) = (self.until, &mut mutation)
            && let TenantChange::Admit(request) = &mut **change
        {
            let left = u64::try_from(until.duration_since(now).as_millis()).unwrap_or(0);
            request.duration_ms = left / MINUTE_MS * MINUTE_MS;
            return (request.duration_ms > 0).then_some(mutation);
        }
        Some(mutation)
    }
}
