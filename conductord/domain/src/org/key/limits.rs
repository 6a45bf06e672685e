//! Every bound of the slice, by name.

/// Keys of one principal that were not taken back, in one tenant.
pub const KEYS_OF_PRINCIPAL_MAX: usize = 20;
/// Keys of one tenant that were not taken back.
pub const KEYS_OF_TENANT_MAX: usize = 10_000;
/// Keys that a tenant remembers, those with them that were.
pub const KEYS_KEPT_MAX: usize = 100_000;
/// Keys that one request enrolls.
pub const ENROLLED_AT_ONCE_MAX: usize = 500;
/// Bytes of the reason for which a key is taken back.
pub const REASON_BYTES_MAX: usize = 1_024;
/// Bytes of what a key is called.
pub const COMMENT_BYTES_MAX: usize = 256;
/// Bytes of a key: RSA of 8192 bits has about 1,400.
pub const KEY_BYTES_MAX: usize = 4_096;
/// Bytes of whose a key is.
pub const PRINCIPAL_BYTES_MAX: usize = 1_024;
