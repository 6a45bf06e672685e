//! Health: how what runs does, and what hangs together with what.

pub mod graph;
