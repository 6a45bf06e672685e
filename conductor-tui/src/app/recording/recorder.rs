//! Writes down what happens to a console, as it happens.

use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use jiff::Timestamp;

use super::{
    Asked, Home, Problem, RECORDING_BYTES_MAX, Setting,
    held::Held,
    noted::{Line, Noted},
};
use crate::{
    app::{effect::Effect, model::Model, msg::What},
    input::{SecretNames, written},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Recorder<W: Write> {
    out: W,
    started: Timestamp,
    asked: Asked,
    written: u64,
    /// Lines of while a command is typed, until it is known whether it may hold a secret.
    held: Held,
    home: Home,
    /// Inputs whose values are written down nowhere.
    secrets: SecretNames,
}

impl Recorder<BufWriter<std::fs::File>> {
    /// Begins a new file, which only its owner may read; never over one that is there.
    ///
    /// # Errors
    ///
    /// The file can't be made.
    pub(crate) fn create(path: &Path, setting: &Setting, home: &Home) -> Result<Self, Problem> {
        let failed = |error| Problem::File(path.display().to_string(), error);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        Self::begin(BufWriter::new(file.map_err(failed)?), setting, home).map_err(failed)
    }
}

impl<W: Write> Recorder<W> {
    /// Begins with the first line.
    pub(crate) fn begin(mut out: W, setting: &Setting, home: &Home) -> io::Result<Self> {
        let line = home.hidden(serde_json::to_string(setting)?);
        writeln!(out, "{line}")?;
        let written = line.len() as u64 + 1;
        let (asked, held, home) = (Asked::default(), Held::new(home), home.clone());
        let secrets = SecretNames::new();
        Ok(Self { out, started: setting.at, asked, written, held, home, secrets })
    }

    /// Writes down what is about to happen. Once the file has its size nothing more is written.
    pub(crate) fn note(&mut self, at: Timestamp, what: &What, model: &Model) -> io::Result<()> {
        let Some(noted) = Noted::of(what, model, &mut self.asked) else { return Ok(()) };
        let ms = at.duration_since(self.started).as_millis();
        let line = Line { ms: i64::try_from(ms).unwrap_or(i64::MAX), what: noted };
        if self.secrets.len() != model.shared.secret_inputs.len() {
            self.secrets.clone_from(&model.shared.secret_inputs);
        }
        for line in self.held.take(line, what, model) {
            self.write(&line)?;
        }
        Ok(())
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let text = self.home.hidden(written(serde_json::to_string(line)?, &self.secrets));
        self.written += text.len() as u64 + 1;
        if self.is_full() {
            return Ok(());
        }
        writeln!(self.out, "{text}")
    }

    /// Whether nothing more is written.
    pub(crate) const fn is_full(&self) -> bool {
        self.written > RECORDING_BYTES_MAX
    }

    /// What came of it: questions get their numbers.
    pub(crate) fn asked(&mut self, effects: &[Effect]) {
        self.asked.take(effects);
    }

    /// Everything is in the file.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        for line in self.held.rest() {
            self.write(&line)?;
        }
        self.out.flush()
    }

    #[cfg(test)]
    pub(crate) fn into_inner(mut self) -> W {
        self.finish().unwrap();
        self.out
    }
}
