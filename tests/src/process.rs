//! Processes: waiting for their end with a bound, and who they belong to.

use std::{
    fs,
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// How often a process is looked at: the kernel has no bounded wait for a child.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How the process ended; `None` when it still runs after `bound`.
///
/// # Panics
/// When it is not a child of this one any more.
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
pub fn ended_within(child: &mut Child, bound: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + bound;
    loop {
        let ended = child.try_wait().expect("wait for a child");
        if ended.is_some() || Instant::now() >= deadline {
            return ended;
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// The state letter and process group of a process as Linux tells them; `None` when it is gone.
#[must_use]
pub fn group_of(pid: u32) -> Option<(char, i32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(1)?.parse().ok()?))
}

/// The user who owns nothing.
#[must_use]
pub const fn nobody_uid() -> u32 {
    65_534
}

/// Whether a test may start programs as somebody else.
#[must_use]
pub fn running_as_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Says that a test proves nothing here, and why, in one line.
pub fn skipped(why: &str) {
    use std::io::Write as _;
    // A reader that went away is no reason to fail.
    writeln!(std::io::stderr(), "skipped: {why}").ok();
}
