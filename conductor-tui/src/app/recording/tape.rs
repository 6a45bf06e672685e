//! The recording that a console makes of itself, if it makes one. What keeps it from being written
//! ends it, and never the console.

use std::{fs::File, io::BufWriter, path::Path};

use jiff::Timestamp;

use super::{Home, Problem, Setting, recorder::Recorder};
use crate::{
    app::{
        effect::Effect,
        model::Model,
        msg::{Taped, What},
    },
    input::KeyChanges,
};

/// See the module.
pub(crate) struct Tape {
    running: Option<(String, Recorder<BufWriter<File>>)>,
    keys: KeyChanges,
    home: Home,
}

impl Tape {
    /// None so far. The keymap is that of the console, the home that of whoever uses it.
    pub(crate) fn new(keys: &KeyChanges, home: Option<&Path>) -> Self {
        Self { running: None, keys: keys.clone(), home: Home::of(home) }
    }

    /// The keymap's changes.
    pub(crate) const fn keys(&self) -> &KeyChanges {
        &self.keys
    }

    /// Begins a file; says what has happened.
    ///
    /// # Errors
    ///
    /// It is there already, or can't be made.
    pub(crate) fn begin(&mut self, path: &Path, setting: &Setting) -> Result<What, Problem> {
        let recorder = Recorder::create(path, setting, &self.home)?;
        let name = path.display().to_string();
        self.running = Some((name.clone(), recorder));
        Ok(What::Recording(Taped::Begun(name)))
    }

    /// Writes down what is about to happen; says whether that is over, and why.
    pub(crate) fn note(&mut self, at: Timestamp, what: &What, model: &Model) -> Option<What> {
        let (_, recorder) = self.running.as_mut()?;
        let why = match recorder.note(at, what, model) {
            Ok(()) if recorder.is_full() => "it is as large as a recording may be".to_owned(),
            Ok(()) => return None,
            Err(error) => error.to_string(),
        };
        let (name, mut recorder) = self.running.take()?;
        // What there is of it is worth keeping.
        recorder.finish().ok();
        Some(What::Recording(Taped::Broken(name, why)))
    }

    /// What came of it.
    pub(crate) fn asked(&mut self, effects: &[Effect]) {
        if let Some((_, recorder)) = &mut self.running {
            recorder.asked(effects);
        }
    }

    /// Ends it; says what has happened, where there was one.
    pub(crate) fn end(&mut self) -> Option<What> {
        let (name, mut recorder) = self.running.take()?;
        Some(What::Recording(match recorder.finish() {
            Ok(()) => Taped::Ended(name),
            Err(error) => Taped::Broken(name, error.to_string()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::app::tests::Console;

    #[test]
    fn a_recording_is_its_owner_s_alone_and_never_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.jsonl");
        let console = Console::live((80, 24));
        let mut tape = Tape::new(&KeyChanges::new(), None);
        let begun = tape.begin(&path, &console.setting).unwrap();
        assert!(matches!(begun, What::Recording(Taped::Begun(_))), "{begun:?}");
        assert!(tape.note(console.setting.at, &What::Tick, &console.model).is_none());
        assert!(matches!(tape.end(), Some(What::Recording(Taped::Ended(_)))));
        assert!(tape.end().is_none());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
        let refused = tape.begin(&path, &console.setting).unwrap_err().to_string();
        assert!(refused.contains("session.jsonl: ") && refused.contains("exists"), "{refused}");
        let nowhere = folder.path().join("none/session.jsonl");
        assert!(tape.begin(&nowhere, &console.setting).is_err());
    }
}
