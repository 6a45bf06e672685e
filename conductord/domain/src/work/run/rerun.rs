//! Running an ended run again: whole, or with the good results kept; or undoing it.

use conductor_protocol::{error_code::Code, manifest::Manifest};
use serde::{Deserialize, Serialize};

use super::{Kept, Run, undo::undoable};
use crate::{
    Refusal,
    work::task::{Role, SkipCause, Task, TaskStatus},
};

/// What of an ended run is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rerun {
    /// Everything.
    Whole,
    /// What failed, was killed or did not start, tasks and instances alike.
    FromFailed {
        /// Tasks that are left out, with the reason.
        skip: Vec<(String, String)>,
    },
    /// Nothing: what it finished is undone.
    Undo,
}

/// The results of `old` that its repetition keeps, in the order of their ends.
///
/// # Errors
/// `RUN_NOT_ENDED`; `TASK_NOT_FOUND` for one to leave out; `NOTHING_TO_DO`.
pub fn kept_of(old: &Run, manifest: &Manifest, how: &Rerun) -> Result<Vec<Kept>, Refusal> {
    if !old.status.is_terminal() {
        return Err(Refusal::new(
            Code::RunNotEnded,
            format!("run {} is {}", old.id, old.status.word()),
            "wait for its end or cancel it first",
        ));
    }
    match how {
        Rerun::Whole => Ok(Vec::new()),
        Rerun::FromFailed { skip } => from_failed(old, skip),
        Rerun::Undo => to_undo(old, manifest),
    }
}

fn from_failed(old: &Run, skip: &[(String, String)]) -> Result<Vec<Kept>, Refusal> {
    if let Some((task, _)) = skip.iter().find(|(task, _)| old.task(task).is_none()) {
        return Err(Refusal::new(
            Code::TaskNotFound,
            format!("run {} has no task `{task}` in it", old.id),
            "`conductor runs show` lists its tasks",
        ));
    }
    let own = |task: &&Task| matches!(task.role, Role::Plain | Role::Instance);
    // A group is spread again, and finds its instances' results.
    let good = |task: &&Task| match task.status {
        TaskStatus::Succeeded => !task.expanded,
        TaskStatus::Skipped(SkipCause::Operator) => true,
        _ => false,
    };
    let repeated =
        |task: &&Task| !matches!(task.status, TaskStatus::Succeeded | TaskStatus::Skipped(_));
    if !old.tasks.iter().filter(own).any(|task| repeated(&task)) {
        return Err(nothing(old, "every task of it succeeded or was left out"));
    }
    let named = |task: &Task| skip.iter().find(|(id, _)| *id == task.id);
    let mut kept: Vec<(u64, Kept)> = old
        .tasks
        .iter()
        .filter(own)
        .filter(|task| good(task) || named(task).is_some())
        .map(|task| (task.ended_seq, keep(task, named(task).map(|(_, why)| why.clone()))))
        .collect();
    kept.sort_by_key(|(ended, _)| *ended);
    Ok(kept.into_iter().map(|(_, kept)| kept).collect())
}

/// Everything that succeeded, for the templates of the compensations; what was undone before is
/// marked, so that it is not undone twice.
fn to_undo(old: &Run, manifest: &Manifest) -> Result<Vec<Kept>, Refusal> {
    let undone = |task: &Task| {
        let id = format!("{}.undo", task.id);
        old.task(&id).is_some_and(|undo| undo.status == TaskStatus::Succeeded)
    };
    if undoable(old, manifest).into_iter().all(undone) {
        return Err(nothing(old, "nothing that it finished can be undone any more"));
    }
    let mut good: Vec<&Task> = old
        .tasks
        .iter()
        .filter(|task| matches!(task.role, Role::Plain | Role::Instance))
        .filter(|task| !task.expanded && task.status == TaskStatus::Succeeded)
        .collect();
    good.sort_by_key(|task| task.ended_seq);
    let kept = |task: &Task| Kept {
        values: serde_json::from_str(&task.values).unwrap_or_default(),
        ..keep(task, undone(task).then(|| "it was undone before".to_owned()))
    };
    Ok(good.into_iter().map(kept).collect())
}

fn keep(task: &Task, skipped: Option<String>) -> Kept {
    let by_hand = matches!(task.status, TaskStatus::Skipped(_)).then(|| task.message.clone());
    Kept {
        task: task.id.clone(),
        outputs: serde_json::from_str(&task.outputs).unwrap_or_default(),
        artifacts: task.artifacts.clone(),
        skipped: skipped.or(by_hand),
        values: serde_json::Map::new(),
    }
}

fn nothing(old: &Run, why: &str) -> Refusal {
    Refusal::new(
        Code::NothingToDo,
        format!("there is nothing left to do of run {}: {why}", old.id),
        "rerun the whole run, or leave it",
    )
}
