//! The arithmetic and the files of cgroups; and, where this machine has a hierarchy that we may
//! change, a real one with real processes.

use super::*;
use crate::confine::options::Classes;

#[test]
fn bounds_are_written_as_the_kernel_reads_them() {
    let written: Vec<String> = settings(&Classes::default().small)
        .into_iter()
        .map(|(controller, file, value)| format!("{controller}: {file} = {value}"))
        .collect();
    assert_eq!(
        written,
        [
            "cpu: cpu.max = 50000 100000",
            "memory: memory.max = 268435456",
            "memory: memory.swap.max = 0",
            "memory: memory.oom.group = 1",
            "pids: pids.max = 64",
        ]
    );
}

#[test]
fn counts_are_read_by_their_key() {
    let events = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n";
    assert_eq!(count_of(events, "oom_kill"), 2);
    assert_eq!(count_of(events, "max"), 12);
    assert_eq!(count_of(events, "oom_killer"), 0);
    assert_eq!(count_of("", "max"), 0);
}

#[test]
fn the_hierarchy_is_found_among_those_of_version_1() {
    let mounts = "31 28 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n\
                  32 31 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                  33 31 0:28 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n";
    assert_eq!(mount_point(mounts), Some("/sys/fs/cgroup/unified"));
    assert_eq!(mount_point("32 31 0:27 / /c rw - cgroup cgroup rw\n"), None);
}

/// A folder that looks like a delegated one, on a plain file system: what is written can be read.
fn delegated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cgroup.controllers"), "cpu memory pids\n").unwrap();
    fs::write(folder.path().join("cgroup.subtree_control"), "cpu memory pids\n").unwrap();
    let own = folder.path().join("conductor-x");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("cgroup.subtree_control"), "cpu pids\n").unwrap();
    folder
}

#[test]
fn only_controllers_that_are_on_at_both_levels_count() {
    let folder = delegated();
    fs::write(folder.path().join("conductor-x/cgroup.subtree_control"), "").unwrap();
    // On a plain file system writing `+cpu` leaves exactly that, which no controller is called.
    let error = Cgroups::below(folder.path(), "conductor-x").unwrap_err();
    assert!(error.to_string().contains("none of the controllers"), "{error}");
}

#[test]
fn an_attempt_gets_the_bounds_that_can_be_had() {
    let folder = delegated();
    let cgroups = Cgroups { folder: folder.path().into(), controllers: ["cpu", "pids"].into() };
    let attempt = cgroups.enter(7, Some(&Classes::default().small)).unwrap();
    let read = |file: &str| fs::read_to_string(attempt.folder().join(file)).ok();
    assert_eq!(read("cpu.max").as_deref(), Some("50000 100000"));
    assert_eq!(read("pids.max").as_deref(), Some("64"));
    assert_eq!(read("memory.max"), None);
    fs::write(attempt.folder().join("pids.events"), "max 4\n").unwrap();
    assert_eq!(attempt.counted(), Counted { memory_kills: 0, forks_refused: 4 });
    for file in fs::read_dir(attempt.folder()).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let path = attempt.folder().to_owned();
    drop(attempt);
    assert!(!path.exists());
}

/// A real hierarchy that we may change, whatever its controllers are.
fn real() -> Option<Cgroups> {
    let (root, _) = hierarchy()?;
    let folder = root.join(format!("conductor-test-{}", std::process::id()));
    fs::create_dir(&folder).ok()?;
    Some(Cgroups { folder, controllers: BTreeSet::new() })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test needs a process to be killed")]
fn what_hides_in_a_real_cgroup_ends_with_it() {
    let Some(cgroups) = real() else {
        // Said aloud, so that nobody takes a machine without cgroups for proof.
        tracing::warn!("no cgroup v2 hierarchy can be changed here: nothing was tested");
        return;
    };
    let mut child = std::process::Command::new("setsid").args(["sleep", "1000"]).spawn().unwrap();
    let attempt = cgroups.enter(1, None).unwrap();
    fs::write(attempt.folder().join("cgroup.procs"), child.id().to_string()).unwrap();
    // One attempt's end kills; the next life of a worker kills too what was left.
    let left = attempt.folder().to_owned();
    std::mem::forget(attempt);
    let reaper = std::thread::spawn(move || child.wait().unwrap());
    end_leftovers(&cgroups.folder);
    assert!(!left.exists());
    assert!(!reaper.join().unwrap().success());
    fs::remove_dir(&cgroups.folder).unwrap();
}
