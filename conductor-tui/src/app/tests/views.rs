//! Named views: saved, opened by a letter or a name, listed and deleted.

use jiff::SignedDuration;

use super::{
    Console, looks,
    pictures::{compare, styles},
};
use crate::{
    app::{
        Effect,
        chord::{HINT_AFTER, hints},
        kept::Keep,
        model::Layer,
        views::View,
    },
    input::Place,
    screen::Tab,
};

const SIZE: (u16, u16) = (120, 40);

fn said(console: &Console) -> (String, String) {
    let message = console.model.shared.messages.all().next_back();
    message.map(|message| (message.text.clone(), message.more.clone())).unwrap_or_default()
}

fn filter(console: &mut Console, text: &str) {
    console.press("/ ^u");
    console.write(text);
    console.press("Enter");
}

/// Three views: two of them of a letter.
fn saved(size: (u16, u16), theme: &str, ascii: bool) -> Console {
    let mut console = Console::with(size, looks(theme, ascii), "dev");
    console.connect();
    filter(&mut console, "status:failed");
    console.press("\" f");
    filter(&mut console, "workflow:restart-payments owner:alice");
    console.command("view save mine");
    console.press("4 \" q");
    console.press("Esc Esc");
    console
}

#[test]
fn a_view_is_saved_under_a_letter_and_opened_by_it() {
    let mut console = Console::live(SIZE);
    filter(&mut console, "status:failed");
    let kept = console.press("\" f");
    let [Effect::Keep(Keep::View { place, name, view })] = &kept[..] else { panic!("{kept:?}") };
    assert!(place.ends_with("conductord.sock acme"), "{place}");
    assert_eq!(name, "f");
    let view = view.clone();
    assert_eq!((view.screen.as_str(), view.filter.as_str()), ("runs", "status:failed"));
    assert_eq!(view.twin, "conductor runs list --status failed");
    assert_eq!(said(&console).1, "' f opens it");
    filter(&mut console, "");
    console.press("4 ' f");
    assert_eq!(console.model.tab, Tab::Runs);
    assert_eq!(console.model.screen().filter_text(), "status:failed");
    // From inside a run the way leads out to the list.
    filter(&mut console, "");
    console.press("Enter l ' f");
    assert_eq!(console.model.screen().places(), [Place::RunList]);
    assert_eq!(console.model.screen().filter_text(), "status:failed");
    // It is a stop on the way that was come.
    console.press("4 -");
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn a_view_has_the_order_and_the_columns_of_its_list() {
    let mut console = Console::live(SIZE);
    console.command("sort took desc");
    console.command("columns +took -owner");
    console.press("\" s");
    assert!(said(&console).0.ends_with("by took:desc"), "{:?}", said(&console));
    let arranged = console.model.screen().arrangement().cloned();
    console.command("sort started desc");
    console.command("columns reset");
    console.press("\" u");
    assert_ne!(console.model.screen().arrangement().cloned(), arranged);
    console.press("4 ' s");
    assert_eq!(console.model.screen().arrangement().cloned(), arranged);
    // It stays so, and the usual order comes back with the view that was saved in it.
    console.press("4 1");
    assert_eq!(console.model.screen().arrangement().cloned(), arranged);
    console.press("' u");
    assert_ne!(console.model.screen().arrangement().cloned(), arranged);
    assert!(said(&console).0.ends_with("runs"), "{:?}", said(&console));
}

#[test]
fn a_letter_without_a_view_says_how_one_is_saved() {
    let mut console = Console::live(SIZE);
    console.press("' x");
    let (text, more) = said(&console);
    assert_eq!(text, "no view is called x here");
    assert_eq!(more, ":view save x saves this screen under it");
    console.press("Esc ' X");
    assert!(console.model.typed.is_empty(), "a key that is no letter drops it");
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn views_are_saved_opened_and_deleted_by_name() {
    let mut console = Console::live(SIZE);
    filter(&mut console, "status:failed");
    let kept = console.command("view save bad-ones");
    assert!(matches!(&kept[..], [Effect::Keep(Keep::View { name, .. })] if name == "bad-ones"));
    filter(&mut console, "");
    console.command("view bad-ones");
    assert_eq!(console.model.screen().filter_text(), "status:failed");
    console.command("view bad-one");
    assert_eq!(said(&console).0, "no view is called bad-one, did you want bad-ones?");
    filter(&mut console, "status:running");
    console.command("view save bad-ones");
    assert_eq!(said(&console).1, "in place of runs status:failed");
    let gone = console.command("view delete bad-ones");
    assert!(matches!(&gone[..], [Effect::Keep(Keep::NoView { .. })]), "{gone:?}");
    console.command("view bad-ones");
    assert_eq!(said(&console).0, "no view is called bad-ones here");
    for (line, wrong) in [("view save", "wants a name"), ("view save a/b", "letters, digits")] {
        console.command(line);
        let text = format!("{}{}", console.text(), said(&console).0);
        assert!(text.contains(wrong), "{line}: {text}");
        console.press("Esc Esc");
    }
}

#[test]
fn views_of_one_tenant_are_not_those_of_another() {
    let mut console = saved(SIZE, "dark", false);
    console.command("tenant globex");
    console.connect();
    console.press("' f");
    assert_eq!(said(&console).0, "no view is called f here");
}

#[test]
fn the_list_opens_copies_and_deletes_only_at_the_second_d() {
    let mut console = saved(SIZE, "dark", false);
    console.command("views");
    assert!(matches!(console.model.layers.last(), Some(Layer::Views(_))));
    let copied = console.press("y");
    assert_eq!(copied, [Effect::Copy("conductor runs list --status failed".into())]);
    console.press("j d j d");
    assert!(console.text().contains("d once more deletes it"), "another key takes it back");
    let effects = console.press("d");
    assert!(matches!(&effects[..], [Effect::Keep(Keep::NoView { name, .. })] if name == "q"));
    console.press("g g Enter");
    assert!(console.model.layers.is_empty());
    assert_eq!(console.model.screen().filter_text(), "status:failed");
    console.command("view");
    console.press("Esc");
    assert!(console.model.layers.is_empty());
}

#[test]
fn hints_name_what_each_letter_opens() {
    let mut console = saved(SIZE, "dark", false);
    console.press("'");
    console.pass(HINT_AFTER);
    let rows = hints(&console.model).unwrap().rows;
    let rows: Vec<(&str, &str)> = rows.iter().map(|r| (r.key.as_str(), r.help.as_str())).collect();
    assert_eq!(rows, [("f", "runs status:failed"), ("q", "queues")]);
    console.press("Esc \"");
    console.pass(HINT_AFTER);
    let rows = hints(&console.model).unwrap().rows;
    assert_eq!(rows[0].help, "Save Queues with its filter under the letter");
    assert_eq!(rows[1].help, "In place of runs status:failed");
}

#[test]
fn the_palette_and_the_command_line_know_them() {
    let mut console = saved(SIZE, "dark", false);
    console.press("^p");
    console.write("mine");
    assert!(console.text().contains("view"), "{}", console.text());
    console.press("Enter");
    let filter = console.model.screen().filter_text();
    assert_eq!(filter, "workflow:restart-payments owner:alice");
    console.press(":");
    console.write("view mi");
    console.press("Tab");
    assert!(console.text().contains(":view mine"), "{}", console.text());
}

#[test]
fn a_view_whose_filter_is_not_understood_says_so() {
    let mut console = Console::live(SIZE);
    let place = "unix:///run/user/1000/conductor/conductord.sock acme";
    let view = |screen: &str| View {
        screen: screen.into(),
        filter: "status:nonsense".into(),
        ..View::default()
    };
    console.model.views.save(place, "old", view("runs")).unwrap();
    console.model.views.save(place, "new", view("tides")).unwrap();
    console.command("view old");
    assert!(said(&console).0.starts_with("the filter of the view old: "), "{:?}", said(&console));
    console.command("view new");
    assert!(said(&console).0.contains("`tides`, which is not here"), "{:?}", said(&console));
}

#[test]
fn views_in_every_size_and_look() {
    for (size, ascii) in
        [((40, 12), false), ((80, 24), false), ((120, 40), false), ((80, 24), true)]
    {
        let mut console = saved(size, "dark", ascii);
        console.pass(SignedDuration::from_secs(30));
        console.press("1");
        console.command("views");
        let set = if ascii { "-ascii" } else { "" };
        compare(&format!("views-{}x{}{set}", size.0, size.1), &console.text());
    }
    let mut console = Console::live((80, 24));
    console.command("views");
    compare("views-none-80x24", &console.text());
    let mut console = saved((80, 24), "mono", false);
    console.pass(SignedDuration::from_secs(30));
    console.press("'");
    console.pass(HINT_AFTER);
    compare("views-letters-mono", &format!("{}\n{}", console.text(), styles(&console)));
}
