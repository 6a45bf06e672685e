//! A canary in every cage: a secret through each provider, printed and given away in every way that
//! comes to mind, and then searched for in everything that is kept or shown.
//!
//! rundeck/rundeck#1780, #5455, #4981: secrets echoed into logs and job definitions.

mod haystack;
mod server;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
};

use conductor_tests::{Daemon, Setup};
use rustix::process::Signal;
use serde_json::Value;

use self::haystack::Haystack;
use crate::terminal::screen::Screen;

/// Through a variable, a file and a program. Each is found by itself only.
const BY_ENV: &str = "canary-of-env/7f3a&\"q'$x%";
const BY_FILE: &str = "canary-of-file\nsecond line of it 51c9\nand a third, d0e1";
const BY_EXEC: &str = "canary-of-exec+9b2e=4471";
/// Given away on purpose, as an input: shows that the search finds what is there.
const CONTROL: &str = "canary-of-control/3e8d&\"q'$x%";

/// Every way to print `$S`.
const PRINT: &str = r#"
        printf '%s\n' "$S"; printf 'x%sx' "$S"; printf '%s\n' "$S" >&2
        printf %s "$S" | fold -w 7; echo; printf %s "$S" | fold -w 3 | sed 's/^/   /'; echo
        printf %s "$S" | base64 -w 0; echo; printf 'x%s' "$S" | base64 -w 0; echo
        printf 'xx%syy' "$S" | base64 -w 9; printf 'xx%s' "$S" | base64 -w 76; echo "$S" | base64 >&2
        printf 'user:%s' "$S" | base64 -w 0 | tr '+/' '-_'; echo
        printf %s "$S" | od -An -v -tx1; printf %s "$S" | od -An -v -tx1 | tr -d ' \n'; echo
        printf %s "$S" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F; echo
        printf %s "$S" | sed 's/[\\"]/\\&/g'; echo
        printf %s "$S" | sed 's/%/%25/g; s|/|%2F|g; s/&/%26/g; s/"/%22/g; s/'"'"'/%27/g; s/\$/%24/g; s/+/%2B/g; s/=/%3D/g; s/ /%20/g'; echo
        half=${S%????????????}; printf %s "$half"; sleep 0.5; printf '%s\n' "${S#"$half"}"
        set -x; : "$S"; { set +x; } 2>/dev/null"#;

/// A workflow that gives SECRET away wherever it can.
const LEAKY: &str = r#"
name: leaky-NAME
version: 1.0.0
tasks:
  - id: print
    uses: pkg:builtin/shell@1
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with:
      run: |PRINT
  - id: give
    uses: pkg:builtin/shell@1
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with:
      run: |
        { echo "value<<END"; printf '%s\n' "$S"; echo END; } >>"$CONDUCTOR_OUTPUT"
        echo "inside=<$(printf %s "$S" | base64 -w 0)>" >>"$CONDUCTOR_OUTPUT"
        echo "plain=nothing" >>"$CONDUCTOR_OUTPUT"
    outputs: {again: "{{ result.value }} and more"}
  - id: use
    uses: pkg:builtin/shell@1
    needs: [give]
    env: {T: "{{ tasks.give.outputs.value }}"}
    with: {run: 'echo "$T"'}
  - id: keep
    uses: pkg:builtin/shell@1
    on_failure: continue
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with: {run: 'printf %s "$S" | base64 -w 20 >report', artifacts: {report: report}}
  - id: fail
    uses: pkg:builtin/shell@1
    on_failure: continue
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with: {run: 'printf "fatal: %s\n" "$S" >&2; exit 3'}
  - id: blunder
    uses: pkg:builtin/shell@1
    on_failure: continue
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with: {run: 'printf "%s\n" "$S" >"$CONDUCTOR_OUTPUT"'}
  - id: send
    uses: pkg:builtin/http@1
    secrets: [SECRET]
    with:
      method: POST
      url: "URL/echo"
      body: {password: "{{ secrets.SECRET }}", list: ["{{ secrets.SECRET }}"]}
  - id: refuse
    uses: pkg:builtin/http@1
    on_failure: continue
    secrets: [SECRET]
    with: {url: "URL/{{ secrets.SECRET }}", expect: [599]}
  - id: look
    uses: pkg:builtin/shell@1
    secrets: [SECRET]
    env: {S: "{{ secrets.SECRET }}"}
    with:
      run: |
        printf '%s\n' "$S" | head -n 1 >pattern
        tr '\0' '\n' </proc/$$/environ | grep -q -F -f pattern && echo "environ=yes" >>"$CONDUCTOR_OUTPUT"
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -q -F -f pattern ||
          echo "cmdline=no" >>"$CONDUCTOR_OUTPUT"
  - id: echo
    uses: pkg:builtin/noop@1
    secrets: [SECRET]
    with: {value: "{{ secrets.SECRET }}"}
outputs:
  value: "{{ tasks.give.outputs.again }}"
  environ: "{{ tasks.look.outputs.environ }}"
  cmdline: "{{ tasks.look.outputs.cmdline }}"
"#;

fn manifest(secret: &str, url: &str) -> String {
    let leaky = LEAKY.replace("PRINT", PRINT).replace("URL", url);
    leaky.replace("NAME", &secret.replace('_', "-")).replace("SECRET", secret)
}

/// The same, of an input.
fn control() -> String {
    format!(
        r#"
name: control
version: 1.0.0
inputs: {{properties: {{value: {{type: string}}}}}}
tasks:
  - id: print
    uses: pkg:builtin/shell@1
    env: {{S: "{{{{ inputs.value }}}}"}}
    with:
      run: |{PRINT}
        printf %s "$S" | base64 -w 20 >report
      artifacts: {{report: report}}
"#
    )
}

/// What the configuration says, with the values where it says that they are.
fn config(folder: &std::path::Path, capacity: u32) -> String {
    let (file, printed) = (folder.join("canary.file"), folder.join("canary.exec"));
    for (path, value) in [(&file, BY_FILE), (&printed, BY_EXEC)] {
        fs::write(path, format!("{value}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    format!(
        "[worker]\ncapacity = {capacity}\n[secrets.by_env]\nenv = 'CANARY'\nenvironments = ['dev']\n\
         [secrets.by_file]\nfile = '{}'\n\
         [secrets.by_exec]\nexec = ['sh', '-c', 'echo canary-of-exec >&2; cat \"$0\"', '{}']\n\
         [secrets.for_prod]\nenv = 'CANARY'\nenvironments = ['prod']\n\
         [secrets.broken]\nexec = ['sh', '-c', 'echo {BY_EXEC} >&2; exit 1']\n",
        file.display(),
        printed.display()
    )
}

/// A daemon whose folder holds the canaries outside of its data.
fn daemon(capacity: u32) -> Daemon {
    let environment = vec![("CANARY", BY_ENV.to_owned())];
    let mut daemon = Daemon::prepare(Setup { environment, ..Setup::default() });
    daemon.configure(config(daemon.folder(), capacity));
    daemon
}

/// Runs everything that leaks, and gives everything that was said about it.
fn leak(daemon: &Daemon) -> (Vec<String>, Haystack) {
    let console = daemon.console();
    let server = server::start();
    let mut haystack = Haystack::default();
    let mut runs = Vec::new();
    for secret in ["by_env", "by_file", "by_exec"] {
        console.publish(&manifest(secret, &server));
        runs.push(console.start(&format!("leaky-{}", secret.replace('_', "-")), &[]));
    }
    console.publish(&control());
    runs.push(console.start("control", &[&format!("value={CONTROL}")]));
    for run in &runs {
        let follow = console.call(&["runs", "show", run, "--follow", "--logs"]);
        haystack.add("runs show --follow", &follow.stdout);
        haystack.add("runs show --follow, errors", &follow.stderr);
    }
    (runs, haystack)
}

/// Asks for everything that can be asked for.
fn ask(daemon: &Daemon, runs: &[String], haystack: &mut Haystack) {
    let console = daemon.console();
    let mut say = |words: &[&str]| {
        let answer = console.call(words);
        haystack.add(&answer.called, &format!("{}{}", answer.stdout, answer.stderr));
    };
    for run in runs {
        say(&["runs", "show", run]);
        say(&["runs", "show", run, "-o", "json"]);
        say(&["runs", "logs", run]);
        say(&["runs", "logs", run, "-o", "json"]);
    }
    for words in [
        &["runs", "list", "-o", "json"][..],
        &["workflows", "list", "-o", "json"],
        &["events", "tail", "-o", "json"],
        &["decisions", "list", "-o", "json"],
        &["secrets", "list"],
        &["secrets", "list", "-o", "json"],
        &["doctor"],
        &["workers", "list", "-o", "json"],
    ] {
        say(words);
    }
    let mut screen = Screen::open(&console, (200, 60));
    screen.enter_console();
    screen.shows(&["leaky-by-env", "control"]);
    haystack.add("the list on the screen", &screen.contents());
    screen.types("/leaky-by-env\r");
    screen.until("one run", |shown| !shown.contains("control"));
    screen.types("\r");
    screen.shows(&["blunder", "refuse"]);
    haystack.add("the run on the screen", &screen.contents());
    screen.quit();
}

/// The runs went as they should, which shows that the programs had the values.
fn went_well(daemon: &Daemon, runs: &[String]) {
    let console = daemon.console();
    for (run, name) in runs.iter().zip(["by_env", "by_file", "by_exec"]) {
        let shown = console.show(run);
        assert_eq!(shown["status"], "succeeded", "{shown:#}");
        let label = format!("[redacted:{name}]");
        assert_eq!(shown["outputs"]["environ"], "yes", "{shown:#}");
        assert_eq!(shown["outputs"]["cmdline"], "no", "{shown:#}");
        assert_eq!(shown["outputs"]["value"], format!("{label} and more"));
        let task = |id: &str| {
            let tasks = shown["tasks"].as_array().unwrap();
            tasks.iter().find(|task| task["id"] == id || task["taskId"] == id).unwrap().clone()
        };
        assert_eq!(task("give")["outputs"]["plain"], "nothing");
        assert_eq!(task("echo")["outputs"]["value"], label);
        let says = |id: &str, words: &str| {
            let message = task(id)["message"].to_string();
            assert!(message.contains(words), "{id}: {message}");
        };
        says("give", &format!("its output `value` held `{name}`"));
        says("keep", &format!("the artifact `report` holds the secret `{name}`"));
        says("fail", &format!("exit status 3: {}", if name == "by_file" { "" } else { "fatal: " }));
        says("fail", "[redacted:");
        says("refuse", "answered 200");
        assert!(task("keep")["artifacts"].as_array().is_none_or(Vec::is_empty));
        let log = console.call(&["runs", "logs", run]).exits(0).stdout;
        assert!(log.contains(&label), "{log}");
        let answered = task("send")["outputs"]["body"].to_string();
        assert!(answered.contains(&label), "{answered}");
    }
}

/// Looks for the canaries in everything.
fn nothing_is_found(haystack: &Haystack) {
    for value in [BY_ENV, BY_FILE, BY_EXEC] {
        let found = haystack.places_of(value);
        assert!(found.is_empty(), "{value:?} is in {found:#?}");
    }
    // The search finds what is there: in the ledger, in a log, in a blob, in the API's answers.
    let found = haystack.places_of(CONTROL);
    // In the ledger it is sealed, and read by whoever tails its events.
    assert!(!found.iter().any(|found| found.contains("/ledger/")), "{found:#?}");
    for place in ["/logs/", "/blobs/", "runs logs", "runs show", "events tail"] {
        assert!(found.iter().any(|found| found.contains(place)), "{place} is not in {found:#?}");
    }
}

#[test]
fn a_canary_of_the_daemon_s_own_worker_is_nowhere_afterwards() {
    let mut daemon = daemon(8);
    daemon.launch();
    let (runs, mut haystack) = leak(&daemon);
    went_well(&daemon, &runs);
    ask(&daemon, &runs, &mut haystack);
    daemon.stop();
    haystack.add("the daemon's log", &daemon.log());
    haystack.add_folder(&daemon.data_dir());
    nothing_is_found(&haystack);
}

/// A worker in a process of its own.
struct Worker(Child);

impl Worker {
    fn start(daemon: &Daemon) -> Self {
        let log = fs::File::create(daemon.folder().join("worker.log")).unwrap();
        let mut command = Command::new(&conductor_tests::binaries().conductord);
        command
            .args(["worker", "--connect"])
            .arg(format!("unix://{}", daemon.socket().display()))
            .arg("--config")
            .arg(daemon.folder().join("worker.toml"))
            .arg("--work-dir")
            .arg(daemon.data_dir().join("remote"))
            .current_dir(daemon.folder())
            .env_clear()
            .envs(daemon.console().environment())
            .env("CANARY", BY_ENV)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        Self(command.spawn().unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The daemon knows no secret at all: what crosses its API are names, numbers and what is redacted.
#[test]
fn a_canary_of_a_worker_elsewhere_is_nowhere_afterwards() {
    let mut daemon = Daemon::prepare(Setup {
        config: "[worker]\ncapacity = 0\n".to_owned(),
        ..Setup::default()
    });
    let config = config(daemon.folder(), 8);
    fs::write(daemon.folder().join("worker.toml"), config).unwrap();
    daemon.launch();
    let worker = Worker::start(&daemon);
    let (runs, mut haystack) = leak(&daemon);
    went_well(&daemon, &runs);
    ask(&daemon, &runs, &mut haystack);
    drop(worker);
    daemon.stop();
    haystack.add("the daemon's log", &daemon.log());
    let log = fs::read_to_string(daemon.folder().join("worker.log")).unwrap();
    haystack.add("the worker's log", &log);
    haystack.add_folder(&daemon.data_dir());
    nothing_is_found(&haystack);
}

const PROBE: &str = "
name: probe
version: 1.0.0
tasks:
  - {id: probe, uses: 'pkg:builtin/noop@1', secrets: [NAME], with: {v: '{{ secrets.NAME }}'}}
";

fn probe(daemon: &Daemon, version: u32, name: &str) -> Value {
    let console = daemon.console();
    let manifest = PROBE.replace("NAME", name).replace("1.0.0", &format!("1.0.{version}"));
    console.publish(&manifest);
    let run = console.start("probe", &[]);
    drop(console.call(&["runs", "show", &run, "--follow"]));
    console.show(&run)["tasks"][0].clone()
}

#[test]
fn a_secret_that_can_not_be_had_fails_the_task_and_a_reload_brings_new_ones() {
    let mut daemon = daemon(8);
    daemon.launch();
    let says = |version, name: &str, words: &str| {
        let task = probe(&daemon, version, name);
        assert_eq!(task["status"], "failed", "{task:#}");
        let message = task["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    };
    says(0, "no_such", "SECRET_UNKNOWN");
    says(1, "for_prod", "it is not for the environment `dev` (SECRET_NOT_ALLOWED)");
    says(2, "broken", "ended with exit status: 1, and 25 bytes on standard error");
    let listed = daemon.console().json(&["secrets", "list"]);
    let states: Vec<(&str, bool)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| (secret["name"].as_str().unwrap(), secret["problem"] == ""))
        .collect();
    let expected = [
        ("broken", false),
        ("by_env", true),
        ("by_exec", true),
        ("by_file", true),
        ("for_prod", true),
    ];
    assert_eq!(states, expected);
    let doctor = daemon.console().json(&["doctor"]);
    let check = doctor.as_array().unwrap().iter().find(|check| check["name"] == "secrets").unwrap();
    assert_eq!(check["message"], "1 of 5 can't be got: broken");

    let config = daemon.folder().join("conductord.toml");
    fs::write(&config, "[worker]\ncapacity = 8\n[secrets.no_such]\nenv = 'CANARY'\n").unwrap();
    daemon.signal(Signal::HUP);
    let reloaded = || daemon.console().json(&["secrets", "list"])[0]["name"] == "no_such";
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !reloaded() {
        assert!(std::time::Instant::now() < deadline, "{}", daemon.log());
    }
    assert_eq!(probe(&daemon, 3, "no_such")["outputs"]["v"], "[redacted:no_such]");
}

/// Policy sees which secrets a run would use, by name.
#[test]
fn policy_is_asked_about_the_names() {
    let mut daemon = daemon(8);
    daemon.launch();
    probe(&daemon, 0, "by_exec");
    let decisions = daemon.console().json(&["decisions", "list"]);
    let start = decisions.as_array().unwrap().iter().find(|d| d["action"] == "run.start").unwrap();
    assert_eq!(start["input"]["resource"]["secrets"], serde_json::json!(["by_exec"]), "{start:#}");
}
