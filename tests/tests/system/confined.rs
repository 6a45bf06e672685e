//! What belongs to a task belongs to all of its parts: what undoes it and looks after its health has
//! its secrets, its sandbox and its class, and each has a log of its own.

use std::fs;

use conductor_tests::{Daemon, Setup};
use serde_json::Value;

/// Nobody else says this.
const SECRET: &str = "canary-of-undo-5d21";

const GUARDED: &str = r#"
name: guarded
version: 1.0.0
undo: on_failure
inputs: {properties: {outside: {type: string}}, required: [outside]}
tasks:
  - id: make
    uses: pkg:builtin/shell@1
    foreach: [one]
    secrets: [token]
    resources: small
    sandbox: standard
    with: {run: 'echo made {{ item | sh }}'}
    rollout:
      health: &look
        uses: pkg:builtin/shell@1
        env: {T: "{{ secrets.token }}", OUTSIDE: "{{ inputs.outside }}"}
        with:
          run: |
            printf %s "$T" | wc -c
            echo "it is <$T>"
            if echo x 2>/dev/null >"$OUTSIDE/$CONDUCTOR_TASK_ID"; then echo open; else echo shut; fi
    compensate: *look
  - {id: last, uses: 'pkg:builtin/shell@1', needs: [make], with: {run: 'exit 3'}}
"#;

/// Anchors are refused in manifests: the same written twice.
fn guarded() -> String {
    let (before, rest) = GUARDED.split_once("health: &look\n").unwrap();
    let (look, after) = rest.split_once("    compensate: *look\n").unwrap();
    let undo: String = look.lines().map(|line| format!("{}\n", &line[2..])).collect();
    format!("{before}health:\n{look}    compensate:\n{undo}{after}")
}

#[test]
fn what_undoes_a_task_has_its_secrets_and_its_walls_and_a_log() {
    let environment = vec![("CANARY", SECRET.to_owned())];
    let config = "[secrets.token]\nenv = 'CANARY'\n".to_owned();
    let daemon = Daemon::start_with(Setup { config, environment, uid: None });
    let outside = daemon.folder().join("outside");
    fs::create_dir(&outside).unwrap();
    let owner = daemon.owner();
    owner.publish(&guarded());
    let run = owner.start("guarded", &[&format!("outside={}", outside.display())]);
    drop(owner.call(&["runs", "show", &run, "--follow"]).exits(1));
    let shown = owner.show(&run);
    let tasks = shown["tasks"].as_array().unwrap();
    for id in ["make[one]", "make.health[1]", "make[one].undo"] {
        let task = tasks.iter().find(|task| task["id"] == id).unwrap_or(&Value::Null);
        assert_eq!(task["status"], "succeeded", "{id}: {shown:#}");
        let attempt = &task["attempts"][0];
        assert_eq!(attempt["confinement"]["resources"], "small", "{id}: {attempt}");
        assert_eq!(attempt["confinement"]["sandbox"], "standard", "{id}: {attempt}");
    }
    let log = |task: &str| owner.call(&["runs", "logs", &run, task]).exits(0).stdout;
    assert!(log("make[one]").contains("made one"));
    for task in ["make.health[1]", "make[one].undo"] {
        let log = log(task);
        for line in [&SECRET.len().to_string(), "it is <[redacted:token]>", "shut"] {
            assert!(log.contains(line), "{task}: {log}");
        }
        assert!(!log.contains(SECRET), "{task}: {log}");
    }
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "nothing was written outside");
    let all = owner.call(&["runs", "logs", &run]).exits(0).stdout;
    assert_eq!(all.matches("shut").count(), 2, "{all}");
}
