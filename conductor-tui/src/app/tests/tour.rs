//! The tour that ships: made of its script with the console of these tests and the real recorder.

use std::path::Path;

use super::{Console, approvals::Desk, text_of};
use crate::{
    app::{
        recording::Recorder,
        tour::{PAGE, Page, Press, Tour, pages},
    },
    theme::Depth,
};

/// Between two keys.
const KEY: jiff::SignedDuration = jiff::SignedDuration::from_millis(450);
/// Between two letters.
const LETTER: jiff::SignedDuration = jiff::SignedDuration::from_millis(90);
const SIZE: (u16, u16) = (110, 32);
/// It ships inside of the program.
const BYTES_MAX: usize = 512 * 1024;

fn wait(console: &mut Console, span: jiff::SignedDuration) -> jiff::SignedDuration {
    let asked = console.pass(span);
    console.answer(asked);
    span
}

fn play(console: &mut Console, page: &Page) {
    let mut spent = wait(console, KEY);
    for press in &page.keys {
        match press {
            Press::Key(key) => drop(console.press(key)),
            Press::Text(text) => {
                for c in text.chars() {
                    console.write(&c.to_string());
                    spent += wait(console, LETTER);
                }
            }
        }
        spent += wait(console, KEY);
    }
    assert!(spent < PAGE, "{:?} takes {spent}", page.keys);
    wait(console, PAGE - spent);
}

/// The recording, and the screen at the end of each page.
fn made() -> (String, Vec<String>) {
    let mut console = Console::recorded(SIZE);
    console.daemon.desk = Desk::full(console.model.shared.now);
    console.connect();
    let pages = pages();
    let screens = pages.iter().map(|page| {
        play(&mut console, page);
        console.text()
    });
    let screens: Vec<String> = screens.collect();
    let file = console.recorder.take().map(Recorder::into_inner).unwrap();
    (String::from_utf8(file).unwrap(), screens)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "who runs the test says whether to write it anew")]
fn the_tour_that_ships_shows_what_its_script_says() {
    let (file, screens) = made();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tour/session.jsonl");
    if std::env::var_os("CONDUCTOR_REGENERATE").is_some() {
        std::fs::write(&path, &file).unwrap();
        return;
    }
    assert!(file.len() < BYTES_MAX, "{} bytes", file.len());
    let mut tour = Tour::new(Depth::True, crate::input::grammar::tests::grammar).unwrap();
    for (at, screen) in screens.iter().enumerate() {
        tour.finish_page();
        tour.player.model.caption = None;
        let mend = "CONDUCTOR_REGENERATE=1 cargo test -p conductor-tui --lib tour";
        assert_eq!(&text_of(&tour.player.model), screen, "page {}: {mend}", at + 1);
        assert_eq!(tour.turn(), at + 1 < screens.len());
    }
}

#[test]
fn a_tour_takes_two_minutes_and_every_page_has_its_word() {
    let pages = pages();
    assert_eq!(PAGE * i32::try_from(pages.len()).unwrap(), jiff::SignedDuration::from_mins(2));
    assert!(pages.iter().all(|page| page.caption.len() > 40), "{pages:?}");
    let mut tour = Tour::new(Depth::Mono, crate::input::grammar::tests::grammar).unwrap();
    tour.player.resize(80, 24);
    let mut shown = String::new();
    loop {
        tour.finish_page();
        shown.push_str(&text_of(&tour.player.model));
        if !tour.turn() {
            break;
        }
    }
    super::compare("tour-80x24", &shown);
}

#[test]
fn colon_tour_plays_it() {
    let mut console = Console::live((80, 24));
    console.press(":");
    console.write("tour");
    assert_eq!(console.press("Enter").last(), Some(&crate::app::Effect::Tour));
}
