//! Laws of the kernel and its views, on a ledger and a store in memory.

mod approvals;
mod artifacts;
mod bench;
mod children;
mod forgetting;
mod freezes;
mod glass;
mod graph;
mod hosts;
mod keys;
mod leases;
mod lineage;
mod quotas;
mod receipts;
mod runbooks;
mod schedules;
mod sessions;
mod signing_keys;
mod tenants;
mod tokens;
mod turns;

use conductor_domain::{
    event::Event,
    org::tenant,
    scope::Principal,
    trust::bundle::{Cause, Deployed, Refused},
    work::run::{Rerun, RunStatus},
};
use conductor_protocol::{error_code::Code, needles::Needles, verdict::Obligation};
use serde_json::Map;

use self::bench::{Bench, code, started};
use crate::{
    command::{Answer, Command, Rejection, RunChange},
    kernel::{Input, PolicyNews, Reply},
    limits,
    ports::{Archive as _, Order, Outcome, StopReason},
    views::{DecisionFilter, RunFilter},
};

#[test]
fn the_first_start_makes_its_starter_the_administrator_and_only_the_first() {
    let mut bench = Bench::new();
    let admin =
        |bench: &Bench| bench.views.roles("default", &Principal::uid(1000)) == ["conductor_admin"];
    assert!(admin(&bench));
    bench.restart();
    let starts = bench.kinds().iter().filter(|kind| **kind == "identity.granted").count();
    assert_eq!(starts, 1);
    assert!(admin(&bench));
}

#[test]
fn the_same_key_and_request_give_the_same_run_and_another_request_is_refused() {
    let mut bench = Bench::with_workflow();
    let first = started(bench.start(Some(("k", "body"))));
    let again = started(bench.start(Some(("k", "body"))));
    assert_eq!(first, again);
    assert_eq!(code(bench.start(Some(("k", "other")))), Some(Code::IdempotencyConflict));
    bench.restart();
    assert_eq!(started(bench.start(Some(("k", "body")))), first, "a restart does not forget");
    bench.now += limits::IDEMPOTENCY_WINDOW_MS;
    assert_ne!(started(bench.start(Some(("k", "body")))), first, "its window is over");
}

#[test]
fn one_batch_knows_the_keys_it_used_itself() {
    let mut bench = Bench::with_workflow();
    let command = bench.start_command();
    let inputs = [1, 2].map(|ticket| bench.input(ticket, command.clone(), Some(("k", "b"))));
    let output = bench.step(inputs.into());
    let runs: Vec<_> = output
        .replies
        .into_iter()
        .map(|(_, reply)| match reply {
            Ok(Reply::Answer(Answer::Started { run, replayed, .. })) => (run, replayed),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(runs[0].0, runs[1].0);
    assert_eq!((runs[0].1, runs[1].1), (false, true));
}

#[test]
fn a_ruling_of_another_bundle_or_a_denial_changes_nothing() {
    let mut bench = Bench::with_workflow();
    let before = bench.kinds().len();
    let mut context = bench.context(None);
    context.ruling.verdict.bundle_revision = "old".into();
    let command = bench.start_command();
    let stale = bench.submit(context, command.clone());
    assert!(matches!(stale, Err(Rejection::StaleDecision)), "{stale:?}");
    let mut context = bench.context(None);
    context.ruling.verdict.allow = false;
    assert_eq!(code(bench.submit(context.clone(), command.clone())), Some(Code::PermissionDenied));
    context.ruling.verdict.allow = true;
    context.ruling.verdict.obligations.push(Obligation::DryRunOnly);
    assert_eq!(code(bench.submit(context.clone(), command)), Some(Code::DryRunOnly));
    assert_eq!(bench.kinds().len(), before);
    context.ruling.verdict.allow = false;
    for _ in 0..5 {
        bench.submit(context.clone(), Command::Deny { unmet: None }).unwrap();
    }
    assert_eq!(bench.kinds().len(), before + 1, "a flood is recorded once");
    bench.now += limits::DENIAL_WINDOW_MS;
    bench.step(vec![]);
    assert_eq!(bench.kinds().len(), before + 2, "and then counted");
}

/// A caller that passes over what a permission obliges to gets nothing.
#[test]
fn an_obligation_that_nobody_met_stops_every_command() {
    let mut bench = Bench::with_workflow();
    let run = started(bench.start(None));
    let before = bench.kinds().len();
    let approval = Obligation::RequireApproval { stages: Vec::new(), window_seconds: 60 };
    for (obligation, expected) in [
        (approval, Code::ApprovalRequired),
        (Obligation::StepUp { method: "touch".into() }, Code::StepUpRequired),
        (Obligation::DryRunOnly, Code::DryRunOnly),
        (Obligation::Unknown(serde_json::json!({"type": "sing"})), Code::PermissionDenied),
        (Obligation::Filter { field: "owner".into(), allowed: vec![] }, Code::PermissionDenied),
    ] {
        let mut context = bench.context(None);
        context.ruling.verdict.obligations = vec![obligation];
        for command in [
            bench.start_command(),
            Command::Change { run, change: RunChange::Cancel { reason: String::new() } },
            Command::Grant { principal: Principal::uid(7), role: "operator".into() },
        ] {
            let name = format!("{command:?}");
            let got = code(bench.submit(context.clone(), command));
            assert_eq!(got, Some(expected), "{name}");
        }
    }
    assert_eq!(bench.kinds().len(), before, "nothing happened");
    let mut context = bench.context(None);
    context.ruling.verdict.obligations = vec![
        Obligation::Warn { message: "look twice".into() },
        Obligation::Notify { roles: vec!["operator".into()], message: "it runs".into() },
        Obligation::Mask { paths: vec!["inputs".into()] },
    ];
    let command = bench.start_command();
    started(bench.submit(context, command));
    let told = bench.envelopes().into_iter().rev().find_map(|envelope| match envelope.event {
        Event::DecisionRecorded(recorded) => Some(recorded.verdict.obligations.len()),
        _ => None,
    });
    assert_eq!(told, Some(3), "who is told is on record");
}

#[test]
fn decisions_are_found_in_memory_and_in_the_store_alike() {
    let mut bench = Bench::with_workflow();
    for caller in 0..4 {
        let mut context = bench.context(None);
        context.ruling.question.subject.principal = format!("uid:{}", caller % 2);
        context.ruling.question.action = format!("run.{caller}");
        context.ruling.verdict.allow = false;
        bench.submit(context, Command::Deny { unmet: None }).unwrap();
        if caller == 1 {
            bench.write_views();
        }
    }
    let by = DecisionFilter { principal: Some("uid:1".into()), ..DecisionFilter::default() };
    let denied = DecisionFilter { done: Some(false), ..DecisionFilter::default() };
    let look = |bench: &Bench| {
        let views = &bench.views;
        let found = views.find_decisions("default", &denied, 0, 10).unwrap();
        assert_eq!((found.seqs.len(), found.next), (4, 0));
        assert!(found.seqs.windows(2).all(|two| two[0] > two[1]), "newest first: {found:?}");
        let mut oldest = views.decisions_after("default", &denied, 0, 10).unwrap();
        oldest.seqs.reverse();
        assert_eq!(oldest, found);
        assert_eq!(views.find_decisions("default", &by, 0, 10).unwrap().seqs.len(), 2);
        assert!(views.find_decisions("other", &denied, 0, 10).unwrap().seqs.is_empty());
        // Page by page it is the same.
        let (mut paged, mut before) = (Vec::new(), 0);
        loop {
            let page = views.find_decisions("default", &denied, before, 1).unwrap();
            paged.extend(page.seqs);
            before = page.next;
            if before == 0 {
                break;
            }
        }
        assert_eq!(paged, found.seqs);
        found
    };
    let mixed = look(&bench);
    bench.write_views();
    assert_eq!(look(&bench), mixed);
    bench.restart();
    assert_eq!(look(&bench), mixed);
}

#[test]
fn a_bundle_that_is_refused_changes_nothing_and_a_rollback_is_a_command() {
    let mut bench = Bench::with_workflow();
    let refused = Refused {
        source: "/etc/policy".into(),
        problem: "its tests fail".into(),
        revision: "bundle".into(),
    };
    for ticket in 1..=2 {
        let news = PolicyNews::Refused(refused.clone());
        bench.step(vec![Input::Policy { ticket, news }]);
    }
    let told = bench.kinds().iter().filter(|kind| **kind == "policy.refused").count();
    assert_eq!(told, 1, "the same is said once");
    assert!(bench.views.deployment().alarm().is_some());
    started(bench.start(None));
    let older = Deployed {
        revision: "older".into(),
        label: String::new(),
        source: "kept".into(),
        signed_by: String::new(),
        cause: Cause::RolledBack,
        reason: "on-call is denied".into(),
        decision: String::new(),
    };
    let mut context = bench.context(None);
    context.ruling.question.action = "policy.edit".into();
    let back = bench.submit(context.clone(), Command::RollBack(Box::new(older))).unwrap();
    assert_eq!(back, Answer::RolledBack { replayed: false });
    let known = bench.views.deployment();
    let current = known.current().unwrap();
    assert_eq!(current.event.decision, context.ruling.id.to_string(), "by whose leave");
    assert!(known.alarm().is_none());
    // What was decided by the bundle before is decided again.
    let stale = bench.start(None);
    assert!(matches!(stale, Err(Rejection::StaleDecision)), "{stale:?}");
    bench.write_views();
    bench.restart();
    assert_eq!(*bench.views.deployment(), *known, "it is kept with the views");
}

#[test]
fn a_start_and_its_lease_are_one_batch_when_a_worker_has_room() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let appends = bench.ledger.appends;
    let run = started(bench.start(None));
    assert_eq!(bench.ledger.appends, appends + 1);
    let Some(Order::Start(lease)) = bench.orders.pop() else { panic!("{:?}", bench.orders) };
    assert_eq!(lease.run, run);
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    assert_eq!(bench.ledger.appends, appends + 2);
    let ended = bench.views.run("default", run).unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Succeeded);
    assert_eq!(bench.kernel.state().active(), 0, "what has ended is not held");
}

#[test]
fn a_worker_that_is_not_heard_of_loses_its_lease_and_can_not_complete() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(false);
    started(bench.start(None));
    let Some(Order::Start(first)) = bench.orders.pop() else { panic!("a lease") };
    bench.now += limits::LEASE_TTL_MS - 1;
    bench.heartbeat(&first);
    bench.now += limits::LEASE_TTL_MS - 1;
    bench.step(vec![]);
    assert!(bench.orders.is_empty(), "a heartbeat keeps it");
    bench.now += limits::LEASE_TTL_MS;
    bench.step(vec![]);
    let second = bench.orders.iter().find_map(|order| match order {
        Order::Start(lease) => Some(lease.clone()),
        _ => None,
    });
    let second = second.expect("it is taken up again");
    assert_eq!((second.attempt, second.token > first.token), (2, true));
    assert_eq!(bench.complete(&first, Outcome::Succeeded), Err(Some(Code::LeaseLost)));
    assert_eq!(bench.complete(&second, Outcome::Succeeded), Ok(()));
}

#[test]
fn a_report_that_comes_again_after_its_run_ended_is_answered_as_known() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(false);
    started(bench.start(None));
    let Some(Order::Start(lease)) = bench.orders.pop() else { panic!("a lease") };
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    assert_eq!(bench.kernel.state().active(), 0, "the run is over");
    let before = bench.kinds().len();
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    assert_eq!(bench.complete(&lease, Outcome::Failed), Err(Some(Code::LeaseLost)), "another one");
    assert_eq!(bench.kinds().len(), before, "it changes nothing");
    for _ in 0..limits::TAKEN_REPORTS_MAX {
        started(bench.start(None));
        let Some(Order::Start(next)) = bench.orders.pop() else { panic!("a lease") };
        assert_eq!(bench.complete(&next, Outcome::Succeeded), Ok(()));
    }
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Err(Some(Code::LeaseLost)), "bounded");
}

#[test]
fn a_cancel_right_after_the_start_stops_the_attempt_and_ends_even_without_its_worker() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(false);
    let run = started(bench.start(None));
    let context = bench.context(None);
    bench.orders.clear();
    let cancel = Command::Change { run, change: RunChange::Cancel { reason: "enough".into() } };
    bench.submit(context.clone(), cancel.clone()).unwrap();
    let stop = bench.orders.pop();
    assert!(matches!(stop, Some(Order::Stop { reason: StopReason::Cancelled, .. })), "{stop:?}");
    // What is being cancelled can be killed, once.
    let mut killing = bench.context(None);
    killing.ruling.question.action = "run.kill".into();
    for _ in 0..2 {
        let change = RunChange::Kill { reason: "it deletes too much".into() };
        bench.submit(killing.clone(), Command::Change { run, change }).unwrap();
    }
    let stops: Vec<Order> = bench.orders.drain(..).collect();
    assert!(matches!(stops[..], [Order::Stop { reason: StopReason::Killed, .. }]), "{stops:?}");
    for _ in 0..40 {
        bench.now += 1_000;
        bench.step(vec![]);
    }
    let ended = bench.views.run("default", run).unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Cancelled);
    assert_eq!(ended.stop.as_ref().unwrap().reason, "it deletes too much");
    assert_eq!(code(bench.submit(context, cancel)), Some(Code::RunAlreadyEnded));
}

#[test]
fn a_failed_append_answers_nobody_and_ends_the_kernel() {
    let mut bench = Bench::with_workflow();
    let before = bench.kinds().len();
    bench.ledger.fails = true;
    let failed = bench.start(None);
    assert!(matches!(failed, Err(Rejection::Unavailable(_))), "{failed:?}");
    bench.ledger.fails = false;
    let after = bench.start(None);
    assert!(matches!(after, Err(Rejection::Unavailable(_))), "{after:?}");
    assert_eq!(bench.kinds().len(), before);
    bench.restart();
    started(bench.start(None));
}

#[test]
fn pages_are_stable_while_new_runs_come_in_and_whatever_the_store_has() {
    for (written, oldest_first) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut bench = Bench::with_workflow();
        let mut runs: Vec<_> = (0..25)
            .map(|_| {
                bench.now += 1;
                started(bench.start(None))
            })
            .collect();
        if written {
            bench.write_views();
        }
        if !oldest_first {
            runs.reverse();
        }
        let filter = RunFilter { oldest_first, ..RunFilter::default() };
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = bench.list(&filter, after, 10);
            seen.extend(page.runs.iter().map(|run| run.id));
            bench.now += 1;
            let new = started(bench.start(None));
            if oldest_first {
                // It comes last, on a page that is not read yet.
                runs.push(new);
            }
            after = page.next;
            if after.is_none() || seen.len() >= 25 {
                break;
            }
        }
        assert_eq!(seen, runs[..seen.len()], "written: {written}, oldest first: {oldest_first}");
        assert!(seen.len() >= 25);
    }
}

#[test]
fn the_oldest_come_first_from_memory_and_store_together() {
    let mut bench = Bench::with_workflow();
    let mut runs = Vec::new();
    for place in 0..12 {
        bench.now += 1;
        runs.push(started(bench.start(None)));
        if place == 5 {
            // From here on they are in memory only.
            bench.write_views();
        }
    }
    let filters = [
        RunFilter { oldest_first: true, ..RunFilter::default() },
        RunFilter { owner: Some("uid:1000".into()), oldest_first: true, ..RunFilter::default() },
        RunFilter { text: Needles::new("law"), oldest_first: true, ..RunFilter::default() },
    ];
    for filter in filters {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = bench.list(&filter, after, 5);
            seen.extend(page.runs.iter().map(|run| run.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, runs, "{filter:?}");
    }
}

#[test]
fn filters_give_the_same_from_memory_and_from_the_store() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let mut ended = Vec::new();
    for place in 0..9 {
        bench.now += 1;
        let run = started(bench.start(None));
        let Some(Order::Start(lease)) = bench.orders.pop() else { panic!("a lease") };
        let outcome = if place % 3 == 0 { Outcome::Failed } else { Outcome::Succeeded };
        bench.complete(&lease, outcome).unwrap();
        ended.push((run, outcome));
    }
    let failed: Vec<_> = ended
        .iter()
        .rev()
        .filter(|(_, how)| *how == Outcome::Failed)
        .map(|(run, _)| *run)
        .collect();
    let filters = [
        (RunFilter { statuses: vec![RunStatus::Failed], ..RunFilter::default() }, 3),
        (RunFilter { workflow: Some("laws".into()), ..RunFilter::default() }, 9),
        (RunFilter { workflow: Some("none".into()), ..RunFilter::default() }, 0),
        (RunFilter { owner: Some("uid:1000".into()), ..RunFilter::default() }, 9),
        (RunFilter { text: Needles::new("LAW"), ..RunFilter::default() }, 9),
        (RunFilter { text: Needles::new("~lw ~uid1"), ..RunFilter::default() }, 9),
        (RunFilter { text: Needles::new("law !uid:1000"), ..RunFilter::default() }, 0),
        (RunFilter { text: Needles::new("!none"), ..RunFilter::default() }, 9),
        (RunFilter { not_workflows: vec!["laws".into()], ..RunFilter::default() }, 0),
        (RunFilter { not_owners: vec!["uid:1001".into()], ..RunFilter::default() }, 9),
        (RunFilter { not_owners: vec!["uid:1000".into()], ..RunFilter::default() }, 0),
        (RunFilter { text: Needles::new(&ended[4].0.to_string()), ..RunFilter::default() }, 1),
        (RunFilter { since: Some(bench.time(-3)), ..RunFilter::default() }, 4),
        (RunFilter { until: Some(bench.time(-3)), ..RunFilter::default() }, 5),
    ];
    for _ in 0..2 {
        for (filter, expected) in &filters {
            assert_eq!(bench.list(filter, None, 50).runs.len(), *expected, "{filter:?}");
        }
        let page = bench.list(&filters[0].0, None, 50);
        assert_eq!(page.runs.iter().map(|run| run.id).collect::<Vec<_>>(), failed);
        bench.write_views();
    }
    assert_eq!(bench.list(&RunFilter::default(), None, 50).total, 9);
}

#[test]
fn another_tenant_sees_nothing() {
    let mut bench = Bench::with_workflow();
    let run = started(bench.start(None));
    let mut context = bench.context(None);
    context.scope.tenant = "globex".into();
    let change = tenant::Change::Create(Box::default());
    bench.submit(context, Command::Tenant { change }).unwrap();
    for _ in 0..2 {
        assert!(bench.views.run("globex", run).unwrap().is_none());
        let mut context = bench.context(None);
        context.scope.tenant = "globex".into();
        let cancel = Command::Change { run, change: RunChange::Cancel { reason: String::new() } };
        assert_eq!(code(bench.submit(context, cancel)), Some(Code::RunNotFound));
        bench.write_views();
    }
}

#[test]
fn a_rerun_keeps_inputs_and_is_linked() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let old = started(bench.start(None));
    let context = bench.context(None);
    let rerun = Command::Rerun {
        run: old,
        how: Rerun::Whole,
        inputs: Map::new(),
        version: String::new(),
        reason: String::new(),
        hosts: None,
    };
    assert_eq!(code(bench.submit(context.clone(), rerun.clone())), Some(Code::RunNotEnded));
    let Some(Order::Start(lease)) = bench.orders.pop() else { panic!("a lease") };
    bench.complete(&lease, Outcome::Failed).unwrap();
    let new = started(bench.submit(context, rerun));
    for _ in 0..2 {
        assert_eq!(bench.views.reruns("default", old).unwrap(), [new]);
        assert_eq!(bench.views.run("default", new).unwrap().unwrap().rerun_of, Some(old));
        bench.write_views();
    }
}

#[test]
fn too_many_workers_are_told_to_come_again() {
    let mut bench = Bench::new();
    let inputs = (0..=limits::WORKERS_MAX as u64)
        .map(|ticket| Input::WorkerOpen { ticket, hello: Bench::hello(false) })
        .collect();
    let output = bench.step(inputs);
    let refused = output.replies.iter().filter(|(_, reply)| reply.is_err()).count();
    assert_eq!(refused, 1);
}
