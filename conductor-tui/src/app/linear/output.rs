//! From lines to what is sent to a terminal: text, line ends and steps back, which the oldest have.

use unicode_width::UnicodeWidthStr;

use crate::widget::plain;

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
                text.push_str(plain(line).trim());
                text.push_str("\r\n");
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
}
