//! The examples do what they say: each runs against something real, and what it did is looked at.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use conductor_tests::{Console, Daemon, Fleet, root, skipped};
use serde_json::Value;
use tempfile::TempDir;

/// Runs an example to its end and gives the run.
fn run(console: &Console, example: &str, inputs: &[String]) -> Value {
    let file = root().join("examples").join(format!("{example}.yaml"));
    let mut words = vec!["run".to_owned(), file.display().to_string()];
    words.extend(["--follow", "-o", "json"].map(str::to_owned));
    words.extend(inputs.iter().flat_map(|input| ["-i".to_owned(), input.clone()]));
    let answer = console.call(&words);
    assert!(matches!(answer.code, Some(0 | 1)), "{answer:#?}");
    answer.json()
}

/// The run, which must have succeeded.
fn succeed(console: &Console, example: &str, inputs: &[String]) -> Value {
    let ended = run(console, example, inputs);
    assert_eq!(ended["status"], "succeeded", "{ended:#}\n{}", logs(console, &ended));
    ended
}

fn logs(console: &Console, run: &Value) -> String {
    let answer = console.call(&["runs", "logs", run["runId"].as_str().unwrap()]);
    format!("{}{}", answer.stdout, answer.stderr)
}

fn input(name: &str, value: impl std::fmt::Display) -> String {
    format!("{name}={value}")
}

/// A file with its age in minutes.
fn aged(folder: &Path, name: &str, text: &str, minutes: u64) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    let at =
        std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() - Duration::from_secs(minutes * 60);
    let file = fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + at).unwrap();
    path
}

const DAY: u64 = 24 * 60;

#[test]
fn disk_pressure_removes_old_rotated_logs_only_when_it_may() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let folder = tempfile::tempdir().unwrap();
    let old = aged(folder.path(), "app.log.1.gz", "old", 9 * DAY);
    let kept = [
        aged(folder.path(), "app.log.2.gz", "young", DAY),
        aged(folder.path(), "app.log", "live", 9 * DAY),
        aged(folder.path(), "data.gz", "not a log", 9 * DAY),
    ];
    let at = input("folder", folder.path().display());
    let full = input("percent", 100);
    let dry = succeed(&console, "disk-pressure", &[at.clone(), full.clone()]);
    assert_eq!(dry["outputs"]["found"], 1);
    assert!(old.exists(), "nothing was to be removed");
    succeed(&console, "disk-pressure", &[at.clone(), full, input("act", true)]);
    assert!(!old.exists());
    assert!(kept.iter().all(|path| path.exists()));
    // No disk is less than 1 % full that holds a build of this project.
    let still = run(&console, "disk-pressure", &[at, input("percent", 1)]);
    assert_eq!(still["status"], "failed", "{still:#}");
}

#[test]
fn certificate_expiry_tells_the_expired_from_the_good() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let folder = tempfile::tempdir().unwrap();
    let certificate = |name: &str, days: &str| {
        let path = folder.path().join(name);
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-nodes", "-subj", "/CN=example.org", "-days", days, "-keyout"])
            .arg(path.with_extension("key"))
            .arg("-out")
            .arg(&path)
            .output();
        made.is_ok_and(|made| made.status.success())
    };
    if !certificate("good.pem", "400") {
        return skipped("openssl is not installed: apt-get install openssl");
    }
    fs::write(folder.path().join("notes.pem"), "no certificate").unwrap();
    let at = input("folder", folder.path().display());
    let good = succeed(&console, "certificate-expiry", std::slice::from_ref(&at));
    assert_eq!((&good["outputs"]["good"], &good["outputs"]["soon"]), (&1.into(), &0.into()));
    assert!(certificate("soon.crt", "5"));
    let soon = run(&console, "certificate-expiry", std::slice::from_ref(&at));
    assert_eq!(soon["status"], "failed");
    assert!(logs(&console, &soon).contains("soon.crt"), "{}", logs(&console, &soon));
    succeed(&console, "certificate-expiry", &[at, input("days", 3)]);
}

#[test]
fn log_capture_keeps_what_was_written_lately_without_its_secrets() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let folder = tempfile::tempdir().unwrap();
    let text = "GET / password=hunter2 ok\nAuthorization: Bearer hunter2\n\
                postgres://app:hunter2@db/x\n{\"token\": \"hunter2\"} kept words\n";
    aged(folder.path(), "app.log", text, 1);
    aged(folder.path(), "old.log", "long ago", 60 * 24);
    let at = input("folder", folder.path().display());
    let captured = succeed(&console, "log-capture", &[at]);
    assert_eq!(captured["outputs"]["files"], 1);
    let words =
        ["runs", "artifact", captured["runId"].as_str().unwrap(), "logs", "-O", "logs.tar.gz"];
    let got = console.call(&words);
    let archive = console.home.join("logs.tar.gz");
    if !archive.exists() {
        panic!("{got:#?}");
    }
    let unpacked = console.home.join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let mut tar = Command::new("tar");
    assert!(tar.arg("-xzf").arg(&archive).arg("-C").arg(&unpacked).status().unwrap().success());
    let kept = fs::read_to_string(unpacked.join("logs/1-app.log")).unwrap();
    assert!(!kept.contains("hunter2"), "{kept}");
    assert!(
        kept.contains("GET / password=[blotted out] ok") && kept.contains("kept words"),
        "{kept}"
    );
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "../SHA256SUMS"]).current_dir(unpacked.join("logs"));
    assert!(sums.status().unwrap().success());
}

#[test]
fn queue_drain_waits_for_the_consumer_and_undoes_a_failed_drain() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let spool = tempfile::tempdir().unwrap();
    for job in 0..20 {
        fs::write(spool.path().join(format!("job-{job}")), "work").unwrap();
    }
    let (stop, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let consumer = {
        let (stop, taken, spool) = (Arc::clone(&stop), Arc::clone(&taken), spool.path().to_owned());
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let mut jobs = fs::read_dir(&spool).unwrap().map(|job| job.unwrap().path());
                if let Some(job) = jobs.find(|job| !job.ends_with("HOLD")) {
                    fs::remove_file(job).unwrap();
                    taken.fetch_add(1, Ordering::Relaxed);
                }
                thread::park_timeout(Duration::from_millis(20));
            }
        })
    };
    let at = input("spool", spool.path().display());
    let hold = spool.path().join("HOLD");
    let drained = succeed(&console, "queue-drain", std::slice::from_ref(&at));
    assert_eq!(taken.load(Ordering::Relaxed), 20);
    let id = drained["runId"].as_str().unwrap();
    assert_eq!(fs::read_to_string(&hold).unwrap().trim(), id, "the hold stays, and says whose");
    let second = run(&console, "queue-drain", std::slice::from_ref(&at));
    assert_eq!(second["status"], "failed", "it is held already");

    stop.store(true, Ordering::Relaxed);
    consumer.join().unwrap();
    fs::remove_file(&hold).unwrap();
    fs::write(spool.path().join("job-20"), "work").unwrap();
    let stuck = run(&console, "queue-drain", &[at, input("seconds", 1)]);
    assert_eq!(stuck["status"], "failed", "{stuck:#}");
    assert!(!hold.exists(), "a failed drain changes nothing");
}

/// What stands for systemctl: units are files, and one can be made to stay down.
const CONTROL: &str = r#"#!/bin/sh
cd "$(dirname "$0")"
case $1 in
restart) echo "$CONDUCTOR_HOST" >>restarted ;;
is-active) [ ! -e "down-$CONDUCTOR_HOST" ] ;;
esac
"#;

#[test]
fn rolling_restart_goes_on_when_told_and_stops_at_the_second_failure() {
    let names = ["pay-1", "pay-2", "pay-3", "pay-4", "pay-5"];
    let Some(fleet) = Fleet::start(&names) else { return };
    let inventory = ("hosts.ini", "[pay]\npay-[1:5] role=pay\n");
    let mut daemon = Daemon::with_hosts(inventory, &fleet.settings());
    let control = daemon.folder().join("control");
    fs::write(&control, CONTROL).unwrap();
    fs::set_permissions(&control, fs::Permissions::from_mode(0o755)).unwrap();
    daemon.launch();
    let console = daemon.console();
    let file = root().join("examples/rolling-restart.yaml").display().to_string();
    drop(console.call(&["workflows", "publish", &file]).exits(0));
    let control_input = format!("control={}", control.display());
    let health = format!("health={}", flag_service(Arc::new(AtomicBool::new(true))));
    let inputs = ["hosts=role:pay", "service=payments", &control_input, &health];
    let restarted = || {
        let text = fs::read_to_string(daemon.folder().join("restarted")).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };

    let run = console.start("rolling-restart", &inputs);
    drop(until(&console, &run, &["held"]));
    assert_eq!(restarted(), ["pay-1"], "the canary alone");
    let busy: Vec<String> = inputs.iter().map(|word| format!("-i{word}")).collect();
    let second: Vec<&str> =
        ["run", "rolling-restart"].into_iter().chain(busy.iter().map(String::as_str)).collect();
    drop(console.call(&second).exits(7).complains_of(&["CONCURRENCY_BUSY", &run]));
    drop(console.call(&["runs", "release", &run, "--reason", "looks well"]).exits(0));
    let ended = until(&console, &run, &["succeeded", "failed"]);
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    assert_eq!(restarted(), names, "one after another");
    assert_eq!(ended["outputs"]["hosts"].as_array().unwrap().len(), 5);

    fs::write(daemon.folder().join("down-pay-2"), "").unwrap();
    fs::write(daemon.folder().join("down-pay-3"), "").unwrap();
    let run = console.start("rolling-restart", &inputs);
    drop(until(&console, &run, &["held"]));
    drop(console.call(&["runs", "release", &run]).exits(0));
    let ended = until(&console, &run, &["succeeded", "failed"]);
    assert_eq!(ended["status"], "failed", "{ended:#}");
    assert_eq!(restarted()[5..], ["pay-1", "pay-2", "pay-3"], "and no further");
}

#[test]
fn drain_and_patch_puts_a_host_back_when_it_is_well_and_asks_when_it_is_not() {
    let Some(fleet) = Fleet::start(&["web-1"]) else { return };
    let mut daemon = Daemon::with_hosts(("hosts.ini", "[web]\nweb-1\n"), &fleet.settings());
    daemon.launch();
    let console = daemon.console();
    let file = |name: &str| daemon.folder().join(name);
    let write = |name: &str, text: &str| fs::write(file(name), text).unwrap();
    let read = |name: &str| fs::read_to_string(file(name)).unwrap_or_default();
    let at = |name: &str| file(name).display().to_string();
    write("well", "");
    write("sessions", "0\n");
    let runbook = root().join("examples/drain-and-patch.md").display().to_string();
    drop(console.call(&["workflows", "publish", &runbook]).exits(0));
    let inputs = [
        "host=web-1".to_owned(),
        input("drain_file", at("web/drain")),
        input("sessions", format!("cat {}", at("sessions"))),
        // What it does shows in which order it was done, and that the host was drained meanwhile.
        input("patch", format!("cat {} >>{}", at("web/drain"), at("patched"))),
        input("restart", format!("echo restarted >>{0}; ! test -e {1}", at("patched"), at("bad"))),
        input("check", format!("test -e {}", at("well"))),
    ];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let run = console.start("drain-and-patch", &inputs);
    let ended = until(&console, &run, &["succeeded", "failed"]);
    assert_eq!(ended["status"], "succeeded", "{ended:#}\n{}", logs(&console, &ended));
    assert_eq!(read("patched"), format!("{run}\nrestarted\n"), "drained by this run, then done");
    assert!(!file("web/drain").exists(), "it is back");
    assert_eq!(ended["outputs"]["sessions"], "0");

    // A restart that fails, of a service that is well all the same: the host goes back by itself.
    write("bad", "");
    let run = console.start("drain-and-patch", &inputs);
    let ended = until(&console, &run, &["succeeded", "failed"]);
    assert_eq!(ended["status"], "failed", "{ended:#}");
    assert!(!file("web/drain").exists(), "it is back");

    // The service is not well any more: a person decides, and the host stays out of service.
    let break_it = format!("restart=rm {}; false", at("well"));
    let broken: Vec<&str> = inputs
        .iter()
        .map(|input| if input.starts_with("restart=") { break_it.as_str() } else { *input })
        .collect();
    let run = console.start("drain-and-patch", &broken);
    let held = until(&console, &run, &["held", "succeeded", "failed"]);
    assert_eq!(held["status"], "held", "{held:#}");
    assert_eq!(read("web/drain").trim(), run);

    // What was published is the file, byte for byte.
    let kept = console.call(&["workflows", "show", "drain-and-patch", "--source"]).exits(0);
    assert_eq!(kept.stdout, fs::read_to_string(&runbook).unwrap());
}

/// The run once it is in one of these states.
fn until(console: &Console, run: &str, states: &[&str]) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let shown = console.show(run);
        if states.iter().any(|state| shown["status"] == *state) {
            return shown;
        }
        assert!(Instant::now() < deadline, "{shown:#}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A flag service: `GET` and `PUT` of one flag.
fn flag_service(on: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The body comes right after the head; it ends with the object's brace.
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let whole = text.contains("\r\n\r\n");
                if whole && (text.starts_with("GET ") || text.ends_with('}')) {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&request).into_owned();
            if text.starts_with("PUT /flags/new-checkout ") {
                on.store(text.contains("\"enabled\":true"), Ordering::Relaxed);
            }
            let body = format!("{{\"enabled\":{}}}", on.load(Ordering::Relaxed));
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            let answer = format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    address
}

#[test]
fn feature_flag_kill_turns_it_off_and_makes_sure() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let on = Arc::new(AtomicBool::new(true));
    let inputs = [input("service", flag_service(Arc::clone(&on))), input("flag", "new-checkout")];
    let killed = succeed(&console, "feature-flag-kill", &inputs);
    assert!(!on.load(Ordering::Relaxed));
    assert_eq!(killed["outputs"]["before"]["enabled"], true);
    let again = succeed(&console, "feature-flag-kill", &inputs);
    let kill = again["tasks"].as_array().unwrap().iter().find(|task| task["id"] == "kill");
    assert_eq!(kill.unwrap()["status"], "skipped", "it was off");
}

/// Two PostgreSQL servers, the second following the first, that listen on sockets in a folder.
struct Pair {
    folder: TempDir,
    bin: PathBuf,
    user: String,
}

impl Pair {
    fn start() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let bin = versions.map(|entry| entry.unwrap().path().join("bin"));
        let bin = bin.filter(|bin| bin.join("initdb").is_file()).max()?;
        // PostgreSQL refuses to run as root.
        let user = if rustix::process::geteuid().is_root() { "postgres" } else { "" };
        let folder = TempDir::with_prefix("rehearsal-").unwrap();
        if !user.is_empty() {
            let owned = Command::new("chown").arg(user).arg(folder.path()).status().unwrap();
            assert!(owned.success());
        }
        let pair = Self { folder, bin, user: user.to_owned() };
        let (primary, standby) = (pair.data("primary"), pair.data("standby"));
        pair.call("initdb", &["-D", &primary, "-U", "postgres", "-A", "trust", "-N"]);
        pair.serve("primary");
        let from = pair.socket("primary");
        pair.call("pg_basebackup", &["-h", &from, "-U", "postgres", "-D", &standby, "-R"]);
        pair.serve("standby");
        Some(pair)
    }

    fn data(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn socket(&self, name: &str) -> String {
        self.folder.path().join(format!("{name}-socket")).display().to_string()
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let program = self.bin.join(program);
        let mut command = if self.user.is_empty() {
            Command::new(program)
        } else {
            let mut command = Command::new("runuser");
            command.args(["-u", &self.user, "--"]).arg(program);
            command
        };
        command.args(words).current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }

    fn call(&self, program: &str, words: &[&str]) {
        let ended = self.command(program, words).output().unwrap();
        assert!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr));
    }

    fn serve(&self, name: &str) {
        let socket = self.socket(name);
        fs::create_dir(&socket).unwrap();
        if !self.user.is_empty() {
            assert!(Command::new("chown").arg(&self.user).arg(&socket).status().unwrap().success());
        }
        let options = format!("-k {socket} -c listen_addresses='' -c fsync=off");
        let log = self.folder.path().join(format!("{name}.log")).display().to_string();
        let data = self.data(name);
        // Its output must not be this test's, which would wait for its end.
        let mut start =
            self.command("pg_ctl", &["-D", &data, "-o", &options, "-l", &log, "-w", "start"]);
        let quiet = start.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        assert!(
            quiet.status().unwrap().success(),
            "{}",
            fs::read_to_string(&log).unwrap_or_default()
        );
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for name in ["primary", "standby"] {
            let data = self.data(name);
            drop(self.command("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]).output());
        }
    }
}

#[test]
fn postgres_failover_loses_nothing_that_was_written() {
    let Some(pair) = Pair::start() else {
        return skipped("postgresql is not installed: apt-get install postgresql");
    };
    let daemon = Daemon::start();
    let console = daemon.console();
    let inputs = [
        input("primary", pair.socket("primary")),
        input("standby", pair.socket("standby")),
        input("primary_data", pair.data("primary")),
    ];
    let done = succeed(&console, "postgres-failover", &inputs);
    let took = done["outputs"]["took_ms"].as_u64().unwrap();
    assert!(took < 60_000, "{took} ms");
    // Read past the runbook: one server takes writes, and it has the mark.
    let marks = "select count(*) from failover_rehearsal where not pg_is_in_recovery()";
    let words = ["-h", &pair.socket("standby"), "-U", "postgres", "-XAtqc", marks];
    let marked = pair.command("psql", &words).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&marked.stdout).trim(), "1");
    // A second rehearsal has no primary to lose.
    let again = run(&console, "postgres-failover", &inputs);
    assert_eq!(again["status"], "failed");
}

#[test]
fn release_tags_a_commit_of_the_new_version_and_packs_it() {
    let folder = tempfile::tempdir().unwrap();
    let checkout = folder.path().join("checkout");
    let git = |words: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&checkout).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let mut clone = Command::new("git");
    clone.args(["clone", "-q", "--no-local"]).arg(root()).arg(&checkout);
    if !clone.status().is_ok_and(|status| status.success()) {
        return skipped("the project is not in a git repository here, or git is not installed");
    }
    let daemon = Daemon::start();
    let console = daemon.console();
    let before = git(&["rev-parse", "HEAD"]);
    // What CI runs is what runs this test.
    let at = [input("repository", checkout.display()), input("quick", true), input("push", true)];
    let inputs = |version: &str| [&at[..], &[input("release", version)]].concat();
    let old = run(&console, "release", &inputs("0.0.1"));
    assert_eq!(old["status"], "failed", "versions go up");
    let released = succeed(&console, "release", &inputs("99.0.0"));
    assert_eq!(released["outputs"]["commit"], before.as_str());

    assert_eq!(git(&["rev-parse", "HEAD"]), before, "the checkout stays where it was");
    assert_eq!(git(&["status", "--porcelain"]), "");
    assert_eq!(git(&["rev-parse", "v99.0.0^{commit}^"]), before);
    assert!(git(&["show", "v99.0.0:Cargo.toml"]).contains("version = \"99.0.0\""));
    assert!(git(&["show", "v99.0.0:CHANGELOG.md"]).contains("## [Unreleased]\n\n## [99.0.0] - 20"));
    let changed = git(&["diff", "--name-only", "HEAD", "v99.0.0"]);
    assert_eq!(changed, "CHANGELOG.md\nCargo.lock\nCargo.toml");

    let id = released["runId"].as_str().unwrap();
    for (name, file) in [("source", "source.tar.gz"), ("digests", "SHA256SUMS")] {
        let file = folder.path().join(file);
        drop(console.call(&["runs", "artifact", id, name, "-O", file.to_str().unwrap()]).exits(0));
    }
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(folder.path());
    assert!(sums.status().unwrap().success());

    fs::write(checkout.join("CHANGELOG.md"), "not committed").unwrap();
    let dirty = run(&console, "release", &inputs("99.1.0"));
    assert_eq!(dirty["status"], "failed", "what is not committed is not released");
}
