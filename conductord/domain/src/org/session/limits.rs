//! Every bound of the slice, by name.

/// Open sessions of one principal, in all tenants.
pub const SESSIONS_OF_PRINCIPAL_MAX: usize = 32;
/// Open sessions of all.
pub const SESSIONS_MAX: usize = 10_000;
/// How long a session may last, in milliseconds.
pub const SESSION_MS_MAX: u64 = 30 * 24 * 3_600_000;
/// Alarms about failed logins that are remembered of a tenant, the newest.
pub const ALARMS_OF_TENANT_MAX: usize = 8;
/// Characters of where a connection comes from that are kept.
pub const ORIGIN_CHARS_MAX: usize = 128;
