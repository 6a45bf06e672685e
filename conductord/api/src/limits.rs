//! Every bound of the API, by name.

use std::time::Duration;

/// Bytes of one message, either way.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of all headers of a request.
pub const HEADER_BYTES_MAX: u32 = 16 * 1024;
/// Open connections; the next one waits until another closes.
pub const CONNECTIONS_MAX: usize = 1_024;
/// Requests under way on one connection.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 1_024;
/// How often a silent connection is asked whether anybody is there.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// How long that answer may take.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Connections that shake hands for TLS at once; the next one waits.
pub const HANDSHAKES_MAX: usize = 128;
/// How long that may take.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client that was refused there has to read why.
pub const HANDSHAKE_LINGER: Duration = Duration::from_secs(1);
/// Connections that have shaken hands and wait to be answered.
pub const GREETED_MAX: usize = 16;
/// Bytes of a file of certificates, of revoked ones, or of a private key.
pub const PEM_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Bytes of the name in a client's certificate.
pub const CERTIFICATE_NAME_BYTES_MAX: usize = 256;
/// How long before its end the server's certificate is warned of.
pub const CERTIFICATE_WARNING: Duration = Duration::from_secs(14 * 24 * 3600);
/// Buckets that are kept of how often somebody asks; whoever comes then shares one.
pub const RATE_BUCKETS_MAX: usize = 65_536;
/// How long accepting rests after the system refused a connection (too many open files, say).
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Longest deadline that a caller may name; a longer one is cut to it.
pub const DEADLINE_MAX: Duration = Duration::from_secs(24 * 3600);
/// Characters of a tenant, an environment or a region.
pub const SCOPE_NAME_CHARS_MAX: usize = 64;
/// Bytes of a reason, a principal, a filter's text: anything that a caller may name freely.
pub const TEXT_BYTES_MAX: usize = 1_024;
/// Approvals that wait for somebody and are counted for them.
pub const APPROVALS_COUNTED_MAX: usize = 100;
/// Incidents in one answer.
pub const INCIDENTS_LISTED_MAX: usize = 500;
/// Freezes that are told beside something else; `Freezes.List` has all.
pub const FREEZES_TOLD_MAX: usize = 10;
/// Bytes of the approvals in one page; one more may stand at its end.
pub const APPROVALS_PAGE_BYTES_MAX: usize = 1024 * 1024;
/// Approvals looked at to tell how long they waited.
pub const APPROVALS_TIMED_MAX: usize = 20_000;
/// The time that is told of, where nothing is said.
pub const APPROVALS_TIMED_DEFAULT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Bytes of lines of allowed signers in one request.
pub const SIGNER_LINES_BYTES_MAX: usize = 1024 * 1024;
/// How old a key gets before its owner is reminded to replace it, where nothing else is configured.
pub const KEY_ROTATION_DEFAULT: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a challenge waits for its signature, in milliseconds.
pub const CHALLENGE_TTL_MS: u64 = 120_000;
/// Challenges that wait.
pub const CHALLENGES_MAX: usize = 4_096;
/// Those of one local user or address; a newer one takes the place of the oldest.
pub const CHALLENGES_OF_ORIGIN_MAX: usize = 64;
/// How long whoever finds no room for a challenge should wait.
pub const CHALLENGE_RETRY: Duration = Duration::from_secs(2);
/// Bytes of a challenge's statement and the signature over it.
pub const LOGIN_BYTES_MAX: usize = 64 * 1024;
/// Failed logins that nobody waits for.
pub const LOGIN_FAILURES_FREE: u32 = 3;
/// How long the one after them waits; doubled each time.
pub const LOGIN_SLOWED_FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
pub const LOGIN_SLOWED_LONGEST: Duration = Duration::from_secs(300);
/// When failed logins are forgotten, after the last one.
pub const LOGIN_SLOWED_WINDOW: Duration = Duration::from_secs(900);
/// Local users, addresses and keys whose failed logins are remembered.
pub const LOGIN_SLOWED_KEPT_MAX: usize = 4_096;
/// Failed logins in a row of which administrators are told.
pub const LOGIN_ALARM_FAILURES: u32 = 10;
/// How long `doctor` tells of them, in milliseconds.
pub const LOGIN_ALARM_SHOWN_MS: u64 = 24 * 3_600_000;
/// How long a session lasts, where nothing else is configured.
pub const SESSION_DEFAULT: Duration = Duration::from_secs(8 * 3600);
/// How long one that nothing comes with lasts, where nothing else is configured.
pub const SESSION_IDLE_DEFAULT: Duration = Duration::from_secs(30 * 60);
/// How long before its end a token is warned of, in milliseconds.
pub const TOKEN_WARNING_MS: u64 = 7 * 24 * 3_600_000;
/// How long a token may go unused before administrators are told, in milliseconds.
pub const TOKEN_UNUSED_MS: u64 = 30 * 24 * 3_600_000;
/// Bytes of a token.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Questions in one request to policy.
pub const QUESTIONS_MAX: usize = 256;
/// Bundles that are tried out at once; whoever comes then is told to come again.
pub const POLICY_TRIALS_MAX: usize = 2;
/// How long they should wait.
pub const POLICY_TRIAL_RETRY: Duration = Duration::from_secs(2);
/// Days of decisions that a replay goes back.
pub const REPLAY_DAYS_MAX: u32 = 366;
/// Decisions that a replay asks again.
pub const REPLAY_DECISIONS_MAX: usize = 50_000;
/// Bytes of their records.
pub const REPLAY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Flips in one message of a replay.
pub const FLIPS_AT_ONCE: usize = 200;
/// Kinds that a tail may name.
pub const KINDS_MAX: usize = 64;
/// Messages of a stream that wait for a slow reader.
pub const STREAM_MESSAGES_MAX: usize = 16;
/// How long a reader may take no message before its stream ends; it can resume.
pub const STREAM_STALL_MAX: Duration = Duration::from_secs(60);
/// Shortest time between two messages of a stream of lists: what changes between is gathered.
pub const LIST_GAP: Duration = Duration::from_millis(50);
/// Runs in one message of such a stream.
pub const LIST_RUNS_MAX: usize = 1_000;
/// Records looked at to bring a reader up to date; further back it must read the list again.
pub const CATCH_UP_RECORDS_MAX: u64 = 10_000;
/// Records read from the ledger at once for a stream.
pub const TAIL_RECORDS: usize = 512;
/// Payload bytes that a record is expected to have; larger ones come fewer at a time.
pub const TAIL_RECORD_BYTES: usize = 2 * 1024;
/// Payload bytes read from the ledger at once for a stream.
pub const TAIL_BYTES: usize = 1024 * 1024;
/// Entries of a timeline in one message of a watch.
pub const WATCH_ENTRIES_MAX: usize = 500;
/// How long a watch waits for the receipt of a run that has ended.
pub const WATCH_RECEIPT_WAIT: Duration = Duration::from_secs(30);
/// How often the output of a running attempt is looked at for more.
pub const LOG_POLL: Duration = Duration::from_millis(75);
/// Bytes of output read at once.
pub const LOG_BYTES: usize = 64 * 1024;
/// Bytes of an artifact in one message.
pub const ARTIFACT_CHUNK_BYTES: usize = 256 * 1024;
/// How long a release gate waits for the receipt of a run that has just ended.
pub const GATE_RECEIPT_WAIT: Duration = Duration::from_secs(2);
/// Bytes of a disclosure pack besides the contents of artifacts.
pub const PACK_BYTES_MAX: usize = 2_000_000;
/// Bytes of it that are kept for the README, the statement's own words, its signature and the archive's ends.
pub const PACK_RESERVE_BYTES: usize = 32 * 1024;
/// Bytes of what a disclosure pack says of artifacts.
pub const PACK_RECORDS_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the list of the attempts whose logs a disclosure pack has no room for.
pub const PACK_LEFT_OUT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of logs in a disclosure pack.
pub const PACK_LOG_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of it that each attempt has at least; where there is no room for that, attempts are left out.
pub const PACK_LOG_BYTES_MIN: usize = 4 * 1024;
/// Attempts whose logs a disclosure pack has.
pub const PACK_LOGS_MAX: usize = PACK_LOG_BYTES_MAX / PACK_LOG_BYTES_MIN;
/// Bytes of logs that are read for a disclosure pack, so as to find their ends.
pub const PACK_LOG_READ_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bytes of artifacts in a disclosure pack.
pub const PACK_ARTIFACT_BYTES_MAX: u64 = 512 * 1024;
/// Artifacts whose contents a disclosure pack has.
pub const PACK_ARTIFACTS_MAX: usize = 256;
/// Letters of a name in a disclosure pack, after it was written so that it is one part of a path.
pub const PACK_NAME_CHARS_MAX: usize = 384;
/// Names of executors that a worker may offer.
pub const EXECUTORS_MAX: usize = 64;
/// Workers whose owners are remembered.
pub const WORKER_OWNERS_MAX: usize = 4_096;
/// Words that workflows are looked for by at once.
pub const SEARCH_WORDS_MAX: usize = 8;
/// Workflows, or owners, that a list of runs leaves out at once.
pub const LEFT_OUT_MAX: usize = 64;
/// Tags that a list of workflows is narrowed down by at once.
pub const SEARCH_TAGS_MAX: usize = 32;
/// Text of runbooks that one question looks through, in bytes.
pub const SEARCH_TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Letters of each part of a provenance that are kept.
pub const PROVENANCE_CHARS_MAX: usize = 512;
/// Problems of a manifest that an error message lists.
pub const PROBLEMS_SHOWN_MAX: usize = 20;
/// Binding parts of plans that are remembered, to say what changed since.
pub const PLANS_KEPT_MAX: usize = 64;
/// Bytes of them.
pub const PLANS_KEPT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Changes that a refusal lists.
pub const PLAN_CHANGES_MAX: usize = 8;
/// Bytes of what a plan says of calls; what is beyond is left out of the message.
pub const PLAN_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of one call's parameters in a plan.
pub const PLAN_CALL_BYTES_MAX: usize = 32 * 1024;
/// Bytes of a plan's binding part that go with it.
pub const PLAN_BINDING_BYTES_MAX: usize = 1024 * 1024;
/// Rows looked at to fill a page that policy lets only some of be seen; it may then be short, and go on.
pub const FILTERED_ROWS_MAX: usize = 5_000;
/// Decisions read at once for an export.
pub const EXPORT_ROWS: usize = 256;
/// Sentences that go beside an answer.
pub const WARNINGS_MAX: usize = 8;
/// Bytes of one of them.
pub const WARNING_BYTES_MAX: usize = 512;
/// Times that policy is asked when its bundle changes while a request is under way.
pub const STALE_TRIES_MAX: u32 = 3;
/// How long to wait before it is asked again.
pub const STALE_PAUSE: Duration = Duration::from_millis(10);
/// How long a request may wait for a provider's keys. The provider may take longer, for others.
pub const OIDC_WAIT_MAX: Duration = Duration::from_secs(5);
/// Shortest time between two fetches of a provider's keys, however many tokens ask for one.
pub const OIDC_FETCH_GAP: Duration = Duration::from_secs(5);
/// For how long a provider's keys are good where it does not say.
pub const OIDC_KEYS_FRESH_DEFAULT: Duration = Duration::from_secs(3_600);
/// For how long at least, whatever it says.
pub const OIDC_KEYS_FRESH_MIN: Duration = Duration::from_secs(60);
/// For how long at most.
pub const OIDC_KEYS_FRESH_MAX: Duration = Duration::from_secs(24 * 3_600);
/// For how long they count while the provider is away.
pub const OIDC_KEYS_STALE_MAX: Duration = Duration::from_secs(48 * 3_600);
/// Good tokens that are remembered.
pub const OIDC_VERIFIED_MAX: usize = 4_096;
/// How far a provider's clock and the daemon's may be apart, where nothing else is configured.
pub const OIDC_CLOCK_SKEW_DEFAULT: Duration = Duration::from_secs(60);
/// And at most.
pub const OIDC_CLOCK_SKEW_MAX: Duration = Duration::from_secs(300);
/// Dead letters that one request names.
pub const LETTERS_NAMED_MAX: usize = 1_000;
/// Text of one export of the graph, in bytes: it fits in a message.
pub const GRAPH_EXPORT_BYTES_MAX: usize = MESSAGE_BYTES_MAX / 2;
/// How long a request over HTTP may take to come with its body.
pub const HTTP_BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection over HTTP/1 may take to send the head of its next request.
pub const HTTP_HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of such a head.
pub const HTTP_HEAD_BYTES_MAX: usize = 32 * 1024;
/// How often a silent stream of server-sent events says that it is there.
pub const HTTP_HEARTBEAT: Duration = Duration::from_secs(15);
/// When to come again, where nothing else is said.
pub const HTTP_RETRY_DEFAULT: Duration = Duration::from_secs(1);
/// Bytes of a text in a request over HTTP whose shape is its own.
pub const HTTP_TEXT_BYTES_MAX: usize = 64 * 1024;
/// Items of a list there.
pub const HTTP_LIST_ITEMS_MAX: usize = 1_000;
/// Tracked runs, artifacts or packs in one answer where a path of `/maestro` gives all of them.
pub const HTTP_TRACKED_LISTED_MAX: u32 = 500;
