//! The order and the columns of a list: what is asked of the daemon, what is said of what is sorted here,
//! where the cursor and the marks stay, and what is kept.

use std::collections::BTreeSet;

use conductor_protocol::v1::{ListRunsRequest, RunStatus, RunSummary, WatchRunsResponse};

use super::{Console, daemon, looks, pictures::compare};
use crate::{
    app::{
        Effect, FeedId, FeedNews, Query,
        kept::Keep,
        model::{Layer, Model},
        msg::What,
        recording::Setting,
    },
    columns::RUNS,
    screen::Screen as _,
    theme::Depth,
    widget::Target,
};

const WIDE: (u16, u16) = (200, 60);

/// A list of so many runs.
fn list_of(runs: u64, size: (u16, u16)) -> Console {
    let mut console = Console::new(size);
    console.daemon.runs = runs;
    console.connect();
    console
}

/// The question for runs among what is wanted.
fn asked(effects: &[Effect]) -> Option<&ListRunsRequest> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, Query::Runs(request)) => Some(request),
        _ => None,
    })
}

fn last_said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

fn selected(console: &Console) -> String {
    console.model.screens.runs.list.selected().unwrap().run_id.clone()
}

/// What the rows have, from the first to the last, with their place among all.
fn rows<T>(console: &Console, value: impl Fn(&RunSummary) -> T) -> Vec<T> {
    console.model.screens.runs.list.shown().map(value).collect()
}

fn title(console: &Console) -> String {
    console.text().lines().nth(2).unwrap_or_default().to_owned()
}

/// Milliseconds that runs took, by now.
fn took(console: &Console) -> Vec<i128> {
    let now = console.model.shared.now;
    rows(console, |run| {
        let span = crate::app::time::between(run.started_at.as_ref(), run.ended_at.as_ref(), now);
        span.unwrap().as_millis()
    })
}

#[test]
fn a_column_is_chosen_sorts_and_is_turned() {
    let mut console = Console::live((80, 24));
    console.press("j j");
    let chosen = selected(&console);
    console.press("s");
    assert!(matches!(console.model.layers[..], [Layer::Columns(_)]));
    assert!(console.text().contains("Columns of runs"), "{}", console.text());
    let effects = console.press("j j Enter");
    let [Effect::Keep(Keep::Columns { screen: "runs", kept, .. })] = &effects[..] else {
        panic!("all is here, so nothing is asked: {effects:?}")
    };
    assert_eq!(kept.arrangement(&RUNS).flags(), " --sort took:desc");
    assert!(took(&console).is_sorted_by(|one, other| one >= other), "{:?}", took(&console));
    assert_eq!(selected(&console), chosen, "the cursor stays on its run");
    console.press("Enter");
    assert!(took(&console).is_sorted(), "pressed again it is turned");
    console.press("Esc");
    assert!(console.model.layers.is_empty());
    assert!(title(&console).contains("Runs by took · shortest first"), "{}", title(&console));
    assert!(!title(&console).contains("newest"), "all of them are here");
    let ids: BTreeSet<String> = rows(&console, |run| run.run_id.clone()).into_iter().collect();
    assert_eq!(ids.len(), 40, "sorting loses nothing and doubles nothing");
}

#[test]
fn what_the_daemon_does_not_sort_is_sorted_among_the_newest_and_that_is_said() {
    let mut console = list_of(5_000, WIDE);
    let before = console.daemon.pages;
    console.command("sort took desc");
    let list = &console.model.screens.runs.list;
    assert_eq!(list.rows().len(), 2_000);
    assert_eq!(console.daemon.pages - before, 9, "as many pages as the window holds");
    assert!(title(&console).contains("Runs by took of the newest 2,000 "), "{}", title(&console));
    assert!(title(&console).contains("of 2,000+ in 5,000"), "{}", title(&console));
    assert!(took(&console).is_sorted_by(|one, other| one >= other));
    let pages = console.daemon.pages;
    console.press("G g g ^d PgDn");
    assert_eq!(console.daemon.pages, pages, "moving reads nothing: the rows are these");
    let narrow = |size, expected: &str| {
        let mut console = list_of(5_000, size);
        console.command("sort took");
        console.press("Space");
        assert!(title(&console).contains(expected), "{}", title(&console));
    };
    narrow((40, 12), "Runs by took of the newest 2,000");
    narrow((80, 24), "Runs by took of the newest 2,000: 1 marked");
}

#[test]
fn while_more_is_read_it_is_said_how_much_is_sorted() {
    let mut console = list_of(5_000, (80, 24));
    console.press(":");
    console.write("sort owner");
    let mut effects = console.send(What::Key(daemon::key("Enter")));
    assert!(title(&console).contains("Runs by owner of the newest 200… "), "{}", title(&console));
    effects.retain(|effect| matches!(effect, Effect::Ask(..)));
    console.answer(effects);
    assert!(title(&console).contains("of the newest 2,000 "), "{}", title(&console));
}

#[test]
fn the_oldest_first_are_the_daemons_to_give() {
    let mut console = list_of(5_000, WIDE);
    console.press("j j");
    console.press(":");
    console.write("sort started asc");
    let effects = console.send(What::Key(daemon::key("Enter")));
    assert!(asked(&effects).is_some_and(|request| request.oldest_first), "{effects:?}");
    console.answer(effects);
    let now = console.model.shared.now;
    assert_eq!(selected(&console), daemon::summary(4_999, now).run_id);
    assert!(!title(&console).contains("newest"), "all are sorted: {}", title(&console));
    assert!(title(&console).contains("Runs by started · oldest first"), "{}", title(&console));
    assert_eq!(console.model.screens.runs.list.rows().len(), 200);
    for _ in 0..10 {
        console.press("PgDn");
    }
    let list = &console.model.screens.runs.list;
    let at = (list.rows_before() + list.scroll.cursor) as u64;
    assert!(at > 400);
    assert_eq!(selected(&console), daemon::summary(4_999 - at, now).run_id);
    // A new run is at the other end, which is not read.
    let mut newer = daemon::summary(0, now);
    newer.run_id = "run_01jd1".into();
    let count = list.rows().len();
    let news = WatchRunsResponse { seq: 91, runs: vec![newer], total: 5_001, ..<_>::default() };
    console.send(What::Feed(console.model.screens.runs.list.feed_id(), FeedNews::Runs(news)));
    assert_eq!(console.model.screens.runs.list.rows().len(), count);
    let effects = console.command("sort started desc");
    assert!(asked(&effects).is_some_and(|request| !request.oldest_first), "{effects:?}");
}

#[test]
fn what_is_all_here_is_turned_without_a_question() {
    let mut console = Console::live(WIDE);
    console.press("j j j Space");
    let (chosen, pages) = (selected(&console), console.daemon.pages);
    console.command("sort age asc");
    assert_eq!(console.daemon.pages, pages);
    assert_eq!(selected(&console), chosen);
    assert!(title(&console).contains("oldest first"), "{}", title(&console));
    assert!(title(&console).contains("1 marked"), "{}", title(&console));
    let now = console.model.shared.now;
    assert_eq!(rows(&console, |run| run.run_id.clone())[0], daemon::summary(39, now).run_id);
    // The newest comes last now.
    let mut newer = daemon::summary(0, now);
    newer.run_id = "run_01jd1".into();
    let news = WatchRunsResponse { seq: 91, runs: vec![newer], total: 41, ..<_>::default() };
    console.send(What::Feed(FeedId(1), FeedNews::Runs(news)));
    assert_eq!(rows(&console, |run| run.run_id.clone())[40], "run_01jd1");
    assert_eq!(selected(&console), chosen);
    console.command("sort started");
    assert_eq!(rows(&console, |run| run.run_id.clone())[0], "run_01jd1");
    assert_eq!(selected(&console), chosen);
}

#[test]
fn a_daemon_that_lists_the_newest_first_only_is_not_taken_for_another() {
    let mut console = Console::new(WIDE);
    console.daemon.runs = 5_000;
    console.daemon.knows_orders = false;
    console.connect();
    console.command("sort started asc");
    let text = title(&console);
    assert!(text.contains("Runs by started of the newest 2,000 "), "{text}");
    let now = console.model.shared.now;
    assert_eq!(rows(&console, |run| run.run_id.clone())[0], daemon::summary(1_999, now).run_id);
}

#[test]
fn news_are_sorted_in_and_the_cursor_and_the_marks_stay_on_their_runs() {
    let mut console = Console::live(WIDE);
    console.command("sort status");
    console.press("j j Space j");
    let chosen = selected(&console);
    let line = |console: &Console| {
        let scroll = console.model.screens.runs.list.scroll;
        scroll.cursor - scroll.offset
    };
    let before = line(&console);
    let now = console.model.shared.now;
    let mut newer = daemon::summary(0, now);
    newer.run_id = "run_01jd1".into();
    newer.status = RunStatus::Held.into();
    let mut ended = daemon::summary(1, now);
    ended.status = RunStatus::Failed.into();
    let news = WatchRunsResponse { seq: 91, runs: vec![newer, ended], total: 41, ..<_>::default() };
    console.send(What::Feed(FeedId(1), FeedNews::Runs(news)));
    assert_eq!(rows(&console, |run| run.run_id.clone())[0], "run_01jd1", "it waits for somebody");
    assert_eq!(selected(&console), chosen);
    assert!(line(&console) >= before);
    assert!(title(&console).contains("Runs by status: 1 marked"), "{}", title(&console));
    // A run that leaves the filter leaves the list, and the cursor goes nowhere else.
    console.press("/");
    console.write("status:held,failed");
    console.press("Enter");
    assert!(rows(&console, RunSummary::status).is_sorted_by_key(|it| *it == RunStatus::Failed));
    assert!(
        title(&console).contains("Runs by status: 1 marked, 1 not shown"),
        "{}",
        title(&console)
    );
}

#[test]
fn a_range_of_marks_follows_the_order_that_is_seen() {
    let mut console = Console::live(WIDE);
    console.command("sort owner");
    console.press("m j j j j");
    let owners: Vec<String> = rows(&console, |run| run.owner.clone())[..5].to_vec();
    assert!(owners.iter().all(|owner| owner == "alice"), "{owners:?}");
    let Effect::Copy(ids) = &console.press("y")[0] else { panic!("it copies") };
    let shown: BTreeSet<String> =
        rows(&console, |run| run.run_id.clone())[..5].iter().cloned().collect();
    assert_eq!(ids.lines().map(str::to_owned).collect::<BTreeSet<_>>(), shown);
}

#[test]
fn after_the_list_is_read_again_the_cursor_goes_back_to_its_run() {
    let mut console = list_of(1_000, WIDE);
    console.command("sort owner desc");
    for _ in 0..12 {
        console.press("PgDn");
    }
    let chosen = selected(&console);
    let reset = WatchRunsResponse { reset: true, ..<_>::default() };
    let feed = console.model.screens.runs.list.feed_id();
    let effects = console.send(What::Feed(feed, FeedNews::Runs(reset)));
    console.answer(effects);
    assert_eq!(console.model.screens.runs.list.rows().len(), 1_000);
    assert_eq!(selected(&console), chosen);
}

#[test]
fn columns_are_shown_hidden_and_moved() {
    let mut console = Console::live((80, 24));
    let heads = |console: &Console| {
        let line = console.text().lines().nth(3).unwrap().replace('│', "");
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(heads(&console), ["workflow", "state", "tasks", "age", "owner"]);
    console.command("columns +took -owner -tasks");
    assert_eq!(heads(&console), ["workflow", "state", "age", "took"]);
    console.command("columns owner,workflow");
    assert_eq!(heads(&console), ["owner", "workflow"]);
    console.command("columns took");
    assert_eq!(heads(&console), ["workflow", "took"], "what a row is never goes");
    console.command("columns +cost");
    assert!(last_said(&console).contains("`cost` is not a column"), "{}", last_said(&console));
    console.command("columns reset");
    console.press("Esc s u j j Space");
    assert_eq!(console.model.screens.runs.list.arrangement().shown().count(), 6, "took as well");
    console.press("< < < Esc");
    assert_eq!(heads(&console), ["workflow", "state", "took", "tasks", "age", "owner"]);
    console.press("s g g Space");
    assert!(last_said(&console).contains("always shown"), "{}", last_said(&console));
    console.press("Esc Esc");
    // What the rows are sorted by is seen, also where it was hidden.
    console.command("sort note");
    assert!(heads(&console).iter().any(|head| head == "▴"), "{:?}", heads(&console));
}

#[test]
fn a_wide_list_has_the_whole_window_and_every_column_that_has_room() {
    let mut console = Console::live(WIDE);
    assert!(console.text().contains("Relations"), "three panes");
    console.press("W");
    let text = console.text();
    assert!(!text.contains("Relations"), "{text}");
    for head in ["version", "schedule", "note", "run"] {
        assert!(text.lines().nth(3).unwrap().contains(head), "{head}: {text}");
    }
    console.press("Enter");
    assert!(console.text().contains("timeline"), "a run is opened from it as ever");
    console.press("Esc");
    assert!(!console.text().contains("timeline"), "and left to it");
    console.press("W");
    assert!(console.text().contains("Relations"));
}

#[test]
fn an_order_is_kept_for_a_daemon_and_a_tenant() {
    let mut console = Console::live(WIDE);
    console.command("sort took asc");
    console.command("columns +took");
    console.command("tenant globex");
    console.connect();
    assert!(console.model.screens.runs.list.arrangement().is_natural(), "another tenant");
    console.command("tenant acme");
    console.connect();
    assert_eq!(
        console.model.screens.runs.twin(),
        "conductor runs list --sort took:asc --columns \
        workflow,status,tasks,started,owner,took --limit 2000"
    );
    assert!(took(&console).is_sorted());
    // The next session begins with it.
    let kept = console.model.shared.arrangements.clone();
    let mut next = Console::new(WIDE);
    next.model.shared.arrangements = kept;
    next.connect();
    assert!(took(&next).is_sorted());
    assert_eq!(next.model.screens.runs.list.arrangement().shown().count(), 6);
}

#[test]
fn the_command_that_gives_the_same_is_understood_here_too() {
    let mut console = Console::live((80, 24));
    console.command("conductor runs list --status failed --sort owner:desc --limit 2000");
    let list = &console.model.screens.runs.list;
    assert_eq!(list.query.to_string(), "status:failed");
    let twin = console.model.screens.runs.twin();
    assert_eq!(twin, "conductor runs list --status failed --sort owner:desc --limit 2000");
    console.command("sort started asc");
    let twin = console.model.screens.runs.twin();
    assert_eq!(twin, "conductor runs list --status failed --sort started:asc");
}

#[test]
fn what_is_wrong_is_said_with_the_mend_and_changes_nothing() {
    let mut console = Console::live((80, 24));
    for (line, part) in [
        ("sort cost", "`cost` is not a column"),
        ("sort tok", "did you want `took`?"),
        ("sort took upwards", "asc or desc"),
        ("columns took -owner", "not both"),
    ] {
        let effects = console.command(line);
        assert!(
            !effects.iter().any(|it| matches!(it, Effect::Keep(Keep::Columns { .. }))),
            "{line}"
        );
        assert!(last_said(&console).contains(part), "{line}: {}", last_said(&console));
        assert!(console.model.screens.runs.list.arrangement().is_natural());
    }
    console.press("6");
    console.command("sort took");
    assert!(last_said(&console).contains("has no columns"), "{}", last_said(&console));
}

#[test]
fn time_that_goes_on_goes_into_the_order() {
    let mut console = Console::live((80, 24));
    console.command("sort took desc");
    console.pass(jiff::SignedDuration::from_secs(30));
    assert!(took(&console).is_sorted_by(|one, other| one >= other));
    // Rotating has taken 1,000 s, and the re-indexing ended after 3,600.
    console.pass(jiff::SignedDuration::from_secs(3_000));
    assert!(took(&console).is_sorted_by(|one, other| one >= other));
}

/// Plays a recording to its end.
fn played(setting: &Setting, file: &str) -> Model {
    let grammar = crate::input::grammar::tests::grammar;
    let mut player =
        crate::app::recording::Player::read(("session", file), Depth::True, grammar).unwrap();
    player.finish();
    assert_eq!(player.model.shared.scope, setting.scope);
    player.model
}

#[test]
fn a_recorded_session_is_arranged_as_it_was() {
    let mut before = Console::live((120, 40));
    before.command("sort took desc");
    before.command("columns +version");
    let mut console = Console::new((120, 40));
    console.model.shared.arrangements = before.model.shared.arrangements.clone();
    console.setting.arrangements = before.model.shared.arrangements.clone();
    console.recorder = Some(crate::app::recording::Recorder::for_tests(&console.setting));
    console.connect();
    console.press("j j s Enter Esc j");
    assert!(title(&console).contains("Runs by took"), "{}", title(&console));
    let file = console.recorder.take().unwrap().into_inner();
    let model = played(&console.setting, &String::from_utf8(file).unwrap());
    assert_eq!(super::text_of(&model), console.text());
}

#[test]
fn the_palette_leads_to_a_run_whatever_the_order() {
    let mut console = Console::live((80, 24));
    console.command("sort owner");
    let chosen = rows(&console, |run| run.run_id.clone())[3].clone();
    let effects = crate::app::update::go(&mut console.model, Target::Run(chosen.clone()));
    console.answer(effects);
    assert!(console.text().contains("timeline"), "{}", console.text());
    assert!(
        console.model.screens.runs.chosen(&console.model.shared).is_some_and(|id| id == chosen)
    );
}

#[test]
fn the_order_and_the_columns_in_several_sizes_and_looks() {
    let sizes = [((40, 12), true, "mono"), ((80, 24), false, "dark"), ((120, 40), false, "dark")];
    for (size, ascii, theme) in sizes {
        let mut console = Console::with(size, looks(theme, ascii), "prod");
        console.daemon.runs = 5_000;
        console.connect();
        console.command("sort took desc");
        console.command("columns +took");
        console.press("j Space");
        let name = |what: &str| format!("{what}-{}x{}", size.0, size.1);
        compare(&name("runs-sorted"), &console.text());
        console.press("s j");
        compare(&name("columns"), &console.text());
    }
    let mut console = Console::with((80, 24), looks("mono", true), "prod");
    console.connect();
    console.command("sort started asc");
    console.press("W");
    compare("runs-oldest-wide-80x24-ascii", &console.text());
    let mut console = Console::with((200, 60), looks("dark", false), "dev");
    console.connect();
    console.press("W");
    console.command("sort status");
    compare("runs-wide-list-200x60", &console.text());
}
