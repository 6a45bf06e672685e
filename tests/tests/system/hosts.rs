//! Hosts: found by name and by filter, refused with a mend, and acted on over SSH by a real daemon
//! against real servers.

use std::{fs, path::Path};

use conductor_tests::{Console, Daemon, Fleet, processes_with, until};
use serde_json::{Value, json};

/// A daemon with that inventory for one environment, and more of its configuration.
fn daemon_with(inventory: &str, more: &str) -> Daemon {
    let config = format!("environments = ['dev']\n{more}");
    let mut daemon = Daemon::with_hosts(("hosts.yaml", inventory), &config);
    daemon.launch();
    daemon
}

const HOSTS: &str = "
hosts:
  - name: web-[1:3]
    labels: {role: web, env: prod}
    groups: [front]
  - name: db-1
    address: 10.0.0.7
    port: 2222
    user: admin
    labels: {role: db, env: prod}
";

fn names(hosts: &Value) -> Vec<&str> {
    hosts.as_array().unwrap().iter().map(|host| host["name"].as_str().unwrap()).collect()
}

#[test]
fn hosts_are_listed_filtered_and_shown() {
    let daemon = daemon_with(HOSTS, "");
    let owner = daemon.owner();
    let all = owner.json(&["hosts", "list"]);
    assert_eq!(names(&all), ["db-1", "web-1", "web-2", "web-3"]);
    let some = owner.json(&["hosts", "list", "role:web", "and", "not", "host:web-2"]);
    assert_eq!(names(&some), ["web-1", "web-3"]);
    let db = owner.json(&["hosts", "show", "db-1"]);
    let expected = json!({
        "name": "db-1", "address": "10.0.0.7", "port": 2222, "user": "admin",
        "labels": {"role": "db", "env": "prod"}, "groups": [],
    });
    assert_eq!(db, expected);
    let table = owner.call(&["hosts", "list", "group:front"]).exits(0);
    for word in ["web-1", "role:web", "front", "3 hosts"] {
        assert!(table.stdout.contains(word) || table.stderr.contains(word), "{table:?}");
    }
    let warned = owner.call(&["hosts", "list", "rol:web"]).exits(0);
    assert!(warned.stderr.contains("no host has a label `rol`"), "{warned:?}");

    drop(owner.call(&["hosts", "list", "role:web env:prod"]).exits(8).complains_of(&[
        "HOST_FILTER",
        "column 10",
        "`and`",
    ]));
    drop(
        owner.call(&["hosts", "show", "web-9"]).exits(6).complains_of(&["HOST_NOT_FOUND", "web-9"]),
    );
    drop(owner.call(&["--env", "prod", "hosts", "list"]).exits(7).complains_of(&[
        "INVENTORY_NONE",
        "`prod`",
        "inventory.source",
    ]));

    // It counts as it is now, and says what is wrong with it.
    fs::write(daemon.folder().join("hosts.yaml"), "hosts:\n  - {nmae: a}\n").unwrap();
    drop(owner.call(&["hosts", "list"]).exits(8).complains_of(&["INVENTORY_INVALID", "line 2"]));
    fs::write(daemon.folder().join("hosts.yaml"), "hosts: [other]\n").unwrap();
    assert_eq!(names(&owner.json(&["hosts", "list"])), ["other"]);
}

const ON_A_HOST: &str = r#"
name: on-a-host
version: 1.0.0
inputs:
  type: object
  required: [host]
  properties:
    host: {type: string}
tasks:
  - id: there
    uses: pkg:builtin/ssh@1
    with:
      host: "{{ inputs.host }}"
      run: |
        echo "on $CONDUCTOR_HOST for $CONDUCTOR_RUN_ID"
        echo kernel=$(uname -s) >> "$CONDUCTOR_OUTPUT"
  - id: after
    uses: pkg:builtin/noop@1
    needs: [there]
    with:
      kernel: "{{ tasks.there.outputs.kernel }}"
  - id: here
    uses: pkg:builtin/shell@1
    needs: [there]
    with: {run: echo then here again}
"#;

#[test]
fn a_script_runs_on_a_host_and_a_broken_connection_is_told_from_a_failure() {
    let Some(fleet) = Fleet::start(&["web-1", "gone"]) else { return };
    fleet.close("gone");
    let daemon = daemon_with("hosts: []\n", &fleet.settings());
    let owner = daemon.owner();
    owner.publish(ON_A_HOST);
    let done = owner.call(&["run", "on-a-host", "-i", "host=web-1", "--follow", "--logs"]).exits(0);
    // atuinsh/desktop#69: what is said after a step on a host is lost.
    assert!(done.stdout.contains("then here again"), "{done:?}");
    assert!(done.stdout.contains("on web-1 for run_"), "{done:?}");
    let runs = owner.json(&["runs", "list"]);
    let run = owner.show(runs[0]["runId"].as_str().unwrap());
    let outputs = &run["tasks"][1]["outputs"];
    assert_eq!(outputs["kernel"], "Linux", "{run}");

    drop(owner.call(&["run", "on-a-host", "-i", "host=gone", "--follow"]).exits(1));
    let runs = owner.json(&["runs", "list"]);
    let run = owner.show(runs[0]["runId"].as_str().unwrap());
    let attempt = &run["tasks"][0]["attempts"][0];
    assert_eq!(attempt["failure"], "unreachable", "{run}");
    let message = attempt["message"].as_str().unwrap();
    assert!(message.contains("`gone`: nothing listens there"), "{message}");
}

const SLOW_ON_A_HOST: &str = r#"
name: slow-on-a-host
version: 1.0.0
inputs:
  type: object
  required: [folder]
  properties:
    folder: {type: string}
tasks:
  - id: first
    uses: pkg:builtin/ssh@1
    with:
      host: web-1
      run: echo once >> {{ inputs.folder | sh }}/first
  - id: second
    uses: pkg:builtin/ssh@1
    needs: [first]
    with:
      host: web-1
      run: |
        cd {{ inputs.folder | sh }}
        echo $$ >> second
        while [ ! -e go ]; do sleep 0.05; done
"#;

#[test]
fn a_daemon_that_is_killed_leaves_nothing_on_a_host_and_goes_on_where_it_was() {
    let Some(fleet) = Fleet::start(&["web-1"]) else { return };
    let mut daemon = daemon_with("hosts: []\n", &fleet.settings());
    let owner = daemon.owner();
    owner.publish(SLOW_ON_A_HOST);
    let folder = daemon.folder().to_owned();
    let run = owner.start("slow-on-a-host", &[&format!("folder={}", folder.display())]);
    let lines = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    until("the script began", || lines("second").len() == 1);
    daemon.kill();
    let shell = lines("second").remove(0);
    until("the script's end on its host", || !Path::new(&format!("/proc/{shell}")).exists());
    let masters =
        || processes_with(&format!("ssh: {}/work/ssh/", daemon.data_dir().display())).len();
    assert_eq!(masters(), 1, "the shared connection is still there");
    daemon.launch();
    until("the second attempt", || lines("second").len() == 2);
    fs::write(folder.join("go"), "").unwrap();
    let owner = daemon.owner();
    until("the run's end", || owner.show(&run)["status"] == "succeeded");
    assert_eq!(lines("first"), ["once"], "what had finished was not done again");
    assert!(daemon.stop().success());
    until("the end of shared connections", || fleet.host("web-1").sessions().is_empty());
}

const OVER_HOSTS: &str = r#"
name: over-hosts
version: 1.0.0
tasks:
  - id: there
    uses: pkg:builtin/ssh@1
    hosts: role:web
    with: {run: 'echo "on $CONDUCTOR_HOST"'}
    compensate:
      uses: pkg:builtin/ssh@1
      with: {run: 'echo "undone on $CONDUCTOR_HOST"'}
"#;

#[test]
fn a_script_over_hosts_runs_on_each_of_them_and_is_undone_there() {
    let Some(fleet) = Fleet::start(&["web-1", "web-2"]) else { return };
    let hosts = "hosts:\n  - {name: 'web-[1:2]', labels: {role: web}}\n  - db-1\n";
    let daemon = daemon_with(hosts, &fleet.settings());
    let owner = daemon.owner();
    owner.publish(OVER_HOSTS);
    let done = owner.call(&["run", "over-hosts", "--follow", "--logs"]).exits(0);
    for name in ["web-1", "web-2"] {
        assert!(done.stdout.contains(&format!("on {name}")), "{done:?}");
    }
    let runs = owner.json(&["runs", "list"]);
    let run = runs[0]["runId"].as_str().unwrap();
    drop(owner.call(&["runs", "undo", run, "--follow"]).exits(0));
    let runs = owner.json(&["runs", "list"]);
    let undone = owner.call(&["runs", "logs", runs[0]["runId"].as_str().unwrap()]).exits(0);
    for name in ["web-1", "web-2"] {
        assert!(undone.stdout.contains(&format!("undone on {name}")), "{undone:?}");
    }
}

const SWEEP: &str = r#"
name: sweep
version: 1.0.0
inputs: {properties: {role: {type: string}}, required: [role]}
tasks:
  - id: look
    uses: pkg:builtin/noop@1
    hosts: "role:{{ inputs.role }}"
    with: {at: "{{ host.name }}"}
outputs:
  seen: "{{ tasks.look.instances | map(attribute='key') | join(' ') }}"
"#;

const ABOVE: &str = r#"
name: above
version: 1.0.0
inputs: {properties: {role: {type: string}}, required: [role]}
tasks:
  - id: all
    uses: pkg:workflow/sweep@1.0.0
    with: {role: "{{ inputs.role }}"}
outputs:
  seen: "{{ tasks.all.outputs.seen }}"
"#;

/// The last run of a workflow once it has ended.
fn last_run(console: &Console, workflow: &str) -> Value {
    let last = || {
        let runs = console.json(&["runs", "list", "--limit", "100"]);
        let runs = runs.as_array().unwrap();
        let found = runs.iter().find(|run| run["workflow"] == workflow);
        Some(console.show(found?["runId"].as_str()?))
    };
    let ended = |run: &Value| ["succeeded", "failed"].iter().any(|word| run["status"] == *word);
    until("the run's end", || last().as_ref().is_some_and(ended));
    last().unwrap()
}

#[test]
fn runs_that_nobody_asks_for_find_their_hosts_and_end_when_they_cannot() {
    let daemon = daemon_with(HOSTS, "");
    let owner = daemon.owner();
    owner.publish(SWEEP);
    owner.publish(ABOVE);
    drop(owner.call(&["run", "above", "-i", "role=web", "--follow"]).exits(0));
    assert_eq!(last_run(&owner, "above")["outputs"]["seen"], "web-1 web-2 web-3");
    let below = last_run(&owner, "sweep");
    let shown = owner.call(&["runs", "show", below["runId"].as_str().unwrap()]).exits(0);
    assert!(shown.stdout.contains("found 3 hosts for `look`"), "{shown:?}");

    let nightly = ["schedules", "set", "nightly", "--workflow", "sweep", "-i", "role=db"];
    drop(owner.call(&[&nightly[..], &["--every", "1s"]].concat()).exits(0));
    until("a scheduled run", || last_run(&owner, "sweep")["schedule"] == "nightly");
    drop(owner.call(&["schedules", "pause", "nightly", "--reason", "seen"]).exits(0));
    let scheduled = last_run(&owner, "sweep");
    assert_eq!(scheduled["outputs"]["seen"], "db-1", "{scheduled:#}");

    fs::write(daemon.folder().join("hosts.yaml"), "hosts:\n  - {nmae: a}\n").unwrap();
    drop(owner.call(&["schedules", "resume", "nightly"]).exits(0));
    until("a run without hosts", || last_run(&owner, "sweep")["status"] == "failed");
    drop(owner.call(&["schedules", "pause", "nightly", "--reason", "seen"]).exits(0));
    let failed = last_run(&owner, "sweep");
    let note = failed["note"].as_str().unwrap();
    assert!(note.contains("hosts.yaml") && note.contains("not well-formed"), "{failed:#}");
    assert_eq!(failed["tasks"][0]["status"], "cancelled", "nothing of it began");
}
