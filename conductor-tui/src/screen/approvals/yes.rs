//! A yes, from the key that says it to the signature that counts: what is signed is what was read,
//! looked at once more, and by a key that is enrolled.

use conductor_protocol::v1::{Approval, ApprovalStatus};

use super::{
    ask::{called, sign_it, started},
    heard::get,
    reading::Reading,
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{Answer, ENROLL, Effect, Fault, Level, Say, Shared, Signs},
    planned::plain,
    screen::Intent,
    signing::{Found, progress},
    widget::Target,
};

impl ApprovalsScreen {
    /// Asks before it is signed, unless it is not what was read any more.
    pub(super) fn sign(&mut self, shared: &mut Shared) -> Option<Intent> {
        if self.tell_news(shared) {
            return None;
        }
        let read = self.reading.as_ref()?.shown()?;
        let (checked, key) = (read.checked.as_ref().ok()?, self.keys.key()?);
        Some(Intent::Confirm(Box::new(sign_it(checked, key, shared))))
    }

    /// Shows what became of it since it was read, if anything did.
    pub(crate) fn tell_news(&mut self, shared: &mut Shared) -> bool {
        let tenant = shared.scope.tenant.clone();
        let news = self.reading.as_mut().map(|reading| reading.show_news(&tenant));
        let news = news.unwrap_or_default();
        if !news.is_empty() {
            let text = format!("changed since you read it: {}", news.join("; "));
            shared.messages.say(shared.now, Level::Warn, &text, "read it again before you sign it");
        }
        !news.is_empty()
    }

    /// A yes: looks for the keys and at the approval once more before it asks.
    pub(super) fn approve(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let Some(id) = self.target().map(|approval| approval.approval_id.clone()) else {
            return Vec::new();
        };
        // The cursor may have come to it just now.
        let read = self.reading.as_ref().filter(|reading| reading.id == id);
        if !self.is_page_seen(shared) || read.and_then(Reading::shown).is_none() {
            self.focus = Focus::Page;
            shared.messages.say(shared.now, Level::Warn, "read it first, then sign it", "");
            return self.open(&id, shared);
        }
        if self.tell_news(shared) {
            return Vec::new();
        }
        self.approving = Some(id);
        vec![Intent::Do(Effect::FindKeys(Signs::Approvals))]
    }

    /// Takes the keys that were found; goes on with a yes that waited for them.
    pub(crate) fn take_keys(
        &mut self,
        found: Result<Found, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        self.keys.take(found);
        if self.gathering.is_some() {
            return self.keys_came(shared);
        }
        let Some(id) = self.approving.clone() else { return Vec::new() };
        if self.keys.key().is_none() {
            self.approving = None;
            let text = format!("can't sign: {}", self.keys.problem());
            shared.messages.say(shared.now, Level::Error, &text, ENROLL);
            return Vec::new();
        }
        vec![Intent::Do(get(&id, shared))]
    }

    /// A yes that was on its way is dropped: whoever gave it does something else now.
    pub(crate) fn rest(&mut self) {
        self.approving = None;
        self.gathering = None;
    }

    /// Why an approval can't be signed here, whatever the daemon says.
    pub(super) fn unsignable(&self, id: &str) -> Option<String> {
        if let Some((signed, _)) = &self.signing {
            return Some(format!("{signed} is being signed"));
        }
        let reading = self.reading.as_ref().filter(|reading| reading.id == id)?;
        let mismatch = reading.shown()?.checked.as_ref().err()?;
        Some(format!("don't sign it: {mismatch}"))
    }

    /// It is being signed.
    pub(crate) fn signs(&mut self, id: &str, touch: bool) {
        self.signing = Some((id.to_owned(), touch));
    }

    /// Nothing is being signed any more.
    pub(crate) fn signed_all(&mut self) {
        self.signing = None;
    }

    /// What came of something that was said.
    pub(crate) fn said(
        &mut self,
        said: &Say,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        if matches!(said, Say::Approve(_)) {
            self.signing = None;
        }
        let mut intents = Vec::new();
        match answer {
            Ok(Answer::Said(approval)) => {
                intents.extend(tell(said, &approval, shared));
                let reading = self.reading.as_mut();
                if let Some(reading) = reading.filter(|one| one.id == approval.approval_id) {
                    reading.show(*approval, &shared.scope.tenant);
                }
            }
            Ok(_) => {}
            Err(fault) if !fault.approval.is_empty() => {
                // It waits for a touch, and nothing went wrong.
                let (level, text) = (Level::News, fault.message);
                intents.push(Intent::Offer {
                    level,
                    text,
                    target: Target::Approval(fault.approval),
                });
            }
            Err(fault) => {
                let parts = [fault.hint.clone(), said.twin()];
                let more: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                shared.messages.say(shared.now, Level::Error, &fault.told(), &more.join("   "));
            }
        }
        intents.extend(self.refresh(shared));
        intents
    }
}

/// Says what came of it.
fn tell(said: &Say, approval: &Approval, shared: &mut Shared) -> Option<Intent> {
    let (what, twin) = (plain(called(approval)), said.twin());
    let ended = approval.ended.as_ref();
    if let (Say::Approve(_), Some(ended)) = (said, ended) {
        if let Some(run) = started(approval, shared) {
            let text = format!("signed {what}; carried out: run {} started", ended.run_id);
            let level = Level::Info;
            return match run {
                Ok(id) => Some(Intent::Offer { level, text, target: Target::Run(id) }),
                Err(command) => {
                    shared.messages.say(shared.now, level, &text, &command);
                    None
                }
            };
        }
        // The signature was good, and too late to count.
        let void = approval.status() == ApprovalStatus::Void;
        let level = if void { Level::Error } else { Level::Info };
        let text = format!("signed {what}; it {}", plain(&ended.sentence));
        shared.messages.say(shared.now, level, &text, &twin);
        return None;
    }
    let text = match said {
        Say::Approve(_) => format!("signed {what}; {}", progress(approval)),
        Say::Deny(_) => format!("denied {what}"),
        Say::Delegate(request) => format!("{} may sign {what} instead", plain(&request.to)),
        Say::Withdraw(_) => format!("withdrew {what}"),
        Say::BreakGlass(_) => {
            let how = ended.map_or("waits for your touch", |ended| ended.sentence.as_str());
            format!("{what}: it {}", plain(how))
        }
        Say::Comment(_) => format!("said it to {what}"),
    };
    shared.messages.say(shared.now, Level::Info, &text, &twin);
    None
}
