//! Keys while a change is being confirmed, or the key that it is signed by unlocked.

use crossterm::event::KeyEvent;

use super::{
    approval::Say,
    effect::{Effect, Mutation},
    many,
    messages::Level,
    model::{Layer, Model},
    place,
    update::say,
};
use crate::widget::{Confirm, Confirmed, Decided, Unlock, Unlocked};

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
            if !model.shared.link.is_live() {
                let twins: Vec<&Mutation> = all.iter().map(Confirmed::get).collect();
                let text = "not connected: nothing of it was done, nothing is queued";
                return say(
                    model,
                    Level::Error,
                    text,
                    &many::short(&many::twin(&twins)).join("   "),
                );
            }
            many::begin(model, all)
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
        if approve.key.wants_passphrase() {
            let key = format!("{} ({})", approve.key.fingerprint(), approve.key.place());
            model.layers.push(Layer::Unlock(Box::new(Unlock::new(mutation, key))));
            return Vec::new();
        }
        model.screens.approvals.signs(&approve.approval_id, approve.key.wants_touch());
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
        Unlocked::Given(mutation, secret) => {
            if !model.shared.link.is_live() {
                return refused(model, mutation.get());
            }
            if let Mutation::Approval(Say::Approve(approve)) = mutation.get() {
                model.screens.approvals.signs(&approve.approval_id, approve.key.wants_touch());
            }
            vec![Effect::Unlock(*mutation, secret)]
        }
    }
}

/// The link may have broken while a question was open.
fn refused(model: &mut Model, mutation: &Mutation) -> Vec<Effect> {
    let text = "not connected: the change was refused, not queued";
    say(model, Level::Error, text, &mutation.twin())
}
