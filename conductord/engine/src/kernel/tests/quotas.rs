//! Quotas of what the daemon itself starts: asked with the load as it is at that moment, a schedule's fire
//! denied with the reason, a task's workflow failed with it and tried again as its retries say.

use conductor_domain::{
    event::Event,
    intent::schedule::{Draft, Settled, Why},
    scope::Scope,
    work::{
        run::{RunStatus, StopCause},
        task::TaskStatus,
    },
};
use conductor_protocol::{id::RunId, verdict::TasksByClass};

use super::{
    bench::{Bench, started},
    schedules::{MINUTE, every, set},
};
use crate::{
    command::RunChange,
    kernel::Input,
    ports::{Lease, Outcome},
};

/// Two small tasks; the tenant may have three.
const TWO_SMALL: &str = "
name: two-small
version: 1.0.0
tasks:
- {id: a, uses: 'pkg:builtin/shell@1', with: {run: 'true'}, resources: small}
- {id: b, uses: 'pkg:builtin/shell@1', with: {run: 'true'}, resources: small, needs: [a]}
";
const PARENT: &str = "
name: parent
version: 1.0.0
tasks:
- {id: call, uses: 'pkg:workflow/two-small@1.0.0'}
";
const PATIENT: &str = "
name: patient
version: 1.0.0
tasks:
- id: call
  uses: pkg:workflow/two-small@1.0.0
  retries: 2
  retry: {backoff: 10s, factor: 2, jitter: 0}
";

fn bench() -> Bench {
    let mut bench = Bench::new();
    for source in [TWO_SMALL, PARENT, PATIENT] {
        bench.publish(source);
    }
    bench.open_worker(true);
    bench
}

fn small(tasks: u32) -> TasksByClass {
    TasksByClass::from([("small".to_owned(), tasks)])
}

/// What was said to be in use at the starts that named a class, oldest first.
fn in_use(bench: &Bench) -> Vec<TasksByClass> {
    let asked = bench.leave.asked.lock().unwrap();
    asked.iter().filter_map(|question| Some(question.context.load.clone()?.in_use)).collect()
}

fn every_minute(bench: &mut Bench, name: &str, workflow: &str) {
    let draft = Draft { workflow: workflow.into(), ..every(MINUTE) };
    set(bench, name, draft).unwrap();
}

fn cancel(bench: &mut Bench, run: RunId) {
    bench.change(run, RunChange::Cancel { reason: String::new() }).unwrap();
    for lease in bench.leases().iter().filter(|lease| lease.run == run) {
        // Of a worker that was silent for too long it was taken away; the cancel ends it as well.
        bench.complete(lease, Outcome::Cancelled).ok();
    }
    assert!(bench.run(run).status.is_terminal());
}

fn children(bench: &Bench) -> Vec<RunId> {
    let envelopes = bench.envelopes();
    let started = envelopes.into_iter().filter_map(|envelope| match envelope.event {
        Event::TaskChildStarted(event) => Some(event.child),
        _ => None,
    });
    started.collect()
}

#[test]
fn a_schedule_over_quota_is_denied_with_the_reason_and_runs_when_there_is_room() {
    let mut bench = bench();
    every_minute(&mut bench, "nightly", "two-small");
    let first = started(bench.start_of("two-small"));
    bench.now += MINUTE;
    bench.step(vec![]);
    assert_eq!(in_use(&bench), [small(2)]);
    let nightly = bench.views.schedule(&Scope::default(), "nightly").unwrap();
    assert!(nightly.active.is_none());
    let settled = nightly.recent.back().map(|recent| recent.settled.clone());
    let Some(Settled::Skipped { why: Why::Denied, note, .. }) = settled else {
        panic!("{settled:?}")
    };
    assert_eq!(note, "2 + 2 small of 3");
    let kinds = bench.kinds();
    let told = kinds.windows(2).any(|pair| pair == ["decision.recorded", "schedule.skipped"]);
    assert!(told, "{kinds:?}");

    cancel(&mut bench, first);
    bench.now += MINUTE;
    bench.step(vec![]);
    assert_eq!(in_use(&bench)[1], TasksByClass::new());
    let nightly = bench.views.schedule(&Scope::default(), "nightly").unwrap();
    assert!(nightly.active.is_some(), "there is room again");
}

#[test]
fn what_fires_at_once_is_counted_one_after_the_other() {
    let mut bench = bench();
    for name in ["a", "b", "c"] {
        every_minute(&mut bench, name, "two-small");
    }
    bench.now += MINUTE;
    bench.step(vec![]);
    assert_eq!(in_use(&bench), [TasksByClass::new(), small(2), small(2)]);
    let kinds = bench.kinds();
    let count = |kind| kinds.iter().filter(|found| **found == kind).count();
    assert_eq!((count("run.started"), count("schedule.skipped")), (1, 2));
}

#[test]
fn a_report_in_the_same_step_makes_room_before_the_schedules_are_looked_at() {
    let mut bench = bench();
    every_minute(&mut bench, "nightly", "two-small");
    let run = started(bench.start_of("two-small"));
    bench.change(run, RunChange::Cancel { reason: String::new() }).unwrap();
    let lease = bench.leases().remove(0);
    bench.now += MINUTE;
    bench.complete(&lease, Outcome::Cancelled).unwrap();
    let nightly = bench.views.schedule(&Scope::default(), "nightly").unwrap();
    assert!(nightly.active.is_some(), "{:?}", nightly.recent);
}

#[test]
fn a_task_s_workflow_over_quota_fails_it_with_the_reason() {
    let mut bench = bench();
    started(bench.start_of("two-small"));
    let parent = started(bench.start_of("parent"));
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    let message = &ended.task("call").unwrap().message;
    assert_eq!(message, "policy does not let uid:1000 start it: 2 + 2 small of 3");
    assert!(ended.note.contains(message.as_str()), "{}", ended.note);
}

#[test]
fn it_is_tried_again_as_its_retries_say_over_a_restart_too() {
    for restart in [false, true] {
        let mut bench = bench();
        let holds = started(bench.start_of("two-small"));
        let parent = started(bench.start_of("patient"));
        let until = bench.time(10_000);
        assert_eq!(bench.run(parent).task("call").unwrap().status, TaskStatus::Backoff { until });
        bench.now += 10_000;
        bench.step(vec![]);
        let until = bench.time(20_000);
        let task = bench.run(parent).task("call").unwrap().clone();
        assert_eq!(task.status, TaskStatus::Backoff { until }, "twice as long");
        assert!(task.message.contains("2 + 2 small of 3"), "{}", task.message);
        cancel(&mut bench, holds);
        if restart {
            bench.restart();
            bench.open_worker(true);
        }
        assert_eq!(children(&bench), []);
        bench.now += 20_000;
        bench.step(vec![]);
        let [child] = children(&bench)[..] else { panic!("{:?}", children(&bench)) };
        assert_eq!(bench.run(parent).task("call").unwrap().child, Some(child));
        let lease = bench.leases().pop().unwrap();
        assert_eq!((lease.run, lease.task.as_str()), (child, "a"));
    }
}

#[test]
fn retries_end_and_the_last_reason_stays() {
    let mut bench = bench();
    started(bench.start_of("two-small"));
    let parent = started(bench.start_of("patient"));
    for wait in [10_000, 20_000] {
        assert_eq!(bench.run(parent).status, RunStatus::Running);
        bench.now += wait;
        bench.step(vec![]);
    }
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    assert!(ended.note.contains("2 + 2 small of 3"), "{}", ended.note);
    let failed = bench.kinds().iter().filter(|kind| **kind == "task.failed").count();
    assert_eq!(failed, 3, "the first start and its two retries");
}

#[test]
fn a_workflow_that_failed_is_run_again_and_its_task_ends_as_the_last_run_did() {
    let mut bench = bench();
    let parent = started(bench.start_of("patient"));
    let fail = |bench: &mut Bench, lease: Lease| bench.complete(&lease, Outcome::Failed).unwrap();
    let first = bench.leases().remove(0);
    fail(&mut bench, first.clone());
    let task = bench.run(parent).task("call").unwrap().clone();
    assert_eq!(task.status, TaskStatus::Backoff { until: bench.time(10_000) });
    assert!(task.message.contains(&first.run.to_string()), "{}", task.message);
    bench.now += 10_000;
    bench.step(vec![]);
    for task in ["a", "b"] {
        let lease = bench.leases().remove(0);
        assert_eq!((lease.task.as_str(), lease.run == first.run), (task, false));
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    assert_eq!(bench.run(parent).status, RunStatus::Succeeded);
    assert_eq!(children(&bench).len(), 2);
}

#[test]
fn a_run_that_is_being_stopped_tries_nothing_again() {
    let mut bench = bench();
    let parent = started(bench.start_of("patient"));
    let lease = bench.leases().remove(0);
    bench.change(parent, RunChange::Cancel { reason: String::new() }).unwrap();
    bench.complete(&lease, Outcome::Cancelled).unwrap();
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Cancelled);
    assert_eq!(ended.stop.as_ref().map(|stop| stop.cause), Some(StopCause::Cancelled));
    let inputs = vec![Input::Inspect { ticket: 1, tenant: None }];
    bench.now += 60_000;
    bench.step(inputs);
    assert_eq!(children(&bench).len(), 1);
}
