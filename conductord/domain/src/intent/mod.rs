//! Intent: what is wanted before anything runs.

pub mod freeze;
pub mod schedule;
pub mod workflow;
