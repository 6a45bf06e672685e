//! From cells to the bytes of a terminal, as few as they need: what is on already is not said again,
//! and what cannot be seen is not said at all.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
    style::{Color, Modifier},
};

/// What is seen of a blank cell besides its ground.
const INK_OF_BLANKS: Modifier =
    Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Attributes, with what switches each on and off.
const ATTRIBUTES: [(Modifier, &str, &str); 9] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// How the terminal draws what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    /// The pen that a cell needs, where another is in the hand: of a blank only the ground is seen.
    fn of(cell: &Cell, held: Self) -> Self {
        let wanted = Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let is_blank = cell.symbol() == " ";
        match is_blank && !cell.modifier.intersects(INK_OF_BLANKS) {
            true => {
                Self { fg: held.fg, bg: cell.bg, modifier: held.modifier.difference(INK_OF_BLANKS) }
            }
            false => wanted,
        }
    }

    /// The codes that make this of another, one after another.
    fn codes(self, held: Self) -> String {
        let mut codes = Vec::new();
        let gone = held.modifier.difference(self.modifier);
        let mut on = held.modifier;
        for (attribute, _, off) in ATTRIBUTES {
            if gone.contains(attribute) && on.contains(attribute) {
                codes.push(off.to_owned());
                // One code switches off all that share it.
                let shared = ATTRIBUTES.iter().filter(|row| row.2 == off);
                on = shared.fold(on, |on, row| on.difference(row.0));
            }
        }
        let missing = self.modifier.difference(on);
        let missing = ATTRIBUTES.iter().filter(|row| missing.contains(row.0));
        codes.extend(missing.map(|row| row.1.to_owned()));
        if self.fg != held.fg {
            codes.push(colour(self.fg, 38));
        }
        if self.bg != held.bg {
            codes.push(colour(self.bg, 48));
        }
        codes.join(";")
    }
}

/// A colour of text (38) or of the ground (48).
fn colour(colour: Color, of: u8) -> String {
    let index = match colour {
        Color::Reset => return (of + 1).to_string(),
        Color::Rgb(red, green, blue) => return format!("{of};2;{red};{green};{blue}"),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    format!("{of};5;{index}")
}

/// A terminal that is only written to, and never asked.
#[derive(Debug)]
pub(crate) struct Encoder<W> {
    out: W,
    size: Size,
    /// Nothing where it is not known.
    cursor: Option<Position>,
    cursor_shown: Option<bool>,
}

impl<W: Write> Encoder<W> {
    /// One of so many columns and rows, of which nothing is known.
    pub(crate) const fn new(out: W, size: (u16, u16)) -> Self {
        let size = Size { width: size.0, height: size.1 };
        Self { out, size, cursor: None, cursor_shown: None }
    }

    /// The bytes of cells; where the cursor stands afterwards.
    fn encoded<'a>(
        &self,
        cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
    ) -> (String, Option<Position>) {
        let (mut bytes, mut pen, mut next) = (String::new(), Pen::default(), self.cursor);
        for (x, y, cell) in cells {
            let _ = match next {
                Some(at) if at == Position::new(x, y) => Ok(()),
                Some(at) if at.y == y => write!(bytes, "\x1b[{}G", u32::from(x) + 1),
                _ => write!(bytes, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
            };
            let wanted = Pen::of(cell, pen);
            if wanted != pen {
                let _ = write!(bytes, "\x1b[{}m", wanted.codes(pen));
                pen = wanted;
            }
            bytes.push_str(cell.symbol());
            // Past the last column terminals differ in where they stand.
            next = Some(Position::new(x + 1, y)).filter(|at| at.x < self.size.width);
        }
        if pen != Pen::default() {
            bytes.push_str("\x1b[0m");
        }
        (bytes, next)
    }
}

impl<W: Write> Backend for Encoder<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let (bytes, cursor) = self.encoded(content);
        if !bytes.is_empty() {
            self.cursor = cursor;
        }
        self.out.write_all(bytes.as_bytes())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        match self.cursor_shown.replace(false) {
            Some(false) => Ok(()),
            _ => self.out.write_all(b"\x1b[?25l"),
        }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        match self.cursor_shown.replace(true) {
            Some(true) => Ok(()),
            _ => self.out.write_all(b"\x1b[?25h"),
        }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        let before = self.cursor.replace(position);
        if before == Some(position) {
            return Ok(());
        }
        let (row, column) = (u32::from(position.y) + 1, u32::from(position.x) + 1);
        write!(self.out, "\x1b[{row};{column}H")
    }

    fn clear(&mut self) -> io::Result<()> {
        self.out.write_all(b"\x1b[2J")
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn cell(symbol: &str, style: Style) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_style(style);
        cell
    }

    fn encoded(cells: &[(u16, u16, Cell)]) -> String {
        let mut encoder = Encoder::new(Vec::new(), (10, 5));
        encoder.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell))).unwrap();
        String::from_utf8(encoder.out).unwrap().replace('\x1b', "ESC")
    }

    #[test]
    fn only_what_changes_is_said() {
        let (red, ground) = (Color::Indexed(160), Color::Indexed(234));
        let strong = Style::new().fg(red).bg(ground).add_modifier(Modifier::BOLD);
        let plain = Style::new().fg(red).bg(ground);
        let other = Style::new().fg(Color::Rgb(1, 2, 3)).bg(ground);
        let cells = [
            (0, 0, cell("a", strong)),
            (1, 0, cell("b", plain)),
            (2, 0, cell(" ", other)),
            (3, 0, cell("c", other)),
            (6, 0, cell("d", other)),
            (0, 1, cell("e", Style::new())),
        ];
        assert_eq!(
            encoded(&cells),
            "ESC[1;1HESC[1;38;5;160;48;5;234maESC[22mb ESC[38;2;1;2;3mcESC[7GdESC[2;1HESC[39;49me"
        );
    }

    #[test]
    fn what_is_underlined_or_reversed_is_seen_of_a_blank_too() {
        let line = Style::new().add_modifier(Modifier::UNDERLINED | Modifier::DIM);
        let cells = [
            (0, 0, cell("a", line)),
            (1, 0, cell(" ", line)),
            (2, 0, cell(" ", Style::new())),
            (3, 0, cell("b", Style::new().add_modifier(Modifier::BOLD))),
        ];
        assert_eq!(encoded(&cells), "ESC[1;1HESC[2;4ma ESC[24m ESC[22;1mbESC[0m");
    }

    #[test]
    fn what_is_wide_or_at_the_edge_is_followed_by_a_place() {
        let cells = [
            (0, 0, cell("漢", Style::new())),
            (2, 0, cell("x", Style::new())),
            (9, 0, cell("y", Style::new())),
            (0, 1, cell("z", Style::new())),
        ];
        assert_eq!(encoded(&cells), "ESC[1;1H漢ESC[3GxESC[10GyESC[2;1Hz");
    }

    #[test]
    fn a_cursor_that_stays_is_not_put_anywhere() {
        let mut encoder = Encoder::new(Vec::new(), (10, 5));
        for _ in 0..2 {
            encoder.show_cursor().unwrap();
            encoder.set_cursor_position((3, 2)).unwrap();
        }
        assert_eq!(encoder.out, b"\x1b[?25h\x1b[3;4H");
        encoder.hide_cursor().unwrap();
        assert_eq!(encoder.out, b"\x1b[?25h\x1b[3;4H\x1b[?25l");
    }
}
