//! The runs: a list over the daemon's index, one run as it happens, and what it is related to.

mod artifact_keys;
mod artifacts;
mod artifacts_view;
mod beside;
mod bulk;
mod changes;
mod chart;
mod chart_view;
mod heard;
mod keys;
mod layout;
mod list;
mod list_view;
mod log_view;
mod marks;
mod open;
mod receipt;
mod relations;
mod run_view;
mod screen;
mod sizes;
mod sorted;
mod spans;
mod subject;
mod told;

pub(crate) use self::{
    changes::{release, skip},
    open::is_ended,
    screen::RunsScreen,
};
