//! What receipts say of large runs.

use conductor_domain::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
    work::{
        run::{Run, Started, WorkflowRef},
        task::{Attempt, AttemptEnd, Outcome, Task, TaskStatus},
    },
};
use conductor_protocol::id::{DecisionId, RunId, WorkerId};
use serde_json::{Map, Value, json};

use super::steps::Steps;
use crate::limits::{RECEIPT_STATEMENT_BYTES_MAX, RECEIPT_STEPS_MAX};

/// What else a statement has, with room to spare.
const REST_BYTES: usize = 32 * 1024;

/// A run whose tasks gave and printed something on a host each; one of them failed.
fn run(steps: usize) -> Run {
    let digest = format!("sha256:{}", "5e".repeat(32));
    let started = Started {
        run: RunId::from_bits(1),
        workflow: WorkflowRef {
            name: "patch".into(),
            version: "1.0.0".into(),
            digest: digest.clone(),
        },
        inputs: Map::new(),
        tasks: Vec::new(),
        reason: String::new(),
        rerun_of: None,
        schedule: None,
        deadline: Timestamp::from_unix_ms(9),
        decision: DecisionId::from_bits(1),
        turn: None,
        parent: None,
        kept: Vec::new(),
        hosts: Default::default(),
        hosts_wanted: false,
        undo_only: false,
        plan: String::new(),
        rehearsal: false,
        subject: String::new(),
    };
    let envelope = Envelope {
        at: Timestamp::from_unix_ms(7),
        scope: Scope::default(),
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event: Event::RunStarted(started.clone()),
    };
    let mut run = Run::from_start(&envelope, &started, 1);
    let attempt = Attempt {
        number: 1,
        token: 1,
        worker: WorkerId::from_bits(1),
        in_process: true,
        started_at: Timestamp::from_unix_ms(7),
        timeout_ms: 1,
        end: Some((Timestamp::from_unix_ms(8), AttemptEnd::Reported(Outcome::Succeeded))),
        message: String::new(),
        exit_code: Some(0),
        status_code: None,
        failure: None,
        log_digest: digest,
        log_bytes: 9,
        confinement: None,
    };
    run.tasks = (0..steps)
        .map(|number| {
            let host = format!("web-{number:04}");
            let mut task = Task::new(&format!("restart[{host}]"), 0);
            task.status = if number == 3 { TaskStatus::Failed } else { TaskStatus::Succeeded };
            task.attempts = vec![attempt.clone()];
            task.outputs = json!({ "at": host }).to_string();
            task.values = json!({"host": {"name": host}}).to_string();
            task
        })
        .collect();
    run
}

#[test]
fn as_many_steps_as_are_listed_have_room_in_one_record() {
    let run = run(RECEIPT_STEPS_MAX);
    let listed = Value::Array(Steps::of(&run, None).list()).to_string();
    assert!(listed.len() + REST_BYTES <= RECEIPT_STATEMENT_BYTES_MAX, "{}", listed.len());
}

#[test]
fn more_steps_are_told_in_numbers_that_are_bound_to_each_of_them() {
    let known = run(RECEIPT_STEPS_MAX + 1);
    let told = Steps::of(&known, None).by_task();
    let [task] = &told[..] else { panic!("{told:?}") };
    assert_eq!((&task["task"], &task["steps"]), (&json!("restart"), &json!(2_001)));
    assert_eq!(task["outcomes"], json!({"failed": 1, "succeeded": 2_000}));
    assert_eq!(task["attempts"], 2_001);
    let mut other = known.clone();
    other.tasks[1_000].outputs = json!({"at": "elsewhere"}).to_string();
    let changed = Steps::of(&other, None).by_task();
    assert_ne!(changed[0]["stepsSha256"], task["stepsSha256"]);
    let mut same = other;
    same.tasks[1_000].outputs = known.tasks[1_000].outputs.clone();
    assert_eq!(Steps::of(&same, None).by_task(), told);
}

#[test]
fn a_step_says_where_and_with_what_it_was_done() {
    let known = run(2);
    let [first, second] = &Steps::of(&known, None).list()[..] else { panic!("two steps") };
    assert_eq!((&first["host"], &first["attempts"]), (&json!("web-0000"), &json!(1)));
    assert_eq!(first["logSha256"], "5e".repeat(32));
    assert_ne!(first["inputSha256"], second["inputSha256"]);
    let mut other = known.clone();
    other.inputs = r#"{"x":1}"#.into();
    let changed = &Steps::of(&other, None).list()[0];
    assert_ne!(changed["inputSha256"], first["inputSha256"]);
    assert_eq!(changed["outputSha256"], first["outputSha256"]);
}
