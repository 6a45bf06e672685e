//! Every bound of the slice, by name.

/// Tokens of one service that are good, in one tenant.
pub const TOKENS_OF_SERVICE_MAX: usize = 32;
/// Tokens of one tenant that are good.
pub const TOKENS_OF_TENANT_MAX: usize = 1_000;
/// Tokens that a tenant remembers, those with them that expired or were revoked.
pub const TOKENS_KEPT_MAX: usize = 2_000;
/// How long a token is good where nothing is said, in milliseconds.
pub const TOKEN_DEFAULT_MS: u64 = 30 * 24 * 3_600_000;
/// How long a token may be good, in milliseconds.
pub const TOKEN_MS_MAX: u64 = 366 * 24 * 3_600_000;
/// Bytes of what a token is described with, and of why it is revoked.
pub const WORDS_BYTES_MAX: usize = 256;
