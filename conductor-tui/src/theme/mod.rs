//! How things look: colours by meaning, read from TOML, at the depth the terminal can show; and
//! the glyphs that say the same without colour.

mod colour;
mod file;
mod glyph;
mod watch;

use ratatui::style::{Modifier, Style};

pub use self::colour::Depth;
use self::colour::Rgb;
pub(crate) use self::{
    file::ThemeStore,
    glyph::{ASCII, Glyphs, UNICODE},
    watch::watch,
};

macro_rules! meanings {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a piece of the screen means; a theme gives each a look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Meaning { $($(#[$doc])* $variant,)* }

        impl Meaning {
            /// Every meaning, in the order of a theme file.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its key under `[meanings]`.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

meanings! {
    /// Plain text, and the ground of the whole screen.
    Text = "text",
    /// What matters less: units, hints, ages.
    Dim = "dim",
    /// The one accent.
    Accent = "accent",
    /// Headings.
    Title = "title",
    /// Went well.
    Ok = "ok",
    /// Wants a look.
    Warn = "warn",
    /// Went wrong, or would break something.
    Danger = "danger",
    /// Happens now.
    Running = "running",
    /// Waits for something.
    Waiting = "waiting",
    /// Frames of panes without the focus.
    Border = "border",
    /// The frame of the pane with the focus.
    Focus = "focus",
    /// The chosen row.
    Selection = "selection",
    /// The mark at the chosen row.
    Cursor = "cursor",
    /// The top line.
    Header = "header",
    /// Lesser things on the top line.
    HeaderDim = "header_dim",
    /// The word for production.
    Production = "production",
    /// Keys in the footer and the help.
    Key = "key",
    /// What a search matched.
    Match = "match",
    /// The chosen button.
    Button = "button",
    /// The chosen button when it breaks something.
    DangerButton = "danger_button",
    /// Dialogs and toasts.
    Panel = "panel",
}

/// What a theme says of one meaning, before it meets a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Paint {
    fg: Option<Rgb>,
    bg: Option<Rgb>,
    modifiers: Modifier,
}

/// A theme as its file and its parents give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) name: String,
    paints: Vec<Paint>,
}

impl Theme {
    fn paint(&self, meaning: Meaning) -> Paint {
        self.paints[meaning as usize]
    }

    /// The ground that a meaning's text stands on: its own or the screen's.
    fn ground(&self, meaning: Meaning) -> Option<Rgb> {
        self.paint(meaning).bg.or(self.paint(Meaning::Text).bg)
    }

    /// Fixes the theme for a terminal.
    pub(crate) fn at(&self, depth: Depth) -> Palette {
        let style = |meaning: &Meaning| {
            let paint = self.paint(*meaning);
            let mut style = Style::new().add_modifier(paint.modifiers);
            if depth == Depth::Mono {
                return style;
            }
            let on = self.ground(*meaning).map(|g| colour::ground(g, depth));
            if let Some(fg) = paint.fg {
                style = style.fg(colour::text(fg, on.map(|g| g.rgb), depth).colour);
            }
            if let Some(bg) = paint.bg {
                style = style.bg(colour::ground(bg, depth).colour);
            }
            style
        };
        Palette { name: self.name.clone(), styles: Meaning::ALL.iter().map(style).collect() }
    }
}

/// A theme at one terminal's depth: what drawing asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) name: String,
    styles: Vec<Style>,
}

impl Palette {
    pub(crate) fn style(&self, meaning: Meaning) -> Style {
        self.styles[meaning as usize]
    }
}

#[cfg(test)]
mod tests {

    use super::{colour::CONTRAST_TEXT_MIN, *};

    /// Lines between panes are not read; everything else is.
    fn is_text(meaning: Meaning) -> bool {
        meaning != Meaning::Border
    }

    #[test]
    fn every_shipped_theme_can_be_read_at_every_depth() {
        let store = ThemeStore::shipped();
        for name in ["dark", "light"] {
            let theme = store.theme(name).unwrap();
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                for &meaning in Meaning::ALL.iter().filter(|m| is_text(**m)) {
                    let ground = colour::ground(theme.ground(meaning).unwrap(), depth).rgb;
                    let wanted = theme.paint(meaning).fg.unwrap();
                    let shown = colour::text(wanted, Some(ground), depth).rgb;
                    let ratio = colour::contrast(shown, ground);
                    assert!(
                        ratio >= CONTRAST_TEXT_MIN,
                        "{name} {depth:?} {}: {ratio:.2}",
                        meaning.name()
                    );
                }
            }
        }
    }

    /// Status colours are also written on the chosen row and on panels.
    #[test]
    fn status_words_can_be_read_on_the_selection_and_on_panels() {
        use Meaning::{Accent, Cursor, Danger, Dim, Key, Match, Ok, Panel, Running, Selection};
        let store = ThemeStore::shipped();
        for name in ["dark", "light"] {
            let theme = store.theme(name).unwrap();
            for on in [Selection, Cursor, Panel] {
                for word in
                    [Ok, Danger, Running, Dim, Accent, Key, Match, Meaning::Warn, Meaning::Waiting]
                {
                    let (fg, bg) = (theme.paint(word).fg.unwrap(), theme.paint(on).bg.unwrap());
                    let ratio = colour::contrast(fg, bg);
                    let pair = format!("{name} {} on {}", word.name(), on.name());
                    assert!(ratio >= CONTRAST_TEXT_MIN, "{pair}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn mono_has_no_colour_whatever_the_depth() {
        let theme = ThemeStore::shipped().theme("mono").unwrap();
        for depth in [Depth::Mono, Depth::True] {
            let palette = theme.at(depth);
            for &meaning in Meaning::ALL {
                let style = palette.style(meaning);
                assert_eq!((style.fg, style.bg), (None, None), "{}", meaning.name());
            }
        }
    }

    #[test]
    fn without_colours_every_theme_is_attributes_only() {
        let palette = ThemeStore::shipped().theme("dark").unwrap().at(Depth::Mono);
        assert!(Meaning::ALL.iter().all(|m| palette.style(*m).fg.is_none()));
    }
}
