//! Runs that are marked: what marks survive, the one question about them, and the sum of what came of it.

use conductor_protocol::v1::{RunStatus, WatchRunsResponse};

use super::{Console, daemon, daemon::key, looks, pictures::compare};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, FeedNews, Level, Mutation, Ticket,
        model::Layer,
        msg::{LinkNews, What},
    },
    input::ACTIONS,
};

const WIDE: (u16, u16) = (200, 60);

fn last_said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

fn id(console: &Console, n: u64) -> String {
    daemon::summary(n, console.model.shared.now).run_id
}

/// What `y` copies.
fn copied(console: &mut Console, key: &str) -> String {
    match &console.press(key)[..] {
        [Effect::Copy(text)] => text.clone(),
        other => panic!("{other:?}"),
    }
}

/// Says yes, and leaves it to the test what the daemon answers.
fn confirm(console: &mut Console) -> Vec<Effect> {
    console.press("Tab");
    console.send(What::Key(key("Enter")))
}

fn mutations(effects: &[Effect]) -> Vec<Mutation> {
    let of = |effect: &Effect| match effect {
        Effect::Change(confirmed) => Some(confirmed.get().clone()),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

fn reply(console: &mut Console, mutation: Mutation, answer: Result<Answer, Fault>) -> Vec<Effect> {
    console.send(What::Reply(Ticket::Changed(mutation), answer))
}

/// The link broke: before anything was sent, or before the answer came.
fn broken(kind: FaultKind) -> Fault {
    Fault { code: String::new(), message: "connection reset".into(), ..daemon::fault(kind) }
}

#[test]
fn space_marks_and_goes_down_and_escape_takes_the_marks_first() {
    let mut console = Console::live(WIDE);
    console.press("/");
    console.write("status:queued,running,failed");
    console.press("Enter");
    console.press("Space Space");
    assert!(console.text().contains("Runs: 2 marked"), "{}", console.text());
    assert_eq!(console.model.screens.runs.list.scroll.cursor, 2);
    console.press("k Space");
    assert!(console.text().contains("Runs: 1 marked"), "the same key takes the mark");
    console.press("Esc");
    assert!(!console.text().contains("marked"), "{}", console.text());
    let query = &console.model.screens.runs.list.query;
    assert!(!query.is_empty(), "the filter stays until Esc is pressed again");
    console.press("Esc");
    assert!(console.model.screens.runs.list.query.is_empty());
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn a_range_grows_and_shrinks_with_the_cursor_until_its_key_or_escape() {
    let mut console = Console::live(WIDE);
    console.press("Space j m j j");
    assert!(console.text().contains("Runs: 4 marked, range"), "{}", console.text());
    console.press("k");
    assert!(console.text().contains("Runs: 3 marked, range"), "one row back, one mark less");
    console.press("k k");
    assert!(console.text().contains("Runs: 3 marked, range"), "above where it began");
    console.press("Esc j j j j");
    assert!(!console.text().contains("range"), "Esc ended the range and kept what it marked");
    let ids = [id(&console, 0), id(&console, 1), id(&console, 2)];
    assert_eq!(copied(&mut console, "y"), ids.join("\n"));
    let shown = ids.map(|id| format!("conductor runs show {id}"));
    assert_eq!(copied(&mut console, "Y"), shown.join("\n"));
}

#[test]
fn marks_are_of_runs_whatever_the_list_does() {
    let mut console = Console::live(WIDE);
    console.press("Space Space");
    let now = console.model.shared.now;
    let mut newer = daemon::summary(0, now);
    newer.run_id = "run_01jd1".into();
    let mut changed = daemon::summary(1, now);
    changed.status = RunStatus::Failed.into();
    let runs = vec![newer, changed];
    let news = WatchRunsResponse { seq: 91, runs, total: 41, ..WatchRunsResponse::default() };
    console.send(What::Feed(crate::app::FeedId(1), FeedNews::Runs(news)));
    let ids = format!("{}\n{}", id(&console, 0), id(&console, 1));
    assert_eq!(copied(&mut console, "y"), ids, "news moved the rows, not the marks");
    console.press("/");
    console.write("status:running");
    console.press("Enter");
    assert!(console.text().contains("2 marked, 1 not shown"), "{}", console.text());
    assert_eq!(copied(&mut console, "y"), ids, "also what the filter hides");
    console.press("2 1");
    assert_eq!(copied(&mut console, "y"), ids, "also after another screen");
}

#[test]
fn all_that_the_filter_shows_are_marked_within_a_bound_that_is_said() {
    let mut console = Console::live(WIDE);
    console.press("^a");
    assert!(console.text().contains("Runs: 40 marked"), "{}", console.text());

    let mut console = Console::new(WIDE);
    console.daemon.runs = 480;
    console.connect();
    console.press("^a");
    assert!(console.text().contains("Runs: 480 marked"), "{}", console.text());
    assert_eq!(console.model.shared.messages.len(), 0);

    let mut console = Console::new(WIDE);
    console.daemon.runs = 1_200;
    console.connect();
    console.press("^a");
    assert!(console.text().contains("Runs: 500 marked"), "{}", console.text());
    assert_eq!(last_said(&console), "500 runs are marked, and more match");
    console.press("Esc G Space");
    assert!(console.text().contains("499 marked"), "{}", console.text());
}

#[test]
fn one_question_lists_what_is_done_and_what_is_left_out() {
    let mut console = Console::live(WIDE);
    console.press("Space Space Space Space c");
    let text = console.text();
    for part in [
        "Cancel 2 runs?",
        "2 of 4 marked: 2 allowed",
        "left out: 2 (the run has ended)",
        "started by alice, bob",
        "conductor runs cancel run_01jd",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    console.press("Enter");
    assert!(console.daemon.changes.is_empty(), "the focus is on keeping");
    console.press("c Tab Enter");
    let done: Vec<&str> = console
        .daemon
        .changes
        .iter()
        .map(|change| match change {
            Mutation::Cancel(request) => request.run_id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(done, [id(&console, 0), id(&console, 1)], "in the order of the list");
    assert_eq!(last_said(&console), "2 asked to end");
    assert!(console.text().contains("Runs: 2 marked"), "what was left out is still marked");
    assert!(console.model.tallies.is_empty());
}

#[test]
fn in_production_how_many_and_where_must_be_typed() {
    let mut console = Console::with(WIDE, looks("dark", false), "prod");
    console.connect();
    console.press("Space Space K Tab Enter");
    assert!(console.daemon.changes.is_empty());
    console.press("K");
    console.write("2 prod");
    console.press("Enter Enter");
    assert_eq!(console.daemon.changes.len(), 2);
    assert_eq!(last_said(&console), "2 killed");
}

#[test]
fn policys_no_leaves_out_and_what_applies_to_nothing_says_why() {
    let mut console = Console::new(WIDE);
    console.daemon.denied = vec!["run.kill"];
    console.connect();
    console.press("Space Space K");
    assert!(console.model.layers.is_empty());
    let said = "can't kill what is marked: 2 (policy: operator is needed in acme/prod)";
    assert_eq!(last_said(&console), said);
    console.press("r");
    assert!(last_said(&console).contains("of no marked run: the run has not ended yet"));
    console.press("a");
    assert!(last_said(&console).contains("each answer is given by itself"));
    console.model.shared.read_only = true;
    console.press("c");
    assert!(last_said(&console).contains("read-only"));
    assert!(console.daemon.changes.is_empty() && console.model.layers.is_empty());
}

#[test]
fn a_pause_is_for_what_runs_and_lets_go_on_where_all_rest() {
    let mut console = Console::live(WIDE);
    console.press("Space Space p Tab Enter");
    assert!(matches!(console.daemon.changes[..], [Mutation::Pause(_), Mutation::Pause(_)]));
    assert_eq!(last_said(&console), "2 paused");
    let now = console.model.shared.now;
    let paused = |n| {
        let mut run = daemon::summary(n, now);
        run.status = RunStatus::Paused.into();
        run
    };
    let runs = vec![paused(0), paused(1)];
    let news = WatchRunsResponse { seq: 91, runs, total: 40, ..WatchRunsResponse::default() };
    console.send(What::Feed(crate::app::FeedId(1), FeedNews::Runs(news)));
    console.press("g g Space Space p");
    assert!(console.text().contains("Let 2 runs go on?"), "{}", console.text());
    console.press("Tab Enter");
    assert!(matches!(console.daemon.changes[2..], [Mutation::Resume(_), Mutation::Resume(_)]));
}

#[test]
fn a_few_are_sent_at_once_and_each_failure_is_told_beside_the_sum() {
    let mut console = Console::live(WIDE);
    console.press("^a R");
    let mut under_way = mutations(&confirm(&mut console));
    assert_eq!(under_way.len(), 4, "no more at once");
    let mut sent = under_way.len();
    let waits = Fault { approval: "apr_01".into(), ..daemon::fault(FaultKind::Other) };
    let answers =
        [Err(daemon::fault(FaultKind::Denied)), Err(waits), Err(daemon::fault(FaultKind::Other))];
    let mut answers = answers.into_iter();
    let mut order = Vec::new();
    while !under_way.is_empty() {
        let mutation = under_way.remove(0);
        order.push(mutation.clone());
        let answer = answers.next().unwrap_or_else(|| Ok(Answer::Started(<_>::default())));
        let next = mutations(&reply(&mut console, mutation, answer));
        sent += next.len();
        under_way.extend(next);
        assert!(under_way.len() <= 4);
    }
    // Failed, timed out and cancelled ones of forty, the newest first.
    assert_eq!((sent, order.len()), (15, 15));
    let said = last_said(&console);
    assert!(said.starts_with("12 run again, 1 needs approval, 1 denied: read_only"), "{said}");
    assert!(said.contains(", 1 failed: "), "{said}");
    let failures = console.model.shared.messages.all().filter(|m| m.level == Level::Error);
    assert_eq!(failures.count(), 3, "two failures, and the sum");
    // Not one screen was gone to, and what failed is still marked.
    assert_eq!(console.model.tab, crate::screen::Tab::Runs);
    assert!(console.text().contains("27 marked"), "25 that were left out and 2 that failed");
}

#[test]
fn what_was_done_is_said_when_the_link_breaks_in_the_middle() {
    let mut console = Console::new(WIDE);
    console.daemon.runs = 80;
    console.connect();
    console.press("^a c");
    let mut under_way = mutations(&confirm(&mut console));
    let first = under_way.remove(0);
    let next = reply(&mut console, first, Ok(Answer::Cancelled(<_>::default())));
    under_way.extend(mutations(&next));
    console.send(What::Link(LinkNews::Down { problem: "connection reset".into() }));
    let unsent = under_way.pop().unwrap();
    for (mutation, kind) in under_way
        .into_iter()
        .map(|mutation| (mutation, FaultKind::Unclear))
        .chain([(unsent, FaultKind::Unreachable)])
    {
        let effects = reply(&mut console, mutation, Err(broken(kind)));
        assert!(mutations(&effects).is_empty(), "nothing is sent over a broken link");
    }
    let said = last_said(&console);
    let sum = "1 asked to end, 3 unclear, the link broke, 15 not sent, 1 failed: connection reset";
    assert_eq!(said, sum);
    assert!(console.model.tallies.is_empty());
    assert!(console.text().contains("79 marked"), "{}", console.text());
}

#[test]
fn confirming_after_the_link_broke_does_nothing() {
    let mut console = Console::live(WIDE);
    console.press("Space Space c Tab");
    console.disconnect();
    let effects = console.send(What::Key(key("Enter")));
    assert!(mutations(&effects).is_empty());
    assert!(last_said(&console).contains("nothing is queued"));
}

#[test]
fn marks_and_what_was_not_sent_are_forgotten_where_another_scope_is_looked_at() {
    let mut console = Console::live(WIDE);
    console.press("^a c");
    assert_eq!(mutations(&confirm(&mut console)).len(), 4);
    console.press(":");
    console.write("env staging");
    console.press("Enter");
    let said = console.model.shared.messages.all().any(|m| m.text.ends_with("6 not sent"));
    assert!(said, "{}", last_said(&console));
    console.connect();
    assert!(!console.text().contains("marked"), "{}", console.text());
    assert!(console.model.tallies.is_empty());
}

#[test]
fn the_question_copies_its_command_and_goes_through_its_items() {
    let mut console = Console::live((80, 24));
    console.press("^a R");
    let text = copied(&mut console, "^y");
    assert_eq!(text.lines().count(), 15);
    assert!(text.lines().all(|line| line.ends_with("--from-failed")), "{text}");
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]), "it stays open");
    assert!(console.text().contains("15 of 40 marked"), "{}", console.text());
    assert!(console.text().contains("more lines: Down"), "{}", console.text());
    console.press("j j PgDn PgDn PgDn PgDn PgDn PgDn");
    assert!(!console.text().contains("15 of 40 marked"), "{}", console.text());
    assert!(console.text().contains("^y copies all of it"), "{}", console.text());
    console.press("Esc Esc Esc Space c");
    let text = copied(&mut console, "^y");
    assert_eq!(text, format!("conductor runs cancel {}", id(&console, 0)));
}

#[test]
fn marking_asks_policy_about_nothing_but_what_changes() {
    let marks = ACTIONS.iter().filter(|spec| spec.name.starts_with("mark-"));
    assert!(marks.clone().count() >= 3 && marks.clone().all(|spec| spec.policy.is_none()));
}

#[test]
fn marks_and_their_question_in_several_sizes_and_looks() {
    for (size, ascii) in [((40, 12), true), ((80, 24), false), ((120, 40), false)] {
        let mut console = Console::with(size, looks("dark", ascii), "dev");
        console.connect();
        console.press("Space Space j Space m j");
        compare(&format!("runs-marked-{}x{}", size.0, size.1), &console.text());
        console.press("^a c");
        compare(&format!("confirm-many-{}x{}", size.0, size.1), &console.text());
    }
    let mut console = Console::with((80, 24), looks("mono", true), "prod");
    console.daemon.denied = vec!["run.pause"];
    console.connect();
    console.press("^a K");
    console.write("20 pr");
    compare("confirm-many-prod-80x24-ascii", &console.text());
}
