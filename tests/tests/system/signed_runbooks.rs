//! Signed runbooks with real keys: signed with the console or with OpenSSH's own tools, verified by
//! either, swapped on the daemon's own disk, and refused with an alert that names who asked.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
};

use conductor_engine::ports::ViewStore as _;
use conductor_store::views::open_views;
use conductor_tests::{Answer, Console, Daemon, Setup, skipped};
use serde_json::Value;

use crate::{
    keys::desk::{DEVICE, Desk, TYPES},
    walk::free_address,
};

const NAMESPACE: &str = "runbook@conductor";
const ALICE: &str = "uid:3001";
/// The words of the feature, as they were asked for.
const FEATURE: &str = include_str!("signed_runbooks/required.feature");

fn runbook(name: &str) -> String {
    format!(
        "# What to do when {name} fills up.\nname: {name}\nversion: 1.0.0\nrisk: low\n\
         tasks:\n  - {{id: a, uses: pkg:builtin/shell@1, with: {{run: 'echo good'}}}}\n"
    )
}

/// A daemon, somebody who comes over TCP, and a desk with OpenSSH's tools.
struct Scene {
    daemon: Daemon,
    tcp: String,
    metrics: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let (tcp, metrics) = (free_address(), free_address());
        let config = format!("listen = '{tcp}'\nmetrics_listen = '{metrics}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        Self { daemon, tcp, metrics, desk: Desk::new() }
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    fn call(&self, arguments: &[&str]) -> Answer {
        self.owner().call(arguments)
    }

    /// `tcp:anonymous`, with what an agent holds.
    fn somebody(&self, arguments: &[&str], agent: &Path) -> Answer {
        let host = format!("http://{}", self.tcp);
        let all = [&["--host", &host][..], arguments].concat();
        let output = self.owner().command(&all).env("SSH_AUTH_SOCK", agent).output().unwrap();
        Answer::of(all.join(" "), &output)
    }

    /// Makes a key of somebody's, and enrolls it.
    fn person(&self, principal: &str, key: &str, options: &[&str]) {
        self.desk.key(key, options);
        self.enroll(principal, key);
    }

    fn enroll(&self, principal: &str, key: &str) {
        let file = self.desk.path(&format!("{key}.pub"));
        drop(self.call(&["keys", "enroll", principal, "--key", file.to_str().unwrap()]).exits(0));
    }

    fn write(&self, name: &str) -> String {
        let path = self.desk.write(&format!("{name}.yaml"), &runbook(name));
        path.to_str().unwrap().to_owned()
    }

    /// The secret key's file.
    fn key(&self, name: &str) -> String {
        self.desk.path(name).to_str().unwrap().to_owned()
    }

    /// Whether `ssh-keygen -Y verify` alone takes a signature of a file.
    fn verifies(&self, who: &str, file: &str, signature: &Path) -> bool {
        let allowed = self.call(&["keys", "export"]).exits(0).stdout;
        let revoked = self.call(&["keys", "export", "--revoked"]).exits(0).stdout;
        self.desk.write("allowed", &allowed);
        self.desk.write("revoked", &revoked);
        let signature = signature.to_str().unwrap();
        let mut arguments = vec!["-q", "-Y", "verify", "-f", "allowed", "-I", who];
        arguments.extend(["-n", NAMESPACE, "-s", signature]);
        if !revoked.is_empty() {
            arguments.extend(["-r", "revoked"]);
        }
        self.desk.keygen(&arguments, &std::fs::read(file).unwrap()).is_ok()
    }

    fn events(&self, kind: &str) -> Vec<Value> {
        let told = self.call(&["events", "tail", "--kind", kind, "-o", "jsonl"]).exits(0).stdout;
        told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn metric(&self, name: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.metrics).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text.lines().find(|line| line.starts_with(name)).map(str::to_owned)
    }

    /// Changes what the daemon keeps of a runbook, checksums and all, as somebody might who has its
    /// disk: the text and the manifest, or the manifest alone.
    fn swap(&mut self, name: &str, whole: bool) {
        assert!(self.daemon.stop().success());
        let store = open_views(&self.daemon.data_dir().join("views")).unwrap();
        let mut writes = Vec::new();
        store
            .scan(b"f", b"g", false, &mut |key, value| {
                let own = key.windows(name.len()).any(|part| part == name.as_bytes());
                if own {
                    writes.push((key.to_vec(), Some(tampered(value, whole))));
                }
                true
            })
            .unwrap();
        assert_eq!(writes.len(), 1, "one version of {name}");
        store.apply(writes).unwrap();
        store.close().unwrap();
        self.daemon.launch();
    }
}

/// The same with other commands: all of them, or the first, which is the manifest's.
fn tampered(value: &[u8], whole: bool) -> Vec<u8> {
    let (good, evil) = (b"echo good", b"echo evil");
    let mut changed = value.to_vec();
    let mut places: Vec<usize> =
        (0..value.len() - good.len()).filter(|at| value[*at..].starts_with(good)).collect();
    assert_eq!(places.len(), 2, "the manifest and the text");
    if !whole {
        places.truncate(1);
    }
    for at in places {
        changed[at..at + evil.len()].copy_from_slice(evil);
    }
    changed
}

/// What a scenario has come to.
#[derive(Default)]
struct Story {
    scene: Option<Scene>,
    answer: Option<Answer>,
    runs_before: usize,
    steps: usize,
}

impl Story {
    fn scene(&mut self) -> &mut Scene {
        self.scene.as_mut().unwrap()
    }

    /// Does what a line of the feature says.
    fn step(&mut self, line: &str) {
        self.steps += 1;
        match line {
            "Given a runbook with tampered content" => self.tampered(),
            "When execute is requested" => {
                self.runs_before = self.scene().events("run.started").len();
                self.answer = Some(self.scene().call(&["run", "disk", "-o", "json"]));
            }
            "Then execution is rejected and an unsigned_runbook alert is fired" => self.refused(),
            other => panic!("nobody knows how to do `{other}`"),
        }
    }

    fn tampered(&mut self) {
        let scene = self.scene.insert(Scene::set());
        scene.person(ALICE, "alice", TYPES[0].1);
        let (file, key) = (scene.write("disk"), scene.key("alice"));
        drop(scene.call(&["runbooks", "sign", &file, "--key", &key]).exits(0));
        drop(scene.call(&["workflows", "publish", &file]).exits(0));
        drop(scene.call(&["run", "disk", "--follow"]).exits(0));
        scene.swap("disk", true);
    }

    fn refused(&mut self) {
        let answer = self.answer.take().unwrap().exits(3);
        let error: Value = serde_json::from_str(&answer.stderr).unwrap();
        assert_eq!(error["error"]["code"], "RUNBOOK_SIGNATURE", "{error:#}");
        let trace = error["error"]["traceId"].clone();
        let before = self.runs_before;
        let scene = self.scene();
        assert_eq!(scene.events("run.started").len(), before, "nothing ran");
        let me = scene.owner().json(&["whoami"])["principal"].clone();
        let alerts = scene.events("runbook.refused");
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        let record = &alerts[0]["data"];
        let data = &record["event"]["data"];
        assert_eq!((&data["workflow"], &data["version"]), (&"disk".into(), &"1.0.0".into()));
        assert_eq!((&data["by"], &data["why"]), (&me, &"tampered".into()));
        assert_eq!(record["trace"], trace, "the request that was refused");
        let log = scene.daemon.log();
        assert!(log.contains("unsigned_runbook") && log.contains("tampered"), "{log}");
        let metric = scene.metric("conductor_unsigned_runbook_total{").unwrap();
        assert_eq!(metric, "conductor_unsigned_runbook_total{reason=\"tampered\"} 1");
        let doctor = scene.call(&["doctor", "-o", "json"]).json();
        let check = doctor.as_array().unwrap().iter().find(|check| check["name"] == "runbooks");
        assert_eq!(check.unwrap()["status"], "warn");
        let told = scene.call(&["whoami"]).exits(0).stderr;
        assert!(told.contains("unsigned_runbook: run.start of disk 1.0.0"), "{told}");
    }
}

#[test]
fn signed_runbook_required() {
    let mut lines = FEATURE.lines().map(str::trim).filter(|line| !line.is_empty());
    assert_eq!(lines.next(), Some("Scenario: Signed runbook required"));
    let mut story = Story::default();
    lines.for_each(|line| story.step(line));
    assert_eq!(story.steps, 3);
}

/// The manifest alone is swapped, and the text with its signature left as it was: what would run is
/// compiled from the text.
#[test]
fn what_is_not_made_from_the_signed_text_does_not_run() {
    let mut scene = Scene::set();
    scene.person(ALICE, "alice", TYPES[0].1);
    let (file, key) = (scene.write("disk"), scene.key("alice"));
    drop(scene.call(&["runbooks", "sign", &file, "--key", &key]).exits(0));
    drop(scene.call(&["workflows", "publish", &file]).exits(0));
    scene.swap("disk", false);
    let refused = scene.call(&["run", "disk"]).exits(3);
    drop(refused.complains_of(&["RUNBOOK_SIGNATURE", "what would run is not what its text says"]));
    let shown = scene.call(&["workflows", "show", "disk", "-o", "json"]).exits(0).json();
    assert!(shown["signatureProblem"].as_str().unwrap().starts_with("tampered: "), "{shown:#}");
    // The record itself is untouched: made again from it the views are right.
    assert!(scene.daemon.stop().success());
    drop(scene.daemon.call(&["rebuild"]).exits(0));
    scene.daemon.launch();
    drop(scene.call(&["run", "disk", "--follow"]).exits(0));
}

/// Each type of key, signed here and verified there, and the other way round.
#[test]
fn the_console_and_openssh_take_each_others_signatures() {
    let scene = Scene::set();
    for (number, (name, options)) in (100..).zip(TYPES) {
        let who = format!("uid:{number}");
        scene.person(&who, name, options);
        let (file, key) = (scene.write(name), scene.key(name));
        let signature = PathBuf::from(format!("{file}.sig"));
        drop(scene.call(&["runbooks", "sign", &file, "--key", &key]).exits(0));
        assert!(scene.verifies(&who, &file, &signature), "{name}");
        assert!(!scene.verifies("uid:99", &file, &signature), "{name}");
        std::fs::remove_file(&signature).unwrap();
        scene.desk.keygen(&["-q", "-Y", "sign", "-n", NAMESPACE, "-f", &key, &file], b"").unwrap();
        let good = scene.call(&["runbooks", "verify", &file]).exits(0).stdout;
        assert!(good.contains(&who), "{good}");
        drop(scene.call(&["workflows", "publish", &file]).exits(0));
        drop(scene.call(&["run", name, "--follow"]).exits(0));
        // Without a daemon, by a file of allowed signers.
        let allowed = scene.desk.write("mine", &format!("{who} {}\n", scene.desk.public(name)));
        let offline = ["runbooks", "verify", &file, "--allowed-signers", allowed.to_str().unwrap()];
        drop(scene.call(&[&["--host", "unix:///nowhere"][..], &offline].concat()).exits(0));
        std::fs::write(&file, runbook(name).replace("echo good", "echo evil")).unwrap();
        drop(scene.call(&offline).exits(9).complains_of(&["does not hold"]));
        assert!(!scene.verifies(&who, &file, &signature), "{name}: tampered with");
        std::fs::write(&file, runbook(name)).unwrap();
        let fingerprint = scene.desk.fingerprint(name);
        let revoke = ["keys", "revoke", &fingerprint, "--reason", "lost"];
        drop(scene.call(&revoke).exits(0));
        drop(scene.call(&["runbooks", "verify", &file]).exits(9).complains_of(&["revoked"]));
        assert!(!scene.verifies(&who, &file, &signature), "{name}: revoked");
        drop(scene.call(&["run", name]).exits(3).complains_of(&["RUNBOOK_SIGNATURE", "revoked"]));
    }
}

/// A security key signs as any other; that nobody touched it makes no difference here, for nothing
/// asks who is there.
#[test]
fn a_security_key_signs_runbooks() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = Scene::set();
    scene.desk.security_key("touched", &[]);
    scene.enroll(ALICE, "touched");
    let agent = scene.desk.agent(&["touched"]);
    let (file, fingerprint) = (scene.write("disk"), scene.desk.fingerprint("touched"));
    let sign = ["runbooks", "sign", &file, "--key", &fingerprint];
    drop(
        scene.somebody(&sign, &agent.socket()).exits(0).complains_of(&["touch your security key"]),
    );
    let signature = PathBuf::from(format!("{file}.sig"));
    assert!(scene.verifies(ALICE, &file, &signature));
    drop(scene.call(&["workflows", "publish", &file]).exits(0));
    drop(scene.call(&["run", "disk", "--follow"]).exits(0));
    drop(scene.call(&["keys", "revoke", &fingerprint, "--reason", "lost"]).exits(0));
    drop(scene.call(&["run", "disk"]).exits(3).complains_of(&["RUNBOOK_SIGNATURE"]));
}

/// From a file to a run with two people's signatures, each confirmed by `ssh-keygen` alone.
#[test]
fn a_reviewer_reads_what_is_published_and_countersigns_it() {
    let scene = Scene::set();
    scene.person(ALICE, "alice", TYPES[0].1);
    scene.person("tcp:anonymous", "bob", TYPES[4].1);
    let (file, key) = (scene.write("disk"), scene.key("alice"));
    drop(scene.call(&["runbooks", "sign", &file, "--key", &key]).exits(0));
    let published = scene.call(&["workflows", "publish", &file]).exits(0).stdout;
    assert!(published.contains(&format!("signed by {ALICE}")), "{published}");
    let agent = scene.desk.agent(&["bob"]);
    let agent = agent.socket();
    let countersign = ["runbooks", "countersign", "disk", "--yes"];
    drop(scene.somebody(&countersign, &agent).exits(3));
    drop(scene.call(&["grants", "add", "tcp:anonymous", "workflow_reviewer"]).exits(0));
    let done = scene.somebody(&countersign, &agent).exits(0);
    assert!(done.stderr.contains("# What to do when disk fills up."), "what is signed is shown");
    assert!(done.stdout.contains("disk 1.0.0: countersigned"), "{}", done.stdout);
    let shown = scene.call(&["workflows", "show", "disk", "-o", "json"]).exits(0).json();
    let told: Vec<_> = shown["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["principal"].as_str().unwrap(), one["review"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [(ALICE, false), ("tcp:anonymous", true)]);
    let text = scene.call(&["workflows", "show", "disk", "--source"]).exits(0).stdout;
    assert_eq!(text, runbook("disk"), "to the byte");
    for (one, (who, _)) in shown["signatures"].as_array().unwrap().iter().zip(&told) {
        let signature = scene.desk.write("kept.sig", one["signature"].as_str().unwrap());
        assert!(scene.verifies(who, &file, &signature), "{who}");
    }
    for registry in ["workflows", "runbooks"] {
        let page = scene.call(&[registry, "show", "disk"]).exits(0).stdout;
        assert!(page.contains("signed ") && page.contains(", countersigning"), "{page}");
        let list = scene.call(&[registry, "list"]).exits(0).stdout;
        assert!(list.contains("countersigned"), "{list}");
    }
    // Whoever published it reviews nothing, by whichever key.
    let me = scene.owner().json(&["whoami"])["principal"].as_str().unwrap().to_owned();
    scene.person(&me, "me", TYPES[1].1);
    let own = ["runbooks", "countersign", "disk", "--yes", "--key", &scene.key("me")];
    drop(scene.call(&own).exits(3).complains_of(&["RUNBOOK_REVIEW"]));
}
