//! What came otherwise is told first, and what is compared with is called what it is.

use conductor_protocol::v1::{
    Attempt, Plan, PlanCost, PlanEstimate, PlanProblem, PlanSpan, PlannedFate, PlannedInstance,
    PlannedTask, Run, RunStatus, RunSummary, Task, TaskRole, TaskStatus,
};

use super::*;

const PLAN: &str = "sha256:aa";

fn at(ms: i64) -> Option<pbjson_types::Timestamp> {
    let nanos = i32::try_from(ms % 1_000).unwrap() * 1_000_000;
    Some(pbjson_types::Timestamp { seconds: ms / 1_000, nanos })
}

fn task(id: &str, status: TaskStatus, took: &[i64]) -> Task {
    let mut from = 0;
    let attempts = took.iter().map(|ms| {
        let attempt = Attempt { started_at: at(from), ended_at: at(from + ms), ..<_>::default() };
        from += ms;
        attempt
    });
    let (id, attempts) = (id.to_owned(), attempts.collect());
    Task { id, status: status.into(), role: TaskRole::Plain.into(), attempts, ..<_>::default() }
}

fn host(group: &str, name: &str, status: TaskStatus, took: &[i64]) -> Task {
    Task {
        role: TaskRole::Instance.into(),
        group_id: group.into(),
        ..task(&format!("{group}[{name}]"), status, took)
    }
}

fn run(status: RunStatus, tasks: Vec<Task>) -> Run {
    let summary = RunSummary {
        run_id: "run_1".into(),
        workflow: "disk".into(),
        version: "1.0.0".into(),
        status: status.into(),
        started_at: at(0),
        ended_at: at(60_000),
        ..<_>::default()
    };
    Run { summary: Some(summary), plan: PLAN.into(), tasks, ..<_>::default() }
}

fn planned(id: &str) -> PlannedTask {
    PlannedTask { id: id.into(), fate: PlannedFate::Runs.into(), ..<_>::default() }
}

fn on_hosts(id: &str, hosts: &[&str]) -> PlannedTask {
    let instance = |key: &&str| PlannedInstance { key: (*key).to_owned(), ..<_>::default() };
    PlannedTask {
        spread: "hosts".into(),
        instances: hosts.iter().map(instance).collect(),
        instances_total: u32::try_from(hosts.len()).unwrap(),
        ..planned(id)
    }
}

fn plan(tasks: Vec<PlannedTask>) -> Plan {
    Plan { digest: PLAN.into(), workflow: "disk".into(), tasks, ..<_>::default() }
}

fn kinds(against: &Against) -> Vec<(&str, Kind)> {
    against.differences.iter().map(|one| (one.task.as_str(), one.kind)).collect()
}

fn text(against: &Against, width: usize) -> String {
    let line = |line: Line| line.into_iter().map(|(_, text)| text).collect::<String>();
    lines(against, width).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

use crate::planned::Line;

#[test]
fn a_run_that_came_as_planned_has_no_difference() {
    let run = run(RunStatus::Succeeded, vec![task("a", TaskStatus::Succeeded, &[1_000])]);
    let against = compare(&run, &plan(vec![planned("a")]));
    assert_eq!(against.basis, Basis::Recorded);
    assert_eq!(kinds(&against), []);
    assert_eq!(against.as_planned.len(), 1);
    let text = text(&against, 80);
    assert!(text.contains("the plan that it was started by"), "{text}");
    assert!(text.contains("Nothing came otherwise than planned"), "{text}");
    assert!(text.contains("= a"), "{text}");
}

#[test]
fn what_is_compared_with_is_called_what_it_is() {
    let mut run = run(RunStatus::Succeeded, vec![task("a", TaskStatus::Succeeded, &[])]);
    run.plan = "sha256:bb".into();
    let against = compare(&run, &plan(vec![planned("a")]));
    assert_eq!(against.basis, Basis::Changed);
    let told = text(&against, 100);
    assert!(told.contains("what the manifest gives now") && told.contains("sha256:bb"), "{told}");
    run.plan.clear();
    let against = compare(&run, &plan(vec![planned("a")]));
    assert_eq!(against.basis, Basis::Unrecorded);
    assert!(text(&against, 100).contains("it was started without a plan"));
}

#[test]
fn every_kind_of_difference_is_told_the_worst_first() {
    let tasks = vec![
        task("kept", TaskStatus::Succeeded, &[100]),
        task("left", TaskStatus::Skipped, &[]),
        task("bad", TaskStatus::Failed, &[100]),
        task("never", TaskStatus::Waiting, &[]),
        task("ran", TaskStatus::Succeeded, &[100]),
        task("again", TaskStatus::Succeeded, &[100, 100]),
        task("more", TaskStatus::Succeeded, &[100]),
        task("spread", TaskStatus::Succeeded, &[]),
        host("spread", "web-1", TaskStatus::Succeeded, &[100]),
        host("spread", "web-3", TaskStatus::Succeeded, &[100]),
    ];
    let skipped = PlannedTask { fate: PlannedFate::Skipped.into(), ..planned("ran") };
    let wished = plan(vec![
        planned("kept"),
        planned("left"),
        planned("bad"),
        planned("never"),
        skipped,
        planned("again"),
        planned("gone"),
        on_hosts("spread", &["web-1", "web-2"]),
    ]);
    let against = compare(&run(RunStatus::Failed, tasks), &wished);
    assert_eq!(
        kinds(&against),
        [
            ("bad", Kind::Outcome),
            ("gone", Kind::Missing),
            ("more", Kind::Added),
            ("left", Kind::Skipped),
            ("never", Kind::NotReached),
            ("ran", Kind::Ran),
            ("spread", Kind::Hosts),
            ("again", Kind::Retried),
        ]
    );
    let hosts = &against.differences[6];
    assert_eq!((&*hosts.planned, &*hosts.came), ("web-1, web-2", "also web-3; without web-2"));
    let kept: Vec<&str> = against.as_planned.iter().map(|one| one.task.as_str()).collect();
    assert_eq!(kept, ["kept"]);
    for width in [40, 80, 120] {
        for line in text(&against, width).lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn hosts_that_failed_are_named_and_undoing_is_told() {
    let undo = Task { role: TaskRole::Undo.into(), ..task("undo.a", TaskStatus::Succeeded, &[5]) };
    let tasks = vec![
        task("a", TaskStatus::Failed, &[]),
        host("a", "web-1", TaskStatus::Succeeded, &[10]),
        host("a", "web-2", TaskStatus::TimedOut, &[10]),
        undo,
    ];
    let against =
        compare(&run(RunStatus::Failed, tasks), &plan(vec![on_hosts("a", &["web-1", "web-2"])]));
    assert_eq!(kinds(&against), [("a", Kind::Outcome), ("undo.a", Kind::Added)]);
    assert_eq!(against.differences[0].came, "failed, 1 of 2: web-2");
    assert_eq!(against.differences[0].planned, "to run on 2 hosts");
}

#[test]
fn longer_shorter_and_dearer_than_expected() {
    let long = |p50_ms, p90_ms| Some(PlanSpan { p50_ms, p90_ms, samples: 9 });
    let timed = |id: &str, span| PlannedTask { span, ..planned(id) };
    let estimate = PlanEstimate {
        runs: 9,
        whole: long(10_000, 20_000),
        costs: vec![PlanCost { resources: String::new(), p50_ms: 9_000, p90_ms: 10_000 }],
        ..<_>::default()
    };
    let tasks = vec![
        timed("slow", long(1_000, 2_000)),
        timed("quick", long(60_000, 90_000)),
        timed("usual", long(900, 1_500)),
    ];
    let plan = Plan { estimate: Some(estimate), ..plan(tasks) };
    let tasks = vec![
        task("slow", TaskStatus::Succeeded, &[8_000]),
        task("quick", TaskStatus::Succeeded, &[5_000]),
        task("usual", TaskStatus::Succeeded, &[2_000]),
    ];
    let against = compare(&run(RunStatus::Succeeded, tasks), &plan);
    assert_eq!(
        kinds(&against),
        [("slow", Kind::Longer), ("", Kind::Longer), ("", Kind::Longer), ("quick", Kind::Shorter)]
    );
    assert!(against.differences[2].came.ends_with("of a worker's time"));
    assert!(text(&against, 90).contains("by 9 runs that have ended by now"));
}

#[test]
fn what_goes_on_is_told_apart() {
    let mut run = run(
        RunStatus::Running,
        vec![task("a", TaskStatus::Running, &[]), task("b", TaskStatus::Waiting, &[])],
    );
    let wished = plan(vec![planned("a"), planned("b")]);
    let against = compare(&run, &wished);
    assert_eq!((against.differences.len(), against.open.len()), (0, 2));
    assert!(text(&against, 80).contains("Not over yet"));
    run.undo_only = true;
    assert_eq!(compare(&run, &wished).problems.len(), 1);
}

#[test]
fn where_no_plan_can_be_made_that_is_all_that_is_said() {
    let run = run(RunStatus::Succeeded, vec![task("a", TaskStatus::Succeeded, &[])]);
    let problem = PlanProblem {
        code: "WORKFLOW_RETIRED".into(),
        message: "it is\u{1b} retired".into(),
        ..<_>::default()
    };
    let plan = Plan { problems: vec![problem], ..<_>::default() };
    let told = text(&compare(&run, &plan), 80);
    assert!(told.contains("no plan of it can be made now"), "{told}");
    assert!(told.contains("WORKFLOW_RETIRED") && !told.contains('\u{1b}'), "{told}");
    assert!(!told.contains("As planned"), "{told}");
}
