//! A plan in lines: what stands where, and that nothing is wider than it may be.

use conductor_protocol::v1::{
    Decision, Plan, PlanCost, PlanEstimate, PlanProblem, PlanSpan, PlannedApproval, PlannedCall,
    PlannedFate, PlannedInstance, PlannedLater, PlannedTask, PlannedWorkflow, Scope,
};
use unicode_width::UnicodeWidthStr as _;

use super::*;

fn allowed() -> Option<Decision> {
    Some(Decision { allow: true, risk: "high".into(), ..Decision::default() })
}

fn task(id: &str, uses: &str) -> PlannedTask {
    PlannedTask {
        id: id.into(),
        uses: uses.into(),
        step: 1,
        fate: PlannedFate::Runs.into(),
        on_failure: "fail".into(),
        decision: allowed(),
        ..PlannedTask::default()
    }
}

fn call(with: &str, later: &[(&str, &str)]) -> PlannedCall {
    let later = later.iter().map(|(field, after)| PlannedLater {
        field: (*field).into(),
        after: vec![(*after).into()],
    });
    PlannedCall { with_json: with.into(), later: later.collect(), ..PlannedCall::default() }
}

fn instance(key: &str, batch: u32) -> PlannedInstance {
    let with = format!(r#"{{"run":"systemctl restart nginx # {key}"}}"#);
    let undo = format!(r#"{{"run":"systemctl stop nginx # {key}","was":"{{{{ result.pid }}}}"}}"#);
    let undo_call = Some(call(&undo, &[("with.was", "restart")]));
    let call = Some(call(&with, &[]));
    PlannedInstance { key: key.into(), batch, call, undo_call, ..PlannedInstance::default() }
}

fn tasks() -> Vec<PlannedTask> {
    let disk = PlannedTask {
        call: Some(call(r#"{"run":"df /var\necho percent=3\necho done"}"#, &[])),
        span: Some(PlanSpan { p50_ms: 1_200, p90_ms: 4_000, samples: 20 }),
        timeout_ms: 30_000,
        ..task("disk", "pkg:builtin/shell@1")
    };
    let never = PlannedTask {
        fate: PlannedFate::Skipped.into(),
        when: "inputs.limit > 95".into(),
        ..task("never", "pkg:builtin/noop@1")
    };
    let restart = PlannedTask {
        step: 2,
        needs: vec!["disk".into(), "never".into()],
        needs_any: true,
        spread: "hosts".into(),
        filter: "role:web".into(),
        instances: vec![instance("web-1", 0), instance("web-2", 1), instance("web-3", 1)],
        instances_total: 3,
        batches: vec![1, 2],
        parallel: 1,
        max_failures: 1,
        canary: "manual".into(),
        health: "pkg:builtin/http@1".into(),
        health_calls: vec![
            call(r#"{"url":"http://lb/1"}"#, &[]),
            call(r#"{"url":"http://lb/2"}"#, &[]),
        ],
        health_decision: Some(Decision {
            reasons: vec!["no http here (a.b)".into()],
            ..<_>::default()
        }),
        undo_decision: allowed(),
        retries: 1,
        undone_by: "pkg:builtin/ssh@1".into(),
        secrets: vec!["key".into()],
        resources: "small".into(),
        ..task("restart", "pkg:builtin/ssh@1")
    };
    let inner = PlannedTask {
        call: Some(call(r#"{"url":"http://{{ inputs.host }}/"}"#, &[("with.url", "disk")])),
        decision: Some(Decision { reasons: vec!["no http here (a.b)".into()], ..<_>::default() }),
        ..task("look", "pkg:builtin/http@1")
    };
    let on_hosts = PlannedTask {
        spread: "hosts".into(),
        filter: "role:db".into(),
        instances: vec![instance("db-1", 0)],
        instances_total: 1,
        batches: vec![1],
        undone_by: "pkg:builtin/shell@1".into(),
        undo_decision: allowed(),
        ..task("drain", "pkg:builtin/ssh@1")
    };
    let check = PlannedTask {
        step: 3,
        needs: vec!["restart".into()],
        fate: PlannedFate::Later.into(),
        when: "tasks.disk.outputs.percent | int > 90".into(),
        fate_after: vec!["disk".into()],
        runs: Some(PlannedWorkflow {
            workflow: "check".into(),
            version: "2.0.0".into(),
            start: allowed(),
            tasks: vec![inner, on_hosts],
            ..<_>::default()
        }),
        ..task("check", "pkg:workflow/check@2.0.0")
    };
    vec![disk, never, restart, check]
}

/// A bit of everything.
pub(crate) fn sample() -> Plan {
    Plan {
        digest: format!("sha256:{}", "0123456789abcdef".repeat(4)),
        scope: Some(Scope {
            tenant: "acme".into(),
            environment: "prod".into(),
            region: "eu".into(),
        }),
        workflow: "restart-web".into(),
        version: "1.4.0".into(),
        inputs_json: r#"{"service":"nginx","limit":90}"#.into(),
        start: allowed(),
        tasks: tasks(),
        problems: vec![PlanProblem {
            code: "INPUTS_INVALID".into(),
            path: "inputs.service".into(),
            message: "the input `service` is missing, and without it there is nothing to do".into(),
            hint: "give it: the unit to restart".into(),
        }],
        warnings: vec![PlanProblem {
            code: "EXECUTOR_MISSING".into(),
            path: "tasks[3].uses".into(),
            message: "no connected worker has it".into(),
            ..<_>::default()
        }],
        approvals: vec![PlannedApproval {
            task_id: "restart".into(),
            kind: "canary".into(),
            message: "the first batch has ended: are the others to follow?".into(),
            timeout_ms: 900_000,
        }],
        estimate: Some(PlanEstimate {
            p50_ms: 61_000,
            p90_ms: 125_000,
            runs: 20,
            succeeded: 19,
            whole: Some(PlanSpan { p50_ms: 70_000, p90_ms: 600_000, samples: 19 }),
            unknown: vec!["check/look".into()],
            unknown_count: 1,
            waits_for_people: true,
            costs: vec![PlanCost { resources: "small".into(), p50_ms: 9_000, p90_ms: 20_000 }],
        }),
        group: "deploy-prod".into(),
        group_limit: 1,
        when_busy: "queue".into(),
        secrets: vec!["key".into()],
        undo_on_failure: true,
        left_out: 2,
        cut: 1,
        ..Plan::default()
    }
}

fn text(plan: &Plan, width: usize) -> String {
    let line = |line: &Line| line.iter().map(|(_, text)| text.as_str()).collect::<String>();
    lines(plan, width).iter().map(|l| line(l) + "\n").collect()
}

#[test]
fn everything_has_its_place() {
    insta::assert_snapshot!("plan-80", text(&sample(), 80));
}

#[test]
fn nothing_is_wider_than_it_may_be_but_the_digest() {
    for width in [40, 76, 80, 120] {
        // Narrower ones are not drawn in; they break nothing either.
        assert!(!lines(&sample(), width / 40).is_empty());
        for line in text(&sample(), width).lines().filter(|line| !line.contains("sha256:")) {
            assert!(line.width() <= width, "{width}: {line:?}");
        }
    }
    // What is too long for a line is broken, not cut.
    let long = "{\"x\":\"".to_owned() + &"abcdefghij".repeat(30) + "\"}";
    let plan = Plan { inputs_json: long.clone(), ..sample() };
    let shown: String = text(&plan, 60).split_whitespace().collect();
    assert!(shown.contains(&long), "{shown}");
}

#[test]
fn what_others_wrote_moves_no_cursor() {
    let evil = "\u{1b}[2J\ra\nb";
    let mut plan = sample();
    plan.tasks[0].when = evil.into();
    plan.inputs_json = evil.into();
    plan.problems[0].message = evil.into();
    plan.tasks[2].instances[0].key = evil.into();
    plan.approvals[0].message = evil.into();
    let shown = text(&plan, 80);
    assert!(!shown.contains(['\u{1b}', '\r']), "{shown:?}");
}

#[test]
fn a_manifest_that_can_t_be_read_has_its_problems_only() {
    let plan = Plan { problems: sample().problems, ..Plan::default() };
    let shown = text(&plan, 80);
    assert!(shown.contains("INPUTS_INVALID") && !shown.contains("Tasks"), "{shown}");
    assert!(!shown.contains("sha256"), "{shown}");
}

#[test]
fn what_is_different_from_a_plan_before_is_told() {
    assert_eq!(changed(&sample(), &sample()), Vec::<String>::new());
    let mut now = sample();
    now.version = "1.5.0".into();
    now.tasks[2].instances.pop();
    now.tasks[2].instances.push(instance("web-9", 1));
    now.tasks.remove(1);
    now.tasks[0].call = Some(call(r#"{"run":"df"}"#, &[]));
    now.tasks[0].decision = Some(Decision::default());
    let told = changed(&sample(), &now).join("\n");
    for part in [
        "version: 1.4.0 before, 1.5.0 now",
        "restart is done for web-9, too",
        "restart is not done for web-3 any more",
        "never is gone",
        "disk is given something else",
        "disk is denied by policy now",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn the_whole_page_has_policys_word_on_every_task() {
    let page = whole(&sample(), None, 80);
    let text: String = page
        .iter()
        .map(|line| line.iter().map(|(_, text)| text.as_str()).collect::<String>() + "\n")
        .collect();
    for part in ["the start", "check/look", "denied: no http here (a.b)", "restart health"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("  web-1            restart\n"), "{text}");
    assert!(text.contains("Nothing undoes\n  disk, check/look\n"), "{text}");
}

#[test]
fn what_policy_asks_for_does_not_begin_with_its_kind_twice() {
    let asked = PlannedApproval {
        kind: "policy".into(),
        message: "policy asks for 2 people of workflow_reviewer".into(),
        ..<_>::default()
    };
    let plan = Plan { approvals: vec![asked], ..sample() };
    let text: String = lines(&plan, 100)
        .iter()
        .map(|line| line.iter().map(|(_, text)| text.as_str()).collect::<String>() + "\n")
        .collect();
    assert!(text.contains("policy asks for 2 people of workflow_reviewer"), "{text}");
    assert!(!text.contains("policy policy"), "{text}");
}
