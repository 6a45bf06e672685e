//! Concurrency groups: who begins, who waits, who is stopped, and that a restart forgets no turn.

use conductor_domain::work::run::RunStatus;
use conductor_protocol::{error_code::Code, id::RunId};

use super::bench::{Bench, code, started};
use crate::{command::RunChange, limits, ports::Outcome};

/// A bench with a workflow of one task, whose runs share a group.
fn bench(rule: &str) -> Bench {
    let mut bench = Bench::new();
    bench.publish(&format!(
        "name: turns\nversion: 1.0.0\nconcurrency: {{group: one, {rule}}}\n\
         tasks:\n- {{id: a, uses: 'pkg:builtin/noop@1'}}\n"
    ));
    bench.open_worker(false);
    bench
}

fn begin(bench: &mut Bench) -> RunId {
    bench.now += 1;
    started(bench.start_of("turns"))
}

#[test]
fn a_queue_goes_on_in_order_and_no_more_than_the_limit_at_once() {
    let mut bench = bench("limit: 2");
    let runs: Vec<RunId> = (0..4).map(|_| begin(&mut bench)).collect();
    let first = bench.leases();
    assert_eq!(first.iter().map(|lease| lease.run).collect::<Vec<_>>(), runs[..2]);
    assert_eq!(bench.run(runs[2]).status, RunStatus::Queued);
    bench.complete(&first[1], Outcome::Failed).unwrap();
    let second = bench.leases();
    assert_eq!(second.iter().map(|lease| lease.run).collect::<Vec<_>>(), [runs[2]]);
    bench.complete(&first[0], Outcome::Succeeded).unwrap();
    assert_eq!(bench.leases()[0].run, runs[3], "whatever the end was");
}

#[test]
fn a_restart_forgets_neither_turns_nor_their_order() {
    let mut bench = bench("limit: 1");
    let runs: Vec<RunId> = (0..3).map(|_| begin(&mut bench)).collect();
    let lease = bench.leases().remove(0);
    bench.complete(&lease, Outcome::Succeeded).unwrap();
    bench.leases();
    bench.restart();
    assert_eq!(bench.run(runs[2]).status, RunStatus::Queued);
    // The worker of before is given up when it is not heard of.
    bench.now += limits::LEASE_TTL_MS;
    bench.open_worker(false);
    let of_second = bench.leases();
    assert_eq!(of_second.iter().map(|lease| lease.run).collect::<Vec<_>>(), [runs[1]]);
    bench.complete(&of_second[0], Outcome::Succeeded).unwrap();
    assert_eq!(bench.leases()[0].run, runs[2]);
}

/// PrefectHQ/prefect#7239: dead workers eat the slots of a concurrency limit.
#[test]
fn a_dead_worker_keeps_no_place_in_a_group() {
    let mut bench = bench("limit: 1");
    let runs: Vec<RunId> = (0..2).map(|_| begin(&mut bench)).collect();
    assert_eq!(bench.leases()[0].run, runs[0], "and it is never heard of again");
    bench.now += limits::LEASE_TTL_MS;
    bench.open_worker(false);
    let again = bench.leases();
    assert_eq!(again.iter().map(|lease| lease.run).collect::<Vec<_>>(), [runs[0]]);
    bench.complete(&again[0], Outcome::Failed).unwrap();
    assert_eq!(bench.leases()[0].run, runs[1]);
}

#[test]
fn one_that_waits_can_be_cancelled_and_gives_its_place_away() {
    let mut bench = bench("limit: 1");
    let runs: Vec<RunId> = (0..3).map(|_| begin(&mut bench)).collect();
    let lease = bench.leases().remove(0);
    bench.change(runs[1], RunChange::Cancel { reason: String::new() }).unwrap();
    assert_eq!(bench.run(runs[1]).status, RunStatus::Cancelled);
    bench.complete(&lease, Outcome::Succeeded).unwrap();
    assert_eq!(bench.leases()[0].run, runs[2]);
}

#[test]
fn a_replacement_stops_the_others_and_begins_when_they_have_ended() {
    let mut bench = bench("when_busy: replace");
    let old = begin(&mut bench);
    let lease = bench.leases().remove(0);
    let new = begin(&mut bench);
    assert_eq!(bench.run(old).status, RunStatus::Cancelling);
    assert!(bench.leases().is_empty(), "not before the other has ended");
    bench.complete(&lease, Outcome::Cancelled).unwrap();
    assert_eq!(bench.run(old).status, RunStatus::Cancelled);
    assert_eq!(bench.leases()[0].run, new);
    let newest = begin(&mut bench);
    assert_eq!(bench.run(new).status, RunStatus::Cancelling);
    let one_more = begin(&mut bench);
    assert_eq!(bench.run(newest).status, RunStatus::Cancelled, "one that waited is gone at once");
    assert_eq!(bench.run(one_more).status, RunStatus::Queued);
}

#[test]
fn a_busy_group_refuses_and_a_full_queue_does_too() {
    let mut refusing = bench("when_busy: refuse");
    let first = begin(&mut refusing);
    let refused = refusing.start_of("turns");
    assert!(format!("{refused:?}").contains(&first.to_string()), "{refused:?}");
    assert_eq!(code(refused), Some(Code::ConcurrencyBusy));

    let mut queueing = bench("limit: 1");
    for _ in 0..=limits::TURNS_WAITING_MAX {
        begin(&mut queueing);
    }
    assert_eq!(code(queueing.start_of("turns")), Some(Code::ConcurrencyBusy), "bounded");
}

#[test]
fn time_in_the_queue_does_not_count_against_the_run() {
    let mut bench = Bench::new();
    bench.publish(
        "name: turns\nversion: 1.0.0\ntimeout: 1m\nconcurrency: {group: one}\n\
         tasks:\n- {id: a, uses: 'pkg:builtin/noop@1', timeout: 50s}\n",
    );
    bench.open_worker(false);
    begin(&mut bench);
    let waiting = begin(&mut bench);
    let lease = bench.leases().remove(0);
    for _ in 0..5 {
        bench.now += 10_000;
        bench.heartbeat(&lease);
    }
    bench.complete(&lease, Outcome::Succeeded).unwrap();
    let next = bench.leases().remove(0);
    assert_eq!(next.run, waiting);
    for _ in 0..4 {
        bench.now += 10_000;
        bench.heartbeat(&next);
    }
    assert_eq!(bench.run(waiting).status, RunStatus::Running, "its own minute is not over");
}
