//! What is permitted: the Rego bundle and its evaluator, and what tells about a bundle before it is
//! taken into use: scenarios, coverage, differences, and decisions that were made before.
//!
//! Layer 1: knows the questions and verdicts of `protocol` and nothing of who asks. Deny by
//! default: whatever goes wrong in here is a denial with its reason.

mod bundle;
mod cache;
pub mod coverage;
pub mod diff;
pub mod explain;
mod guard;
pub mod matrix;
pub mod replay;
pub mod scenario;
mod tokens;
pub mod trial;

pub use bundle::{
    ARCHIVE_BYTES_MAX, Bundle, Manifest, PolicyError, QUESTION_BYTES_MAX, Signed, Verifier, pack,
    signing_input,
};
pub use guard::Guard;
