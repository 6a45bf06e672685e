//! What a decision of policy comes to: let through, kept until people have signed, or denied.

use conductor_protocol::{error_code::Code, v1};

use super::Tone;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It is done as soon as it is asked for.
    Allowed,
    /// Asking for it is all that whoever asks can do: others sign it, or they prove who they are.
    Waits,
    /// Nobody who signs makes it possible.
    Denied,
}

impl Word {
    /// The daemon allows nothing that an obligation is in the way of, and names what that is.
    pub(crate) fn of(decision: &v1::Decision) -> Self {
        let waits = [Code::ApprovalRequired, Code::StepUpRequired];
        match decision.allow {
            true => Self::Allowed,
            false if waits.iter().any(|code| code.as_str() == decision.unmet) => Self::Waits,
            false => Self::Denied,
        }
    }

    /// Of a decision that may not be there: what nobody allowed is denied.
    pub(crate) fn of_any(decision: Option<&v1::Decision>) -> Self {
        decision.map_or(Self::Denied, Self::of)
    }

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Waits => "waits for approval",
            Self::Denied => "denied",
        }
    }

    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::Allowed => Tone::Good,
            Self::Waits => Tone::Warn,
            Self::Denied => Tone::Bad,
        }
    }
}

/// What policy says of a whole plan: the worst of its words on the start and on every task.
#[must_use]
pub fn of_plan(plan: &v1::Plan) -> Word {
    let mut words = vec![Word::of_any(plan.start.as_ref())];
    of_tasks(&plan.tasks, &mut words);
    let worst = [Word::Denied, Word::Waits].into_iter().find(|word| words.contains(word));
    worst.unwrap_or(Word::Allowed)
}

/// Whether a plan can be asked for as it is: nothing is wrong with it, and nothing denied.
pub(crate) fn can_be_asked_for(plan: &v1::Plan) -> bool {
    let waits = of_plan(plan) == Word::Waits && plan.published && plan.problems.is_empty();
    plan.startable || waits
}

fn of_tasks(tasks: &[v1::PlannedTask], words: &mut Vec<Word>) {
    for task in tasks {
        let own = [&task.decision, &task.health_decision, &task.undo_decision];
        words.extend(own.into_iter().flatten().map(Word::of));
        let instances = task.instances.iter().filter_map(|each| each.runs.as_ref());
        for sub in task.runs.iter().chain(instances) {
            words.extend(sub.start.as_ref().map(Word::of));
            of_tasks(&sub.tasks, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(allow: bool, unmet: &str) -> v1::Decision {
        v1::Decision { allow, unmet: unmet.to_owned(), ..<_>::default() }
    }

    fn plan(start: v1::Decision, task: v1::Decision) -> v1::Plan {
        let tasks = vec![v1::PlannedTask { decision: Some(task), ..<_>::default() }];
        v1::Plan { start: Some(start), tasks, published: true, ..<_>::default() }
    }

    #[test]
    fn what_others_have_to_approve_is_asked_for_and_what_is_denied_is_not() {
        let (yes, waits) = (said(true, ""), said(false, "APPROVAL_REQUIRED"));
        let touch = said(false, "STEP_UP_REQUIRED");
        assert_eq!(of_plan(&plan(yes.clone(), yes.clone())), Word::Allowed);
        for word in [&waits, &touch] {
            for plan in [plan(word.clone(), yes.clone()), plan(yes.clone(), word.clone())] {
                assert_eq!(of_plan(&plan), Word::Waits);
                assert!(can_be_asked_for(&plan));
                assert!(!can_be_asked_for(&v1::Plan { published: false, ..plan.clone() }));
                let problems = vec![v1::PlanProblem::default()];
                assert!(!can_be_asked_for(&v1::Plan { problems, ..plan }));
            }
        }
        for no in [said(false, ""), said(false, "DRY_RUN_ONLY"), said(false, "PERMISSION_DENIED")] {
            let plan = plan(waits.clone(), no);
            assert_eq!(of_plan(&plan), Word::Denied);
            assert!(!can_be_asked_for(&plan));
        }
        assert_eq!(of_plan(&v1::Plan::default()), Word::Denied, "nobody allowed it");
    }
}
