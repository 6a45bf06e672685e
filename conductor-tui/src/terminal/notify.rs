//! Tells somebody who looks elsewhere: by the terminal's bell, or by an escape sequence that its desktop
//! shows a notification for.
//!
//! OSC 9 is iTerm2's, OSC 777 with `notify` rxvt-unicode's, OSC 99 kitty's "desktop notifications". A
//! terminal that knows none of them shows nothing.

use super::Wrapping;

/// Characters of a text that are sent; desktops show fewer.
const TEXT_MAX: usize = 200;

/// By what somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notifier {
    Off,
    Bell,
    Osc9,
    Osc99,
    Osc777,
}

impl Notifier {
    /// The one of that name, as settings have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "off" => Self::Off,
            "bell" => Self::Bell,
            "osc9" => Self::Osc9,
            "osc99" => Self::Osc99,
            "osc777" => Self::Osc777,
            _ => return None,
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Bell => "bell",
            Self::Osc9 => "osc9",
            Self::Osc99 => "osc99",
            Self::Osc777 => "osc777",
        }
    }

    /// What a terminal is known to take by what its environment says, and the bell elsewhere. Within tmux
    /// and screen it is the bell, too: they mark the window that it rang in, and pass on no sequence
    /// unless they are told to.
    pub(super) fn fitting(wrapping: Wrapping, var: &impl Fn(&str) -> Option<String>) -> Self {
        if wrapping != Wrapping::None {
            return Self::Bell;
        }
        let (program, term) = (var("TERM_PROGRAM"), var("TERM").unwrap_or_default());
        match program.as_deref() {
            Some("iTerm.app") => return Self::Osc9,
            Some("WezTerm" | "ghostty") => return Self::Osc777,
            _ => {}
        }
        let is = |name: &str| term == name || term.starts_with(&format!("{name}-"));
        if is("xterm-kitty") {
            Self::Osc99
        } else if ["foot", "rxvt-unicode", "wezterm", "xterm-ghostty"].into_iter().any(is) {
            Self::Osc777
        } else {
            Self::Bell
        }
    }

    /// What to send so that the terminal tells it.
    pub(crate) fn sequence(self, (title, text): (&str, &str), wrapping: Wrapping) -> String {
        let (title, text) = (harmless(title), harmless(text));
        let plain = match self {
            Self::Off => return String::new(),
            // It is tmux's and screen's own.
            Self::Bell => return "\x07".to_owned(),
            Self::Osc9 => format!("\x1b]9;{title}: {text}\x07"),
            // The same id: a newer one takes the place of the one before.
            Self::Osc99 => {
                format!("\x1b]99;i=conductor:d=0;{title}\x07\x1b]99;i=conductor:p=body;{text}\x07")
            }
            // The title ends at the first semicolon.
            Self::Osc777 => format!("\x1b]777;notify;{};{text}\x07", title.replace(';', ",")),
        };
        match wrapping {
            Wrapping::None => plain,
            Wrapping::Tmux => format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
            Wrapping::Screen => format!("\x1bP{plain}\x1b\\"),
        }
    }
}

/// Without anything that would end the sequence, or begin another one.
fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: (&str, &str) = ("conductor acme/prod", "run drain-node failed");

    #[test]
    fn each_terminal_is_told_in_its_own_way() {
        let check = |vars: &[(&str, &str)], wrapping, expected| {
            let find = |name: &str| {
                vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Notifier::fitting(wrapping, &find), expected, "{vars:?}");
        };
        use Notifier::{Bell, Osc9, Osc99, Osc777};
        check(&[("TERM_PROGRAM", "iTerm.app"), ("TERM", "xterm-256color")], Wrapping::None, Osc9);
        check(&[("TERM_PROGRAM", "WezTerm")], Wrapping::None, Osc777);
        check(&[("TERM", "xterm-kitty")], Wrapping::None, Osc99);
        check(&[("TERM", "foot-extra")], Wrapping::None, Osc777);
        check(&[("TERM", "footloose")], Wrapping::None, Bell);
        check(&[("TERM", "rxvt-unicode-256color")], Wrapping::None, Osc777);
        check(&[("TERM", "xterm-256color")], Wrapping::None, Bell);
        check(&[], Wrapping::None, Bell);
        check(&[("TERM", "xterm-kitty")], Wrapping::Tmux, Bell);
        check(&[("TERM_PROGRAM", "ghostty")], Wrapping::Screen, Bell);
    }

    #[test]
    fn the_sequences() {
        let sent = |by: Notifier, wrapping| by.sequence(SAID, wrapping);
        assert_eq!(sent(Notifier::Off, Wrapping::None), "");
        assert_eq!(sent(Notifier::Bell, Wrapping::Tmux), "\x07");
        assert_eq!(
            sent(Notifier::Osc9, Wrapping::None),
            "\x1b]9;conductor acme/prod: run drain-node failed\x07"
        );
        assert_eq!(
            sent(Notifier::Osc99, Wrapping::None),
            "\x1b]99;i=conductor:d=0;conductor acme/prod\x07\
             \x1b]99;i=conductor:p=body;run drain-node failed\x07"
        );
        assert_eq!(
            sent(Notifier::Osc777, Wrapping::None),
            "\x1b]777;notify;conductor acme/prod;run drain-node failed\x07"
        );
        assert_eq!(
            sent(Notifier::Osc777, Wrapping::Tmux),
            "\x1bPtmux;\x1b\x1b]777;notify;conductor acme/prod;run drain-node failed\x07\x1b\\"
        );
        assert_eq!(
            sent(Notifier::Osc9, Wrapping::Screen),
            "\x1bP\x1b]9;conductor acme/prod: run drain-node failed\x07\x1b\\"
        );
    }

    #[test]
    fn a_text_can_not_end_the_sequence_or_begin_another() {
        let evil = "a\x07b\x1b]52;c;eA==\x1b\\c\u{9c}d\n";
        let sent = Notifier::Osc777.sequence(("t;itle", evil), Wrapping::None);
        assert_eq!(sent, "\x1b]777;notify;t,itle;ab]52;c;eA==\\cd\x07");
        let long = "x".repeat(10_000);
        let sent = Notifier::Osc9.sequence(("t", &long), Wrapping::None);
        assert_eq!(sent.len(), "\x1b]9;t: \x07".len() + TEXT_MAX);
    }

    #[test]
    fn names_come_back() {
        for name in ["off", "bell", "osc9", "osc99", "osc777"] {
            assert_eq!(Notifier::named(name).map(Notifier::name), Some(name));
        }
        assert_eq!(Notifier::named("auto"), None);
    }
}
