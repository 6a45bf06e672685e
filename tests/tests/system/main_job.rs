//! The main job: the examples are published, a real triage of this host runs to its end and
//! leaves a report behind; scripts can rely on the JSON and the exit codes.

use std::{
    io,
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    process::Stdio,
    thread,
};

use conductor_protocol::v1::{GetArtifactRequest, RunStatus};
use conductor_tests::{Answer, Api, Daemon, root, scope, until};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::workflows;

#[tokio::test]
async fn the_triage_runs_to_its_end_and_its_report_is_what_its_digest_says() {
    let daemon = Daemon::start();
    let console = daemon.console();
    publish_examples(&daemon);

    let followed = console.call(&["run", "triage", "--follow"]).exits(0);
    assert!(followed.stdout.contains("succeeded"), "{followed:#?}");

    let runs = console.json(&["runs", "list"]);
    let run_id = runs[0]["runId"].as_str().expect("an array of runs with a runId each");
    let run = daemon.api().await.ended(run_id).await;
    assert_eq!(run.summary.as_ref().unwrap().status(), RunStatus::Succeeded);
    assert!(run.tasks.len() > 3, "parallel branches and a join: {:?}", run.tasks);

    assert!(!run.artifacts.is_empty(), "no report was kept");
    for artifact in &run.artifacts {
        let bytes = artifact_bytes(&daemon.api().await, run_id, &artifact.name).await;
        assert_eq!(bytes.len() as u64, artifact.size_bytes);
        let digest = Sha256::digest(&bytes);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(artifact.digest, format!("sha256:{digest}"));
    }
}

async fn artifact_bytes(api: &Api, run_id: &str, name: &str) -> Vec<u8> {
    let request =
        GetArtifactRequest { scope: scope(), run_id: run_id.to_owned(), name: name.to_owned() };
    let mut chunks = api.runs().artifact(request).await.unwrap().into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.message().await.unwrap() {
        bytes.extend(chunk.data);
    }
    bytes
}

fn publish_examples(daemon: &Daemon) {
    let mut published = 0;
    for example in std::fs::read_dir(root().join("examples")).unwrap() {
        let example = example.unwrap().path();
        let ending = example.extension().and_then(|ending| ending.to_str());
        let is_runbook = ending == Some("md") && !example.ends_with("README.md");
        if is_runbook || ending == Some("yaml") {
            let path = example.to_str().unwrap();
            drop(daemon.console().call(&["workflows", "validate", path]).exits(0));
            drop(daemon.console().call(&["workflows", "publish", path]).exits(0));
            published += 1;
        }
    }
    assert!(published > 0, "there are no examples");
    let listed = daemon.console().json(&["workflows", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(published));
}

#[test]
fn every_outcome_has_its_exit_code() {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    console.publish(workflows::FAILING);
    let ended = console.start("noop", &[]);

    let check = |arguments: &[&str], code| drop(console.call(arguments).exits(code));
    check(&["run", "noop", "--follow"], 0);
    check(&["run", "failing", "--follow"], 1);
    check(&["run", "noop", "--no-such-flag"], 2);
    check(&["run", "no-such-workflow"], 6);
    check(&["runs", "show", "run_01jdzzzzzzfffffffffffffff0"], 6);
    check(&["runs", "show", &ended], 0);
    check(&["ledger", "verify"], 0);
    check(&["events", "tail"], 0);
    check(&["doctor"], 0);
}

#[tokio::test]
async fn an_ended_run_refuses_to_be_cancelled() {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    let run = console.start("noop", &[]);
    daemon.api().await.ended(&run).await;
    let refused = console.call(&["runs", "cancel", &run, "--yes"]).exits(7);
    drop(refused.complains_of(&["RUN_ALREADY_ENDED"]));
}

#[test]
fn without_a_daemon_the_console_says_how_to_start_one() {
    let daemon = Daemon::prepare(conductor_tests::Setup::default());
    let answer = daemon.console().call(&["runs", "list"]).exits(5);
    drop(answer.complains_of(&["conductor up"]));
}

#[test]
fn an_answer_that_was_lost_is_had_again_by_its_key() {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    let start = ["run", "noop", "--idempotency-key", "k", "-o", "json"];
    let between = daemon.folder().join("between.sock");
    let listener = UnixListener::bind(&between).unwrap();
    let mut command = console.command(&start);
    command.env("CONDUCTOR_HOST", format!("unix://{}", between.display()));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // What is asked is passed on, and nothing that is answered.
    let (near, _) = listener.accept().unwrap();
    let far = UnixStream::connect(daemon.socket()).unwrap();
    let (mut asked, mut passed_on) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let passing = thread::spawn(move || io::copy(&mut asked, &mut passed_on));
    until("the run", || console.json(&["runs", "list"])[0]["runId"].is_string());
    near.shutdown(Shutdown::Both).unwrap();
    let answer = Answer::of("run".into(), &child.wait_with_output().unwrap()).exits(5);
    drop(answer.complains_of(&["may have been carried out", "--idempotency-key"]));
    passing.join().unwrap().unwrap();

    let again = console.call(&start).exits(0).json();
    assert_eq!(again["replayed"], Value::Bool(true));
    assert_eq!(console.json(&["runs", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn the_same_key_gives_the_same_run_and_another_request_under_it_is_refused() {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    console.publish(workflows::FAILING);
    let start =
        |workflow: &str| console.call(&["run", workflow, "--idempotency-key", "k", "-o", "json"]);
    let first = start("noop").exits(0).json();
    let second = start("noop").exits(0).json();
    assert_eq!(first["runId"], second["runId"]);
    assert_eq!(second["replayed"], Value::Bool(true));
    drop(start("failing").exits(7).complains_of(&["IDEMPOTENCY_CONFLICT"]));
}

#[test]
fn a_stopped_daemon_remembers_everything() {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let before = daemon.console().json(&["runs", "list"]);
    assert!(daemon.stop().success(), "a stop that was asked for is no failure");
    daemon.launch();
    assert_eq!(daemon.console().json(&["runs", "list"]), before);
}

#[test]
fn a_list_hides_what_it_is_told_to_and_matches_loosely() {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    console.publish(workflows::FAILING);
    drop(console.call(&["run", "noop", "--follow"]).exits(0));
    drop(console.call(&["run", "failing", "--follow"]).exits(1));
    drop(console.call(&["run", "noop", "--follow"]).exits(0));
    let listed = |flags: &[&str], field: &str| -> Vec<String> {
        let runs = console.json(&[&["runs", "list"], flags].concat());
        let runs = runs.as_array().unwrap().iter();
        runs.map(|run| run[field].as_str().unwrap().to_owned()).collect()
    };
    let check = |flags: &[&str], shown: &[&str]| assert_eq!(listed(flags, "workflow"), shown);
    check(&[], &["noop", "failing", "noop"]);
    check(&["--not-status", "failed"], &["noop", "noop"]);
    check(&["--not-workflow", "noop"], &["failing"]);
    check(&["--not-workflow", "noop", "--not-workflow", "failing"], &[]);
    check(&["--text", "!noop"], &["failing"]);
    check(&["--text", "~flg"], &["failing"]);
    check(&["--text", "!~flg"], &["noop", "noop"]);
    let owner = listed(&[], "owner").remove(0);
    check(&["--not-owner", &owner], &[]);
    let none = console.call(&["runs", "list", "--status", "failed", "--not-status", "failed"]);
    drop(none.exits(2).complains_of(&["--not-status"]));
}
