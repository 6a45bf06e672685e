//! What may be set, and what is refused.

use conductor_protocol::error_code::Code;

use super::*;

fn draft(trigger: DraftTrigger) -> Draft {
    Draft {
        workflow: "disk-check".into(),
        workflow_version: String::new(),
        inputs: Map::new(),
        trigger,
        zone: "Europe/Berlin".into(),
        overlap: Overlap::Skip,
        missed: Missed::Skip,
        missed_window_ms: 0,
        jitter_ms: 0,
        description: String::new(),
        subject: String::new(),
        edits_version: None,
    }
}

fn cron_draft(pattern: &str) -> Draft {
    draft(DraftTrigger::Cron(pattern.into()))
}

fn now() -> Timestamp {
    at("2027-01-01T00:00:00Z")
}

fn try_set(known: Option<&Schedule>, draft: Draft, owner: u32) -> Result<Option<Set>, Code> {
    let owner = Principal::uid(owner);
    set(known, "nightly", draft, (&owner, String::new()), now()).map_err(|refusal| refusal.code)
}

#[test]
fn what_can_not_be_is_refused() {
    let change = |change: fn(&mut Draft)| {
        let mut draft = cron_draft("0 2 * * *");
        change(&mut draft);
        draft
    };
    let drafts = [
        cron_draft(""),
        cron_draft("0 2 * *"),
        cron_draft("0 0 2 * * *"),
        cron_draft("0 2 * * * 2027 2028"),
        cron_draft("60 2 * * *"),
        cron_draft("0 24 * * *"),
        cron_draft("0 2 31 2 *"),
        cron_draft("@sometimes"),
        cron_draft("0 2 * * mond"),
        draft(DraftTrigger::Every(999, None)),
        draft(DraftTrigger::Every(limits::INTERVAL_MS_MAX + 1, None)),
        draft(DraftTrigger::At("2026-12-31T23:59:59Z".into())),
        draft(DraftTrigger::At("2027-01-01T00:59".into())),
        draft(DraftTrigger::At("tomorrow".into())),
        change(|draft| draft.zone = "Europe/Atlantis".into()),
        change(|draft| draft.zone = "../etc/passwd".into()),
        change(|draft| draft.jitter_ms = limits::JITTER_MS_MAX + 1),
        change(|draft| draft.missed_window_ms = limits::MISSED_WINDOW_MS_MAX + 1),
    ];
    for draft in drafts {
        let refused = try_set(None, draft.clone(), 1);
        assert_eq!(refused, Err(Code::ScheduleInvalid), "{draft:?}");
    }
    for name in ["", "-x", "a b", "a/b", "ä", &"x".repeat(65)] {
        let owner = Principal::uid(1);
        let by = (&owner, String::new());
        let refused = set(None, name, cron_draft("0 2 * * *"), by, now());
        assert_eq!(refused.map_err(|refusal| refusal.code), Err(Code::ScheduleInvalid), "{name}");
    }
}

#[test]
fn a_point_in_time_is_read_by_the_zones_clock_or_by_its_own_offset() {
    for (text, expected) in [
        ("2027-06-01T09:00", "2027-06-01T07:00:00Z"),
        ("2027-06-01T09:00:00Z", "2027-06-01T09:00:00Z"),
        ("2027-06-01T09:00:00-04:00", "2027-06-01T13:00:00Z"),
        // Jumped over, and shown twice.
        ("2027-03-28T02:00", "2027-03-28T01:00:00Z"),
        ("2027-03-28T02:59:59", "2027-03-28T01:00:00Z"),
        ("2027-10-31T02:30", "2027-10-31T00:30:00Z"),
    ] {
        let set = try_set(None, draft(DraftTrigger::At(text.into())), 1).unwrap().unwrap();
        assert_eq!(set.spec.trigger, Trigger::At { at: at(expected) }, "{text}");
    }
}

#[test]
fn an_edit_is_a_new_version_unless_nothing_changes() {
    let first = try_set(None, cron_draft("0  2 * * *"), 1).unwrap().unwrap();
    assert_eq!(first.version, 1);
    assert_eq!(first.spec.trigger, Trigger::Cron { pattern: "0 2 * * *".into() });
    let known = schedule(first.spec, now());
    assert_eq!(try_set(Some(&known), cron_draft("0 2 * * *"), 1), Ok(None), "it says so already");
    let taken_over = try_set(Some(&known), cron_draft("0 2 * * *"), 2).unwrap().unwrap();
    assert_eq!(taken_over.version, 2, "its runs get another owner");
    for (expected, refused) in [(1, false), (2, true), (0, true)] {
        let edit = Draft { edits_version: Some(expected), ..cron_draft("0 3 * * *") };
        let set = try_set(Some(&known), edit, 1);
        assert_eq!(set.err(), refused.then_some(Code::ScheduleVersionConflict), "{expected}");
    }
    let gone = Draft { edits_version: Some(1), ..cron_draft("0 3 * * *") };
    assert_eq!(try_set(None, gone, 1), Err(Code::ScheduleVersionConflict));
}

#[test]
fn whom_it_is_about_stays_for_as_long_as_it_is_there() {
    let about = |who: &str, pattern| Draft { subject: who.into(), ..cron_draft(pattern) };
    let first = try_set(None, about("customer-1", "0 2 * * *"), 1).unwrap().unwrap();
    assert_eq!(first.spec.subject, "customer-1");
    let known = schedule(first.spec, now());
    for who in ["", "customer-1"] {
        let edit = try_set(Some(&known), about(who, "0 3 * * *"), 1).unwrap().unwrap();
        assert_eq!(edit.spec.subject, "customer-1", "{who}");
        assert_eq!(try_set(Some(&known), about(who, "0 2 * * *"), 1), Ok(None), "{who}");
    }
    let of_nobody = schedule(cron("0 2 * * *", "Europe/Berlin"), now());
    for (known, who) in [(&known, "customer-2"), (&of_nobody, "customer-1")] {
        let refused = try_set(Some(known), about(who, "0 3 * * *"), 1);
        assert_eq!(refused, Err(Code::ScheduleInvalid), "{who}");
    }
}

#[test]
fn one_that_rests_or_is_over_does_not_go_on() {
    let mut known = schedule(cron("0 2 * * *", "UTC"), now());
    assert!(goes_on(&known));
    let pause = Pause { by: Principal::uid(1), reason: String::new(), at: now() };
    known.paused = Some(pause);
    assert!(!goes_on(&known));
    let mut once = schedule(spec(Trigger::At { at: now() }, "UTC"), now() - 1);
    assert!(goes_on(&once));
    once.settled = now();
    assert!(!goes_on(&once));
    once.waiting.push_back((now(), Cause::Due));
    assert!(goes_on(&once));
}

#[test]
fn an_edit_does_not_shift_an_interval() {
    let from = now() - 1_234;
    let known = schedule(every(60_000, from), from);
    let edit = Draft { description: "new".into(), ..draft(DraftTrigger::Every(60_000, None)) };
    let set = try_set(Some(&known), edit, 1).unwrap().unwrap();
    assert_eq!(set.spec.trigger, Trigger::Every { interval_ms: 60_000, from });
    let other = try_set(Some(&known), draft(DraftTrigger::Every(90_000, None)), 1).unwrap();
    let expected = Trigger::Every { interval_ms: 90_000, from: now() };
    assert_eq!(other.map(|set| set.spec.trigger), Some(expected));
}

#[test]
fn a_backfill_is_bounded_and_lies_in_the_past() {
    let known = schedule(every(60_000, now()), now());
    let later = now() + 600 * 60_000;
    let check = |from: u64, to: u64| {
        let span = (now() + from * 60_000, now() + to * 60_000);
        backfill(&known, span, String::new(), later)
            .map(|queued| queued.due.len())
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(check(0, 0), Ok(1));
    assert_eq!(check(1, 500), Ok(500));
    assert_eq!(check(0, 500), Err(Code::ScheduleBackfill), "too many");
    assert_eq!(check(5, 4), Err(Code::ScheduleBackfill), "the wrong way round");
    assert_eq!(check(0, 601), Err(Code::ScheduleBackfill), "still to come");
    let yearly = schedule(cron("@yearly", "UTC"), now());
    let none = backfill(&yearly, (now() + 1, later), String::new(), later);
    assert_eq!(none.map_err(|refusal| refusal.code), Err(Code::ScheduleBackfill), "none");
}

#[test]
fn a_fold_gives_back_what_was_set_and_forgets_what_was_removed() {
    let mut all = Schedules::default();
    let set = try_set(None, cron_draft("0 2 * * *"), 1).unwrap().unwrap();
    for (seq, version) in [(1, 1), (9, 2)] {
        let event = Event::ScheduleSet(Set { version, ..set.clone() });
        assert_eq!(all.apply(&envelope(now(), event), seq), Some("nightly"));
    }
    let known = all.get(&Scope::default(), "nightly").unwrap();
    assert_eq!((known.version, &known.versions[..]), (2, &[1, 9][..]));
    let elsewhere = Scope { environment: "prod".into(), ..Scope::default() };
    assert!(all.get(&elsewhere, "nightly").is_none());
    let run = RunId::from_bits((now() + 1).unix_ms.into());
    let event = fired(now() + 1, Cause::Due);
    assert_eq!(all.apply(&envelope(now(), event), 10), Some("nightly"));
    assert!(!all.run_ended(&Scope::default(), "nightly", RunId::from_bits(2)), "another run");
    assert!(all.run_ended(&Scope::default(), "nightly", run));
    let removed = remove(all.get(&Scope::default(), "nightly").unwrap(), String::new());
    all.apply(&envelope(now(), Event::ScheduleRemoved(removed)), 11);
    assert!(all.is_empty());
}

#[test]
fn events_read_as_they_are_kept() {
    let set = try_set(None, draft(DraftTrigger::Every(90_000, None)), 1).unwrap().unwrap();
    let json = serde_json::to_value(Event::ScheduleSet(set.clone())).unwrap();
    let expected = serde_json::json!({"kind": "schedule.set", "data": {
        "name": "nightly",
        "version": 1,
        "spec": {
            "workflow": "disk-check",
            "trigger": {"every": {"intervalMs": 90_000, "from": now().unix_ms}},
            "zone": "Europe/Berlin",
            "overlap": "skip",
            "missed": "skip",
            "missedWindowMs": 86_400_000,
            "jitterMs": 0,
        },
        "decision": "",
    }});
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_value::<Event>(json).unwrap(), Event::ScheduleSet(set));
}
