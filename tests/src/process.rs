//! Processes: waiting for their end with a bound, and who they belong to.

use std::{
    fs,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// How often a process is looked at: the kernel has no bounded wait for a child.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// Waits until it is so, for what tells nobody that it has changed: a file, a process.
///
/// # Panics
/// When it is not within a minute; `what` says what was waited for.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(LOOK_EVERY);
    }
}

/// Ids of the processes whose command line holds `mark`.
#[must_use]
pub fn processes_with(mark: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let has_mark = |pid: &u32| {
        // A zombie has no command line any more.
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(mark)
    };
    pids.filter(has_mark).collect()
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

/// The name of this process's user.
///
/// # Panics
/// When the system does not know it.
#[must_use]
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
pub(crate) fn user_name() -> String {
    let asked = Command::new("id").arg("-un").output().expect("id starts");
    String::from_utf8(asked.stdout).expect("a name").trim().to_owned()
}

/// The children of a process that have this name.
#[must_use]
pub(crate) fn children_named(parent: i32, name: &str) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let Some((head, rest)) = stat.rsplit_once(") ") else { return false };
        let own_parent = rest.split(' ').nth(1).and_then(|parent| parent.parse::<i32>().ok());
        own_parent == Some(parent) && head.ends_with(&format!("({name}"))
    })
    .collect()
}
