//! The workflows: what can be run, what it does, how it stands, and the form that starts it. Runbooks in
//! Markdown are read with their prose.

mod changes;
mod describe;
mod read;
mod screen;
mod view;

pub(crate) use self::{
    changes::end,
    screen::{WorkflowsScreen, read_manifest},
};
