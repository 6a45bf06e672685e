//! Which bundle of policy decides: the built-in one, or that of a folder, a packed file or a URL,
//! followed as it changes. One that can't be used changes nothing and raises an alarm. And where
//! bundles are tried out that decide about nothing.

mod beginning;
mod deployment;
mod drift;
mod follow;
mod taken;
mod trial;
mod trust;

pub(crate) use deployment::Deployment;
pub(crate) use follow::{first, follow};
pub(crate) use trial::{TrialProcesses, try_bundle};
