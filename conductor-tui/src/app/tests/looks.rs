//! How it looks, cell by cell: every text can be read on what it is really drawn on, in every theme
//! and at every depth; and the theme is the one that fits.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

use super::{Console, approvals, looks};
use crate::{
    app::{Effect, Level, Look, msg::What},
    theme::{ASCII, Choice, Depth, ThemeStore, contrast, looks as shown},
};

/// What WCAG asks of text.
const CONTRAST_MIN: f64 = 4.5;
/// Frames, rules, tracks and branches: they are seen, not read.
const LINES: &str = "─│╭╮╰╯┌┐└┘├┤┬┴┼┈━╸╺┃┆┊╌╎";

fn look(theme: &str, depth: Depth) -> Look {
    let palette = ThemeStore::shipped().theme(theme).unwrap().at(depth);
    Look { palette, ..looks(theme, false) }
}

/// Screens and layers, by the keys that lead there from a console that has everything.
const WAYS: [&str; 16] = [
    "",
    "Enter",
    "Enter l",
    "Enter Tab Tab",
    "2",
    "2 Enter",
    "3",
    "4",
    "5",
    "9",
    "9 Enter",
    "?",
    "^p",
    "c",
    ",",
    ", Enter",
];

fn open(theme: &str, depth: Depth, environment: &str) -> Console {
    let mut console = Console::with((120, 40), look(theme, depth), environment);
    console.daemon.desk = approvals::Desk::full(console.model.shared.now);
    console.connect();
    console
}

/// Every picture with what it is of.
fn pictures(theme: &str, depth: Depth) -> Vec<(String, Buffer)> {
    let mut pictures = Vec::new();
    for environment in ["dev", "prod"] {
        for way in WAYS {
            let mut console = open(theme, depth, environment);
            if !way.is_empty() {
                console.press(way);
            }
            let name = format!("{theme} {depth:?} {environment} `{way}`");
            pictures.push((name.clone(), console.draw()));
            // What is old looks it, also where something was chosen.
            console.disconnect();
            console.pass(jiff::SignedDuration::from_secs(14));
            pictures.push((format!("{name} stale"), console.draw()));
        }
        let mut console = open(theme, depth, environment);
        let now = console.model.shared.now;
        for level in [Level::Info, Level::News, Level::Caution, Level::Warn, Level::Error] {
            console.model.shared.messages.say(now, level, "something happened", "and more of it");
        }
        pictures.push((format!("{theme} {depth:?} {environment} toasts"), console.draw()));
        console.press(":");
        console.write("run restart-payments hosts=99");
        console.press("Enter Tab");
        pictures.push((format!("{theme} {depth:?} {environment} form"), console.draw()));
    }
    let mut console = Console::with((80, 24), look(theme, depth), "prod");
    pictures.push((format!("{theme} {depth:?} connecting"), console.draw()));
    console.disconnect();
    pictures.push((format!("{theme} {depth:?} no daemon"), console.draw()));
    pictures
}

pub(super) fn is_read(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    !symbol.trim().is_empty() && !symbol.chars().all(|c| LINES.contains(c))
}

/// Text and ground of a cell as they are seen.
fn seen(cell: &Cell) -> (Color, Color) {
    match cell.modifier.contains(Modifier::REVERSED) {
        true => (cell.bg, cell.fg),
        false => (cell.fg, cell.bg),
    }
}

fn all_can_be_read(theme: &str) {
    for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
        for (name, picture) in pictures(theme, depth) {
            for (at, cell) in picture.content.iter().enumerate().filter(|(_, cell)| is_read(cell)) {
                let (fg, bg) = seen(cell);
                let place = format!("{name}: `{}` at {:?}", cell.symbol(), picture.pos_of(at));
                let (Some(fg), Some(bg)) = (shown(fg), shown(bg)) else {
                    panic!("{place} has no colour of the theme: {fg} on {bg}");
                };
                let ratio = contrast(fg, bg);
                assert!(ratio >= CONTRAST_MIN, "{place}: {fg} on {bg} is {ratio:.2}");
            }
        }
    }
}

#[test]
fn everything_drawn_in_dark_can_be_read() {
    all_can_be_read("dark");
}

#[test]
fn everything_drawn_in_light_can_be_read() {
    all_can_be_read("light");
}

#[test]
fn everything_drawn_in_high_contrast_can_be_read() {
    all_can_be_read("high-contrast");
    all_can_be_read("high-contrast-light");
}

#[test]
fn everything_drawn_in_colour_safe_can_be_read() {
    all_can_be_read("colour-safe");
    all_can_be_read("colour-safe-light");
}

#[test]
fn everything_drawn_in_production_can_be_read() {
    all_can_be_read("production");
    all_can_be_read("production-light");
}

/// derailed/k9s#3414: not knowing that it is production.
#[test]
fn production_is_a_word_and_a_band_in_every_theme() {
    for theme in ThemeStore::shipped().names() {
        for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
            let top = |environment: &str| {
                let depth = if theme == "mono" { Depth::Mono } else { depth };
                let console = open(theme, depth, environment);
                let buffer = console.draw();
                let row: Vec<Cell> = buffer.content[..usize::from(buffer.area.width)].to_vec();
                let text: String = row.iter().map(Cell::symbol).collect();
                (text, row)
            };
            let (text, row) = top("prod");
            assert!(text.contains(" PROD "), "{text}");
            let at = text.chars().position(|c| c == 'P').unwrap();
            let styled = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
            let end = row.last().unwrap();
            assert_ne!(styled(&row[at]), styled(end), "{theme} {depth:?}: the word stands out");
            // A theme that is one of production has the band already.
            let (_, plain) = top("dev");
            let warm = theme.starts_with("production");
            let few = depth == Depth::Ansi16;
            if !warm && !few {
                assert_ne!(styled(end), styled(plain.last().unwrap()), "{theme} {depth:?}");
            }
        }
    }
}

#[test]
fn the_theme_is_the_one_that_fits_the_environment_and_the_ground() {
    let load = |name: &str| vec![Effect::LoadTheme(name.into())];
    let mut console = Console::with((80, 24), looks("dark", false), "prod");
    console.model.shared.look.choice = Choice::default();
    assert_eq!(console.model.shared.fit_theme(), Some(Effect::LoadTheme("production".into())));
    assert_eq!(console.send(What::Ground { light: true }), load("production-light"));
    console.model.shared.scope.environment = "dev".into();
    assert_eq!(console.send(What::Ground { light: true }), load("light"));
    assert_eq!(console.send(What::Ground { light: false }), []);
    // Whoever asks for one keeps it.
    console.press(":");
    console.write("theme colour-safe");
    let worn = console.press("Enter");
    assert!(worn.contains(&Effect::LoadTheme("colour-safe".into())), "{worn:?}");
    let palette = ThemeStore::shipped().theme("colour-safe").unwrap().at(Depth::True);
    console.send(What::Theme(Ok(palette)));
    assert_eq!(console.send(What::Ground { light: true }), []);
    console.model.shared.scope.environment = "prod".into();
    assert_eq!(console.model.shared.fit_theme(), None);
}

#[test]
fn a_bad_theme_keeps_the_old_one_and_is_told_until_it_was_seen() {
    let mut console = Console::live((100, 30));
    let before = console.model.shared.look.palette.clone();
    assert_eq!(console.send(What::ThemesChanged), [Effect::LoadTheme("dark".into())]);
    let problem = "/home/alice/.config/conductor/themes/mine.toml, line 3: `okk` is not a meaning, \
                   did you mean `ok`?";
    console.send(What::Theme(Err(problem.into())));
    console.pass(jiff::SignedDuration::from_secs(600));
    assert_eq!(console.model.shared.look.palette, before);
    let text = console.text();
    for part in ["mine.toml, line 3", "did you mean", "the theme stays as it was"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_footer_and_the_help_show_the_keys_as_they_are() {
    use crate::input::{KeyChange, KeyChanges, Keymap};
    let change = |keys: &[&str]| KeyChange {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        place: String::new(),
    };
    let changes = KeyChanges::from([
        ("cancel".to_owned(), change(&["X"])),
        ("help".to_owned(), change(&["F1"])),
        ("quit".to_owned(), change(&["^q"])),
        ("back".to_owned(), change(&["F2"])),
    ]);
    let mut console = Console::live((120, 40));
    console.model.keymap = Keymap::new(&changes).unwrap();
    let text = console.text();
    let footer = text.lines().last().unwrap();
    assert!(footer.contains("X cancel") && footer.contains("F1 help"), "{footer}");
    console.send(What::Key(crossterm::event::KeyCode::F(1).into()));
    assert!(console.text().contains("X               cancel"), "{}", console.text());
    console.press("Esc ^q");
    assert!(console.text().contains("^q again leaves the console"), "{}", console.text());
}

#[test]
fn icons_are_drawn_only_where_they_were_asked_for() {
    let private = |c: char| ('\u{e000}'..='\u{f8ff}').contains(&c);
    for set in crate::theme::GlyphSet::ALL.map(|(_, set)| set) {
        let look = Look { glyphs: set.glyphs(), ..looks("dark", false) };
        let mut console = Console::with((120, 40), look, "prod");
        console.connect();
        let text = console.text();
        assert_eq!(text.chars().any(private), set == crate::theme::GlyphSet::Nerd);
        if *set.glyphs() == ASCII {
            assert!(text.is_ascii(), "{text}");
        }
    }
}
