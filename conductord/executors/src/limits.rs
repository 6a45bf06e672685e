//! Every bound of the executors and the worker, by name.

use std::time::Duration;

/// Bytes of output read from a program at once; two of these are all that an attempt buffers.
pub const OUTPUT_CHUNK_BYTES: usize = 32 * 1024;
/// Bytes of the last line on stderr that a failure's message quotes.
pub const LAST_LINE_BYTES_MAX: usize = 240;
/// Characters of a refusal, and of the failure before it, that a report without its parts quotes.
pub const REFUSAL_CHARS_MAX: usize = 500;
/// How long a program has between TERM and KILL, unless the worker is set up otherwise.
pub const TERM_GRACE_DEFAULT: Duration = Duration::from_secs(5);
/// How often a stopped process group is looked at for members that still clean up.
pub const GROUP_POLL: Duration = Duration::from_millis(10);
/// How long a killed process may take to vanish (a disk that hangs, say) before it is left behind.
pub const KILL_WAIT: Duration = Duration::from_secs(5);
/// How often an ended attempt's cgroup is looked at for processes that are not gone yet.
pub const CGROUP_POLL: Duration = Duration::from_millis(1);
/// How long the output of an ended program is waited for while a process that escaped holds it.
pub const OUTPUT_CLOSE_WAIT: Duration = Duration::from_secs(1);
/// Bytes still read after that: as much as the largest pipe may hold.
pub const OUTPUT_CLOSE_BYTES_MAX: usize = 1024 * 1024;
/// Rounds of finding and killing processes that escaped, each of which may reveal their children.
pub const STRAY_ROUNDS_MAX: usize = 64;
/// Bytes of a process's environment that are searched for the worker's mark.
pub const ENVIRON_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Open files of an orphan that are looked through for an attempt's pipes.
pub const FILES_MAX: usize = 4_096;
/// A run's workspace on a worker is removed when it was last used this long ago.
pub const WORKSPACE_AGE_MAX: Duration = Duration::from_secs(24 * 3600);
/// Workspaces kept on a worker; beyond it those used longest ago are removed early.
pub const WORKSPACES_MAX: usize = 1_000;
/// How often a worker tidies up: strays, zombies, old workspaces.
pub const TIDY_INTERVAL: Duration = Duration::from_secs(30);
/// Characters in the name of an output or an artifact.
pub const NAME_CHARS_MAX: usize = 64;
/// Bytes of a secret's value at least, white space not counted: less would be found everywhere.
pub const SECRET_BYTES_MIN: usize = 4;
/// Bytes of a secret's value.
pub const SECRET_BYTES_MAX: usize = 16 * 1024;
/// Bytes that a line of a secret has at least to be taken out by itself, white space not counted.
pub const SECRET_LINE_BYTES_MIN: usize = 8;
/// White space in a row within a secret, as line ends and indents make it.
pub const SECRET_BLANKS_MAX: usize = 128;
/// Programs that print secrets, at once.
pub const SECRET_PROGRAMS_MAX: usize = 8;
/// How long a program that prints a secret may take, unless its setting says so.
pub const SECRET_PROGRAM_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Outputs that a message names because a secret was taken out of them.
pub const REDACTED_NAMED_MAX: usize = 5;
/// How long output that may be a secret's beginning is held back while nothing follows.
pub const SECRET_HOLD: Duration = Duration::from_millis(200);
/// Redirects that one request follows.
pub const HTTP_REDIRECTS_MAX: usize = 5;
/// Bytes of a response's body that are kept.
pub const HTTP_BODY_BYTES_MAX: usize = 32 * 1024;
/// A request's bound when its task names none.
pub const HTTP_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);
/// How long a server may take to accept a connection.
pub const HTTP_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Characters of a response header that are kept.
pub const HTTP_HEADER_CHARS_MAX: usize = 1_024;
/// Longest `sleep`.
pub const SLEEP_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
/// Orders that the worker takes at one wake.
pub const ORDERS_BATCH: usize = 256;
/// First wait before the kernel is tried again; doubled each time, half of it by chance.
pub const BACKOFF_FIRST: Duration = Duration::from_millis(50);
/// Longest wait before the kernel is tried again.
pub const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// How long attempts may go on after a shutdown was asked, before they are stopped.
pub const DRAIN_DEFAULT: Duration = Duration::from_secs(10);
/// How long stopped attempts have to vanish at a shutdown: TERM, KILL and the last output.
pub const DRAIN_STOP_WAIT: Duration = Duration::from_secs(12);
/// How often a script that has closed its output is looked at for its end.
pub const SCRIPT_POLL: Duration = Duration::from_millis(10);
/// Bytes of a failed inventory script's stderr that its message is taken from.
pub const INVENTORY_STDERR_BYTES_MAX: usize = 16 * 1024;
/// Entries of a folder that an `Include` of an SSH configuration looks through.
pub const INVENTORY_GLOB_ENTRIES_MAX: usize = 10_000;
/// How long a host may take to accept a connection, when nothing else is said.
pub const SSH_CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// The longest that a task may ask for.
pub const SSH_CONNECT_TIMEOUT_MAX: Duration = Duration::from_secs(300);
/// A script must begin within so many times the time for connecting: names, keys and the login
/// come on top of it.
pub const SSH_BEGIN_TIMES: u32 = 3;
/// How long a shared connection is kept without use, when nothing else is said.
pub const SSH_PERSIST_DEFAULT: Duration = Duration::from_secs(60);
/// How often a silent host is asked whether it is still there.
pub const SSH_ALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// Questions in a row that a host may leave unanswered.
pub const SSH_ALIVE_COUNT_MAX: u32 = 3;
/// How long a client may take to end when its host has reported everything, or it was asked to.
pub const SSH_EXIT_WAIT: Duration = Duration::from_secs(1);
/// How long a host may take to report a stopped script's end, after the time between TERM and KILL.
pub const SSH_STOP_WAIT: Duration = Duration::from_secs(3);
/// Bytes of a script: one argument of a program on Linux, less its terminating zero byte.
pub const SSH_SCRIPT_BYTES_MAX: usize = 128 * 1024 - 1;
/// Words of the shell that reads a script on a host.
pub const SSH_SHELL_WORDS_MAX: usize = 8;
/// Bytes of what clients of one connection say that are kept.
pub const SSH_LOG_BYTES_MAX: u64 = 64 * 1024;
/// Bytes of what comes before a script begins that are searched for the reason of a failure.
pub const SSH_BEFORE_BYTES_MAX: usize = 8 * 1024;
/// How long one delivery of a notification may take, unless its target says so.
pub const NOTIFY_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Words of a program that notifications are given to.
pub const NOTIFY_WORDS_MAX: usize = 64;
/// Addresses that one target knows.
pub const NOTIFY_ADDRESSES_MAX: usize = 1_000;
/// Bytes of a witness's answer.
pub const WITNESS_ANSWER_BYTES_MAX: usize = 64 * 1024;
