//! Laws of freezes in the kernel: nothing starts where it is frozen, and what the kill switch found is
//! stopped, once each, whatever happens in between.

use conductor_domain::{
    event::Event,
    intent::{
        freeze::{Change, Draft, DraftWindow, Reach, Stop},
        schedule::{self, DraftTrigger, Missed, Overlap, Why},
    },
    scope::Principal,
    work::run::{Rerun, RunStatus, StopCause},
};
use conductor_protocol::{
    error_code::Code,
    id::RunId,
    verdict::{Obligation, Stage},
};
use serde_json::Map;

use super::bench::{Bench, code, started};
use crate::{
    command::{Answer, Command, Rejection},
    limits::SWITCHED_RUNS_MAX,
    ports::Outcome,
};

const HOUR: u64 = 3_600_000;

fn freeze(bench: &mut Bench, name: &str, change: Change) -> Result<Answer, Rejection> {
    let context = bench.context(None);
    bench.submit(context, Command::Freeze { name: name.into(), change })
}

/// Freezes from now on, for so long.
pub(super) fn set(bench: &mut Bench, reach: Reach, ms: Option<u64>) -> Result<Answer, Rejection> {
    let until = ms.map(|ms| bench.time(i64::try_from(ms).unwrap()).rfc3339()).unwrap_or_default();
    let window = DraftWindow::Once { from: String::new(), until, zone: String::new() };
    let draft = Draft { reach, window, reason: "release".into() };
    freeze(bench, "f", Change::Set(Box::new(draft)))
}

fn switch(bench: &mut Bench, reach: Reach, stop: Stop) -> Result<Answer, Rejection> {
    freeze(bench, "", Change::Switch { reach, stop, reason: "it burns".into() })
}

/// Lifts as the last of these signatures would.
fn lift(by: &[u32]) -> Change {
    let approved_by = by.iter().map(|uid| Principal::uid(*uid)).collect();
    let reason = "it is over".to_owned();
    Change::Lift { reason, seq: None, freeze: None, approved_by }
}

fn status(bench: &Bench, run: RunId) -> RunStatus {
    bench.run(run).status
}

/// The runs that were asked to stop, and how, in the ledger's order.
fn stopped(bench: &Bench) -> Vec<(RunId, StopCause)> {
    let stops = bench.envelopes().into_iter().filter_map(|envelope| match envelope.event {
        Event::RunStopRequested(event) => Some((event.run, event.cause)),
        _ => None,
    });
    stops.collect()
}

#[test]
fn nothing_starts_while_it_is_frozen_and_what_runs_goes_on() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(false);
    let ended = started(bench.start(None));
    let lease = bench.leases().remove(0);
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    let run = started(bench.start(None));
    set(&mut bench, Reach::Workflow("laws".into()), Some(HOUR)).unwrap();
    assert_eq!(code(bench.start(None)), Some(Code::Frozen));
    let again = Command::Rerun {
        run: ended,
        how: Rerun::Whole,
        inputs: Map::new(),
        version: String::new(),
        reason: String::new(),
        hosts: None,
    };
    let context = bench.context(None);
    assert_eq!(code(bench.submit(context, again)), Some(Code::Frozen));
    // Nor is anybody asked to approve it.
    let mut context = bench.context(None);
    let stages = vec![Stage { roles: vec!["operator".into()], quorum: 1, ..Stage::default() }];
    context.ruling.verdict.obligations =
        vec![Obligation::RequireApproval { stages, window_seconds: 60 }];
    let ask = Command::Ask(Box::new(bench.start_command()));
    assert_eq!(code(bench.submit(context, ask)), Some(Code::Frozen));
    bench.write_views();
    bench.restart();
    bench.open_worker(false);
    assert_eq!(code(bench.start(None)), Some(Code::Frozen), "a restart does not forget");
    bench.now += crate::limits::LEASE_TTL_MS + 1;
    bench.step(vec![]);
    let lease = bench.leases().remove(0);
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    assert_eq!(status(&bench, run), RunStatus::Succeeded);
    bench.now += HOUR;
    started(bench.start(None));
}

#[test]
fn nobody_lifts_a_freeze_without_two_others() {
    let mut bench = Bench::with_workflow();
    set(&mut bench, Reach::Tenant, None).unwrap();
    for too_few in [&[][..], &[1], &[1000, 1]] {
        let refused = freeze(&mut bench, "f", lift(too_few));
        assert_eq!(code(refused), Some(Code::ApprovalRequired), "{too_few:?}");
    }
    assert_eq!(code(bench.start(None)), Some(Code::Frozen));
    assert_eq!(code(freeze(&mut bench, "g", lift(&[1, 2]))), Some(Code::FreezeNotFound));
    freeze(&mut bench, "f", lift(&[1, 2])).unwrap();
    started(bench.start(None));
    // Who agreed can't be claimed from outside: it is no part of what a command is kept as.
    let kept = serde_json::to_value(lift(&[1, 2])).unwrap();
    let read: Change = serde_json::from_value(kept).unwrap();
    assert!(matches!(read, Change::Lift { approved_by, .. } if approved_by.is_empty()));
}

#[test]
fn the_switch_stops_all_in_batches_and_goes_on_after_a_crash() {
    let mut bench = Bench::with_workflow();
    let runs: Vec<RunId> =
        (0..SWITCHED_RUNS_MAX * 2 + 7).map(|_| started(bench.start(None))).collect();
    let answer = switch(&mut bench, Reach::Environment("dev".into()), Stop::Cancel).unwrap();
    let Answer::Frozen(_, true, found) = answer else { panic!("{answer:?}") };
    assert_eq!(found, runs.len() as u64);
    assert_eq!(stopped(&bench).len(), SWITCHED_RUNS_MAX, "the first batch");
    assert_eq!(code(bench.start(None)), Some(Code::Frozen));
    // It dies. What is at work when it is back gives nothing to workers that is to be stopped.
    bench.restart();
    bench.open_worker(false);
    assert!(bench.leases().is_empty());
    while bench.step(vec![]).wake_at == Some(Default::default()) {}
    let mut all: Vec<RunId> = stopped(&bench).into_iter().map(|(run, _)| run).collect();
    all.sort_unstable();
    assert_eq!(all, runs, "each is stopped once");
    assert!(runs.iter().all(|run| status(&bench, *run) == RunStatus::Cancelled));
    assert!(bench.leases().is_empty());
    let events = bench.kinds().len();
    let again = switch(&mut bench, Reach::Environment("dev".into()), Stop::Cancel).unwrap();
    assert!(matches!(again, Answer::Frozen(_, false, 0)), "{again:?}");
    assert_eq!(bench.kinds().len(), events, "thrown again it changes nothing");
    bench.restart();
    bench.step(vec![]);
    assert_eq!(stopped(&bench).len(), runs.len());
    freeze(&mut bench, "kill-switch:environment:dev", lift(&[1, 2])).unwrap();
    let next = started(bench.start(None));
    bench.restart();
    bench.step(vec![]);
    assert_ne!(status(&bench, next), RunStatus::Cancelled, "what starts afterwards runs");
}

#[test]
fn a_switch_without_grace_kills_also_what_is_being_cancelled() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(false);
    let run = started(bench.start(None));
    let lease = bench.leases().remove(0);
    switch(&mut bench, Reach::Tenant, Stop::Cancel).unwrap();
    assert_eq!(status(&bench, run), RunStatus::Cancelling);
    switch(&mut bench, Reach::Tenant, Stop::Kill).unwrap();
    assert_eq!(stopped(&bench), [(run, StopCause::Cancelled), (run, StopCause::Killed)]);
    assert_eq!(bench.complete(&lease, Outcome::Cancelled), Ok(()));
    assert_eq!(status(&bench, run), RunStatus::Cancelled);
}

#[test]
fn a_switch_stops_its_own_reach_only() {
    let mut bench = Bench::with_workflow();
    bench.publish("name: other\nversion: 1.0.0\ntasks:\n- {id: a, uses: 'pkg:builtin/noop@1'}\n");
    let (mine, other) = (started(bench.start(None)), started(bench.start_of("other")));
    switch(&mut bench, Reach::Workflow("laws".into()), Stop::Cancel).unwrap();
    assert_eq!(stopped(&bench), [(mine, StopCause::Cancelled)]);
    assert_ne!(status(&bench, other), RunStatus::Cancelled);
    started(bench.start_of("other"));
}

fn schedule_every_hour(bench: &mut Bench, missed: Missed) {
    let draft = schedule::Draft {
        workflow: "laws".into(),
        workflow_version: String::new(),
        inputs: Map::new(),
        trigger: DraftTrigger::Every(HOUR, None),
        zone: String::new(),
        overlap: Overlap::Queue,
        missed,
        missed_window_ms: 0,
        jitter_ms: 0,
        description: String::new(),
        subject: String::new(),
        edits_version: None,
    };
    let change = schedule::Change::Set(Box::new(draft));
    let context = bench.context(None);
    bench.submit(context, Command::Schedule { name: "hourly".into(), change }).unwrap();
}

#[test]
fn due_times_of_a_frozen_schedule_are_settled_as_it_says() {
    for (missed, frozen, runs) in [(Missed::Skip, 4, 0), (Missed::Once, 0, 1), (Missed::All, 0, 4)]
    {
        let mut bench = Bench::with_workflow();
        bench.open_worker(false);
        schedule_every_hour(&mut bench, missed);
        set(&mut bench, Reach::Tenant, Some(4 * HOUR + HOUR / 2)).unwrap();
        let mut fired = 0;
        for _ in 0..19 {
            bench.now += HOUR / 4;
            bench.step(vec![]);
            // The end of one that was queued for begins the next.
            while let Some(lease) = bench.leases().pop() {
                fired += 1;
                assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
            }
        }
        let skips = bench.envelopes().into_iter().filter_map(|envelope| match envelope.event {
            Event::ScheduleSkipped(event) if event.why == Why::Frozen => Some(event.count),
            _ => None,
        });
        assert_eq!((skips.sum::<u64>(), fired), (frozen, runs), "{missed:?}");
        // And then it goes on as ever.
        bench.now += HOUR / 4;
        bench.step(vec![]);
        assert_eq!(bench.leases().len(), 1, "{missed:?}");
    }
}
