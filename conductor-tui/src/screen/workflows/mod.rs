//! The workflows: what can be run, what it does, and the form that starts it.

mod screen;
mod view;

pub(crate) use self::screen::{WorkflowsScreen, read_manifest};
