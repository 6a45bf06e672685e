//! Writes one setting into the config file: nothing else in it changes, neither comments nor order nor
//! what this console does not know.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value};

use super::table::{Kind, Spec};
use crate::whole;

/// Bytes of a config file that is still one.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Tables in tables: `contexts`, one of them, its `tls`.
const DEPTH_MAX: usize = 3;

/// Why a setting was not written. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It is no value of this setting.
    #[error("{0}")]
    Value(String),
    /// The file is there and can't be read.
    #[error("read the config file {path}: {source}", path = path.display())]
    Read {
        /// The config file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// It is no TOML.
    #[error("understand the config file {path}: {source}", path = path.display())]
    Syntax {
        /// The config file.
        path: PathBuf,
        /// What is wrong.
        source: Box<toml_edit::TomlError>,
    },
    /// Something else stands where the setting's table would be.
    #[error("write {name} into {path}: `{table}` is no table there, make it `[{table}]`", path = path.display())]
    NoTable {
        /// The config file.
        path: PathBuf,
        /// The setting.
        name: &'static str,
        /// What would have to be a table.
        table: String,
    },
    /// The folder is read-only, the disk is full, or something like it.
    #[error("write the config file {path}: {source}", path = path.display())]
    Write {
        /// The config file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    /// The setting, by its whole name.
    pub name: String,
    /// As it is listed: `on` for `true`.
    pub value: String,
    /// The file.
    pub path: PathBuf,
    /// The lines of all settings that are in the file now, by their names, counted from 1.
    pub lines: BTreeMap<String, usize>,
}

/// Writes a setting. A file that is not there is begun.
///
/// # Errors
///
/// See [`WriteError`].
pub fn write(path: &Path, spec: &Spec, value: &str) -> Result<Written, WriteError> {
    let value = spec.read(value).map_err(WriteError::Value)?;
    let text = read(path)?;
    let syntax = |source| WriteError::Syntax { path: path.to_owned(), source: Box::new(source) };
    let mut document: DocumentMut = text.parse().map_err(syntax)?;
    let (table, key) = spec.name.split_once('.').unwrap_or(("", spec.name));
    let no_table =
        || WriteError::NoTable { path: path.to_owned(), name: spec.name, table: table.to_owned() };
    let within: &mut dyn TableLike = match table {
        "" => document.as_table_mut(),
        table => {
            let entry = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
            entry.as_table_like_mut().ok_or_else(no_table)?
        }
    };
    set(
        within,
        key,
        match spec.kind {
            Kind::Toggle => Value::from(value == "on"),
            _ => Value::from(value.as_str()),
        },
    );
    let text = document.to_string();
    whole::rewrite(path, text.as_bytes())
        .map_err(|source| WriteError::Write { path: path.to_owned(), source })?;
    let (name, path) = (spec.name.to_owned(), path.to_owned());
    Ok(Written { name, value, path, lines: lines(&text) })
}

/// Where there is a value, what stands around it stays: the comment behind it, the blanks.
fn set(within: &mut dyn TableLike, key: &str, mut value: Value) {
    match within.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => drop(within.insert(key, Item::Value(value))),
    }
}

fn read(path: &Path) -> Result<String, WriteError> {
    let failed = |source| WriteError::Read { path: path.to_owned(), source };
    match fs::metadata(path) {
        Ok(found) if found.len() > FILE_BYTES_MAX => {
            Err(failed(io::ErrorKind::FileTooLarge.into()))
        }
        Ok(_) => fs::read_to_string(path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(failed(error)),
    }
}

/// The lines of a file's values by their names, `console.theme`, counted from 1; none of what is no TOML.
#[must_use]
pub fn lines(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let Ok(document) = Document::parse(text) else { return found };
    let root: &dyn TableLike = document.as_table();
    let mut tables = vec![(String::new(), root, 0)];
    while let Some((prefix, table, depth)) = tables.pop() {
        for (key, item) in table.iter() {
            if let Some(span) = item.as_value().and_then(Value::span) {
                let line = text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1;
                found.insert(format!("{prefix}{key}"), line);
            }
            if let Some(below) = item.as_table_like().filter(|_| depth < DEPTH_MAX) {
                tables.push((format!("{prefix}{key}."), below, depth + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::spec, *};

    const FILE: &str = "\
# Mine.
host = 'unix:///run/c.sock' # here

[console.keys]
cancel = [\"X\"]

[console]   # how it looks
# The light one.
theme   = \"light\"  # paper
made_up = 7 # of a newer console
";

    fn written(text: &str, changes: &[(&str, &str)]) -> (String, Written) {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("conductor/config.toml");
        if !text.is_empty() {
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        let mut last = None;
        for (name, value) in changes {
            last = Some(write(&path, spec(name).unwrap(), value).unwrap());
        }
        (fs::read_to_string(&path).unwrap(), last.unwrap())
    }

    #[test]
    fn comments_order_and_what_is_not_known_stay() {
        let (text, last) = written(FILE, &[("theme", "dark"), ("mouse", "on"), ("tenant", "acme")]);
        insta::assert_snapshot!(text, @r#"
        # Mine.
        host = 'unix:///run/c.sock' # here
        tenant = "acme"

        [console.keys]
        cancel = ["X"]

        [console]   # how it looks
        # The light one.
        theme   = "dark"  # paper
        made_up = 7 # of a newer console
        mouse = true
        "#);
        assert_eq!((last.lines["tenant"], last.lines["console.mouse"]), (3, 12));
    }

    #[test]
    fn a_file_that_is_not_there_is_begun_and_one_with_keys_alone_goes_on() {
        let (text, last) = written("", &[("notify_runs", "on")]);
        assert_eq!(
            (text.as_str(), last.lines["console.notify_runs"]),
            ("[console]\nnotify_runs = true\n", 2)
        );
        let (text, last) = written("[console.keys]\ncancel = ['X']\n", &[("glyphs", "ascii")]);
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["console"]["glyphs"].as_str(), Some("ascii"), "{text}");
        assert!(table["console"]["keys"].is_table(), "{text}");
        assert!(last.lines.contains_key("console.glyphs"));
        let inline = "console = { theme = 'dark', mouse = true }\n";
        let (text, _) = written(inline, &[("mouse", "off")]);
        assert_eq!(text, "console = { theme = 'dark', mouse = false }\n");
    }

    #[test]
    fn what_can_not_be_written_is_one_clear_error_and_nothing_is_lost() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("config.toml");
        let refused = |text: &str, name: &str, value: &str| {
            fs::write(&path, text).unwrap();
            let error = write(&path, spec(name).unwrap(), value).unwrap_err().to_string();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            error.replace(&there.path().display().to_string(), "/home/alice")
        };
        assert_eq!(refused("", "mouse", "maybe"), "`console.mouse` is `on` or `off`, not `maybe`");
        assert_eq!(
            refused("console = 7\n", "mouse", "on"),
            "write console.mouse into /home/alice/config.toml: `console` is no table there, make it `[console]`"
        );
        let broken = refused("host = \n", "mouse", "on");
        assert!(
            broken.starts_with("understand the config file /home/alice/config.toml: "),
            "{broken}"
        );
        // A folder in the way, which not even the superuser writes into.
        let below = path.join("config.toml");
        let error = write(&below, spec("mouse").unwrap(), "on").unwrap_err();
        assert!(matches!(error, WriteError::Read { .. } | WriteError::Write { .. }), "{error}");
    }
}
