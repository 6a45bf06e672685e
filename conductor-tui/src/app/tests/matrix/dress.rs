//! The dresses that everything is drawn in, and a drawn buffer as lines, styles and segments.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

use super::super::{Console, looks};
use crate::{app::Look, theme::Meaning};

/// As it ships.
pub(super) fn colour() -> Look {
    looks("dark", false)
}

pub(super) fn light() -> Look {
    looks("light", false)
}

pub(super) fn mono() -> Look {
    looks("mono", false)
}

pub(super) fn ascii() -> Look {
    looks("dark", true)
}

/// The symbols of a buffer, a row each.
pub(super) fn rows(buffer: &Buffer) -> Vec<Vec<&str>> {
    let columns = usize::from(buffer.area.width.max(1));
    buffer.content.chunks(columns).map(|cells| cells.iter().map(Cell::symbol).collect()).collect()
}

/// The same line again and again is told once, with how often it follows.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let mut more = 0;
        while lines.next_if_eq(&line).is_some() {
            more += 1;
        }
        out.push_str(line);
        out.push('\n');
        match more {
            0 => {}
            1 => {
                out.push_str(line);
                out.push('\n');
            }
            more => drop(writeln!(out, "  … and {more} more like it")),
        }
    }
    out
}

/// What a style is called: the meaning of its text, of its ground, and what else it is.
fn styled(cell: &Cell, look: &Look) -> String {
    let plain = look.style(Meaning::Text);
    let named = |wanted: Color, of: fn(Color, Color) -> Option<Color>| {
        let found = Meaning::ALL.iter().find(|meaning| {
            let style = look.style(**meaning);
            let (fg, bg) = (style.fg.unwrap_or_default(), style.bg.unwrap_or_default());
            of(fg, bg) == Some(wanted)
        });
        found.map_or_else(|| wanted.to_string(), |meaning| meaning.name().to_owned())
    };
    let mut name = match cell.fg {
        Color::Reset => "plain".to_owned(),
        fg => named(fg, |fg, _| Some(fg)),
    };
    if Some(cell.bg) != plain.bg && cell.bg != Color::Reset {
        name.push_str(" on ");
        name.push_str(&named(cell.bg, |_, bg| Some(bg)));
    }
    for (modifier, word) in cell.modifier.iter_names().map(|(word, modifier)| (modifier, word)) {
        if modifier != Modifier::empty() {
            name.push('+');
            name.push_str(&word.to_lowercase());
        }
    }
    name
}

/// The styles of a screen: for each line, letters with how many cells they hold for, and what the
/// letters are.
pub(super) fn styles(console: &Console) -> String {
    let buffer = console.draw();
    let look = &console.model.shared.look;
    let mut known: Vec<String> = Vec::new();
    let mut map = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for cell in row {
            let style = styled(cell, look);
            let at = known.iter().position(|k| *k == style).unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            match runs.last_mut() {
                Some((last, cells)) if *last == at => *cells += 1,
                _ => runs.push((at, 1)),
            }
        }
        let runs = runs.iter().map(|(at, cells)| format!("{}{cells}", letter(*at)));
        map.push_str(&runs.collect::<Vec<_>>().join(" "));
        map.push('\n');
    }
    let legend = known.iter().enumerate().map(|(at, name)| format!("{} {name}\n", letter(at)));
    format!("{}{}", folded(&map), legend.collect::<String>())
}

fn letter(at: usize) -> char {
    char::from(if at < 26 { b'a' + at as u8 } else { b'A' + (at - 26) as u8 })
}
