//! What can be opened or done by name: what the palette chooses, a message offers, and the way back
//! leads to.

use crate::{input::Action, screen::Tab};

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Opens the form of a workflow; what comes of it is started.
    Workflow(String),
    /// The same, with the plan looked at before.
    Request(String),
    /// Opens the form that a plan of it is made by.
    Plan(String),
    /// Opens the form of a run that is to show whether it works.
    Rehearsal(String),
    Run(String),
    /// The runs that a filter lets through.
    Runs(String),
    Approval(String),
    /// Something of a screen, by its name or id there.
    At(Tab, String),
    /// A saved view, by its screen and its name.
    View(Tab, String),
    Act(Action),
    Theme(String),
    /// A setting of this console, and its value.
    Set(&'static str, bool),
    /// Any setting, by its whole name, and its value.
    Choose(&'static str, String),
    /// The daemon of a context is gone to.
    Context(String),
    /// Another tenant is looked at.
    Tenant(String),
}

impl Target {
    /// Its name in the file of what was chosen: what it is, and how it is called.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Workflow(name) | Self::Request(name) => format!("workflow {name}"),
            Self::Plan(name) => format!("plan {name}"),
            Self::Rehearsal(name) => format!("rehearsal {name}"),
            Self::Run(id) => format!("run {id}"),
            Self::Runs(filter) => format!("runs {filter}"),
            Self::Approval(id) => format!("approval {id}"),
            Self::At(tab, name) => format!("at {} {name}", tab.action().spec().name),
            Self::View(_, name) => format!("view {name}"),
            Self::Act(action) => format!("action {}", action.spec().name),
            Self::Theme(name) => format!("theme {name}"),
            Self::Set(name, on) => format!("set {name} {on}"),
            Self::Choose(name, value) => format!("set {name} {value}"),
            Self::Context(name) => format!("context {name}"),
            Self::Tenant(name) => format!("tenant {name}"),
        }
    }

    /// The screen that it brings to the front, where it does.
    pub(crate) fn screen(&self) -> Option<Tab> {
        match self {
            Self::Run(_) | Self::Runs(_) => Some(Tab::Runs),
            Self::Approval(_) => Some(Tab::Approvals),
            Self::At(tab, _) | Self::View(tab, _) => Some(*tab),
            Self::Act(action) => Tab::of(*action),
            _ => None,
        }
    }

    /// In a word or two, for the way back.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Workflow(name)
            | Self::Request(name)
            | Self::Plan(name)
            | Self::Rehearsal(name)
            | Self::Runs(name)
            | Self::Run(name)
            | Self::Approval(name)
            | Self::Theme(name)
            | Self::Context(name)
            | Self::Tenant(name)
            | Self::View(_, name)
            | Self::At(_, name) => name.clone(),
            Self::Act(action) => action.spec().name.to_owned(),
            Self::Set(name, _) | Self::Choose(name, _) => (*name).to_owned(),
        }
    }
}
