//! The rows of the action table that are about views: one that stands still, and those that are saved.

use super::action::{Action, GLOBAL, Spec, spec};

pub(super) const PAUSE: Spec = spec(
    Action::PauseView,
    "pause-view",
    &["P"],
    ("", "Let what is shown stand still, or go on; the daemon goes on all the time"),
    GLOBAL,
);
pub(super) const JUMP: Spec = spec(
    Action::JumpView,
    "jump-view",
    &["'"],
    ("", "With a letter: open the view that is saved under it"),
    GLOBAL,
);
pub(super) const KEEP: Spec = spec(
    Action::KeepView,
    "keep-view",
    &["\""],
    ("", "With a letter: save this screen and its filter under it"),
    GLOBAL,
);
pub(super) const LIST: Spec = spec(
    Action::Views,
    "views",
    &[],
    ("", "The views that are saved, to be opened or deleted"),
    GLOBAL,
);

impl Action {
    /// Whether its keys are followed by a letter that says what it is done to.
    pub(crate) const fn takes_letter(self) -> bool {
        matches!(self, Self::JumpView | Self::KeepView)
    }
}
