//! Workflows inside workflows: a child's end is its task's, what is done to a parent reaches its child,
//! and policy is asked for the parent's owner.

use std::sync::atomic::Ordering;

use conductor_domain::work::{run::RunStatus, task::TaskStatus};
use conductor_protocol::{id::RunId, verdict::Obligation};

use super::bench::{Bench, started};
use crate::{command::RunChange, limits, ports::Outcome};

const CHILD: &str = "
name: child
version: 1.0.0
tasks:
- {id: work, uses: 'pkg:builtin/noop@1'}
outputs:
  state: \"{{ tasks.work.status }}\"
";
const PARENT: &str = "
name: parent
version: 1.0.0
tasks:
- {id: call, uses: 'pkg:workflow/child@1.0.0'}
- id: after
  needs: [call]
  uses: pkg:builtin/noop@1
  with: {state: \"{{ tasks.call.outputs.state }}\"}
";

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.publish(CHILD);
    bench.publish(PARENT);
    bench.open_worker(false);
    bench
}

fn child_of(bench: &Bench, parent: RunId) -> RunId {
    bench.run(parent).task("call").unwrap().child.expect("a child was started")
}

#[test]
fn a_child_s_end_and_outputs_are_its_task_s() {
    for restart in [false, true] {
        let mut bench = bench();
        let parent = started(bench.start_of("parent"));
        let child = child_of(&bench, parent);
        if restart {
            bench.restart();
            bench.leases();
            bench.now += limits::LEASE_TTL_MS;
            bench.open_worker(false);
        }
        let run = bench.run(child);
        assert_eq!(run.parent.as_ref().map(|known| known.run), Some(parent));
        let lease = bench.leases().pop().unwrap();
        assert_eq!(lease.run, child);
        bench.complete(&lease, Outcome::Succeeded).unwrap();
        let after = bench.leases().remove(0);
        assert_eq!((after.run, after.task.as_str()), (parent, "after"));
        assert_eq!(after.with["state"], "succeeded");
        bench.complete(&after, Outcome::Succeeded).unwrap();
        assert_eq!(bench.run(parent).status, RunStatus::Succeeded);
    }
}

#[test]
fn a_child_that_fails_fails_its_task() {
    let mut bench = bench();
    let parent = started(bench.start_of("parent"));
    let lease = bench.leases().remove(0);
    bench.complete(&lease, Outcome::Failed).unwrap();
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    assert_eq!(ended.task("call").unwrap().status, TaskStatus::Failed);
    assert!(!ended.task("call").unwrap().message.is_empty());
}

#[test]
fn cancel_pause_and_resume_reach_the_child() {
    let mut bench = bench();
    let parent = started(bench.start_of("parent"));
    let child = child_of(&bench, parent);
    bench.change(parent, RunChange::Pause { reason: String::new() }).unwrap();
    assert!(bench.run(child).pause.is_some());
    bench.change(parent, RunChange::Resume { reason: String::new() }).unwrap();
    assert!(bench.run(child).pause.is_none());
    bench.change(child, RunChange::Pause { reason: String::new() }).unwrap();
    bench.now += 1;
    bench.change(parent, RunChange::Pause { reason: String::new() }).unwrap();
    bench.change(parent, RunChange::Resume { reason: String::new() }).unwrap();
    assert!(bench.run(child).pause.is_some(), "it was paused by itself");
    bench.change(parent, RunChange::Cancel { reason: "enough".into() }).unwrap();
    assert_eq!(bench.run(child).status, RunStatus::Cancelling);
    assert!(!bench.run(child).is_killed());
    bench.change(parent, RunChange::Kill { reason: "now".into() }).unwrap();
    assert!(bench.run(child).is_killed());
    let lease = bench.leases().remove(0);
    bench.complete(&lease, Outcome::Cancelled).unwrap();
    assert_eq!(bench.run(child).status, RunStatus::Cancelled);
    assert_eq!(bench.run(parent).status, RunStatus::Cancelled);
}

#[test]
fn policy_may_deny_the_child_and_the_task_says_so() {
    let mut bench = bench();
    bench.leave.denies.store(true, Ordering::Relaxed);
    let parent = started(bench.start_of("parent"));
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    let message = &ended.task("call").unwrap().message;
    assert!(message.contains("asked for uid:1000"), "{message}");
    assert!(bench.kinds().contains(&"decision.recorded"));
}

#[test]
fn what_policy_obliges_to_stops_the_child_too() {
    let mut bench = bench();
    bench.leave.oblige(&[Obligation::DryRunOnly]);
    let parent = started(bench.start_of("parent"));
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    let message = &ended.task("call").unwrap().message;
    assert!(message.contains("lets it be planned"), "{message}");
}

#[test]
fn a_version_that_is_gone_fails_the_task_with_its_name() {
    let mut bench = Bench::new();
    bench.publish(PARENT);
    let parent = started(bench.start_of("parent"));
    let ended = bench.run(parent);
    assert_eq!(ended.status, RunStatus::Failed);
    assert!(ended.task("call").unwrap().message.contains("child"), "{:?}", ended.task("call"));
}

#[test]
fn workflows_that_call_themselves_end_at_the_depth_s_bound() {
    let mut bench = Bench::new();
    bench.publish(
        "name: deep\nversion: 1.0.0\ntasks:\n- {id: call, uses: 'pkg:workflow/deep@1.0.0'}\n",
    );
    let top = started(bench.start_of("deep"));
    assert_eq!(bench.run(top).status, RunStatus::Failed);
    let runs = bench.kinds().iter().filter(|kind| **kind == "run.started").count();
    assert_eq!(runs, limits::CHILD_DEPTH_MAX as usize + 1);
}
