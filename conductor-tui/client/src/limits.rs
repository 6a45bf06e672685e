//! Every bound of the client, by name.

use std::time::Duration;

/// How long a unary call may take, connecting included.
pub const CALL_DEADLINE: Duration = Duration::from_secs(15);
/// How long a call waits, in all, for a daemon that takes no more for now.
pub const RATE_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a connection may take to be made.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a stream may take to be opened.
pub const STREAM_OPEN_DEADLINE: Duration = Duration::from_secs(10);
/// A message from the daemon, in bytes.
pub const MESSAGE_IN_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A message to the daemon, in bytes.
pub const MESSAGE_OUT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A connection on which something is under way is asked for a sign of life this often.
pub const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
/// A connection that gives no sign of life for this long is given up.
pub const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// First wait before a lost stream is opened again; doubled each time.
pub const BACKOFF_FIRST: Duration = Duration::from_millis(100);
/// Longest wait before a lost stream is opened again.
pub const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// Attempts whose log offsets are remembered to resume a log of many tasks.
pub const LOG_OFFSETS_MAX: usize = 10_000;
/// How long an OpenID provider may take for one answer, redirects included.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection to it may take to be made.
pub const PROVIDER_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of one answer of a provider.
pub const PROVIDER_BYTES_MAX: usize = 512 * 1024;
/// Redirects that are followed to an answer, all on one host.
pub const PROVIDER_REDIRECTS_MAX: usize = 3;
/// Characters of a provider's text that are shown.
pub const PROVIDER_TEXT_CHARS_MAX: usize = 200;
/// How often a provider is asked whether a login was approved, where it does not say (RFC 8628).
pub const DEVICE_INTERVAL_DEFAULT: Duration = Duration::from_secs(5);
/// By how much longer the wait gets when it says that it is asked too often (RFC 8628).
pub const DEVICE_SLOWER: Duration = Duration::from_secs(5);
/// Longest wait between two of these questions.
pub const DEVICE_INTERVAL_MAX: Duration = Duration::from_secs(60);
/// How long a login may wait to be approved, whatever the provider says.
pub const DEVICE_WAIT_MAX: Duration = Duration::from_secs(3_600);
/// How long before a token's end it is replaced.
pub const TOKEN_EARLY: Duration = Duration::from_secs(60);
/// Sentences beside answers that are kept until somebody asks for them.
pub(crate) const WARNINGS_KEPT_MAX: usize = 64;
/// How long a connection over SSH may take to be made when nobody is asked anything.
pub const SSH_CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long nothing is tried after the far end of an SSH connection said no: to a server, who
/// comes again and again is an attacker.
pub const SSH_REFUSED_PAUSE: Duration = Duration::from_secs(30);
/// How long an SSH client whose connection ended may take to say why.
pub(crate) const SSH_EXIT_WAIT: Duration = Duration::from_secs(2);
/// What an SSH client and the far end say on standard error, in bytes.
pub(crate) const SSH_SAID_BYTES_MAX: usize = 16 * 1024;
/// What is read of something that is no daemon, in bytes.
pub(crate) const SSH_NOISE_BYTES_MAX: usize = 256;
/// A line of theirs in an error, in bytes.
pub(crate) const SSH_LINE_BYTES_MAX: usize = 240;
/// A user's name in a URL, in bytes.
pub(crate) const SSH_USER_BYTES_MAX: usize = 128;
/// A host's name in a URL, in bytes.
pub(crate) const SSH_HOST_BYTES_MAX: usize = 253;
/// Bytes of a file of certificates, or of a private key.
pub(crate) const PEM_BYTES_MAX: u64 = 1024 * 1024;
/// How long one file of the daemon's transparency log may take.
pub const LOG_DEADLINE: Duration = Duration::from_secs(60);
/// Bytes of one file of it: a bundle of 256 entries of 64 KiB.
pub const LOG_BYTES_MAX: usize = 17 * 1024 * 1024;
