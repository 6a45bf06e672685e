//! Glyphs: one set for terminals that speak Unicode, one for those that don't, and one for fonts
//! with icons, on request. Every glyph is one cell wide, and a word always stands beside it.

use std::str::FromStr;

use ratatui::symbols::border;

/// Names of the sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlyphSet {
    /// ASCII only.
    Ascii,
    /// What every font of a Unicode terminal has.
    Unicode,
    /// Icons of a patched font (a "Nerd Font"); boxes where the font has none, so only on request.
    Nerd,
}

impl GlyphSet {
    /// Every set by its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("ascii", Self::Ascii), ("unicode", Self::Unicode), ("nerd", Self::Nerd)];

    /// Its glyphs.
    pub(crate) const fn glyphs(self) -> &'static Glyphs {
        match self {
            Self::Ascii => &ASCII,
            Self::Unicode => &UNICODE,
            Self::Nerd => &NERD,
        }
    }
}

impl FromStr for GlyphSet {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, set)| *set);
        found.ok_or_else(|| format!("`{name}` is not a glyph set: ascii, unicode or nerd"))
    }
}

/// One set of glyphs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Glyphs {
    pub(crate) queued: &'static str,
    pub(crate) running: &'static str,
    pub(crate) cancelling: &'static str,
    pub(crate) succeeded: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) cancelled: &'static str,
    pub(crate) timed_out: &'static str,
    pub(crate) paused: &'static str,
    pub(crate) held: &'static str,
    pub(crate) undoing: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) backoff: &'static str,
    /// The link is up, down, or being made.
    pub(crate) live: &'static str,
    pub(crate) stale: &'static str,
    pub(crate) connecting: &'static str,
    /// At the chosen row.
    pub(crate) cursor: &'static str,
    /// At a row that is marked.
    pub(crate) marked: &'static str,
    pub(crate) chevron: &'static str,
    pub(crate) separator: &'static str,
    pub(crate) ellipsis: char,
    pub(crate) minus: &'static str,
    /// Something waits for whoever looks.
    pub(crate) flag: &'static str,
    /// Something was done alone, or has to be looked into.
    pub(crate) alert: &'static str,
    /// Nothing starts here.
    pub(crate) frozen: &'static str,
    /// A span of time: whole cells, a cell's left half, its right half, and the track.
    pub(crate) bar: &'static str,
    pub(crate) bar_left: &'static str,
    pub(crate) bar_right: &'static str,
    pub(crate) track: &'static str,
    /// A span of time in which something waited.
    pub(crate) bar_wait: &'static str,
    /// A span of time in which a person was waited for.
    pub(crate) bar_held: &'static str,
    pub(crate) tree_branch: &'static str,
    pub(crate) tree_last: &'static str,
    pub(crate) tree_down: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) enter: &'static str,
    /// Between what was and what is.
    pub(crate) becomes: &'static str,
    /// What grows less from top to bottom, and what grows more.
    pub(crate) falling: &'static str,
    pub(crate) rising: &'static str,
    pub(crate) borders: border::Set<'static>,
    pub(crate) thumb: &'static str,
}

/// For terminals that speak Unicode.
pub(crate) const UNICODE: Glyphs = Glyphs {
    queued: "○",
    running: "●",
    cancelling: "◐",
    succeeded: "✓",
    failed: "✗",
    cancelled: "⊘",
    timed_out: "◷",
    paused: "‖",
    held: "◆",
    undoing: "↺",
    waiting: "·",
    skipped: "–",
    backoff: "↻",
    live: "●",
    stale: "○",
    connecting: "◌",
    cursor: "▸",
    marked: "■",
    chevron: "▸",
    separator: "·",
    ellipsis: '…',
    minus: "–",
    flag: "⚑",
    alert: "▲",
    frozen: "✻",
    bar: "━",
    bar_left: "╸",
    bar_right: "╺",
    track: "┈",
    bar_wait: "╍",
    bar_held: "▒",
    tree_branch: "├ ",
    tree_last: "└ ",
    tree_down: "│ ",
    rule: "─",
    enter: "⏎",
    becomes: "→",
    falling: "▾",
    rising: "▴",
    borders: border::ROUNDED,
    thumb: "┃",
};

/// For terminals and fonts that don't.
pub(crate) const ASCII: Glyphs = Glyphs {
    queued: "o",
    running: "*",
    cancelling: "~",
    succeeded: "+",
    failed: "x",
    cancelled: "/",
    timed_out: "!",
    paused: "=",
    held: "?",
    undoing: "<",
    waiting: ".",
    skipped: "-",
    backoff: "%",
    live: "*",
    stale: "o",
    connecting: "?",
    cursor: ">",
    marked: "#",
    chevron: ">",
    separator: "|",
    ellipsis: '~',
    minus: "-",
    flag: "!",
    alert: "^",
    frozen: "#",
    bar: "=",
    bar_left: "=",
    bar_right: "=",
    track: ".",
    bar_wait: "-",
    bar_held: "?",
    tree_branch: "|-",
    tree_last: "`-",
    tree_down: "| ",
    rule: "-",
    enter: "Enter",
    becomes: ">",
    falling: "v",
    rising: "^",
    borders: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    thumb: "#",
};

/// For fonts with icons (Nerd Fonts 3): those of its glyphs that were there before version 3, too.
pub(crate) const NERD: Glyphs = Glyphs {
    queued: "\u{f10c}",
    running: "\u{f04b}",
    cancelling: "\u{f042}",
    succeeded: "\u{f00c}",
    failed: "\u{f00d}",
    cancelled: "\u{f05e}",
    timed_out: "\u{f017}",
    paused: "\u{f04c}",
    held: "\u{f256}",
    undoing: "\u{f0e2}",
    skipped: "\u{f051}",
    backoff: "\u{f021}",
    live: "\u{f0c1}",
    stale: "\u{f127}",
    connecting: "\u{f141}",
    cursor: "\u{f054}",
    marked: "\u{f046}",
    chevron: "\u{f054}",
    flag: "\u{f024}",
    alert: "\u{f071}",
    frozen: "\u{f2dc}",
    ..UNICODE
};

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    /// Every glyph of a set with its field's name, as `Debug` has them: none can be forgotten.
    fn all(glyphs: &Glyphs) -> Vec<(String, String)> {
        let text = format!("{glyphs:#?}");
        let field = |line: &str| {
            let (name, value) = line.trim().trim_end_matches(',').split_once(": ")?;
            let quoted = value.starts_with(['"', '\'']) && value.len() > 2;
            let inner = quoted.then(|| &value[1..value.len() - 1])?;
            let code = inner.strip_prefix("\\u{").and_then(|code| code.strip_suffix('}'));
            let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
            let glyph = code.and_then(char::from_u32).map_or(inner.to_owned(), String::from);
            Some((name.to_owned(), glyph))
        };
        text.lines().filter_map(field).collect()
    }

    #[test]
    fn every_glyph_takes_the_cells_that_drawing_counts_on() {
        for (set, name) in [(&ASCII, "ascii"), (&UNICODE, "unicode"), (&NERD, "nerd")] {
            let glyphs = all(set);
            assert!(glyphs.len() > 40, "{name}: {} glyphs", glyphs.len());
            for (field, glyph) in glyphs {
                let cells = match field.as_str() {
                    // A branch and the way to what hangs on it.
                    "tree_branch" | "tree_last" | "tree_down" => 2,
                    // A word where there is no sign.
                    "enter" if name == "ascii" => 5,
                    _ => 1,
                };
                assert_eq!(glyph.width(), cells, "{name}: {field} is `{glyph}`");
                assert!(!glyph.chars().any(char::is_control), "{name}: {field}");
            }
        }
    }

    #[test]
    fn ascii_is_ascii() {
        for (field, glyph) in all(&ASCII) {
            assert!(glyph.is_ascii(), "{field} is `{glyph}`");
        }
    }

    #[test]
    fn states_differ_by_shape() {
        for set in [&ASCII, &UNICODE, &NERD] {
            let ends = [set.succeeded, set.failed, set.cancelled, set.timed_out, set.skipped];
            let going =
                [set.queued, set.running, set.cancelling, set.paused, set.held, set.undoing];
            let shapes: std::collections::BTreeSet<_> = ends.iter().chain(&going).collect();
            assert_eq!(shapes.len(), ends.len() + going.len());
        }
    }

    #[test]
    fn sets_are_known_by_name() {
        for (name, set) in GlyphSet::ALL {
            assert_eq!(name.parse(), Ok(set));
        }
        assert!("emoji".parse::<GlyphSet>().is_err());
    }
}
