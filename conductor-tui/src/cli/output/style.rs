//! Colour: by meaning, and only where it is wanted.

use crate::config::Environment;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// The answer for one stream. `NO_COLOR` beats everything: it is the user's, a flag may be
    /// an alias's.
    pub(super) fn decide(self, terminal: bool, environment: &Environment) -> bool {
        let dumb = environment.get("TERM").is_none_or(|term| term == "dumb");
        match self {
            _ if environment.get("NO_COLOR").is_some() => false,
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && !dumb,
        }
    }
}

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Meaning {
    #[default]
    Plain,
    Strong,
    Dim,
    Good,
    Active,
    Warn,
    Bad,
}

/// How one stream shows meanings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) color: bool,
    pub(crate) unicode: bool,
}

impl Style {
    /// The text with its meaning's colour.
    pub(crate) fn paint(self, meaning: Meaning, text: &str) -> String {
        let code = match meaning {
            Meaning::Plain => return text.to_owned(),
            Meaning::Strong => "1",
            Meaning::Dim => "2",
            Meaning::Good => "32",
            Meaning::Active => "36",
            Meaning::Warn => "33",
            Meaning::Bad => "31",
        };
        match self.color {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_beats_everything() {
        let plain = Environment::of(&[("TERM", "xterm")]);
        let refused = Environment::of(&[("TERM", "xterm"), ("NO_COLOR", "1")]);
        let dumb = Environment::of(&[("TERM", "dumb")]);
        assert!(ColorChoice::Auto.decide(true, &plain));
        assert!(!ColorChoice::Auto.decide(false, &plain));
        assert!(!ColorChoice::Auto.decide(true, &dumb));
        assert!(ColorChoice::Always.decide(false, &plain));
        assert!(!ColorChoice::Always.decide(true, &refused));
    }
}
