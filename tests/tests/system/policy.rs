//! Somebody else on the same machine: refused everything until it is granted, then allowed what
//! the role says; every denial is on record.

use std::{os::unix::process::CommandExt as _, process::Command};

use conductor_tests::{Daemon, Setup, binaries, nobody_uid, running_as_root, skipped};

use crate::workflows;

/// Whoever starts the daemon is its first administrator, and only that user may reach its socket;
/// root may reach every socket. So the daemon belongs to `nobody` here, and the stranger is root.
pub(crate) fn daemon_of_nobody() -> Option<Daemon> {
    if !running_as_root() {
        skipped("only root can call a daemon as another user");
        return None;
    }
    let mut reachable = Command::new(&binaries().conductord);
    reachable.arg("--version").uid(nobody_uid()).gid(nobody_uid());
    if !reachable.output().is_ok_and(|output| output.status.success()) {
        skipped("another user can't reach the built programs in this folder");
        return None;
    }
    Some(Daemon::start_with(Setup { uid: Some(nobody_uid()), ..Setup::default() }))
}

#[test]
fn a_stranger_may_nothing_until_it_is_granted() {
    let Some(daemon) = daemon_of_nobody() else { return };
    let (owner, stranger) = (daemon.owner(), daemon.console());
    owner.publish(workflows::NOOP);
    let run = owner.start("noop", &[]);
    let file = daemon.folder().join("manifest.yaml");
    let file = file.to_str().unwrap();

    let reads: [&[&str]; 4] =
        [&["runs", "list"], &["runs", "show", &run], &["workflows", "list"], &["events", "tail"]];
    let starts: [&[&str]; 2] = [&["run", "noop"], &["runs", "rerun", &run]];
    let governs: [&[&str]; 2] =
        [&["workflows", "publish", file], &["grants", "add", "uid:0", "conductor_admin"]];
    let check = |calls: &[&[&str]], code: i32| {
        for &call in calls {
            let answer = stranger.call(call);
            assert_eq!(answer.code, Some(code), "{answer:#?}");
        }
    };
    for calls in [&reads[..], &starts, &governs] {
        check(calls, 3);
    }
    let denied = stranger.call(&["run", "noop"]).exits(3);
    drop(denied.complains_of(&["PERMISSION_DENIED", "operator"]));

    drop(owner.call(&["grants", "add", "uid:0", "read_only"]).exits(0));
    check(&reads, 0);
    check(&starts, 3);
    check(&governs, 3);
    // A role holds in the tenant that it was given in, and in no other.
    check(&[&["--tenant", "globex", "runs", "list"]], 3);

    drop(owner.call(&["grants", "add", "uid:0", "operator"]).exits(0));
    check(&starts, 0);
    check(&governs, 3);

    drop(owner.call(&["grants", "remove", "uid:0", "operator"]).exits(0));
    check(&starts, 3);
}

#[tokio::test]
async fn denials_are_on_record_and_a_flood_of_them_is_counted() {
    let Some(daemon) = daemon_of_nobody() else { return };
    let (owner, stranger) = (daemon.owner(), daemon.console());
    owner.publish(workflows::NOOP);
    for _ in 0..50 {
        drop(stranger.call(&["run", "noop"]).exits(3));
    }
    let tail = owner.call(&["events", "tail", "--kind", "decision.recorded", "-o", "json"]);
    let events = tail.exits(0).json();
    let denials = events.as_array().unwrap().iter().filter(|event| {
        let data = event["data"].to_string();
        data.contains("uid:0") && data.contains("\"allow\":false")
    });
    let denials = denials.count();
    assert!((1..10).contains(&denials), "50 equal denials gave {denials} events");
}
