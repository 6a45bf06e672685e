//! Every bound of the slice, by name.

/// Tenants; beyond it new ones are refused.
pub const TENANTS_MAX: usize = 10_000;
/// Regions, or purposes, of one tenant.
pub const NAMES_MAX: usize = 32;
/// Bytes of the reason for a suspension.
pub const REASON_BYTES_MAX: usize = 1_024;
