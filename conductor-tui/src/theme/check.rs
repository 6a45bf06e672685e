//! What can be said of a theme that is well formed: whether it can be read, what its meanings look
//! like, and the whole of it as a file to start from.

use std::fmt::Write as _;

use ratatui::style::Modifier;

use super::{
    Meaning, Paint, Theme,
    colour::{self, CONTRAST_TEXT_MIN, Rgb},
    vision::{APART_MIN, Vision},
};

/// States that people must tell apart at a glance.
const STATES: [Meaning; 5] =
    [Meaning::Ok, Meaning::Warn, Meaning::Danger, Meaning::Running, Meaning::Waiting];
/// Attributes as a theme file names them.
const ATTRIBUTES: [(&str, Modifier, &str); 5] = [
    ("bold", Modifier::BOLD, "1"),
    ("dim", Modifier::DIM, "2"),
    ("italic", Modifier::ITALIC, "3"),
    ("underline", Modifier::UNDERLINED, "4"),
    ("reverse", Modifier::REVERSED, "7"),
];

/// Something that is not wrong and not good either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the theme's own file, from 1; none where a parent says it.
    pub line: Option<usize>,
    /// What it is.
    pub message: String,
    /// Whether it stands in the way of reading; otherwise it is good to know.
    pub warning: bool,
}

/// What one meaning looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which.
    pub meaning: Meaning,
    /// Colour of its text, as `#rrggbb`; empty for the terminal's own.
    pub fg: String,
    /// Colour of its ground, as `#rrggbb`; empty where it has none of its own.
    pub bg: String,
    /// Names of its attributes.
    pub attributes: Vec<&'static str>,
    /// The least contrast of its text with any ground that it is drawn on, from 1 to 21; none where
    /// the terminal's own colours are used, and for frames.
    pub contrast: Option<f64>,
    /// The parameters of the escape sequence that shows it in true colour; empty for none.
    pub sgr: String,
}

impl Theme {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is a change to, the nearest first; empty for none.
    #[must_use]
    pub fn parents(&self) -> &[String] {
        &self.parents
    }

    /// What makes it hard to read, in the order of the meanings.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self.unreadable().collect();
        if self.paint(Meaning::Text).bg.is_none() && !self.is_mono() {
            let line = self.lines.get(&Meaning::Text).copied();
            let message =
                "`text` has no `bg`: what is on the terminal's own ground can't be judged".into();
            remarks.push(Remark { line, message, warning: false });
        }
        remarks.extend(self.alike().into_iter().map(|(a, b, vision)| {
            let line = self.lines.get(&a).or_else(|| self.lines.get(&b)).copied();
            let (a, b, vision) = (a.name(), b.name(), vision.name());
            let message = format!("`{a}` and `{b}` look alike with {vision}");
            Remark { line, message, warning: false }
        }));
        remarks
    }

    fn is_mono(&self) -> bool {
        self.paints.iter().all(|paint| paint.fg.is_none() && paint.bg.is_none())
    }

    fn unreadable(&self) -> impl Iterator<Item = Remark> {
        let text = Meaning::ALL.iter().copied().filter(|meaning| meaning.is_text());
        let pairs =
            text.flat_map(|meaning| meaning.grounds().into_iter().map(move |on| (meaning, on)));
        pairs.filter_map(|(meaning, on)| {
            let ratio = self.contrast(meaning, on)?;
            if ratio >= CONTRAST_TEXT_MIN {
                return None;
            }
            let line = self.lines.get(&meaning).or_else(|| self.lines.get(&on)).copied();
            let place = match on {
                Meaning::Text => "the screen's ground".to_owned(),
                on if on == meaning => "its own ground".to_owned(),
                on => format!("the ground of `{}`", on.name()),
            };
            let message = format!(
                "`{}` on {place} has a contrast of {ratio:.1}:1, text wants {CONTRAST_TEXT_MIN}:1",
                meaning.name()
            );
            Some(Remark { line, message, warning: true })
        })
    }

    /// Contrast of a meaning's text with the ground that another gives.
    fn contrast(&self, meaning: Meaning, on: Meaning) -> Option<f64> {
        let fg = self.paint(meaning).fg.or(self.paint(Meaning::Text).fg)?;
        Some(colour::contrast(fg, self.ground(on)?))
    }

    /// States that some eyes can't tell from each other by colour, each pair once.
    pub(super) fn alike(&self) -> Vec<(Meaning, Meaning, Vision)> {
        let mut pairs = Vec::new();
        for (at, &a) in STATES.iter().enumerate() {
            for &b in &STATES[at + 1..] {
                let (Some(x), Some(y)) = (self.paint(a).fg, self.paint(b).fg) else { continue };
                let visions =
                    [Vision::Usual, Vision::Deuteranopia, Vision::Protanopia, Vision::Tritanopia];
                let blind = visions.into_iter().find(|v| v.distance(x, y) < APART_MIN);
                pairs.extend(blind.map(|vision| (a, b, vision)));
            }
        }
        pairs
    }

    /// Every meaning as it looks.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        Meaning::ALL.iter().map(|meaning| self.sample(*meaning)).collect()
    }

    fn sample(&self, meaning: Meaning) -> Sample {
        let paint = self.paint(meaning);
        let text = |colour: Option<Rgb>| colour.map(|rgb| rgb.to_string()).unwrap_or_default();
        let least = meaning
            .grounds()
            .into_iter()
            .filter_map(|on| self.contrast(meaning, on))
            .min_by(f64::total_cmp);
        Sample {
            meaning,
            fg: text(paint.fg),
            bg: text(paint.bg),
            attributes: attributes(paint).map(|(name, ..)| *name).collect(),
            contrast: least.filter(|_| meaning.is_text()),
            sgr: self.sgr(meaning),
        }
    }

    fn sgr(&self, meaning: Meaning) -> String {
        let paint = self.paint(meaning);
        let mut codes: Vec<String> =
            attributes(paint).map(|(_, _, code)| (*code).to_owned()).collect();
        let parts = |Rgb(r, g, b): Rgb| format!("{r};{g};{b}");
        codes.extend(paint.fg.map(|fg| format!("38;2;{}", parts(fg))));
        codes.extend(self.ground(meaning).map(|bg| format!("48;2;{}", parts(bg))));
        codes.join(";")
    }

    /// The whole theme as a file that needs no parent.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text =
            String::from("# Every meaning of a theme; conductor-theme(5) tells of them.\n");
        // A user's file is a change to another one; this one leaves nothing of it.
        let _ = writeln!(text, "inherits = \"mono\"\n\n[meanings]");
        let mono = [("fg", false), ("bg", true)];
        for &meaning in Meaning::ALL {
            let paint = self.paint(meaning);
            let colours = mono.iter().filter_map(|(key, ground)| {
                let colour = if *ground { paint.bg } else { paint.fg };
                colour.map(|rgb| format!("{key} = \"{rgb}\""))
            });
            // The parent has attributes of its own, so that each is said either way.
            let marks = ATTRIBUTES.iter().filter_map(|(key, modifier, _)| {
                let on = paint.modifiers.contains(*modifier);
                (on || MONO_HAS.contains(*modifier)).then(|| format!("{key} = {on}"))
            });
            let all: Vec<String> = colours.chain(marks).collect();
            let _ = writeln!(text, "# {}", meaning.help());
            let _ = writeln!(text, "{} = {{ {} }}", meaning.name(), all.join(", "));
        }
        text
    }
}

/// Attributes that the theme `mono` uses.
const MONO_HAS: Modifier =
    Modifier::BOLD.union(Modifier::DIM).union(Modifier::UNDERLINED).union(Modifier::REVERSED);

fn attributes(
    paint: Paint,
) -> impl Iterator<Item = &'static (&'static str, Modifier, &'static str)> {
    ATTRIBUTES.iter().filter(move |(_, modifier, _)| paint.modifiers.contains(*modifier))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::ThemeStore;

    fn with(text: &str) -> (Theme, Vec<super::super::Problem>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, text).unwrap();
        let mut store = ThemeStore::shipped();
        let name = store.add(&path).unwrap();
        store.read(&name)
    }

    #[test]
    fn what_can_not_be_read_is_told_with_its_line() {
        let (theme, problems) = with("[meanings]\n\nok = { fg = \"#333333\" }\n");
        assert_eq!(problems, []);
        let remarks = theme.remarks();
        let first = &remarks[0];
        assert!(first.warning);
        assert_eq!(first.line, Some(3));
        assert!(first.message.starts_with("`ok` on the screen's ground has a contrast of 1."));
        assert!(remarks.iter().filter(|r| r.warning).all(|r| r.message.contains("`ok`")));
    }

    #[test]
    fn a_ground_that_spoils_the_texts_of_others_is_told_with_its_line() {
        let (theme, _) = with("[meanings]\nselection = { bg = \"#8899aa\", fg = \"#000000\" }\n");
        let remarks = theme.remarks();
        let dim = "`dim` on the ground of `selection`";
        let told = remarks.iter().find(|r| r.message.starts_with(dim)).unwrap();
        assert_eq!((told.line, told.warning), (Some(2), true));
    }

    #[test]
    fn shipped_themes_have_nothing_against_them() {
        for name in ThemeStore::shipped().names() {
            let theme = ThemeStore::shipped().theme(name).unwrap();
            let warnings: Vec<_> = theme.remarks().into_iter().filter(|r| r.warning).collect();
            assert_eq!(warnings, [], "{name}");
        }
    }

    #[test]
    fn the_whole_theme_as_a_file_is_the_same_theme() {
        for name in ThemeStore::shipped().names() {
            let theme = ThemeStore::shipped().theme(name).unwrap();
            let (again, problems) = with(&theme.to_toml());
            assert_eq!(problems, [], "{name}");
            assert_eq!(again.paints, theme.paints, "{name}");
        }
    }

    #[test]
    fn a_sample_shows_what_a_meaning_is() {
        let theme = ThemeStore::shipped().theme("light").unwrap();
        let samples = theme.samples();
        assert_eq!(samples.len(), Meaning::ALL.len());
        let of = |meaning| samples.iter().find(|s| s.meaning == meaning).unwrap();
        assert_eq!(of(Meaning::Danger).attributes, ["bold"]);
        assert_eq!(of(Meaning::Danger).sgr, "1;38;2;176;34;28;48;2;250;250;247");
        assert!(of(Meaning::Danger).contrast.is_some_and(|ratio| ratio > 4.5));
        assert_eq!(of(Meaning::Border).contrast, None);
    }
}
