//! The config file: what may stand in it, and a kind word where something else does.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Table;

use super::settings::ConfigError;

/// Names that are suggested are at least so similar.
const SIMILARITY_MIN: f64 = 0.7;
/// A beginning of a name is at least so long.
const PREFIX_MIN: usize = 3;

/// The file's content. Everything may be absent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct ConfigFile {
    pub(super) host: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) region: Option<String>,
    pub(super) tls: TlsFile,
    pub(super) console: ConsoleFile,
}

/// `[tls]`: whom to trust where the host is `https://`, and by which certificate to be known there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct TlsFile {
    pub(super) ca: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// `[console]`: the full-screen console.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ConsoleFile {
    /// The screen in front at the start, by the name of the action that shows it.
    pub(crate) start: Option<String>,
    /// A theme's name.
    pub(crate) theme: Option<String>,
    /// Folder of the user's themes; without it `themes` beside the config file.
    pub(crate) themes_dir: Option<PathBuf>,
    /// Action's name to keys.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    pub(crate) read_only: bool,
    pub(crate) ascii: bool,
    pub(crate) reduced_motion: bool,
    pub(crate) mouse: bool,
    /// Whether the bell rings when something new waits; it does unless this says no.
    pub(crate) bell: Option<bool>,
}

/// Keys at the top of the file.
const KEYS: &[&str] = &["host", "tenant", "environment", "region", "tls", "console"];
/// Keys of `[tls]`.
const TLS_KEYS: &[&str] = &["ca", "certificate", "key"];
/// Keys of `[console]`.
const CONSOLE_KEYS: &[&str] = &[
    "start",
    "theme",
    "themes_dir",
    "keys",
    "read_only",
    "ascii",
    "reduced_motion",
    "mouse",
    "bell",
];

/// Reads the file; one that isn't there is empty. Unknown keys are warnings: a file that a newer
/// console wrote still works.
pub(super) fn read(path: &Path) -> Result<(ConfigFile, Vec<String>), ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    parse(&text).map_err(|source| ConfigError::Syntax { path: path.to_owned(), source })
}

fn parse(text: &str) -> Result<(ConfigFile, Vec<String>), Box<toml::de::Error>> {
    let table: Table = toml::from_str(text)?;
    let mut warnings = unknown("", &table, KEYS);
    for (name, known) in [("tls", TLS_KEYS), ("console", CONSOLE_KEYS)] {
        if let Some(section) = table.get(name).and_then(toml::Value::as_table) {
            warnings.extend(unknown(&format!("{name}."), section, known));
        }
    }
    // From the text again, not from the table, so that an error has its line.
    Ok((toml::from_str(text)?, warnings))
}

fn unknown(prefix: &str, table: &Table, known: &[&str]) -> Vec<String> {
    let strange = table.keys().filter(|key| !known.contains(&key.as_str()));
    strange.map(|key| warning(prefix, key, known)).collect()
}

fn warning(prefix: &str, key: &str, known: &[&str]) -> String {
    match similar(key, known.iter().copied()) {
        Some(meant) => {
            format!("unknown key `{prefix}{key}` is ignored: did you mean `{prefix}{meant}`?")
        }
        None => format!("unknown key `{prefix}{key}` is ignored"),
    }
}

/// The known name that was most likely meant.
pub(crate) fn similar<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let given = given.to_lowercase();
    let score = |name: &str| {
        let near = strsim::normalized_damerau_levenshtein(&given, &name.to_lowercase());
        // A name that was cut short is as good as one with a slip in it.
        let cut_short = given.len() >= PREFIX_MIN && name.to_lowercase().starts_with(&given);
        if cut_short { SIMILARITY_MIN + near * (1.0 - SIMILARITY_MIN) } else { near }
    };
    let scored = known.into_iter().map(|name| (score(name), name));
    scored
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score >= SIMILARITY_MIN)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_warn_with_a_suggestion() {
        let text = "tennant = 'acme'\nenv = 'prod'\nzzz = 1\n[console]\nthem = 'night'\n";
        let (file, warnings) = parse(text).unwrap();
        assert_eq!(file.tenant, None);
        insta::assert_snapshot!(warnings.join("\n"), @r"
        unknown key `env` is ignored: did you mean `environment`?
        unknown key `tennant` is ignored: did you mean `tenant`?
        unknown key `zzz` is ignored
        unknown key `console.them` is ignored: did you mean `console.theme`?
        ");
    }

    #[test]
    fn a_broken_file_names_the_line() {
        let error = parse("host = 'a'\ntenant = 3\n").unwrap_err().to_string();
        assert!(error.contains("line 2, column 10"), "{error}");
        let error = parse("host = 'a'\ntenant\n").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
