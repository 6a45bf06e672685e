//! Schedules by the real clock: set from the command line, kept over a crash, each time run once.

use std::{collections::BTreeMap, thread, time::Duration};

use conductor_tests::{Console, Daemon, until};
use serde_json::Value;

use crate::workflows;

/// Runs of a schedule, by due time.
fn runs(console: &Console, schedule: &str) -> BTreeMap<String, usize> {
    let Value::Array(runs) = console.json(&["runs", "list", "--limit", "500"]) else { panic!() };
    let mut found = BTreeMap::new();
    for run in runs.iter().filter(|run| run["schedule"] == schedule) {
        *found.entry(run["scheduleDue"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    found
}

#[test]
fn every_time_is_run_once_although_the_daemon_is_killed() {
    let mut daemon = Daemon::start();
    let console = daemon.owner();
    console.publish(workflows::NOOP);
    // What is due while a run before it is under way waits: on a busy machine one may take a second.
    let set =
        ["schedules", "set", "tick", "--workflow", "noop", "--every", "1s", "--missed", "all"];
    drop(console.call(&[&set[..], &["--overlap", "queue"]].concat()).exits(0));
    until("three runs", || runs(&console, "tick").len() >= 3);
    daemon.kill();
    // Longer than the interval, so that times pass unseen.
    thread::sleep(Duration::from_millis(3_500));
    daemon.launch();
    let before = runs(&console, "tick").len();
    until("five more runs", || runs(&console, "tick").len() >= before + 5);
    drop(console.call(&["schedules", "pause", "tick", "--reason", "enough"]).exits(0));
    let shown = console.json(&["schedules", "show", "tick"]);
    assert_eq!(shown["pausedReason"], "enough");
    let found = runs(&console, "tick");
    assert!(found.values().all(|times| *times == 1), "{found:#?}");
    // Every second from the first to the last, those without a daemon included.
    let seconds: Vec<i64> =
        found.keys().map(|due| due.parse::<jiff::Timestamp>().unwrap().as_second()).collect();
    assert!(seconds.windows(2).all(|pair| pair[1] - pair[0] == 1), "{seconds:?}");
    assert_eq!(shown["runs"], found.len());
}

#[test]
fn a_schedule_can_be_tried_set_shown_and_removed_from_a_script() {
    let daemon = Daemon::start();
    let console = daemon.owner();
    console.publish(workflows::TRACKS);
    let spring =
        ["schedules", "next", "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "-n", "2"];
    let spring = [&spring[..], &["--after", "2027-03-27T12:00:00Z"]].concat();
    let shown: Vec<String> = console
        .json(&spring)
        .as_array()
        .unwrap()
        .iter()
        .map(|time| time["shown"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(shown, ["2027-03-28 03:00:00 +02:00", "2027-03-29 02:30:00 +02:00"]);

    let set = ["schedules", "set", "nightly", "--workflow", "tracks", "--cron", "30 2 * * *"];
    let with = |more: &[&'static str]| [&set[..], more].concat();
    drop(console.call(&set).exits(8).complains_of(&["INPUTS_INVALID", "file"]));
    let bad = ["-i", "file=/dev/null", "--zone", "Europe/Atlantis"];
    drop(console.call(&with(&bad)).exits(8).complains_of(&["SCHEDULE_INVALID", "IANA"]));
    let good = ["-i", "file=/dev/null", "--zone", "Asia/Kathmandu", "--overlap", "replace"];
    let answer = console.json(&with(&good));
    assert_eq!(answer["schedule"]["spec"]["zone"], "Asia/Kathmandu");
    assert_eq!(answer["schedule"]["spec"]["overlap"], "replace");
    assert_eq!(answer["schedule"]["spec"]["inputs"]["file"], "/dev/null");
    assert_eq!(answer["schedule"]["version"], 1);
    let stale = with(&["-i", "file=/tmp", "--if-version", "7"]);
    drop(console.call(&stale).exits(7).complains_of(&["SCHEDULE_VERSION_CONFLICT"]));
    drop(console.call(&with(&["-i", "file=/tmp", "--if-version", "1"])).exits(0));
    let history = console.json(&["schedules", "show", "nightly", "--history"]);
    let versions: Vec<_> =
        history.as_array().unwrap().iter().map(|version| version["version"].clone()).collect();
    assert_eq!(versions, [2, 1]);
    let list = console.call(&["schedules", "list"]).exits(0).stdout;
    assert!(list.contains("nightly") && list.contains("30 2 * * *"), "{list}");
    let show = console.call(&["schedules", "show", "nightly"]).exits(0).stdout;
    assert!(show.contains("version 2") && show.contains("/tmp"), "{show}");
    drop(console.call(&["schedules", "remove", "nightly"]).exits(0));
    drop(console.call(&["schedules", "show", "nightly"]).exits(6));
    drop(
        console.call(&["schedules", "backfill", "nightly", "--from", "2d", "--to", "1d"]).exits(6),
    );
}
