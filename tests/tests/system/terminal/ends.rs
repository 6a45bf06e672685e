//! Whatever ends the console or stops it: the terminal is given back as it was.

use std::{collections::BTreeSet, fs, path::Path};

use conductor_tests::{Daemon, Fleet, binaries, processes_with, until};
use rustix::process::Signal;

use super::{CTRL_Z, SMALL, modes::left_on, screen::Screen};

/// Ends the console, each in its own way.
fn end(screen: &mut Screen, how: &str) {
    match how {
        "SIGTERM" => screen.signals(Signal::TERM),
        "SIGHUP" => screen.signals(Signal::HUP),
        keys => screen.types(keys),
    }
}

/// Mouse, pastes, focus, ground, a screen of its own, a hidden cursor, half a frame.
fn nothing_is_left_on(screen: &Screen, how: &str) {
    assert_eq!(left_on(&screen.bytes()), BTreeSet::new(), "after {how:?}");
}

#[test]
fn every_end_gives_the_terminal_back_as_it_was() {
    let daemon = super::daemon();
    for how in [":q\r", "qq", "\x03\x03", ":debug panic\r", "SIGTERM", "SIGHUP"] {
        let mut screen = Screen::open(&daemon.console(), SMALL);
        let before = screen.settings();
        screen.types("\"$CONSOLE\" --mouse\r");
        screen.is_the_console_s();
        screen.shows(&["live"]);
        let on = left_on(&screen.bytes());
        for mode in [25, 1000, 1006, 1049, 2004] {
            assert!(on.contains(&mode), "mode {mode} is not on: {on:?}");
        }
        assert_ne!(screen.settings(), before, "keys come one by one");
        end(&mut screen, how);
        screen.is_the_shell_s();
        nothing_is_left_on(&screen, how);
        assert_eq!(screen.settings(), before, "after {how:?}");
    }
}

/// What `/proc` says that a process does: `T` is stopped.
fn state(process: i32) -> char {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap_or(' ')
}

#[test]
fn ctrl_z_stops_the_process_and_fg_draws_the_same_again() {
    let daemon = super::daemon();
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    let before = screen.settings();
    screen.types("\"$CONSOLE\" --mouse\r");
    screen.is_the_console_s();
    screen.shows(&["live", "noop", "succeeded"]);
    let (console, shown) = (screen.foreground(), screen.body());
    for _ in 0..3 {
        screen.types(CTRL_Z);
        screen.is_the_shell_s();
        nothing_is_left_on(&screen, "^z");
        assert_eq!(screen.settings(), before, "while it is stopped");
        assert_eq!(state(console), 'T', "it goes on");
        screen.types("fg\r");
        screen.is_the_console_s();
        screen.shows(&["live", "noop", "succeeded"]);
        screen.until_body("all is drawn again", |body| without_ages(body) == without_ages(&shown));
        assert_eq!(screen.foreground(), console);
        // Its keys are its own again.
        screen.types("?");
        screen.shows(&["Esc closes"]);
        screen.types("\x1b");
        screen.until("no help", |shown| !shown.contains("Esc closes"));
    }
    screen.quit();
    nothing_is_left_on(&screen, "the end");
}

/// Rows of a screen but for those whose age grows.
fn without_ages(rows: &[String]) -> Vec<String> {
    rows.iter().filter(|row| !row.contains("noop")).cloned().collect()
}

/// Starts the console through `ssh`, with a terminal there, and waits until it is seen.
fn over_ssh(fleet: &Fleet, daemon: &Daemon, home: &Path) -> (Screen, String) {
    let mark = format!("unix://{}", daemon.socket().display());
    let variables: Vec<String> = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"]
        .iter()
        .map(|name| format!("{name}={}", home.display()))
        .collect();
    fleet.serve_with("bastion", &format!("{} LANG=C.UTF-8", variables.join(" ")));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    let console = binaries().conductor.display();
    let config = fleet.config().display().to_string();
    screen.types(&format!("ssh -F {config} -tt bastion 'exec {console} --host {mark}'\r"));
    screen.is_the_console_s();
    screen.shows(&["live"]);
    (screen, mark)
}

#[test]
fn a_console_at_the_far_end_of_an_ssh_that_dies_ends_by_itself() {
    let Some(fleet) = Fleet::start(&["bastion"]) else { return };
    let daemon = super::daemon();
    let home = daemon.folder().join("far");
    fs::create_dir(&home).unwrap();
    for client_dies in [true, false] {
        let (screen, mark) = over_ssh(&fleet, &daemon, &home);
        let far = processes_with(&mark);
        assert!(far.len() >= 2, "the client and the console: {far:?}");
        match client_dies {
            true => screen.signals(Signal::KILL),
            false => assert!(fleet.kill_sessions("bastion") > 0),
        }
        until("no process is left over", || processes_with(&mark).is_empty());
    }
}
