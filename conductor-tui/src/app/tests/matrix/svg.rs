//! A drawn buffer as an SVG: runs of one style, an exact grid of cells, nothing from elsewhere.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

use crate::theme::looks;

/// Of a cell, in user units.
const WIDTH: f64 = 8.0;
const HEIGHT: f64 = 17.0;
/// From the top of a cell to the line that letters stand on.
const BASELINE: f64 = 13.0;
const FONT_SIZE: f64 = 13.0;
const MARGIN: f64 = 10.0;

fn hex(colour: Color) -> String {
    looks(colour).map_or_else(|| "#888".to_owned(), |rgb| rgb.to_string())
}

/// Text and ground as they are seen.
fn seen(cell: &Cell) -> (Color, Color) {
    match cell.modifier.contains(Modifier::REVERSED) {
        true => (cell.bg, cell.fg),
        false => (cell.fg, cell.bg),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A line of a box as a stroke through the middle of its cell, so that it meets its neighbours
/// whatever the font: left, right, up, down.
fn stroke(symbol: &str) -> Option<[bool; 4]> {
    Some(match symbol {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "╭" => [false, true, false, true],
        "╮" => [true, false, false, true],
        "╰" => [false, true, true, false],
        "╯" => [true, false, true, false],
        "├" => [false, true, true, true],
        "└" => [false, true, true, false],
        _ => return None,
    })
}

/// A number without what it does not need.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Draws a buffer, with what it shows for those who can't see it.
pub(super) fn svg(buffer: &Buffer, title: &str) -> String {
    let columns = usize::from(buffer.area.width);
    let (width, height) = (
        f64::from(buffer.area.width) * WIDTH + 2.0 * MARGIN,
        f64::from(buffer.area.height) * HEIGHT + 2.0 * MARGIN,
    );
    let ground = buffer.content.last().map_or(Color::Reset, |cell| cell.bg);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
         font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"{FONT_SIZE}\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        short(width),
        short(height),
        escaped(title),
        hex(ground),
    );
    let mut strokes: Vec<(String, String)> = Vec::new();
    for (y, row) in buffer.content.chunks(columns.max(1)).enumerate() {
        let top = MARGIN + y as f64 * HEIGHT;
        grounds(&mut out, row, top, ground);
        texts(&mut out, row, top);
        for (x, cell) in row.iter().enumerate() {
            let Some(ways) = stroke(cell.symbol()) else { continue };
            let path = path(ways, MARGIN + x as f64 * WIDTH, top);
            let colour = hex(seen(cell).0);
            match strokes.iter_mut().find(|(known, _)| *known == colour) {
                Some((_, all)) => all.push_str(&path),
                None => strokes.push((colour, path)),
            }
        }
    }
    for (colour, path) in strokes {
        let path = joined(&path);
        let _ = writeln!(out, "<path fill=\"none\" stroke=\"{colour}\" d=\"{path}\"/>");
    }
    out.push_str("</svg>\n");
    out
}

/// Grounds that differ from the screen's.
fn grounds(out: &mut String, row: &[Cell], top: f64, ground: Color) {
    let mut x = 0;
    while x < row.len() {
        let colour = seen(&row[x]).1;
        let cells = row[x..].iter().take_while(|cell| seen(cell).1 == colour).count();
        if colour != ground {
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{HEIGHT}\" fill=\"{}\"/>",
                short(MARGIN + x as f64 * WIDTH),
                short(top),
                short(cells as f64 * WIDTH),
                hex(colour),
            );
        }
        x += cells;
    }
}

/// Letters: a `text` for each line, a `tspan` for each run of one style that is not blank.
fn texts(out: &mut String, row: &[Cell], top: f64) {
    let mut spans = String::new();
    let style =
        |cell: &Cell| (seen(cell).0, cell.modifier & (Modifier::BOLD | Modifier::UNDERLINED));
    let letter = |cell: &Cell| match stroke(cell.symbol()) {
        Some(_) => " ".to_owned(),
        None => cell.symbol().to_owned(),
    };
    let mut x = 0;
    while x < row.len() {
        if letter(&row[x]).trim().is_empty() {
            x += 1;
            continue;
        }
        let (colour, modifier) = style(&row[x]);
        // Single blanks belong to the run around them.
        let mut cells = 0;
        let mut at = x;
        while at < row.len() {
            let blank = letter(&row[at]).trim().is_empty();
            if blank && row.get(at + 1).is_none_or(|next| letter(next).trim().is_empty()) {
                break;
            }
            if !blank && style(&row[at]) != (colour, modifier) {
                break;
            }
            at += 1;
            if !blank {
                cells = at - x;
            }
        }
        let text: String = row[x..x + cells].iter().map(letter).collect();
        let bold = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
        let _ = write!(
            spans,
            "<tspan x=\"{}\" textLength=\"{}\" fill=\"{}\"{bold}>{}</tspan>",
            short(MARGIN + x as f64 * WIDTH),
            short(cells as f64 * WIDTH),
            hex(colour),
            escaped(&text),
        );
        x += cells;
    }
    if !spans.is_empty() {
        let y = short(top + BASELINE);
        let _ = writeln!(out, "<text y=\"{y}\" xml:space=\"preserve\">{spans}</text>");
    }
}

/// Strokes of one cell.
fn path([left, right, up, down]: [bool; 4], x: f64, y: f64) -> String {
    let (middle, centre) = (x + WIDTH / 2.0, y + HEIGHT / 2.0);
    let (from_x, to_x) = (if left { x } else { middle }, if right { x + WIDTH } else { middle });
    let (from_y, to_y) = (if up { y } else { centre }, if down { y + HEIGHT } else { centre });
    let mut path = String::new();
    if left || right {
        let _ = write!(path, "M{} {}H{}", short(from_x), short(centre), short(to_x));
    }
    if up || down {
        let _ = write!(path, "M{} {}V{}", short(middle), short(from_y), short(to_y));
    }
    path
}

/// Strokes that begin where the one before ended are one.
fn joined(path: &str) -> String {
    let mut across: Vec<(String, f64, f64)> = Vec::new();
    let mut down: Vec<(String, f64, f64)> = Vec::new();
    for piece in path.split('M').filter(|piece| !piece.is_empty()) {
        let Some((x, rest)) = piece.split_once(' ') else { continue };
        let read = |text: &str| text.parse::<f64>().unwrap_or_default();
        if let Some((y, to)) = rest.split_once('H') {
            let (from, to) = (read(x), read(to));
            match across.last_mut() {
                Some((at, _, end)) if *at == y && (*end - from).abs() < 0.05 => *end = to,
                _ => across.push((y.to_owned(), from, to)),
            }
        } else if let Some((y, to)) = rest.split_once('V') {
            let (from, to) = (read(y), read(to));
            let above = down.iter_mut().find(|(at, _, end)| at == x && (*end - from).abs() < 0.05);
            match above {
                Some((_, _, end)) => *end = to,
                None => down.push((x.to_owned(), from, to)),
            }
        }
    }
    let mut out = String::new();
    for (y, from, to) in across {
        let _ = write!(out, "M{} {y}H{}", short(from), short(to));
    }
    for (x, from, to) in down {
        let _ = write!(out, "M{x} {}V{}", short(from), short(to));
    }
    out
}
