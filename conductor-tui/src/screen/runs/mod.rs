//! The runs: a list over the daemon's index, one run as it happens, and what it is related to.

mod changes;
mod layout;
mod list;
mod list_view;
mod log;
mod log_view;
mod open;
mod relations;
mod run_view;
mod screen;

pub(crate) use self::screen::RunsScreen;
