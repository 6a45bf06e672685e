//! Cuts the bytes of each stream into lines, wherever the chunks begin and end.

use crate::widget::plain;

/// Bytes of one line; a longer one is broken.
const LINE_BYTES_MAX: usize = 8 * 1024;

/// What has come of a stream without its line's end.
#[derive(Debug, Default)]
pub(crate) struct Open(Vec<u8>);

impl Open {
    /// Takes bytes and gives every line that they complete.
    pub(crate) fn take(&mut self, data: &[u8], mut line: impl FnMut(&str)) {
        let mut rest = data;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let mut part = &rest[..end.unwrap_or(rest.len())];
            // Most lines lie whole in a chunk: those are not copied.
            if end.is_some() && self.0.is_empty() && part.len() <= LINE_BYTES_MAX {
                told(part, &mut line);
            } else {
                while self.0.len() + part.len() > LINE_BYTES_MAX {
                    let (begin, more) = part.split_at(LINE_BYTES_MAX - self.0.len());
                    self.0.extend_from_slice(begin);
                    told(&self.0, &mut line);
                    self.0.clear();
                    part = more;
                }
                self.0.extend_from_slice(part);
                if end.is_some() {
                    told(&self.0, &mut line);
                    self.0.clear();
                }
            }
            rest = end.map_or(&[], |end| &rest[end + 1..]);
        }
    }

    /// Gives what was left when the stream ended.
    pub(crate) fn end(&mut self, mut line: impl FnMut(&str)) {
        if !self.0.is_empty() {
            told(&self.0, &mut line);
        }
        self.0 = Vec::new();
    }
}

/// Hands on a line as text that can't steer the terminal.
fn told(bytes: &[u8], line: &mut impl FnMut(&str)) {
    let harmless = bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
    match std::str::from_utf8(bytes) {
        Ok(text) if harmless => line(text),
        _ => {
            let text = String::from_utf8_lossy(bytes);
            // A progress bar overwrites its line: what was written last is what a terminal shows.
            let last = text.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
            line(&plain(last));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut open = Open::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            open.take(chunk, |line| lines.push(line.to_owned()));
        }
        open.end(|line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn progress_is_what_was_written_last_and_escapes_are_gone() {
        let cut = lines(&[b"10%\r20%\rdone\r\n\x1b[31mred\x1b[0m\n\n", b"\xffx\tend"]);
        assert_eq!(cut, ["done", "red", "", "\u{fffd}x      end"]);
    }

    #[test]
    fn a_line_without_end_is_broken_and_its_end_is_no_line_of_its_own() {
        let mut text = "x".repeat(LINE_BYTES_MAX);
        text.push('\n');
        assert_eq!(lines(&[text.as_bytes()]).len(), 1);
        let cut = lines(&["y".repeat(LINE_BYTES_MAX * 2 + 1).as_bytes()]);
        let lengths: Vec<_> = cut.iter().map(String::len).collect();
        assert_eq!(lengths, [LINE_BYTES_MAX, LINE_BYTES_MAX, 1]);
    }

    proptest! {
        #[test]
        fn a_stream_cut_anywhere_gives_the_same_lines(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "\n", "\r", "\r\n", "\t", "\u{1b}[1m", "\u{1b}]0;t\u{7}", "é", "日", "error: ",
                    "0123456789abcdef",
                ]),
                0..200,
            ),
            long in 0_usize..3,
            cuts in prop::collection::vec(0_usize..40_000, 0..12),
        ) {
            let mut text = words.concat();
            text.push_str(&"z".repeat(long * (LINE_BYTES_MAX - 3)));
            text.push_str(&words.concat());
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let mut from = 0;
            let mut chunks = Vec::new();
            for cut in cuts {
                chunks.push(&bytes[from..cut]);
                from = cut;
            }
            chunks.push(&bytes[from..]);
            prop_assert_eq!(lines(&chunks), lines(&[bytes]));
        }
    }
}
