//! Many changes that one yes was said to: carried out in order, a few at once, and told as one sum.

use std::collections::VecDeque;

use conductor_protocol::v1::{Approval, ApprovalStatus};

use super::{
    approval::{Say, Secret},
    contexts,
    effect::{Effect, Mutation},
    messages::Level,
    model::Model,
    msg::{Fault, FaultKind},
    offered::{self, Undo, offer},
    query::Answer,
    update::{carry_all, say},
};
use crate::widget::{Confirmed, Target};

/// Changes under way at once.
const AT_ONCE: usize = 4;
/// Such tasks at once; whoever wants more waits for the first of them.
const TALLIES_MAX: usize = 4;
/// Commands of a message; the rest is counted.
const TWIN_LINES: usize = 3;

/// How far one of them is.
#[derive(Debug)]
pub(crate) struct Tally {
    waiting: VecDeque<Confirmed<Mutation>>,
    /// Something is said to approvals.
    of_approvals: bool,
    /// Signed by a key, one after the other: a touch is asked for once at a time.
    signs: bool,
    /// Unlocks the key.
    secret: Option<Secret>,
    /// Sent, without an answer so far.
    under_way: Vec<Mutation>,
    /// What was done, in one word or two.
    word: &'static str,
    twin: String,
    /// Ids of what it was done to.
    done: Vec<String>,
    /// Signatures that were the last that was missing.
    carried_out: usize,
    /// Approvals that some wait for.
    approvals: Vec<String>,
    /// Ids of what waits for them.
    asked: Vec<String>,
    /// Refused by policy, and the first reason.
    denied: (usize, String),
    /// Not done for another reason, and the first of them.
    failed: (usize, String),
    /// The link broke before the answer came.
    unclear: usize,
    unsent: usize,
    /// What takes back what was done.
    undos: Vec<Undo>,
}

/// Begins to carry out what was said yes to.
pub(super) fn begin(
    model: &mut Model,
    confirmed: Vec<Confirmed<Mutation>>,
    secret: Option<Secret>,
) -> Vec<Effect> {
    let all: Vec<&Mutation> = confirmed.iter().map(Confirmed::get).collect();
    let twin = contexts::in_shell(model, &twin(&all));
    if model.tallies.len() >= TALLIES_MAX {
        return say(model, Level::Error, "wait until what was asked before is done", &twin);
    }
    let word = all.first().map_or("done", |first| done_word(first));
    let of_approvals = all.iter().any(|one| matches!(one, Mutation::Approval(_)));
    let signs = all.iter().any(|one| matches!(one, Mutation::Approval(Say::Approve(_))));
    model.tallies.push(Tally {
        waiting: confirmed.into(),
        of_approvals,
        signs,
        secret,
        under_way: Vec::new(),
        word,
        twin,
        done: Vec::new(),
        carried_out: 0,
        approvals: Vec::new(),
        asked: Vec::new(),
        denied: <_>::default(),
        failed: <_>::default(),
        unclear: 0,
        unsent: 0,
        undos: Vec::new(),
    });
    let last = model.tallies.len() - 1;
    let effects = model.tallies[last].send();
    tell_signing(model, &effects);
    effects
}

/// The screen says what is being signed, and whether a key waits for a touch.
fn tell_signing(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Change(one) | Effect::Unlock(one, _) = effect
            && let Mutation::Approval(Say::Approve(approve)) = one.get()
        {
            model.screens.approvals.signs(&approve.approval_id, approve.key.wants_touch());
        }
    }
}

impl Tally {
    /// The next that are sent.
    fn send(&mut self) -> Vec<Effect> {
        let at_once = if self.signs { 1 } else { AT_ONCE };
        let room = at_once.saturating_sub(self.under_way.len()).min(self.waiting.len());
        let next: Vec<Confirmed<Mutation>> = self.waiting.drain(..room).collect();
        self.under_way.extend(next.iter().map(|one| one.get().clone()));
        let effect = |one| match &self.secret {
            Some(secret) => Effect::Unlock(one, secret.clone()),
            None => Effect::Change(one),
        };
        next.into_iter().map(effect).collect()
    }

    /// Sends nothing more.
    fn stop(&mut self) {
        self.unsent += self.waiting.len();
        self.waiting.clear();
    }

    fn take(&mut self, mutation: &Mutation, answer: &Result<Answer, Fault>) {
        let id = subject_of(mutation).to_owned();
        match answer {
            Ok(Answer::Said(approval)) if approval.status() == ApprovalStatus::Void => {
                // The signature was good, and too late to count.
                self.miss(false, "it was void before it was signed");
            }
            Ok(answer) => {
                let ended = |said: &Approval| said.status() == ApprovalStatus::Granted;
                let over = matches!(answer, Answer::Said(said) if self.signs && ended(said));
                self.carried_out += usize::from(over);
                self.done.push(id);
            }
            Err(fault) if !fault.approval.is_empty() => {
                self.approvals.push(fault.approval.clone());
                self.asked.push(id);
            }
            Err(fault) if fault.kind == FaultKind::Unclear => {
                self.unclear += 1;
                self.stop();
            }
            Err(fault) => {
                self.miss(fault.kind == FaultKind::Denied, &fault.message);
                // What came of the key here, and not from the daemon: the next would be no other.
                let of_key = self.signs && fault.code.is_empty();
                if of_key || fault.kind == FaultKind::Unreachable {
                    self.stop();
                }
            }
        }
    }

    /// It was not done, and why.
    fn miss(&mut self, denied: bool, why: &str) {
        let sum = if denied { &mut self.denied } else { &mut self.failed };
        if sum.0 == 0 {
            why.clone_into(&mut sum.1);
        }
        sum.0 += 1;
    }

    /// `12 asked to end, 1 denied: read_only may not …, 1 needs approval`.
    fn sum(&self) -> String {
        let because = |(n, why): &(usize, String), word| match n {
            1 => format!("1 {word}: {why}"),
            n => format!("{n} {word}, the first: {why}"),
        };
        let mut parts = vec![format!("{} {}", self.done.len(), self.word)];
        if self.carried_out > 0 {
            parts.push(format!("{} carried out by it", self.carried_out));
        }
        if !self.approvals.is_empty() {
            let needs = if self.approvals.len() == 1 { "needs" } else { "need" };
            parts.push(format!("{} {needs} approval", self.approvals.len()));
        }
        if self.unclear > 0 {
            parts.push(format!("{} unclear, the link broke", self.unclear));
        }
        if self.unsent > 0 {
            parts.push(format!("{} not sent", self.unsent));
        }
        if self.denied.0 > 0 {
            parts.push(because(&self.denied, "denied"));
        }
        if self.failed.0 > 0 {
            parts.push(because(&self.failed, "failed"));
        }
        parts.join(", ")
    }

    fn level(&self) -> Level {
        let bad = self.unclear + self.unsent + self.denied.0 + self.failed.0;
        match (bad, self.approvals.is_empty()) {
            (0, true) => Level::Info,
            (0, false) => Level::News,
            _ => Level::Error,
        }
    }
}

/// Takes the answer to one of them; nothing where it was a change by itself.
pub(super) fn heard(
    model: &mut Model,
    mutation: &Mutation,
    answer: &Result<Answer, Fault>,
) -> Option<Vec<Effect>> {
    let sent = |tally: &Tally| tally.under_way.iter().position(|one| one == mutation);
    let (at, which) =
        model.tallies.iter().enumerate().find_map(|(at, tally)| Some((at, sent(tally)?)))?;
    let inverse = answer.as_ref().ok().and_then(|answer| offered::of(model, mutation, answer));
    let tally = &mut model.tallies[at];
    tally.under_way.remove(which);
    tally.undos.extend(inverse);
    tally.take(mutation, answer);
    if !model.shared.link.is_live() {
        tally.stop();
    }
    let effects = tally.send();
    let over = tally.under_way.is_empty();
    tell_signing(model, &effects);
    if let Err(fault) = answer
        && fault.approval.is_empty()
    {
        tell_failure(model, mutation, fault);
    }
    if over {
        let tally = model.tallies.remove(at);
        return Some(finish(model, tally));
    }
    Some(effects)
}

fn tell_failure(model: &mut Model, mutation: &Mutation, fault: &Fault) {
    let what = match fault.kind {
        FaultKind::Unclear => fault.told(),
        _ => format!("not done: {}", fault.message),
    };
    let text = format!("{}: {what}", subject_of(mutation));
    let code = if fault.code.is_empty() { String::new() } else { format!("code {}", fault.code) };
    let twin = contexts::in_shell(model, &mutation.twin());
    let more = [fault.hint.clone(), code, twin];
    let more: Vec<String> = more.into_iter().filter(|part| !part.is_empty()).collect();
    say(model, Level::Error, &text, &more.join("   "));
}

/// Tells the sum. What nothing was done to stays marked.
fn finish(model: &mut Model, mut tally: Tally) -> Vec<Effect> {
    let said = tally.of_approvals;
    for ids in [&tally.done, &tally.asked] {
        match said {
            true => model.screens.approvals.unmark(ids),
            false => model.screens.runs.unmark(ids),
        }
    }
    if tally.signs {
        model.screens.approvals.signed_all();
    }
    let text = tally.sum();
    let mut effects = match tally.approvals.first() {
        Some(approval) => offer(model, tally.level(), &text, Target::Approval(approval.clone())),
        None => {
            let bad = tally.level() == Level::Error;
            let more = if bad { "what it was not done to is still marked" } else { &tally.twin };
            let more = offered::offer_undo(model, std::mem::take(&mut tally.undos), more);
            say(model, tally.level(), &text, &more)
        }
    };
    if said || !tally.approvals.is_empty() {
        let intents = model.screens.approvals.refresh(&mut model.shared);
        effects.extend(carry_all(model, intents));
    }
    effects
}

/// Another scope is looked at: what was not sent is not sent. Each that was is told by itself.
pub(super) fn leave(model: &mut Model) {
    for mut tally in std::mem::take(&mut model.tallies) {
        tally.unsent += tally.waiting.len();
        tally.waiting.clear();
        let (done, sent) = (tally.done.len(), tally.under_way.len());
        let text = format!("{done} {}, {sent} under way, {} not sent", tally.word, tally.unsent);
        say(model, Level::Warn, &text, "what is under way is told where you are");
    }
}

/// The command, or commands, that do the same to all.
pub(crate) fn twin(all: &[&Mutation]) -> String {
    let cancelled = |kill: bool| {
        let of = |one: &&Mutation| match one {
            Mutation::Cancel(request) if request.kill == kill => Some(request.run_id.clone()),
            _ => None,
        };
        all.iter().map(of).collect::<Option<Vec<String>>>()
    };
    match (cancelled(false), cancelled(true)) {
        (Some(ids), _) => format!("conductor runs cancel {}", ids.join(" ")),
        (_, Some(ids)) => format!("conductor runs cancel {} --kill", ids.join(" ")),
        _ => all.iter().map(|one| one.twin()).collect::<Vec<_>>().join("\n"),
    }
}

/// The first of its lines, and how many more there are.
pub(crate) fn short(twin: &str) -> Vec<String> {
    let mut lines: Vec<String> = twin.lines().take(TWIN_LINES).map(str::to_owned).collect();
    let more = twin.lines().count() - lines.len();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// The id of what it is done to.
fn subject_of(mutation: &Mutation) -> &str {
    match mutation {
        Mutation::Approval(Say::Approve(approve)) => &approve.approval_id,
        Mutation::Approval(Say::Deny(request)) => &request.approval_id,
        Mutation::Cancel(request) => &request.run_id,
        Mutation::Rerun(request) => &request.run_id,
        Mutation::Pause(request) => &request.run_id,
        Mutation::Resume(request) => &request.run_id,
        _ => "",
    }
}

fn done_word(mutation: &Mutation) -> &'static str {
    match mutation {
        Mutation::Approval(Say::Approve(_)) => "signed",
        Mutation::Approval(Say::Deny(_)) => "denied",
        Mutation::Cancel(request) if request.kill => "killed",
        Mutation::Cancel(_) => "asked to end",
        Mutation::Rerun(request) if request.undo => "being undone",
        Mutation::Rerun(_) => "run again",
        Mutation::Pause(_) => "paused",
        Mutation::Resume(_) => "resumed",
        _ => "done",
    }
}
