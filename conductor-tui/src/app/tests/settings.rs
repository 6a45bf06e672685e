//! Settings: what the console is set to and by what, changed for a session, and written to stay.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Console, looks, pictures::compare};
use crate::{
    app::{Effect, Told, msg::What},
    input::{KeyChange, KeyChanges},
    screen::Tab,
    settings::{Origin, Row, Written},
};

const FILE: &str = "/home/alice/.config/conductor/config.toml";

fn from_line(line: usize) -> Origin {
    Origin::File { path: PathBuf::from(FILE), line }
}

/// A console with a config file, a flag and a variable.
pub(super) fn told() -> Told {
    let mut rows = Told::shipped();
    let mut say = |name: &str, value: &str, origin: Origin| {
        let row = rows.iter_mut().find(|row| row.name == name).unwrap();
        *row = Row { name: name.into(), value: value.into(), origin };
    };
    say("console.theme", "dark", from_line(7));
    say("console.reduced_motion", "on", Origin::Environment("NO_MOTION".into()));
    say("console.mouse", "on", Origin::Flag("--mouse".into()));
    say("tenant", "acme", from_line(2));
    say("host", "unix:///run/user/1000/conductor/conductord.sock", Origin::Default);
    say("console.themes_dir", "/home/alice/.config/conductor/themes", Origin::Default);
    let place = format!("{FILE}, line 12");
    let change = KeyChange { keys: vec!["X".into()], place };
    let pairs = |all: &[(&str, &str)]| {
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let told = Told {
        rows,
        file: Some(PathBuf::from(FILE)),
        paths: pairs(&[
            ("config", FILE),
            ("themes", "/home/alice/.config/conductor/themes"),
            ("data", "/home/alice/.local/share/conductor"),
            ("state", "/home/alice/.local/state/conductor"),
        ]),
        terminal: pairs(&[
            ("colours", "16,777,216"),
            ("locale", "UTF-8"),
            ("link", "far, over SSH"),
            ("clipboard", "OSC 52 through tmux"),
        ]),
        ..Told::default()
    };
    told.with_keys(&KeyChanges::from([("cancel".to_owned(), change)]))
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press(",");
    console
}

fn row(console: &Console, name: &str) -> (String, String) {
    let rows = console.model.shared.told.settings();
    let row = rows.into_iter().find(|row| row.name == name).unwrap();
    (row.value, row.origin.short())
}

fn choose(console: &mut Console, name: &str) {
    console.press("/ ^u");
    console.write(name);
    console.press("Enter");
}

#[test]
fn settings_keys_and_the_rest_in_every_size() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut console = shown(size);
        compare(&format!("settings-{}x{}", size.0, size.1), &console.text());
        if size.0 < 120 {
            console.press("Tab");
            compare(&format!("settings-keys-{}x{}", size.0, size.1), &console.text());
            console.press("Tab");
            compare(&format!("settings-about-{}x{}", size.0, size.1), &console.text());
        }
    }
    for (name, look) in [("ascii", looks("dark", true)), ("mono", looks("mono", false))] {
        let mut console = Console::with((80, 24), look, "dev");
        console.connect();
        console.press(",");
        compare(&format!("settings-80x24-{name}"), &console.text());
    }
}

#[test]
fn a_list_of_choices_lies_open_in_every_size() {
    for size in [(40, 12), (80, 24)] {
        let mut console = shown(size);
        console.press("Enter j");
        compare(&format!("settings-choices-{}x{}", size.0, size.1), &console.text());
    }
}

#[test]
fn empty_loading_denied_stale_and_changed() {
    let mut console = shown((80, 24));
    choose(&mut console, "no such thing");
    compare("settings-empty-80x24", &console.text());

    let mut console = Console::live((80, 24));
    console.send(What::Key(super::daemon::key(",")));
    console.send(What::Key(super::daemon::key("S-Tab")));
    compare("settings-loading-80x24", &console.text());

    let mut console = Console::new((80, 24));
    console.daemon.faults = true;
    console.connect();
    console.press(", S-Tab Esc Esc Esc S-Tab");
    compare("settings-denied-80x24", &console.text());

    let mut console = shown((80, 24));
    console.disconnect();
    console.pass(jiff::SignedDuration::from_secs(14));
    console.press("S-Tab");
    compare("settings-stale-80x24", &console.text());

    let mut console = shown((80, 24));
    choose(&mut console, "notify_runs");
    console.press("Enter Esc");
    let problem = format!("write the config file {FILE}: Read-only file system (os error 30)");
    console.send(What::Written(Err(problem)));
    compare("settings-error-80x24", &console.text());
}

#[test]
fn a_toggle_holds_at_once_and_stays_where_it_is_written() {
    let mut console = shown((80, 24));
    choose(&mut console, "notify_runs");
    assert_eq!(row(&console, "console.notify_runs"), ("off".into(), "default".into()));
    console.press("Space");
    assert_eq!(row(&console, "console.notify_runs"), ("on".into(), "session".into()));
    let name = "console.notify_runs".to_owned();
    let write = Effect::WriteSetting { name: name.clone(), value: "on".into() };
    assert_eq!(console.press("w"), [write]);
    // A line above the others is new.
    let lines = [("console.notify_runs", 7), ("console.theme", 8), ("tenant", 2)];
    let lines: BTreeMap<_, _> = lines.map(|(name, line)| (name.to_owned(), line)).into();
    let path = PathBuf::from(FILE);
    let written = Written { name, value: "on".into(), path, lines };
    console.send(What::Written(Ok(written)));
    assert_eq!(row(&console, "console.notify_runs"), ("on".into(), "line 7".into()));
    assert_eq!(row(&console, "console.theme"), ("dark".into(), "line 8".into()));
    assert!(console.text().contains("wrote console.notify_runs = on to"), "{}", console.text());
    assert_eq!(console.press("w"), [], "the file says so already");
    console.press("Enter Enter");
    assert_eq!(row(&console, "console.notify_runs").1, "line 7", "as it was told is no change");
}

#[test]
fn one_of_a_list_is_chosen_by_arrows_and_nothing_by_esc() {
    let mut console = shown((80, 24));
    console.press("Enter Down Esc");
    assert_eq!(row(&console, "console.theme").0, "dark");
    assert_eq!(console.press("Enter Down Enter"), [Effect::LoadTheme("light".into())]);
    assert_eq!(row(&console, "console.theme"), ("light".into(), "session".into()));
    console.press("j j Enter");
    console.press("Down Enter");
    assert_eq!(row(&console, "console.glyphs"), ("ascii".into(), "session".into()));
    assert!(console.text().is_ascii(), "{}", console.text());
    console.press("q");
    assert_eq!(console.model.tab, Tab::Settings, "asks to quit, as everywhere");
}

#[test]
fn what_was_told_by_a_flag_goes_before_the_file() {
    let mut console = shown((80, 24));
    choose(&mut console, "mouse");
    console.press("Enter");
    assert_eq!(row(&console, "console.mouse"), ("off".into(), "session".into()));
    let lines = BTreeMap::from([("console.mouse".to_owned(), 9)]);
    let (name, value, path) = ("console.mouse".into(), "off".into(), PathBuf::from(FILE));
    console.send(What::Written(Ok(Written { name, value, path, lines })));
    assert!(console.text().contains("--mouse on the command line still goes before it"));
    assert_eq!(row(&console, "console.mouse"), ("off".into(), "session".into()));
}

#[test]
fn read_only_goes_on_alone_and_what_the_start_decides_is_not_changed_here() {
    let mut console = shown((80, 24));
    choose(&mut console, "read_only");
    console.press("Enter");
    assert!(console.model.shared.read_only);
    console.press("Enter");
    assert!(console.model.shared.read_only);
    assert!(console.text().contains("a console that is read-only stays so"));
    console.press("Esc");
    choose(&mut console, "tenant");
    assert_eq!(console.press("Enter"), []);
    assert!(console.text().contains("the console starts with it"), "{}", console.text());
}

#[test]
fn keys_are_filtered_and_remapped_ones_name_the_file() {
    let mut console = shown((80, 24));
    console.press("Tab");
    choose(&mut console, "changed");
    let text = console.text();
    assert!(text.contains("changed in") && text.contains("line 12"), "{text}");
    assert_eq!(console.model.screen().twin(), "conductor keymap");
    let chosen = console.model.screen().chosen(&console.model.shared);
    assert_eq!(chosen.as_deref(), Some("cancel"));
    console.press("Esc Tab Tab");
    assert_eq!(console.model.screen().twin(), "conductor paths");
}

#[test]
fn the_command_line_sets_the_same() {
    let mut console = Console::live((80, 24));
    for (line, name, value) in [
        ("set glyphs ascii", "console.glyphs", "ascii"),
        ("set notify_runs on", "console.notify_runs", "on"),
        ("set theme light", "console.theme", "light"),
        ("theme mono", "console.theme", "mono"),
        ("set start pulse", "console.start", "pulse"),
    ] {
        console.press(":");
        console.write(line);
        console.press("Enter");
        assert_eq!(row(&console, name), (value.into(), "session".into()), "{line}");
    }
    console.press(":");
    console.write("set theme neon");
    console.press("Enter");
    assert!(console.text().contains("`theme` is one of auto, dark"), "{}", console.text());
}
