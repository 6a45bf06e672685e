//! What a script is given and what it gives: environment, folders, output, values, files.

use std::collections::BTreeMap;

use conductor_engine::ports::{Completion, Lease, Outcome};
use conductor_executors::{Executor, limits};
use serde_json::{Value, json};

use super::fixture::{Fixture, lease, shell};

fn with(token: u64, with: &Value) -> Lease {
    lease(token, Executor::Shell, with)
}

fn stdout(fixture: &Fixture, lease: &Lease) -> String {
    String::from_utf8(fixture.port.log(&lease.log_key()).stdout).unwrap()
}

#[tokio::test]
async fn the_environment_is_exactly_what_is_documented() {
    let fixture = Fixture::new();
    // The worker has variables that the script must not see.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let env = BTreeMap::from([("GREETING".into(), "a b".into()), ("LANG".into(), "C".into())]);
    let lease = Lease { env, ..shell(1, "tr '\\0' '\\n' </proc/$$/environ | sort") };
    assert_eq!(fixture.run(lease.clone()).await.outcome, Outcome::Succeeded);
    let printed = stdout(&fixture, &lease);
    let vars: BTreeMap<&str, &str> =
        printed.lines().filter_map(|line| line.split_once('=')).collect();
    let names: Vec<&str> = vars.keys().copied().collect();
    let expected = [
        "CONDUCTOR_ATTEMPT",
        "CONDUCTOR_IDEMPOTENCY_KEY",
        "CONDUCTOR_LEASE",
        "CONDUCTOR_OUTPUT",
        "CONDUCTOR_RUN_ID",
        "CONDUCTOR_TASK_ID",
        "CONDUCTOR_WORKER_HOME",
        "CONDUCTOR_WORKSPACE",
        "GREETING",
        "HOME",
        "LANG",
        "PATH",
        "TMPDIR",
    ];
    assert_eq!(names, expected);
    assert_eq!((vars["GREETING"], vars["LANG"]), ("a b", "C"));
    assert_eq!(vars["CONDUCTOR_IDEMPOTENCY_KEY"], lease.idempotency_key());
}

#[tokio::test]
async fn there_is_no_input_and_the_folder_is_fresh_each_time() {
    let fixture = Fixture::new();
    let script = "cat; ls -A; pwd; [ \"$PWD\" = \"$TMPDIR\" ] && mkdir -p a/b && : >a/b/c";
    for token in 1..=3 {
        let lease = shell(token, script);
        assert_eq!(fixture.run(lease.clone()).await.outcome, Outcome::Succeeded);
        let printed = stdout(&fixture, &lease);
        assert_eq!(printed.lines().count(), 1, "only the folder's name: {printed:?}");
        assert!(!std::path::Path::new(printed.trim()).exists(), "{printed}");
    }
}

#[tokio::test]
async fn tasks_of_a_run_share_a_workspace_and_others_do_not_see_it() {
    let fixture = Fixture::new();
    let first = shell(1, "echo hello >\"$CONDUCTOR_WORKSPACE/note\"");
    let run = first.run;
    fixture.run(first).await;
    let second =
        Lease { run, task: "second".into(), ..shell(2, "cat \"$CONDUCTOR_WORKSPACE/note\"") };
    assert_eq!(fixture.run(second.clone()).await.outcome, Outcome::Succeeded);
    assert_eq!(stdout(&fixture, &second), "hello\n");
    let stranger = shell(3, "ls -A \"$CONDUCTOR_WORKSPACE\"");
    fixture.run(stranger.clone()).await;
    assert_eq!(stdout(&fixture, &stranger), "");
    let kept: Vec<_> = std::fs::read_dir(fixture.workspaces()).unwrap().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].as_ref().unwrap().file_name().to_str().unwrap(), run.to_string());
}

#[tokio::test]
async fn output_is_kept_byte_for_byte_with_its_digest() {
    let fixture = Fixture::new();
    let lease = shell(1, "printf '\\000\\377\\n\\033[1m'; printf problem >&2");
    let ended = fixture.run(lease.clone()).await;
    let log = fixture.port.log(&lease.log_key());
    assert_eq!(log.stdout, b"\x00\xff\n\x1b[1m");
    assert_eq!(log.stderr, b"problem");
    assert_eq!(ended.log.bytes, 14);
    assert!(ended.log.digest.starts_with("sha256:"));
    // Without output there is no log to close.
    assert_eq!(fixture.shell(2, "true").await.log, Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_pass_in_small_pieces() {
    let fixture = Fixture::new();
    let lease = shell(1, "head -c 100000000 /dev/zero");
    let ended = fixture.run(lease.clone()).await;
    assert_eq!((ended.outcome, ended.log.bytes), (Outcome::Succeeded, 100_000_000));
    let log = fixture.port.log(&lease.log_key());
    assert!(log.chunk_bytes_max <= limits::OUTPUT_CHUNK_BYTES);
}

#[tokio::test]
async fn a_program_waits_while_its_output_is_not_taken() {
    let fixture = Fixture::new();
    fixture.port.block_logs(true);
    // More than the pipe and a chunk hold: it can't end before somebody takes it.
    let lease = shell(1, "head -c 1000000 /dev/zero; : >\"$CONDUCTOR_WORKSPACE/done\"");
    let quick = Lease { run: lease.run, ..shell(2, "[ ! -e \"$CONDUCTOR_WORKSPACE/done\" ]") };
    fixture.port.start(lease).await;
    for token in 2..40 {
        let ended = fixture.run(Lease { token, ..quick.clone() }).await;
        assert_eq!(ended.outcome, Outcome::Succeeded);
    }
    fixture.port.block_logs(false);
    assert_eq!(fixture.port.completion(1).await.log.bytes, 1_000_000);
}

#[tokio::test]
async fn values_come_from_the_output_file() {
    let fixture = Fixture::new();
    let script = "echo percent=91 >>$CONDUCTOR_OUTPUT
        { echo 'list:json=[1, 2]'; echo 'text<<END'; df -P / | head -1; echo END; } \
        >>$CONDUCTOR_OUTPUT";
    let ended = fixture.shell(1, script).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    assert_eq!(ended.outputs["percent"], "91");
    assert_eq!(ended.outputs["list"], json!([1, 2]));
    assert!(ended.outputs["text"].as_str().unwrap().starts_with("Filesystem"));
    // A failure keeps the values that came before it.
    let ended = fixture.shell(2, "echo a=1 >>$CONDUCTOR_OUTPUT; exit 1").await;
    assert_eq!((ended.outcome, &ended.outputs["a"]), (Outcome::Failed, &json!("1")));
    // The next attempt begins without any.
    assert!(fixture.shell(3, "true").await.outputs.is_empty());
}

#[track_caller]
fn assert_failed(ended: &Completion, part: &str) {
    assert_eq!(ended.outcome, Outcome::Failed, "{}", ended.message);
    assert!(ended.message.contains(part), "{}", ended.message);
}

#[tokio::test]
async fn wrong_output_files_are_failures_that_say_why() {
    let fixture = Fixture::new();
    let check =
        async |token, script: &str, part| assert_failed(&fixture.shell(token, script).await, part);
    check(1, "echo hello >$CONDUCTOR_OUTPUT", "line 1 of its outputs, \"hello\"").await;
    check(2, "ln -s /dev/zero $CONDUCTOR_OUTPUT", "can't read its file of outputs").await;
    check(3, "mkfifo $CONDUCTOR_OUTPUT", "not a plain file").await;
    check(4, "mkdir $CONDUCTOR_OUTPUT", "not a plain file").await;
    check(5, "head -c 200000 /dev/zero >$CONDUCTOR_OUTPUT", "larger than 131072 bytes").await;
    let large = "{ printf a=; head -c 70000 /dev/zero | tr '\\0' x; } >$CONDUCTOR_OUTPUT";
    check(6, large, "more than the 65536").await;
    // None of it is there for the attempts that come after.
    for token in 7..12 {
        assert_eq!(
            fixture.shell(token, "[ ! -e $CONDUCTOR_OUTPUT ]").await.outcome,
            Outcome::Succeeded
        );
    }
}

#[tokio::test]
async fn artifacts_are_kept_and_escapes_refused() {
    let fixture = Fixture::new();
    let of = |token, script: &str, path: &str| {
        fixture.run(with(token, &json!({"run": script, "artifacts": {"report": path}})))
    };
    let ended = of(1, "mkdir out; echo fine >out/report.md", "./out/report.md").await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    assert_eq!((ended.artifacts[0].name.as_str(), ended.artifacts[0].size_bytes), ("report", 5));
    assert_eq!(fixture.port.artifact(&ended.artifacts[0].digest), b"fine\n");

    assert_failed(
        &of(2, "true", "report.md").await,
        "the artifact `report` (report.md) is missing",
    );
    assert_failed(&of(3, "true", "../1.output").await, "must stay in the task's working folder");
    assert_failed(&of(4, "true", "/etc/passwd").await, "must stay in the task's working folder");
    assert_failed(&of(5, "ln -s /etc/passwd r", "r").await, "leads out of the task's working");
    assert_failed(&of(6, "ln -s /etc e", "e/passwd").await, "leads out of the task's working");
    assert_failed(&of(7, "mkdir r", "r").await, "is not a plain file");
    assert_failed(&of(8, "mkfifo r", "r").await, "is not a plain file");
    let ended = of(9, "echo half >r; exit 2", "r").await;
    assert_failed(&ended, "exit status 2");
    assert_eq!(ended.artifacts.len(), 1, "what there is helps to find the reason");
    assert_eq!(of(10, "exit 2", "r").await.message, "exit status 2");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let fixture = Fixture::new();
    let check = async |token, params: Value, part: &str| {
        assert_failed(&fixture.run(with(token, &params)).await, part);
    };
    check(1, json!({}), "`with.run` is missing").await;
    check(2, json!({"run": 1}), "`with.run` must be a string").await;
    check(3, json!({"run": "a\0b"}), "zero byte").await;
    check(4, json!({"run": "x".repeat(200_000)}), "200000 bytes long").await;
    check(5, json!({"run": "true", "shell": "bash"}), "no parameter `shell`").await;
    check(7, json!({"run": "true", "cwd": "/"}), "no parameter `cwd`").await;
    check(8, json!({"run": "true", "artifacts": {"a/b": "x"}}), "has the name \"a/b\"").await;
    let env = BTreeMap::from([("CONDUCTOR_LEASE".into(), "1".into())]);
    assert_failed(&fixture.run(Lease { env, ..shell(9, "true") }).await, "`CONDUCTOR_LEASE`");
}
