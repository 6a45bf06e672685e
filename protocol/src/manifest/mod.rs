//! Manifest v1: what a workflow is, as its author writes it.
//!
//! A manifest is one document of YAML 1.2 or, where the file begins with `{`, of JSON. It may have
//! no anchors, aliases, merge keys or tags, no key twice and no field that is not listed here.
//! The same workflow as a runbook in Markdown is [`parse_runbook`]'s.
//!
//! # The workflow
//!
//! | field | | what it takes |
//! | --- | --- | --- |
//! | `name` | required | 3 to 64 letters, digits, `_` and `-` |
//! | `version` | required | semantic version: three numbers, and a pre-release in lower case |
//! | `title` | | one line, up to 120 characters |
//! | `description` | | text, up to 4,096 characters |
//! | `tags` | | words that it is found by, up to 32 names |
//! | `owners` | | who looks after it: principals, people or teams, up to 16 |
//! | `inputs` | | JSON Schema of an object, see below |
//! | `timeout` | | bound of the whole run |
//! | `env` | | environment of every task: names and texts, numbers or booleans |
//! | `concurrency` | | which runs exclude one another, see below |
//! | `risk` | | `low`, `medium` or `high`: how much harm a run can do, see below |
//! | `data_sensitivity` | | `public`, `internal`, `confidential` or `restricted`: how sensitive its data is |
//! | `regions` | | where it may run, up to 64 names; anywhere when absent |
//! | `purpose` | | what its data is used for, up to 32 names |
//! | `undo` | | `manual` (the default): finished tasks are undone when somebody asks; `on_failure`: also by itself, when the run fails |
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
//! | `needs` | | ids of tasks that must have succeeded before; no circles. `[a, b]` or `{all: [a, b]}`: all of them; `{any: [a, b]}`: it starts when the first of them has |
//! | `foreach`, `matrix`, `hosts` | | what it is done for, once each, see below |
//! | `rollout` | | how its instances start, see below |
//! | `retries` | | 0 to 10; 0 when absent |
//! | `retry` | | which failures are worth a retry, and the waits between, see below |
//! | `at_most_once` | | `true`: it is never started twice. When its worker is lost in its middle it is held, and a person says whether it was done |
//! | `timeout` | | bound of one attempt |
//! | `resources` | | `small`, `medium` or `large`: how much of its machine a shell task may take, see below |
//! | `sandbox` | | `none`, `standard`, `strict` or a mapping: the walls around a shell task, see below |
//! | `when` | | an expression; when it is false the task is skipped |
//! | `env` | | added to the workflow's |
//! | `secrets` | | names of the secrets that it uses, up to 16, see below |
//! | `scopes` | | what the token of a script's attempts is for beside reading its own run: `run.start`, `run.read@prod`, `run.*/WORKFLOW`, up to 31 |
//! | `outputs` | | names and values, over what the executor gave (`result`) |
//! | `output_types` | | names and `string`, `integer`, `number`, `boolean`, `array` or `object`: what the executor gave is read as this type, and the task fails when it can't be |
//! | `compensate` | | what undoes it: `uses`, `with`, `env`, `retries`, `timeout` |
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
//! | `pkg:builtin/ssh@1` | `run`: the script, required. `host`: a name, or a host of the inventory (`"{{ host }}"`); a task over `hosts` needs none. `shell`: what is given `-c` and the script, `sh` when absent. `user`, `port`: instead of what the inventory says. `host_keys`: `strict` or `accept_new`. `connect_timeout`: a duration. `options`: those of [`SSH_OPTIONS`] |
//! | `pkg:builtin/noop@1` | anything; it becomes the outputs |
//! | `pkg:builtin/sleep@1` | `seconds`: a number or a duration, required |
//!
//! | `pkg:builtin/gate@1` | `message`: what is to be looked at, required. The run is held here until somebody lets it go on; the task's `timeout` bounds it |
//! | `pkg:builtin/wait@1` | `for`: a duration, or `until`: a time in UTC like `2026-12-24T18:00:00Z` |
//! | `pkg:workflow/NAME@VERSION` | the inputs of that workflow, with their types. It runs as a run of its own; its outputs become the task's |
//!
//! A gate, a wait and a workflow take no worker; a gate and a wait no `retries`. A workflow that failed, or that
//! could not be started, is tried again as a new run. Executors of another `type` are not known here;
//! whether a worker has them shows in the run.
//!
//! # One task for many things
//!
//! | field | an instance for | names in its templates |
//! | --- | --- | --- |
//! | `foreach: [a, b]` or a template that gives a list | every element | `item`, `index` |
//! | `matrix: {zone: [a, b], size: [s, m]}` | every combination | `matrix.zone`, `matrix.size`, `index` |
//! | `hosts: "role:web and not host:web-7"` | every host of the inventory that the filter names; chosen when the run starts | `host.name`, `host.address`, `host.port`, `host.user`, `host.labels.X`, `host.groups`, `index` |
//!
//! Instances are tasks of their own, `restart[web-1]`, with attempts, logs and retries; up to 1,000 of
//! a task. The task fails when one of them does (more than `max_failures` of them, with a `rollout`).
//! Later tasks read `tasks.ID.instances`, a list of `key`, `status` and `outputs`.
//!
//! | `rollout` | | |
//! | --- | --- | --- |
//! | `batch` | `1`, `25%` or `[1, 5, 25%]` | sizes of the batches, the last one repeats; all in one when absent |
//! | `parallel` | 1 to 1,000 | instances of a batch that run at once; all when absent |
//! | `max_failures` | `0`, `3`, `10%` | failed instances that are put up with, 0 when absent. With one more no further one starts |
//! | `health` | `uses`, `with`, `env`, `retries`, `timeout` | must succeed after each batch; it reads `batch.number` and `batch.instances` |
//! | `canary` | `manual`, `automatic` | the first batch is a canary: somebody lets the others start, or they start when every instance of it succeeded |
//!
//! # Retries
//!
//! | `retry` | | |
//! | --- | --- | --- |
//! | `on_exit` | `[75]` | exit codes that are worth another try; every one when absent |
//! | `on_status` | `[429, 5xx]` | for `http`: statuses that are worth another try, or classes of them; every one when absent |
//! | `backoff`, `factor`, `max` | `500ms`, `2`, `1m` | the first wait, what it is multiplied by, and the longest one |
//! | `jitter` | `0.5` | which part of a wait is by chance, 0 to 1 |
//!
//! # Resources and sandbox
//!
//! Both are for `pkg:builtin/shell@1`; what undoes the task or looks after its batches runs within
//! the same. What a class comes to is in the worker's configuration, `[resources.small]` and so on:
//! CPU, memory, processes, wall time. A worker enforces it with cgroup v2 where it may, with resource
//! limits of the process otherwise, and the attempt's record says which. A worker that can't enforce
//! what a task demands fails the task (`CONFINEMENT_UNAVAILABLE`); it never runs it without.
//!
//! | `sandbox` | | |
//! | --- | --- | --- |
//! | `level` | `standard` | `none`: no sandbox. `standard`, when absent: no new privileges, dangerous system calls denied, a temporary folder of its own; it reads what its user may and writes to its own folders only. `strict`: besides, it reads the system's programs and libraries and its own folders only, and has no network |
//! | `read` | `[/srv/reports]` | files and folders that it may read besides |
//! | `write` | `[/var/backups]` | files and folders that it may read and write besides |
//! | `network` | `true`, `false` | whether it may open connections; `false` when absent for `strict` |
//!
//! Paths are absolute and no templates. `sandbox: strict` is short for `sandbox: {level: strict}`.
//!
//! # Runs that exclude one another
//!
//! `concurrency: {group: "deploy-{{ run.environment }}", limit: 1, when_busy: queue}`: at most `limit`
//! runs of the group at once in a tenant. One more waits (`queue`), cancels the others and starts when
//! they have ended (`replace`), or is refused (`refuse`).
//!
//! # What policy is told
//!
//! `risk`, `data_sensitivity`, `regions` and `purpose` are in every question to policy about the
//! workflow, its runs, their tasks and its schedules. They are taken from the published version and
//! never from a request. A workflow that calls others counts as the riskiest and the most sensitive
//! of all of them; it may run where all of them may, and serves the purposes of all of them.
//!
//! # Undo
//!
//! A task with `compensate` can be undone. What has finished is undone in the reverse order of its
//! ends, one after another, each as a task of the run, `restart[web-1].undo`. Its templates read what
//! the task's read, and `result`: the task's outputs. A compensation that fails holds the run until a
//! person says: try again, skip it, or give up.
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
//! | `tasks.ID.outputs.NAME`, `tasks.ID.status`, `tasks.ID.instances` | a task that ended | in a task: those among its `needs` and theirs; in the workflow's `outputs`: all; in its `env`, in a concurrency group and in `hosts`: none |
//! | `result` | what the executor gave | in a task's `outputs`, in its `compensate` |
//! | `secrets.NAME` | a secret that the task names | in its `env`, and in what its executor sends |
//!
//! An id with a hyphen is written `tasks["disk-check"]`. The filter `sh` quotes a value for the
//! shell: `ping {{ inputs.host | sh }}`. `{#` begins a comment, so a script's `${#name}` is written
//! `${{ '{#' }}name}`. An expression has at most 256 words and 24 brackets inside of one another, a
//! template at most 128 statements.
//!
//! # Secrets
//!
//! `secrets: [db_password]` names them, 1 to 64 letters, digits and `_`; their values are where the
//! worker's configuration says. The task, its health check and its compensation use them as
//! `{{ secrets.db_password }}`, with nothing else in the braces: the value is filled in on the worker,
//! after everything else. A secret may stand in `env` and in what `http` sends (`url`, `headers`,
//! `body`), not in a script, an artifact's path, a `when`, an output or another workflow's inputs.
//! Values, and what is made of them by wrapping and encoding, are taken out of logs, outputs and
//! messages; a task that names a secret without using it gets that, too.
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
mod concurrency;
mod confine;
mod diff;
mod duration;
mod executor;
mod governed;
mod graph;
mod input_values;
mod inputs;
pub(crate) mod json;
mod limits;
pub(crate) mod node;
mod parse;
pub(crate) mod problem;
mod references;
mod retry;
mod runbook;
mod scope;
mod scopes;
mod secrets;
mod side;
mod source;
mod spread;
mod ssh;
mod task;
mod template;
mod types;
pub(crate) mod yaml;

pub use concurrency::{Concurrency, WhenBusy};
pub use confine::{ResourceClass, Sandbox, SandboxLevel};
pub use diff::{Change, diff};
pub use duration::{parse_duration_ms, parse_time_ms};
pub use executor::{
    BUILTIN_EXECUTORS, GATE, HTTP, SHELL, SSH, WAIT, needs_worker, with_keys, workflow_of,
};
pub use governed::{Governed, Risk, Sensitivity};
pub use input_values::InputRules;
pub use limits::*;
pub use parse::{parse, parse_runbook};
pub use problem::Problem;
pub use retry::{RetryRule, StatusClass, Statuses};
pub use runbook::{Passage, passages};
pub use secrets::{is_secret_name, may_hold_secret};
pub use side::SideTask;
pub use source::{MediaType, Source, UnknownMediaType};
pub use spread::{Canary, Rollout, Share, Spread};
pub use ssh::SSH_OPTIONS;
pub use template::template_environment;
pub use types::{Manifest, OnFailure, OutputType, TaskSpec, Undo, Uses};

/// The JSON Schema (2020-12) of a manifest, for editors and other tools. It accepts what the
/// parser accepts and refuses what a schema can: not circles, unknown tasks and templates.
pub const SCHEMA: &str = include_str!("../../schemas/manifest.v1.schema.json");
