//! The approvals that are marked, and what can be said to all of them at once.

use conductor_protocol::v1::Approval;

use super::{
    ask::subject,
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{Level, Shared, Subject, Verdict},
    input::Action,
    planned::plain,
    screen::Intent,
    widget::Marked,
};

/// Approvals that can be marked at once.
pub(super) const MARKS_MAX: usize = 200;
/// Approvals that one yes can sign: more of them are not read before it is said.
pub(super) const SIGN_MAX: usize = 20;
/// Different things in production that one yes can sign: each is typed by its name.
pub(super) const NAMES_MAX: usize = 3;
/// What policy is asked about everything that is marked.
const POLICY: &str = "approval.give";
/// The words on what is said to one alone.
const ALONE: &str = "approvals are marked, and this is said to each by itself: Esc takes the marks";

/// Approvals that are marked.
pub(super) type Marks = Marked<Approval, MARKS_MAX>;

/// Why nothing is said to an approval where many are marked; nothing where it can be.
pub(super) fn unfit(action: Action, approval: &Approval, me: &str) -> Option<String> {
    match subject(action, approval, me) {
        Subject::Refused(why) => Some(why),
        Subject::NotNow(why) => Some(why.to_owned()),
        _ if action == Action::Approve => by_itself(approval, me).map(str::to_owned),
        _ => None,
    }
}

/// Why an approval is read and signed by itself, whatever else is marked: what can do much harm, and
/// what asks for more than a yes.
fn by_itself(approval: &Approval, me: &str) -> Option<&'static str> {
    if approval.breaks_glass || approval.requester == me {
        return Some("your own touch is given by itself");
    }
    if !approval.reviews.is_empty() {
        return Some("a review is signed by itself");
    }
    if approval.stages.iter().any(|stage| stage.open && stage.touch) {
        return Some("policy asks for a touch: it is signed by itself");
    }
    by_risk(&approval.risk)
}

/// The same by the harm that it can do.
pub(super) fn by_risk(risk: &str) -> Option<&'static str> {
    match risk {
        "low" | "medium" => None,
        "high" => Some("its risk is high: it is read and signed by itself"),
        _ => Some("its risk is not known: it is read and signed by itself"),
    }
}

/// What becomes of an approval that is marked, as far as it is known.
pub(super) fn verdict(action: Action, approval: &Approval, shared: &Shared) -> Verdict {
    match unfit(action, approval, &shared.principal) {
        Some(why) => Verdict::LeftOut(why),
        None => Verdict::of(POLICY, &approval.approval_id, shared),
    }
}

impl ApprovalsScreen {
    /// Whether an action is done to what is marked.
    pub(super) fn acts_on_marks(&self, action: Action) -> bool {
        let many = matches!(action, Action::Approve | Action::Deny);
        many && self.focus == Focus::List && !self.marks.is_empty()
    }

    /// What an action would be done to where approvals are marked; nothing for one that marks don't
    /// change.
    pub(super) fn subject_of_many(&self, action: Action) -> Option<Subject> {
        if self.focus != Focus::List || self.marks.is_empty() {
            return None;
        }
        match action {
            Action::Approve if self.signing.is_some() => {
                Some(Subject::NotNow("something is being signed"))
            }
            Action::Approve | Action::Deny => {
                let mut reasons = self.marks.rows().map(|one| unfit(action, one, &self.me));
                let first = reasons.next()?;
                match first {
                    Some(first) if reasons.all(|why| why.is_some()) => {
                        Some(Subject::Refused(format!("none of what is marked: {first}")))
                    }
                    _ => Some(Subject::Allowed),
                }
            }
            Action::Delegate | Action::Withdraw | Action::BreakGlass | Action::Comment => {
                Some(Subject::NotNow(ALONE))
            }
            _ => None,
        }
    }

    /// Marks approvals, where the focus is on the list.
    pub(super) fn mark(&mut self, action: Action, height: usize, shared: &mut Shared) {
        if action == Action::MarkAll {
            // To what is over nothing is said any more.
            let waiting = self.list.shown().filter(|one| one.ended.is_none());
            if !self.marks.add_all(waiting) {
                full(shared);
            }
            return;
        }
        let Some(one) = self.list.selected().cloned() else { return };
        if action == Action::MarkRange {
            self.marks.begin_or_end(&one);
        } else if self.marks.toggle(&one) {
            self.list.act(Action::Down, height);
        } else {
            full(shared);
        }
    }

    /// Lets marks follow the list: the range its cursor, what is known of an approval its row.
    pub(super) fn settle_marks(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if self.marks.is_empty() && !self.marks.is_ranging() {
            return Vec::new();
        }
        if !self.marks.stretch(self.list.shown(), self.list.cursor()) {
            full(shared);
        }
        let fresh = self.marks.unasked(|one| &one.approval_id);
        shared.ask_policy_of(POLICY, &fresh).into_iter().map(Intent::Do).collect()
    }

    /// The list was read again: what is known of the marked ones follows, and what is not in it any
    /// more is over and of nobody here.
    pub(super) fn marks_heard(&mut self) {
        self.list.all().for_each(|one| self.marks.heard(one));
        let list = &self.list;
        self.marks.retain(|marked| list.all().any(|one| one.approval_id == marked.approval_id));
    }

    /// What the list's title says of the marks: empty for none.
    pub(super) fn marked_words(&self) -> String {
        let shown = |id: &str| self.list.shown().any(|one| one.approval_id == id);
        self.marks.words(self.marks.rows().filter(|one| !shown(&one.approval_id)).count())
    }

    /// One line for each that is marked.
    pub(super) fn marked_lines(&self, line: impl Fn(&str) -> String) -> Option<String> {
        if self.focus != Focus::List || self.marks.is_empty() {
            return None;
        }
        let lines: Vec<String> = self.marks.rows().map(|one| line(&one.approval_id)).collect();
        Some(lines.join("\n"))
    }

    /// Takes the marks of what something was said to.
    pub(crate) fn unmark(&mut self, ids: &[String]) {
        self.marks.forget(ids);
    }
}

fn full(shared: &mut Shared) {
    let text = format!("no more than {MARKS_MAX} approvals can be marked at once");
    shared.messages.say(shared.now, Level::Warn, &text, "what is marked stays marked");
}

/// What an approval is, on one line: what is done to what, where, for whom.
pub(super) fn line(approval: &Approval) -> String {
    let scope = approval.scope.clone().unwrap_or_default();
    let what = [&approval.action, &approval.resource, &approval.version];
    let what: Vec<&str> =
        what.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let risk = if approval.risk.is_empty() { "unknown" } else { &approval.risk };
    let (place, who) = (&scope.environment, &approval.requester);
    plain(&format!("{}  in {place}, risk {risk}, asked by {who}", what.join(" ")))
}
