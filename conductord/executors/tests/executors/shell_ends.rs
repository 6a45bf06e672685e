//! How a script ends, and that nothing of it is left.

use std::{os::unix::process::ExitStatusExt, path::Path, process::Command, time::Duration};

use conductor_engine::ports::{Lease, Outcome, StopReason};
use conductor_executors::ExecutorsOptions;

use super::{
    fixture::{Fixture, executors, is_alive, options, shell},
    testing::MemoryPort,
};

/// The process number that a script printed as its first line.
fn printed_pid(fixture: &Fixture, lease: &Lease) -> String {
    let log = String::from_utf8(fixture.port.log(&lease.log_key()).stdout).unwrap();
    log.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn exit_codes_and_signals_are_told_with_the_last_line_on_stderr() {
    let fixture = Fixture::new();
    let ended = fixture.shell(1, "exit 0").await;
    assert_eq!((ended.outcome, ended.exit_code), (Outcome::Succeeded, Some(0)));
    assert_eq!(ended.message, "");

    let ended =
        fixture.shell(2, "echo out; echo first >&2; echo the disk is full >&2; exit 3").await;
    assert_eq!((ended.outcome, ended.exit_code), (Outcome::Failed, Some(3)));
    assert_eq!(ended.message, "exit status 3: the disk is full");

    let ended = fixture.shell(3, "kill -KILL $$").await;
    assert_eq!((ended.outcome, ended.exit_code), (Outcome::Failed, None));
    assert_eq!(ended.message, "killed by signal 9 (SIGKILL)");
}

#[tokio::test]
async fn a_script_that_takes_too_long_is_stopped_and_may_clean_up() {
    let fixture = Fixture::new();
    let script = "trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.01; done";
    let lease = Lease { timeout_ms: 500, ..shell(1, script) };
    let ended = fixture.run(lease.clone()).await;
    assert_eq!(ended.outcome, Outcome::TimedOut);
    assert_eq!(ended.message, "stopped after its timeout of 500 ms");
    assert_eq!(fixture.port.log(&lease.log_key()).stdout, b"ready\ncleaned\n");
}

#[tokio::test]
async fn what_ignores_term_is_killed_with_its_children() {
    let fixture = Fixture::new();
    let script = "trap '' TERM; sleep 1000 & echo $!; echo ready; while :; do sleep 0.01; done";
    let lease = shell(1, script);
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "ready").await;
    let pid = printed_pid(&fixture, &lease);
    assert!(is_alive(&pid));
    fixture.stop(1, StopReason::Cancelled).await;
    let ended = fixture.port.completion(1).await;
    assert_eq!((ended.outcome, ended.exit_code), (Outcome::Cancelled, None));
    assert_eq!(ended.message, "stopped on request");
    assert!(!is_alive(&pid));
}

#[tokio::test]
async fn a_kill_gives_no_time_to_clean_up_and_cuts_short_what_was_given() {
    let patient = |folder: &Path| ExecutorsOptions {
        term_grace: Duration::from_secs(3600),
        ..ExecutorsOptions::new(folder)
    };
    let fixture = Fixture::of(MemoryPort::new(), options(), patient);
    let script = "trap 'echo cleaning' TERM; echo ready; while :; do sleep 0.01; done";
    for (token, cancelled) in [(1, false), (2, true)] {
        let lease = shell(token, script);
        fixture.port.start(lease.clone()).await;
        fixture.port.printed(&lease.log_key(), "ready").await;
        if cancelled {
            fixture.stop(token, StopReason::Cancelled).await;
            fixture.port.printed(&lease.log_key(), "cleaning").await;
        }
        fixture.stop(token, StopReason::Killed).await;
        let ended = fixture.port.completion(token).await;
        assert_eq!((ended.outcome, ended.exit_code), (Outcome::Cancelled, None));
        assert_eq!(ended.message, "killed on request");
        let printed = fixture.port.log(&lease.log_key()).stdout;
        assert_eq!(printed.ends_with(b"cleaning\n"), cancelled);
    }
}

#[tokio::test]
async fn the_runs_own_timeout_counts_as_one() {
    let fixture = Fixture::new();
    let lease = shell(1, "echo ready; sleep 1000");
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "ready").await;
    fixture.stop(1, StopReason::TimedOut).await;
    let ended = fixture.port.completion(1).await;
    assert_eq!(ended.outcome, Outcome::TimedOut);
    assert_eq!(ended.message, "stopped: the run's time is over");
}

/// A script that leaves a process behind, and prints its number first. `%` is what is left.
async fn leaves_nothing(token: u64, script: &str) {
    let fixture = Fixture::new();
    let lease = shell(token, script);
    let ended = fixture.run(lease.clone()).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    let pid = printed_pid(&fixture, &lease);
    assert!(pid.parse::<i32>().is_ok(), "{pid:?} is no process number");
    assert!(!is_alive(&pid), "{script}");
}

#[tokio::test]
async fn background_jobs_end_with_the_script() {
    leaves_nothing(1, "sleep 1000 & echo $!").await;
}

#[tokio::test]
async fn grandchildren_in_the_group_end_with_the_script() {
    leaves_nothing(1, "(sh -c 'sleep 1000 & echo $!; wait' &); sleep 0.1").await;
}

#[tokio::test]
async fn processes_in_a_session_of_their_own_end_with_the_script() {
    let script = "setsid sh -c 'echo $$; exec sleep 1000' & \
                  while ! [ -e started ]; do [ -d /proc/$! ] && : >started; done; sleep 0.1";
    leaves_nothing(1, script).await;
    // Without the pipes, so that nothing but its mark shows whose it is.
    leaves_nothing(2, "setsid sleep 1000 >/dev/null 2>&1 & echo $!; sleep 0.1").await;
}

#[tokio::test]
async fn a_process_that_cleared_its_environment_is_known_by_its_folder() {
    let script = "env -i setsid /bin/sleep 1000 >/dev/null 2>&1 & echo $!; sleep 0.1";
    leaves_nothing(1, script).await;
}

#[tokio::test]
async fn a_daemon_and_its_children_end_with_the_script() {
    let script = "setsid sh -c 'setsid sleep 1000 & echo $!; exec sleep 1000' & sleep 0.2";
    leaves_nothing(1, script).await;
}

#[tokio::test]
async fn a_process_that_left_all_but_its_output_ends_with_the_script() {
    let script = "cd /; env -i setsid /bin/sleep 1000 & echo $!; sleep 0.1";
    leaves_nothing(1, script).await;
}

#[tokio::test]
async fn strays_of_an_attempt_that_still_runs_are_left_alone() {
    let fixture = Fixture::new();
    let waiting = shell(
        1,
        "setsid sleep 1000 & echo $!; echo ready; while ! [ -e \
                            \"$CONDUCTOR_WORKSPACE/go\" ]; do sleep 0.01; done; kill -0 $!",
    );
    fixture.port.start(waiting.clone()).await;
    fixture.port.printed(&waiting.log_key(), "ready").await;
    let other =
        Lease { run: waiting.run, task: "other".into(), ..shell(2, ": >$CONDUCTOR_WORKSPACE/go") };
    assert_eq!(fixture.run(other).await.outcome, Outcome::Succeeded);
    let ended = fixture.port.completion(1).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    assert!(!is_alive(&printed_pid(&fixture, &waiting)));
}

#[tokio::test]
async fn what_an_earlier_life_of_the_worker_left_running_is_ended_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    let sleeper = |home: &std::path::Path| {
        let mut command = Command::new("sleep");
        command.arg("1000").env("CONDUCTOR_WORKER_HOME", home).env("CONDUCTOR_LEASE", "7");
        command.spawn().unwrap()
    };
    let mut ours = sleeper(&home);
    let mut others = sleeper(&home.join("other"));
    std::fs::create_dir_all(home.join("attempts/7/deep")).unwrap();
    drop(executors(folder.path()));
    assert_eq!(ours.wait().unwrap().signal(), Some(9));
    assert_eq!(others.try_wait().unwrap(), None);
    others.kill().unwrap();
    others.wait().unwrap();
    assert_eq!(std::fs::read_dir(home.join("attempts")).unwrap().count(), 0);
}

#[tokio::test]
async fn two_workers_can_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = executors(folder.path());
    let second = conductor_executors::Executors::open(&conductor_executors::ExecutorsOptions::new(
        folder.path(),
    ));
    assert_eq!(second.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    drop(executors(folder.path()));
}
