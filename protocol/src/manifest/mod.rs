//! Manifest v1: what a workflow is, as its author writes it.
//!
//! `types.rs` has the shapes; parsing, positions and checks stand beside it.

mod types;

pub use types::{Manifest, OnFailure, TaskSpec, Uses};
