//! The screen of logs: what it asks for, what its keys do, how it looks in every state.

use conductor_protocol::v1::{LogChunk, LogStream};
use jiff::{SignedDuration, Timestamp};

use super::{
    Console, daemon, looks,
    pictures::{compare, styles},
};
use crate::{
    app::{Effect, FaultKind, Feed, FeedId, FeedNews, msg::What, time::to_wire},
    screen::Tab,
};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

/// What three hosts say, each second one of them; one of them fails.
pub(super) fn said(now: Timestamp) -> Vec<FeedNews> {
    let said = |i: i64| {
        let host = i % 3 + 1;
        let (stream, text) = match i {
            20 => (LogStream::Stderr, format!("pay-{host}: slow to drain\n")),
            31 => (LogStream::Stderr, "ERROR: payments.service failed with exit code 1\n".into()),
            33 => (LogStream::Stdout, format!("{}\n", "a very long line goes on, ".repeat(12))),
            _ => (
                LogStream::Stdout,
                format!("\x1b[32mstep {i}\x1b[0m: {} connections left\n", 60 - i),
            ),
        };
        chunk(now, (&format!("restart[pay-{host}.example.com]"), i), stream, &text)
    };
    (0..48).map(said).collect()
}

fn chunk(now: Timestamp, (task, i): (&str, i64), stream: LogStream, text: &str) -> FeedNews {
    let at = now - SignedDuration::from_secs((48 - i) * 10);
    FeedNews::Log(LogChunk {
        task_id: task.into(),
        attempt: if i % 3 == 2 { 2 } else { 1 },
        stream: stream as i32,
        data: text.as_bytes().to_vec(),
        at: Some(to_wire(at)),
        next_offset: i as u64 + 1,
        ..LogChunk::default()
    })
}

/// Lines of one host, by its number from 1 on.
fn more(console: &Console, text: &str) -> FeedNews {
    let now = console.model.shared.now;
    let FeedNews::Log(chunk) =
        chunk(now, ("restart[pay-1.example.com]", 48), LogStream::Stdout, text)
    else {
        unreachable!()
    };
    FeedNews::Log(LogChunk { next_offset: 0, ..chunk })
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("L");
    console
}

/// The stream that the screen follows.
fn feed(console: &Console) -> FeedId {
    FeedId(console.model.shared.feeds_made)
}

fn hear(console: &mut Console, news: FeedNews) {
    let id = feed(console);
    console.send(What::Feed(id, news));
}

fn look(console: &mut Console) {
    let asked = console.pass(SignedDuration::ZERO);
    console.answer(asked);
}

/// The line under the cursor, as `y` copies it.
fn current(console: &mut Console) -> String {
    match &console.press("y")[..] {
        [Effect::Copy(text)] => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_opened_from_a_run_from_a_task_and_by_name() {
    let mut console = Console::live(WIDE);
    let effects = console.press("L");
    let Some(Effect::Watch(_, Feed::Logs(request))) =
        effects.iter().find(|e| matches!(e, Effect::Watch(_, Feed::Logs(_))))
    else {
        panic!("{effects:?}")
    };
    let run = daemon::summary(0, console.model.shared.now).run_id;
    assert_eq!((request.run_id.as_str(), request.task_id.as_str()), (run.as_str(), ""));
    assert!(request.follow);
    assert_eq!(console.model.screen().twin(), format!("conductor runs logs {run} --follow"));
    console.press("Esc");
    assert_eq!(console.model.tab, Tab::Runs, "Esc leads back to the run");

    let mut console = Console::live(WIDE);
    console.press("Enter L");
    assert!(console.model.screen().twin().ends_with(" restart --follow"), "the chosen task's");
    console.press(":");
    console.write("logs run_7 drain");
    console.press("Enter");
    assert_eq!(console.model.screen().twin(), "conductor runs logs run_7 drain --follow");
}

#[test]
fn another_screen_drops_the_stream_and_coming_back_loses_and_doubles_nothing() {
    let mut console = shown(NARROW);
    let all = console.model.screens.logs.log.rows().len();
    let left = console.press("1");
    assert!(left.iter().any(|effect| matches!(effect, Effect::Unwatch(_))), "{left:?}");
    console.press("L");
    assert_eq!(console.model.screens.logs.log.rows().len(), all);
}

#[test]
fn follow_yields_says_how_much_is_new_and_comes_back() {
    let mut console = shown(NARROW);
    assert!(console.text().contains("following"));
    console.press("k");
    let before = current(&mut console);
    let news = more(&console, "one\ntwo\n");
    hear(&mut console, news);
    assert!(console.text().contains("2 new, G follows"), "{}", console.text());
    assert_eq!(current(&mut console), before);
    console.press("G");
    assert_eq!(current(&mut console), "two");
    assert!(console.text().contains("following"));
}

#[test]
fn a_search_highlights_counts_and_goes_round() {
    let mut console = shown(NARROW);
    let all = console.model.screens.logs.log.rows().len();
    console.press("/");
    console.write("step 4");
    look(&mut console);
    assert!(console.model.screens.logs.log.rows().len() == all, "a search hides nothing");
    console.press("Enter");
    look(&mut console);
    assert!(console.text().contains("/step 4 9/9"), "{}", console.text());
    compare("logs-search-80x24", &console.text());
    console.press("n");
    assert_eq!(current(&mut console), "step 4: 56 connections left");
    assert!(console.text().contains("/step 4 1/9"), "{}", console.text());
    console.press("N");
    assert_eq!(current(&mut console), "step 47: 13 connections left");
    console.press("Esc");
    assert!(!console.text().contains("/step 4"), "Esc puts the search away first");
    assert_eq!(console.model.tab, Tab::Logs);
}

#[test]
fn filters_a_host_a_stream_and_a_window_say_what_they_hide() {
    let mut console = shown(WIDE);
    console.press("&");
    console.write("step & !step 4");
    console.press("Enter");
    look(&mut console);
    assert_eq!(console.model.screens.logs.log.rows().len(), 36);
    compare("logs-filter-120x40", &console.text());
    console.press("Esc v");
    look(&mut console);
    assert_eq!(console.model.screens.logs.log.rows().len(), 2);
    assert!(console.text().contains("only stderr"));
    console.press("Esc s 2");
    look(&mut console);
    assert!(console.text().contains("last 5 m"), "{}", console.text());
    assert_eq!(console.model.screens.logs.log.rows().len(), 30);
    console.press("s 0 f");
    look(&mut console);
    assert!(console.text().contains("only pay-3.example.com"), "{}", console.text());
    assert_eq!(console.model.screens.logs.log.rows().len(), 16);
    console.press("f & z z z Enter");
    look(&mut console);
    compare("logs-nothing-left-120x40", &console.text());
}

#[test]
fn errors_and_marks_are_gone_to_and_marked_lines_are_copied() {
    let mut console = shown(NARROW);
    console.press("X");
    assert!(current(&mut console).starts_with("ERROR: payments.service"));
    console.press("m");
    console.press("j m g g");
    console.press("M");
    let marked = current(&mut console);
    assert_eq!(marked.lines().count(), 2, "{marked}");
    console.press("x");
    console.press("x");
    let said = console.model.shared.messages.all().last().map(|message| message.text.clone());
    assert_eq!(said.as_deref(), Some("no error after this line"));
}

#[test]
fn a_long_line_wraps_or_is_gone_through_by_thirds_and_copied_whole() {
    let mut console = shown(NARROW);
    console.press("/");
    console.write("a very long");
    console.press("Enter");
    look(&mut console);
    console.press("w t");
    compare("logs-wrap-80x24", &console.text());
    assert_eq!(current(&mut console), "a very long line goes on, ".repeat(12));
    console.press("w Right");
    let news = more(&console, "new\n");
    hear(&mut console, news);
    assert!(console.text().contains("column 14"), "a new line resets nothing: {}", console.text());
    compare("logs-right-80x24", &console.text());
}

#[test]
fn what_is_shown_is_written_as_the_command_line_writes_it() {
    let mut console = shown(NARROW);
    console.press("v");
    look(&mut console);
    let effects = console.press("e");
    let [Effect::Export { name, text }] = &effects[..] else { panic!("{effects:?}") };
    assert!(name.starts_with("conductor-logs-run_01jd"), "{name}");
    let lines: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["stream"], "stderr");
    assert_eq!(lines[1]["taskId"], "restart[pay-2.example.com]");
}

#[test]
fn lines_that_are_gone_are_said() {
    let mut console = shown(NARROW);
    let flood = more(&console, &"a line\n".repeat(crate::log::LINES_MAX + 34_000));
    hear(&mut console, flood);
    assert!(console.text().contains("34,048 gone"), "{}", console.text());
    console.press("g g");
    assert!(console.text().contains("34,048 earlier lines are not kept here"));
    compare("logs-full-80x24", &console.text());
}

#[test]
fn it_looks_right_at_every_size_and_in_every_look() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        for (set, ascii) in [("unicode", false), ("ascii", true)] {
            let mut console = Console::with(size, looks("dark", ascii), "prod");
            console.connect();
            console.press("L");
            console.press("k k t");
            compare(&format!("logs-{}x{}-{set}", size.0, size.1), &console.text());
        }
    }
    for theme in ["dark", "light", "mono"] {
        let mut console = Console::with(NARROW, looks(theme, false), "prod");
        console.connect();
        console.press("L /");
        console.write("exit");
        console.press("Enter");
        look(&mut console);
        console.press("m");
        compare(&format!("styles-logs-{theme}-80x24"), &styles(&console));
    }
}

#[test]
fn every_state_is_a_word() {
    let state =
        |name: &str, console: &Console| compare(&format!("logs-{name}-80x24"), &console.text());
    let mut console = Console::live(NARROW);
    console.model.tab = Tab::Logs;
    state("none", &console);
    console.press(":");
    console.send(What::Paste("logs run_7".into()));
    console.send(What::Key(daemon::key("Enter")));
    state("loading", &console);
    hear(&mut console, FeedNews::Ended(None));
    state("empty", &console);

    let mut console = Console::live(NARROW);
    console.press(":");
    console.send(What::Paste("logs run_7".into()));
    console.send(What::Key(daemon::key("Enter")));
    hear(&mut console, FeedNews::Ended(Some(daemon::fault(FaultKind::Denied))));
    state("denied", &console);

    let mut console = shown(NARROW);
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    state("stale", &console);

    let mut console = shown(NARROW);
    hear(&mut console, FeedNews::Ended(Some(daemon::fault(FaultKind::Other))));
    state("error", &console);
}
