//! A reader, a filter and a search over lines that come.

use super::*;
use crate::log::{LINES_MAX, Only, Window};

const SHAPE: Shape = Shape { height: 10, cells: 80, wraps: false };

fn now() -> Timestamp {
    "2026-11-21T14:03:22Z".parse().unwrap()
}

fn chunk(task: &str, text: &str) -> LogChunk {
    let stream = LogStream::Stdout as i32;
    LogChunk {
        task_id: task.into(),
        attempt: 1,
        data: text.as_bytes().to_vec(),
        stream,
        ..LogChunk::default()
    }
}

fn filled(lines: usize) -> Log {
    let mut log = Log::new("disk", 1);
    for i in 0..lines {
        log.take(&chunk("disk", &format!("line {i}\n")));
    }
    log
}

fn look(log: &mut Log) {
    while log.settle(now(), SHAPE) {}
}

fn current(log: &Log) -> String {
    log.current(SHAPE).map(|line| line.text.to_owned()).unwrap_or_default()
}

fn shown(log: &Log) -> Vec<&str> {
    log.shown().map(|line| line.text).collect()
}

#[test]
fn follow_yields_to_the_reader_and_comes_back() {
    let mut log = filled(100);
    assert_eq!((log.sight(SHAPE), log.follows()), (Sight { top: 90, cursor: 99 }, true));
    log.act(Action::Up, SHAPE);
    log.take(&chunk("disk", "new\n"));
    assert_eq!((log.sight(SHAPE), log.unseen()), (Sight { top: 90, cursor: 98 }, 1));
    log.act(Action::PageUp, SHAPE);
    assert_eq!(log.sight(SHAPE), Sight { top: 89, cursor: 89 });
    log.act(Action::Bottom, SHAPE);
    assert_eq!((log.sight(SHAPE).top, log.follows(), log.unseen()), (91, true, 0));
    log.act(Action::Down, SHAPE);
    assert!(log.follows(), "going down at the end goes on following");
}

#[test]
fn a_reader_stays_at_their_line_while_older_ones_go() {
    let mut log = filled(LINES_MAX);
    log.act(Action::PageUp, SHAPE);
    let at = current(&log);
    for i in 0..500 {
        log.take(&chunk("disk", &format!("more {i}\n")));
        log.settle(now(), SHAPE);
    }
    assert_eq!((current(&log), log.lines_dropped(), log.unseen()), (at, 500, 500));
    log.act(Action::Top, SHAPE);
    assert_eq!(current(&log), "line 500");
    log.take(&chunk("disk", "one\n"));
    assert_eq!(current(&log), "line 501", "what the reader was at is gone: the oldest is shown");
}

#[test]
fn a_search_counts_and_goes_round() {
    let mut log = filled(100);
    log.look_for("LINE 1");
    look(&mut log);
    assert_eq!(log.count(SHAPE), Some((0, 0, true)), "capitals find only themselves");
    log.look_for("line 1");
    log.seek_match(true, SHAPE);
    assert_eq!(log.count(SHAPE), Some((0, 0, false)), "nothing was looked through so far");
    look(&mut log);
    assert_eq!((current(&log).as_str(), log.count(SHAPE)), ("line 19", Some((11, 11, true))));
    log.seek_match(false, SHAPE);
    assert_eq!((current(&log).as_str(), log.count(SHAPE)), ("line 1", Some((1, 11, true))));
    log.seek_match(true, SHAPE);
    assert_eq!(current(&log), "line 19");
    log.take(&chunk("disk", "line 1 again\n"));
    look(&mut log);
    assert_eq!(log.count(SHAPE), Some((11, 12, true)), "new lines are looked through as they come");
}

#[test]
fn a_large_log_is_looked_through_a_piece_at_a_time() {
    let mut log = Log::new("disk", 1);
    let text = format!("{}\n", "x".repeat(99)).repeat(50_000);
    log.take(&chunk("disk", &text));
    log.look_for("nothing");
    let mut updates = 0;
    while log.settle(now(), SHAPE) {
        updates += 1;
    }
    assert!((4..20).contains(&updates), "{updates} updates for 5 MB");
}

#[test]
fn a_filter_shows_what_is_in_it_and_hides_what_is_not() {
    let mut log = filled(30);
    log.sift(|sieve| sieve.set_text("line 1 & !7"));
    look(&mut log);
    assert_eq!(shown(&log).len(), 10);
    assert!(!shown(&log).contains(&"line 17"));
    log.take(&chunk("disk", "line 1 more\nelse\n"));
    look(&mut log);
    assert_eq!(current(&log), "line 1 more");
    log.sift(|sieve| sieve.set_text(""));
    assert_eq!(log.rows().len(), 32);
}

#[test]
fn only_a_host_a_task_a_stream_or_the_last_minutes() {
    let mut log = Log::new("", 0);
    log.take(&chunk("drain[pay-1]", "a\n"));
    log.take(&chunk("drain[pay-2]", "b\n"));
    log.take(&chunk("drain-all", "c\n"));
    let old = time::to_wire(now() - jiff::SignedDuration::from_mins(7));
    log.take(&LogChunk { at: Some(old), stream: LogStream::Stderr as i32, ..chunk("x", "d\n") });
    let mut only = |change: fn(&mut Sieve)| {
        log.sift(|sieve| {
            *sieve = Sieve::default();
            change(sieve);
        });
        look(&mut log);
        shown(&log).concat()
    };
    assert_eq!(only(|_| {}), "abcd");
    assert_eq!(only(|sieve| sieve.host = Some(Only::Host(1))), "b");
    assert_eq!(only(|sieve| sieve.task = Some(Only::Task("drain".into()))), "ab");
    assert_eq!(only(|sieve| sieve.stderr = Some(true)), "d");
    assert_eq!(only(|sieve| sieve.window = Window::Minutes(5)), "abc", "no time is no reason");
    assert_eq!(only(|sieve| sieve.window = Window::Minutes(15)), "abcd");
}

#[test]
fn lines_leave_the_window_as_time_goes_by() {
    let mut log = Log::new("disk", 1);
    log.take(&LogChunk { at: Some(time::to_wire(now())), ..chunk("disk", "a\nb\n") });
    log.sift(|sieve| sieve.window = Window::Minutes(1));
    look(&mut log);
    assert_eq!(log.rows().len(), 2);
    log.settle(now() + jiff::SignedDuration::from_secs(61), SHAPE);
    assert_eq!(log.rows().len(), 0);
}

#[test]
fn errors_and_marks_are_gone_to() {
    let mut log = filled(40);
    log.take(&chunk("disk", "ERROR one\nfine\nit failed\nfine\n"));
    assert!(log.seek_error(true, now(), SHAPE));
    assert_eq!(current(&log), "it failed");
    assert!(log.mark(SHAPE));
    assert!(log.seek_error(true, now(), SHAPE));
    assert_eq!(current(&log), "ERROR one");
    assert!(!log.seek_error(true, now(), SHAPE), "there is none before");
    log.act(Action::Top, SHAPE);
    assert!(log.mark(SHAPE));
    let marked: Vec<_> = log.marked().map(|line| line.text).collect();
    assert_eq!(marked, ["line 0", "it failed"]);
    assert!(log.seek_mark(SHAPE));
    assert_eq!(current(&log), "it failed");
    assert!(log.seek_mark(SHAPE));
    assert_eq!(current(&log), "line 0");
    log.mark(SHAPE);
    assert_eq!(log.marked().count(), 1);
}

#[test]
fn long_lines_take_several_rows_where_they_wrap() {
    let mut log = Log::new("disk", 1);
    for _ in 0..10 {
        log.take(&chunk("disk", &format!("{}\n", "x".repeat(25))));
    }
    let wrapped = Shape { height: 10, cells: 10, wraps: true };
    assert_eq!(log.sight(wrapped), Sight { top: 7, cursor: 9 });
    log.act(Action::Top, wrapped);
    log.act(Action::PageDown, wrapped);
    let sight = log.sight(wrapped);
    assert_eq!(sight, Sight { top: 7, cursor: 9 });
    assert_eq!(log.sight(SHAPE).top, 0);
}

#[test]
fn what_comes_again_after_a_break_is_passed_over() {
    let mut log = Log::new("", 0);
    let piece = |text: &str, next_offset: u64| LogChunk { next_offset, ..chunk("disk", text) };
    for _ in 0..2 {
        log.take(&piece("one\nt", 5));
        log.take(&piece("wo\n", 8));
    }
    log.take(&piece("three\n", 14));
    assert_eq!(shown(&log), ["one", "two", "three"]);
}
