//! The screen of schedules: what it asks, shows and changes.

use conductor_protocol::v1::{
    FireTime, Freeze, FreezeReach, FreezeState, FreezeWindow, ListFreezesResponse,
    ListSchedulesResponse, NextScheduleResponse, Schedule, ScheduleOutcome, ScheduleSpec,
    freeze_reach::Reach, schedule_spec::Trigger,
};
use jiff::{SignedDuration, Timestamp};

use super::Console;
use crate::{
    app::{Answer, Effect, Mutation, Query, time::to_wire},
    screen::Tab,
};

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn fire_time(at: Timestamp) -> FireTime {
    let shown = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(2)));
    FireTime {
        due: Some(to_wire(at)),
        fires_at: Some(to_wire(at)),
        shown: shown.strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
    }
}

fn schedule(name: &str, pattern: &str, now: Timestamp) -> Schedule {
    let spec = ScheduleSpec {
        workflow: "disk-clean".into(),
        inputs_json: r#"{"host":"db1"}"#.into(),
        trigger: Some(Trigger::Cron(pattern.into())),
        zone: "Europe/Berlin".into(),
        overlap: 1,
        missed: 2,
        description: format!("What {name} is for."),
        ..ScheduleSpec::default()
    };
    Schedule {
        name: name.into(),
        version: 3,
        spec: Some(spec),
        owner: "carol".into(),
        next: Some(fire_time(now + hours(5))),
        ..Schedule::default()
    }
}

/// Schedules of the daemon.
pub(super) fn schedules(now: Timestamp) -> ListSchedulesResponse {
    let outcome = |age: i64, run_id: &str, skipped: &str| ScheduleOutcome {
        at: Some(to_wire(now - hours(age))),
        due: Some(to_wire(now - hours(age))),
        cause: if age == 43 { "missed" } else { "due" }.into(),
        run_id: run_id.into(),
        skipped: skipped.into(),
        note: if skipped == "denied" { "carol holds no role here".into() } else { String::new() },
        count: 1,
    };
    let nightly = Schedule {
        recent: vec![
            outcome(19, "run_01jd0000000000009999999997", ""),
            outcome(43, "run_01jd0000000000009999999994", ""),
            outcome(67, "", "overlap"),
        ],
        ..schedule("nightly", "30 2 * * *", now)
    };
    let paused = Schedule {
        paused: true,
        paused_by: "bob".into(),
        paused_reason: "storm".into(),
        next: None,
        ..schedule("probe", "*/10 * * * *", now)
    };
    let denied = Schedule {
        recent: vec![outcome(1, "", "denied")],
        ..schedule("report", "0 9 * * mon-fri", now)
    };
    ListSchedulesResponse { schedules: vec![nightly, paused, denied], ..<_>::default() }
}

/// What is frozen: here for two hours from the ninth on, and elsewhere.
pub(super) fn freezes(now: Timestamp) -> ListFreezesResponse {
    let freeze = |environment: &str| Freeze {
        name: format!("window-{environment}"),
        reach: Some(FreezeReach { reach: Some(Reach::Environment(environment.into())) }),
        state: FreezeState::Comes.into(),
        comes: Some(to_wire(now + hours(9))),
        window: Some(FreezeWindow { for_ms: 7_200_000, ..<_>::default() }),
        ..Freeze::default()
    };
    ListFreezesResponse { freezes: vec![freeze("dev"), freeze("elsewhere")] }
}

/// Its next times.
pub(super) fn next_times(now: Timestamp) -> NextScheduleResponse {
    NextScheduleResponse {
        times: (0..10).map(|day| fire_time(now + hours(5 + 24 * day))).collect(),
    }
}

/// A console that shows its schedules, with the times of the first.
fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("5");
    for _ in 0..5 {
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
    console
}

#[test]
fn it_shows_what_runs_next_and_what_became_of_the_times_before() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        super::pictures::compare(&format!("schedules-{}x{}", size.0, size.1), &shown(size).text());
    }
    let mut console = shown((80, 24));
    console.press("Tab");
    super::pictures::compare("schedule-80x24", &console.text());
    let mut console = Console::with((120, 40), super::looks("dark", true), "dev");
    console.connect();
    console.press("5 - -");
    for _ in 0..5 {
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
    super::pictures::compare("schedules-week-120x40-ascii", &console.text());
}

#[test]
fn times_of_rows_in_sight_are_asked_for_once_each_one_after_the_other() {
    let asks = |effects: &[Effect]| {
        effects.iter().filter(|e| matches!(e, Effect::Ask(_, Query::NextTimes(_)))).count()
    };
    let mut console = Console::live((80, 24));
    console.press("5");
    let mut asked = 0;
    for _ in 0..10 {
        let effects = console.pass(SignedDuration::from_millis(200));
        assert!(asks(&effects) <= 1);
        asked += asks(&effects);
        console.answer(effects);
    }
    assert_eq!(asked, 3);
    console.press("j + _ Tab Tab j");
    assert_eq!(asks(&console.pass(SignedDuration::from_millis(900))), 0);
}

#[test]
fn nearer_and_farther_change_the_axis_and_nothing_else() {
    let mut console = shown((120, 40));
    assert!(console.text().contains("1 day   3"), "{}", console.text());
    assert_eq!(console.press("+"), []);
    assert!(console.text().contains("6 hours   3"), "{}", console.text());
    console.press("_ _ _");
    assert!(console.text().contains("1 week   3"), "{}", console.text());
    console.press("_ _ _ _ _");
    assert!(console.text().contains("13 weeks   3"), "{}", console.text());
}

#[test]
fn empty_loading_and_stale() {
    let mut console = Console::live((80, 24));
    console.press("5");
    console.model.screens.schedules = <_>::default();
    super::pictures::compare("schedules-loading-80x24", &console.text());
    let none = ListSchedulesResponse::default();
    let answer = Ok(Answer::Schedules(Box::new(none)));
    console.send(crate::app::msg::What::Reply(crate::app::Ticket::Schedules, answer));
    super::pictures::compare("schedules-empty-80x24", &console.text());
    let mut console = shown((80, 24));
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    console.press("p");
    super::pictures::compare("schedules-stale-80x24", &console.text());
}

#[test]
fn a_pause_is_asked_for_and_shown_at_once() {
    let mut console = shown((120, 40));
    console.press("p");
    assert!(console.text().contains("Let it rest?"), "{}", console.text());
    assert_eq!(console.daemon.changes, []);
    console.press("Tab Enter");
    let [Mutation::PauseSchedule(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!(request.name, "nightly");
    assert!(console.text().contains("schedule nightly rests"), "{}", console.text());
    console.press("j p");
    assert!(console.text().contains("Let it go on?"), "{}", console.text());
    console.press("Tab Enter");
    assert!(matches!(&console.daemon.changes[1], Mutation::ResumeSchedule(r) if r.name == "probe"));
}

#[test]
fn who_may_not_pause_is_told_why() {
    let mut console = Console::new((120, 40));
    console.daemon.denied = vec!["schedule.pause"];
    console.connect();
    console.press("5 p");
    assert!(console.text().contains("can't pause-schedule: policy"), "{}", console.text());
    assert!(console.model.layers.is_empty());
}

#[test]
fn enter_opens_the_newest_run_and_a_filter_narrows() {
    let mut console = shown((120, 40));
    console.press("/");
    console.write("report");
    console.press("Enter");
    assert_eq!(console.model.screens.schedules.rows().len(), 1);
    assert_eq!(console.press("Enter"), [], "it has started none");
    console.press("Esc Esc");
    assert_eq!(console.model.screens.schedules.rows().len(), 3, "what it said goes first");
    console.press("Enter");
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn it_reads_the_list_again_after_something_was_due_and_not_in_the_background() {
    let asks = |effects: &[Effect]| {
        effects.iter().filter(|e| matches!(e, Effect::Ask(_, Query::Schedules(_)))).count()
    };
    let mut console = shown((80, 24));
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(10))), 0);
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(10))), 1);
    console.press("1");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(60))), 0);
}

#[test]
fn the_answer_of_a_daemon_that_refuses_is_shown() {
    let mut console = Console::new((80, 24));
    console.connect();
    console.daemon.faults = true;
    console.press("5");
    super::pictures::compare("schedules-denied-80x24", &console.text());
    assert!(console.text().contains("read_only may not read"), "{}", console.text());
}

/// What a change of a schedule is answered with.
pub(super) fn changed(mutation: &Mutation, now: Timestamp) -> Option<Answer> {
    let (name, paused) = match mutation {
        Mutation::PauseSchedule(request) => (&request.name, true),
        Mutation::ResumeSchedule(request) => (&request.name, false),
        _ => return None,
    };
    let known = schedules(now).schedules.into_iter().find(|known| known.name == *name)?;
    Some(Answer::Schedule(Box::new(Schedule { paused, ..known })))
}
