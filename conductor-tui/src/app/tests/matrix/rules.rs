//! What holds for every picture: nothing is cut in silence, a state is a word, the first and the last
//! line stand, the cursor is where one looks, no box is blank, every cell has a colour of the theme.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::{
    backend::TestBackend,
    buffer::Buffer,
    layout::Position,
    style::{Color, Modifier},
};

use super::{
    SIZES, cells,
    dress::{ascii, colour, light, mono, rows},
    stage::{Stage, State},
};
use crate::{
    app::{
        Look,
        msg::What,
        tests::{Console, looks::is_read},
        view::view,
    },
    theme::{ASCII, Meaning, UNICODE, contrast, looks as shown},
};

/// What WCAG asks of text.
const CONTRAST_MIN: f64 = 4.5;
/// Lines and tracks, which may end anywhere.
const LINES: &str = "─│╭╮╰╯├┤┬┴┼┈━╸╺╍┃┆┊╌╎═ ";

/// What was found wrong, told together.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, stage: &Stage, state: State, what: &str) {
        self.0.push(format!("{} {}: {what}", stage.name, state.name()));
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{} findings:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// The drawn buffer and where the terminal's cursor stands; the first cell for nowhere.
fn drawn(console: &Console) -> (Buffer, Position) {
    let (columns, rows) = console.model.shared.size;
    let mut terminal = ratatui::Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(&console.model, frame)).unwrap();
    let cursor = terminal.get_cursor_position().unwrap();
    (terminal.backend().buffer().clone(), cursor)
}

#[test]
fn every_state_is_told_by_a_word() {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        for size in SIZES {
            let text = stage.open(state, size, colour()).text();
            let body: String = text.lines().skip(2).collect::<Vec<_>>().join("\n");
            // A lost link is told on the first line, which always stands.
            let where_told = if state == State::Stale { &text } else { &body };
            let words = stage.told(state);
            if !words.is_empty() && !words.iter().any(|word| where_told.contains(word)) {
                found.add(stage, state, &format!("at {size:?} none of {words:?}:\n{text}"));
            }
        }
    }
    found.none();
}

#[test]
fn the_first_and_the_last_line_always_stand() {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        for size in SIZES {
            let text = stage.open(state, size, colour()).text();
            let lines: Vec<&str> = text.lines().collect();
            let environment = match stage.environment {
                "prod" => " PROD ",
                other => other,
            };
            let link = if state == State::Stale { "stale" } else { "live" };
            for word in [environment, link] {
                if !lines[0].contains(word) {
                    found.add(stage, state, &format!("at {size:?} no `{word}` in {}", lines[0]));
                }
            }
            let last = lines[lines.len() - 1];
            let ways = ["? help", "Esc closes", ":", "Esc"];
            if lines.len() != usize::from(size.1) || !ways.iter().any(|way| last.contains(way)) {
                found.add(stage, state, &format!("at {size:?} the last line is `{last}`"));
            }
        }
    }
    found.none();
}

/// The cursor stands on what is chosen or typed into, wherever there is such a thing.
#[test]
fn the_cursor_stands_on_what_is_chosen_or_typed_into() {
    let mut found = Findings::default();
    for (stage, state) in cells().filter(|(_, state)| matches!(state, State::Full | State::Stale)) {
        for size in SIZES {
            let console = stage.open(state, size, colour());
            let (buffer, cursor) = drawn(&console);
            if cursor == Position::ORIGIN {
                // Pages that are only read have none.
                let shows = console.text().lines().skip(2).any(|line| line.contains('▸'));
                if shows && !stage.is_layer {
                    found.add(stage, state, &format!("at {size:?} no cursor:\n{}", console.text()));
                }
                continue;
            }
            let all = rows(&buffer);
            let row: String = all[usize::from(cursor.y)].concat();
            let look = &console.model.shared.look;
            let grounds =
                [Meaning::Selection, Meaning::Cursor, Meaning::Button, Meaning::DangerButton];
            let cell = &buffer[cursor];
            let marked = grounds.iter().any(|on| look.style(*on).bg == Some(cell.bg));
            let typed = cursor.y + 1 == size.1 || cell.modifier.contains(Modifier::REVERSED);
            // Below the title of what is chosen, where it is a box.
            let above: String = all[usize::from(cursor.y) - 1].concat();
            if !row.contains('▸') && !above.contains("╭ ▸") && !marked && !typed {
                let text = console.text();
                found.add(stage, state, &format!("at {size:?} it is at {cursor}:\n{text}"));
            }
        }
    }
    found.none();
}

/// Frames whose inside is empty, by their corner.
fn blank_boxes(buffer: &Buffer) -> Vec<Position> {
    let all = rows(buffer);
    let at = |x: usize, y: usize| all.get(y).and_then(|row| row.get(x)).copied().unwrap_or("");
    let mut blank = Vec::new();
    for (y, row) in all.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, symbol)| **symbol == "╭") {
            let right = (x + 1..row.len()).find(|to| at(*to, y) == "╮");
            let bottom = (y + 1..all.len()).find(|to| at(x, *to) == "╰");
            let (Some(right), Some(bottom)) = (right, bottom) else { continue };
            let inside = (y + 1..bottom).flat_map(|y| (x + 1..right).map(move |x| (x, y)));
            if inside.into_iter().all(|(x, y)| at(x, y).trim().is_empty()) {
                blank.push(Position::new(x as u16, y as u16));
            }
        }
    }
    blank
}

#[test]
fn no_box_is_blank() {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        for size in SIZES {
            let console = stage.open(state, size, colour());
            for at in blank_boxes(&console.draw()) {
                found.add(
                    stage,
                    state,
                    &format!("at {size:?} the box at {at}:\n{}", console.text()),
                );
            }
        }
    }
    found.none();
}

/// Parts of a line between the sides of boxes.
fn parts(row: &[&str]) -> Vec<String> {
    let line: String = row.concat();
    line.split(['│', '┃']).map(|part| part.trim_end().to_owned()).collect()
}

/// Texts that end at the edge of their box, without a mark, although they go on: in a window that is
/// one column wider they are longer.
fn cut(narrow: &Buffer, wide: &Buffer) -> Vec<String> {
    let (narrow, wide) = (rows(narrow), rows(wide));
    let mut cut = Vec::new();
    for y in 2..narrow.len().saturating_sub(1) {
        let (before, after) = (parts(&narrow[y]), parts(&wide[y]));
        let below = parts(&narrow[y + 1]);
        if before.len() != after.len() {
            continue;
        }
        for (i, (short, long)) in before.iter().zip(&after).enumerate() {
            let Some(rest) = long.strip_prefix(short.as_str()) else { continue };
            let (rest, space) = (rest.trim_start(), rest.starts_with(' '));
            let mut letters = rest.chars();
            let (Some(next), None) = (letters.next(), letters.next()) else { continue };
            let ends = short.chars().next_back().unwrap_or(' ');
            // A long word that goes on in the line below was wrapped; below the last line of a page it
            // is moved to.
            let last = below.first().is_some_and(|line| line.trim_start().starts_with('╰'));
            let wrapped =
                last || below.get(i).is_some_and(|line| line.trim_start().starts_with(next));
            let drawn = LINES.contains(next) || LINES.contains(ends) || short.trim().is_empty();
            if ends != '…' && next != '…' && !drawn && !wrapped {
                let space = if space { " " } else { "" };
                cut.push(format!("line {y}: `{}|{space}{rest}`", short.trim_start()));
            }
        }
    }
    cut
}

#[test]
fn nothing_is_cut_without_a_mark() {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        for size in SIZES.into_iter().filter(|_| stage.name != "run") {
            let mut console = stage.open(state, size, colour());
            let narrow = console.draw();
            console.send(What::Resize(size.0 + 1, size.1));
            for what in cut(&narrow, &console.draw()) {
                found.add(stage, state, &format!("at {size:?} {what}"));
            }
        }
    }
    found.none();
}

/// Colours of the theme, and contrast that can be read, on every cell.
fn colours_are_the_themes(look: fn() -> Look) {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        let console = stage.open(state, (120, 40), look());
        let look = &console.model.shared.look;
        let styles: Vec<_> = Meaning::ALL.iter().map(|meaning| look.style(*meaning)).collect();
        let known = |colour: Color| {
            styles.iter().any(|style| style.fg == Some(colour) || style.bg == Some(colour))
        };
        let buffer = console.draw();
        let mut told = BTreeSet::new();
        for (at, cell) in buffer.content.iter().enumerate() {
            let name = format!("`{}` {} on {}", cell.symbol(), cell.fg, cell.bg);
            if !known(cell.fg) || !known(cell.bg) {
                let at = buffer.pos_of(at);
                if told.insert(name.clone()) {
                    found.add(stage, state, &format!("{name} at {at:?} is no colour of the theme"));
                }
            } else if is_read(cell) {
                let (Some(fg), Some(bg)) = (shown(cell.fg), shown(cell.bg)) else { continue };
                let ratio = contrast(fg, bg);
                if ratio < CONTRAST_MIN && told.insert(name.clone()) {
                    found.add(stage, state, &format!("{name} can't be read: {ratio:.2}"));
                }
            }
        }
    }
    found.none();
}

#[test]
fn every_cell_has_the_colours_of_the_dark_theme_and_can_be_read() {
    colours_are_the_themes(colour);
}

#[test]
fn every_cell_has_the_colours_of_the_light_theme_and_can_be_read() {
    colours_are_the_themes(light);
}

/// Without colours the same is written, nothing has a colour, and what is chosen is seen by its shape.
#[test]
fn without_colours_the_same_is_said() {
    let mut found = Findings::default();
    for (stage, state) in cells() {
        let (coloured, bare) =
            (stage.open(state, (80, 24), colour()), stage.open(state, (80, 24), mono()));
        // The settings name the theme, and so the one without colours.
        let names_it = stage.tab == Some(crate::screen::Tab::Settings);
        if !names_it && coloured.text() != bare.text() {
            found.add(stage, state, &format!("other text:\n{}", bare.text()));
        }
        let (buffer, cursor) = drawn(&bare);
        let reset = |colour: Color| colour == Color::Reset;
        if !buffer.content.iter().all(|cell| reset(cell.fg) && reset(cell.bg)) {
            found.add(stage, state, "a cell has a colour");
        }
        let row = &buffer.content[usize::from(cursor.y) * 80..][..80];
        let stands_out = |cell: &ratatui::buffer::Cell| !cell.modifier.is_empty();
        if cursor != Position::ORIGIN && cursor.y != 23 && !row.iter().any(stands_out) {
            found.add(stage, state, "what is chosen does not stand out");
        }
    }
    found.none();
}

/// Glyphs of one set and what stands for them in the other, and the lines of boxes.
fn twins() -> BTreeMap<char, BTreeSet<char>> {
    let glyphs = |set: &crate::theme::Glyphs| -> Vec<char> {
        let text = format!("{set:#?}");
        let value = |line: &str| {
            let (_, value) = line.trim().trim_end_matches(',').split_once(": ")?;
            let inner = value.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
            Some(inner.chars().collect::<Vec<_>>())
        };
        text.lines().filter(|line| !line.contains("enter:")).filter_map(value).flatten().collect()
    };
    let mut twins: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
    for (one, other) in glyphs(&UNICODE).into_iter().zip(glyphs(&ASCII)) {
        twins.entry(one).or_default().insert(other);
    }
    twins
}

/// In ASCII every cell is the same, or the sign that stands for it. The last line is about keys,
/// whose names have other widths.
#[test]
fn in_ascii_every_cell_is_the_same_or_its_twin() {
    let twins = twins();
    let mut found = Findings::default();
    for (stage, state) in cells() {
        let (one, other) =
            (stage.open(state, (80, 24), colour()), stage.open(state, (80, 24), ascii()));
        let (unicode, plain) = (one.draw(), other.draw());
        let mut told = BTreeSet::new();
        for (at, (a, b)) in unicode.content.iter().zip(&plain.content).enumerate() {
            let (a, b) = (a.symbol(), b.symbol());
            if !b.is_ascii() && told.insert((a, b)) {
                found.add(stage, state, &format!("`{b}` is not ASCII"));
            }
            // The name of that key has another width.
            if unicode.content[at / 80 * 80..][..80].iter().any(|cell| cell.symbol() == "⏎") {
                continue;
            }
            let twin = |a: &str, b: &str| {
                let (Some(a), Some(b)) = (a.chars().next(), b.chars().next()) else { return false };
                twins.get(&a).is_some_and(|known| known.contains(&b))
            };
            if at / 80 < 23 && a != b && !twin(a, b) && told.insert((a, b)) {
                let at = (at % 80, at / 80);
                found.add(stage, state, &format!("`{a}` became `{b}` at {at:?}"));
            }
        }
    }
    found.none();
}

#[test]
fn one_less_than_the_smallest_window_says_so_and_keeps_everything() {
    for (stage, state) in cells() {
        let mut console = stage.open(state, (40, 12), colour());
        // The clock may go on.
        let body = |console: &Console| console.text().split_once('\n').unwrap().1.to_owned();
        let before = body(&console);
        for (size, wants) in [((39, 12), "39x12"), ((40, 11), "40x11"), ((39, 11), "39x11")] {
            console.send(What::Resize(size.0, size.1));
            let text = console.text().replace('\n', " ");
            let told = text.contains(wants) && text.contains("too small");
            assert!(told, "{} {}: {text}", stage.name, state.name());
        }
        console.send(What::Resize(40, 12));
        if !matches!(state, State::Full | State::Stale) {
            // What is read meanwhile may be scrolled to.
            continue;
        }
        assert_eq!(body(&console), before, "{} {}: nothing is lost", stage.name, state.name());
    }
}

#[test]
fn drawing_never_panics_at_any_size() {
    let columns = [1, 2, 3, 20, 39, 40, 41, 57, 79, 89, 91, 119, 129, 131, 181, 250];
    let heights = [1, 2, 11, 12, 13, 17, 23, 31, 70];
    for (number, (stage, state)) in cells().enumerate() {
        let mut console = stage.open(state, (120, 40), colour());
        // Each one takes every width and every height, and all of them together every pair.
        for (at, columns) in columns.iter().enumerate() {
            for turn in 0..3 {
                let rows = heights[(number + at + turn * 3) % heights.len()];
                console.send(What::Resize(*columns, rows));
                console.draw();
            }
        }
    }
}
