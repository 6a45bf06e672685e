//! Everything that the commands say goes through here: documents and tables to standard output,
//! notes and errors to standard error, colour only where it is seen.

#[cfg(test)]
mod captured;
mod status;
mod style;
mod table;
mod text;
mod wire;

use std::io::{self, IsTerminal as _, Write};

use serde_json::Value;

#[cfg(test)]
pub(crate) use self::captured::Captured;
pub(crate) use self::{
    status::{meaning_of, with_glyph, word},
    style::{ColorChoice, Meaning, Style},
    table::{Cell, Column, Table},
    text::{Clock, bytes, duration, one_line},
    wire::{time, to_value},
};
use crate::config::Environment;

/// Width of a table where there is no terminal to ask.
const WIDTH_DEFAULT: usize = 100;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON document; a list is an array.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// One YAML document; a list is a sequence.
    Yaml,
}

/// Where the commands write.
pub(crate) struct Output {
    pub(crate) format: Format,
    /// How standard output is coloured.
    pub(crate) style: Style,
    /// How standard error is coloured.
    pub(crate) note_style: Style,
    /// Columns of the terminal; `None` where output goes elsewhere, and nothing is cut.
    pub(crate) width: Option<usize>,
    /// Whether somebody sits there to be asked.
    pub(crate) interactive: bool,
    pub(crate) clock: Clock,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// Elements of the open list that were written.
    listed: Option<usize>,
}

impl Output {
    /// Standard output and standard error of this process.
    pub(crate) fn standard(format: Format, color: ColorChoice, environment: &Environment) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let unicode = environment.is_utf8();
        let style = |terminal| Style { color: color.decide(terminal, environment), unicode };
        let width = out.is_terminal().then(|| {
            rustix::termios::tcgetwinsize(&out)
                .ok()
                .map(|size| usize::from(size.ws_col))
                .filter(|columns| *columns > 0)
                .unwrap_or(WIDTH_DEFAULT)
        });
        Self {
            format,
            style: style(out.is_terminal()),
            note_style: style(err.is_terminal()),
            width,
            interactive: err.is_terminal() && io::stdin().is_terminal(),
            clock: Clock::system(),
            out: Box::new(out),
            err: Box::new(err),
            listed: None,
        }
    }

    /// Into memory, without colour, in UTC.
    #[cfg(test)]
    pub(crate) fn captured(format: Format) -> (Self, Captured, Captured) {
        let (out, err) = (Captured::default(), Captured::default());
        let style = Style { color: false, unicode: true };
        let output = Self {
            format,
            style,
            note_style: style,
            width: None,
            interactive: false,
            clock: Clock::utc(),
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            listed: None,
        };
        (output, out, err)
    }

    /// Whether the answer is for people.
    pub(crate) fn is_table(&self) -> bool {
        self.format == Format::Table
    }

    /// One line for people.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.out, "{}", text.as_ref())
    }

    /// Bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// A table for people, as wide as the terminal.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        let text = table.render(self.width, self.style);
        self.out.write_all(text.as_bytes())
    }

    /// One document in the asked format.
    pub(crate) fn document(&mut self, value: &Value) -> io::Result<()> {
        match self.format {
            Format::Json | Format::Table => {
                serde_json::to_writer_pretty(&mut self.out, value)?;
                writeln!(self.out)
            }
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, value)?;
                writeln!(self.out)
            }
            Format::Yaml => self.out.write_all(yaml(value)?.as_bytes()),
        }
    }

    /// A whole list in the asked format.
    pub(crate) fn list(&mut self, values: &[Value]) -> io::Result<()> {
        self.list_begin();
        for value in values {
            self.list_item(value)?;
        }
        self.list_end()
    }

    /// The same of messages, where it is not a table: whether that was so.
    pub(crate) fn listed<M: wire::Wire>(&mut self, messages: &[M]) -> io::Result<bool> {
        if self.is_table() {
            return Ok(false);
        }
        let values: Vec<Value> = messages.iter().map(to_value).collect();
        self.list(&values)?;
        Ok(true)
    }

    /// Begins a list whose elements come one by one.
    pub(crate) fn list_begin(&mut self) {
        self.listed = Some(0);
    }

    /// The next element of the list; seen at once.
    pub(crate) fn list_item(&mut self, value: &Value) -> io::Result<()> {
        let first = self.listed.replace(self.listed.unwrap_or(0) + 1).unwrap_or(0) == 0;
        match self.format {
            Format::Json | Format::Table => {
                let text = serde_json::to_string_pretty(value)?.replace('\n', "\n  ");
                write!(self.out, "{}  {text}", if first { "[\n" } else { ",\n" })?;
            }
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, value)?;
                writeln!(self.out)?;
            }
            Format::Yaml => {
                self.out.write_all(yaml(&Value::Array(vec![value.clone()]))?.as_bytes())?;
            }
        }
        self.out.flush()
    }

    /// Ends the list.
    pub(crate) fn list_end(&mut self) -> io::Result<()> {
        let empty = self.listed.take().unwrap_or(0) == 0;
        match self.format {
            Format::Json | Format::Table if empty => writeln!(self.out, "[]"),
            Format::Json | Format::Table => writeln!(self.out, "\n]"),
            Format::Yaml if empty => writeln!(self.out, "[]"),
            Format::Jsonl | Format::Yaml => Ok(()),
        }
    }

    /// One line beside the answer.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.err, "{}", text.as_ref())
    }

    /// A line that the next one of its kind overwrites; only where a person looks.
    pub(crate) fn progress(&mut self, text: &str) -> io::Result<()> {
        if self.interactive && self.is_table() {
            write!(self.err, "\r{text}\x1b[K")?;
            self.err.flush()?;
        }
        Ok(())
    }

    /// Takes the progress line away.
    pub(crate) fn progress_done(&mut self) -> io::Result<()> {
        self.progress("")
    }

    /// Asks for a yes; anything else is a no.
    pub(crate) fn confirm(&mut self, question: &str) -> io::Result<bool> {
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Asks for a line.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<String> {
        write!(self.err, "{question}")?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer)
    }

    /// Hands everything on.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}

fn yaml(value: &Value) -> io::Result<String> {
    serde_yaml_ng::to_string(value).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(format: Format, values: &[Value]) -> String {
        let (mut output, out, _) = Output::captured(format);
        output.list(values).unwrap();
        out.text()
    }

    #[test]
    fn a_list_is_an_array_a_line_each_or_a_sequence() {
        let values = [json!({"runId": "run_1", "tasks": [1]}), json!({"runId": "run_2"})];
        let array: Value = serde_json::from_str(&listed(Format::Json, &values)).unwrap();
        assert_eq!(array, Value::Array(values.to_vec()));
        insta::assert_snapshot!(listed(Format::Jsonl, &values), @r#"
        {"runId":"run_1","tasks":[1]}
        {"runId":"run_2"}
        "#);
        let array: Value = serde_yaml_ng::from_str(&listed(Format::Yaml, &values)).unwrap();
        assert_eq!(array, Value::Array(values.to_vec()));
    }

    #[test]
    fn an_empty_list_is_an_empty_array() {
        assert_eq!(listed(Format::Json, &[]), "[]\n");
        assert_eq!(listed(Format::Yaml, &[]), "[]\n");
        assert_eq!(listed(Format::Jsonl, &[]), "");
    }
}
