//! A run that rolls out over hosts and waits for a person: what is shown, and what can be done.

use conductor_protocol::v1::{Run, RunStatus, Task, TaskRole, TaskStatus};
use jiff::Timestamp;

use super::{Console, daemon, pictures::compare};
use crate::app::{Mutation, model::Layer};

/// The run of [`daemon::run`], held after its canary.
pub(super) fn run(run_id: &str, now: Timestamp) -> Run {
    let mut run = daemon::run(run_id, now);
    let done = run.tasks[0].clone();
    let task = |id: &str, role: TaskRole, status: TaskStatus, batch: u32| Task {
        id: id.into(),
        uses: "pkg:builtin/ssh@1".into(),
        status: status.into(),
        role: role.into(),
        group_id: if role == TaskRole::Plain { String::new() } else { "restart".into() },
        batch,
        attempts: if status == TaskStatus::Succeeded { done.attempts.clone() } else { Vec::new() },
        ..Task::default()
    };
    use TaskRole::{Health, Instance, Plain};
    let group = Task {
        message: "the canary has ended; 2 more are to follow".into(),
        held_as: "canary".into(),
        answers: vec!["go_on".into(), "give_up".into()],
        ..task("restart", Plain, TaskStatus::Held, 0)
    };
    run.tasks = vec![
        Task { role: Plain.into(), ..done.clone() },
        group,
        task("restart[pay-1.example.com]", Instance, TaskStatus::Succeeded, 1),
        task("restart.health[1]", Health, TaskStatus::Succeeded, 1),
        task("restart[pay-2.example.com]", Instance, TaskStatus::Waiting, 2),
        task("restart[pay-3.example.com]", Instance, TaskStatus::Waiting, 2),
        task("verify", Plain, TaskStatus::Waiting, 0),
    ];
    if let Some(summary) = &mut run.summary {
        summary.status = RunStatus::Held.into();
        summary.note =
            "`restart` waits for an answer: the canary has ended; 2 more are to follow".into();
    }
    run
}

fn held(size: (u16, u16)) -> Console {
    let mut console = Console::new(size);
    console.daemon.rolls_out = true;
    console.connect();
    console
}

#[test]
fn every_host_has_its_row_and_the_group_counts_them() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut console = held(size);
        console.press("Enter");
        compare(&format!("rollout-{}x{}", size.0, size.1), &console.text());
    }
}

#[test]
fn the_canary_is_answered_with_one_of_its_answers() {
    let mut console = held((80, 24));
    console.press("Enter a");
    compare("answer-80x24", &console.text());
    console.press("Right Enter");
    console.write("errors doubled");
    console.press("Enter");
    assert!(console.text().contains("answer: give_up"), "{}", console.text());
    console.press("Right Enter");
    let [Mutation::Release(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let given = (request.task_id.as_str(), request.answer.as_str(), request.reason.as_str());
    assert_eq!(given, ("restart", "give_up", "errors doubled"));
    let said = console.model.shared.messages.all().last().unwrap();
    assert_eq!(said.text, "answered restart: the run is running");
    assert!(said.more.contains("--answer give_up --reason 'errors doubled'"), "{}", said.more);
}

#[test]
fn a_host_is_left_out_for_a_reason_and_a_finished_one_is_not() {
    let mut console = held((200, 60));
    console.press("Enter G k k");
    let chosen = |console: &Console| console.text().contains("Leave out restart[pay-2");
    console.press("x");
    assert!(chosen(&console), "{}", console.text());
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "a reason is missing");
    console.write("in repair");
    console.press("Enter Right Enter");
    let [Mutation::Skip(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let given = (request.task_id.as_str(), request.reason.as_str());
    assert_eq!(given, ("restart[pay-2.example.com]", "in repair"));
    console.press("g g x");
    assert!(console.model.layers.is_empty());
    let said = console.model.shared.messages.all().last().unwrap();
    assert!(said.text.contains("the task has ended"), "{}", said.text);
}

#[test]
fn a_run_rests_is_taken_up_from_its_failure_and_undone_after_a_question_each() {
    let mut console = held((120, 40));
    console.press("Enter p Right Enter Esc Esc");
    // The fourth one has failed.
    console.press("j j j R Right Enter");
    console.press("Esc Esc u Right Enter");
    let kinds: Vec<String> = console.daemon.changes.iter().map(Mutation::twin).collect();
    let found: Vec<&str> =
        kinds.iter().map(|twin| twin.split_whitespace().nth(2).unwrap()).collect();
    assert_eq!(found, ["pause", "rerun", "undo"], "{kinds:?}");
    assert!(kinds[1].ends_with("--from-failed"), "{kinds:?}");
}
