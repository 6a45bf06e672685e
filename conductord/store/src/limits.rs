//! Every bound of the stores that are elsewhere, by name.

use std::time::Duration;

/// Bytes of one part of a content on its way to an S3 server; what has no more goes in one request.
pub const S3_PART_BYTES: usize = 8 * 1024 * 1024;
/// Parts on their way at once, of all contents: times the bytes of one, what they take of memory.
pub const S3_PARTS_IN_FLIGHT_MAX: usize = 4;
/// Bytes of an answer that is no content.
pub const S3_ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Versions of one content that are looked at.
pub const S3_VERSIONS_MAX: usize = 100;
/// Times that a request is made which may be repeated.
pub const S3_TRIES_MAX: u32 = 4;
/// The wait before the second time; doubled each time.
pub const S3_BACKOFF_FIRST: Duration = Duration::from_millis(200);
/// How long a connection may take.
pub const S3_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the answer to a request may take.
pub const S3_REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a part may be on its way.
pub const S3_PART_TIMEOUT: Duration = Duration::from_secs(300);
/// How long a content that is read may give nothing.
pub const S3_SILENCE_TIMEOUT: Duration = Duration::from_secs(30);
/// Times that reading one content goes on where it broke off.
pub const S3_RESUMES_MAX: u32 = 4;
/// How long the keys that requests are signed with are used before they are asked for again.
pub const S3_KEYS_AGE_MAX: Duration = Duration::from_secs(300);
/// How far clocks may be apart without a warning, in milliseconds; servers refuse from 15 minutes on.
pub const S3_CLOCK_WARN_MS: u64 = 60_000;
