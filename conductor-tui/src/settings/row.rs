//! What a setting is, and what said so.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// A setting as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// As in the table of settings.
    pub name: String,
    /// `on` and `off` for what is one of them; empty where nothing is said and nothing is the default.
    pub value: String,
    /// What said so.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Origin {
    /// Nothing said anything.
    Default,
    /// The config file, in this line, counted from 1.
    File {
        /// Where it is.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// A context of the config file, in this line, counted from 1.
    Context {
        /// The context's name.
        name: String,
        /// Where the file is.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// An environment variable of this name.
    Environment(String),
    /// A flag, as it is typed.
    Flag(String),
    /// It was changed in this session, and holds until it ends.
    Session,
}

impl Origin {
    /// In a word or two, for a column.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::File { line, .. } => format!("line {line}"),
            Self::Context { name, .. } => format!("@{name}"),
            Self::Environment(name) | Self::Flag(name) => name.clone(),
            Self::Session => "session".to_owned(),
        }
    }

    /// Its kind, for scripts.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File { .. } => "file",
            Self::Context { .. } => "context",
            Self::Environment(_) => "environment",
            Self::Flag(_) => "flag",
            Self::Session => "session",
        }
    }

    /// The config file goes below it: what is written there does not count while it is said so.
    #[must_use]
    pub const fn beats_the_file(&self) -> bool {
        matches!(self, Self::Context { .. } | Self::Environment(_) | Self::Flag(_))
    }

    /// The file and its line, where it is from there.
    #[must_use]
    pub fn file(&self) -> Option<(&Path, usize)> {
        match self {
            Self::File { path, line } | Self::Context { path, line, .. } => Some((path, *line)),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the built-in default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Context { name, path, line } => {
                write!(f, "context {name} in {}, line {line}", path.display())
            }
            Self::Environment(name) => write!(f, "{name} in the environment"),
            Self::Flag(name) => write!(f, "{name} on the command line"),
            Self::Session => f.write_str("this session, until it ends"),
        }
    }
}
