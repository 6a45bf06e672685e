//! What becomes of due times: on time, late, unseen, and while a run has not ended.

use proptest::prelude::*;

use super::*;

const MINUTE: u64 = 60_000;

fn start() -> Timestamp {
    at("2027-01-01T00:00:00Z")
}

fn minutely(overlap: Overlap, missed: Missed) -> Schedule {
    let mut spec = every(MINUTE, start());
    (spec.overlap, spec.missed) = (overlap, missed);
    schedule(spec, start())
}

/// Looks at a schedule, and takes up what that gave.
fn look(schedule: &mut Schedule, now: Timestamp) -> Arrivals {
    let plan = Plan::of(&schedule.spec).unwrap();
    let arrivals = arrivals(schedule, &plan, now);
    for fact in &arrivals.facts {
        take(schedule, now, fact.clone());
    }
    arrivals
}

fn take(schedule: &mut Schedule, now: Timestamp, fact: Event) {
    let mut all = Schedules::default();
    all.insert(Arc::new(schedule.clone()));
    assert_eq!(all.apply(&envelope(now, fact), 7), Some("nightly"));
    *schedule = Schedule::clone(all.get(&Scope::default(), "nightly").unwrap());
}

fn fire(schedule: &mut Schedule, now: Timestamp, due: Timestamp, cause: Cause) {
    take(schedule, now, fired(due, cause));
}

/// Skipped (why, count) and queued (cause, count).
fn facts(arrivals: &Arrivals) -> Vec<(String, u64)> {
    let told = |event: &Event| match event {
        Event::ScheduleSkipped(event) => (event.why.word().to_owned(), event.count),
        Event::ScheduleQueued(event) => (event.cause.word().to_owned(), event.due.len() as u64),
        other => panic!("{other:?}"),
    };
    arrivals.facts.iter().map(told).collect()
}

#[test]
fn a_time_is_due_once_and_not_before() {
    let mut one = minutely(Overlap::Skip, Missed::Skip);
    assert_eq!(look(&mut one, start() + MINUTE - 1), Arrivals::default());
    let arrivals = look(&mut one, start() + MINUTE);
    assert_eq!(arrivals.fire, Some(start() + MINUTE));
    fire(&mut one, start() + MINUTE, start() + MINUTE, Cause::Due);
    one.active = None;
    assert_eq!(look(&mut one, start() + MINUTE), Arrivals::default());
    assert_eq!(look(&mut one, start() + 2 * MINUTE).fire, Some(start() + 2 * MINUTE));
}

#[test]
fn a_time_that_nobody_saw_is_made_up_for_as_the_schedule_says() {
    // Looked at 3 h and 90 s later: the time before is more than a minute ago.
    let late = start() + 180 * MINUTE + 90_000;
    for (missed, expected) in [
        (Missed::Skip, vec![("missed", 2)]),
        (Missed::Once, vec![("missed", 1), ("missed", 1)]),
        (Missed::All, vec![("missed", 2)]),
    ] {
        let mut spec = every(90 * MINUTE, start());
        spec.missed = missed;
        let mut one = schedule(spec, start());
        let arrivals = look(&mut one, late);
        let expected: Vec<_> =
            expected.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
        assert_eq!(facts(&arrivals), expected, "{missed:?}");
        assert_eq!(arrivals.fire, None);
        let waits: Vec<_> = one.waiting.iter().map(|(due, _)| due.ms_since(start())).collect();
        let expected: &[u64] = match missed {
            Missed::Skip => &[],
            Missed::Once => &[180 * MINUTE],
            Missed::All => &[90 * MINUTE, 180 * MINUTE],
        };
        assert_eq!(waits, expected, "{missed:?}");
        assert_eq!(one.settled, start() + 180 * MINUTE);
        assert_eq!(look(&mut one, late), Arrivals::default(), "and only once");
    }
}

#[test]
fn once_is_not_wanted_when_the_next_one_is_there() {
    let mut one = minutely(Overlap::Skip, Missed::Once);
    let arrivals = look(&mut one, start() + 10 * MINUTE);
    assert_eq!(facts(&arrivals), [("missed".to_owned(), 9)]);
    assert_eq!(arrivals.fire, Some(start() + 10 * MINUTE));
}

#[test]
fn only_what_lies_within_the_window_and_the_bound_is_made_up_for() {
    let mut spec = every(MINUTE, start());
    (spec.missed, spec.missed_window_ms) = (Missed::All, 5 * MINUTE);
    let mut one = schedule(spec.clone(), start());
    let arrivals = look(&mut one, start() + 20 * MINUTE);
    // The one on time waits for those before it.
    let due = |words: &[(&str, u64)]| -> Vec<(String, u64)> {
        words.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
    };
    assert_eq!(facts(&arrivals), due(&[("missed", 14), ("missed", 5), ("due", 1)]));
    spec.missed_window_ms = limits::MISSED_WINDOW_MS_MAX;
    let mut one = schedule(spec, start());
    let arrivals = look(&mut one, start() + 20 * 24 * 60 * MINUTE);
    assert_eq!(one.waiting.len(), limits::MISSED_RUNS_MAX + 1);
    let newest = start() + 20 * 24 * 60 * MINUTE - MINUTE;
    assert_eq!(one.waiting.back(), Some(&(newest + MINUTE, Cause::Due)), "the one on time, too");
    assert_eq!(one.waiting.front(), Some(&(newest - 99 * MINUTE, Cause::Missed)));
    assert_eq!(facts(&arrivals).last(), Some(&("due".to_owned(), 1)));
    assert_eq!(one.settled, newest + MINUTE);
}

#[test]
fn years_without_a_daemon_take_no_time_to_pass() {
    let mut one = schedule(every(1_000, start()), start());
    let now = start() + 10 * 366 * 86_400_000;
    let arrivals = look(&mut one, now);
    assert_eq!(arrivals.fire, Some(now));
    let [(_, count)] = &facts(&arrivals)[..] else { panic!("{arrivals:?}") };
    assert!(*count >= limits::OWED_LOOK_MAX as u64 - 1);
    assert_eq!(one.settled, now - 1_000, "all but the one to be run");
}

#[test]
fn an_overlap_is_skipped_queued_or_replaces() {
    let words = |overlap| {
        let mut one = minutely(overlap, Missed::Skip);
        fire(&mut one, start() + MINUTE, start() + MINUTE, Cause::Due);
        let mut told = Vec::new();
        for minute in 2..5 {
            let arrivals = look(&mut one, start() + minute * MINUTE);
            assert_eq!(arrivals.fire, None);
            let mut words: Vec<_> = facts(&arrivals).into_iter().map(|(word, _)| word).collect();
            if arrivals.stops {
                words.push("stops".into());
            }
            told.push(words.join(" "));
        }
        let waits: Vec<_> = one.waiting.iter().map(|(due, _)| due.ms_since(start())).collect();
        (told, waits)
    };
    let told = |words: [&str; 3]| words.map(str::to_owned).to_vec();
    assert_eq!(words(Overlap::Skip), (told(["overlap"; 3]), vec![]));
    let waits = vec![2 * MINUTE, 3 * MINUTE, 4 * MINUTE];
    assert_eq!(words(Overlap::Queue), (told(["due"; 3]), waits));
    let replaced = told(["due stops", "replaced due stops", "replaced due stops"]);
    assert_eq!(words(Overlap::Replace), (replaced, vec![4 * MINUTE]));
}

#[test]
fn the_queue_is_bounded() {
    let mut one = minutely(Overlap::Queue, Missed::Skip);
    fire(&mut one, start() + MINUTE, start() + MINUTE, Cause::Due);
    for minute in 2..limits::WAITING_MAX as u64 + 2 {
        look(&mut one, start() + minute * MINUTE);
    }
    assert_eq!(one.waiting.len(), limits::WAITING_MAX);
    let arrivals = look(&mut one, start() + (limits::WAITING_MAX as u64 + 2) * MINUTE);
    assert_eq!(facts(&arrivals), [("queue_full".to_owned(), 1)]);
}

#[test]
fn a_backfill_costs_no_regular_run_and_waits_for_its_turn() {
    let mut one = minutely(Overlap::Skip, Missed::Skip);
    let now = start() + 10 * MINUTE;
    one.settled = now;
    let queued = backfill(&one, (start(), start() + 2 * MINUTE), String::new(), now).unwrap();
    assert_eq!(queued.due, [start(), start() + MINUTE, start() + 2 * MINUTE]);
    take(&mut one, now, Event::ScheduleQueued(queued));
    assert_eq!(next_waiting(&one), Some((start(), Cause::Backfill)));
    fire(&mut one, now, start(), Cause::Backfill);
    assert_eq!(next_waiting(&one), None, "one after the other");
    let arrivals = look(&mut one, now + MINUTE);
    assert_eq!(facts(&arrivals), [("due".to_owned(), 1)], "it waits although overlaps are skipped");
    one.active = None;
    assert_eq!(next_waiting(&one), Some((now + MINUTE, Cause::Due)), "and goes first");
    fire(&mut one, now + MINUTE, now + MINUTE, Cause::Due);
    one.active = None;
    assert_eq!(next_waiting(&one), Some((start() + MINUTE, Cause::Backfill)));
}

#[test]
fn a_paused_schedule_does_nothing_and_makes_up_for_nothing() {
    let mut one = minutely(Overlap::Queue, Missed::All);
    one.waiting.push_back((start(), Cause::Due));
    let paused = pause(&one, "storm".into(), String::new()).unwrap();
    take(&mut one, start(), Event::SchedulePaused(paused));
    assert_eq!(look(&mut one, start() + 10 * MINUTE), Arrivals::default());
    assert_eq!(next_waiting(&one), None);
    assert_eq!(pause(&one, String::new(), String::new()), None, "it rests already");
    let resumed = resume(&one, String::new()).unwrap();
    take(&mut one, start() + 10 * MINUTE, Event::ScheduleResumed(resumed));
    assert_eq!(look(&mut one, start() + 10 * MINUTE), Arrivals::default());
    assert_eq!(next_waiting(&one), Some((start(), Cause::Due)), "what waited still does");
    assert_eq!(resume(&one, String::new()), None);
}

#[test]
fn jitter_delays_and_keeps_the_order() {
    let mut spec = every(MINUTE, start());
    spec.jitter_ms = 10 * MINUTE;
    spec.overlap = Overlap::Queue;
    let mut one = schedule(spec, start());
    let plan = Plan::of(&one.spec).unwrap();
    let mut seen = Vec::new();
    for second in 0..3_600 {
        let now = start() + second * 1_000;
        let arrivals = look(&mut one, now);
        if let Some(due) = arrivals.fire {
            assert!(plan.fires_at("nightly", due) <= now);
            fire(&mut one, now, due, Cause::Due);
            one.active = None;
            seen.push(due);
        }
        while let Some((due, cause)) = next_waiting(&one) {
            fire(&mut one, now, due, cause);
            one.active = None;
            seen.push(due);
        }
    }
    assert!(seen.is_sorted());
}

proptest! {
    /// Whenever one looks, and however runs end: every due time is settled once, in order, by a run
    /// or with a reason.
    #[test]
    fn every_due_time_is_settled_once(
        overlap in prop::sample::select(&[Overlap::Skip, Overlap::Queue, Overlap::Replace][..]),
        missed in prop::sample::select(&[Missed::Skip, Missed::Once, Missed::All][..]),
        looks in prop::collection::vec((1_u64..400_000, any::<bool>()), 1..60),
    ) {
        let mut one = minutely(overlap, missed);
        let mut now = start();
        let mut settled: Vec<(Timestamp, u64)> = Vec::new();
        for (ms, ends) in looks {
            now = now + ms;
            if ends {
                one.active = None;
            }
            let arrivals = look(&mut one, now);
            for fact in &arrivals.facts {
                if let Event::ScheduleSkipped(event) = fact {
                    settled.push((event.until, event.count));
                }
            }
            if let Some(due) = arrivals.fire {
                prop_assert!(one.active.is_none());
                fire(&mut one, now, due, Cause::Due);
                settled.push((due, 1));
            }
            if let Some((due, cause)) = next_waiting(&one) {
                fire(&mut one, now, due, cause);
                settled.push((due, 1));
            }
        }
        let open = one.waiting.len() as u64;
        let due = now.ms_since(start()) / MINUTE;
        prop_assert_eq!(settled.iter().map(|(_, count)| count).sum::<u64>() + open, due);
        settled.sort_unstable();
        settled.dedup_by_key(|(due, _)| *due);
        prop_assert_eq!(settled.len() as u64 + open <= due, true);
    }
}
