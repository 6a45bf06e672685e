//! Theme files: TOML that may leave out what a parent says, and names the line that is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use ratatui::style::Modifier;
use serde::Deserialize;
use toml::Spanned;

use super::{Meaning, Paint, Theme, colour::Rgb};

/// The themes that ship inside the program.
pub(super) const SHIPPED: [(&str, &str); 9] = [
    ("colour-safe", include_str!("../../../themes/colour-safe.toml")),
    ("colour-safe-light", include_str!("../../../themes/colour-safe-light.toml")),
    ("dark", include_str!("../../../themes/dark.toml")),
    ("high-contrast", include_str!("../../../themes/high-contrast.toml")),
    ("high-contrast-light", include_str!("../../../themes/high-contrast-light.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
    ("production", include_str!("../../../themes/production.toml")),
    ("production-light", include_str!("../../../themes/production-light.toml")),
];

/// What a theme of a user's own changes unless it says otherwise.
const DEFAULT_PARENT: &str = "dark";
/// Parents of parents; more is a loop.
const ANCESTORS_MAX: usize = 8;
/// A theme is a page of text; more is not a theme.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// Names that are suggested differ by so many letters at most, and by less than half of them.
const SLIPS_MAX: usize = 3;
/// Takes an inherited colour away, so that the terminal's own shows.
const NONE: &str = "none";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "name")]
    _name: Option<String>,
    inherits: Option<Spanned<String>>,
    #[serde(default)]
    colors: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    meanings: BTreeMap<Spanned<String>, PaintText>,
}

/// What is left out stays as the parent has it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PaintText {
    fg: Option<Spanned<String>>,
    bg: Option<Spanned<String>>,
    bold: Option<bool>,
    dim: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
    reverse: Option<bool>,
}

/// What is wrong with a theme, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {message}", place(theme, path.as_deref()), line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct Problem {
    /// The theme's name.
    pub theme: String,
    /// Its file; none for one that is inside the program, or not there.
    pub path: Option<PathBuf>,
    /// Line of the file, from 1; none where it is about the whole of it.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

fn place(theme: &str, path: Option<&Path>) -> String {
    path.map_or_else(|| format!("theme `{theme}`"), |path| path.display().to_string())
}

/// A theme's text, or why it can't be read, and the file that it is from.
#[derive(Debug, Clone)]
struct Source {
    text: Result<String, String>,
    path: Option<PathBuf>,
}

impl Source {
    fn of(path: &Path) -> Self {
        let bytes = path.metadata().map(|metadata| metadata.len());
        let text = match bytes {
            Ok(bytes) if bytes > FILE_BYTES_MAX => {
                Err(format!("{bytes} bytes are no theme, at most {FILE_BYTES_MAX} are read"))
            }
            Ok(_) => fs::read_to_string(path).map_err(|error| format!("read it: {error}")),
            Err(error) => Err(format!("read it: {error}")),
        };
        Self { text, path: Some(path.to_owned()) }
    }

    fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self { text: Ok((*text).to_owned()), path: None })
    }
}

/// Every theme there is by name: shipped, then the user's, which win.
#[derive(Debug, Clone, Default)]
pub struct ThemeStore {
    sources: BTreeMap<String, Source>,
}

impl ThemeStore {
    /// The themes inside the program.
    #[must_use]
    pub fn shipped() -> Self {
        let own = |(name, _): &(&str, &str)| Some(((*name).to_owned(), Source::shipped(name)?));
        Self { sources: SHIPPED.iter().filter_map(own).collect() }
    }

    /// Adds the `*.toml` of a folder. A folder that is not there adds nothing.
    #[must_use]
    pub fn with_folder(mut self, folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.extension().is_some_and(|e| e == "toml") {
                self.add(&path);
            }
        }
        self
    }

    /// Adds one file; its name without the ending is the theme's, and is given back. None for a
    /// path that names no file.
    pub fn add(&mut self, path: &Path) -> Option<String> {
        let name = path.file_stem()?.to_str()?.to_owned();
        self.sources.insert(name.clone(), Source::of(path));
        Some(name)
    }

    /// Names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// The file that a theme is from; none for those inside the program.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.sources.get(name)?.path.as_deref()
    }

    /// Reads a theme with its parents.
    ///
    /// # Errors
    ///
    /// The first of what is wrong with it.
    pub fn theme(&self, name: &str) -> Result<Theme, Problem> {
        let (theme, problems) = self.read(name);
        problems.into_iter().next().map_or(Ok(theme), Err)
    }

    /// The same with everything that is wrong with it; what is wrong is as its parents have it.
    #[must_use]
    pub fn read(&self, name: &str) -> (Theme, Vec<Problem>) {
        let mut reading = Reading::of(self);
        match self.sources.get(name) {
            Some(source) => reading.apply(name, source, 0),
            None => reading.problems.push(self.missing(name)),
        }
        let Reading { paints, lines, parents, problems, .. } = reading;
        (Theme { name: name.to_owned(), paints, lines, parents }, problems)
    }

    fn missing(&self, name: &str) -> Problem {
        let near = near(name, self.names()).map(|near| format!(", did you mean `{near}`?"));
        let there = format!("; there are {}", self.names().collect::<Vec<_>>().join(", "));
        let message = format!("there is no such theme{}", near.unwrap_or(there));
        Problem { theme: name.to_owned(), path: None, line: None, message }
    }
}

/// A theme while it is put together, the eldest parent first.
struct Reading<'a> {
    store: &'a ThemeStore,
    paints: Vec<Paint>,
    colors: BTreeMap<String, Rgb>,
    lines: BTreeMap<Meaning, usize>,
    parents: Vec<String>,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    fn of(store: &'a ThemeStore) -> Self {
        Self {
            store,
            paints: vec![Paint::default(); Meaning::ALL.len()],
            colors: BTreeMap::new(),
            lines: BTreeMap::new(),
            parents: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn apply(&mut self, name: &str, source: &Source, depth: usize) {
        let file = FileAt { name, source };
        let text = match &source.text {
            Ok(text) => text,
            Err(problem) => return self.problems.push(file.whole(problem.clone())),
        };
        let read: File = match toml::from_str(text) {
            Ok(read) => read,
            Err(error) => {
                let at = error.span().unwrap_or(0..0).start;
                return self.problems.push(file.at(at, error.message().to_owned()));
            }
        };
        self.inherit(&file, read.inherits.as_ref(), depth);
        for (color, value) in &read.colors {
            match value.get_ref().parse() {
                Ok(rgb) => drop(self.colors.insert(color.clone(), rgb)),
                Err(_) => {
                    let message = format!("`{}` is not `#rrggbb`", value.get_ref());
                    self.problems.push(file.at(value.span().start, message));
                }
            }
        }
        let mut seen = BTreeSet::new();
        for (key, paint) in &read.meanings {
            let Some(&meaning) = Meaning::ALL.iter().find(|m| m.name() == key.get_ref()) else {
                let message = unknown_meaning(key.get_ref());
                self.problems.push(file.at(key.span().start, message));
                continue;
            };
            if depth == 0 && seen.insert(meaning) {
                self.lines.insert(meaning, line_of(text, key.span().start));
            }
            self.paint(&file, meaning, paint);
        }
    }

    /// Puts the parent below; a theme of a user's own without one is a change to the default.
    fn inherit(&mut self, file: &FileAt<'_>, parent: Option<&Spanned<String>>, depth: usize) {
        let (parent, at) = match parent {
            Some(parent) => (parent.get_ref().as_str(), parent.span().start),
            None if file.source.path.is_some() => (DEFAULT_PARENT, 0),
            None => return,
        };
        if depth >= ANCESTORS_MAX {
            return self.problems.push(file.at(at, "`inherits` goes round in a circle".into()));
        }
        // One that has a shipped one's name changes that.
        let own = (parent == file.name && file.source.path.is_some())
            .then(|| Source::shipped(parent))
            .flatten();
        self.parents.push(parent.to_owned());
        match own.as_ref().or_else(|| self.store.sources.get(parent)) {
            Some(source) => self.apply(parent, &source.clone(), depth + 1),
            None => {
                let missing = self.store.missing(parent).message;
                self.problems.push(file.at(at, format!("`{parent}`: {missing}")));
            }
        }
    }

    fn paint(&mut self, file: &FileAt<'_>, meaning: Meaning, paint: &PaintText) {
        for (wanted, ground) in [(&paint.fg, false), (&paint.bg, true)] {
            let Some(wanted) = wanted else { continue };
            let colour = match wanted.get_ref().as_str() {
                NONE => Ok(None),
                word => self.resolve(word).map(Some),
            };
            let slot = &mut self.paints[meaning as usize];
            match colour {
                Ok(colour) if ground => slot.bg = colour,
                Ok(colour) => slot.fg = colour,
                Err(message) => self.problems.push(file.at(wanted.span().start, message)),
            }
        }
        let slot = &mut self.paints[meaning as usize];
        for (on, modifier) in [
            (paint.bold, Modifier::BOLD),
            (paint.dim, Modifier::DIM),
            (paint.italic, Modifier::ITALIC),
            (paint.underline, Modifier::UNDERLINED),
            (paint.reverse, Modifier::REVERSED),
        ] {
            if let Some(on) = on {
                slot.modifiers.set(modifier, on);
            }
        }
    }

    fn resolve(&self, word: &str) -> Result<Rgb, String> {
        if let Some(rgb) = self.colors.get(word) {
            return Ok(*rgb);
        }
        word.parse().map_err(|problem: String| {
            match near(word, self.colors.keys().map(String::as_str)) {
                Some(near) if !word.starts_with('#') => {
                    format!("{problem}, did you mean `{near}`?")
                }
                _ => problem,
            }
        })
    }
}

/// Says where in a file something is.
struct FileAt<'a> {
    name: &'a str,
    source: &'a Source,
}

impl FileAt<'_> {
    fn whole(&self, message: String) -> Problem {
        let path = self.source.path.clone();
        Problem { theme: self.name.to_owned(), path, line: None, message }
    }

    fn at(&self, byte: usize, message: String) -> Problem {
        let line = self.source.text.as_ref().ok().map(|text| line_of(text, byte));
        Problem { line, ..self.whole(message) }
    }
}

fn unknown_meaning(key: &str) -> String {
    near(key, Meaning::ALL.iter().map(|m| m.name())).map_or_else(
        || format!("`{key}` is not a meaning; conductor-theme(5) lists them"),
        |near| format!("`{key}` is not a meaning, did you mean `{near}`?"),
    )
}

/// The name that was most likely meant.
fn near<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let slips = |name: &str| strsim::damerau_levenshtein(name, given);
    let close = |name: &&str| slips(name) <= SLIPS_MAX && slips(name) * 2 < given.chars().count();
    known.min_by_key(|name| slips(name)).filter(close)
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {

    use super::*;

    fn store(name: &str, text: &str) -> ThemeStore {
        let mut store = ThemeStore::shipped();
        let path = Some(PathBuf::from(format!("/themes/{name}.toml")));
        store.sources.insert(name.into(), Source { text: Ok(text.into()), path });
        store
    }

    #[test]
    fn a_partial_file_inherits_the_rest() {
        let store = store(
            "mine",
            "inherits = \"light\"\n[meanings]\nok = { fg = \"#005500\" }\nwarn = { fg = \"red\" }\n\
             danger = { bg = \"none\", bold = false, underline = true }\nselection = { bg = \"none\" }\n",
        );
        let (mine, light) = (store.theme("mine").unwrap(), store.theme("light").unwrap());
        let of = |meaning| mine.paint(meaning);
        assert_eq!(of(Meaning::Ok).fg, Some(Rgb(0, 0x55, 0)));
        assert_eq!(of(Meaning::Running), light.paint(Meaning::Running));
        assert_eq!(of(Meaning::Warn).fg, light.paint(Meaning::Danger).fg, "a parent's colour");
        assert_eq!(of(Meaning::Danger).modifiers, Modifier::UNDERLINED);
        assert_eq!(of(Meaning::Danger).fg, light.paint(Meaning::Danger).fg);
        assert_eq!(of(Meaning::Selection).bg, None);
        assert_eq!(of(Meaning::Accent).modifiers, Modifier::BOLD, "as the parent has it");
    }

    #[test]
    fn a_file_with_a_shipped_name_changes_the_shipped_one() {
        let store = store("light", "inherits = \"light\"\n[meanings]\nok = { fg = \"blue\" }\n");
        let (mine, shipped) = (store.theme("light").unwrap(), ThemeStore::shipped());
        let shipped = shipped.theme("light").unwrap();
        assert_eq!(mine.paint(Meaning::Ok).fg, shipped.paint(Meaning::Key).fg);
        assert_eq!(mine.paint(Meaning::Text), shipped.paint(Meaning::Text));
    }

    #[test]
    fn a_bad_file_names_its_line_and_the_mend() {
        let check = |text: &str, line: usize, part: &str| {
            let problem = store("mine", text).theme("mine").unwrap_err();
            let said = problem.to_string();
            assert_eq!(problem.line, Some(line), "{said}");
            assert!(said.starts_with(&format!("/themes/mine.toml, line {line}: ")), "{said}");
            assert!(said.contains(part), "{said}");
        };
        check("[meanings]\nok = { fg = \"grass\" }\n", 2, "`grass`");
        check("[meanings]\nok = { fg = \"leav\" }\n", 2, "did you mean `leaf`?");
        check("[colors]\na = \"#12\"\n", 2, "`#12` is not `#rrggbb`");
        check("[meanings]\n\ndangr = { bold = true }\n", 3, "did you mean `danger`");
        check("[meanings]\nok = { fgg = \"#000000\" }\n", 2, "fgg");
        check("# a\ninherits = \"mine\"\n", 2, "circle");
        check("# a\n\ninherits = \"drak\"\n", 3, "did you mean `dark`?");
        check("[meanings\n", 1, "");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let text = "[meanings]\nokk = { bold = true }\nwarn = { fg = \"grass\", bg = \"hay\" }\n";
        let (theme, problems) = store("mine", text).read("mine");
        assert_eq!(
            problems.iter().map(|p| p.line).collect::<Vec<_>>(),
            [Some(2), Some(3), Some(3)]
        );
        let dark = ThemeStore::shipped().theme("dark").unwrap();
        assert_eq!(theme.paint(Meaning::Warn), dark.paint(Meaning::Warn), "as the parent has it");
    }

    #[test]
    fn a_theme_that_is_not_there_is_told_with_what_is() {
        let said = |name: &str| ThemeStore::shipped().theme(name).unwrap_err().to_string();
        assert!(said("nord").contains("there are colour-safe, colour-safe-light, dark"));
        assert!(said("color-safe").contains("did you mean `colour-safe`?"));
    }

    #[test]
    fn files_of_a_folder_win_over_the_shipped_ones() {
        let folder = tempfile::tempdir().unwrap();
        let text = "inherits = \"light\"\n";
        fs::write(folder.path().join("mine.toml"), text).unwrap();
        fs::write(folder.path().join("latin.toml"), b"# \xe9\n").unwrap();
        fs::write(folder.path().join("notes.txt"), "no theme").unwrap();
        let store = ThemeStore::shipped().with_folder(folder.path());
        assert_eq!(store.names().count(), SHIPPED.len() + 2);
        assert_eq!(store.path("mine"), Some(folder.path().join("mine.toml").as_path()));
        assert!(store.theme("mine").is_ok());
        let problem = store.theme("latin").unwrap_err().to_string();
        assert!(problem.contains("latin.toml: read it: "), "{problem}");
    }
}
