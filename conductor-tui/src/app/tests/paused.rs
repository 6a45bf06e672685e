//! A view that stands still: nothing of it moves, nothing is lost, and nothing is done to what is not there.

use conductor_protocol::v1::{
    LogChunk, RunStatus, RunSummary, TimelineEntry, WatchRunResponse, WatchRunsResponse,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Console, daemon, looks,
    pictures::{compare, styles},
};
use crate::{
    app::{
        Effect, Feed, FeedId, FeedNews, Ticket,
        model::Layer,
        msg::{Msg, What},
        time::to_wire,
        update::update,
    },
    screen::Tab,
};

const SIZE: (u16, u16) = (120, 40);
/// The streams of a console that was just connected: the list's, and that of the run beside it.
const LIST: FeedId = FeedId(1);

fn second() -> SignedDuration {
    SignedDuration::from_secs(1)
}

/// All but the top line and the one of the keys.
fn body(console: &Console) -> Vec<String> {
    let text = console.text();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..lines.len() - 1].to_vec()
}

fn top(console: &Console) -> String {
    console.text().lines().next().unwrap_or_default().to_owned()
}

fn changed(run: RunSummary, seq: u64) -> What {
    let news = WatchRunsResponse { seq, runs: vec![run], ..WatchRunsResponse::default() };
    What::Feed(LIST, FeedNews::Runs(news))
}

/// A run that is newer than all others.
fn fresh(n: u64, now: Timestamp) -> RunSummary {
    RunSummary { run_id: format!("run_01je{n:022}"), ..daemon::summary(n, now) }
}

fn said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

fn asks(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count()
}

#[test]
fn a_paused_view_stands_still_and_says_so_and_goes_on() {
    let mut console = Console::live(SIZE);
    console.pass(second());
    console.press("P");
    let still = body(&console);
    assert!(top(&console).contains("PAUSED, 0 s old"), "{}", top(&console));
    for n in 0..3 {
        let run = fresh(n, console.model.shared.now);
        console.send(changed(run, 91 + n));
        console.pass(second() * 20);
    }
    assert_eq!(body(&console), still);
    assert!(top(&console).contains("PAUSED 3 new, 1 m 00 s old"), "{}", top(&console));
    assert!(console.text().contains("P go on"), "{}", console.text());
    console.press("P");
    assert!(!top(&console).contains("PAUSED"));
    assert_eq!(console.model.screens.runs.list.rows()[0].run_id, fresh(2, console.now).run_id);
    console.press("P Esc");
    assert!(!top(&console).contains("PAUSED"), "Esc goes on, too");
}

#[test]
fn a_command_pauses_too_and_a_screen_that_never_moves_is_not_paused() {
    let mut console = Console::live(SIZE);
    for line in ["freeze view", "pause-view"] {
        console.press(":");
        console.write(line);
        console.press("Enter");
        assert_eq!(console.model.held.is_some(), line == "freeze view", "{line}");
    }
    console.press(", P");
    assert!(console.model.held.is_none());
    assert!(said(&console).contains("nothing moves here by itself"), "{}", said(&console));
}

#[test]
fn one_can_look_around_in_a_paused_view_and_what_is_opened_stands_still_after_its_answer() {
    let mut console = Console::live(SIZE);
    console.press("P j j");
    assert_eq!(console.model.screens.runs.list.scroll.cursor, 2);
    let opened = console.press("Enter");
    let watched = opened.iter().find_map(|effect| match effect {
        Effect::Watch(id, Feed::Run(request)) => Some((*id, request.run_id.clone())),
        _ => None,
    });
    let (feed, id) = watched.unwrap();
    assert_eq!(console.model.screens.runs.open_id(), Some(id.as_str()));
    console.pass(second() * 3);
    let still = body(&console);
    let news = WatchRunResponse { seq: 95, last: true, ..WatchRunResponse::default() };
    console.send(What::Feed(feed, FeedNews::Run(Box::new(news))));
    assert_eq!(body(&console), still);
    assert!(top(&console).contains("PAUSED 1 new"), "{}", top(&console));
    // What a filter asks for is answered, too.
    console.press("P 1 Esc P /");
    console.write("status:failed");
    console.press("Enter");
    assert!(console.model.held.is_some());
    let failed = |run: &RunSummary| run.status() == RunStatus::Failed;
    assert!(console.model.screens.runs.list.rows().iter().all(failed));
}

#[test]
fn nothing_is_read_anew_by_itself_until_the_view_goes_on() {
    for tab in [Tab::Pulse, Tab::Queues, Tab::Approvals, Tab::Schedules, Tab::Policy, Tab::Tenants]
    {
        let mut console = Console::live(SIZE);
        let key = console.model.keymap.keys(tab.action())[0].to_string();
        console.press(&key);
        let effects = console.pass(second());
        console.answer(effects);
        console.press("P");
        let still = body(&console);
        let effects = console.pass(second() * 120);
        assert_eq!(asks(&effects), 0, "{tab:?}: {effects:?}");
        assert_eq!(body(&console), still, "{tab:?}");
        console.press("P");
        let effects = console.pass(second() * 60);
        assert!(asks(&effects) > 0, "{tab:?}");
        console.answer(effects);
    }
}

#[test]
fn an_answer_to_what_was_asked_before_waits_too() {
    let mut console = Console::live(SIZE);
    console.press("4");
    let asked = console.pass(second() * 10);
    assert!(asks(&asked) > 0);
    console.press("P");
    let still = body(&console);
    console.daemon.runs = 3;
    console.answer(asked);
    assert_eq!(body(&console), still);
    console.press("P");
    assert_ne!(body(&console), still);
}

#[test]
fn a_stream_that_brings_too_much_is_dropped_and_read_on_from_where_it_was() {
    let mut console = Console::live(SIZE);
    console.press("P");
    let mut dropped = Vec::new();
    for n in 0..1_100 {
        let run = RunSummary { run_id: fresh(0, console.now).run_id, ..fresh(n, console.now) };
        let effects = console.send(changed(run, 91 + n));
        dropped.extend(effects);
    }
    assert_eq!(dropped, [Effect::Unwatch(LIST)], "once");
    assert!(top(&console).contains("PAUSED 1,024+ new"), "{}", top(&console));
    let effects = console.press("P");
    let after = effects.iter().find_map(|effect| match effect {
        Effect::Watch(id, Feed::Runs(request)) => Some((*id, request.after_seq)),
        _ => None,
    });
    let (feed, after) = after.unwrap();
    assert_ne!(feed, LIST);
    assert_eq!(after, 91 + 1_023, "what was not kept is told again");
}

#[test]
fn many_bytes_are_too_much_too_and_a_log_goes_on_at_the_line_it_had() {
    let mut console = Console::live(SIZE);
    console.press("L");
    let feed = FeedId(console.model.shared.feeds_made);
    console.press("P");
    let before = console.model.shared.feeds_made;
    let line = format!("{}\n", "x".repeat(64 * 1024 - 1));
    let mut effects = Vec::new();
    for n in 1..=80_u64 {
        let chunk = LogChunk {
            task_id: "restart".into(),
            attempt: 1,
            data: line.clone().into_bytes(),
            next_offset: n * line.len() as u64,
            ..LogChunk::default()
        };
        effects.extend(console.send(What::Feed(feed, FeedNews::Log(chunk))));
    }
    assert_eq!(effects, [Effect::Unwatch(feed)]);
    let effects = console.press("P");
    let again = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Watch(id, Feed::Logs(_)) if id.0 > before));
    assert!(again, "{effects:?}");
}

#[test]
fn a_change_is_asked_about_what_is_there_now() {
    let mut console = Console::live(SIZE);
    console.press("j j P");
    let chosen = console.model.screens.runs.list.selected().unwrap().clone();
    console.send(changed(fresh(7, console.now), 91));
    console.press("r");
    assert!(console.model.held.is_none(), "the view goes on before anything is asked");
    assert!(matches!(console.model.layers.last(), Some(Layer::Confirm(_))));
    assert_eq!(console.model.screens.runs.list.selected().unwrap().run_id, chosen.run_id);
    console.press("Esc P");
    // It has ended meanwhile: there is nothing to cancel any more.
    let ended = RunSummary { status: RunStatus::Succeeded as i32, ..chosen.clone() };
    console.press("g g");
    let first = console.model.screens.runs.list.rows()[0].clone();
    let over = RunSummary { status: RunStatus::Succeeded as i32, ..first };
    console.send(changed(over, 92));
    console.press("c");
    assert!(console.model.layers.is_empty(), "{ended:?}");
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn nothing_is_asked_where_something_else_is_chosen_by_then() {
    let mut console = Console::live(SIZE);
    console.press("/");
    console.write("status:running");
    console.press("Enter P");
    let chosen = console.model.screens.runs.list.selected().unwrap().clone();
    let ended = RunSummary { status: RunStatus::Succeeded as i32, ..chosen };
    console.send(changed(ended, 91));
    console.press("c");
    assert!(console.model.layers.is_empty());
    assert!(said(&console).contains("not there any more"), "{}", said(&console));
    assert!(console.model.held.is_none());
}

#[test]
fn another_screen_goes_on_and_so_does_another_tenant() {
    let mut console = Console::live(SIZE);
    console.press("P");
    console.send(changed(fresh(1, console.now), 91));
    console.press("4");
    assert!(console.model.held.is_none());
    console.press("1");
    assert_eq!(console.model.screens.runs.list.rows()[0].run_id, fresh(1, console.now).run_id);
    console.press("P :");
    console.write("tenant globex");
    console.press("Enter");
    assert!(console.model.held.is_none() && console.model.shared.paused.is_none());
}

#[test]
fn a_link_that_breaks_and_comes_back_changes_nothing_before_the_view_goes_on() {
    let mut console = Console::live(SIZE);
    console.press("P");
    for _ in 0..50 {
        console.disconnect();
        assert!(top(&console).contains("PAUSED"), "{}", top(&console));
        console.connect();
    }
    assert!(top(&console).contains("live"), "{}", top(&console));
    let effects = console.press("P");
    let lists = |effect: &&Effect| matches!(effect, Effect::Watch(_, Feed::Runs(_)));
    assert_eq!(effects.iter().filter(lists).count(), 1, "{effects:?}");
    let pages = |effect: &&Effect| matches!(effect, Effect::Ask(Ticket::RunsPage { .. }, _));
    assert_eq!(effects.iter().filter(pages).count(), 0, "{effects:?}");
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What may happen to a run, its list and its output; the same for the same dice.
fn happening(
    dice: &mut Dice,
    step: u64,
    run_feed: FeedId,
    log_feed: FeedId,
    now: Timestamp,
) -> What {
    let statuses = [RunStatus::Running, RunStatus::Succeeded, RunStatus::Failed, RunStatus::Queued];
    let status = statuses[usize::try_from(dice.roll(4)).unwrap()] as i32;
    match dice.roll(5) {
        0 => changed(RunSummary { status, ..fresh(step, now) }, 91 + step),
        1 | 2 => {
            let run = RunSummary { status, ..daemon::summary(dice.roll(12), now) };
            changed(run, 91 + step)
        }
        3 => {
            let mut run = daemon::run(&daemon::summary(0, now).run_id, now);
            let task = usize::try_from(dice.roll(run.tasks.len() as u64)).unwrap();
            run.tasks[task].status = i32::try_from(dice.roll(5)).unwrap();
            let entry = TimelineEntry {
                seq: 91 + step,
                at: Some(to_wire(now)),
                text: format!("step {step}"),
                ..TimelineEntry::default()
            };
            let news = WatchRunResponse {
                seq: 91 + step,
                run: Some(run),
                entries: vec![entry],
                last: false,
            };
            What::Feed(run_feed, FeedNews::Run(Box::new(news)))
        }
        _ => {
            let data = format!("line {step}\n{}", if dice.roll(3) == 0 { "half" } else { "" });
            let chunk = LogChunk {
                task_id: "restart".into(),
                attempt: 1,
                data: data.into_bytes(),
                next_offset: 10_000 + step,
                at: Some(to_wire(now)),
                ..LogChunk::default()
            };
            What::Feed(log_feed, FeedNews::Log(chunk))
        }
    }
}

/// Plays what the dice of `seed` say; where there are dice of pausing the view is paused now and then.
/// Gives every screen as it is at the end, in all its parts, and its picture.
fn played(seed: u64, mut pausing: Option<Dice>) -> (String, String) {
    let mut console = Console::live(SIZE);
    console.pass(second());
    console.press("Enter");
    let runs = &console.model.screens.runs;
    let run_feed = runs.feed_of_run().unwrap();
    let log_feed = FeedId(console.model.shared.feeds_made);
    let mut dice = Dice(seed);
    for step in 0..120 {
        console.now += SignedDuration::from_millis(i64::try_from(dice.roll(400)).unwrap());
        let what = happening(&mut dice, step, run_feed, log_feed, console.now);
        update(&mut console.model, Msg { at: console.now, what });
        if pausing.as_mut().is_some_and(|dice| dice.roll(4) == 0) {
            let what = What::Key(daemon::key("P"));
            update(&mut console.model, Msg { at: console.now, what });
        }
    }
    if console.model.held.is_some() {
        let what = What::Key(daemon::key("P"));
        update(&mut console.model, Msg { at: console.now, what });
    }
    console.model.shared.now = console.now;
    (format!("{:#?}", console.model.screens), console.text())
}

#[test]
fn a_view_that_was_paused_is_what_it_would_have_been() {
    for seed in 0..24 {
        let plain = played(seed, None);
        let paused = played(seed, Some(Dice(seed + 1_000)));
        assert_eq!(plain.1, paused.1, "seed {seed}");
        assert!(plain.0 == paused.0, "seed {seed}: the screens differ");
    }
}

#[test]
fn a_paused_view_in_every_size_and_look() {
    for (size, ascii) in
        [((40, 12), false), ((80, 24), false), ((120, 40), false), ((80, 24), true)]
    {
        let mut console = Console::with(size, looks("dark", ascii), "prod");
        console.connect();
        console.pass(second());
        console.press("P");
        console.send(changed(fresh(1, console.now), 91));
        console.pass(second() * 75);
        let set = if ascii { "-ascii" } else { "" };
        compare(&format!("paused-{}x{}{set}", size.0, size.1), &console.text());
    }
    let mut console = Console::with((80, 24), looks("mono", false), "prod");
    console.connect();
    console.press("0 P");
    compare("paused-mono", &format!("{}\n{}", console.text(), styles(&console)));
}
