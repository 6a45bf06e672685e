//! Broken input of every kind: one clear error each, the daemon lives, nothing is lost.

use std::{fs, path::PathBuf};

use conductor_protocol::v1::{
    GetRunRequest, ListRunsRequest, PublishWorkflowRequest, StartRunRequest,
};
use conductor_tests::{Daemon, Setup, root, scope};
use tonic::{Code, Status};

use crate::workflows;

#[test]
fn every_broken_manifest_gets_its_own_error() {
    let mut daemon = Daemon::start();
    let console = daemon.console();
    let mut refused = 0;
    for manifest in corpus("reject") {
        let path = manifest.to_str().unwrap();
        let answer = console.call(&["workflows", "publish", path]).exits(8);
        let expected = expected_code(&manifest);
        assert!(answer.stderr.contains(&expected), "{expected} for {path}: {answer:#?}");
        refused += 1;
    }
    assert!(refused > 50, "{refused} manifests are too few");
    assert!(daemon.lives());
    assert_eq!(console.json(&["workflows", "list"]), serde_json::json!([]));
}

#[test]
fn every_good_manifest_is_taken() {
    // Checking a manifest takes no daemon.
    let daemon = Daemon::prepare(Setup::default());
    for manifest in corpus("accept") {
        let path = manifest.to_str().unwrap();
        drop(daemon.console().call(&["workflows", "validate", path]).exits(0));
    }
}

fn corpus(kind: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/manifests").join(kind);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_manifest = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ending == "yaml" || ending == "json")
    };
    let mut manifests: Vec<_> = paths.filter(is_manifest).collect();
    manifests.sort();
    manifests
}

/// The code that the corpus expects: in a comment on top, or in a file beside.
fn expected_code(manifest: &PathBuf) -> String {
    let mut beside = manifest.clone().into_os_string();
    beside.push(".expect");
    let text = fs::read(&beside).or_else(|_| fs::read(manifest)).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let after = text.split_once("expect:").map_or(text.as_str(), |(_, after)| after);
    after.split_whitespace().next().unwrap_or_default().to_owned()
}

#[test]
fn a_broken_configuration_is_refused_with_a_suggestion() {
    let check = |config: &str, words: &[&str]| {
        let daemon = Daemon::prepare(Setup { config: config.to_owned(), ..Setup::default() });
        let answer = daemon.call(&[]);
        assert_ne!(answer.code, Some(0), "{config}: {answer:#?}");
        drop(answer.complains_of(words));
    };
    check("sokcet = '/tmp/x'\n", &["sokcet", "socket"]);
    check("socket = 7\n", &["socket", "conductord.toml"]);
    check("socket = \n", &["conductord.toml"]);
    check("[[[\n", &["conductord.toml"]);
}

#[tokio::test]
async fn every_broken_request_gets_one_clear_error() {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    let api = daemon.api().await;
    let mut runs = api.runs();

    let huge = PublishWorkflowRequest { manifest: "x".repeat(8 << 20), ..Default::default() };
    let status = api.workflows().publish(huge).await.unwrap_err();
    assert!(matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted), "{status:?}");

    let page = ListRunsRequest { page_token: "not-a-token".to_owned(), ..Default::default() };
    is(&runs.list(page).await.unwrap_err(), Code::InvalidArgument, "PAGE_TOKEN_INVALID");

    let no_id = GetRunRequest { run_id: "run_nonsense".to_owned(), ..Default::default() };
    is(&runs.get(no_id).await.unwrap_err(), Code::InvalidArgument, "ID_INVALID");

    let nobody = "run_01jdzzzzzzfffffffffffffff0".to_owned();
    let unknown = GetRunRequest { run_id: nobody, ..Default::default() };
    is(&runs.get(unknown).await.unwrap_err(), Code::NotFound, "RUN_NOT_FOUND");

    let inputs = |inputs: &str| StartRunRequest {
        scope: scope(),
        workflow: "noop".to_owned(),
        inputs_json: inputs.to_owned(),
        ..Default::default()
    };
    for broken in ["{", "[]", "\"text\""] {
        let status = runs.start(inputs(broken)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{broken}: {status:?}");
    }

    assert!(daemon.lives());
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
}

/// The status carries the stable code, and its message ends in a sentence, not in an id.
fn is(status: &Status, code: Code, reason: &str) {
    assert_eq!(status.code(), code, "{status:?}");
    let details = String::from_utf8_lossy(status.details()).into_owned();
    assert!(details.contains(reason), "{reason} is not in {status:?}");
}

#[test]
fn bytes_that_are_no_http_do_no_harm() {
    use std::{io::Write as _, os::unix::net::UnixStream};
    let mut daemon = Daemon::start();
    for garbage in [&b"\0\0\0\0"[..], b"GET / HTTP/1.1\r\n\r\n", &[0xFF; 4096]] {
        let mut stream = UnixStream::connect(daemon.socket()).unwrap();
        // The daemon may hang up before everything is said.
        stream.write_all(garbage).ok();
    }
    drop(daemon.console().call(&["status"]).exits(0));
    assert!(daemon.lives());
}
