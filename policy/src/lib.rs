//! What is permitted: the Rego bundle and its evaluator.
//!
//! Layer 1: knows the questions and verdicts of `protocol` and nothing of who asks. Deny by
//! default: whatever goes wrong in here is a denial with its reason.

mod bundle;
mod cache;
mod guard;

pub use bundle::{Bundle, PolicyError};
pub use guard::Guard;
