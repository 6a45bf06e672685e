//! Plans: what an operator sees before anything happens, that nothing happens, and that nothing
//! else is run later.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use conductor_tests::{Daemon, Watched, binaries, can_trace, skipped, traced};

/// How long a daemon may write what was committed.
const SETTLES_WITHIN: Duration = Duration::from_secs(30);

const INVENTORY: &str = "
hosts:
  - name: web-[1:3]
    labels: {role: web}
";

const RESTART: &str = r#"
name: restart-web
version: 1.4.0
inputs:
  properties:
    service: {type: string}
    limit: {type: integer, default: 90}
  required: [service]
tasks:
  - id: disk
    uses: pkg:builtin/noop@1
    timeout: 30s
    with: {percent: 91}
  - id: clean
    uses: pkg:builtin/shell@1
    needs: [disk]
    when: tasks.disk.outputs.percent > inputs.limit
    with: {run: "echo cleaning\necho cleaned"}
  - id: rarely
    uses: pkg:builtin/noop@1
    when: inputs.limit > 95
  - id: ask
    uses: pkg:builtin/gate@1
    needs: [clean]
    timeout: 15m
    with: {message: "restart {{ inputs.service }} in {{ run.environment }}?"}
  - id: restart
    uses: pkg:builtin/noop@1
    needs: [ask]
    hosts: role:web
    retries: 2
    rollout: {batch: [1, 2], parallel: 1, canary: manual, health: {uses: "pkg:builtin/noop@1"}}
    with: {run: "systemctl restart {{ inputs.service | sh }} # {{ host.name }} {{ tasks.disk.outputs.percent }}"}
"#;

fn daemon() -> Daemon {
    let mut daemon = Daemon::with_hosts(("hosts.yaml", INVENTORY), "");
    daemon.launch();
    daemon
}

const PLAN: [&str; 4] = ["plan", "restart-web", "-i", "service=my nginx"];

#[test]
fn a_plan_is_read_on_80_columns_and_only_it_is_run() {
    let daemon = daemon();
    let owner = daemon.owner();
    owner.publish(RESTART);
    let shown = owner.call(&PLAN).exits(0).stdout;
    let plan = owner.json(&PLAN);
    let digest = plan["digest"].as_str().unwrap();
    let hidden = shown.replace(digest, "sha256:…");
    insta::assert_snapshot!("plan", hidden);
    let too_long = hidden.lines().filter(|line| line.chars().count() > 80);
    let too_long: Vec<_> = too_long.filter(|line| !line.starts_with("next ")).collect();
    assert!(too_long.is_empty(), "{too_long:?}");

    // The last line, as it is to be typed.
    let next = shown.lines().last().unwrap().strip_prefix("next       ").unwrap();
    let mut sh = Command::new("sh");
    let programs = binaries().conductor.parent().unwrap().display().to_string();
    sh.args(["-c", &format!("{next} -o json")]).env_clear().envs(owner.environment());
    sh.env("PATH", format!("{programs}:/usr/bin:/bin")).current_dir(daemon.folder());
    let started = sh.output().unwrap();
    assert!(started.status.success(), "{started:?}");
    let started: serde_json::Value = serde_json::from_slice(&started.stdout).unwrap();
    let run = started["runId"].as_str().unwrap();
    assert_eq!(owner.show(run)["plan"], digest);
    let told = owner.call(&["runs", "show", run]).exits(0);
    assert!(told.stdout.contains(digest), "{told:?}");

    // One host less is another plan; what was frozen into the run stays.
    fs::write(daemon.folder().join("hosts.yaml"), INVENTORY.replace("1:3", "1:2")).unwrap();
    let words = ["run", "restart-web", "-i", "service=my nginx", "--plan", digest];
    let refused = owner.call(&words).exits(7);
    drop(refused.complains_of(&["PLAN_CHANGED", "hosts.restart: now without web-3"]));
    let other = owner.json(&PLAN);
    assert_ne!(other["digest"], digest);
    let events = owner.call(&["events", "tail", "--kind", "run.started", "-o", "json"]).exits(0);
    assert_eq!(events.json().as_array().unwrap().len(), 1);
    // Without a plan it starts on what there is.
    drop(owner.call(&["run", "restart-web", "-i", "service=nginx"]).exits(0));
}

#[test]
fn every_format_says_the_same_and_problems_are_told_with_an_exit_code() {
    let daemon = daemon();
    let owner = daemon.owner();
    let file = daemon.folder().join("draft.yaml");
    fs::write(&file, RESTART).unwrap();
    let file = file.to_str().unwrap();
    let json = owner.json(&["plan", file, "-i", "service=x"]);
    assert_eq!(json["published"], false);
    for format in ["jsonl", "yaml"] {
        let said = owner.call(&["plan", file, "-i", "service=x", "-o", format]).exits(0).stdout;
        assert!(said.contains(json["digest"].as_str().unwrap()), "{said}");
    }
    let wrong = owner.call(&["plan", file, "-i", "limit=3"]).exits(8);
    for word in ["INPUTS_INVALID inputs.service", "restart", "sha256:"] {
        assert!(wrong.stdout.contains(word), "{wrong:?}");
    }
    assert!(!wrong.stdout.contains("next "), "{wrong:?}");
    fs::write(file, RESTART.replace("needs: [ask]", "needs: [nobody]")).unwrap();
    let broken = owner.call(&["plan", file, "-i", "service=x"]).exits(8);
    assert!(broken.stdout.contains("MANIFEST_NEEDS_UNKNOWN tasks[4].needs[0] (line"), "{broken:?}");
    drop(owner.call(&["plan", "no-such"]).exits(6).complains_of(&["WORKFLOW_NOT_FOUND"]));
    // Nothing was published, and nothing started.
    assert_eq!(owner.json(&["workflows", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(owner.json(&["runs", "list"]).as_array().unwrap().len(), 0);
}

#[test]
fn no_write_leaves_the_console_that_plans() {
    if !can_trace() {
        return skipped("strace is not installed, or may not trace here");
    }
    let daemon = daemon();
    let owner = daemon.owner();
    owner.publish(RESTART);
    let socket = daemon.socket();
    let draft = daemon.folder().join("draft.yaml");
    fs::write(&draft, RESTART).unwrap();
    let draft = draft.to_str().unwrap();
    let inputs = daemon.folder().join("inputs.yaml");
    fs::write(&inputs, "service: nginx\n").unwrap();
    let inputs = inputs.to_str().unwrap();
    let lines: [&[&str]; 3] =
        [&PLAN, &["plan", draft, "-I", inputs], &["plan", draft, "-o", "json"]];
    for line in lines {
        let (_, trace) = traced(&owner.command(line), &socket);
        // It was looked at: it read its files and spoke to the daemon.
        assert!(trace.has("connect(") && trace.has("openat("), "{trace:#?}");
        assert_eq!(trace.effects(true), Vec::<&str>::new(), "{line:?}");
    }

    // The same look shows what a command writes, and a write that is planted beside a plan.
    let (_, trace) = traced(&owner.command(&["init", "ops"]), &socket);
    let effects = trace.effects(true).join("\n");
    assert!(effects.contains("mkdir") && effects.contains("ops/.ci/run"), "{effects}");
    let program = binaries().conductor.display();
    let mut planted = Command::new("/bin/sh");
    planted.args(["-c", &format!("{program} plan restart-web -i service=x; : > planted")]);
    planted.envs(owner.environment()).current_dir(daemon.folder());
    let (_, trace) = traced(&planted, &socket);
    let effects = trace.effects(true);
    assert!(effects.iter().any(|call| call.contains("\"planted\"")), "{effects:#?}");
    let other = daemon.folder().join("other.sock");
    let (_, trace) = traced(&owner.command(&PLAN), &other);
    assert!(trace.effects(true)[0].starts_with("connect("), "{trace:#?}");
}

#[test]
fn no_write_leaves_the_daemon_that_is_asked_for_a_plan() {
    if !can_trace() {
        return skipped("strace is not installed, or may not trace here");
    }
    let daemon = daemon();
    let owner = daemon.owner();
    owner.publish(RESTART);
    let draft = daemon.folder().join("draft.yaml");
    fs::write(&draft, RESTART.replace("1.4.0", "1.5.0")).unwrap();
    settled(&daemon);
    let end = |owner: &conductor_tests::Console| owner.json(&["status"])["ledgerSeq"].clone();
    let before = end(&owner);

    let watched = Watched::attach(daemon.pid(), &daemon.socket());
    drop(owner.call(&PLAN).exits(0));
    drop(owner.call(&["plan", draft.to_str().unwrap(), "-i", "service=x"]).exits(0));
    drop(owner.call(&["plan", "restart-web"]).exits(8));
    let trace = watched.end();
    assert!(trace.has("accept4(") && trace.lines.iter().any(|line| line.contains("hosts.yaml")));
    assert_eq!(trace.effects(false), Vec::<&str>::new());
    assert_eq!(end(&owner), before);

    // The same look shows what a start writes.
    let watched = Watched::attach(daemon.pid(), &daemon.socket());
    drop(owner.call(&["run", "restart-web", "-i", "service=x"]).exits(0));
    let trace = watched.end();
    let effects = trace.effects(false);
    assert!(effects.iter().any(|call| call.contains("/ledger/")), "{effects:#?}");
    assert!(end(&owner).as_u64() > before.as_u64());
}

/// Waits until what was committed before is written everywhere: views, checkpoint.
fn settled(daemon: &Daemon) {
    let owner = daemon.owner();
    let deadline = Instant::now() + SETTLES_WITHIN;
    while Instant::now() < deadline {
        let status = owner.json(&["status"]);
        let signed = owner.call(&["ledger", "checkpoint", "-o", "json"]);
        let signed = signed.code == Some(0) && signed.json()["size"] == status["ledgerSeq"];
        if signed && status["viewsSeq"] == status["ledgerSeq"] {
            return;
        }
    }
    panic!("the daemon goes on writing");
}

#[test]
fn a_workflow_of_a_task_runs_on_the_hosts_of_the_plan() {
    let daemon = daemon();
    let owner = daemon.owner();
    let inner = "
name: look-at
version: 1.0.0
tasks:
  - {id: each, uses: 'pkg:builtin/noop@1', hosts: 'role:web'}
outputs: {count: '{{ tasks.each.instances | length }}'}
";
    let outer = "
name: outer
version: 1.0.0
tasks:
  - {id: ask, uses: 'pkg:builtin/gate@1', with: {message: now}}
  - {id: look, uses: 'pkg:workflow/look-at@1.0.0', needs: [ask]}
";
    owner.publish(inner);
    owner.publish(outer);
    let plan = owner.json(&["plan", "outer"]);
    let inside = &plan["tasks"][1]["runs"]["tasks"][0];
    assert_eq!((&inside["id"], &inside["instancesTotal"]), (&"each".into(), &3.into()));
    let digest = plan["digest"].as_str().unwrap();
    let run = owner.json(&["run", "outer", "--plan", digest])["runId"].clone();
    let run = run.as_str().unwrap();
    // What the inventory says by the time that the task begins does not count.
    fs::write(daemon.folder().join("hosts.yaml"), INVENTORY.replace("1:3", "1:9")).unwrap();
    drop(owner.call(&["runs", "release", run, "ask", "--answer", "go_on"]).exits(0));
    drop(owner.call(&["runs", "show", run, "--follow"]).exits(0));
    let ended = owner.show(run);
    assert_eq!(ended["tasks"][1]["outputs"]["count"], 3, "{ended}");
}
