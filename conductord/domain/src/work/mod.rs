//! Work: runs and their tasks.

pub mod run;
pub mod task;
pub mod tracked;
