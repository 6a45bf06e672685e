//! What the terminal can show, from what its environment says. Nothing that has to be known before
//! the first frame is asked of the terminal itself: over a slow link an answer may come late or never.

#![expect(
    clippy::disallowed_methods,
    reason = "the owner of what the environment says of the terminal"
)]

use super::Notifier;
use crate::theme::Depth;

/// Whether colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorWish {
    /// As the environment says.
    #[default]
    Auto,
    /// Even where `NO_COLOR` is set.
    Always,
    /// Never.
    Never,
}

/// What stands between us and the terminal that owns the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    None,
    Tmux,
    Screen,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub(crate) depth: Depth,
    pub(crate) ascii: bool,
    pub(crate) reduced_motion: bool,
    /// The ground is light, as far as the environment says.
    pub(crate) light: bool,
    /// The terminal can be asked for its ground: one that does not know the question says nothing.
    pub(crate) can_be_asked: bool,
    /// The terminal is at the far end of an SSH connection.
    pub(crate) is_far: bool,
    pub(crate) wrapping: Wrapping,
    /// By what somebody is told who looks elsewhere.
    pub(crate) notifier: Notifier,
}

impl Caps {
    /// Reads the process environment.
    #[must_use]
    pub fn from_env(wish: ColorWish) -> Self {
        Self::of(wish, |name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn of(wish: ColorWish, var: impl Fn(&str) -> Option<String>) -> Self {
        let wrapping = match (var("TMUX"), var("STY")) {
            (Some(_), _) => Wrapping::Tmux,
            (None, Some(_)) => Wrapping::Screen,
            (None, None) => Wrapping::None,
        };
        Self {
            depth: depth(wish, &var),
            ascii: !is_utf8(&var),
            reduced_motion: ["NO_MOTION", "PREFERS_REDUCED_MOTION"]
                .iter()
                .any(|name| var(name).is_some_and(|value| value != "0")),
            light: var("COLORFGBG").is_some_and(|v| is_light_ground(&v)),
            // The Linux console and the oldest terminals would show the question.
            can_be_asked: var("TERM").is_some_and(|term| !matches!(&*term, "linux" | "dumb"))
                && !var("TERM").is_some_and(|term| term.starts_with("vt")),
            is_far: ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| var(name).is_some()),
            wrapping,
            notifier: Notifier::fitting(wrapping, &var),
        }
    }
}

fn depth(wish: ColorWish, var: &impl Fn(&str) -> Option<String>) -> Depth {
    let term = var("TERM").unwrap_or_default();
    let off = match wish {
        ColorWish::Never => true,
        ColorWish::Always => false,
        ColorWish::Auto => var("NO_COLOR").is_some() || term == "dumb" || term.ends_with("-m"),
    };
    let colorterm = var("COLORTERM").unwrap_or_default();
    if off {
        Depth::Mono
    } else if colorterm == "truecolor" || colorterm == "24bit" || term.ends_with("-direct") {
        Depth::True
    } else if term.contains("256color") {
        Depth::Ansi256
    } else {
        Depth::Ansi16
    }
}

/// The first of the three that is set decides, as in the C library.
fn is_utf8(var: &impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| var(name));
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// `COLORFGBG` is `foreground;background`, numbers of the sixteen colours.
fn is_light_ground(value: &str) -> bool {
    value.rsplit(';').next().is_some_and(|ground| matches!(ground, "7" | "15"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(wish: ColorWish, vars: &[(&str, &str)]) -> Caps {
        let find = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Caps::of(wish, find)
    }

    #[test]
    fn the_colour_ladder() {
        let check = |vars: &[(&str, &str)], depth| {
            assert_eq!(caps(ColorWish::Auto, vars).depth, depth, "{vars:?}");
        };
        check(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::True);
        check(&[("TERM", "tmux-256color")], Depth::Ansi256);
        check(&[("TERM", "linux")], Depth::Ansi16);
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::Mono);
        check(&[("TERM", "dumb")], Depth::Mono);
    }

    #[test]
    fn a_flag_wins_over_the_environment() {
        let vars = [("TERM", "xterm-256color"), ("NO_COLOR", "1")];
        assert_eq!(caps(ColorWish::Always, &vars).depth, Depth::Ansi256);
        assert_eq!(caps(ColorWish::Never, &[("COLORTERM", "24bit")]).depth, Depth::Mono);
    }

    #[test]
    fn the_locale_decides_the_glyphs() {
        let ascii = |vars: &[(&str, &str)]| caps(ColorWish::Auto, vars).ascii;
        assert!(ascii(&[]));
        assert!(ascii(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!ascii(&[("LANG", "C.UTF-8")]));
        assert!(!ascii(&[("LC_CTYPE", "de_DE.utf8")]));
    }

    #[test]
    fn the_ground_is_asked_for_where_the_question_is_known_or_ignored() {
        let caps = |term: &str| caps(ColorWish::Auto, &[("TERM", term), ("COLORFGBG", "0;15")]);
        assert!(caps("xterm-256color").can_be_asked);
        assert!(caps("xterm-256color").light);
        for old in ["linux", "dumb", "vt100"] {
            assert!(!caps(old).can_be_asked, "{old}");
        }
        assert!(!self::caps(ColorWish::Auto, &[]).can_be_asked);
    }

    #[test]
    fn a_terminal_behind_ssh_is_far() {
        assert!(caps(ColorWish::Auto, &[("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")]).is_far);
        assert!(caps(ColorWish::Auto, &[("SSH_TTY", "/dev/pts/3")]).is_far);
        assert!(!caps(ColorWish::Auto, &[("SSH_AUTH_SOCK", "/run/agent")]).is_far);
    }

    #[test]
    fn both_names_of_reduced_motion_are_honoured() {
        assert!(caps(ColorWish::Auto, &[("NO_MOTION", "1")]).reduced_motion);
        assert!(caps(ColorWish::Auto, &[("PREFERS_REDUCED_MOTION", "1")]).reduced_motion);
        assert!(!caps(ColorWish::Auto, &[("NO_MOTION", "0")]).reduced_motion);
    }
}
