//! Every bound of a schedule, by name.

/// Characters of a schedule's name.
pub const NAME_CHARS_MAX: usize = 64;
/// Shortest interval, in milliseconds.
pub const INTERVAL_MS_MIN: u64 = 1_000;
/// Longest interval, in milliseconds: a leap year.
pub const INTERVAL_MS_MAX: u64 = 366 * 86_400_000;
/// Largest spread of a fire time, in milliseconds.
pub const JITTER_MS_MAX: u64 = 24 * 3_600_000;
/// How long after its time a fire still counts as on time, in milliseconds: a restart of the daemon
/// is no missed run.
pub const LATE_MS: u64 = 60_000;
/// How far back missed fire times are made up for when the schedule names no window, in
/// milliseconds.
pub const MISSED_WINDOW_MS_DEFAULT: u64 = 24 * 3_600_000;
/// How far back they are made up for at most, in milliseconds.
pub const MISSED_WINDOW_MS_MAX: u64 = 31 * 86_400_000;
/// Missed fire times that wait to be made up for; older ones are skipped.
pub const MISSED_RUNS_MAX: usize = 100;
/// Fire times of a schedule that wait for a run to end; beyond it they are skipped.
pub const WAITING_MAX: usize = 100;
/// Fire times of one backfill.
pub const BACKFILL_RUNS_MAX: usize = 500;
/// Fire times looked at, one by one, to say what was missed; more are not counted.
pub const OWED_LOOK_MAX: usize = 1_000;
/// Outcomes of a schedule that are kept beside it.
pub const RECENT_MAX: usize = 10;
/// Versions of a schedule that can be looked up.
pub const VERSIONS_MAX: usize = 100;
/// Fire times that are told in advance.
pub const NEXT_MAX: usize = 100;
/// How far ahead a fire time is looked for, in seconds. Two 29ths of February that are the same
/// weekday lie 40 years apart at most.
pub const AHEAD_SECONDS_MAX: i64 = 41 * 366 * 86_400;
