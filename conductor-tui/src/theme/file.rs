//! Theme files: TOML that may leave out what a parent says, and names the line that is wrong.

use std::{collections::BTreeMap, fs, path::Path};

use ratatui::style::Modifier;
use serde::Deserialize;
use toml::Spanned;

use super::{Meaning, Paint, Theme, colour::Rgb};

/// The themes that ship inside the program.
const SHIPPED: [(&str, &str); 3] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// Parents of parents; more is a loop.
const ANCESTORS_MAX: usize = 8;
/// A theme is a page of text; more is not a theme.
const FILE_BYTES_MAX: u64 = 256 * 1024;

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

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PaintText {
    fg: Option<Spanned<String>>,
    bg: Option<Spanned<String>>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

/// What is wrong with a theme, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("theme `{theme}`{}: {message}", line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub(crate) struct Problem {
    pub(crate) theme: String,
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
}

/// Every theme there is by name: shipped, then the user's, which win.
#[derive(Debug, Clone, Default)]
pub(crate) struct ThemeStore {
    texts: BTreeMap<String, String>,
}

impl ThemeStore {
    /// The themes inside the program.
    pub(crate) fn shipped() -> Self {
        let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        Self { texts: SHIPPED.into_iter().map(own).collect() }
    }

    /// Adds the `*.toml` of a folder. A folder that is not there adds nothing.
    pub(crate) fn with_folder(mut self, folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let is_theme = path.extension().is_some_and(|e| e == "toml")
                && path.metadata().is_ok_and(|m| m.len() <= FILE_BYTES_MAX);
            let name = path.file_stem().and_then(|s| s.to_str());
            if let (true, Some(name), Ok(text)) = (is_theme, name, fs::read_to_string(&path)) {
                self.texts.insert(name.to_owned(), text);
            }
        }
        self
    }

    /// Names in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Reads a theme with its parents.
    pub(crate) fn theme(&self, name: &str) -> Result<Theme, Problem> {
        let mut paints = vec![Paint::default(); Meaning::ALL.len()];
        self.apply(name, &mut paints, 0)?;
        Ok(Theme { name: name.to_owned(), paints })
    }

    fn apply(&self, name: &str, paints: &mut [Paint], depth: usize) -> Result<(), Problem> {
        let known = || self.names().collect::<Vec<_>>().join(", ");
        let text = self.texts.get(name).ok_or_else(|| Problem {
            theme: name.to_owned(),
            line: None,
            message: format!("there is no such theme; there are {}", known()),
        })?;
        let at = |span: std::ops::Range<usize>, message: String| Problem {
            theme: name.to_owned(),
            line: Some(line_of(text, span.start)),
            message,
        };
        let file: File = toml::from_str(text)
            .map_err(|e| at(e.span().unwrap_or(0..0), e.message().to_owned()))?;
        if let Some(parent) = &file.inherits {
            if depth >= ANCESTORS_MAX {
                return Err(at(parent.span(), "`inherits` goes round in a circle".into()));
            }
            self.apply(parent.get_ref(), paints, depth + 1)?;
        } else if depth == 0 && !SHIPPED.iter().any(|(shipped, _)| *shipped == name) {
            // A user's theme that names no parent is a change to the default.
            self.apply("dark", paints, depth + 1)?;
        }
        for (key, paint) in &file.meanings {
            let Some(meaning) = Meaning::ALL.iter().find(|m| m.name() == key.get_ref()) else {
                return Err(at(key.span(), unknown_meaning(key.get_ref())));
            };
            let slot = &mut paints[*meaning as usize];
            for (wanted, place) in [(&paint.fg, &mut slot.fg), (&paint.bg, &mut slot.bg)] {
                if let Some(wanted) = wanted {
                    let rgb = resolve(wanted.get_ref(), &file.colors);
                    *place = Some(rgb.map_err(|message| at(wanted.span(), message))?);
                }
            }
            slot.modifiers = paint.modifiers();
        }
        Ok(())
    }
}

impl PaintText {
    fn modifiers(&self) -> Modifier {
        [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ]
        .into_iter()
        .filter(|(on, _)| *on)
        .fold(Modifier::empty(), |all, (_, modifier)| all | modifier)
    }
}

fn resolve(text: &str, colors: &BTreeMap<String, Spanned<String>>) -> Result<Rgb, String> {
    colors.get(text).map_or(text, |named| named.get_ref().as_str()).parse()
}

fn unknown_meaning(key: &str) -> String {
    let near = Meaning::ALL
        .iter()
        .map(|m| m.name())
        .min_by_key(|name| strsim::levenshtein(name, key))
        .filter(|name| strsim::levenshtein(name, key) <= 3);
    near.map_or_else(
        || format!("`{key}` is not a meaning"),
        |near| format!("`{key}` is not a meaning, did you want `{near}`?"),
    )
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {

    use super::*;

    fn store(name: &str, text: &str) -> ThemeStore {
        let mut store = ThemeStore::shipped();
        store.texts.insert(name.into(), text.into());
        store
    }

    #[test]
    fn a_partial_file_inherits_the_rest() {
        let store = store("mine", "inherits = \"light\"\n[meanings]\nok = { fg = \"#005500\" }\n");
        let (mine, light) = (store.theme("mine").unwrap(), store.theme("light").unwrap());
        assert_eq!(mine.paint(Meaning::Ok).fg, Some(Rgb(0, 0x55, 0)));
        assert_eq!(mine.paint(Meaning::Danger), light.paint(Meaning::Danger));
    }

    #[test]
    fn a_bad_file_names_its_line_and_the_mend() {
        let check = |text: &str, line: usize, part: &str| {
            let problem = store("mine", text).theme("mine").unwrap_err();
            assert_eq!(problem.line, Some(line), "{problem}");
            assert!(problem.to_string().contains(part), "{problem}");
        };
        check("[meanings]\nok = { fg = \"grass\" }\n", 2, "`grass`");
        check("[meanings]\n\ndangr = { bold = true }\n", 3, "did you want `danger`");
        check("[meanings]\nok = { fgg = \"#000000\" }\n", 2, "fgg");
        check("# a\ninherits = \"mine\"\n", 2, "circle");
        check("[meanings\n", 1, "");
    }

    #[test]
    fn a_theme_that_is_not_there_lists_those_that_are() {
        let problem = ThemeStore::shipped().theme("nord").unwrap_err();
        assert!(problem.to_string().contains("dark, light, mono"), "{problem}");
    }

    #[test]
    fn files_of_a_folder_win_over_the_shipped_ones() {
        let folder = tempfile::tempdir().unwrap();
        let text = "inherits = \"light\"\n";
        fs::write(folder.path().join("mine.toml"), text).unwrap();
        fs::write(folder.path().join("notes.txt"), "no theme").unwrap();
        let store = ThemeStore::shipped().with_folder(folder.path());
        assert_eq!(store.names().collect::<Vec<_>>(), ["dark", "light", "mine", "mono"]);
    }
}
