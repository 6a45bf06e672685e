//! The config file: what may stand in it, and a kind word where something else does.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use conductor_tui::{
    app::Tone,
    input::{KeyChange, KeyChanges},
    settings::{AUTO, lines, spec},
    theme::GlyphSet,
};
use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use super::{contexts::ContextFile, settings::ConfigError};

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
    /// The context that is acted in where nothing else is said.
    pub(super) context: Option<String>,
    pub(super) contexts: BTreeMap<String, ContextFile>,
    pub(super) console: ConsoleFile,
    /// Lines of the values, by their names such as `console.theme`, counted from 1.
    #[serde(skip)]
    pub(super) lines: BTreeMap<String, usize>,
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
    /// A theme's name.
    pub(crate) theme: Option<String>,
    /// The screen in front at the start, by the name of the action that shows it.
    pub(crate) start: Option<String>,
    /// The name of the theme in production.
    pub(crate) theme_production: Option<String>,
    /// Folder of the user's themes; without it `themes` beside the config file.
    pub(crate) themes_dir: Option<PathBuf>,
    /// Action's name to keys, as the file has them.
    #[serde(rename = "keys")]
    keys_read: BTreeMap<Spanned<String>, Vec<String>>,
    /// The same with the lines where they stand.
    #[serde(skip)]
    pub(crate) keys: KeyChanges,
    /// Name of a set of glyphs.
    pub(crate) glyphs: Option<Spanned<String>>,
    pub(crate) read_only: bool,
    pub(crate) ascii: bool,
    pub(crate) reduced_motion: bool,
    pub(crate) plain: bool,
    /// Whether the first start begins with the tour; it does unless this says no.
    pub(crate) tour: Option<bool>,
    pub(crate) mouse: bool,
    /// By what somebody is told who looks elsewhere.
    pub(crate) notify: Option<Spanned<String>>,
    pub(crate) notify_approvals: bool,
    pub(crate) notify_runs: bool,
    pub(crate) notify_failures: bool,
    pub(crate) notify_incidents: bool,
    pub(crate) notify_link: bool,
}

/// Keys at the top of the file.
const KEYS: &[&str] =
    &["host", "tenant", "environment", "region", "tls", "context", "contexts", "console"];
/// Keys of `[tls]`.
const TLS_KEYS: &[&str] = &["ca", "certificate", "key"];
/// Keys of `[contexts.NAME]`.
const CONTEXT_KEYS: &[&str] =
    &["host", "tenant", "environment", "region", "tls", "theme", "read_only", "word", "tone"];
/// Keys of `[console]`.
const CONSOLE_KEYS: &[&str] = &[
    "start",
    "theme",
    "theme_production",
    "themes_dir",
    "keys",
    "glyphs",
    "read_only",
    "ascii",
    "reduced_motion",
    "plain",
    "tour",
    "mouse",
    "notify",
    "notify_approvals",
    "notify_runs",
    "notify_failures",
    "notify_incidents",
    "notify_link",
];

/// What stands in a table, whatever it is.
type Names = BTreeMap<Spanned<String>, IgnoredAny>;

/// The tables whose keys are looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sections {
    tls: Names,
    console: Names,
    contexts: BTreeMap<Spanned<String>, Names>,
}

/// Tables within those of contexts.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ContextSections {
    contexts: BTreeMap<String, ContextSection>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ContextSection {
    tls: Names,
}

/// Reads the file; one that isn't there is empty. Unknown keys are warnings: a file that a newer
/// console wrote still works.
pub(super) fn read(path: &Path) -> Result<(ConfigFile, Vec<String>), ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    let read = parse(&text).map_err(|source| ConfigError::Syntax { path: path.to_owned(), source });
    read.map(|(mut file, warnings)| {
        file.console.keys = keys(&file.console.keys_read, &text, path);
        file.lines = lines(&text);
        (file, warnings)
    })
}

fn parse(text: &str) -> Result<(ConfigFile, Vec<String>), Box<toml::de::Error>> {
    let mut file: ConfigFile = toml::from_str(text)?;
    let sections: Sections = toml::from_str(text)?;
    let mut warnings = unknown("", &toml::from_str(text)?, KEYS, text);
    warnings.extend(unknown("tls.", &sections.tls, TLS_KEYS, text));
    warnings.extend(unknown("console.", &sections.console, CONSOLE_KEYS, text));
    warnings.extend(of_contexts(&sections, text)?);
    warnings.extend(mend_contexts(&mut file, text));
    // What fits by itself is what holds where nothing is said.
    let auto = |name: &String| name == AUTO;
    file.console.theme.take_if(|name| auto(name));
    file.console.theme_production.take_if(|name| auto(name));
    file.console.glyphs.take_if(|set| auto(set.get_ref()));
    // A set that a newer console knows is no reason to be without a console.
    if let Some(glyphs) = &file.console.glyphs
        && let Err(problem) = glyphs.get_ref().parse::<GlyphSet>()
    {
        let line = line_of(text, glyphs.span().start);
        warnings.push(format!("line {line}: {problem}; the locale decides"));
        file.console.glyphs = None;
    }
    file.console.notify.take_if(|name| auto(name.get_ref()));
    if let (Some(name), Some(spec)) = (&file.console.notify, spec("notify"))
        && let Err(problem) = spec.read(name.get_ref())
    {
        let line = line_of(text, name.span().start);
        warnings.push(format!("line {line}: {problem}; the terminal decides"));
        file.console.notify = None;
    }
    Ok((file, warnings))
}

/// What is strange about contexts: their names, and keys in them.
fn of_contexts(sections: &Sections, text: &str) -> Result<Vec<String>, Box<toml::de::Error>> {
    let within: ContextSections = toml::from_str(text)?;
    let mut warnings = Vec::new();
    for (name, names) in &sections.contexts {
        let (line, name) = (line_of(text, name.span().start), name.get_ref());
        let fine = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name == "-" || !name.chars().all(fine) {
            let of = "letters, digits, `-`, `_` and `.` make a name";
            warnings.push(format!("line {line}: context `{name}` can't be typed: {of}"));
        }
        warnings.extend(unknown(&format!("contexts.{name}."), names, CONTEXT_KEYS, text));
        let tls = within.contexts.get(name);
        let prefix = format!("contexts.{name}.tls.");
        warnings.extend(tls.iter().flat_map(|it| unknown(&prefix, &it.tls, TLS_KEYS, text)));
    }
    Ok(warnings)
}

/// Leaves out of contexts what is no value.
fn mend_contexts(file: &mut ConfigFile, text: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    for says in file.contexts.values_mut() {
        says.theme.take_if(|name| name == AUTO);
        if let Some(tone) = &says.tone
            && let Err(problem) = tone.get_ref().parse::<Tone>()
        {
            let line = line_of(text, tone.span().start);
            warnings.push(format!("line {line}: {problem}; the environment decides"));
            says.tone = None;
        }
    }
    warnings
}

/// Each change of a key with the line where somebody can mend it.
fn keys(read: &BTreeMap<Spanned<String>, Vec<String>>, text: &str, path: &Path) -> KeyChanges {
    let change = |(name, keys): (&Spanned<String>, &Vec<String>)| {
        let line = line_of(text, name.span().start);
        let place = format!("{}, line {line}", path.display());
        (name.get_ref().clone(), KeyChange { keys: keys.clone(), place })
    };
    read.iter().map(change).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn unknown(prefix: &str, names: &Names, known: &[&str], text: &str) -> Vec<String> {
    let strange = names.keys().filter(|key| !known.contains(&key.get_ref().as_str()));
    strange
        .map(|key| {
            let line = line_of(text, key.span().start);
            format!("line {line}: {}", warning(prefix, key.get_ref(), known))
        })
        .collect()
}

fn warning(prefix: &str, key: &str, known: &[&str]) -> String {
    let tables = [("", KEYS), ("tls.", TLS_KEYS), ("console.", CONSOLE_KEYS)];
    let elsewhere = tables.into_iter().find(|(_, names)| names.contains(&key));
    let here = || Some((prefix, similar(key, known.iter().copied())?));
    match elsewhere.map(|(table, _)| (table, key)).or_else(here) {
        Some((table, meant)) => {
            format!("unknown key `{prefix}{key}` is ignored: did you mean `{table}{meant}`?")
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
        let text = "tennant = 'acme'\nenv = 'prod'\nzzz = 1\n[console]\nthem = 'night'\n\
                    mouse = true\nglyphs = 'emoji'\nnotify = 'horn'\n[tls]\nca_file = 'x'\n";
        let (file, warnings) = parse(text).unwrap();
        assert_eq!(file.tenant, None);
        assert!(file.console.mouse, "the rest counts");
        insta::assert_snapshot!(warnings.join("\n"), @r"
        line 2: unknown key `env` is ignored: did you mean `environment`?
        line 1: unknown key `tennant` is ignored: did you mean `tenant`?
        line 3: unknown key `zzz` is ignored
        line 10: unknown key `tls.ca_file` is ignored
        line 5: unknown key `console.them` is ignored: did you mean `console.theme`?
        line 7: `emoji` is not a glyph set: ascii, unicode or nerd; the locale decides
        line 8: `console.notify` is one of auto, bell, osc9, osc99, osc777, off, not `horn`; the terminal decides
        ");
    }

    #[test]
    fn a_key_in_the_wrong_table_is_known_by_its_own() {
        let (_, warnings) = parse("theme = 'dark'\n[tls]\ntenant = 'acme'\n").unwrap();
        insta::assert_snapshot!(warnings.join("\n"), @r"
        line 1: unknown key `theme` is ignored: did you mean `console.theme`?
        line 3: unknown key `tls.tenant` is ignored: did you mean `tenant`?
        ");
    }

    #[test]
    fn contexts_warn_with_their_lines_and_the_rest_of_them_counts() {
        let text = "[contexts.prod]\nhots = 'a'\ntone = 'red'\ntenant = 'acme'\n\
                    [contexts.prod.tls]\nca_file = 'x'\n[contexts.'a b']\n";
        let (file, warnings) = parse(text).unwrap();
        assert_eq!(file.contexts["prod"].tenant.as_deref(), Some("acme"));
        insta::assert_snapshot!(warnings.join("\n"), @r"
        line 7: context `a b` can't be typed: letters, digits, `-`, `_` and `.` make a name
        line 2: unknown key `contexts.prod.hots` is ignored: did you mean `contexts.prod.host`?
        line 6: unknown key `contexts.prod.tls.ca_file` is ignored
        line 3: `red` is not a tone: there are danger, warn, ok, accent; the environment decides
        ");
    }

    #[test]
    fn keys_know_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let text = "[console.keys]\n# mine\ncancel = [\"X\"]\n\nrerun = [\"F5\", \"A-r\"]\n";
        std::fs::write(&path, text).unwrap();
        let (file, warnings) = read(&path).unwrap();
        assert_eq!(warnings, Vec::<String>::new());
        let places: Vec<_> = file.console.keys.values().map(|change| &change.place).collect();
        let line = |line: usize| format!("{}, line {line}", path.display());
        assert_eq!(places, [&line(3), &line(5)]);
        assert_eq!(file.console.keys["rerun"].keys, ["F5", "A-r"]);
    }

    #[test]
    fn a_broken_file_names_the_line() {
        let error = parse("host = 'a'\ntenant = 3\n").unwrap_err().to_string();
        assert!(error.contains("line 2, column 10"), "{error}");
        let error = parse("host = 'a'\ntenant\n").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
