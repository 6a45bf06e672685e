//! The workflows: what can be run, what it does, how it stands, and the form that starts it.

mod changes;
mod describe;
mod screen;
mod view;

pub(crate) use self::{
    changes::end,
    screen::{WorkflowsScreen, read_manifest},
};
