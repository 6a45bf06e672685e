//! The newest lines of a log. Their text lies in long pieces, so that a line costs its bytes and
//! little more, and a line keeps its number for as long as it is there.

use std::collections::VecDeque;

/// Lines kept; older ones are let go and counted.
pub(crate) const LINES_MAX: usize = 100_000;
/// Bytes of text kept, whichever bound is reached first.
const TEXT_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Bytes of one piece; only a line that is longer makes a longer one.
const PIECE_BYTES: usize = 256 * 1024;

/// What is known of a line beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tag {
    /// Which attempt it is from, by its place among the sources.
    pub(crate) source: u16,
    pub(crate) stderr: bool,
    /// It reads like an error.
    pub(crate) error: bool,
    /// When it came, in milliseconds since 1970; 0 where nobody said.
    pub(crate) at_ms: i64,
}

/// A line of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Counted from the first that ever came.
    pub(crate) number: u64,
    pub(crate) text: &'a str,
    pub(crate) tag: Tag,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: Tag,
    piece: u32,
    start: u32,
    length: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    entries: VecDeque<Entry>,
    pieces: VecDeque<String>,
    /// Number of the first line that is kept, which is also how many were let go.
    first: u64,
    /// Number of the first piece that is kept; wraps.
    first_piece: u32,
    text_bytes: usize,
}

impl Ring {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Number of the first line that is kept: so many were let go.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// Number that the next line will have.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    pub(crate) fn get(&self, number: u64) -> Option<Line<'_>> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let entry = self.entries.get(at)?;
        let piece = self.pieces.get(entry.piece.wrapping_sub(self.first_piece) as usize)?;
        let start = entry.start as usize;
        let text = piece.get(start..start + entry.length as usize)?;
        Some(Line { number, text, tag: entry.tag })
    }

    /// Adds a line, and lets go what there is no room for.
    pub(crate) fn push(&mut self, text: &str, tag: Tag) {
        let full = |piece: &String| piece.len() + text.len() > PIECE_BYTES;
        if self.pieces.back().is_none_or(full) {
            // Growing doubles: what a piece has too much of is given back when it is full.
            if let Some(done) = self.pieces.back_mut() {
                done.shrink_to_fit();
            }
            self.pieces.push_back(String::new());
        }
        let piece = self.first_piece.wrapping_add(self.pieces.len() as u32 - 1);
        let Some(open) = self.pieces.back_mut() else { return };
        let (start, length) = (open.len() as u32, text.len() as u32);
        open.push_str(text);
        self.entries.push_back(Entry { tag, piece, start, length });
        self.text_bytes += text.len();
        while self.entries.len() > LINES_MAX || self.text_bytes > TEXT_BYTES_MAX {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        let Some(gone) = self.entries.pop_front() else { return };
        self.first += 1;
        self.text_bytes -= gone.length as usize;
        let needed = self.entries.front().map_or(gone.piece, |next| next.piece);
        while self.first_piece != needed && self.pieces.len() > 1 {
            self.pieces.pop_front();
            self.first_piece = self.first_piece.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_and_pieces_go_with_their_last_line() {
        let mut ring = Ring::default();
        let long = "x".repeat(1_000);
        for number in 0..60_000_u64 {
            ring.push(&format!("{number} {long}"), Tag::default());
        }
        assert!(ring.text_bytes <= TEXT_BYTES_MAX);
        let held: usize = ring.pieces.iter().map(String::capacity).sum();
        assert!(held <= TEXT_BYTES_MAX + 3 * PIECE_BYTES, "{held} bytes are held");
        for number in [ring.first(), ring.first() + 7, ring.end() - 1] {
            let line = ring.get(number).unwrap();
            assert!(line.text.starts_with(&format!("{number} ")), "{number}");
        }
        assert_eq!(ring.get(ring.first() - 1), None);
        assert_eq!(ring.get(ring.end()), None);
        assert_eq!(ring.end(), 60_000);
    }

    #[test]
    fn the_number_of_lines_is_bounded_too() {
        let mut ring = Ring::default();
        for _ in 0..LINES_MAX + 5 {
            ring.push("", Tag::default());
        }
        assert_eq!((ring.len(), ring.first()), (LINES_MAX, 5));
    }
}
