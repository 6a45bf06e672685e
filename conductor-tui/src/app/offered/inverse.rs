//! The inverse of each change. A change that is new has to say here whether it has one.

use conductor_protocol::v1::{
    self, FreezeState, FreezeWindow, LiftFreezeRequest, PauseRunRequest, PauseScheduleRequest,
    ResumeRunRequest, ResumeScheduleRequest, RollBackRequest, SetFreezeRequest,
};

use super::{Undo, tenants};
use crate::{
    app::{
        Answer,
        effect::Mutation,
        frost::{self, Frost},
        model::Model,
        obey,
    },
    input::Action,
    screen::short_revision,
};

/// What takes a change back that was made; nothing where nothing does, or where nothing was changed.
/// Asked before the screens take up the answer: what was set before is what they still know.
pub(crate) fn of(model: &Model, mutation: &Mutation, answer: &Answer) -> Option<Undo> {
    match mutation {
        Mutation::Pause(request) => Some(resume_run(model, request, mutation)),
        Mutation::Resume(request) => Some(pause_run(model, request, mutation)),
        Mutation::PauseSchedule(request) => Some(resume_schedule(request, mutation)),
        Mutation::ResumeSchedule(request) => Some(pause_schedule(request, mutation)),
        Mutation::Deprecate(request) => warning(model, request, (mutation, answer)),
        Mutation::RollBack(request) => bundle(model, request, mutation),
        Mutation::Frost(Frost::Set(request)) => lift(model, &request.name, (mutation, answer)),
        Mutation::Frost(Frost::Switch(_)) => match answer {
            // What ended stays ended: this lets start again.
            Answer::Frozen(freeze, _) => lift(model, &freeze.name, (mutation, answer)),
            _ => None,
        },
        Mutation::Frost(Frost::Lift(request)) => freeze(model, request, mutation),
        Mutation::Tenant(change) => tenants::of(model, change, (mutation, answer)),
        // What ran has run; what a person said or signed stays said; what is retired stays so.
        Mutation::Start(..)
        | Mutation::Cancel(_)
        | Mutation::Rerun(_)
        | Mutation::Skip(_)
        | Mutation::Release(_)
        | Mutation::Retire(_)
        | Mutation::Review(_)
        | Mutation::Countersign(_)
        | Mutation::Approval(_) => None,
    }
}

impl Undo {
    /// An inverse of `before` that policy is asked about by an action.
    pub(super) fn new(
        (action, words): (Action, (&'static str, &'static str)),
        (name, line): (&str, String),
        mutation: Mutation,
        before: &Mutation,
    ) -> Self {
        Self {
            action,
            resource: String::new(),
            words,
            line,
            name: name.to_owned(),
            takes_back: before.twin(),
            until: None,
            mutation,
        }
    }

    /// The same, where policy is asked about this.
    pub(super) fn about(mut self, resource: &str) -> Self {
        resource.clone_into(&mut self.resource);
        self
    }
}

/// A run by its workflow's name, which is what is typed, and in a line.
fn named(model: &Model, run_id: &str) -> (String, String) {
    match obey::known_as(model, run_id) {
        Some(workflow) => (workflow.clone(), format!("{workflow} {run_id}")),
        None => (run_id.to_owned(), run_id.to_owned()),
    }
}

fn resume_run(model: &Model, request: &PauseRunRequest, before: &Mutation) -> Undo {
    let (name, line) = named(model, &request.run_id);
    let (scope, run_id) = (request.scope.clone(), request.run_id.clone());
    let wanted = Mutation::Resume(ResumeRunRequest { scope, run_id, ..<_>::default() });
    let words = ("Let this run go on?", "resume the run");
    Undo::new((Action::PauseRun, words), (&name, line), wanted, before)
}

fn pause_run(model: &Model, request: &ResumeRunRequest, before: &Mutation) -> Undo {
    let (name, line) = named(model, &request.run_id);
    let (scope, run_id) = (request.scope.clone(), request.run_id.clone());
    let wanted = Mutation::Pause(PauseRunRequest { scope, run_id, ..<_>::default() });
    let words = ("Let this run rest?", "pause the run");
    Undo::new((Action::PauseRun, words), (&name, line), wanted, before)
}

fn resume_schedule(request: &PauseScheduleRequest, before: &Mutation) -> Undo {
    let (scope, name) = (request.scope.clone(), request.name.clone());
    let wanted = ResumeScheduleRequest { scope, name, ..<_>::default() };
    let words = ("Let this schedule go on?", "resume the schedule");
    let line = format!("schedule {}", request.name);
    let wanted = Mutation::ResumeSchedule(wanted);
    Undo::new((Action::PauseSchedule, words), (&request.name, line), wanted, before)
        .about(&request.name)
}

fn pause_schedule(request: &ResumeScheduleRequest, before: &Mutation) -> Undo {
    let (scope, name) = (request.scope.clone(), request.name.clone());
    let wanted = PauseScheduleRequest { scope, name, ..<_>::default() };
    let words = ("Let this schedule rest?", "pause the schedule");
    let line = format!("schedule {}", request.name);
    let wanted = Mutation::PauseSchedule(wanted);
    Undo::new((Action::PauseSchedule, words), (&request.name, line), wanted, before)
        .about(&request.name)
}

/// A warning as it was before: none, or that of then.
fn warning(
    model: &Model,
    request: &v1::DeprecateWorkflowRequest,
    (before, answer): (&Mutation, &Answer),
) -> Option<Undo> {
    let changed = matches!(answer, Answer::Lifecycle(answer) if !answer.workflows.is_empty());
    if !changed || request.version.is_empty() {
        // Of all versions nobody knows here which had a warning before.
        return None;
    }
    let known = model.screens.workflows.known(&request.name, &request.version);
    let notice = known.and_then(|known| known.notice.clone());
    let wanted = v1::DeprecateWorkflowRequest {
        scope: request.scope.clone(),
        name: request.name.clone(),
        version: request.version.clone(),
        ..<_>::default()
    };
    let (words, wanted) = match notice {
        Some(notice) => {
            let (reason, instead) = (notice.reason, notice.instead);
            let words = ("Warn whoever starts this again?", "deprecate it");
            (words, v1::DeprecateWorkflowRequest { reason, instead, ..wanted })
        }
        None if request.undo => return None,
        None => {
            let words = ("Take the warning back?", "take it back");
            (words, v1::DeprecateWorkflowRequest { undo: true, ..wanted })
        }
    };
    let line = format!("{} {}", request.name, request.version);
    let wanted = Mutation::Deprecate(wanted);
    let undo = Undo::new((Action::Deprecate, words), (&request.name, line), wanted, before);
    Some(undo.about(&request.name))
}

/// Back to the bundle that decided before, as long as the daemon keeps it.
fn bundle(model: &Model, request: &RollBackRequest, before: &Mutation) -> Option<Undo> {
    let decided = model.screens.policy.decides().filter(|bundle| bundle.kept)?;
    if decided.revision.starts_with(&request.revision) {
        return None;
    }
    let wanted = RollBackRequest {
        scope: request.scope.clone(),
        revision: decided.revision.clone(),
        reason: format!("undone: {}", request.reason),
        ..<_>::default()
    };
    let words = ("Go back to this bundle?", "go back");
    let name = short_revision(&decided.revision);
    let line = format!("all that is asked from then on is decided by {name}, in every tenant");
    Some(Undo::new((Action::RollBack, words), (&name, line), Mutation::RollBack(wanted), before))
}

/// The end of a freeze that was set; nothing where there was one of that name before.
fn lift(model: &Model, name: &str, (before, answer): (&Mutation, &Answer)) -> Option<Undo> {
    let fresh = matches!(answer, Answer::Frozen(..))
        && !model.shared.freezes.iter().any(|known| known.name == name);
    if !fresh {
        return None;
    }
    let reason = match before {
        Mutation::Frost(Frost::Set(request)) => &request.reason,
        Mutation::Frost(Frost::Switch(request)) => &request.reason,
        _ => return None,
    };
    let wanted = LiftFreezeRequest {
        scope: Some(model.shared.scope.clone()),
        name: name.to_owned(),
        reason: format!("undone: {reason}"),
        ..<_>::default()
    };
    let words = ("Ask for its end?", "ask two others");
    let line = format!("{name} is lifted once two others have approved it");
    let wanted = Mutation::Frost(Frost::Lift(wanted));
    Some(Undo::new((Action::Lift, words), (name, line), wanted, before))
}

/// A freeze as it was before it was lifted. That of the kill switch is set by the switch alone.
fn freeze(model: &Model, request: &LiftFreezeRequest, before: &Mutation) -> Option<Undo> {
    let known = model.shared.freezes.iter().find(|known| known.name == request.name)?;
    if !known.stops.is_empty() {
        return None;
    }
    let mut window: FreezeWindow = known.window.clone().unwrap_or_default();
    if known.state() == FreezeState::Holds && window.cron.is_empty() {
        window.from.clear();
    }
    let wanted = SetFreezeRequest {
        scope: request.scope.clone(),
        name: known.name.clone(),
        reach: known.reach.clone(),
        window: Some(window),
        reason: known.reason.clone(),
        ..<_>::default()
    };
    let words = ("Freeze this again?", "freeze it");
    let what = frost::words(known.reach.as_ref());
    let line = format!("nothing starts in {what} as long as before");
    let typed = match &known.reach {
        Some(reach) => frost::typed(reach, &model.shared),
        None => model.shared.scope.tenant.clone(),
    };
    let wanted = Mutation::Frost(Frost::Set(wanted));
    Some(Undo::new((Action::Freeze, words), (&typed, line), wanted, before))
}
