//! Every bound of the slice, by name.

/// Tenants; beyond it new ones are refused.
pub const TENANTS_MAX: usize = 10_000;
/// Regions, or purposes, of one tenant.
pub const NAMES_MAX: usize = 32;
/// Bytes of the reason for a suspension, or for letting a guest in.
pub const REASON_BYTES_MAX: usize = 1_024;
/// Guests that a tenant has at a time.
pub const GUESTS_MAX: usize = 256;
/// How long a guest is let in: seven days.
pub const GUEST_MS_MAX: u64 = 7 * 24 * 3_600_000;
