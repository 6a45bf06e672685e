//! Manifest v1: what a workflow is, as its author writes it.

mod canonical;
mod check;
mod duration;
mod executor;
mod graph;
mod input_values;
mod inputs;
mod json;
mod limits;
mod node;
mod parse;
mod problem;
mod scope;
mod task;
mod template;
mod types;
mod yaml;

pub use duration::parse_duration_ms;
pub use executor::BUILTIN_EXECUTORS;
pub use input_values::InputRules;
pub use limits::*;
pub use parse::parse;
pub use problem::Problem;
pub use template::template_environment;
pub use types::{Manifest, OnFailure, TaskSpec, Uses};
