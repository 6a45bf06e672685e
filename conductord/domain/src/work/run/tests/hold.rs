//! Laws of waiting: gates, waits, pauses, tasks that may not start twice, skips, `any`.

use super::*;
use crate::work::task::{Answer, Hold};

fn answer(bench: &mut Bench, task: &str, answer: Answer) {
    let said = (answer, String::new());
    let released = task::release(&bench.run, task, said, DecisionId::new(9, 9)).unwrap();
    bench.apply(Event::TaskReleased(released));
}

const GATED: &str = "\
- {id: look, uses: 'pkg:builtin/gate@1', with: {message: 'look at {{ run.workflow }}'}, timeout: 1m}
- {id: then, uses: 'pkg:builtin/noop@1', needs: [look]}
";

#[test]
fn a_gate_holds_the_run_until_somebody_lets_it_go_on() {
    let mut bench = Bench::new(&source(GATED));
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Held);
    assert_eq!(bench.run.task("look").unwrap().message, "look at laws");
    answer(&mut bench, "look", Answer::GoOn);
    assert_eq!(bench.ready(), [1]);
    let late = (Answer::GiveUp, String::new());
    let late = task::release(&bench.run, "look", late, DecisionId::new(9, 9)).unwrap_err();
    assert_eq!(late.code.as_str(), "TASK_NOT_HELD");
}

/// An approval that passes by itself, or a timer left over from one (Kestra), must not be.
#[test]
fn a_gate_that_nobody_answers_ends_as_timed_out_and_its_time_dies_with_it() {
    let mut bench = Bench::new(&source(GATED));
    bench.ready();
    bench.now = bench.now + 60_000;
    bench.ready();
    assert_eq!(bench.statuses(), BTreeMap::from([("look", "timed_out"), ("then", "skipped")]));
    let mut bench = Bench::new(&source(GATED));
    bench.ready();
    answer(&mut bench, "look", Answer::GoOn);
    bench.now = bench.now + 60_000;
    assert_eq!(bench.ready(), [1]);
    assert_eq!(bench.run.task("look").unwrap().status, TaskStatus::Succeeded);
}

#[test]
fn a_wait_takes_no_worker_and_ends_at_its_time() {
    let tasks = "\
- {id: nap, uses: 'pkg:builtin/wait@1', with: {for: 90s}}
- {id: until, uses: 'pkg:builtin/wait@1', with: {until: '1970-01-01T00:00:02Z'}}
- {id: never, uses: 'pkg:builtin/wait@1', with: {until: '{{ run.tenant }}'}}
";
    let mut bench = Bench::new(&source(tasks));
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Running);
    assert_eq!(bench.statuses()["never"], "failed");
    bench.now = bench.now + 1_000;
    bench.ready();
    assert_eq!((bench.statuses()["until"], bench.statuses()["nap"]), ("succeeded", "deferred"));
    bench.now = bench.now + 89_000;
    bench.ready();
    assert_eq!(bench.run.note, "never: with.until: `default` is no time in UTC");
}

/// temporalio/temporal#3006: operators can't pause.
#[test]
fn a_pause_starts_nothing_and_its_time_does_not_count() {
    let mut bench = Bench::new(&source(CHAIN));
    let first = bench.ready()[0];
    let token = bench.lease(first);
    let deadline = bench.run.deadline;
    let why = || "look first".to_owned();
    let at = bench.now;
    let paused = pause(&bench.run, why(), DecisionId::new(3, 3), (at, &BOUNDS)).unwrap().unwrap();
    bench.apply(Event::RunPaused(paused));
    assert_eq!(pause(&bench.run, why(), DecisionId::new(3, 3), (at, &BOUNDS)), Ok(None));
    bench.report(first, token, Outcome::Succeeded).unwrap();
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Paused);
    bench.now = bench.now + 2_000_000;
    assert!(time_out(&bench.run, bench.now).is_none(), "it would have been out of time");
    let resumed = resume(&bench.run, why(), DecisionId::new(3, 4), bench.now).unwrap().unwrap();
    bench.apply(Event::RunResumed(resumed));
    assert_eq!(bench.run.deadline, deadline + 2_000_000);
    assert_eq!(bench.ready().len(), 2);
    assert_eq!(resume(&bench.run, why(), DecisionId::new(3, 5), bench.now), Ok(None));

    // A pause that is forgotten has an end.
    let at = bench.now;
    let paused = pause(&bench.run, why(), DecisionId::new(3, 6), (at, &BOUNDS)).unwrap().unwrap();
    bench.apply(Event::RunPaused(paused));
    let stop = time_out(&bench.run, bench.now + BOUNDS.pause_max_ms).unwrap();
    assert_eq!(stop.reason, "nobody resumed it in time");
    bench.apply(Event::RunStopRequested(stop));
    bench.ready();
    assert_eq!(bench.run.status, RunStatus::TimedOut);
}

#[test]
fn what_may_not_start_twice_asks_a_person_when_its_worker_is_lost() {
    let tasks = "- {id: pay, uses: 'pkg:builtin/noop@1', at_most_once: true}\n";
    let lost = || {
        let mut bench = Bench::new(&source(tasks));
        let place = bench.ready()[0];
        bench.lease(place);
        let task = bench.run.tasks[place].clone();
        let Some(Settled::Lost(lost)) = task::lose(&bench.run, &task, "gone".into(), &LIMITS)
        else {
            panic!("it is lost")
        };
        bench.apply(Event::TaskLost(lost));
        assert!(bench.ready().is_empty());
        assert_eq!(bench.run.status, RunStatus::Held);
        let status = bench.run.tasks[0].status;
        assert_eq!(status, TaskStatus::Held { cause: Hold::AtMostOnce, until: None });
        bench
    };
    let mut again = lost();
    answer(&mut again, "pay", Answer::Retry);
    assert_eq!(again.ready(), [0]);
    let mut done = lost();
    answer(&mut done, "pay", Answer::Done);
    done.ready();
    assert_eq!(done.run.status, RunStatus::Succeeded);
    let mut over = lost();
    answer(&mut over, "pay", Answer::GiveUp);
    over.ready();
    assert_eq!(over.run.status, RunStatus::Failed);
}

#[test]
fn a_task_is_left_out_before_it_starts_and_what_needs_it_runs() {
    let mut bench = Bench::new(&source(CHAIN));
    let place = bench.ready()[0];
    bench.lease(place);
    let refused = task::skip(&bench.run, "a", "no", DecisionId::new(4, 4)).unwrap_err();
    assert_eq!(refused.code.as_str(), "TASK_STARTED");
    for skipped in task::skip(&bench.run, "c", "mended by hand", DecisionId::new(4, 4)).unwrap() {
        bench.apply(Event::TaskSkipped(skipped));
    }
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.task("c").unwrap().message, "mended by hand");
}

#[test]
fn any_of_its_needs_is_enough_and_the_others_may_fail() {
    let tasks = "\
- {id: a, uses: 'pkg:builtin/noop@1', on_failure: continue}
- {id: b, uses: 'pkg:builtin/noop@1'}
- {id: c, uses: 'pkg:builtin/noop@1', needs: {any: [a, b]}}
";
    let mut bench = Bench::new(&source(tasks));
    assert_eq!(bench.ready(), [0, 1]);
    let token = bench.lease(1);
    bench.report(1, token, Outcome::Succeeded).unwrap();
    assert_eq!(bench.ready(), [0, 2], "it does not wait for the other");
    let both = tasks.replace(", on_failure: continue", "");
    let bench = play(&both, &[("a", Outcome::Failed), ("b", Outcome::Failed)]);
    assert_eq!(bench.statuses()["c"], "skipped");
}

#[test]
fn retries_follow_the_rule_of_the_task() {
    let tasks = "- {id: a, uses: 'pkg:builtin/noop@1', retries: 3, \
                 retry: {on_exit: [75], backoff: 10s, factor: 3, max: 60s, jitter: 0}}\n";
    let mut bench = Bench::new(&source(tasks));
    let mut waits = Vec::new();
    for code in [75, 75, 75, 1] {
        let place = bench.ready()[0];
        let token = bench.lease(place);
        bench.report_exit(place, token, code);
        if let TaskStatus::Backoff { until } = bench.run.tasks[0].status {
            waits.push(until.ms_since(bench.now));
            bench.now = until;
        }
    }
    assert_eq!(waits, [10_000, 30_000, 60_000]);
    let mut bench = Bench::new(&source(tasks));
    let place = bench.ready()[0];
    let token = bench.lease(place);
    bench.report_exit(place, token, 1);
    bench.ready();
    assert_eq!(bench.run.status, RunStatus::Failed, "another exit code is final");
}

#[test]
fn only_the_statuses_that_are_listed_are_worth_another_try() {
    let tasks = "- {id: a, uses: 'pkg:builtin/http@1', with: {url: 'http://x'}, retries: 9, \
                 retry: {on_status: [429, 5xx]}}\n";
    let mut bench = Bench::new(&source(tasks));
    for status in [503, 429, 599] {
        let place = bench.ready()[0];
        let token = bench.lease(place);
        bench.report_status(place, token, status);
        let TaskStatus::Backoff { until } = bench.run.tasks[0].status else { panic!("{status}") };
        bench.now = until;
    }
    let place = bench.ready()[0];
    let token = bench.lease(place);
    bench.report_status(place, token, 404);
    bench.ready();
    assert_eq!(bench.run.status, RunStatus::Failed, "another status is final");
    assert_eq!(bench.run.tasks[0].attempts[0].status_code, Some(503));

    let mut bench = Bench::new(&source(tasks));
    let token = bench.lease(0);
    bench.report(0, token, Outcome::Failed).unwrap();
    let again = matches!(bench.run.tasks[0].status, TaskStatus::Backoff { .. });
    assert!(again, "without an answer there is no status to judge by");
}

#[test]
fn the_next_attempt_stands_for_those_of_which_nobody_knows() {
    let tasks = "- {id: a, uses: 'pkg:builtin/http@1', with: {url: 'http://x'}, retries: 9}\n";
    let mut bench = Bench::new(&source(tasks));
    let mut effects = Vec::new();
    // An answer of the server's own, too busy, wrong, gone in the middle, lost, wrong, in time.
    for end in [503, 429, 404, 0, 1, 409, 200] {
        let place = bench.ready()[0];
        effects.push(bench.run.tasks[place].next_effect());
        let token = bench.lease(place);
        match end {
            0 => bench.report(place, token, Outcome::TimedOut).unwrap(),
            1 => bench.report(place, token, Outcome::Cancelled).unwrap(),
            status => bench.report_status(place, token, status),
        }
        bench.now = bench.now + 100_000;
    }
    assert_eq!(effects, [1, 1, 1, 4, 4, 4, 7]);
}

#[test]
fn outputs_are_read_as_the_types_that_are_written() {
    let tasks = "- {id: a, uses: 'pkg:builtin/noop@1', output_types: {n: integer, l: array}}\n";
    let bench = Bench::new(&source(tasks));
    let given = |n: &str, l: &str| {
        let result = serde_json::json!({"n": n, "l": l, "other": "7"});
        let serde_json::Value::Object(result) = result else { panic!("an object") };
        bench.run.outputs_of((&bench.manifest, &bench.run.tasks[0]), result, 1_000)
    };
    let outputs = given("42", "[1, \"b\"]").unwrap();
    assert_eq!(
        serde_json::json!(outputs),
        serde_json::json!({"n": 42, "l": [1, "b"], "other": "7"})
    );
    assert_eq!(given("4.2", "[]").unwrap_err(), "outputs.n: it is not of type `integer`");
    assert_eq!(given("4", "x").unwrap_err(), "outputs.l: it is not of type `array`");
}
