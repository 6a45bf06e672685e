//! Ten thousand lines a second come in, and somebody works at the keyboard all the same.

use std::{fs, path::Path};

use conductor_tests::Daemon;
use serde_json::Value;

use super::{
    ENTER, ESC, LARGE,
    screen::Screen,
    storm::{at_the_log, still, streaming},
};

const CTRL_U: &str = "\x15";
/// How often everything is tried.
const ROUNDS: usize = 5;

/// The number of the last line that is seen.
fn newest(shown: &str) -> u64 {
    let numbers = shown.lines().filter_map(|line| {
        let rest = line.split("line ").nth(1)?;
        rest.split(' ').next()?.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Waits until lines came after those that are seen.
fn streams(screen: &Screen) {
    let before = newest(&screen.contents());
    screen.until("more lines", |shown| newest(shown) > before);
}

/// Keys that change what is shown, each answered before the next is pressed.
fn works(screen: &mut Screen, round: usize) {
    screen.types("G");
    screen.shows(&["following"]);
    streams(screen);
    screen.types("k");
    screen.shows(&["new, G follows"]);
    let held = newest(&screen.contents());
    screen.types("gg");
    screen.until("the first that is kept", |shown| {
        let is_first = |line: &str| line.contains("▸  line 0 of") || line.contains("▸  line 1 of");
        shown.contains("earlier lines are not kept here") || shown.lines().any(is_first)
    });
    // What is typed while lines come is there letter by letter, in its order.
    let text = format!("{round}99 of the stream");
    screen.types("/");
    screen.types(CTRL_U);
    for (at, letter) in text.char_indices() {
        screen.types(&letter.to_string());
        screen.shows(&[&text[..=at]]);
    }
    screen.types(ENTER);
    let found = |line: &str| line.contains('▸') && line.contains(&text);
    screen.until("a match", |shown| shown.lines().any(found));
    screen.types("?");
    screen.shows(&["Esc closes"]);
    screen.types(ESC);
    screen.until("no help", |shown| !shown.contains("Esc closes"));
    screen.types("G");
    screen.until("the newest", |shown| newest(shown) > held && shown.contains("following"));
}

/// The file that the console wrote there.
fn written(folder: &Path) -> Vec<Value> {
    let named = |path: &Path| path.to_string_lossy().contains("conductor-logs-");
    let mut files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let file = files.find(|path| named(path)).expect("a file of the log");
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Every line is there once and in its place, from the first that the console still has.
fn nothing_is_lost_or_out_of_order(daemon: &Daemon, lines: &[Value]) {
    let texts: Vec<&str> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
    let (last, lines) = texts.split_last().expect("there are lines");
    let said: usize = last.strip_prefix("the last of ").expect("the end").parse().unwrap();
    let first = said - lines.len();
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(*line, format!("line {} of the stream", first + at));
    }
    let run = daemon.console().json(&["runs", "list"])[0]["runId"].as_str().unwrap().to_owned();
    let whole = daemon.console().call(&["runs", "logs", &run, "speak"]).exits(0).stdout;
    assert_eq!(whole.lines().count(), said + 1, "the daemon has them all");
}

#[test]
fn every_key_is_answered_while_lines_come_and_none_of_them_is_lost() {
    let daemon = streaming();
    let mut screen = at_the_log(&daemon, LARGE);
    for round in 0..ROUNDS {
        works(&mut screen, round);
    }
    still(&daemon);
    screen.shows(&["the last of"]);
    screen.types("e");
    screen.shows(&["wrote"]);
    let folder = daemon.console().home;
    nothing_is_lost_or_out_of_order(&daemon, &written(&folder));
    screen.quit();
}
