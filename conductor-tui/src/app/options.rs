//! How the console is started.

use std::{collections::BTreeMap, path::PathBuf};

use conductor_protocol::v1::Scope;

use crate::{signing::Places, terminal::ColorWish};

/// What the command line and the configuration file say about the console.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tenant, environment and region; empty ones are the daemon's defaults.
    pub scope: Scope,
    /// The screen in front at the start, such as `pulse`; without one `runs`.
    pub start: Option<String>,
    /// A theme's name; without one `dark` or `light` as the terminal says. Where there are no
    /// colours it is always `mono`.
    pub theme: Option<String>,
    /// Folder with the user's themes, each `NAME.toml`.
    pub themes_dir: Option<PathBuf>,
    /// Changes to the keymap: action's name to keys, such as `cancel = ["X"]`.
    pub keys: BTreeMap<String, Vec<String>>,
    /// A run to open first, by its id.
    pub open: Option<String>,
    /// Where keys to sign approvals with are looked for.
    pub keys_at: Places,
    /// The terminal's bell rings when something new waits for whoever uses the console.
    pub bell: bool,
    /// Nothing can be changed from this console.
    pub read_only: bool,
    /// Whether colours are wanted.
    pub color: ColorWish,
    /// Only ASCII, whatever the locale says.
    pub ascii: bool,
    /// Nothing moves by itself, whatever the environment says.
    pub reduced_motion: bool,
    /// The wheel scrolls; the terminal's own selection then needs Shift.
    pub mouse: bool,
}

impl Default for Options {
    /// Everything as it is without flags and configuration.
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            start: None,
            theme: None,
            themes_dir: None,
            keys: BTreeMap::new(),
            open: None,
            keys_at: Places::default(),
            bell: true,
            read_only: false,
            color: ColorWish::Auto,
            ascii: false,
            reduced_motion: false,
            mouse: false,
        }
    }
}
