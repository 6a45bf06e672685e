//! Intent: what is wanted before anything runs.

pub mod workflow;
