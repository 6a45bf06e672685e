//! What is new: the count in the top line, the message that names it, who is told elsewhere, the palette.

use std::time::Duration;

use conductor_protocol::v1::Approval;
use jiff::SignedDuration;

use super::{ask::called, screen::ApprovalsScreen};
use crate::{
    app::{AttentionKind, Availability, Level, Shared, time},
    planned::plain,
    screen::Intent,
    signing::left_ms,
    widget::{Entry, Target},
};

impl ApprovalsScreen {
    /// Takes how many the daemon says that wait for whoever uses the console, and how many of those
    /// that wait they asked for; reads which, when they are others than are known.
    pub(crate) fn counted(
        &mut self,
        (waiting, asked): (u32, u32),
        shared: &mut Shared,
    ) -> Vec<Intent> {
        self.me.clone_from(&shared.principal);
        let before = std::mem::replace(&mut shared.approvals_waiting, waiting);
        let asked_before = std::mem::replace(&mut self.asked, asked);
        if waiting == 0 && self.known.is_none() {
            // Nothing waits yet: the first that does is new.
            self.known = Some(<_>::default());
        }
        let unknown = (waiting, asked) != (0, 0) && !self.list.loaded;
        let changed = waiting != before || asked != asked_before || unknown;
        if changed && !self.list.is_reading() { self.refresh(shared) } else { Vec::new() }
    }

    /// Tells of what ended and of what waits since the list was read before. What waited when the
    /// console was started is no news.
    pub(super) fn news(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.ended().into_iter().chain(self.waits(shared)).flatten().collect()
    }

    /// Tells what became of what whoever uses the console asked for, unless they ended it themselves.
    fn ended(&mut self) -> Option<[Intent; 2]> {
        let asked = self.list.asked_ids(&self.me);
        let before = std::mem::replace(&mut self.asked_known, asked);
        let over = |one: &&Approval| {
            let by_others = one.ended.as_ref().is_some_and(|ended| ended.by != self.me);
            by_others && before.contains(&one.approval_id)
        };
        let mut over = self.list.all().filter(over);
        let first = over.next()?;
        let more = match over.count() {
            0 => String::new(),
            more => format!(", and {more} more ended"),
        };
        let place = first.scope.clone().unwrap_or_default().environment;
        let end = first.ended.clone().unwrap_or_default();
        let what = format!("{} {}", first.action, called(first));
        let by = if end.by == "system" { String::new() } else { format!(" ({})", end.by) };
        let text = format!("{what} in {place}, which you asked for, {}{by}{more}", end.sentence);
        Some(told(plain(&text), first))
    }

    fn waits(&mut self, shared: &mut Shared) -> Option<[Intent; 2]> {
        let waiting = self.list.waiting_ids();
        shared.approvals_waiting = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        let known = self.known.replace(waiting)?;
        let mut fresh = self.list.waiting().filter(|one| !known.contains(&one.approval_id));
        let first = fresh.next()?;
        let scope = first.scope.clone().unwrap_or_default();
        let more = match fresh.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let what = format!("{} {}", first.action, called(first));
        let (place, who) = (&scope.environment, &first.requester);
        let text = plain(&format!("waits for you: {what} in {place}, asked by {who}{more}"));
        Some(told(text, first))
    }

    /// What the palette offers: to open what waits, never to sign it.
    pub(crate) fn offered(&self, shared: &Shared) -> Vec<Entry> {
        let entry = |approval: &Approval| Entry {
            kind: "approval",
            title: format!("approve {}", plain(called(approval))),
            detail: format!(
                "{} in {}, {}; opens it",
                plain(&approval.action),
                plain(&approval.scope.clone().unwrap_or_default().environment),
                left(approval, shared),
            ),
            availability: Availability::Ready,
            target: Target::Approval(approval.approval_id.clone()),
        };
        self.list.waiting().map(entry).collect()
    }
}

/// A message that offers the approval; the same for whoever looks elsewhere.
fn told(text: String, approval: &Approval) -> [Intent; 2] {
    let target = Target::Approval(approval.approval_id.clone());
    let tell = Intent::Tell(AttentionKind::Approvals, text.clone());
    [tell, Intent::Offer { level: Level::News, text, target }]
}

/// How long it can still be signed, in few letters; `over` once it can't.
pub(super) fn left(approval: &Approval, shared: &Shared) -> String {
    let now = u64::try_from(shared.data_now().as_millisecond()).unwrap_or_default();
    let left = left_ms(approval, now).map(Duration::from_millis);
    let left = left.map(|left| SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX));
    left.map_or_else(|| "over".to_owned(), time::short)
}
