//! Glyphs: one set for terminals that speak Unicode, one for those that don't. Every glyph is one
//! cell wide, and a word always stands beside it.

use ratatui::symbols::border;

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
    pub(crate) tree_branch: &'static str,
    pub(crate) tree_last: &'static str,
    pub(crate) tree_down: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) enter: &'static str,
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
    tree_branch: "├ ",
    tree_last: "└ ",
    tree_down: "│ ",
    rule: "─",
    enter: "⏎",
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
    tree_branch: "|-",
    tree_last: "`-",
    tree_down: "| ",
    rule: "-",
    enter: "Enter",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_ascii() {
        let text = format!("{ASCII:?}");
        assert!(text.is_ascii(), "{text}");
    }
}
