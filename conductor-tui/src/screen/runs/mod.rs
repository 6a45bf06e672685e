//! The runs: a list over the daemon's index, one run as it happens, and what it is related to.

mod changes;
mod layout;
mod list;
mod list_view;
mod log_view;
mod open;
mod relations;
mod run_view;
mod screen;
mod subject;
mod told;

pub(crate) use self::{
    changes::{release, skip},
    screen::RunsScreen,
};
