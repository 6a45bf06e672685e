//! The first start of the console: the tour, once.

use std::fs;

use conductor_tests::{Console, Daemon, Setup};

use super::{ENTER, ESC, SMALL, screen::Screen};

/// Pages of the tour.
const PAGES: usize = 16;
/// What the tour's caption says of itself.
const TOUR: &str = "Tour";
/// What the console says where no daemon answers.
const CONSOLE: &str = "conductor up";

/// A home in which no console was started before. No daemon is there either: the tour asks none.
fn home() -> (Daemon, Console) {
    let daemon = Daemon::prepare(Setup::default());
    let console = daemon.console();
    (daemon, console)
}

/// Starts the console as somebody does who has set nothing, with a state folder of this name.
fn starts(screen: &mut Screen, state: &str, words: &str) {
    let state = format!("XDG_STATE_HOME=\"$HOME/{state}\"");
    screen.types(&format!("env -u CONDUCTOR_HOST {state} \"$CONSOLE\" {words}\r"));
}

fn page(number: usize) -> String {
    format!("{number} of {PAGES}")
}

/// The console itself, without a daemon and without a tour.
fn is_the_console(screen: &mut Screen) {
    screen.until("the console", |shown| shown.contains(CONSOLE) && !shown.contains(TOUR));
    screen.quit();
}

#[test]
fn the_tour_can_be_left_on_every_page_and_never_comes_again() {
    let (_daemon, console) = home();
    let mut screen = Screen::open(&console, SMALL);
    for left_on in 1..=PAGES {
        let state = format!("state-{left_on}");
        starts(&mut screen, &state, "");
        screen.is_the_console_s();
        for number in 1..=left_on {
            screen.shows(&[TOUR, &page(number)]);
            if number < left_on {
                screen.types(" ");
            }
        }
        screen.types(ESC);
        is_the_console(&mut screen);
        starts(&mut screen, &state, "");
        is_the_console(&mut screen);
    }
}

#[test]
fn who_sees_it_to_its_end_is_in_the_console() {
    let (_daemon, console) = home();
    let mut screen = Screen::open(&console, SMALL);
    starts(&mut screen, "state", "");
    for number in 1..=PAGES {
        screen.shows(&[TOUR, &page(number)]);
        screen.types(ENTER);
    }
    is_the_console(&mut screen);
}

#[test]
fn of_two_consoles_that_are_started_first_one_shows_it() {
    let (_daemon, console) = home();
    let mut screens = [Screen::open(&console, SMALL), Screen::open(&console, SMALL)];
    for screen in &mut screens {
        starts(screen, "state", "");
    }
    let mut toured = 0;
    for screen in &mut screens {
        screen.until("the tour or the console", |shown| {
            shown.contains(TOUR) || shown.contains(CONSOLE)
        });
        if screen.contents().contains(TOUR) {
            toured += 1;
            screen.types(ESC);
        }
        is_the_console(screen);
    }
    assert_eq!(toured, 1);
}

#[test]
fn who_wants_no_tour_gets_none_until_they_ask_for_it() {
    let (_daemon, console) = home();
    let config = console.home.join("conductor");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), "[console]\ntour = false\n").unwrap();
    let mut screen = Screen::open(&console, SMALL);
    for _ in 0..2 {
        starts(&mut screen, "state", "");
        is_the_console(&mut screen);
    }
    for _ in 0..2 {
        let before = screen.settings();
        starts(&mut screen, "state", "tour");
        screen.shows(&[TOUR, &page(1)]);
        screen.types(ESC);
        screen.is_the_shell_s();
        assert_eq!(screen.settings(), before);
    }
}

/// What can't be painted on is told the tour and recordings in lines, as it is told the console.
#[test]
fn a_dumb_terminal_is_told_the_tour_and_a_recording() {
    let (_daemon, console) = home();
    let recording =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../conductor-tui/tour/session-80x24.jsonl");
    let replay = format!("replay {recording}");
    let mut screen = Screen::open(&console, SMALL);
    for (words, first, second) in [
        ("tour", ["tour, page 1 of 16: ", "Any key goes on"], "tour, page 2 of 16: "),
        (&*replay, ["Space pauses, ", "recording plays "], "recording paused "),
    ] {
        let (before, from) = (screen.settings(), screen.bytes().len());
        screen.types(&format!("TERM=dumb \"$CONSOLE\" {words}; echo status $?\r"));
        let heard = screen.says(from, &first);
        screen.types(" ");
        let heard = screen.says(heard, &[second]);
        screen.types("q");
        screen.says(heard, &["status 0"]);
        assert_eq!(screen.settings(), before);
        let sent = String::from_utf8(screen.bytes().split_off(from)).unwrap();
        assert!(!sent.contains('\x1b'), "{sent}");
    }
}
