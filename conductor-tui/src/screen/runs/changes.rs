//! The questions before a run is changed: each says what it will touch.

use conductor_protocol::v1::{
    CancelRunRequest, PauseRunRequest, ReleaseTaskRequest, RerunRunRequest, ResumeRunRequest,
    RunStatus, RunSummary, SkipTaskRequest, Task,
};
use serde_json::{Map, Value};

use crate::{
    app::{Mutation, Shared},
    input::Action,
    screen::Intent,
    widget::{ANSWER, Confirm, Form, Purpose, REASON, TaskOfRun},
};

/// What policy is asked about the run that keys act on.
pub(super) const POLICY: [&str; 6] =
    ["run.cancel", "run.kill", "run.rerun", "run.pause", "run.skip", "run.release"];

/// What changes a run, and is asked about before.
pub(super) const CHANGES: [Action; 8] = [
    Action::Cancel,
    Action::Kill,
    Action::Rerun,
    Action::RerunFailed,
    Action::PauseRun,
    Action::Undo,
    Action::SkipTask,
    Action::Answer,
];

/// What is asked before an action on a run, its chosen task or the one that waits for an answer.
pub(super) fn change(
    action: Action,
    run: &RunSummary,
    (task, held): (Option<&Task>, Option<&Task>),
    shared: &Shared,
) -> Option<Intent> {
    match action {
        Action::Cancel => Some(cancel(run, shared)),
        Action::Kill => Some(kill(run, shared)),
        Action::Rerun => Some(rerun(run, shared)),
        Action::RerunFailed => Some(rerun_failed(run, shared)),
        Action::PauseRun => Some(pause(run, shared)),
        Action::Undo => Some(undo(run, shared)),
        Action::SkipTask => Some(ask_skip(run, task?)),
        Action::Answer => Some(ask_answer(run, held?)),
        _ => None,
    }
}

/// Asks before a run is cancelled: what it stops, and whose it is.
fn cancel(run: &RunSummary, shared: &Shared) -> Intent {
    let running = match run.tasks_running {
        0 => "no task is running; none will be started".to_owned(),
        1 => "1 running task gets SIGTERM, then SIGKILL".to_owned(),
        n => format!("{n} running tasks get SIGTERM, then SIGKILL"),
    };
    let lines = vec![describe(run), running, format!("started by {}", run.owner)];
    let request = CancelRunRequest {
        scope: Some(shared.scope.clone()),
        run_id: run.run_id.clone(),
        ..CancelRunRequest::default()
    };
    let words = ("Cancel this run?", "cancel the run");
    let mutation = Mutation::Cancel(request);
    let confirm = Confirm::new(words, lines, &run.workflow, mutation, shared);
    Intent::Confirm(Box::new(confirm))
}

/// Asks before a run is ended at once.
fn kill(run: &RunSummary, shared: &Shared) -> Intent {
    let running = match run.tasks_running {
        0 => "no task is running".to_owned(),
        1 => "1 running task gets SIGKILL and cleans nothing up".to_owned(),
        n => format!("{n} running tasks get SIGKILL and clean nothing up"),
    };
    let lines = vec![describe(run), running, format!("started by {}", run.owner)];
    let request = CancelRunRequest {
        scope: Some(shared.scope.clone()),
        run_id: run.run_id.clone(),
        kill: true,
        ..CancelRunRequest::default()
    };
    let words = ("Kill this run?", "kill the run");
    let confirm = Confirm::new(words, lines, &run.workflow, Mutation::Cancel(request), shared);
    Intent::Confirm(Box::new(confirm))
}

/// Asks before a run is repeated.
fn rerun(run: &RunSummary, shared: &Shared) -> Intent {
    let what = format!("all {} tasks run again, with the same inputs", run.tasks_total);
    let request = RerunRunRequest::default();
    repeat(run, ("Run this again?", "run it again"), vec![what], request, shared)
}

/// Asks before what failed is run again.
fn rerun_failed(run: &RunSummary, shared: &Shared) -> Intent {
    let what = vec![
        "what failed, was killed or did not start runs again, hosts alike".to_owned(),
        "what succeeded is kept, with the same inputs and hosts".to_owned(),
    ];
    let request = RerunRunRequest { from_failed: true, ..RerunRunRequest::default() };
    repeat(run, ("Take up what failed?", "run what failed"), what, request, shared)
}

/// Asks before what a run finished is undone.
fn undo(run: &RunSummary, shared: &Shared) -> Intent {
    let what = vec![
        "every finished task that can be is undone, the last one first".to_owned(),
        "one that fails stops the undoing and asks".to_owned(),
    ];
    let request = RerunRunRequest { undo: true, ..RerunRunRequest::default() };
    repeat(run, ("Undo this?", "undo the run"), what, request, shared)
}

fn repeat(
    run: &RunSummary,
    words: (&str, &'static str),
    what: Vec<String>,
    request: RerunRunRequest,
    shared: &Shared,
) -> Intent {
    let lines = std::iter::once(describe(run)).chain(what).collect();
    let request = RerunRunRequest {
        scope: Some(shared.scope.clone()),
        run_id: run.run_id.clone(),
        ..request
    };
    let mutation = Mutation::Rerun(request);
    let confirm = Confirm::new(words, lines, &run.workflow, mutation, shared);
    Intent::Confirm(Box::new(confirm))
}

/// Asks before a run rests, or goes on.
fn pause(run: &RunSummary, shared: &Shared) -> Intent {
    let (scope, run_id) = (Some(shared.scope.clone()), run.run_id.clone());
    let (words, line, mutation) = if run.status() == RunStatus::Paused {
        let request = ResumeRunRequest { scope, run_id, ..<_>::default() };
        let words = ("Let this run go on?", "resume the run");
        (words, "its tasks start again", Mutation::Resume(request))
    } else {
        let request = PauseRunRequest { scope, run_id, ..<_>::default() };
        let words = ("Let this run rest?", "pause the run");
        (words, "what runs goes on to its end; nothing more is started", Mutation::Pause(request))
    };
    let lines = vec![describe(run), line.to_owned()];
    let confirm = Confirm::new(words, lines, &run.workflow, mutation, shared);
    Intent::Confirm(Box::new(confirm))
}

/// Asks why a task is to be left out.
fn ask_skip(run: &RunSummary, task: &Task) -> Intent {
    let purpose = Purpose::Skip(of_run(run, task));
    Intent::Form(Box::new(Form::reason(purpose, &run.workflow, &run.version)))
}

/// Asks for the answer to a task that is held.
fn ask_answer(run: &RunSummary, task: &Task) -> Intent {
    let workflow = (run.workflow.as_str(), run.version.as_str());
    let form = Form::answer(of_run(run, task), workflow, (&task.message, &task.answers));
    Intent::Form(Box::new(form))
}

fn of_run(run: &RunSummary, task: &Task) -> TaskOfRun {
    TaskOfRun { run_id: run.run_id.clone(), task_id: task.id.clone() }
}

/// Asks before a task is left out.
pub(crate) fn skip(
    form: &Form,
    task: &TaskOfRun,
    given: &Map<String, Value>,
    shared: &Shared,
) -> Confirm {
    let reason = text(given, REASON);
    let lines = vec![
        format!("{} of {}   {}", task.task_id, form.workflow, task.run_id),
        format!("because: {reason}"),
        "what needs it starts without it".to_owned(),
    ];
    let request = SkipTaskRequest {
        scope: Some(shared.scope.clone()),
        run_id: task.run_id.clone(),
        task_id: task.task_id.clone(),
        reason,
        ..<_>::default()
    };
    let words = ("Leave this out?", "leave it out");
    Confirm::new(words, lines, &form.workflow, Mutation::Skip(request), shared)
}

/// Asks before a task that is held is answered.
pub(crate) fn release(
    form: &Form,
    task: &TaskOfRun,
    given: &Map<String, Value>,
    shared: &Shared,
) -> Confirm {
    let (answer, reason) = (text(given, ANSWER), text(given, REASON));
    let mut lines = vec![
        format!("{} of {}   {}", task.task_id, form.workflow, task.run_id),
        format!("answer: {answer}"),
    ];
    if !reason.is_empty() {
        lines.push(format!("because: {reason}"));
    }
    let request = ReleaseTaskRequest {
        scope: Some(shared.scope.clone()),
        run_id: task.run_id.clone(),
        task_id: task.task_id.clone(),
        answer,
        reason,
        ..<_>::default()
    };
    let words = ("Answer this?", "answer");
    Confirm::new(words, lines, &form.workflow, Mutation::Release(request), shared)
}

fn text(given: &Map<String, Value>, name: &str) -> String {
    given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn describe(run: &RunSummary) -> String {
    format!("{} {}   {}", run.workflow, run.version, run.run_id)
}
