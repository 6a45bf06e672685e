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
/// As they ship.
const SIZES: [(u16, u16); 2] = [(80, 24), (130, 36)];
/// It ships inside of the program.
const BYTES_MAX: usize = 320 * 1024;

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
fn made(size: (u16, u16)) -> (String, Vec<String>) {
    let mut console = Console::recorded(size);
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
    for size in SIZES {
        let (file, screens) = made(size);
        let name = format!("tour/session-{}x{}.jsonl", size.0, size.1);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("CONDUCTOR_REGENERATE").is_some() {
            std::fs::write(&path, &file).unwrap();
            continue;
        }
        assert!(file.len() < BYTES_MAX, "{} bytes", file.len());
        let grammar = crate::input::grammar::tests::grammar;
        let mut tour = Tour::new(size, Depth::True, grammar).unwrap();
        for (at, screen) in screens.iter().enumerate() {
            tour.finish_page();
            tour.player.model.caption = None;
            let mend = "CONDUCTOR_REGENERATE=1 cargo test -p conductor-tui --lib tour";
            assert_eq!(&text_of(&tour.player.model), screen, "page {}: {mend}", at + 1);
            assert_eq!(tour.turn(), at + 1 < screens.len());
        }
    }
}

#[test]
fn a_window_that_is_too_small_has_no_tour() {
    let grammar = crate::input::grammar::tests::grammar;
    let size = |room| {
        let tour = Tour::new(room, Depth::Mono, grammar).map_err(|error| error.to_string())?;
        Ok::<_, String>(tour.player.model.shared.size)
    };
    assert_eq!(size((250, 70)), Ok((130, 36)));
    assert_eq!(size((129, 70)), Ok((80, 24)));
    assert!(size((79, 24)).unwrap_err().contains("80 by 24"));
}

#[test]
fn a_tour_takes_two_minutes_and_every_page_has_its_word() {
    let pages = pages();
    assert_eq!(PAGE * i32::try_from(pages.len()).unwrap(), jiff::SignedDuration::from_mins(2));
    assert!(pages.iter().all(|page| page.caption.len() > 40), "{pages:?}");
    let mut tour = Tour::new((80, 24), Depth::Mono, crate::input::grammar::tests::grammar).unwrap();
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
