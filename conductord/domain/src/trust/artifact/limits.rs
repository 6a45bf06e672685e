//! Every bound of the slice, by name.

/// Artifacts of one run that somebody brought, and that its tasks left.
pub const ARTIFACTS_OF_RUN_MAX: usize = 2_000;
/// Bytes of a name.
pub const NAME_BYTES_MAX: usize = 255;
/// Bytes of a media type.
pub const MEDIA_TYPE_BYTES_MAX: usize = 127;
/// Bytes of a URI.
pub const URI_BYTES_MAX: usize = 2_048;
/// Bytes of a content hash.
pub const HASH_BYTES_MAX: usize = 256;
/// Bytes of what else is said of an artifact, as JSON.
pub const ADDITIONAL_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a reason.
pub const REASON_BYTES_MAX: usize = 1_000;
/// Artifacts whose content is removed by one command.
pub const EXPIRED_AT_ONCE_MAX: usize = 500;
