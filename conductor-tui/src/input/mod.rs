//! From keys and typed text to what is meant: the action table, the keymap made from it, the
//! filter language, the command line, and the line editor that they share.

mod action;
mod asked;
pub(crate) mod command;
mod complete;
mod doing;
mod going;
mod govern_actions;
pub(crate) mod grammar;
mod harmless;
mod key;
mod keymap;
mod line;
mod listed;
mod log_actions;
mod query;
mod rows;
mod run_actions;
mod setting_actions;
mod table;
mod tenant_actions;
mod veil;
mod view_actions;

pub(crate) use self::{
    action::{Action, Place, Spec},
    asked::Asked,
    command::{Command, Part},
    complete::{Known, Names, Offer, complete},
    grammar::Grammar,
    harmless::{is_harmless, without_secrets, without_values},
    key::{Chord, Key},
    keymap::{Keymap, Lookup},
    line::{HISTORY_MAX, History, Line},
    query::{Moment, RunQuery, in_shell, moment, nearest},
    table::ACTIONS,
    veil::{SecretNames, has_secret, is_secret_input, shown, veiled, written},
};
pub use self::{
    key::named_keys,
    keymap::{KeyChange, KeyChanges, KeymapError},
    rows::{KeyRow, key_rows},
};
