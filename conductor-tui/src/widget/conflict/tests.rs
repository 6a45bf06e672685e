//! Recorded conflicts, looked at and resolved by keys alone.

use std::{fs, path::Path};

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use serde_json::json;

use super::{Conflict, ConflictPage, Outcome, Resolution, history, view::conflict_view};
use crate::app::{
    Look,
    tests::{compare, key, looks, text},
};

fn recorded(name: &str) -> ConflictPage {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/conflicts");
    let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    ConflictPage::new(serde_json::from_str::<Conflict>(&text).unwrap())
}

fn press(page: &mut ConflictPage, keys: &str) -> Outcome {
    keys.split(' ').map(|name| page.on_key(key(name))).last().unwrap()
}

fn draw(page: &ConflictPage, size: (u16, u16), look: &Look) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| conflict_view(page, frame, frame.area(), look)).unwrap();
    terminal.backend().buffer().clone()
}

fn picture(page: &ConflictPage, size: (u16, u16), (theme, ascii): (&str, bool)) -> String {
    text(&draw(page, size, &looks(theme, ascii)))
}

/// A conflict with one of its two questions answered.
pub(crate) fn drawn(size: (u16, u16), look: &Look) -> Buffer {
    let mut page = recorded("runbook");
    press(&mut page, "l");
    draw(&page, size, look)
}

#[test]
fn what_one_side_changed_is_taken_and_what_both_changed_is_asked() {
    let mut page = recorded("runbook");
    assert_eq!((page.open(), page.fields.len()), (2, 4));
    assert_eq!(page.fields[0].name, "batch");
    let Outcome::Nothing = press(&mut page, "Enter") else { panic!("two are open") };
    assert_eq!(
        page.problem.as_deref(),
        Some("2 fields wait for a word: take a side, or e to write it")
    );
    let Outcome::Decided(Resolution::Write { parents, value, .. }) = press(&mut page, "l h Enter")
    else {
        panic!("{page:?}")
    };
    assert_eq!(parents, ["op_edge7_4", "op_hub_9"]);
    let expected = json!({
        "name": "restart-payments", "batch": 1, "timeout": "45s",
        "notify": "#payments-oncall", "owner": "carol",
    });
    assert_eq!(value, Some(expected));
}

#[test]
fn a_field_is_written_by_hand_and_read_as_json_where_it_is_some() {
    let mut page = recorded("runbook");
    press(&mut page, "e Backspace 3 Enter");
    assert_eq!(page.fields[0].chosen(), Some(&json!(3)));
    assert_eq!(page.cursor, 1, "on to the next that waits");
    press(&mut page, "e Esc");
    assert_eq!(page.open(), 1, "Esc leaves it as it was");
    press(&mut page, "R");
    assert_eq!(page.fields[0].chosen(), Some(&json!(1)), "one side of all");
}

#[test]
fn removed_by_one_and_changed_by_the_other_is_one_question() {
    let mut page = recorded("removed");
    assert_eq!((page.open(), page.fields.len()), (1, 1));
    let Outcome::Decided(Resolution::Write { value: None, .. }) = press(&mut page, "h Enter")
    else {
        panic!("the removal is taken")
    };
    let Outcome::Decided(Resolution::Write { value: Some(_), .. }) = press(&mut page, "l Enter")
    else {
        panic!("the change is taken")
    };
}

#[test]
fn put_off_and_closed_decide_nothing() {
    let mut page = recorded("runbook");
    let conflict = page.conflict.id.clone();
    assert_eq!(press(&mut page, "z"), Outcome::Decided(Resolution::PutOff { conflict }));
    assert_eq!(press(&mut page, "Esc"), Outcome::Closed);
}

#[test]
fn no_operation_stands_above_one_that_knew_it() {
    for name in ["runbook", "removed"] {
        let page = recorded(name);
        let rows = history::rows(&page.conflict);
        assert_eq!(rows.len(), page.conflict.history.len());
        for (at, row) in rows.iter().enumerate() {
            let later = &rows[..at];
            let knew =
                |other: &history::Row<'_>| row.operation.parents.contains(&other.operation.id);
            assert!(!later.iter().any(knew), "{}", row.operation.id);
        }
    }
}

#[test]
fn it_is_drawn_in_every_size_and_look() {
    for size in [(40, 12), (80, 24), (120, 40)] {
        let mut page = recorded("runbook");
        let plain = picture(&page, size, ("dark", false));
        compare(&format!("conflict-{}x{}", size.0, size.1), &plain);
        press(&mut page, "l");
        for look in [("mono", false), ("dark", true)] {
            let name = if look.1 { "ascii" } else { look.0 };
            compare(&format!("conflict-{}x{}-{name}", size.0, size.1), &picture(&page, size, look));
        }
    }
    let mut page = recorded("removed");
    compare("conflict-removed-80x24", &picture(&page, (80, 24), ("dark", false)));
    press(&mut page, "e");
    compare("conflict-written-80x24", &picture(&page, (80, 24), ("dark", false)));
}
