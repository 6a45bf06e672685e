//! Manifest v1: what a workflow is, as its author writes it.
//!
//! A manifest is one document of YAML 1.2 or, where the file begins with `{`, of JSON. It may have
//! no anchors, aliases, merge keys or tags, no key twice and no field that is not listed here.
//!
//! # The workflow
//!
//! | field | | what it takes |
//! | --- | --- | --- |
//! | `name` | required | 3 to 64 letters, digits, `_` and `-` |
//! | `version` | required | semantic version: three numbers, and a pre-release in lower case |
//! | `description` | | text, up to 4,096 characters |
//! | `inputs` | | JSON Schema of an object, see below |
//! | `timeout` | | bound of the whole run |
//! | `env` | | environment of every task: names and texts, numbers or booleans |
//! | `tasks` | required | 1 to 200 tasks |
//! | `outputs` | | the run's outputs: names and values |
//!
//! # A task
//!
//! | field | | what it takes |
//! | --- | --- | --- |
//! | `id` | required | 1 to 64 letters, digits, `_` and `-`; unique |
//! | `uses` | required | the executor, `pkg:type/name@version` |
//! | `with` | | a mapping: the executor's parameters |
//! | `needs` | | ids of tasks that must have succeeded before; no circles |
//! | `retries` | | 0 to 10; 0 when absent |
//! | `timeout` | | bound of one attempt |
//! | `when` | | an expression; when it is false the task is skipped |
//! | `env` | | added to the workflow's |
//! | `outputs` | | names and values, over what the executor gave (`result`) |
//! | `on_failure` | | `fail` (the default): the run fails, independent tasks go on; `continue`: the run goes on as if it had succeeded; `stop`: everything is stopped at once |
//!
//! A duration (`timeout`) is written `90s`, `5m`, `1h30m` or `500ms`, units `d h m s ms` from the
//! largest down, or as whole seconds; more than nothing and at most `7d`. The name of a variable is
//! letters, digits and `_`, not a digit first and not beginning with `CONDUCTOR_`; an output's name
//! likewise, up to 64 characters.
//!
//! # The executors that every worker has
//!
//! | `uses` | `with` |
//! | --- | --- |
//! | `pkg:builtin/shell@1` | `run`: the script, required. `artifacts`: names and the files to keep, below the run's working folder, up to 32 |
//! | `pkg:builtin/http@1` | `url`: required. `method`: `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`. `headers`: names and texts. `body`: anything. `expect`: list of status codes. `timeout`: a duration |
//! | `pkg:builtin/noop@1` | anything; it becomes the outputs |
//! | `pkg:builtin/sleep@1` | `seconds`: a number or a duration, required |
//!
//! Executors of another `type` are not known here; whether a worker has them shows in the run.
//!
//! # Templates
//!
//! Texts in `with`, `env` and `outputs` are Jinja templates; `when` is an expression without
//! braces. A text that is exactly one `{{ … }}` keeps the type of its value.
//!
//! | name | what it is | where |
//! | --- | --- | --- |
//! | `inputs.NAME` | an input | everywhere |
//! | `run.id`, `.workflow`, `.version`, `.tenant`, `.environment`, `.region` | the run | everywhere |
//! | `tasks.ID.outputs.NAME`, `tasks.ID.status` | a task that ended | in a task: those among its `needs` and theirs; in the workflow's `outputs`: all; in its `env`: none |
//! | `result` | what the executor gave | in a task's `outputs` |
//!
//! An id with a hyphen is written `tasks["disk-check"]`. The filter `sh` quotes a value for the
//! shell: `ping {{ inputs.host | sh }}`. `{#` begins a comment, so a script's `${#name}` is written
//! `${{ '{#' }}name}`. An expression has at most 256 words and 24 brackets inside of one another, a
//! template at most 128 statements.
//!
//! # Inputs
//!
//! JSON Schema 2020-12 of an object; `type: object` may be left out. `$ref` reaches the schema's own
//! `$defs` only, patterns have no look-around, formats are checked, unknown keywords are refused,
//! and a default must pass its own schema. Where nothing but `properties` says what is taken
//! (no `additionalProperties`, `patternProperties`, `allOf` and the like), other names are refused.
//!
//! # Bounds
//!
//! 256 KiB, 32 levels, 200 tasks, 128 variables in an `env`, whole numbers up to 2^53 - 1 (larger
//! ones go in quotes). All of them are constants of this module.
//!
//! # What is kept
//!
//! The normal form, [`Manifest`] as it is serialised: defaults left out, durations as
//! `timeout_ms`. Its canonical JSON (RFC 8785) is what [`Manifest::digest`] hashes, what is
//! published and what the ledger holds. It is read back by `serde`, not by [`parse()`].

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
pub use executor::{BUILTIN_EXECUTORS, with_keys};
pub use input_values::InputRules;
pub use limits::*;
pub use parse::parse;
pub use problem::Problem;
pub use template::template_environment;
pub use types::{Manifest, OnFailure, TaskSpec, Uses};

/// The JSON Schema (2020-12) of a manifest, for editors and other tools. It accepts what the
/// parser accepts and refuses what a schema can: not circles, unknown tasks and templates.
pub const SCHEMA: &str = include_str!("../../schemas/manifest.v1.schema.json");
