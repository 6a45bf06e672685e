//! How things look: colours by meaning, read from TOML, at the depth the terminal can show; and
//! the glyphs that say the same without colour.

mod check;
mod choice;
mod colour;
mod file;
mod glyph;
mod vision;
mod watch;

use std::collections::BTreeMap;

use ratatui::style::{Modifier, Style};

use self::colour::Rgb;
pub use self::{
    check::{Remark, Sample},
    colour::Depth,
    file::{Problem, ThemeStore},
    glyph::GlyphSet,
};
pub(crate) use self::{
    choice::Choice,
    glyph::{ASCII, Glyphs},
    watch::watch,
};
#[cfg(test)]
pub(crate) use self::{
    colour::{contrast, looks},
    glyph::UNICODE,
};

macro_rules! meanings {
    ($($(#[doc = $help:literal])* $variant:ident = $name:literal,)*) => {
        /// What a piece of the screen means; a theme gives each a look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Meaning { $($(#[doc = $help])* $variant,)* }

        impl Meaning {
            /// Every meaning, in the order of a theme file.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its key under `[meanings]`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it stands for, in a sentence.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => concat!($($help),*).trim(),)* }
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
    /// The top line in production.
    Band = "band",
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
pub struct Theme {
    /// By which it is asked for.
    pub(crate) name: String,
    paints: Vec<Paint>,
    /// Where its own file has which meaning.
    lines: BTreeMap<Meaning, usize>,
    /// What it is a change to, and that in turn.
    parents: Vec<String>,
}

/// Grounds that text without a ground of its own is drawn on.
const GROUNDS: [Meaning; 4] = [Meaning::Text, Meaning::Panel, Meaning::Selection, Meaning::Cursor];
/// Grounds of the top line.
const TOP_GROUNDS: [Meaning; 2] = [Meaning::Header, Meaning::Band];
/// What is drawn on the top line besides its own.
const ON_TOP: [Meaning; 5] =
    [Meaning::HeaderDim, Meaning::Ok, Meaning::Warn, Meaning::Danger, Meaning::Waiting];

impl Meaning {
    /// Lines between panes are not read; everything else is.
    fn is_text(self) -> bool {
        self != Self::Border
    }

    /// Whose ground its text is drawn on.
    fn grounds(self) -> Vec<Self> {
        use Meaning::{Band, Button, Cursor, DangerButton, Header, Panel, Production, Selection};
        let own = [Band, Button, Cursor, DangerButton, Header, Panel, Production, Selection];
        let top = ON_TOP.contains(&self).then_some(TOP_GROUNDS).into_iter().flatten();
        match self {
            own_ground if own.contains(&own_ground) => vec![self],
            Self::HeaderDim => top.collect(),
            _ => GROUNDS.into_iter().chain(top).collect(),
        }
    }

    /// The ground that it has to stand out from where a terminal's colours are too few.
    fn stands_out_from(self) -> Option<Self> {
        match self {
            Self::Selection | Self::Cursor => Some(Self::Text),
            Self::Band => Some(Self::Header),
            _ => None,
        }
    }
}

impl Theme {
    fn paint(&self, meaning: Meaning) -> Paint {
        self.paints[meaning as usize]
    }

    /// The ground that a meaning gives: its own or the screen's.
    fn ground(&self, meaning: Meaning) -> Option<Rgb> {
        self.paint(meaning).bg.or(self.paint(Meaning::Text).bg)
    }

    /// Whether its ground is lost at this depth, and light and dark are exchanged instead.
    fn is_exchanged(&self, meaning: Meaning, depth: Depth) -> bool {
        let lost = |other: Meaning| {
            let (own, other) = (self.ground(meaning)?, self.ground(other)?);
            let same = colour::ground(own, depth) == colour::ground(other, depth);
            Some(own != other && same)
        };
        meaning.stands_out_from().and_then(lost).unwrap_or(false)
    }

    /// Fixes the theme for a terminal.
    pub(crate) fn at(&self, depth: Depth) -> Palette {
        let style = |meaning: &Meaning| {
            let paint = self.paint(*meaning);
            let mut style = Style::new().add_modifier(paint.modifiers);
            if depth == Depth::Mono {
                return style;
            }
            if let Some(fg) = paint.fg {
                let grounds = meaning.grounds().into_iter().filter_map(|on| self.ground(on));
                let grounds: Vec<Rgb> = grounds.map(|g| colour::ground(g, depth).rgb).collect();
                style = style.fg(colour::text(fg, &grounds, depth).colour);
            }
            if self.is_exchanged(*meaning, depth) {
                return style.add_modifier(Modifier::REVERSED);
            }
            if let Some(bg) = paint.bg {
                style = style.bg(colour::ground(bg, depth).colour);
                if !paint.modifiers.contains(Modifier::REVERSED) {
                    // On a line whose light and dark are exchanged it keeps its own.
                    style = style.remove_modifier(Modifier::REVERSED);
                }
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

    /// Whether nothing in it has a colour.
    #[cfg(test)]
    pub(crate) fn is_colourless(&self) -> bool {
        use ratatui::style::Color;
        let own = |colour: Option<Color>| colour.is_none_or(|colour| colour == Color::Reset);
        self.styles.iter().all(|style| own(style.fg) && own(style.bg))
    }
}

#[cfg(test)]
mod tests {

    use ratatui::style::Color;

    use super::{colour::CONTRAST_TEXT_MIN, vision::Vision, *};

    /// Colours of text in the theme for tired eyes: what WCAG calls enhanced.
    const CONTRAST_HIGH_MIN: f64 = 7.0;
    /// Frames there.
    const CONTRAST_FRAME_MIN: f64 = 3.0;

    fn coloured() -> impl Iterator<Item = Theme> {
        let names = file::SHIPPED.iter().map(|(name, _)| *name).filter(|name| *name != "mono");
        names.map(|name| ThemeStore::shipped().theme(name).unwrap())
    }

    fn shown(style: Style) -> (Option<Rgb>, Option<Rgb>) {
        (style.fg.and_then(looks), style.bg.and_then(looks))
    }

    /// Every text on every ground that it is drawn on, as the terminal is told to show them.
    #[test]
    fn every_text_can_be_read_on_every_ground_at_every_depth() {
        for theme in coloured() {
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                let palette = theme.at(depth);
                for &meaning in Meaning::ALL.iter().filter(|meaning| meaning.is_text()) {
                    for on in meaning.grounds() {
                        let (_, screen) = shown(palette.style(Meaning::Text));
                        let fg = shown(palette.style(meaning)).0.unwrap();
                        // Where light and dark are exchanged it is the screen's ground.
                        let bg = shown(palette.style(on)).1.or(screen).unwrap();
                        let ratio = colour::contrast(fg, bg);
                        let name = &theme.name;
                        let pair = format!("{name} {depth:?} {} on {}", meaning.name(), on.name());
                        let high = name.starts_with("high-contrast") && depth == Depth::True;
                        let least = if high { CONTRAST_HIGH_MIN } else { CONTRAST_TEXT_MIN };
                        assert!(ratio >= least, "{pair}: {ratio:.2}");
                    }
                }
            }
        }
    }

    #[test]
    fn frames_of_the_high_contrast_themes_can_be_seen() {
        for theme in coloured().filter(|theme| theme.name.starts_with("high-contrast")) {
            let border = theme.paint(Meaning::Border).fg.unwrap();
            for on in [Meaning::Text, Meaning::Panel] {
                let ratio = colour::contrast(border, theme.ground(on).unwrap());
                assert!(ratio >= CONTRAST_FRAME_MIN, "{}: {ratio:.2}", theme.name);
            }
        }
    }

    #[test]
    fn the_chosen_row_and_production_are_seen_at_every_depth() {
        for theme in coloured() {
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                let palette = theme.at(depth);
                let differs = |a: Meaning, b: Meaning| {
                    let (a, b) = (palette.style(a), palette.style(b));
                    a.add_modifier.contains(Modifier::REVERSED) || a.bg != b.bg
                };
                let name = format!("{} {depth:?}", theme.name);
                assert!(differs(Meaning::Selection, Meaning::Text), "{name}");
                assert!(differs(Meaning::Cursor, Meaning::Text), "{name}");
                assert!(differs(Meaning::Production, Meaning::Band), "{name}");
                assert!(differs(Meaning::Button, Meaning::Panel), "{name}");
            }
        }
    }

    /// In the model of `vision.rs`.
    #[test]
    fn the_colour_safe_themes_keep_states_apart_for_every_eye() {
        for theme in coloured().filter(|theme| theme.name.starts_with("colour-safe")) {
            assert_eq!(theme.alike(), [], "{}", theme.name);
        }
        let dark = ThemeStore::shipped().theme("dark").unwrap();
        let red_green = (Meaning::Ok, Meaning::Warn, Vision::Deuteranopia);
        assert!(dark.alike().contains(&red_green), "why there is a theme for it");
    }

    #[test]
    fn mono_has_no_colour_whatever_the_depth() {
        let theme = ThemeStore::shipped().theme("mono").unwrap();
        for depth in [Depth::Mono, Depth::True] {
            let palette = theme.at(depth);
            assert!(palette.is_colourless());
            for &meaning in Meaning::ALL {
                let style = palette.style(meaning);
                assert_eq!((style.fg, style.bg), (None, None), "{}", meaning.name());
            }
        }
    }

    #[test]
    fn without_colours_every_theme_is_attributes_only() {
        for theme in coloured() {
            assert!(theme.at(Depth::Mono).is_colourless(), "{}", theme.name);
            assert!(!theme.at(Depth::Ansi16).is_colourless(), "{}", theme.name);
        }
    }

    #[test]
    fn few_colours_are_used_where_there_are_few() {
        for theme in coloured() {
            for (depth, fits) in [
                (Depth::Ansi256, (|c| matches!(c, Color::Indexed(16..))) as fn(Color) -> bool),
                (Depth::Ansi16, |c| !matches!(c, Color::Indexed(_) | Color::Rgb(..))),
            ] {
                let palette = theme.at(depth);
                let used = palette.styles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
                for colour in used {
                    assert!(fits(colour), "{} {depth:?} {colour:?}", theme.name);
                }
            }
        }
    }

    #[test]
    fn every_meaning_is_told_in_a_sentence() {
        for meaning in Meaning::ALL {
            assert!(meaning.help().ends_with('.'), "{}: {}", meaning.name(), meaning.help());
        }
    }
}
