//! From lines to what is sent to a terminal: text, line ends and steps back, which the oldest have.

use unicode_width::UnicodeWidthStr;

use crate::widget::plain;

/// What a line has at most, in characters: who listens to a longer one loses its beginning.
const LINE_CHARS_MAX: usize = 400;

/// What stands on the terminal's last line.
#[derive(Debug, Default)]
pub(crate) struct Output {
    input: String,
}

impl Output {
    /// The bytes that tell these lines, and leave the cursor at the end of what is typed.
    pub(crate) fn write(&mut self, lines: &[String], input: &str) -> Vec<u8> {
        let input = plain(input);
        let mut text = String::new();
        if lines.is_empty() {
            match self.step(&input) {
                Some(step) => text.push_str(&step),
                None => {
                    text.push_str("\r\n");
                    text.push_str(&input);
                }
            }
        } else {
            text.push_str(self.end());
            for line in lines {
                for piece in pieces(plain(line).trim()) {
                    text.push_str(piece);
                    text.push_str("\r\n");
                }
            }
            text.push_str(&input);
        }
        self.input = input;
        text.into_bytes()
    }

    /// From what is typed to what is typed now, where letters were only added or taken at the end.
    fn step(&self, input: &str) -> Option<String> {
        if let Some(more) = input.strip_prefix(&self.input) {
            return Some(more.to_owned());
        }
        let gone = self.input.strip_prefix(input)?;
        Some("\u{8} \u{8}".repeat(gone.width()))
    }

    /// Ends the line that is typed into, so that a new one begins.
    pub(crate) fn end(&mut self) -> &'static str {
        if std::mem::take(&mut self.input).is_empty() { "" } else { "\r\n" }
    }
}

/// A line in pieces that are short enough, between words where there are any.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while let Some((end, _)) = rest.char_indices().nth(LINE_CHARS_MAX) {
        // What follows may be a blank itself: then everything before it is whole.
        let end = if rest[end..].starts_with(' ') {
            end
        } else {
            rest[..end].rfind(' ').filter(|at| *at > 0).unwrap_or(end)
        };
        let (piece, more) = rest.split_at(end);
        pieces.push(piece.trim_end());
        rest = more.trim_start();
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_echoed_and_lines_never_run_into_it() {
        let mut output = Output::default();
        let mut write = |lines: &[&str], input: &str| {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            String::from_utf8(output.write(&lines, input)).unwrap()
        };
        assert_eq!(write(&["Runs", "run a\u{1b}[31m, failed"], ""), "Runs\r\nrun a, failed\r\n");
        assert_eq!(write(&["a command"], ":"), "a command\r\n:");
        assert_eq!(write(&[], ":ru"), "ru");
        assert_eq!(write(&[], ":r"), "\u{8} \u{8}");
        assert_eq!(write(&["error: gone"], ":r"), "\r\nerror: gone\r\n:r");
        assert_eq!(write(&[], "/x"), "\r\n/x");
        assert_eq!(write(&["back"], ""), "\r\nback\r\n");
        assert_eq!(write(&[], ""), "");
    }

    #[test]
    fn a_line_that_is_too_long_goes_on_in_the_next() {
        assert_eq!(pieces(""), [""]);
        let words = "word ".repeat(200);
        let told = pieces(words.trim());
        assert!(told.iter().all(|piece| piece.chars().count() <= LINE_CHARS_MAX));
        assert_eq!((told.len(), told.join(" ")), (3, words.trim().to_owned()));
        let one = "\u{e4}".repeat(LINE_CHARS_MAX * 2 + 1);
        let told = pieces(&one);
        assert_eq!((told.len(), told.concat()), (3, one));
    }
}
