//! Every bound of the engine, by name.

/// Commands that wait for the kernel; beyond it callers are told to come again.
pub const COMMANDS_WAITING_MAX: usize = 4_096;
/// Commands decided and made durable together.
pub const BATCH_COMMANDS_MAX: usize = 512;
/// Runs that have not ended; beyond it new ones are refused.
pub const RUNS_ACTIVE_MAX: usize = 100_000;
/// Orders that wait for one worker.
pub const WORKER_ORDERS_MAX: usize = 4_096;
/// Leases one worker may hold.
pub const WORKER_CAPACITY_MAX: u32 = 1_024;
/// Attempts that have a token of their own at once.
pub const TASK_TOKENS_MAX: usize = 16_384;
/// Workers with an open session.
pub const WORKERS_MAX: usize = 1_024;
/// How long a lease lives without a heartbeat, in milliseconds.
pub const LEASE_TTL_MS: u64 = 15_000;
/// How often a worker heartbeats, in milliseconds.
pub const HEARTBEAT_INTERVAL_MS: u64 = 5_000;
/// Times a task may lose its worker before it counts as failed.
pub const LEASE_LOSSES_MAX: u32 = 10;
/// A task's attempt without a `timeout` of its own, in milliseconds.
pub const TASK_TIMEOUT_DEFAULT_MS: u64 = 3_600_000;
/// A run without a `timeout` of its own, in milliseconds.
pub const RUN_TIMEOUT_DEFAULT_MS: u64 = 24 * 3_600_000;
/// How long a run waits for its turn in a concurrency group, in milliseconds.
pub const TURN_WAIT_MAX_MS: u64 = 24 * 3_600_000;
/// Runs of a concurrency group that wait for their turn.
pub const TURNS_WAITING_MAX: usize = 100;
/// How long a run stays paused before it is stopped, in milliseconds.
pub const PAUSE_MAX_MS: u64 = 7 * 24 * 3_600_000;
/// Finished runs that a plan's times are taken from, the newest.
pub const HISTORY_RUNS_MAX: usize = 50;
/// Inventories that are read at once for runs that nobody's request starts.
pub const HOST_LOOKUPS_MAX: usize = 8;
/// How deep workflows may be nested in one another.
pub const CHILD_DEPTH_MAX: u32 = 5;
/// How long a worker has to report an attempt's end after it was told to stop, or after the
/// attempt's timeout, before the kernel ends it without it, in milliseconds.
pub const STOP_GRACE_MS: u64 = 30_000;
/// How long an idempotency key is remembered, in milliseconds.
pub const IDEMPOTENCY_WINDOW_MS: u64 = 24 * 3_600_000;
/// First wait before a retry, in milliseconds; doubled each time, half of it by chance.
pub const RETRY_BACKOFF_FIRST_MS: u64 = 500;
/// Longest wait before a retry, in milliseconds.
pub const RETRY_BACKOFF_MAX_MS: u64 = 60_000;
/// Outputs of one task, as JSON.
pub const OUTPUTS_BYTES_MAX: usize = 64 * 1024;
/// Inputs of one run, as JSON.
pub const INPUTS_BYTES_MAX: usize = 64 * 1024;
/// A manifest, as written.
pub const MANIFEST_BYTES_MAX: usize = 256 * 1024;
/// Captured output of one attempt.
pub const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Records that are read at once to tell a store of contents of them.
pub const CONTENTS_CHUNK_RECORDS: usize = 256;
/// Bytes of them.
pub const CONTENTS_CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Records after which it is kept how far that has come; fewer are told again after a crash.
pub const CONTENTS_KEEP_RECORDS: u64 = 1_024;
/// Contents that a store keeps though their time is over, and that are tried again.
pub const CONTENTS_LEFT_MAX: usize = 20_000;
/// When a content is tried again that a store refused to let go, in milliseconds.
pub const CONTENTS_REFUSED_AGAIN_MS: u64 = 24 * 3_600_000;
/// How often a store that is away is tried again, and whether something is due looked at, in milliseconds.
pub const CONTENTS_RETRY_MS: u64 = 15_000;
/// One artifact.
pub const ARTIFACT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Artifacts of one attempt.
pub const ARTIFACTS_MAX: usize = 32;
/// Rows of a page when the caller names none.
pub const PAGE_SIZE_DEFAULT: usize = 50;
/// Rows of a page at most.
pub const PAGE_SIZE_MAX: usize = 500;
/// Rows looked at for one page when a filter lets few through; the page then ends early, with a
/// token to go on from.
pub const PAGE_SCAN_MAX: usize = 500;
/// Contents of artifacts of which is remembered what they show.
pub const LOOKED_INTO_MAX: usize = 4_096;
/// Batches of events that a slow watcher may lag behind before it must read again.
pub const WATCH_BATCHES_MAX: usize = 1_024;
/// Allowed reads kept of each tenant.
pub const READ_DECISIONS_MAX: usize = 1_024;
/// Equal denials (principal, action, reason) are recorded once in this span and then counted, in
/// milliseconds.
pub const DENIAL_WINDOW_MS: u64 = 60_000;
/// Different denials told apart in a span; those of further principals are counted together.
pub const DENIAL_KEYS_MAX: usize = 8_192;
/// The same of one principal; the rest of theirs is counted by the tenant that it is recorded in.
pub const DENIAL_KEYS_OF_PRINCIPAL_MAX: usize = 128;
/// How often leases are looked at for their end, in milliseconds.
pub const SWEEP_INTERVAL_MS: u64 = 1_000;
/// How long a caller who is pushed back should wait, in milliseconds.
pub const RETRY_AFTER_MS: u64 = 50;
/// Length of an idempotency key in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 256;
/// Commits that wait for the views' writer; beyond it the kernel waits.
pub const VIEW_COMMITS_MAX: usize = 1_024;
/// Changed runs written to the views at once.
pub const VIEW_ROWS_MAX: usize = 4_096;
/// Reports of ended attempts that the kernel remembers, to answer one that comes again.
pub const TAKEN_REPORTS_MAX: usize = 1_024;
/// A checkpoint is signed this long after the first commit that it covers, in milliseconds.
pub const CHECKPOINT_INTERVAL_MS: u64 = 1_000;
/// A checkpoint that could not be signed is tried again after this long, in milliseconds.
pub const SIGN_AGAIN_MS: u64 = 5_000;
/// Witnesses that are asked for cosignatures.
pub const WITNESSES_MAX: usize = 16;
/// How long a witness is left alone after it cosigned a checkpoint, in milliseconds.
pub const WITNESS_EVERY_MS: u64 = 5_000;
/// First wait after a witness did not cosign, in milliseconds; doubled each time.
pub const WITNESS_WAIT_MS: u64 = 5_000;
/// Longest such wait, in milliseconds.
pub const WITNESS_WAIT_MAX_MS: u64 = 600_000;
/// Requests to a witness for one checkpoint: one to learn which it knows, one with the proof from it.
pub const WITNESS_ASKS_MAX: u32 = 2;
/// Characters of why a witness did not cosign.
pub const WITNESS_PROBLEM_CHARS_MAX: usize = 300;
/// Records looked at for one page of decisions.
pub const DECISION_SCAN_MAX: usize = 20_000;
/// Schedules; beyond it new ones are refused.
pub const SCHEDULES_MAX: usize = 100_000;
/// Schedules looked at in one step of the kernel; the rest is looked at in the next.
pub const SCHEDULES_LOOKED_AT_MAX: usize = 512;
/// Runs that kill switches stop in one step of the kernel; the rest is stopped in the next.
pub const SWITCHED_RUNS_MAX: usize = 256;
/// Characters of the reason why a schedule did not run.
pub const NOTE_CHARS_MAX: usize = 500;
/// Times that a start is decided anew when the policy bundle changes in its middle.
pub const BUNDLE_TRIES_MAX: u32 = 4;
/// Tenants that a decision is put on record in besides the one that it is about.
pub const EVIDENCE_TENANTS_MAX: usize = 8;
/// Notifications of one target that wait, for the first time or again; beyond it the ledger is read no
/// further for it.
pub const LETTERS_OPEN_MAX: usize = 100;
/// Dead letters that a target keeps; the oldest fall out.
pub const LETTERS_DEAD_MAX: usize = 1_000;
/// People that one fact is mailed to by one target.
pub const RECIPIENTS_MAX: usize = 50;
/// Targets of notifications.
pub const TARGETS_MAX: usize = 32;
/// Attempts of a notification when its target says nothing.
pub const NOTIFY_TRIES_DEFAULT: u32 = 12;
/// Attempts of a notification at most.
pub const NOTIFY_TRIES_MAX: u32 = 20;
/// First wait before a notification is tried again when its target says nothing, in milliseconds;
/// doubled each time, half of it by chance.
pub const NOTIFY_WAIT_DEFAULT_MS: u64 = 5_000;
/// Longest wait before a notification is tried again, in milliseconds.
pub const NOTIFY_WAIT_MAX_MS: u64 = 3_600_000;
/// Longest rest of a target that took nothing, before another notification is tried, in milliseconds.
pub const NOTIFY_REST_MAX_MS: u64 = 60_000;
/// Events that are looked at at once for a target.
pub const NOTIFY_READ_MAX: usize = 64;
/// Events without a notification after which a target's place in the ledger is kept anew.
pub const NOTIFY_KEEP_EVERY: u64 = 1_000;
/// How long a target waits after its place could not be kept, or the ledger not be read, in milliseconds.
pub const NOTIFY_PAUSE_MS: u64 = 5_000;
/// Characters of why a target did not take a notification.
pub const NOTIFY_PROBLEM_CHARS_MAX: usize = 300;
/// Receipts made and recorded together.
pub const RECEIPTS_AT_ONCE_MAX: usize = 64;
/// Bytes of their bundles together; the rest is for the next time.
pub const RECEIPTS_AT_ONCE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Records that wait for their receipts, from which on more of them are gathered.
pub const RECEIPTS_GATHER_FROM: usize = 8;
/// How long it is waited for more before receipts are made, where they come faster than they are made, in
/// milliseconds.
pub const RECEIPTS_GATHER_MS: u64 = 25;
/// How long it is waited for the key that is taking over, in milliseconds.
pub const RECEIPTS_HANDOVER_MS: u64 = 50;
/// How long it is waited after receipts could not be made, in milliseconds.
pub const RECEIPTS_PAUSE_MS: u64 = 1_000;
/// How long a record waits for its receipt before somebody should look into it, in milliseconds.
pub const RECEIPT_LATE_MS: u64 = 60_000;
/// Bytes of a receipt's statement: with base64 around it, a record of the ledger still holds it.
pub const RECEIPT_STATEMENT_BYTES_MAX: usize = 720 * 1024;
/// Steps of a run that its receipt lists one by one; of more it gives the numbers by task.
pub const RECEIPT_STEPS_MAX: usize = 2_000;
/// Decisions that a receipt lists.
pub const RECEIPT_DECISIONS_MAX: usize = 64;
/// Hosts of a task that a receipt names; of more it gives the number.
pub const RECEIPT_HOSTS_MAX: usize = 500;
/// Receipts looked at for one page of them.
pub const RECEIPT_SCAN_MAX: usize = 5_000;
/// Before a key that signs the log is due, somebody is reminded from then on, in milliseconds.
pub const ROTATION_SOON_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Between two tries to keep, or to record, that another key signs the log, in milliseconds.
pub const ROTATION_PAUSE_MS: u64 = 1_000;
/// Tries to keep it.
pub const ROTATION_TRIES_MAX: u32 = 30;
/// Versions whose signatures are remembered as found good.
pub const VOUCHED_MAX: usize = 4_096;
/// Signatures that come with what is published: the author's, and reviewers'.
pub const SIGNATURES_MAX: usize = 8;
/// Bytes of one signature, in its armor.
pub const SIGNATURE_BYTES_MAX: usize = 64 * 1024;
/// Keys that are tried, in all, for the signatures that stand inside of one artifact: about two seconds.
pub const WITHIN_CHECKS_MAX: usize = 20_000;
/// A version or a request as the ledger keeps it: a record holds no more.
pub const KEPT_BYTES_MAX: usize = 960 * 1024;
/// How long a refused runbook is told of as a problem of the daemon, in milliseconds.
pub const ALERT_SHOWN_MS: u64 = 24 * 3_600_000;
/// Records folded into the graph between two writes of it: the other views are not written meanwhile.
pub const GRAPH_CHUNK_RECORDS: usize = 256;
/// Payload of those at once, in bytes.
pub const GRAPH_CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Keys of an unusable graph that are removed at once.
pub const GRAPH_WIPE_KEYS: usize = 4_096;
/// How far a walk through the graph goes when the caller does not say, in edges.
pub const GRAPH_DEPTH_DEFAULT: u32 = 4;
/// How far it goes at most, in edges.
pub const GRAPH_DEPTH_MAX: u32 = 16;
/// Entities that a walk reaches when the caller does not say.
pub const GRAPH_NODES_DEFAULT: usize = 200;
/// Entities that it reaches at most.
pub const GRAPH_NODES_MAX: usize = 2_000;
/// Edges of one kind that a walk looks at, at one entity.
pub const GRAPH_FAN_MAX: usize = 500;
/// Edges that are counted for one question about a resource, the newest.
pub const GRAPH_SCAN_MAX: usize = 5_000;
/// How long a question about the graph waits for what was recorded before it, in milliseconds.
pub const GRAPH_WAIT_MAX_MS: u64 = 2_000;
