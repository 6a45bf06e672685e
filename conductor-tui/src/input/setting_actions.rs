//! The rows of the action table that are about settings.

use super::action::{Action, GLOBAL, Place, Spec, spec};

pub(super) const GO: Spec = spec(
    Action::GoSettings,
    "settings",
    &[","],
    ("", "What the console is set to and by what, every key, and where things lie"),
    GLOBAL,
);
pub(super) const CHANGE: Spec = spec(
    Action::ChangeSetting,
    "change",
    &["Enter", "Space"],
    ("change", "Change the setting for this session: the other way round, or one of a list"),
    &[Place::Settings, Place::SettingChoices],
);
pub(super) const WRITE: Spec = spec(
    Action::WriteSetting,
    "write",
    &["w"],
    ("write", "Write the setting into the config file, so that it stays"),
    &[Place::Settings],
);
