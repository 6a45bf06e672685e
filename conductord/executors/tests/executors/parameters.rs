//! The manifest's parser and the executors read `with` alike: one table goes through both.

use conductor_engine::ports::Outcome;
use conductor_executors::Executor;
use conductor_protocol::manifest;
use serde_json::{Value, json};

use super::fixture::{Fixture, lease};

/// Who takes a `with`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Takes {
    Both,
    Neither,
    /// As a literal it is a slip that the parser names; a template may well give it.
    WhenFilledIn,
}
use Takes::{Both, Neither, WhenFilledIn};

fn parser_takes(executor: Executor, with: &Value) -> bool {
    let task = json!({ "id": "task", "uses": executor.uses(), "with": with });
    let manifest = json!({ "name": "test", "version": "1.0.0", "tasks": [task] });
    manifest::parse(&manifest.to_string()).is_ok()
}

/// Whether an attempt got as far as doing something; a refusal quotes the parameter.
async fn executor_takes(fixture: &Fixture, token: u64, executor: Executor, with: &Value) -> bool {
    let ended = fixture.run(lease(token, executor, with)).await;
    ended.outcome == Outcome::Succeeded || !ended.message.contains("`with")
}

async fn check(executor: Executor, table: &[(Value, Takes)]) {
    let fixture = Fixture::new();
    let mut wrong = Vec::new();
    for (token, (with, expected)) in (1..).zip(table) {
        let parser = parser_takes(executor, with);
        let taken = match (parser, executor_takes(&fixture, token, executor, with).await) {
            (true, true) => Some(Both),
            (false, false) => Some(Neither),
            (false, true) => Some(WhenFilledIn),
            (true, false) => None,
        };
        if taken != Some(*expected) {
            wrong.push(format!("{with}: expected {expected:?}, found {taken:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn of_a_script() {
    let artifacts = |artifacts: Value| json!({ "run": "true", "artifacts": artifacts });
    let table = [
        (json!({ "run": "true" }), Both),
        (artifacts(json!({})), Both),
        (artifacts(json!({ "a.log": "logs/a.log", "b_-1": "./b" })), Both),
        (json!({ "run": "true", "shell": "bash" }), Neither),
        (json!({ "run": "true", "cwd": "/" }), Neither),
        (json!({ "run": "true", "env": {} }), Neither),
        (json!({ "run": "true", "timeout": 1 }), Neither),
        (json!({ "rum": "true" }), Neither),
        (json!({}), Neither),
        (json!({ "run": null }), Neither),
        (json!({ "run": ["true"] }), Neither),
        (json!({ "run": "a\0b" }), Neither),
        (json!({ "run": "  " }), WhenFilledIn),
        (artifacts(json!(["a"])), Neither),
        (artifacts(json!({ "a/b": "x" })), Neither),
        (artifacts(json!({ ".a": "x" })), Neither),
        (artifacts(json!({ "..": "x" })), Neither),
        (artifacts(json!({ "": "x" })), Neither),
        (artifacts(json!({ "a": "" })), Neither),
        (artifacts(json!({ "a": "/etc/passwd" })), Neither),
        (artifacts(json!({ "a": "b/../../c" })), Neither),
        (artifacts(json!({ "a": 1 })), Neither),
    ];
    check(Executor::Shell, &table).await;
}

#[tokio::test]
async fn of_a_request() {
    // Nobody listens there: a request that is taken fails at once, and for another reason.
    let url = "http://127.0.0.1:1/";
    let with = |key: &str, value: Value| {
        let mut with = json!({ "url": url });
        with[key] = value;
        with
    };
    let table = [
        (json!({ "url": url }), Both),
        (with("method", json!("PATCH")), Both),
        (with("headers", json!({ "X-Trace": "1" })), Both),
        (with("body", json!({ "any": ["thing"] })), Both),
        (with("expect", json!([200, 404])), Both),
        (with("timeout", json!("500ms")), Both),
        (with("timeout", json!(1)), Both),
        (with("follow", json!(true)), Neither),
        (with("run", json!("true")), Neither),
        (json!({ "method": "GET" }), Neither),
        (json!({ "url": "file:///etc/passwd" }), Neither),
        (with("method", json!("BREW")), Neither),
        (with("method", json!("patch")), WhenFilledIn),
        (with("headers", json!(["a"])), Neither),
        (with("headers", json!({ "a b": "c" })), Neither),
        (with("headers", json!({ "X-Count": 1 })), WhenFilledIn),
        (with("expect", json!([])), Neither),
        (with("expect", json!([20])), Neither),
        (with("expect", json!(200)), WhenFilledIn),
        (with("timeout", json!("soon")), Neither),
        (with("timeout", json!("8d")), Neither),
        (with("timeout", json!(-1)), Neither),
    ];
    check(Executor::Http, &table).await;
}

#[tokio::test]
async fn of_a_wait_and_of_nothing() {
    let sleep = [
        (json!({ "seconds": 0 }), Both),
        (json!({ "seconds": 0.001 }), Both),
        (json!({ "seconds": "1ms" }), Both),
        (json!({ "second": 1 }), Neither),
        (json!({ "seconds": 0, "minutes": 1 }), Neither),
        (json!({ "seconds": "soon" }), Neither),
        (json!({ "seconds": -1 }), Neither),
        (json!({ "seconds": "8d" }), Neither),
        (json!({ "seconds": [1] }), Neither),
        (json!({}), Neither),
    ];
    check(Executor::Sleep, &sleep).await;
    check(Executor::Noop, &[(json!({}), Both), (json!({ "any": { "thing": 1 } }), Both)]).await;
}
