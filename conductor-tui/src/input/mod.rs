//! From keys and typed text to what is meant: the action table, the keymap made from it, the
//! filter language, the command line, and the line editor that they share.

mod action;
mod command;
mod key;
mod keymap;
mod line;
mod log_actions;
mod query;

pub(crate) use self::{
    action::{ACTIONS, Action, Place, Spec},
    command::{Command, Known, complete},
    key::{Chord, Key},
    keymap::{Keymap, Lookup},
    line::{History, Line},
    query::{RunQuery, in_shell},
};
