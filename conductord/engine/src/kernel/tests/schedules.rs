//! Laws of schedules in the kernel: what fires, when, for whom, and what a crash does to it.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use conductor_domain::{
    event::Event,
    intent::schedule::{
        Cause, Change, Draft, DraftTrigger, Missed, Overlap, Schedule, Settled, Why,
        limits::LATE_MS,
    },
    scope::{Principal, Scope},
    time::Timestamp,
    work::run::RunStatus,
};
use conductor_protocol::{error_code::Code, id::RunId, verdict::Obligation};
use serde_json::{Map, json};

use super::bench::{Bench, code};
use crate::{
    command::{Answer, Command, Rejection},
    kernel::Input,
    limits::{self, LEASE_TTL_MS},
    ports::{Archive as _, Lease, Order, Outcome, StopReason},
};

pub(super) const MINUTE: u64 = 60_000;

pub(super) fn every(ms: u64) -> Draft {
    Draft {
        workflow: "laws".into(),
        workflow_version: String::new(),
        inputs: Map::new(),
        trigger: DraftTrigger::Every(ms, None),
        zone: String::new(),
        overlap: Overlap::Skip,
        missed: Missed::Skip,
        missed_window_ms: 0,
        jitter_ms: 0,
        description: String::new(),
        subject: String::new(),
        edits_version: None,
    }
}

pub(super) fn change(bench: &mut Bench, name: &str, change: Change) -> Result<Answer, Rejection> {
    let context = bench.context(None);
    bench.submit(context, Command::Schedule { name: name.into(), change })
}

pub(super) fn set(bench: &mut Bench, name: &str, draft: Draft) -> Result<Answer, Rejection> {
    change(bench, name, Change::Set(Box::new(draft)))
}

/// A bench with a worker of the daemon's own, and a schedule for every minute.
fn with_schedule(edit: impl FnOnce(&mut Draft)) -> Bench {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let mut draft = every(MINUTE);
    edit(&mut draft);
    set(&mut bench, "nightly", draft).unwrap();
    bench
}

fn nightly(bench: &Bench) -> Schedule {
    let found = bench.views.schedule(&Scope::default(), "nightly");
    Schedule::clone(&found.expect("the schedule is there"))
}

/// Due times with their runs, from the ledger.
fn fired(bench: &Bench) -> Vec<(u64, Cause, RunId)> {
    let envelopes = bench.envelopes();
    let started = envelopes.into_iter().filter_map(|envelope| match envelope.event {
        Event::RunStarted(event) => event.schedule.map(|by| (by.due.unix_ms, by.cause, event.run)),
        _ => None,
    });
    started.collect()
}

/// Why due times were skipped, from the ledger.
fn skipped(bench: &Bench) -> Vec<(Why, u64)> {
    let envelopes = bench.envelopes();
    let skipped = envelopes.into_iter().filter_map(|envelope| match envelope.event {
        Event::ScheduleSkipped(event) => Some((event.why, event.count)),
        _ => None,
    });
    skipped.collect()
}

pub(super) fn pass(bench: &mut Bench, ms: u64) {
    bench.now += ms;
    bench.step(vec![]);
}

fn lease(bench: &mut Bench) -> Lease {
    let orders = std::mem::take(&mut bench.orders);
    let mut leases = orders.into_iter().filter_map(|order| match order {
        Order::Start(lease) => Some(*lease),
        _ => None,
    });
    leases.next().expect("a lease")
}

#[test]
fn a_schedule_wakes_the_kernel_and_starts_its_owners_run_in_one_batch() {
    let mut bench = with_schedule(|draft| draft.description = "every minute".into());
    let set_at = bench.now;
    let quiet = bench.step(vec![]);
    assert_eq!(quiet.wake_at, Some(Timestamp::from_unix_ms(set_at + MINUTE)));
    let appends = bench.ledger.appends;
    pass(&mut bench, MINUTE);
    assert_eq!(bench.ledger.appends, appends + 1, "decision, start and lease");
    let [(due, Cause::Due, run)] = fired(&bench)[..] else { panic!("{:?}", fired(&bench)) };
    assert_eq!(due, set_at + MINUTE);
    let kinds = bench.kinds();
    let place = kinds.iter().rposition(|kind| *kind == "run.started").unwrap();
    assert_eq!(kinds[place - 1], "decision.recorded", "the ruling stands before what it allowed");
    let run = bench.views.run("default", run).unwrap().unwrap();
    assert_eq!((run.owner.clone(), &*run.reason), (Principal::uid(1000), "every minute"));
    assert_eq!(run.schedule.as_ref().map(|by| by.due.unix_ms), Some(due));
    assert_eq!(nightly(&bench).active.map(|active| active.run), Some(run.id));
    let taken = lease(&mut bench);
    bench.complete(&taken, Outcome::Succeeded).unwrap();
    assert_eq!(nightly(&bench).active, None);
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench).len(), 2);
}

#[test]
fn overlaps_are_skipped_queued_or_replace_and_a_replaced_run_ends_first() {
    for overlap in [Overlap::Skip, Overlap::Queue, Overlap::Replace] {
        let interval = LEASE_TTL_MS - 5_000;
        let mut bench = with_schedule(|draft| {
            draft.overlap = overlap;
            draft.trigger = DraftTrigger::Every(interval, None);
        });
        let begin = bench.now;
        pass(&mut bench, interval);
        let first = lease(&mut bench);
        // Sooner than a run that was told to stop is ended by force.
        for _ in 0..2 {
            bench.now += interval;
            bench.heartbeat(&first);
        }
        assert_eq!(fired(&bench).len(), 1, "{overlap:?}: one at a time");
        let stops = bench
            .orders
            .iter()
            .any(|order| matches!(order, Order::Stop { reason: StopReason::Cancelled, .. }));
        assert_eq!(stops, overlap == Overlap::Replace);
        let outcome = if stops { Outcome::Cancelled } else { Outcome::Succeeded };
        bench.complete(&first, outcome).unwrap();
        let due: Vec<u64> =
            fired(&bench).iter().map(|(due, ..)| (due - begin) / interval).collect();
        let (expected, why) = match overlap {
            Overlap::Skip => (vec![1], vec![(Why::Overlap, 1); 2]),
            Overlap::Queue => (vec![1, 2], vec![]),
            Overlap::Replace => (vec![1, 3], vec![(Why::Replaced, 1)]),
        };
        assert_eq!((due, skipped(&bench)), (expected, why), "{overlap:?}");
    }
}

#[test]
fn a_restart_within_a_minute_loses_nothing_and_a_longer_one_is_policy() {
    for (missed, due_after) in [(Missed::Skip, 0), (Missed::Once, 1), (Missed::All, 3)] {
        let mut bench = with_schedule(|draft| draft.missed = missed);
        bench.now += MINUTE + LATE_MS;
        bench.restart();
        assert_eq!(fired(&bench).len(), 1, "the newest is still on time");
        let mut bench = with_schedule(|draft| {
            draft.missed = missed;
            draft.trigger = DraftTrigger::Every(10 * MINUTE, None);
        });
        let begin = bench.now;
        bench.now += 35 * MINUTE;
        bench.restart();
        bench.open_worker(true);
        for _ in 0..5 {
            if nightly(&bench).active.is_some() {
                let taken = lease(&mut bench);
                bench.complete(&taken, Outcome::Succeeded).unwrap();
            }
        }
        let due: Vec<_> = fired(&bench).iter().map(|(due, ..)| (due - begin) / MINUTE).collect();
        let expected: &[u64] = match missed {
            Missed::Skip => &[],
            Missed::Once => &[30],
            Missed::All => &[10, 20, 30],
        };
        assert_eq!(due, expected, "{missed:?}");
        let passed_over: u64 = skipped(&bench).iter().map(|(_, count)| count).sum();
        assert_eq!(passed_over, 3 - due_after, "{missed:?}");
    }
}

#[test]
fn a_run_that_outlives_the_daemon_still_holds_its_place() {
    let mut bench = with_schedule(|draft| draft.overlap = Overlap::Queue);
    pass(&mut bench, MINUTE);
    pass(&mut bench, MINUTE);
    bench.write_views();
    bench.restart();
    assert_eq!(nightly(&bench).waiting.len(), 1);
    assert_eq!(fired(&bench).len(), 1);
    bench.open_worker(true);
    let taken = lease(&mut bench);
    bench.complete(&taken, Outcome::Succeeded).unwrap();
    assert_eq!(fired(&bench).len(), 2);
}

#[test]
fn a_schedule_whose_owner_may_not_start_runs_starts_none_and_says_why() {
    let mut bench = with_schedule(|_| {});
    bench.leave.denies.store(true, Ordering::Relaxed);
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench), []);
    let kinds = bench.kinds();
    assert!(kinds.ends_with(&["decision.recorded", "schedule.skipped"]), "{kinds:?}");
    let asked = bench.envelopes().into_iter().rev().find_map(|envelope| match envelope.event {
        Event::DecisionRecorded(recorded) => Some((recorded.input, recorded.verdict.allow)),
        _ => None,
    });
    let (asked, allowed) = asked.unwrap();
    assert!(!allowed);
    assert_eq!((&*asked.action, &*asked.context.channel), ("run.start", "schedule"));
    assert_eq!(asked.subject.roles, ["conductor_admin"], "as they are now");
    let recent = nightly(&bench).recent.back().cloned().unwrap();
    let Settled::Skipped { why: Why::Denied, note, .. } = recent.settled else { panic!() };
    assert_eq!(note, "asked for uid:1000");
    for _ in 0..3 {
        pass(&mut bench, MINUTE);
    }
    assert_eq!(skipped(&bench), [(Why::Denied, 1); 4]);
    bench.leave.denies.store(false, Ordering::Relaxed);
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench).len(), 1, "as soon as they may again");
}

#[test]
fn what_starts_by_itself_leaves_what_its_tasks_were_allowed_by() {
    let mut bench = with_schedule(|_| {});
    pass(&mut bench, MINUTE);
    let kinds = bench.kinds();
    let started = kinds.iter().rposition(|kind| *kind == "run.started").unwrap();
    assert_eq!(kinds[started - 2..started], ["decision.recorded"; 2], "right before the run");
    let asked: Vec<String> = bench
        .envelopes()
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::DecisionRecorded(recorded) if recorded.input.context.channel == "schedule" => {
                assert!(recorded.was_done());
                Some(recorded.input.action)
            }
            _ => None,
        })
        .collect();
    assert_eq!(asked, ["run.start", "task.run"]);
}

#[test]
fn what_starts_by_itself_waits_for_an_approval_as_people_do() {
    let mut bench = with_schedule(|_| {});
    let approval = Obligation::RequireApproval { stages: Vec::new(), window_seconds: 60 };
    bench.leave.oblige(&[approval]);
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench), []);
    assert_eq!(skipped(&bench), [(Why::Denied, 1)]);
    let recorded = bench.envelopes().into_iter().rev().find_map(|envelope| match envelope.event {
        Event::DecisionRecorded(recorded) => Some((recorded.verdict.allow, recorded.unmet)),
        _ => None,
    });
    assert_eq!(recorded, Some((true, "APPROVAL_REQUIRED".to_owned())));
    bench.leave.oblige(&[Obligation::Warn { message: "look twice".into() }]);
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench).len(), 1, "advice stops nothing");
}

#[test]
fn what_can_not_be_started_is_refused_when_it_is_set() {
    let mut bench = with_schedule(|_| {});
    let unknown = Draft { workflow: "none".into(), ..every(MINUTE) };
    assert_eq!(code(set(&mut bench, "x", unknown)), Some(Code::WorkflowNotFound));
    let manifest = conductor_protocol::manifest::parse(
        "name: picky\nversion: 1.0.0\ninputs:\n  type: object\n  required: [host]\n  \
         properties: {host: {type: string}}\n\
         tasks:\n- {id: a, uses: 'pkg:builtin/noop@1'}\n",
    );
    let context = bench.context(None);
    bench
        .submit(
            context,
            Command::Publish {
                manifest: Box::new(manifest.unwrap()),
                provenance: Box::default(),
                signatures: Vec::new(),
            },
        )
        .unwrap();
    let mut picky = Draft { workflow: "picky".into(), ..every(MINUTE) };
    assert_eq!(code(set(&mut bench, "x", picky.clone())), Some(Code::InputsInvalid));
    picky.inputs.insert("host".into(), json!("db1"));
    set(&mut bench, "x", picky).unwrap();
    for gone in [Change::Pause(String::new()), Change::Resume, Change::Remove] {
        assert_eq!(code(change(&mut bench, "none", gone)), Some(Code::ScheduleNotFound));
    }
}

#[test]
fn an_edit_settles_what_was_due_before_it() {
    let mut bench = with_schedule(|_| {});
    bench.now += MINUTE + 5;
    let edit = Draft { description: "edited".into(), ..every(5 * MINUTE) };
    set(&mut bench, "nightly", edit).unwrap();
    let [(due, ..)] = fired(&bench)[..] else { panic!("{:?}", fired(&bench)) };
    assert_eq!(due, bench.now - 5, "by what the schedule said so far");
    assert_eq!(nightly(&bench).version, 2);
    assert_eq!(nightly(&bench).versions.len(), 2);
    let again = Draft { description: "edited".into(), ..every(5 * MINUTE) };
    let before = bench.kinds().len();
    set(&mut bench, "nightly", again).unwrap();
    assert_eq!(bench.kinds().len(), before, "it says this already");
    change(&mut bench, "nightly", Change::Remove).unwrap();
    assert!(bench.views.schedule(&Scope::default(), "nightly").is_none());
    pass(&mut bench, 60 * MINUTE);
    assert_eq!(fired(&bench).len(), 1);
    bench.write_views();
    bench.restart();
    assert!(bench.views.schedules(&Scope::default()).is_empty());
}

#[test]
fn a_paused_schedule_rests_over_a_restart_and_a_repeated_request_is_answered_alike() {
    let mut bench = with_schedule(|draft| draft.missed = Missed::All);
    let context = bench.context(Some(("key", "body")));
    let change = Change::Pause("storm".into());
    let pause = Command::Schedule { name: "nightly".into(), change };
    for _ in 0..2 {
        let answer = bench.submit(context.clone(), pause.clone()).unwrap();
        let Answer::Scheduled(paused) = answer else { panic!("{answer:?}") };
        assert_eq!(paused.paused.as_ref().map(|pause| &*pause.reason), Some("storm"));
    }
    assert_eq!(bench.kinds().iter().filter(|kind| **kind == "schedule.paused").count(), 1);
    assert_eq!(bench.step(vec![]).wake_at, None);
    bench.now += 60 * MINUTE;
    bench.restart();
    assert_eq!(fired(&bench), []);
    super::schedules::change(&mut bench, "nightly", Change::Resume).unwrap();
    assert_eq!(fired(&bench), [], "what was due meanwhile is not made up for");
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench).len(), 1);
}

#[test]
fn a_backfill_runs_one_after_the_other_in_order() {
    let mut bench = with_schedule(|draft| draft.trigger = DraftTrigger::Every(60 * MINUTE, None));
    let begin = bench.now;
    bench.now += 10;
    let span = |hours: u64| Timestamp::from_unix_ms(begin - hours * 60 * MINUTE);
    // It did not exist then: a backfill is for that, too.
    let early = change(&mut bench, "nightly", Change::Backfill(span(3), span(1)));
    assert_eq!(code(early), Some(Code::ScheduleBackfill), "an interval begins where it begins");
    for _ in 0..3 {
        pass(&mut bench, 60 * MINUTE);
        let taken = lease(&mut bench);
        bench.complete(&taken, Outcome::Succeeded).unwrap();
    }
    let (from, to) = (Timestamp::from_unix_ms(begin), Timestamp::from_unix_ms(bench.now));
    change(&mut bench, "nightly", Change::Backfill(from, to)).unwrap();
    for left in (0..4).rev() {
        assert_eq!(nightly(&bench).backlog.len(), left);
        let taken = lease(&mut bench);
        bench.complete(&taken, Outcome::Failed).unwrap();
    }
    let due: Vec<u64> = fired(&bench).iter().map(|(due, ..)| (due - begin) / MINUTE / 60).collect();
    assert_eq!(due, [1, 2, 3, 0, 1, 2, 3]);
    let ended = fired(&bench)[3].2;
    let run = bench.views.run("default", ended).unwrap().unwrap();
    assert_eq!(
        (run.status, run.schedule.as_ref().map(|by| by.cause)),
        (RunStatus::Failed, Some(Cause::Backfill))
    );
}

#[test]
fn thousands_that_are_due_at_once_are_started_step_by_step() {
    let mut bench = Bench::with_workflow();
    let count = 2 * limits::SCHEDULES_LOOKED_AT_MAX + 10;
    for number in 0..count {
        set(&mut bench, &format!("s{number}"), every(60 * MINUTE)).unwrap();
    }
    bench.now += 60 * MINUTE;
    let mut steps = 0;
    while fired(&bench).len() < count {
        let output = bench.step(vec![]);
        steps += 1;
        assert!(output.wake_at.is_some_and(|at| at <= bench.time(0)) || steps == 3, "{steps}");
    }
    assert_eq!(steps, 3);
    let mut once = BTreeMap::new();
    fired(&bench).into_iter().for_each(|(_, _, run)| *once.entry(run).or_insert(0) += 1);
    assert!(once.values().all(|times| *times == 1));
}

#[test]
fn environments_do_not_share_schedules() {
    let mut bench = with_schedule(|_| {});
    let mut context = bench.context(None);
    context.scope.environment = "prod".into();
    let remove = Command::Schedule { name: "nightly".into(), change: Change::Remove };
    assert_eq!(code(bench.submit(context.clone(), remove)), Some(Code::ScheduleNotFound));
    let same = Change::Set(Box::new(every(MINUTE)));
    let set = Command::Schedule { name: "nightly".into(), change: same };
    bench.submit(context.clone(), set).unwrap();
    bench.write_views();
    bench.restart();
    assert!(bench.views.schedule(&context.scope, "nightly").is_some());
    pass(&mut bench, MINUTE);
    assert_eq!(fired(&bench).len(), 2);
}

#[test]
fn too_many_inputs_at_once_do_not_hide_a_due_time() {
    let mut bench = with_schedule(|_| {});
    bench.now += MINUTE;
    let inputs = (0..600).map(|ticket| Input::Inspect { ticket, tenant: None }).collect();
    bench.step(inputs);
    assert_eq!(fired(&bench).len(), 1);
}
