//! How the console is started.

use std::path::PathBuf;

use conductor_protocol::v1::Scope;

use super::contexts::Contexts;
use crate::{
    input::{Grammar, KeyChanges},
    settings::Row,
    signing::Places,
    terminal::ColorWish,
    theme::GlyphSet,
};

/// What the command line and the configuration file say about the console.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tenant, environment and region; empty ones are the daemon's defaults.
    pub scope: Scope,
    /// The screen in front at the start, such as `pulse`; without one `runs`.
    pub start: Option<String>,
    /// The usual theme; without one `dark` or `light` as the terminal says, in production
    /// `production` or `production-light`. Where there are no colours it is always `mono`.
    pub theme: Option<String>,
    /// The theme in production, whatever the usual one is.
    pub theme_production: Option<String>,
    /// The theme of this session, before both.
    pub theme_now: Option<String>,
    /// Folder with the user's themes, each `NAME.toml`.
    pub themes_dir: Option<PathBuf>,
    /// Every setting as it was told, by what.
    pub told: Vec<Row>,
    /// The file that settings are written into.
    pub config_file: Option<PathBuf>,
    /// Where things lie, each with what it is.
    pub paths: Vec<(String, String)>,
    /// Changes to the keymap.
    pub keys: KeyChanges,
    /// A run to open first, by its id.
    pub open: Option<String>,
    /// Where keys to sign approvals with are looked for.
    pub keys_at: Places,
    /// The command that edits a file; it is run by `sh`, with the file as its argument.
    pub editor: String,
    /// Other daemons by name.
    pub contexts: Contexts,
    /// Nothing can be changed from this console, in whichever context.
    pub read_only: bool,
    /// Whether colours are wanted.
    pub color: ColorWish,
    /// Which glyphs, whatever the locale says; without it ASCII or Unicode.
    pub glyphs: Option<GlyphSet>,
    /// Nothing moves by itself, whatever the environment says.
    pub reduced_motion: bool,
    /// Told in lines from top to bottom, for a screen reader; nothing is painted.
    pub plain: bool,
    /// Clicks and the wheel are taken; the terminal's own selection then needs Shift.
    pub mouse: bool,
    /// A new file that the session is recorded in.
    pub record: Option<PathBuf>,
    /// Makes the tree of the command line's commands, which `:` takes and completes.
    pub grammar: fn() -> Grammar,
    /// Where typed commands and what was chosen in the palette are kept; nothing keeps nothing.
    pub state_dir: Option<PathBuf>,
    /// Where whoever uses it is at home: it is in no recording.
    pub home: Option<PathBuf>,
}

/// How a recording or the tour is played.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Whether colours are wanted.
    pub color: ColorWish,
    /// Nothing moves by itself, whatever the environment says.
    pub reduced_motion: bool,
    /// Told in lines from top to bottom; nothing is painted.
    pub plain: bool,
}

impl Default for Options {
    /// Everything as it is without flags and configuration.
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            start: None,
            theme: None,
            theme_production: None,
            theme_now: None,
            themes_dir: None,
            told: Vec::new(),
            config_file: None,
            paths: Vec::new(),
            keys: KeyChanges::new(),
            open: None,
            keys_at: Places::default(),
            editor: "vi".to_owned(),
            contexts: Contexts::default(),
            read_only: false,
            color: ColorWish::Auto,
            glyphs: None,
            reduced_motion: false,
            plain: false,
            mouse: false,
            record: None,
            grammar: Grammar::default,
            state_dir: None,
            home: None,
        }
    }
}
