//! Clicks: what is clicked is gone to, chosen, opened or done, as by its key.

use super::Console;
use crate::{
    app::{Effect, model::Layer, mouse::Click, recording::Player},
    input::Place,
    screen::Tab,
    theme::Depth,
};

/// Where a text stands, from a row on.
fn place(console: &Console, text: &str, from: usize) -> (u16, u16) {
    let screen = console.text();
    let found = screen.lines().enumerate().skip(from).find_map(|(row, line)| {
        let at = line.find(text)?;
        Some((unicode_width::UnicodeWidthStr::width(&line[..at]), row))
    });
    let (column, row) = found.unwrap_or_else(|| panic!("no `{text}` in\n{screen}"));
    (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
}

fn click_at(console: &mut Console, (column, row): (u16, u16)) -> Vec<Effect> {
    let mut click = Click::new(column, row);
    let mut all = Vec::new();
    while let Some(what) = click.next(&console.model) {
        let effects = console.send(what);
        console.answer(effects.clone());
        all.extend(effects);
    }
    all
}

/// Clicks on a text.
fn click(console: &mut Console, text: &str, from: usize) -> Vec<Effect> {
    let at = place(console, text, from);
    click_at(console, at)
}

#[test]
fn a_name_on_the_line_of_screens_brings_it_to_the_front() {
    for size in [(120, 40), (80, 24), (40, 12)] {
        let mut console = Console::live(size);
        click(&mut console, "Approvals", 1);
        assert_eq!(console.model.tab, Tab::Approvals, "{size:?}");
        click(&mut console, "Runs", 1);
        assert_eq!(console.model.tab, Tab::Runs, "{size:?}");
    }
    // The ones at the right, where those at the left are left out.
    let mut console = Console::live((80, 24));
    console.press("9");
    click(&mut console, "Ledger", 1);
    assert_eq!(console.model.tab, Tab::Ledger);
    click_at(&mut console, (0, 1));
    assert_eq!(console.model.tab, Tab::Ledger, "nothing is there");
}

#[test]
fn a_row_is_chosen_and_one_that_is_chosen_is_opened() {
    let mut console = Console::live((80, 24));
    let chosen = |console: &Console| console.model.screens.runs.list.scroll.cursor;
    assert_eq!(chosen(&console), 0);
    for (text, row) in [("failover-db", 3), ("drain-node", 1), ("warm-caches", 7)] {
        click(&mut console, text, 3);
        assert_eq!(chosen(&console), row, "{text}");
        assert_eq!(console.model.screen().places(), [Place::RunList], "{text}");
    }
    click(&mut console, "warm-caches", 3);
    assert_ne!(console.model.screen().places(), [Place::RunList]);
    let open = console.model.screens.runs.open_id().unwrap().to_owned();
    assert_eq!(open, console.model.screens.runs.list.rows()[7].run_id);
}

#[test]
fn a_row_far_down_is_the_one_that_was_seen_there_although_the_list_scrolls() {
    let mut console = Console::live((80, 24));
    console.press("G");
    let middle = console.text().lines().nth(10).unwrap().to_owned();
    click_at(&mut console, (10, 10));
    let marked = console.text().lines().skip(3).find(|line| line.contains('▸')).unwrap().to_owned();
    let plain = |line: &str| line.replace('▸', " ");
    assert_eq!(plain(&marked), plain(&middle));
}

#[test]
fn a_pane_gets_the_focus_where_it_was_clicked_and_its_row_is_chosen() {
    let mut console = Console::live((140, 40));
    assert_eq!(console.model.screen().places(), [Place::RunList]);
    let (column, row) = place(&console, "Relations", 2);
    click_at(&mut console, (column, row + 2));
    assert_eq!(console.model.screen().places()[0], Place::Relations);
    click(&mut console, "drain-node", 3);
    assert_eq!(console.model.screen().places(), [Place::RunList]);
    assert_eq!(console.model.screens.runs.list.scroll.cursor, 1);
}

#[test]
fn what_is_empty_is_no_row_and_opens_nothing() {
    let mut console = Console::new((80, 24));
    console.daemon.runs = 2;
    console.connect();
    let before = console.text();
    for at in [(10, 20), (0, 0), (79, 0), (0, 2), (79, 22)] {
        click_at(&mut console, at);
    }
    assert_eq!(console.text(), before);
}

#[test]
fn a_hint_does_what_its_key_does_and_asks_what_it_asks() {
    let mut console = Console::live((120, 40));
    click(&mut console, "filter", 39);
    assert!(matches!(console.model.layers[..], [Layer::Prompt(_)]));
    console.press("Esc");
    click(&mut console, "help", 39);
    assert!(matches!(console.model.layers[..], [Layer::Help(_)]));
    console.press("Esc");
    click(&mut console, "cancel", 39);
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]), "{}", console.text());
    // What asks is answered by keys alone.
    let asked = console.text();
    for row in 0..40 {
        for column in (0..120).step_by(3) {
            assert_eq!(click_at(&mut console, (column, row)), []);
        }
    }
    assert_eq!(console.text(), asked);
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn a_list_over_the_screen_is_chosen_from() {
    let mut console = Console::live((100, 30));
    console.press("^p");
    console.write("run");
    // Below what is typed and an empty line; the first one is chosen.
    let (column, typed) = place(&console, "▸ run", 4);
    click_at(&mut console, (column, typed + 4));
    assert!(matches!(console.model.layers[..], [Layer::Finder(_)]), "it is chosen, not opened");
    let chosen = console.draw()[(column, typed + 4)].symbol().to_owned();
    assert_eq!(chosen, "▸", "{}", console.text());
    click_at(&mut console, (column, typed + 4));
    assert!(console.model.layers.is_empty(), "{}", console.text());
}

#[test]
fn a_stop_on_the_way_that_was_come_is_gone_to() {
    let mut console = Console::live((120, 40));
    console.press("6 7 [");
    assert_eq!(console.model.tab, Tab::Policy);
    click(&mut console, "runs", 39);
    assert_eq!(console.model.tab, Tab::Runs, "{}", console.text());
}

#[test]
fn a_tile_gets_the_focus_and_then_opens() {
    let mut console = Console::live((80, 24));
    console.press("0");
    let at = place(&console, "Schedules", 2);
    click_at(&mut console, at);
    assert_eq!(console.model.tab, Tab::Pulse);
    click_at(&mut console, at);
    assert!(
        console.model.tab == Tab::Schedules || !console.model.screen().outermost(),
        "{}",
        console.text()
    );
}

#[test]
fn no_click_changes_anything_without_a_question() {
    for tab in Tab::ALL {
        let mut console = Console::live((80, 24));
        console.daemon.desk = super::approvals::Desk::full(console.model.shared.now);
        for row in (0..24).step_by(2).chain([23]) {
            for column in (1..80).step_by(9) {
                console.model.layers.clear();
                console.model.quit_until = None;
                let effects = crate::app::update::act(&mut console.model, tab.action());
                console.answer(effects);
                for effect in click_at(&mut console, (column, row)) {
                    let changes = matches!(effect, Effect::Change(_) | Effect::Unlock(..));
                    assert!(!changes, "{tab:?} at {column}, {row}: {effect:?}");
                }
            }
        }
        assert!(console.daemon.changes.is_empty(), "{tab:?}");
    }
}

#[test]
fn clicks_are_recorded_and_play() {
    let mut console = Console::recorded((80, 24));
    console.connect();
    click(&mut console, "failover-db", 3);
    click(&mut console, "filter", 23);
    let file = String::from_utf8(console.recorder.take().unwrap().into_inner()).unwrap();
    let grammar = crate::input::grammar::tests::grammar;
    let mut player = Player::read(("session", &file), Depth::True, grammar).unwrap();
    player.finish();
    assert_eq!(super::text_of(&player.model), console.text());
    // In a window of another size it is the same run.
    let mut player = Player::read(("session", &file), Depth::True, grammar).unwrap();
    player.resize(200, 60);
    player.finish();
    assert_eq!(player.model.screens.runs.list.scroll.cursor, 3);
}
