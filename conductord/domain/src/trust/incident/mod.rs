//! Incidents: what has to be looked into, until somebody says what came of that.
//!
//! So far there is one source: glass that was broken and not reviewed in time, or whose review says
//! that it should not have been.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

pub use decide::{close, not_found};
pub use event::{Closed, Opened};
pub use view::{Ended, Incident, Incidents};

/// What an incident is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What somebody did alone was not reviewed in time.
    BreakGlassUnreviewed,
    /// A reviewer says that it should not have been done.
    BreakGlassDisputed,
}

impl Kind {
    /// Its name, as it stands in events and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BreakGlassUnreviewed => "break_glass_unreviewed",
            Self::BreakGlassDisputed => "break_glass_disputed",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::BreakGlassUnreviewed => "what was done alone was not reviewed in time",
            Self::BreakGlassDisputed => "a reviewer disputes what was done alone",
        }
    }
}
