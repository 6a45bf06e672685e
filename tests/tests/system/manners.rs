//! A daemon that behaves: it tells its service manager how it stands, guards its files, stops
//! when asked, and leaves no process behind.

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, net::UnixDatagram},
    path::Path,
    time::Duration,
};

use conductor_protocol::v1::RunStatus;
use conductor_tests::{Daemon, Setup, processes_with};
use rustix::process::Signal;

use crate::workflows;

#[test]
fn the_service_manager_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify.sock");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let environment = vec![("NOTIFY_SOCKET", path.display().to_string())];
    let mut daemon = Daemon::start_with(Setup { environment, ..Setup::default() });
    hears(&manager, "READY=1");
    daemon.signal(Signal::HUP);
    hears(&manager, "RELOADING=1");
    hears(&manager, "READY=1");
    assert!(daemon.stop().success());
    hears(&manager, "STOPPING=1");
}

/// Reads until it is said; what else is said, such as a status line, is nobody's business.
fn hears(manager: &UnixDatagram, word: &str) {
    let mut bytes = [0; 4096];
    loop {
        let len = manager.recv(&mut bytes).unwrap_or_else(|error| panic!("no {word}: {error}"));
        if String::from_utf8_lossy(&bytes[..len]).lines().any(|line| line == word) {
            return;
        }
    }
}

#[test]
fn nobody_else_can_read_what_it_keeps() {
    let daemon = Daemon::start();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&daemon.socket()), 0o600);
    assert_eq!(mode(&daemon.data_dir()), 0o700);
}

#[tokio::test]
async fn a_stop_waits_a_bounded_time_for_a_running_step_and_loses_nothing() {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::MINUTE);
    let api = daemon.api().await;
    let run = api.start("minute", "{}", "").await.unwrap();
    api.watch_until(&run, |run| !run.tasks[0].attempts.is_empty()).await;
    // Bounded by the harness: it would panic.
    assert!(daemon.stop().success());
    daemon.launch();
    let api = daemon.api().await;
    drop(daemon.console().call(&["runs", "cancel", &run, "--yes"]).exits(0));
    let ended = api.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Cancelled, "{ended:?}");
}

#[tokio::test]
async fn a_cancelled_step_leaves_no_process_behind() {
    let daemon = Daemon::start();
    // A length of sleep that no other test has, so that its processes can be found.
    let mark = format!("4{:07}", std::process::id());
    daemon.console().publish(&format!(
        "
name: stubborn
version: 1.0.0
tasks:
  - id: hold
    uses: pkg:builtin/shell@1
    with:
      run: |
        setsid sleep {mark} &
        sleep {mark} &
        echo started
        sleep {mark}
"
    ));
    let api = daemon.api().await;
    let run = api.start("stubborn", "{}", "").await.unwrap();
    // The log says when the script has come so far.
    let started = daemon.console().command(&["runs", "logs", &run, "--follow"]);
    wait_for_line(started, "started");
    assert!(!processes_with(&mark).is_empty(), "there is nothing to clean up");
    drop(daemon.console().call(&["runs", "cancel", &run, "--yes"]).exits(0));
    let ended = api.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Cancelled, "{ended:?}");
    assert_eq!(processes_with(&mark), Vec::<u32>::new(), "left behind");
}

fn wait_for_line(mut command: std::process::Command, line: &str) {
    use std::io::{BufRead as _, BufReader};
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = lines.map_while(Result::ok).any(|said| said.contains(line));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(found, "the log ended without {line}");
}
