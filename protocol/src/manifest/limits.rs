//! Every bound of the manifest format, by name. The man page and the JSON Schema repeat them.

/// A manifest as written, in bytes.
pub const MANIFEST_BYTES_MAX: usize = 256 * 1024;
/// How deep mappings and lists may be nested in one another.
pub const DEPTH_MAX: usize = 32;
/// Keys of one mapping, in a manifest or an inventory.
pub const MAP_ENTRIES_MAX: usize = 20_000;
/// Tasks of one workflow.
pub const TASKS_MAX: usize = 200;
/// Problems reported of one manifest, the first by position.
pub const PROBLEMS_MAX: usize = 50;
/// Retries of one task.
pub const RETRIES_MAX: u32 = 10;
/// The longest timeout, in milliseconds: seven days.
pub const TIMEOUT_MS_MAX: u64 = 7 * 24 * 3_600_000;
/// Variables of one `env`.
pub const ENV_MAX: usize = 128;
/// Instances of one task: elements of its `foreach`, combinations of its `matrix`, its hosts.
pub const INSTANCES_MAX: usize = 1_000;
/// Axes of one `matrix`.
pub const AXES_MAX: usize = 8;
/// Sizes in one `batch`.
pub const BATCHES_MAX: usize = 32;
/// Exit codes or statuses that one `retry` lists.
pub const RETRY_LIST_MAX: usize = 32;
/// Runs of one concurrency group at once.
pub const CONCURRENCY_LIMIT_MAX: u32 = 100;
/// Characters of a concurrency group's name.
pub const GROUP_CHARS_MAX: usize = 200;
/// Regions that a workflow may be bound to.
pub const REGIONS_MAX: usize = 64;
/// Purposes that a workflow's data may have.
pub const PURPOSES_MAX: usize = 32;
/// Characters of the name of a region or a purpose.
pub const GOVERNED_NAME_CHARS_MAX: usize = 64;
/// Secrets that one task names.
pub const SECRETS_MAX: usize = 16;
/// Characters of a secret's name.
pub const SECRET_NAME_CHARS_MAX: usize = 64;
/// Artifacts of one task.
pub const ARTIFACTS_MAX: usize = 32;
/// Files and folders of each kind that a sandbox opens.
pub const SANDBOX_PATHS_MAX: usize = 64;
/// Bytes of one of their paths.
pub const SANDBOX_PATH_BYTES_MAX: usize = 1_024;
/// Characters of the title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Tags of one workflow.
pub const TAGS_MAX: usize = 32;
/// Owners of one workflow.
pub const OWNERS_MAX: usize = 16;
/// Characters of an owner's name.
pub const OWNER_CHARS_MAX: usize = 128;
/// Words behind the fence of a runbook's step.
pub const RUNBOOK_WORDS_MAX: usize = 64;
/// Characters of the description.
pub const DESCRIPTION_CHARS_MAX: usize = 4_096;
/// Characters of a version.
pub const VERSION_CHARS_MAX: usize = 64;
/// Characters of a `uses`.
pub const USES_CHARS_MAX: usize = 256;
/// The largest whole number that every JSON reader keeps exact: 2^53 - 1.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;
/// Tokens between one pair of template braces. It keeps the expression's tree shallow enough for
/// any thread's stack.
pub const TEMPLATE_BLOCK_TOKENS_MAX: usize = 256;
/// Statements (`{% … %}`) of one template, for the same reason.
pub const TEMPLATE_STATEMENTS_MAX: usize = 128;
/// How deep parentheses and brackets may be nested in an expression, for the same reason.
pub const TEMPLATE_NESTING_MAX: usize = 24;

/// Problems collected before the rest of a hopeless manifest is passed over unreported.
pub(super) const PROBLEMS_COLLECTED_MAX: usize = 1_000;
