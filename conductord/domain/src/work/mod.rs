//! Work: runs and their tasks.

pub mod task;
