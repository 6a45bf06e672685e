//! The console in a window that somebody looks away from, and one that is clicked in.

use super::{SMALL, daemon, screen::Screen};

const FOCUS_LOST: &str = "\x1b[O";
const FOCUS_GAINED: &str = "\x1b[I";
/// What a terminal takes for a notification.
const NOTIFIES: &str = "\x1b]777;notify;";

fn told(text: &str) -> String {
    format!("{NOTIFIES}conductor default/dev;{text}\x07")
}

#[test]
fn the_end_of_ones_run_is_told_to_the_desktop_while_one_looks_elsewhere() {
    let daemon = daemon();
    let console = daemon.console();
    drop(console.call(&["settings", "set", "console.notify_runs", "on"]).exits(0));
    drop(console.call(&["settings", "set", "console.notify", "osc777"]).exits(0));
    let mut screen = Screen::open(&console, SMALL);
    screen.enter_console();
    screen.types("6");
    screen.shows(&["live", "Decisions"]);
    // Somebody looks: it stands in the message alone.
    screen.types(FOCUS_GAINED);
    drop(console.call(&["run", "noop", "--follow"]).exits(0));
    screen.shows(&["run noop, which you asked for", "o opens it"]);
    screen.types(FOCUS_LOST);
    let from = screen.bytes().len();
    drop(console.call(&["run", "failing", "--follow"]).exits(1));
    screen.says(from, &[&told("run failing, which you asked for, failed in dev")]);
    screen.types("o");
    screen.shows(&["timeline", "failing"]);
    let all = String::from_utf8_lossy(&screen.bytes()).into_owned();
    assert_eq!(all.matches(NOTIFIES).count(), 1, "once, and not of what was seen");
    screen.quit();
}

/// Clicks where a text stands.
fn click(screen: &mut Screen, text: &str) {
    let shown = screen.contents();
    let found = shown.lines().enumerate().find_map(|(row, line)| {
        let before = &line[..line.find(text)?];
        Some((before.chars().count() + 1, row + 1))
    });
    let (column, row) = found.unwrap_or_else(|| panic!("no `{text}` in\n{shown}"));
    screen.types(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
}

#[test]
fn a_click_chooses_a_row_opens_it_and_goes_to_a_screen() {
    let daemon = daemon();
    let console = daemon.console();
    for (workflow, code) in [("noop", 0), ("failing", 1), ("brief", 0)] {
        drop(console.call(&["run", workflow, "--follow"]).exits(code));
    }
    let mut screen = Screen::open(&console, SMALL);
    screen.types("\"$CONSOLE\" --mouse\r");
    screen.is_the_console_s();
    screen.shows(&["▸ ✓ brief", "failing", "noop"]);
    click(&mut screen, "noop");
    screen.shows(&["▸ ✓ noop"]);
    click(&mut screen, "noop");
    screen.shows(&["timeline"]);
    click(&mut screen, "Approvals");
    screen.shows(&["shows those that are over"]);
    click(&mut screen, "help");
    screen.shows(&["Help"]);
    screen.types("q");
    screen.until("no help", |shown| !shown.contains("Esc closes"));
    screen.quit();
}
