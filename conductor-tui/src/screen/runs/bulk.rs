//! One question before many runs are changed: what each is, what policy says of it, what is left out.

use std::collections::BTreeSet;

use conductor_protocol::v1::{
    CancelRunRequest, PauseRunRequest, RerunRunRequest, ResumeRunRequest, RunStatus, RunSummary,
};

use super::{marks::Marks, subject::subject};
use crate::{
    app::{Level, Mutation, Shared, Subject, Verdict, counts, reasons},
    input::Action,
    screen::Intent,
    widget::{Confirm, run_mark},
};

/// What can be done to many runs at once.
pub(super) const MANY: [Action; 6] = [
    Action::Cancel,
    Action::Kill,
    Action::Rerun,
    Action::RerunFailed,
    Action::PauseRun,
    Action::Undo,
];
/// Owners named in the question; of more it is said how many.
const OWNERS_NAMED: usize = 3;

/// Whether policy is asked about it for many runs.
pub(super) fn asks(policy: &str) -> bool {
    MANY.iter().any(|action| action.spec().policy == Some(policy))
}

/// What an action would be done to where runs are marked; nothing for one that marks don't change.
pub(super) fn subject_of_many(action: Action, marks: &Marks) -> Option<Subject> {
    match action {
        _ if marks.is_empty() => None,
        Action::Answer => Some(Subject::NotNow(
            "runs are marked, and each answer is given by itself: Esc takes the marks",
        )),
        _ if !MANY.contains(&action) => None,
        _ => {
            let resumes = resumes(action, marks);
            let mut left_out = marks.runs().map(|run| not_now(action, run, resumes));
            let first = marks.runs().find_map(|run| not_now(action, run, resumes));
            if left_out.any(|why| why.is_none()) {
                return Some(Subject::Allowed);
            }
            Some(Subject::Refused(format!("of no marked run: {}", first.unwrap_or_default())))
        }
    }
}

/// The key that pauses lets go on where nothing that is marked could be paused.
fn resumes(action: Action, marks: &Marks) -> bool {
    let pausable = |run: &RunSummary| not_now(action, run, false).is_none();
    action == Action::PauseRun && !marks.runs().any(pausable)
}

/// Why it makes no sense for the run as it is.
fn not_now(action: Action, run: &RunSummary, resumes: bool) -> Option<&'static str> {
    let paused = run.status() == RunStatus::Paused;
    if action == Action::PauseRun && paused && !resumes {
        return Some("the run is paused already");
    }
    match subject(action, Some(run), None, None) {
        Subject::NotNow(why) => Some(why),
        _ if action == Action::PauseRun && resumes && !paused => Some("the run is not paused"),
        _ => None,
    }
}

fn verdict(action: Action, run: &RunSummary, resumes: bool, shared: &Shared) -> Verdict {
    if let Some(why) = not_now(action, run, resumes) {
        return Verdict::LeftOut(why.to_owned());
    }
    Verdict::of(action.spec().policy.unwrap_or_default(), &run.workflow, shared)
}

/// Asks before all that are marked are changed; says why where nothing would be.
pub(super) fn change_many(action: Action, marks: &Marks, shared: &mut Shared) -> Option<Intent> {
    let resumes = resumes(action, marks);
    let judged: Vec<(&RunSummary, Verdict)> =
        marks.runs().map(|run| (run, verdict(action, run, resumes, shared))).collect();
    let (left_out, goes): (Vec<_>, Vec<_>) =
        judged.into_iter().partition(|(_, verdict)| verdict.is_left_out());
    let reasons = reasons(&left_out);
    if goes.is_empty() {
        let text = format!("can't {} what is marked: {reasons}", action.spec().name);
        shared.messages.say(shared.now, Level::Warn, &text, "");
        return None;
    }
    let count = goes.len();
    let mut lines = vec![counts(&goes, left_out.len())];
    lines.extend(touched(action, resumes, &goes));
    if !left_out.is_empty() {
        lines.push(format!("left out: {reasons}"));
    }
    let items = goes.iter().chain(&left_out).map(|(run, verdict)| item(run, verdict, shared));
    let items = items.collect();
    let mutations = goes.iter().map(|(run, _)| mutation(action, run, resumes, shared)).collect();
    let (title, verb) = words(action, resumes, count);
    let confirm = Confirm::many((&title, verb), lines, items, mutations, shared)?;
    Some(Intent::Confirm(Box::new(confirm)))
}

/// What is asked, and the word on the button.
fn words(action: Action, resumes: bool, count: usize) -> (String, &'static str) {
    let runs = if count == 1 { "1 run".to_owned() } else { format!("{count} runs") };
    match action {
        Action::Cancel => (format!("Cancel {runs}?"), "cancel them"),
        Action::Kill => (format!("Kill {runs}?"), "kill them"),
        Action::Rerun => (format!("Run {runs} again?"), "run them again"),
        Action::RerunFailed => (format!("Take up what failed of {runs}?"), "run what failed"),
        Action::Undo => (format!("Undo {runs}?"), "undo them"),
        _ if resumes => (format!("Let {runs} go on?"), "resume them"),
        _ => (format!("Let {runs} rest?"), "pause them"),
    }
}

/// What it does to them, and whose they are.
fn touched(action: Action, resumes: bool, goes: &[(&RunSummary, Verdict)]) -> Vec<String> {
    let running: u32 = goes.iter().map(|(run, _)| run.tasks_running).sum();
    let tasks = if running == 1 { "1 running task" } else { "running tasks" };
    let tasks = if running > 1 { format!("{running} {tasks}") } else { tasks.to_owned() };
    let what = match action {
        Action::Cancel | Action::Kill if running == 0 => "no task of theirs is running".to_owned(),
        Action::Cancel => format!("{tasks}: SIGTERM, then SIGKILL"),
        Action::Kill => format!("{tasks}: SIGKILL, nothing is cleaned up"),
        Action::Rerun => "each starts a new run, with the same inputs".to_owned(),
        Action::RerunFailed => {
            "what failed or did not start runs again, the rest is kept".to_owned()
        }
        Action::Undo => "what each finished is undone, the last first".to_owned(),
        _ if resumes => "their tasks start again".to_owned(),
        _ => "what runs goes on to its end; nothing more is started".to_owned(),
    };
    let owners: BTreeSet<&str> = goes.iter().map(|(run, _)| run.owner.as_str()).collect();
    let named: Vec<&str> = owners.iter().copied().take(OWNERS_NAMED).collect();
    let more = owners.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    vec![what, format!("started by {}{more}", named.join(", "))]
}

/// One of them as a line: the word first, so that it is never cut.
fn item(run: &RunSummary, verdict: &Verdict, shared: &Shared) -> String {
    let (head, state) =
        (verdict.head(&shared.look), run_mark(run.status(), shared.look.glyphs).word);
    let why = match verdict.why() {
        "" => String::new(),
        why => format!("  {why}"),
    };
    format!("{head} {} {}  {state}{why}  {}", run.workflow, run.version, run.run_id)
}

fn mutation(action: Action, run: &RunSummary, resumes: bool, shared: &Shared) -> Mutation {
    let (scope, run_id) = (Some(shared.scope.clone()), run.run_id.clone());
    match action {
        Action::Cancel | Action::Kill => {
            let kill = action == Action::Kill;
            Mutation::Cancel(CancelRunRequest { scope, run_id, kill, ..<_>::default() })
        }
        Action::Rerun | Action::RerunFailed | Action::Undo => Mutation::Rerun(RerunRunRequest {
            scope,
            run_id,
            from_failed: action == Action::RerunFailed,
            undo: action == Action::Undo,
            ..<_>::default()
        }),
        _ if resumes => Mutation::Resume(ResumeRunRequest { scope, run_id, ..<_>::default() }),
        _ => Mutation::Pause(PauseRunRequest { scope, run_id, ..<_>::default() }),
    }
}
