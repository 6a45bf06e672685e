//! The questions before a run is changed: each says what it will touch.

use conductor_protocol::v1::{CancelRunRequest, RerunRunRequest, RunSummary};

use crate::{
    app::{Mutation, Shared},
    screen::Intent,
    widget::Confirm,
};

/// Asks before a run is cancelled: what it stops, and whose it is.
pub(crate) fn cancel(run: &RunSummary, shared: &Shared) -> Intent {
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

/// Asks before a run is repeated.
pub(crate) fn rerun(run: &RunSummary, shared: &Shared) -> Intent {
    let lines = vec![
        describe(run),
        format!("all {} tasks run again, with the same inputs", run.tasks_total),
    ];
    let request = RerunRunRequest {
        scope: Some(shared.scope.clone()),
        run_id: run.run_id.clone(),
        ..RerunRunRequest::default()
    };
    let words = ("Run this again?", "run it again");
    let mutation = Mutation::Rerun(request);
    let confirm = Confirm::new(words, lines, &run.workflow, mutation, shared);
    Intent::Confirm(Box::new(confirm))
}

fn describe(run: &RunSummary) -> String {
    format!("{} {}   {}", run.workflow, run.version, run.run_id)
}
