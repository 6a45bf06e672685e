//! The program itself: how it starts, what it refuses, how it stops, what it leaves behind.

#![expect(clippy::disallowed_methods, reason = "tests start the program")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::{FileExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    time::Duration,
};

use conductor_protocol::v1::{self, runs_client::RunsClient, workflows_client::WorkflowsClient};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};

/// How long anything may take that a test waits for.
const SOON: Duration = Duration::from_secs(60);

const NOOP: &str = "
name: noop
version: 1.0.0
tasks:
  - {id: a, uses: pkg:builtin/noop@1}
";

/// A folder, and daemons on it.
struct House {
    folder: TempDir,
}

/// A daemon that runs. Killed when dropped.
struct Running {
    child: Child,
    log: mpsc::Receiver<String>,
}

impl House {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conductord"));
        command.args(arguments).arg("--data-dir").arg(self.at("data"));
        command.arg("--socket").arg(self.at("d.sock"));
        command.env_clear().env("HOME", self.folder.path()).stdin(Stdio::null());
        command.current_dir(self.folder.path());
        command
    }

    fn call(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A daemon that serves.
    fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let log = lines(child.stderr.take().unwrap());
        let running = Running { child, log };
        running.says("serving");
        running
    }

    async fn connect(&self) -> Channel {
        let uri = format!("unix://{}", self.at("d.sock").display());
        Endpoint::from_shared(uri).unwrap().connect().await.unwrap()
    }

    async fn run_noop(&self, runs: usize) {
        let channel = self.connect().await;
        let manifest = v1::PublishWorkflowRequest { manifest: NOOP.into(), ..Default::default() };
        WorkflowsClient::new(channel.clone()).publish(manifest).await.unwrap();
        let mut client = RunsClient::new(channel);
        for _ in 0..runs {
            let start = v1::StartRunRequest { workflow: "noop".into(), ..Default::default() };
            let run_id = client.start(start).await.unwrap().into_inner().run_id;
            let watch = v1::WatchRunRequest { run_id, ..Default::default() };
            let mut stream = client.watch(watch).await.unwrap().into_inner();
            while stream.message().await.unwrap().is_some() {}
        }
    }
}

/// Lines as they come, read to the end so that the writer never waits.
fn lines(stderr: ChildStderr) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            tell.send(line).ok();
        }
    });
    told
}

impl Running {
    /// Reads the log until it says that.
    fn says(&self, words: &str) -> String {
        let mut said = String::new();
        loop {
            let line = self.log.recv_timeout(SOON);
            let line = line.unwrap_or_else(|_| panic!("it never says `{words}` but:\n{said}"));
            if line.contains(words) {
                return line;
            }
            said.push_str(&line);
            said.push('\n');
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn says(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    let last = said.lines().last().unwrap_or_default();
    for word in words {
        assert!(last.contains(word), "`{word}` is not in: {said}");
    }
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn it_starts_with_nothing_configured_and_stops_without_a_trace() {
    let house = House::new();
    let daemon = house.start(&[]);
    house.run_noop(3).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&house.at("d.sock")), 0o600);
    assert_eq!(mode(&house.at("data")), 0o700);
    assert_eq!(mode(&house.at("data/key")), 0o600);
    assert!(daemon.stop().success());
    assert!(!house.at("d.sock").exists());
}

#[tokio::test]
async fn it_comes_back_with_everything_and_quickly_after_a_clean_stop() {
    let house = House::new();
    let daemon = house.start(&[]);
    house.run_noop(5).await;
    assert!(daemon.stop().success());
    let daemon = house.start(&[]);
    let list = v1::ListRunsRequest::default();
    let listed = RunsClient::new(house.connect().await).list(list).await.unwrap().into_inner();
    assert_eq!(listed.runs.len(), 5);
    drop(daemon);
}

#[tokio::test]
async fn a_second_daemon_is_told_who_holds_the_folder() {
    let house = House::new();
    let daemon = house.start(&[]);
    let pid = format!("pid {}", daemon.child.id());
    says(&house.call(&[]), 7, &["another daemon", &pid, "--data-dir"]);
    says(&house.call(&["rebuild"]), 7, &[&pid]);
    says(&house.call(&["ledger", "repair"]), 7, &[&pid]);
    // Another folder, and the same socket.
    let mut other = house.command(&[]);
    other.arg("--data-dir").arg(house.at("other"));
    drop(other);
    let other = Command::new(env!("CARGO_BIN_EXE_conductord"))
        .args(["--data-dir".as_ref(), house.at("other").as_os_str()])
        .args(["--socket".as_ref(), house.at("d.sock").as_os_str()])
        .output();
    says(&other.unwrap(), 7, &["answered by another daemon"]);
    drop(daemon);
}

#[tokio::test]
async fn views_made_again_are_identical() {
    let house = House::new();
    let daemon = house.start(&[]);
    house.run_noop(8).await;
    assert!(daemon.stop().success());
    let first = stdout(&house.call(&["rebuild"]));
    fs::remove_dir_all(house.at("data/views")).unwrap();
    assert_eq!(stdout(&house.call(&["rebuild"])), first);
    assert!(first.contains("sha256:"), "{first}");
}

#[tokio::test]
async fn a_damaged_ledger_is_left_alone_until_it_is_repaired() {
    let house = House::new();
    let daemon = house.start(&[]);
    house.run_noop(8).await;
    assert!(daemon.stop().success());
    assert!(stdout(&house.call(&["ledger", "verify"])).contains("verified"));
    let segment = house.at("data/ledger/00000000000000000001.seg");
    let file = File::options().read(true).write(true).open(&segment).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 1_500).unwrap();
    file.write_all_at(&[byte[0] ^ 1], 1_500).unwrap();
    drop(file);
    let before = fs::read(&segment).unwrap();
    says(&house.call(&[]), 9, &["damaged", "record", "conductord ledger repair", "--data-dir"]);
    assert!(fs::read(&segment).unwrap() == before, "it was changed");
    says(&house.call(&["ledger", "verify"]), 9, &["verify the ledger"]);
    let repaired = stdout(&house.call(&["ledger", "repair"]));
    assert!(repaired.contains("copied") && repaired.contains("lost"), "{repaired}");
    drop(house.start(&[]));
}

#[test]
fn a_key_that_is_gone_is_not_made_anew() {
    let house = House::new();
    assert!(house.start(&[]).stop().success());
    fs::remove_file(house.at("data/key")).unwrap();
    says(&house.call(&[]), 9, &["key", "restore it"]);
}

#[test]
fn configuration_is_checked_word_by_word() {
    let house = House::new();
    let path = house.at("c.toml");
    let check = |text: &str, words: &[&str]| {
        fs::write(&path, text).unwrap();
        says(&house.call(&["--config", "c.toml"]), 8, words);
    };
    check("sokcet = '/x'\n", &["c.toml", "line 1", "did you mean `socket`"]);
    check("\n[worker]\ncapacty = 1\n", &["line 3", "did you mean `capacity`"]);
    check("[log]\nlevel = 'lo=u=d'\n", &["log level"]);
    check("listen = '0.0.0.0:1'\n", &["0.0.0.0:1", "no TLS"]);
    check("policy_dir = '/nowhere'\n", &["/nowhere"]);
    says(&house.call(&["--config", "missing.toml"]), 8, &["missing.toml"]);
    fs::write(&path, "stop_timeout = '3s'\n[worker]\ncapacity = 7\n").unwrap();
    let said = stdout(&house.call(&["check-config", "--config", "c.toml"]));
    assert!(said.contains("worker.capacity     7") && said.contains("3s"), "{said}");
}

#[tokio::test]
async fn metrics_and_health_are_plain_http() {
    let house = House::new();
    let daemon = house.start(&["--metrics-listen", "127.0.0.1:0", "--log-level", "info"]);
    drop(daemon);
    let house = House::new();
    let mut command = house.command(&["--metrics-listen", "127.0.0.1:0"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let log = lines(child.stderr.take().unwrap());
    let daemon = Running { child, log };
    let line = daemon.says("metrics are at");
    let address = line.split("address=").nth(1).unwrap().trim().to_owned();
    daemon.says("serving");
    house.run_noop(1).await;
    let get = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let metrics = get("/metrics");
    assert!(metrics.contains("conductor_commits_total"), "{metrics}");
    assert!(metrics.contains("text/plain; version=0.0.4"), "{metrics}");
    assert!(get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(get("/else").starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn a_hang_up_reads_the_configuration_again() {
    let house = House::new();
    fs::write(house.at("c.toml"), "[log]\nlevel = 'info'\n").unwrap();
    let daemon = house.start(&["--config", "c.toml"]);
    fs::write(house.at("c.toml"), "[log]\nlevel = 'debug'\n").unwrap();
    daemon.signal(Signal::HUP);
    daemon.says("the configuration was read again");
    fs::write(house.at("c.toml"), "nonsense\n").unwrap();
    daemon.signal(Signal::HUP);
    daemon.says("the old one goes on");
    house.run_noop(1).await;
}

#[tokio::test]
async fn a_policy_folder_is_followed_and_a_broken_bundle_changes_nothing() {
    let house = House::new();
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/bundle");
    copy(&bundle, &house.at("policy"));
    fs::write(house.at("c.toml"), "policy_dir = 'policy'\n").unwrap();
    let daemon = house.start(&["--config", "c.toml"]);
    house.run_noop(1).await;
    let rule = house.at("policy/authz/authz.rego");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, format!("{text}\nbroken {{{{")).unwrap();
    daemon.says("the old one goes on");
    house.run_noop(1).await;
    fs::write(&rule, format!("{text}\n# another revision\n")).unwrap();
    daemon.says("another policy bundle decides");
    house.run_noop(1).await;
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, path) = (entry.as_ref().unwrap().file_name(), entry.unwrap().path());
        if path.is_dir() {
            copy(&path, &to.join(entry));
        } else {
            fs::copy(path, to.join(entry)).unwrap();
        }
    }
}

#[tokio::test]
async fn a_worker_in_another_process_does_the_work() {
    let house = House::new();
    let daemon = house.start(&["--workers", "0"]);
    let socket = format!("unix://{}", house.at("d.sock").display());
    let worker = Command::new(env!("CARGO_BIN_EXE_conductord"))
        .args(["worker", "--connect", &socket, "--work-dir"])
        .arg(house.at("elsewhere"))
        .env("HOME", house.folder.path())
        .stderr(Stdio::piped())
        .spawn();
    let mut worker = worker.unwrap();
    let log = lines(worker.stderr.take().unwrap());
    let worker = Running { child: worker, log };
    house.run_noop(2).await;
    let manifest = "
name: report
version: 1.0.0
tasks:
  - id: write
    uses: pkg:builtin/shell@1
    with: {run: 'echo hello; echo findings > r.md', artifacts: {report: r.md}}
";
    let channel = house.connect().await;
    let publish = v1::PublishWorkflowRequest { manifest: manifest.into(), ..Default::default() };
    WorkflowsClient::new(channel.clone()).publish(publish).await.unwrap();
    let mut runs = RunsClient::new(channel);
    let start = v1::StartRunRequest { workflow: "report".into(), ..Default::default() };
    let run_id = runs.start(start).await.unwrap().into_inner().run_id;
    let watch = v1::WatchRunRequest { run_id: run_id.clone(), ..Default::default() };
    let mut stream = runs.watch(watch).await.unwrap().into_inner();
    let mut last = None;
    while let Some(told) = stream.message().await.unwrap() {
        last = told.run;
    }
    let run = last.unwrap();
    assert_eq!(run.summary.as_ref().unwrap().status(), v1::RunStatus::Succeeded, "{run:?}");
    assert_eq!(run.artifacts[0].size_bytes, 9);
    let logs = v1::RunLogsRequest { run_id, ..Default::default() };
    let mut logs = runs.logs(logs).await.unwrap().into_inner();
    assert_eq!(logs.message().await.unwrap().unwrap().data, b"hello\n");
    assert!(worker.stop().success());
    drop(daemon);
}
