//! A disk that takes nothing more: what should be written is not, what was there stays, and the console goes
//! on. A limit on the size of files stands for the disk; it is refused in the same place.

use std::{fs, path::Path};

use conductor_tests::{Console, Daemon};

use super::{LARGE, screen::Screen};

/// What the shell says before anything that shall find no room: no file may have more than 512 bytes, and
/// who is refused is told so and not ended.
const NO_ROOM: &str = "trap '' XFSZ; ulimit -f 1; ";
/// How that is told.
const TOLD: &str = "File too large";
/// What a config file has before the setting that is written.
const COMMENT: &str = "# This file has more bytes than there is room for.\n";

fn set() -> (Daemon, Console) {
    let daemon = super::daemon();
    let console = daemon.console();
    for _ in 0..3 {
        drop(console.call(&["run", "noop", "--follow"]).exits(0));
    }
    (daemon, console)
}

/// Names of what is in a folder, but for those of folders.
fn files(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = all.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> =
        files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn starts(screen: &mut Screen) {
    screen.types(&format!("({NO_ROOM}exec \"$CONSOLE\")\r"));
    screen.is_the_console_s();
    screen.shows(&["live", "noop", "succeeded"]);
}

/// Its keys are answered, and it can be left.
fn goes_on(screen: &mut Screen) {
    screen.types("4");
    screen.shows(&["Queues"]);
    screen.quit();
}

#[test]
fn a_setting_that_finds_no_room_leaves_the_old_file_whole() {
    let (_daemon, console) = set();
    let folder = console.home.join("conductor");
    fs::create_dir_all(&folder).unwrap();
    let (file, text) = (folder.join("config.toml"), COMMENT.repeat(40));
    fs::write(&file, &text).unwrap();
    let before = files(&folder);
    let mut screen = Screen::open(&console, LARGE);
    starts(&mut screen);
    screen.types(",");
    screen.shows(&["Settings", "theme"]);
    screen.types("w");
    // The path is as long as it is: what follows may be in the next line.
    screen.shows(&["write the config file", "nothing was written; it holds until"]);
    assert_eq!((fs::read_to_string(&file).unwrap(), files(&folder)), (text, before));
    goes_on(&mut screen);
}

#[test]
fn an_export_that_finds_no_room_leaves_nothing_behind() {
    let (_daemon, console) = set();
    let mut screen = Screen::open(&console, LARGE);
    let before = files(&console.home);
    starts(&mut screen);
    screen.types("e");
    screen.shows(&["write conductor-runs-", TOLD]);
    assert_eq!(files(&console.home), before);
    goes_on(&mut screen);
}

#[test]
fn a_recording_that_finds_no_room_ends_and_the_console_goes_on() {
    let (_daemon, console) = set();
    let mut screen = Screen::open(&console, LARGE);
    starts(&mut screen);
    screen.types(":record session.jsonl\r");
    screen.shows(&["rec"]);
    screen.types(":record stop\r");
    screen.shows(&["session.jsonl", TOLD]);
    goes_on(&mut screen);
}

#[test]
fn a_command_that_finds_no_room_fails_and_leaves_the_old_file_whole() {
    let (_daemon, console) = set();
    let old = console.home.join("decisions.json");
    fs::write(&old, "[]\n").unwrap();
    let before = files(&console.home);
    let mut screen = Screen::open(&console, LARGE);
    for command in ["decisions export -O decisions.json", "ledger export ledger"] {
        screen.types(&format!("({NO_ROOM}\"$CONSOLE\" {command}); echo en''ded $?\r"));
        screen.shows(&[TOLD, "ended 74"]);
        screen.types("clear\r");
        screen.until("an empty screen", |shown| !shown.contains("ended"));
    }
    assert_eq!(fs::read_to_string(&old).unwrap(), "[]\n");
    assert_eq!(files(&console.home), before);
}
