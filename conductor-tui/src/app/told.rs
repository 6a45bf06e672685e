//! What the console was told to be, by what, and what was changed since: what the screen of settings shows.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    input::{KeyChange, KeyChanges},
    settings::{AUTO, Origin, Row, Spec, Written, spec},
};

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Told {
    /// What file, environment and flags said, in the order of the table.
    pub(crate) rows: Vec<Row>,
    /// What was changed in this session and is not in the file, by name.
    pub(crate) now: BTreeMap<String, String>,
    /// The config file, where there is a place for one.
    pub(crate) file: Option<PathBuf>,
    /// Where things lie, each with what it is.
    pub(crate) paths: Vec<(String, String)>,
    /// What the terminal was found capable of, likewise.
    pub(crate) terminal: Vec<(String, String)>,
    /// The locale has no more than ASCII.
    pub(crate) ascii: bool,
    /// Themes that there are.
    pub(crate) themes: Vec<String>,
    /// Keys that the file changed, by action, and where.
    pub(crate) keys: BTreeMap<String, (Vec<String>, String)>,
}

impl Told {
    /// With keys that were changed, and where.
    pub(crate) fn with_keys(mut self, changes: &KeyChanges) -> Self {
        let change = |(name, change): (&String, &KeyChange)| {
            (name.clone(), (change.keys.clone(), change.place.clone()))
        };
        self.keys = changes.iter().map(change).collect();
        self
    }

    /// The changes of keys, as the keymap takes them.
    pub(crate) fn keys(&self) -> KeyChanges {
        let change = |(name, (keys, place)): (&String, &(Vec<String>, String))| {
            (name.clone(), KeyChange { keys: keys.clone(), place: place.clone() })
        };
        self.keys.iter().map(change).collect()
    }

    /// Every setting as it is now.
    pub(crate) fn settings(&self) -> Vec<Row> {
        let now = |row: &Row| match self.now.get(&row.name) {
            Some(value) => {
                Row { name: row.name.clone(), value: value.clone(), origin: Origin::Session }
            }
            None => row.clone(),
        };
        self.rows.iter().map(now).collect()
    }

    /// A setting's value now.
    pub(crate) fn value(&self, name: &str) -> &str {
        let row = || self.rows.iter().find(|row| row.name == name);
        let told = || row().map_or("", |row| row.value.as_str());
        self.now.get(name).map_or_else(told, String::as_str)
    }

    /// It was changed in this session. What is as it was told again is no change.
    pub(crate) fn change(&mut self, name: &str, value: &str) {
        let Some(spec) = spec(name) else { return };
        let same = self.rows.iter().any(|row| row.name == spec.name && row.value == value);
        if same {
            self.now.remove(spec.name);
        } else {
            self.now.insert(spec.name.to_owned(), value.to_owned());
        }
    }

    /// It was written into the file; gives what is said before the file, and so at the next start, too.
    pub(crate) fn written(&mut self, written: &Written) -> Option<Origin> {
        let mut before = None;
        for row in &mut self.rows {
            let line = written.lines.get(&row.name);
            let own = row.name == written.name;
            if own && row.origin.beats_the_file() {
                before = Some(row.origin.clone());
            } else if own {
                row.value.clone_from(&written.value);
                let (path, line) = (written.path.clone(), line.copied().unwrap_or_default());
                row.origin = Origin::File { path, line };
            } else if let (Origin::File { line: known, .. }, Some(line)) = (&mut row.origin, line) {
                // A line above may be new.
                *known = *line;
            }
        }
        if before.is_none() {
            self.now.remove(&written.name);
        }
        before
    }

    /// What a setting can be, in the order in which they are offered; none of a text.
    pub(crate) fn choices(&self, spec: &Spec) -> Vec<String> {
        use crate::{screen::Tab, settings::Kind};
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match spec.kind {
            Kind::Toggle => words(&["on", "off"]),
            Kind::Choice(all) => words(all),
            Kind::Theme => {
                std::iter::once(AUTO.to_owned()).chain(self.themes.iter().cloned()).collect()
            }
            Kind::Screen => {
                Tab::ALL.iter().map(|tab| tab.action().spec().name.to_owned()).collect()
            }
            Kind::Text => Vec::new(),
        }
    }

    /// With nothing said by anything: every setting as it comes.
    #[cfg(test)]
    pub(crate) fn shipped() -> Vec<Row> {
        let row = |spec: &Spec| Row {
            name: spec.name.to_owned(),
            value: spec.default.to_owned(),
            origin: Origin::Default,
        };
        crate::settings::SETTINGS.iter().map(row).collect()
    }
}
