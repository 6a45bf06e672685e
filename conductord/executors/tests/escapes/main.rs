//! Processes that shed everything that could tell whose they are: environment, folder, session.
//!
//! A binary of its own with one test: what such an orphan can be told by depends on all attempts
//! that run in the process.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[expect(dead_code, reason = "shared with the other tests, which need more of it")]
#[path = "../executors/fixture.rs"]
mod fixture;
#[expect(dead_code, reason = "shared with the other tests, which need more of it")]
#[path = "../executors/testing.rs"]
mod testing;

use conductor_engine::ports::{Lease, Outcome, StopReason};

use fixture::{Fixture, is_alive, shell};

/// Says its number in the workspace, and keeps the pipes.
const ESCAPE: &str =
    r#"env -i setsid sh -c 'cd /; echo $$ >"$0"; sleep 300' "$CONDUCTOR_WORKSPACE/pid" &"#;
/// The same without the pipes: nothing but its age is left to tell it by.
const ESCAPE_MUTE: &str = r#"env -i setsid sh -c 'cd /; echo $$ >"$0"; sleep 300' "$CONDUCTOR_WORKSPACE/pid" >/dev/null 2>&1 &"#;
const UNTIL_ESCAPED: &str = r#"while ! [ -s "$CONDUCTOR_WORKSPACE/pid" ]; do sleep 0.01; done; cat "$CONDUCTOR_WORKSPACE/pid""#;

fn escaping(token: u64, escape: &str, then: &str) -> Lease {
    shell(token, &format!("{escape}\n{UNTIL_ESCAPED}\n{then}"))
}

/// The number of what escaped from an attempt.
fn escaped(fixture: &Fixture, lease: &Lease) -> String {
    let printed = String::from_utf8(fixture.port.log(&lease.log_key()).stdout).unwrap();
    let pid = printed.trim().to_owned();
    assert!(pid.parse::<i32>().is_ok(), "{pid:?} is no process number");
    pid
}

async fn start(fixture: &Fixture, lease: &Lease) -> String {
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "\n").await;
    let pid = escaped(fixture, lease);
    assert!(is_alive(&pid), "the test's premise: it runs");
    pid
}

#[tokio::test]
async fn what_escaped_is_gone_when_its_attempt_has_ended_and_others_are_left_alone() {
    let fixture = Fixture::new();
    for (token, escape) in [(1, ESCAPE), (2, ESCAPE_MUTE)] {
        after_each_kind_of_end(&fixture, token * 10, escape).await;
    }
    while_another_runs(&fixture).await;
}

async fn after_each_kind_of_end(fixture: &Fixture, token: u64, escape: &str) {
    let completed = escaping(token, escape, "true");
    assert_eq!(fixture.run(completed.clone()).await.outcome, Outcome::Succeeded);
    assert!(!is_alive(&escaped(fixture, &completed)), "after its end: {escape}");

    let late = Lease { timeout_ms: 500, ..escaping(token + 1, escape, "sleep 300") };
    assert_eq!(fixture.run(late.clone()).await.outcome, Outcome::TimedOut);
    assert!(!is_alive(&escaped(fixture, &late)), "after its timeout: {escape}");

    let cancelled = escaping(token + 2, escape, "sleep 300");
    let pid = start(fixture, &cancelled).await;
    fixture.stop(cancelled.token, StopReason::Cancelled).await;
    let ended = fixture.port.completion(cancelled.token).await;
    assert_eq!(ended.outcome, Outcome::Cancelled);
    assert!(!is_alive(&pid), "after its cancel: {escape}");
}

async fn while_another_runs(fixture: &Fixture) {
    let other = escaping(100, ESCAPE_MUTE, "sleep 300");
    let of_other = start(fixture, &other).await;

    // Its pipes tell the one that is to go from the one that is to stay.
    let telling = escaping(101, ESCAPE, "true");
    fixture.run(telling.clone()).await;
    assert!(!is_alive(&escaped(fixture, &telling)));
    assert!(is_alive(&of_other), "it is of an attempt that runs");

    // Nothing tells: it is let be for as long as it may be the other's.
    let mute = escaping(102, ESCAPE_MUTE, "true");
    fixture.run(mute.clone()).await;
    let of_mute = escaped(fixture, &mute);
    assert!(is_alive(&of_mute) && is_alive(&of_other));

    fixture.stop(other.token, StopReason::Cancelled).await;
    fixture.port.completion(other.token).await;
    assert!(!is_alive(&of_other) && !is_alive(&of_mute));
}
