//! What must never happen: a panic at some size, a drawing that grows with the number of runs, a
//! slow key.

use conductor_protocol::v1::{LogChunk, LogStream};
use proptest::prelude::*;

use super::{Console, daemon};
use crate::app::{FeedId, FeedNews, msg::What, paint::Painter};

/// Every screen and layer there is, by the keys that lead there.
const PLACES: [&str; 24] = [
    "",
    "Enter",
    "Enter l",
    "Enter Tab Tab",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "0",
    "?",
    "^p",
    ":",
    "c",
    "!",
    "L",
    "L w t H",
    "L / a Enter",
    ",",
    ", Tab",
    ", Enter j",
];

#[test]
fn one_cell_and_every_small_size_are_drawn() {
    for place in PLACES {
        let mut console = Console::live((80, 24));
        if !place.is_empty() {
            console.press(place);
        }
        for columns in (0..6).chain([39, 40, 41, 89, 90, 129, 130]) {
            for rows in (0..6).chain([11, 12, 13, 17]) {
                console.send(What::Resize(columns, rows));
                console.draw();
            }
        }
        console.send(What::Resize(80, 24));
        assert!(console.text().contains("conductor"), "nothing was lost at {place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_size_and_no_keys_make_it_panic(
        sizes in prop::collection::vec((1_u16..260, 1_u16..90), 1..6),
        keys in prop::collection::vec(
            prop::sample::select(vec![
                "j", "k", "g", "G", "Enter", "Esc", "Tab", "S-Tab", "/", ":", "?", "^p", "c", "r",
                "l", "h", "x", "a", "d", "w", "K", "o", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "!", "^d", "^u", "PgUp", "PgDn", "Left", "Right",
"Backspace", "^c", "s", "y", "e", "[", "]", "-", "^r", "L", "w", "t", "H", "f", "v", "n", "N", "X", "m", "M", "&", ",", "Space",
            ]),
            0..40,
        ),
    ) {
        let mut console = Console::new((120, 40));
        console.daemon.desk = super::approvals::Desk::full(console.model.shared.now);
        console.connect();
        for (i, key) in keys.iter().enumerate() {
            console.press(key);
            let (columns, rows) = sizes[i % sizes.len()];
            console.send(What::Resize(columns, rows));
            console.draw();
        }
    }
}

/// The frame after a resize or a stop is whole, and nothing is asked of the terminal: over a slow
/// link the answer may come late or never.
#[test]
fn a_whole_frame_asks_the_terminal_nothing() {
    let mut console = Console::live((80, 24));
    let mut painter = Painter::new((80, 24)).unwrap();
    let whole = painter.frame(&console.model).unwrap().len();
    let same = painter.frame(&console.model).unwrap().len();
    painter.forget();
    let forgotten = painter.frame(&console.model).unwrap();
    console.send(What::Resize(100, 30));
    let resized = painter.frame(&console.model).unwrap();
    assert_eq!(same, 0, "nothing changed");
    assert!(forgotten.len() >= whole);
    for frame in [&forgotten, &resized] {
        let text = String::from_utf8_lossy(frame);
        assert!(text.contains("\x1b[2J") && !text.contains("\x1b[6n"));
        assert!(text.starts_with("\x1b[?2026h") && text.ends_with("\x1b[?2026l"));
    }
}

#[test]
fn a_monochrome_frame_sets_no_colour() {
    let mut console = Console::with((80, 24), super::looks("mono", false), "prod");
    console.connect();
    let frame = Painter::new((80, 24)).unwrap().frame(&console.model).unwrap();
    let text = String::from_utf8_lossy(&frame);
    for sequence in text.split("\x1b[").skip(1) {
        let Some((codes, _)) = sequence.split_once('m') else { continue };
        let codes = codes.split(';').filter_map(|code| code.parse::<u32>().ok());
        let coloured = codes.clone().any(|code| matches!(code, 30..=49 | 58 | 59 | 90..=107));
        assert!(!coloured, "{:?} in {text:?}", codes.collect::<Vec<_>>());
    }
    let reverses = |codes: &str| codes.split(';').any(|code| code == "7");
    let mut codes = text.split("\x1b[").filter_map(|part| Some(part.split_once('m')?.0));
    assert!(codes.any(reverses), "the chosen row is reversed: {text:?}");
}

#[test]
fn a_million_runs_are_read_a_page_at_a_time_and_only_a_window_is_kept() {
    let mut console = Console::new((200, 60));
    console.daemon.runs = 1_000_000;
    console.connect();
    assert!(console.daemon.pages <= 2, "{} pages to show the first screen", console.daemon.pages);
    for _ in 0..200 {
        console.press("PgDn");
    }
    let list = &console.model.screens.runs.list;
    assert!(list.rows().len() <= 2_200, "{} rows are kept", list.rows().len());
    let at = list.rows_before() + list.scroll.cursor;
    assert!(at > 9_000, "{at} rows down");
    let number = 9_999_999_999 - at as u64;
    let id = format!("run_01jd{number:022}");
    assert_eq!(list.selected().unwrap().run_id, id, "the row is the one that its number says");
    for _ in 0..200 {
        console.press("PgUp");
    }
    console.press("g g");
    let list = &console.model.screens.runs.list;
    assert_eq!((list.rows_before(), list.scroll.cursor), (0, 0));
    assert_eq!(
        list.selected().unwrap().run_id,
        daemon::summary(0, console.model.shared.now).run_id
    );
}

#[test]
fn a_flood_of_output_is_bounded() {
    let mut console = Console::live((120, 40));
    console.press("Enter l");
    let ids: Vec<FeedId> = (0..20).map(FeedId).collect();
    let data = "a line of output that is not too short\n".repeat(6_000).into_bytes();
    for id in ids.iter().cycle().take(400) {
        let stream = LogStream::Stdout as i32;
        let chunk = LogChunk { data: data.clone(), stream, ..LogChunk::default() };
        console.send(What::Feed(*id, FeedNews::Log(chunk)));
    }
    console.press("g g");
    let text = console.text();
    assert!(text.contains("earlier lines are not kept here"), "{text}");
}
