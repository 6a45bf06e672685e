//! Intent: what is wanted before anything runs.

pub mod schedule;
pub mod workflow;
