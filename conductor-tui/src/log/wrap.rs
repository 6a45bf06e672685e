//! The parts of a line that have room in a row, as ranges of its bytes.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// What is in a row of so many cells that begins so many cells into the line.
pub(crate) fn part(text: &str, left: usize, cells: usize) -> Range<usize> {
    if text.is_ascii() {
        return left.min(text.len())..(left + cells).min(text.len());
    }
    let mut column = 0;
    let mut part = text.len()..text.len();
    for (at, c) in text.char_indices() {
        let end = column + c.width().unwrap_or(0);
        if column >= left && part.start == text.len() {
            part.start = at;
        }
        if end > left + cells {
            part.end = at;
            break;
        }
        column = end;
    }
    part.start.min(part.end)..part.end
}

/// All rows of a line that goes on in the next row; an empty line has one.
pub(crate) fn parts(text: &str, cells: usize) -> Vec<Range<usize>> {
    let cells = cells.max(2);
    let mut parts = Vec::new();
    let mut from = 0;
    loop {
        let end = from + part(&text[from..], 0, cells).end;
        parts.push(from..end);
        if end >= text.len() {
            return parts;
        }
        from = end;
    }
}

/// How many rows that are.
pub(crate) fn rows(text: &str, cells: usize) -> usize {
    if text.is_ascii() {
        return text.len().div_ceil(cells.max(2)).max(1);
    }
    parts(text, cells).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_by_cells() {
        assert_eq!(parts("", 4).first(), Some(&(0..0)));
        assert_eq!(parts("abcdef", 4), [0..4, 4..6]);
        assert_eq!(parts("日本語", 4), [0..6, 6..9]);
        assert_eq!(rows("日本語", 4), 2);
        assert_eq!(rows("abcdefgh", 4), 2);
        assert_eq!(part("abcdef", 2, 3), 2..5);
        assert_eq!(part("ab", 5, 3), 2..2);
        assert_eq!(part("日本語x", 2, 4), 3..9);
        assert_eq!(part("日本語x", 1, 4), 3..6, "half of a wide one is not shown");
    }
}
