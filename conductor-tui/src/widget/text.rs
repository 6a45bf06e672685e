//! Text in cells: widths, cutting, padding, and making foreign text harmless.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a tab goes to the next multiple of.
const TAB: usize = 8;

/// Cells that a text takes.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Cuts a text to a width, with a mark where something was cut.
pub(crate) fn ellipsis(text: &str, cells: usize, mark: char) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= cells
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push(mark);
    Cow::Owned(cut)
}

/// Rows that a text takes where words wrap whole, after a mark of so many cells. Counts a little too
/// many rather than too few.
pub(crate) fn wrapped_rows(text: &str, mark: usize, columns: usize) -> usize {
    let columns = columns.max(1);
    let mut rows = 1;
    let mut used = mark;
    for word in text.split(' ') {
        let cells = width(word);
        if used > 0 && used + cells > columns {
            rows += 1;
            used = 0;
        }
        rows += cells.saturating_sub(1) / columns;
        used += cells + 1;
    }
    rows
}

/// A line in rows of at most so many cells with every blank in it: what goes on stands below its
/// beginning. A blank line is one blank.
pub(crate) fn kept_rows(line: &str, columns: usize) -> Vec<String> {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let indent = " ".repeat(blanks.min(columns / 2));
    let (mut rows, mut row, mut used) = (Vec::new(), String::new(), 0);
    let mut letter = [0; 4];
    for c in line.chars() {
        let cells = width(c.encode_utf8(&mut letter));
        if used > indent.len() && used + cells > columns {
            rows.push(std::mem::replace(&mut row, indent.clone()));
            used = indent.len();
        }
        row.push(c);
        used += cells;
    }
    if row.is_empty() {
        row.push(' ');
    }
    rows.push(row);
    rows
}

/// A text in rows of at most so many cells: words whole where they fit, and broken where none does.
pub(crate) fn rows_of(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    let (mut row, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let cells = width(word);
        if used > 0 && used + 1 + cells > columns {
            rows.push(std::mem::take(&mut row));
            used = 0;
        } else if used > 0 {
            row.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let cell = c.width().unwrap_or(0);
            if used + cell > columns && used > 0 {
                rows.push(std::mem::take(&mut row));
                used = 0;
            }
            row.push(c);
            used += cell;
        }
    }
    rows.push(row);
    rows
}

/// Exactly this wide: cut or filled up at the right.
pub(crate) fn pad(text: &str, cells: usize, mark: char) -> String {
    let cut = ellipsis(text, cells, mark);
    let fill = cells.saturating_sub(width(&cut));
    format!("{cut}{}", " ".repeat(fill))
}

/// `1,002,331`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `812 B`, `2.1 kB`, `34 MB`.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// Output of a program as plain text: escape sequences taken out, tabs spread, controls dropped.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut column = 0;
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => skip_escape(&mut chars),
            '\t' => {
                let fill = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', fill));
                column += fill;
            }
            c if c.is_control() => {}
            c => {
                out.push(c);
                column += c.width().unwrap_or(0);
            }
        }
    }
    out
}

fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        // CSI: up to a final byte.
        Some('[') => {
            chars.by_ref().find(|c| ('@'..='~').contains(c));
        }
        // OSC and its kin: up to BEL or ST.
        Some(']' | 'P' | '_' | '^' | 'X') => {
            while let Some(c) = chars.next() {
                if c == '\x07' || (c == '\x1b' && chars.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_signed_keeps_its_blanks() {
        assert_eq!(kept_rows("  - a  b", 40), ["  - a  b"]);
        assert_eq!(kept_rows("  abcdefghij", 8), ["  abcdef", "  ghij"]);
        assert_eq!(kept_rows("", 8), [" "]);
    }

    #[test]
    fn text_is_cut_by_cells_not_characters() {
        assert_eq!(ellipsis("abc", 3, '…'), "abc");
        assert_eq!(ellipsis("abcd", 3, '…'), "ab…");
        assert_eq!(ellipsis("日本語", 4, '…'), "日…");
        assert_eq!(ellipsis("abc", 0, '…'), "");
        assert_eq!(pad("日", 4, '…'), "日  ");
    }

    #[test]
    fn words_wrap_whole_and_break_only_where_they_must() {
        assert_eq!(rows_of("a bc def", 4), ["a bc", "def"]);
        assert_eq!(rows_of("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(rows_of("", 3), [""]);
        assert_eq!(rows_of("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!([0, 999, 1000, 1_002_331].map(count), ["0", "999", "1,000", "1,002,331"]);
        let sizes = [0, 999, 2100, 34_000_000, 999_999].map(bytes);
        assert_eq!(sizes, ["0 B", "999 B", "2.1 kB", "34 MB", "1.0 MB"]);
    }

    #[test]
    fn a_programs_output_can_not_steer_the_terminal() {
        assert_eq!(plain("a\tb"), "a       b");
        assert_eq!(plain("\x1b[1;31mred\x1b[0m"), "red");
        assert_eq!(plain("\x1b]52;c;AAAA\x07x\x1b]0;t\x1b\\y\x1bP1\x1b\\z"), "xyz");
        assert_eq!(plain("\x1b"), "");
        assert_eq!(plain("50%\r\x08"), "50%");
    }
}
