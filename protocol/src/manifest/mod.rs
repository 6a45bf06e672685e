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

/// The JSON Schema (2020-12) of a manifest, for editors and other tools. It accepts what the
/// parser accepts and refuses what a schema can: not circles, unknown tasks and templates.
pub const SCHEMA: &str = include_str!("../../schemas/manifest.v1.schema.json");
