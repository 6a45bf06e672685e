//! Laws of a run, on random graphs with random ends: dependants never start early, every run
//! ends, an end never changes, the fold is the same twice.

mod hold;
mod spread;

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::{
    id::{DecisionId, RunId, WorkerId},
    manifest::{self, Manifest, OnFailure},
};
use proptest::prelude::*;
use serde_json::Map;

use super::*;
use crate::{
    event::{Envelope, Event},
    intent::workflow::{Provenance, Standing, Workflow},
    work::task::{self, Completion, Leased, Settled, TaskStatus},
};

const LIMITS: task::Limits = task::Limits {
    backoff_first_ms: 500,
    backoff_max_ms: 60_000,
    losses_max: 3,
    outputs_bytes_max: 1_024,
};

const BOUNDS: Bounds =
    Bounds { timeout_default_ms: 1_000_000, wait_max_ms: 2_000_000, pause_max_ms: 3_000_000 };

struct Bench {
    manifest: Arc<Manifest>,
    run: Run,
    events: Vec<Envelope>,
    now: Timestamp,
}

impl Bench {
    fn new(source: &str) -> Self {
        let manifest = Arc::new(manifest::parse(source).unwrap());
        let now = Timestamp::from_unix_ms(1_000);
        let workflow = Workflow {
            scope: Scope::default(),
            manifest: Arc::clone(&manifest),
            digest: manifest.digest(),
            published_by: Principal::uid(1),
            published_at: now,
            seq: 1,
            decision: String::new(),
            provenance: Provenance::default(),
            signature: None,
            countersignatures: Vec::new(),
            reviews: Vec::new(),
            standing: Standing::default(),
        };
        let request = StartRequest::new(RunId::new(1, 1), Map::new(), DecisionId::new(1, 1));
        let started = start(&workflow, &workflow.scope, request, now, &BOUNDS).unwrap();
        Self::of(&manifest, &started, now)
    }

    fn of(manifest: &Arc<Manifest>, started: &Started, now: Timestamp) -> Self {
        let envelope = envelope(now, Event::RunStarted(started.clone()));
        let run = Run::from_start(&envelope, started, 1);
        Self { manifest: Arc::clone(manifest), run, events: vec![envelope], now }
    }

    /// The run that repeats this one so.
    fn rerun(&self, how: &Rerun) -> Result<Self, Refusal> {
        let Event::RunStarted(old) = &self.events[0].event else { panic!("the first") };
        let started = Started {
            run: RunId::new(2, 2),
            rerun_of: Some(self.run.id),
            kept: kept_of(&self.run, &self.manifest, how)?,
            undo_only: *how == Rerun::Undo,
            deadline: self.now + 1_000_000,
            ..old.clone()
        };
        Ok(Self::of(&self.manifest, &started, self.now))
    }

    fn apply(&mut self, event: Event) {
        let envelope = envelope(self.now, event);
        self.events.push(envelope.clone());
        self.run.apply(&envelope, self.events.len() as u64);
    }

    /// Settles, and gives what may start.
    fn ready(&mut self) -> Vec<usize> {
        loop {
            match advance(&self.run, &self.manifest, self.now) {
                Step::Ready(places) => return places,
                Step::Facts(facts) => facts.into_iter().for_each(|fact| self.apply(fact)),
            }
        }
    }

    fn lease(&mut self, place: usize) -> u64 {
        let task = &self.run.tasks[place];
        let leased = Leased {
            run: self.run.id,
            task: task.id.clone(),
            attempt: task.attempts.len() as u32 + 1,
            worker: WorkerId::new(1, 1),
            in_process: true,
            timeout_ms: 1_000,
        };
        self.apply(Event::TaskLeased(leased));
        self.events.len() as u64
    }

    fn report(&mut self, place: usize, token: u64, outcome: Outcome) -> Result<(), Refusal> {
        self.complete((place, token), (outcome, None, None))
    }

    fn report_exit(&mut self, place: usize, token: u64, code: i32) {
        self.complete((place, token), (Outcome::Failed, Some(code), None)).unwrap();
    }

    fn report_status(&mut self, place: usize, token: u64, status: u16) {
        self.complete((place, token), (Outcome::Failed, None, Some(status))).unwrap();
    }

    fn complete(
        &mut self,
        (place, token): (usize, u64),
        (outcome, exit_code, status_code): (Outcome, Option<i32>, Option<u16>),
    ) -> Result<(), Refusal> {
        let task = &self.run.tasks[place];
        let report = Completion {
            task: task.id.clone(),
            attempt: task.attempts.len() as u32,
            token,
            outcome,
            message: "m".into(),
            exit_code,
            status_code,
            failure: None,
            outputs: Map::new(),
            log_digest: String::new(),
            log_bytes: 0,
            artifacts: Vec::new(),
            confinement: None,
        };
        match task::complete(&self.run, &self.manifest, report, (self.now, 7), &LIMITS)? {
            Settled::Completed(event) => self.apply(Event::TaskCompleted(*event)),
            Settled::Lost(event) => self.apply(Event::TaskLost(event)),
            Settled::Known => {}
        }
        Ok(())
    }

    fn statuses(&self) -> BTreeMap<&str, &str> {
        self.run.tasks.iter().map(|task| (task.id.as_str(), task.status.word())).collect()
    }
}

use crate::Refusal;

fn envelope(at: Timestamp, event: Event) -> Envelope {
    Envelope {
        at,
        scope: Scope::default(),
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    }
}

fn source(tasks: &str) -> String {
    format!("name: laws\nversion: 1.0.0\ntasks:\n{tasks}")
}

/// Runs everything that becomes ready, with the given outcomes (success where none is given).
fn play(tasks: &str, outcomes: &[(&str, Outcome)]) -> Bench {
    let mut bench = Bench::new(&source(tasks));
    for _ in 0..100 {
        let ready = bench.ready();
        let Some(place) = ready.first().copied() else { break };
        let id = bench.run.tasks[place].id.clone();
        let token = bench.lease(place);
        let outcome = outcomes.iter().find(|(task, _)| *task == id);
        bench.report(place, token, outcome.map_or(Outcome::Succeeded, |o| o.1)).unwrap();
        bench.now = bench.now + 100_000;
    }
    bench
}

const CHAIN: &str = "\
- {id: a, uses: 'pkg:builtin/noop@1'}
- {id: b, uses: 'pkg:builtin/noop@1', needs: [a]}
- {id: c, uses: 'pkg:builtin/noop@1'}
";

#[test]
fn a_failure_skips_what_needs_it_and_lets_the_rest_go_on() {
    let bench = play(CHAIN, &[("a", Outcome::Failed)]);
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.note, "a: m");
    let expected = BTreeMap::from([("a", "failed"), ("b", "skipped"), ("c", "succeeded")]);
    assert_eq!(bench.statuses(), expected);
}

#[test]
fn a_tolerated_failure_lets_the_run_succeed() {
    let tasks = CHAIN.replacen("noop@1'}", "noop@1', on_failure: continue}", 1);
    let bench = play(&tasks, &[("a", Outcome::TimedOut)]);
    assert_eq!(bench.run.status, RunStatus::Succeeded);
    assert_eq!(bench.statuses()["b"], "succeeded");
}

#[test]
fn a_stopping_failure_stops_everything() {
    let tasks = CHAIN.replacen("noop@1'}", "noop@1', on_failure: stop}", 1);
    let bench = play(&tasks, &[("a", Outcome::Failed)]);
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.statuses()["c"], "cancelled");
    assert_eq!(bench.run.stop.as_ref().map(|stop| stop.cause), Some(StopCause::TaskFailed));
}

#[test]
fn conditions_choose_and_may_look_at_failures() {
    let tasks = "\
- {id: a, uses: 'pkg:builtin/noop@1'}
- {id: never, uses: 'pkg:builtin/noop@1', needs: [a], when: \"run.tenant == 'other'\"}
- {id: after, uses: 'pkg:builtin/noop@1', needs: [never]}
- {id: mend, uses: 'pkg:builtin/noop@1', needs: [a], when: \"tasks.a.status == 'failed'\"}
";
    let good = play(tasks, &[]);
    assert_eq!(good.run.status, RunStatus::Succeeded);
    assert_eq!((good.statuses()["never"], good.statuses()["after"]), ("skipped", "succeeded"));
    assert_eq!(good.statuses()["mend"], "skipped");
    let bad = play(tasks, &[("a", Outcome::Failed)]);
    assert_eq!((bad.statuses()["mend"], bad.statuses()["after"]), ("succeeded", "skipped"));
    assert_eq!(bad.run.status, RunStatus::Failed);
}

#[test]
fn retries_back_off_and_are_counted_without_lost_workers() {
    let tasks = "- {id: a, uses: 'pkg:builtin/noop@1', retries: 2}\n";
    let mut bench = Bench::new(&source(tasks));
    let mut waits = Vec::new();
    for _ in 0..3 {
        // A worker that goes away does not use up a retry.
        let place = bench.ready()[0];
        bench.lease(place);
        let task = bench.run.tasks[0].clone();
        if task.losses() < 2 {
            let lost = task::lose(&bench.run, &task, "gone".into(), &LIMITS);
            let Some(Settled::Lost(lost)) = lost else { panic!("{lost:?}") };
            bench.apply(Event::TaskLost(lost));
            let place = bench.ready()[0];
            bench.lease(place);
        }
        let token = bench.events.len() as u64;
        bench.report(0, token, Outcome::Failed).unwrap();
        if let TaskStatus::Backoff { until } = bench.run.tasks[0].status {
            waits.push(until.ms_since(bench.now));
            assert!(bench.ready().is_empty(), "not before its time");
            bench.now = until;
        }
    }
    bench.ready();
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.tasks[0].failures(), 3);
    assert!(
        waits.len() == 2 && (250..=500).contains(&waits[0]) && (500..=1_000).contains(&waits[1])
    );
}

#[test]
fn a_cancel_sticks_and_a_late_success_does_not_change_the_end() {
    let mut bench = Bench::new(&source(CHAIN));
    let place = bench.ready()[0];
    let token = bench.lease(place);
    let stop = cancel(&bench.run, "enough".into(), DecisionId::new(1, 2)).unwrap().unwrap();
    bench.apply(Event::RunStopRequested(stop));
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Cancelling);
    assert_eq!(cancel(&bench.run, String::new(), DecisionId::new(1, 3)), Ok(None));
    bench.report(place, token, Outcome::Succeeded).unwrap();
    bench.ready();
    assert_eq!(bench.run.status, RunStatus::Cancelled);
    assert_eq!(bench.run.note, "enough");
    let again = cancel(&bench.run, String::new(), DecisionId::new(1, 4)).unwrap_err();
    assert_eq!(again.code.as_str(), "RUN_ALREADY_ENDED");
    assert_eq!(kept_of(&bench.run, &bench.manifest, &Rerun::Whole), Ok(Vec::new()));
}

#[test]
fn what_nobody_reports_is_ended_after_its_grace() {
    let mut bench = Bench::new(&source(CHAIN));
    let place = bench.ready()[0];
    bench.lease(place);
    assert!(overdue(&bench.run, bench.now + 30_999, 30_000).is_empty());
    let over = overdue(&bench.run, bench.now + 31_000, 30_000);
    assert_eq!(over.iter().map(|end| end.outcome).collect::<Vec<_>>(), [Outcome::TimedOut]);
    let stop = time_out(&bench.run, bench.run.deadline).unwrap();
    assert!(time_out(&bench.run, bench.run.deadline - 1).is_none());
    bench.apply(Event::RunStopRequested(stop));
    assert_eq!(overdue(&bench.run, bench.now + 30_000, 30_000).len(), 1);
}

#[test]
fn an_old_token_is_refused_and_a_repeated_report_is_known() {
    let mut bench = Bench::new(&source(CHAIN));
    let place = bench.ready()[0];
    let first = bench.lease(place);
    let task = bench.run.tasks[place].clone();
    let Some(Settled::Lost(lost)) = task::lose(&bench.run, &task, "gone".into(), &LIMITS) else {
        panic!("it is given to another")
    };
    bench.apply(Event::TaskLost(lost));
    bench.ready();
    let second = bench.lease(place);
    let refused = bench.report(place, first, Outcome::Succeeded).unwrap_err();
    assert_eq!(refused.code.as_str(), "LEASE_LOST");
    bench.report(place, second, Outcome::Succeeded).unwrap();
    let before = bench.events.len();
    bench.report(place, second, Outcome::Succeeded).unwrap();
    assert_eq!(bench.events.len(), before, "nothing happens twice");
    assert!(bench.report(place, second, Outcome::Failed).is_err());
}

fn random_tasks() -> impl Strategy<Value = String> {
    let task = (any::<u8>(), 0..3_u8, 0..3_u8);
    prop::collection::vec(task, 1..8).prop_map(|tasks| {
        let line = |(place, (needs, retries, failure)): (usize, &(u8, u8, u8))| {
            let needs: Vec<String> = (0..place)
                .filter(|need| needs >> (need % 8) & 1 == 1)
                .map(|need| format!("t{need}"))
                .collect();
            let failure = ["fail", "continue", "stop"][usize::from(*failure)];
            format!(
                "- {{id: t{place}, uses: 'pkg:builtin/noop@1', needs: [{}], retries: {retries}, \
                 on_failure: {failure}}}\n",
                needs.join(", ")
            )
        };
        tasks.iter().enumerate().map(line).collect()
    })
}

proptest! {
    #[test]
    fn every_run_ends_and_dependants_never_start_early(
        tasks in random_tasks(),
        choices in prop::collection::vec((any::<u8>(), 0..6_u8), 0..200),
    ) {
        let mut bench = Bench::new(&source(&tasks));
        let mut out: Vec<(usize, u64)> = Vec::new();
        let mut choices = choices.into_iter();
        for _ in 0..400 {
            let ready: Vec<usize> = bench.ready();
            if bench.run.status.is_terminal() {
                break;
            }
            for place in ready {
                if bench.run.tasks[place].status == TaskStatus::Running {
                    continue;
                }
                for need in &bench.manifest.tasks[place].needs {
                    let status = bench.run.task(need).unwrap().status;
                    prop_assert!(status.is_terminal(), "{need} is {status:?}");
                }
                let token = bench.lease(place);
                out.push((place, token));
            }
            let (which, outcome) = choices.next().unwrap_or((0, 0));
            if !out.is_empty() {
                let (place, token) = out.swap_remove(usize::from(which) % out.len());
                let outcome = match outcome {
                    0..3 => Outcome::Succeeded,
                    3 => Outcome::Failed,
                    4 => Outcome::TimedOut,
                    _ => Outcome::Cancelled,
                };
                bench.report(place, token, outcome).unwrap();
            }
            bench.now = bench.now + 120_000;
        }
        prop_assert!(bench.run.status.is_terminal(), "{:?}", bench.run);
        prop_assert!(bench.run.tasks.iter().all(|task| task.status.is_terminal()));
        let tolerated = bench.run.tasks.iter().zip(&bench.manifest.tasks).all(|(task, spec)| {
            !matches!(task.status, TaskStatus::Failed | TaskStatus::TimedOut)
                || spec.on_failure == OnFailure::Continue
        });
        prop_assert_eq!(bench.run.status == RunStatus::Succeeded, tolerated && bench.run.stop.is_none());

        // The fold gives the same again, and nothing changes an end.
        let Event::RunStarted(started) = &bench.events[0].event else { panic!("the first") };
        let mut again = Run::from_start(&bench.events[0], started, 1);
        for (place, event) in bench.events.iter().enumerate().skip(1) {
            again.apply(event, place as u64 + 1);
        }
        prop_assert_eq!(&again, &bench.run);
        for event in &bench.events[1..] {
            again.apply(event, 9_999);
        }
        prop_assert_eq!(&again, &bench.run);
    }
}
