//! Keys while a change is being confirmed, or the key that it is signed by unlocked.

use crossterm::event::KeyEvent;

use super::{
    approval::{Approve, Say, Secret},
    contexts,
    effect::{Effect, Mutation},
    keyring::key_name,
    many,
    messages::Level,
    model::{Layer, Model},
    place,
    update::say,
};
use crate::{
    signing::Choice,
    widget::{Confirm, Confirmed, Decided, Unlock, Unlocked},
};

pub(super) fn on_confirm(model: &mut Model, mut confirm: Confirm, key: KeyEvent) -> Vec<Effect> {
    match confirm.on_key(key) {
        Decided::Kept => Vec::new(),
        Decided::Open => {
            model.layers.push(Layer::Confirm(confirm));
            Vec::new()
        }
        Decided::Copy(text) => {
            model.layers.push(Layer::Confirm(confirm));
            vec![Effect::Copy(place::for_shell(model, &text))]
        }
        Decided::Many(all) => {
            model.layers.clear();
            many_confirmed(model, all)
        }
        Decided::Confirmed(mutation) => {
            model.layers.clear();
            // The link may have broken while the question was open.
            if !model.shared.link.is_live() {
                return refused(model, mutation.get());
            }
            confirmed(model, *mutation)
        }
    }
}

/// Has a confirmed change carried out, once a key that it is signed by is unlocked.
fn confirmed(model: &mut Model, mutation: Confirmed<Mutation>) -> Vec<Effect> {
    if let Mutation::Approval(Say::Approve(approve)) = mutation.get() {
        // Something may have been said to it while the question was open.
        if model.screens.approvals.tell_news(&mut model.shared) {
            return Vec::new();
        }
        if !approve.key.wants_passphrase() {
            model.screens.approvals.signs(&approve.approval_id, approve.key.wants_touch());
        }
    }
    let Some(key) = signed_by(mutation.get()) else { return vec![Effect::Change(mutation)] };
    if key.wants_passphrase() {
        let key = key_name(key);
        model.layers.push(Layer::Unlock(Box::new(Unlock::new(vec![mutation], key))));
        return Vec::new();
    }
    if matches!(mutation.get(), Mutation::Countersign(_)) && key.wants_touch() {
        say(model, Level::News, "touch your key", "it signs the runbook");
    }
    vec![Effect::Change(mutation)]
}

pub(super) fn on_unlock(model: &mut Model, mut unlock: Box<Unlock>, key: KeyEvent) -> Vec<Effect> {
    match unlock.on_key(key) {
        Unlocked::Closed => Vec::new(),
        Unlocked::Open => {
            model.layers.push(Layer::Unlock(unlock));
            Vec::new()
        }
        Unlocked::Given(all, secret) => unlocked(model, all, secret),
    }
}

/// Has what was confirmed signed by the key that is unlocked now.
fn unlocked(model: &mut Model, mut all: Vec<Confirmed<Mutation>>, secret: Secret) -> Vec<Effect> {
    if all.len() > 1 {
        return begin_many(model, all, Some(secret));
    }
    let Some(mutation) = all.pop() else { return Vec::new() };
    if !model.shared.link.is_live() {
        return refused(model, mutation.get());
    }
    if let Mutation::Approval(Say::Approve(approve)) = mutation.get() {
        model.screens.approvals.signs(&approve.approval_id, approve.key.wants_touch());
    }
    vec![Effect::Unlock(mutation, secret)]
}

/// Has many confirmed changes carried out, once a key that they are signed by is unlocked.
fn many_confirmed(model: &mut Model, all: Vec<Confirmed<Mutation>>) -> Vec<Effect> {
    let approves: Vec<Approve> = all.iter().filter_map(|one| approve(one.get())).collect();
    if let Some(first) = approves.first() {
        let ids: Vec<&str> = approves.iter().map(|one| one.approval_id.as_str()).collect();
        if model.screens.approvals.tell_news_of(&ids, &mut model.shared) {
            return Vec::new();
        }
        if first.key.wants_passphrase() && model.shared.link.is_live() {
            let key = key_name(&first.key);
            model.layers.push(Layer::Unlock(Box::new(Unlock::new(all, key))));
            return Vec::new();
        }
    }
    begin_many(model, all, None)
}

/// The key that a change is signed by; nothing for a change that nobody signs.
fn signed_by(mutation: &Mutation) -> Option<&Choice> {
    match mutation {
        Mutation::Approval(Say::Approve(approve)) => Some(&approve.key),
        Mutation::Countersign(signed) => Some(&signed.key),
        _ => None,
    }
}

fn approve(mutation: &Mutation) -> Option<Approve> {
    match mutation {
        Mutation::Approval(Say::Approve(approve)) => Some((**approve).clone()),
        _ => None,
    }
}

fn begin_many(
    model: &mut Model,
    all: Vec<Confirmed<Mutation>>,
    secret: Option<Secret>,
) -> Vec<Effect> {
    if !model.shared.link.is_live() {
        let twins: Vec<&Mutation> = all.iter().map(Confirmed::get).collect();
        let twins = contexts::in_shell(model, &many::twin(&twins));
        let twins = many::short(&twins).join("   ");
        let text = "not connected: nothing of it was done, nothing is queued";
        return say(model, Level::Error, text, &twins);
    }
    many::begin(model, all, secret)
}

/// The link may have broken while a question was open.
fn refused(model: &mut Model, mutation: &Mutation) -> Vec<Effect> {
    let text = "not connected: the change was refused, not queued";
    let twin = contexts::in_shell(model, &mutation.twin());
    say(model, Level::Error, text, &twin)
}
