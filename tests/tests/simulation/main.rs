//! The kernel in a world that a seed makes: a virtual clock, a disk that tears, flips, loses what
//! was not synced and fails syncs, workers that die, come back, repeat themselves and are late,
//! clients that ask again, and data subjects that are forgotten in between. The ledger, its sealing and
//! the view code are the real ones.
//!
//! `SIMULATION_SEEDS=5000 cargo test -p conductor-tests --test simulation` runs that many seeds;
//! `SIMULATION_SEED=42` replays one. A seed that failed is kept in [`KEPT`] for ever.

#![expect(clippy::disallowed_methods, reason = "seeds are given by the environment")]

mod agreed;
mod chance;
mod client;
mod crash;
mod forgetting;
mod invariant;
mod model;
mod people;
mod torn_views;
mod worker;
mod world;
mod year;

use world::{Planted, World};

/// Seeds that once failed.
const KEPT: &[u64] = &[15, 32, 46, 95, 518, 1586, 1983, 3563];

/// Seeds of a run when none are named; the whole test suite names more.
const SEEDS_DEFAULT: u64 = 300;

/// Seeds within which every planted bug must be found.
const SEEDS_PLANTED: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// How many of its records nobody reads any more.
fn check(seed: u64) -> usize {
    match World::run(seed, Planted::default()) {
        Ok(forgotten) => forgotten,
        Err(problem) => panic!("seed {seed}: {problem}\nreplay: SIMULATION_SEED={seed}"),
    }
}

#[test]
fn no_seed_breaks_an_invariant() {
    if let Some(seed) = number("SIMULATION_SEED") {
        check(seed);
        return;
    }
    for seed in KEPT {
        check(*seed);
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(SEEDS_DEFAULT);
    // Two halves, because two cores.
    let forgotten = in_halves(seeds, check);
    // What is never forgotten proves nothing.
    assert!(forgotten as u64 > seeds, "{forgotten} records were forgotten in {seeds} worlds");
}

/// All seeds before one, in two threads; the sum of what comes of each.
fn in_halves(seeds: u64, of_seed: fn(u64) -> usize) -> usize {
    std::thread::scope(|scope| {
        let half = |half: u64| (0..seeds).filter(move |seed| seed % 2 == half);
        let halves =
            [0, 1].map(|which| scope.spawn(move || half(which).map(of_seed).sum::<usize>()));
        let mut all: usize = 0;
        for half in halves {
            all += half.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault));
        }
        all
    })
}

/// The same with people who approve, and who try to get around it.
fn check_approvals(seed: u64) -> usize {
    match World::with_people(seed) {
        Ok(granted) => granted,
        Err(problem) => panic!("seed {seed}: {problem}\nreplay: SIMULATION_SEED={seed}"),
    }
}

#[test]
fn no_seed_starts_a_run_without_its_quorum() {
    if let Some(seed) = number("SIMULATION_SEED") {
        check_approvals(seed);
        return;
    }
    // Every signature is made and checked: a fifth as many worlds take as long.
    let seeds = number("SIMULATION_SEEDS").unwrap_or(SEEDS_DEFAULT).div_ceil(5);
    let granted = in_halves(seeds, check_approvals);
    // What nobody is ever granted proves nothing.
    assert!(granted as u64 > seeds, "{granted} were granted in {seeds} worlds");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..10 {
        for people in [false, true] {
            let history = || World::history(seed, people);
            assert_eq!(history(), history(), "seed {seed}, people: {people}");
        }
    }
}

fn is_found(name: &str, planted: Planted) {
    let found = (0..SEEDS_PLANTED).find(|seed| World::run(*seed, planted).is_err());
    assert!(found.is_some(), "{name} was not found within {SEEDS_PLANTED} seeds");
}

#[test]
fn acknowledging_before_the_sync_is_found() {
    is_found("acknowledge before sync", Planted::ledger(|q| q.acknowledged_before_sync = true));
}

#[test]
fn not_checking_checksums_is_found() {
    is_found("checksum not checked", Planted::ledger(|q| q.checksum_not_checked = true));
}

#[test]
fn keeping_a_torn_tail_is_found() {
    is_found("torn tail kept", Planted::ledger(|q| q.torn_tail_kept = true));
}

#[test]
fn ignoring_a_sync_error_is_found() {
    is_found("sync error ignored", Planted::ledger(|q| q.sync_error_ignored = true));
}

#[test]
fn not_rebuilding_idempotency_is_found() {
    is_found("idempotency not rebuilt", Planted { forgets_keys: true, ..Planted::default() });
}

#[test]
fn writing_the_index_before_the_data_is_found() {
    is_found("index before data", Planted { index_first: true, ..Planted::default() });
}
