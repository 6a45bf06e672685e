//! Every bound of a freeze, by name.

/// Freezes of a tenant, those of its kill switches included.
pub const FREEZES_MAX: usize = 100;
/// Bytes of the reason.
pub const REASON_BYTES_MAX: usize = 1_024;
/// Shortest window of one that recurs, in milliseconds.
pub const WINDOW_MS_MIN: u64 = 60_000;
/// Longest window of one that recurs, in milliseconds.
pub const WINDOW_MS_MAX: u64 = 31 * 86_400_000;
/// Windows that are looked at, one by one, to say when those that follow one another end.
pub const WINDOWS_LOOK_MAX: usize = 64;
/// Different people besides whoever asks who have to agree that a freeze is lifted.
pub const LIFTERS_MIN: usize = 2;
