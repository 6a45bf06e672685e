//! Remembers the last line that was printed, for the message of a failure.

use crate::limits::LAST_LINE_BYTES_MAX;

/// The last line with something on it, bounded.
#[derive(Debug, Default)]
pub(crate) struct LastLine {
    /// The newest whole line that is not blank.
    whole: Vec<u8>,
    /// What came after the newest line end.
    begun: Vec<u8>,
}

impl LastLine {
    /// Takes the next piece of output.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.rsplitn(2, |b| *b == b'\n');
        let tail = pieces.next().unwrap_or_default();
        if let Some(lines) = pieces.next() {
            self.end_lines(lines);
        }
        append_bounded(&mut self.begun, tail);
    }

    /// The line, readable, without control characters.
    pub(crate) fn text(&self) -> String {
        let line = if is_blank(&self.begun) { &self.whole } else { &self.begun };
        let text = String::from_utf8_lossy(line);
        text.trim().chars().filter(|c| !c.is_control()).collect()
    }

    /// `lines` finishes the line that was begun, and may have more after it.
    fn end_lines(&mut self, lines: &[u8]) {
        let newest = lines.rsplit(|b| *b == b'\n').find(|line| !is_blank(line));
        let first_only = !lines.contains(&b'\n');
        let mut begun = std::mem::take(&mut self.begun);
        match newest {
            Some(line) if !first_only => {
                self.whole.clear();
                append_bounded(&mut self.whole, line);
            }
            _ => {
                let end = lines.iter().position(|b| *b == b'\n').unwrap_or(lines.len());
                append_bounded(&mut begun, &lines[..end]);
                if !is_blank(&begun) {
                    self.whole = begun;
                }
            }
        }
    }
}

fn append_bounded(line: &mut Vec<u8>, more: &[u8]) {
    let room = LAST_LINE_BYTES_MAX.saturating_sub(line.len());
    line.extend_from_slice(&more[..more.len().min(room)]);
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_with_something_on_it() {
        let check = |pieces: &[&str], expected: &str| {
            let mut last = LastLine::default();
            pieces.iter().for_each(|piece| last.push(piece.as_bytes()));
            assert_eq!(last.text(), expected, "{pieces:?}");
        };
        check(&[], "");
        check(&["one"], "one");
        check(&["one\n"], "one");
        check(&["one\ntwo\n\n  \n"], "two");
        check(&["one\ntw", "o\n"], "two");
        check(&["one\n", "two", " more\nthr", "ee"], "three");
        check(&["one", "\n", "\n"], "one");
        check(&["one", "\n\n\n"], "one");
        check(&["one", " and\n \ntwo\n"], "two");
        check(&["\u{1b}[31mred\n"], "[31mred");
        check(&[&"x".repeat(1000), "\n"], &"x".repeat(LAST_LINE_BYTES_MAX));
    }
}
