//! The lists of what waits, who works and what runs by itself: their order and columns, which the cursor
//! does not notice, and how they are kept.

use super::{Console, looks, pictures::compare, schedules};
use crate::{
    app::{Answer, Effect, Query, msg::What},
    screen::{Screen as _, Tab},
};

const SIZE: (u16, u16) = (120, 40);

fn at(key: &str, size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press(key);
    console
}

fn chosen(console: &Console) -> String {
    console.model.screen().chosen(&console.model.shared).unwrap_or_default()
}

/// What is chosen from the first row to the last.
pub(super) fn rows(console: &mut Console) -> Vec<String> {
    console.press("g g");
    let mut all = vec![chosen(console)];
    loop {
        console.press("j");
        let next = chosen(console);
        if all.last() == Some(&next) {
            return all;
        }
        all.push(next);
    }
}

fn said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

#[test]
fn schedules_are_sorted_by_what_they_show() {
    let mut console = at("5", SIZE);
    assert_eq!(rows(&mut console), ["nightly", "probe", "report"]);
    console.command("sort last");
    assert_eq!(chosen(&console), "report", "the cursor stays on its schedule");
    let shown = console.text();
    assert!(shown.contains("Schedules by last") && shown.contains("what is in trouble first"));
    assert!(shown.contains("denied"), "what it is sorted by is seen:\n{shown}");
    assert_eq!(rows(&mut console), ["report", "nightly", "probe"], "without one comes last");
    console.command("sort next");
    assert_eq!(rows(&mut console), ["nightly", "report", "probe"], "what rests comes last");
    console.command("sort name desc");
    assert_eq!(rows(&mut console), ["report", "probe", "nightly"]);
    console.command("sort tasks");
    assert!(said(&console).contains("`tasks` is not a column"), "{}", said(&console));
}

#[test]
fn a_schedule_that_comes_to_stand_elsewhere_keeps_the_cursor() {
    let mut console = at("5", SIZE);
    console.command("sort next");
    console.press("g g");
    assert_eq!(chosen(&console), "nightly");
    let mut page = schedules::schedules(console.model.shared.now);
    page.schedules[0].next.take();
    let effects = console.pass(jiff::SignedDuration::from_secs(20));
    let ticket = effects.into_iter().find_map(|effect| match effect {
        Effect::Ask(ticket, Query::Schedules(_)) => Some(ticket),
        _ => None,
    });
    let answer = Ok(Answer::Schedules(Box::new(page)));
    console.send(What::Reply(ticket.unwrap(), answer));
    assert_eq!(chosen(&console), "nightly", "it is done now, and stands lower");
    assert_eq!(rows(&mut console)[0], "report");
}

#[test]
fn what_waits_is_sorted_and_the_workers_are_on_their_own() {
    let mut console = at("4", SIZE);
    let natural = rows(&mut console);
    console.command("sort workflow");
    assert_eq!(chosen(&console), *natural.last().unwrap(), "the cursor stays on its row");
    let mut sorted = natural.clone();
    sorted.sort();
    assert_eq!(rows(&mut console), sorted);
    console.command("sort held desc");
    assert_eq!(rows(&mut console), natural.into_iter().rev().collect::<Vec<_>>());
    console.press("Tab");
    let by_name = rows(&mut console);
    console.command("sort heard");
    assert!(console.text().contains("Workers by heard") && console.text().contains("by held"));
    let by_age = rows(&mut console);
    assert_ne!(by_name, by_age);
    assert_eq!(by_age[0], by_name[1], "edge-22 was heard of an hour ago");
    console.command("sort queued");
    assert!(said(&console).contains("`queued` is not a column"), "{}", said(&console));
}

#[test]
fn columns_and_width_are_of_the_list_with_the_focus() {
    let mut console = at("4", (80, 24));
    console.command("columns workflow,held");
    let shown = console.text();
    assert!(!shown.contains("queued") && shown.contains("Workers"), "{shown}");
    console.press("W");
    assert!(console.text().contains("queued"), "a wide list shows every column");
    assert!(!console.text().contains("Workers"), "and has the whole window");
    console.press("Tab");
    assert!(console.text().contains("Workers"), "which it leaves where another has the focus");
    console.command("columns +id");
    let wide = console
        .model
        .screens
        .queues
        .arrangements()
        .iter()
        .map(|it| it.is_wide())
        .collect::<Vec<_>>();
    assert_eq!(wide, [false, true], "the workers, and what waits");
}

#[test]
fn each_list_is_kept_and_a_view_brings_back_its_own() {
    let mut console = at("4", SIZE);
    console.command("sort queued");
    console.press("Tab");
    console.command("sort heard");
    console.press("\" w");
    console.command("sort worker");
    console.press("5");
    console.command("sort next");
    console.press("1 ' w");
    assert_eq!(console.model.tab, Tab::Queues);
    let shown = console.text();
    assert!(
        shown.contains("Workers by heard") && shown.contains("What waits by queued"),
        "{shown}"
    );
    // The next session begins with all of it.
    let mut next = Console::new(SIZE);
    next.model.shared.arrangements = console.model.shared.arrangements.clone();
    next.connect();
    next.press("4");
    assert!(next.text().contains("What waits by queued"));
    next.press("5");
    assert!(next.text().contains("Schedules by next"));
}

#[test]
fn the_time_line_gives_way_to_columns_only_where_the_list_is_wide() {
    for columns in 40..160 {
        let mut console = at("5", (columns, 24));
        console.command("columns +workflow,+owner,+when,+zone");
        assert!(console.text().contains("in "), "{columns}:\n{}", console.text());
        let legend = |console: &Console| console.text().lines().nth(3).unwrap().contains("now");
        assert!(legend(&console), "{columns}:\n{}", console.text());
        console.press("W");
        assert_eq!(legend(&console), columns >= 150, "{columns}:\n{}", console.text());
    }
}

#[test]
fn the_lists_in_several_sizes_and_looks() {
    for (size, ascii, theme) in
        [((40, 12), true, "mono"), ((80, 24), false, "dark"), ((200, 60), false, "dark")]
    {
        let mut console = Console::with(size, looks(theme, ascii), "prod");
        console.connect();
        let name = |what: &str| format!("{what}-{}x{}", size.0, size.1);
        console.press("4");
        console.command("sort queued");
        compare(&name("queues-sorted"), &console.text());
        console.press("Tab s");
        compare(&name("workers-columns"), &console.text());
        console.press("Esc 5");
        console.command("sort next");
        console.command("columns +workflow,+last");
        compare(&name("schedules-sorted"), &console.text());
        console.press("W");
        compare(&name("schedules-wide"), &console.text());
    }
}
