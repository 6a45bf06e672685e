//! Approvals with real keys: asked for by one person, signed by others with OpenSSH's own tools and
//! with the console, done once, and proven afterwards by `ssh-keygen` alone.

mod clock;

use conductor_protocol::jcs;
use conductor_tests::{Answer, Console, Daemon, Setup, until};
use serde_json::Value;

use crate::{
    keys::desk::{Desk, TYPES},
    terminal::screen::Screen,
    walk::free_address,
};

const APPROVAL: &str = "approval@conductor";
/// Reviewers, each with a key of the same name.
pub(crate) const ALICE: (&str, &str) = ("uid:3001", "alice");
pub(crate) const BOB: (&str, &str) = ("uid:3002", "bob");
const MANIFEST: &str = "
name: restart
version: 1.0.0
risk: high
inputs: {type: object, properties: {service: {type: string}}}
tasks:
  - {id: restart, uses: pkg:builtin/shell@1, with: {run: 'echo restarting {{ inputs.service | sh }}'}}
";

/// A daemon with a tenant under the strictest profile, somebody on TCP who may start, two
/// reviewers, and whoever runs it all, who administers.
pub(crate) struct Scene {
    daemon: Daemon,
    tcp: String,
    pub(crate) desk: Desk,
    me: String,
}

impl Scene {
    pub(crate) fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let me = daemon.owner().json(&["whoami"])["principal"].as_str().unwrap().to_owned();
        let scene = Self { daemon, tcp, desk: Desk::new(), me };
        let create = ["tenant", "create", "acme", "--profile", "saas", "--home-region", "local"];
        drop(scene.owner().call(&create).exits(0));
        drop(scene.acme(&["grants", "add", "tcp:anonymous", "operator"]).exits(0));
        for (principal, key) in [ALICE, BOB] {
            drop(scene.acme(&["grants", "add", principal, "workflow_reviewer"]).exits(0));
            scene.enroll("acme", principal, key);
        }
        // Whoever administers all tenants has their keys where that is said.
        scene.enroll("default", &scene.me, "me");
        scene.enroll("acme", "uid:3003", "writer");
        let file = scene.desk.write("restart.yaml", MANIFEST);
        scene.desk.sign_runbook("restart.yaml", "writer", BOB.1);
        drop(scene.acme(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
        scene
    }

    pub(crate) fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// Whoever runs the daemon, in the tenant.
    pub(crate) fn acme(&self, arguments: &[&str]) -> Answer {
        self.owner().call(&[&["--tenant", "acme"][..], arguments].concat())
    }

    /// Whoever asks, in the tenant's production.
    fn requester(&self, arguments: &[&str]) -> Answer {
        let host = format!("http://{}", self.tcp);
        let there = ["--host", &host, "--tenant", "acme", "--env", "prod"];
        self.owner().call(&[&there[..], arguments].concat())
    }

    fn enroll(&self, tenant: &str, principal: &str, key: &str) {
        self.desk.key(key, TYPES[0].1);
        let file = self.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(self.owner().call(&[&["--tenant", tenant][..], &enroll].concat()).exits(0));
    }

    /// Has the requester ask for a start; the approval's id.
    pub(crate) fn ask(&self, service: &str) -> String {
        let input = format!("service={service}");
        let start = ["run", "restart", "-i", &input, "--reason", "p99 5 s", "-o", "json"];
        let refused = self.requester(&start).exits(4);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        error["error"]["approval"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn shown(&self, id: &str) -> Value {
        self.acme(&["approvals", "show", id, "-o", "json"]).exits(0).json()
    }

    /// Signs what was exported, far from the daemon, and brings the signature.
    pub(crate) fn sign_elsewhere(&self, id: &str, key: &str) -> Answer {
        let statement = self.desk.path("statement.json");
        let export = ["approvals", "export", id, "-O", statement.to_str().unwrap()];
        drop(self.acme(&export).exits(0));
        let sign = ["-q", "-Y", "sign", "-f", key, "-n", APPROVAL, "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        let answer =
            self.acme(&["approvals", "import", id, signature.to_str().unwrap(), "-o", "json"]);
        std::fs::remove_file(signature).unwrap();
        answer
    }

    /// Signs with the console and what `ssh-agent` holds.
    pub(crate) fn approve(&self, id: &str, socket: &std::path::Path) -> Answer {
        let approve = ["--tenant", "acme", "approvals", "approve", id, "--yes", "--comment", "go"];
        let output = self.owner().command(&approve).env("SSH_AUTH_SOCK", socket).output().unwrap();
        Answer::of("approvals approve".to_owned(), &output)
    }

    /// Whether `ssh-keygen` alone takes a signature for a principal's.
    fn verifies(&self, principal: &str, statement: &str, signature: &str) -> bool {
        self.desk.write("allowed", &self.acme(&["keys", "export"]).exits(0).stdout);
        self.desk.write("signature", signature);
        let verify =
            ["-Y", "verify", "-f", "allowed", "-I", principal, "-n", APPROVAL, "-s", "signature"];
        self.desk.keygen(&verify, statement.as_bytes()).is_ok()
    }

    /// The page of an approval says all that whoever signs has to know.
    fn shows_what_is_asked(&self, id: &str) {
        let page = self.acme(&["approvals", "show", id]).exits(0).stdout;
        for words in [
            "run.start restart 1.0.0",
            "tcp:anonymous",
            "p99 5 s",
            "acme / prod / local",
            "service pay",
            "echo restarting",
            "2 people of workflow_reviewer",
            "1 person of tenant_admin or conductor_admin",
        ] {
            assert!(page.contains(words), "`{words}` is not in\n{page}");
        }
    }
}

#[test]
fn three_people_sign_and_it_is_done_once_whatever_crashes() {
    let mut scene = Scene::set();
    let id = scene.ask("pay");
    let refused = scene.requester(&["run", "restart", "-i", "service=pay", "--reason", "p99 5 s"]);
    let show = format!("conductor approvals show {id}");
    drop(refused.exits(4).complains_of(&[
        &id,
        &show,
        "stage 1 of 2: 2 people",
        "APPROVAL_REQUIRED",
    ]));

    scene.shows_what_is_asked(&id);
    let statement = scene.acme(&["approvals", "show", &id, "--statement"]).exits(0).stdout;
    let digest = scene.shown(&id)["digest"].as_str().unwrap().to_owned();
    assert_eq!(jcs::sha256_digest(statement.as_bytes()), digest);

    let one = scene.sign_elsewhere(&id, ALICE.1).exits(0).json();
    let signed = &one["stages"][0]["signatures"][0];
    assert_eq!(
        (&signed["principal"], &signed["broughtBy"]),
        (&ALICE.0.into(), &scene.me.as_str().into())
    );
    assert_eq!(one["status"], "pending");
    scene.daemon.kill();
    scene.daemon.launch();
    let two = scene.sign_elsewhere(&id, BOB.1).exits(0).json();
    assert_eq!(two["stages"][1]["open"], true, "{two:#}");
    assert_eq!(scene.owner().json(&["--tenant", "acme", "whoami"])["approvalsWaiting"], 1);
    let agent = scene.desk.agent(&["me"]);
    let done = scene.approve(&id, &agent.socket()).exits(0);
    assert!(done.stdout.starts_with("carried out: run run_"), "{done:#?}");

    let ended = scene.shown(&id);
    let run = ended["ended"]["runId"].as_str().unwrap().to_owned();
    scene.daemon.kill();
    scene.daemon.launch();
    let show = ["--env", "prod", "runs", "show", &run, "-o", "json"];
    until("the run's end", || scene.acme(&show).exits(0).json()["status"] == "succeeded");
    assert_eq!(scene.acme(&show).json()["owner"], "tcp:anonymous");
    let runs = scene.acme(&["--env", "prod", "runs", "list", "-o", "json"]).exits(0).json();
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs:#}");
    // Years later a stranger needs no more than the statement, the keys and `ssh-keygen`.
    let signers = ended["stages"].as_array().unwrap().iter();
    let signatures: Vec<&Value> =
        signers.flat_map(|stage| stage["signatures"].as_array().unwrap()).collect();
    assert_eq!(signatures.len(), 3);
    for signed in signatures {
        let (principal, armored) =
            (signed["principal"].as_str().unwrap(), signed["armored"].as_str().unwrap());
        assert!(scene.verifies(principal, &statement, armored), "{principal}");
        let altered = statement.replace("\"pay\"", "\"ship\"");
        assert!(!scene.verifies(principal, &altered, armored), "{principal}");
    }
    let kinds = ["events", "tail", "--kind", "approval.", "--env", "prod", "-o", "json"];
    let told = scene.acme(&kinds).exits(0).json();
    let kinds: Vec<&str> =
        told.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "approval.requested",
            "approval.signed",
            "approval.signed",
            "approval.signed",
            "approval.granted"
        ]
    );
}

#[test]
fn who_may_not_is_refused_and_it_is_on_record() {
    let scene = Scene::set();
    let (id, other) = (scene.ask("pay"), scene.ask("ship"));
    assert_ne!(id, other);
    // The requester is told before anything is signed.
    let own = scene.requester(&["approvals", "approve", &id, "--yes"]).exits(3);
    drop(own.complains_of(&["nobody approves what they asked for"]));
    drop(scene.acme(&["approvals", "approve", &id]).exits(2).complains_of(&["--yes"]));
    // Signed twice, with the same key and with another one.
    drop(scene.sign_elsewhere(&id, ALICE.1).exits(0));
    drop(scene.sign_elsewhere(&id, ALICE.1).exits(3).complains_of(&["APPROVAL_NOT_YOURS"]));
    scene.enroll("acme", ALICE.0, "alice-2");
    drop(scene.sign_elsewhere(&id, "alice-2").exits(3).complains_of(&["signed it already"]));
    // A signature for one is none for the other.
    let statement = scene.acme(&["approvals", "show", &other, "--statement"]).exits(0).stdout;
    let sign = ["-q", "-Y", "sign", "-f", BOB.1, "-n", APPROVAL];
    let signature = scene.desk.keygen(&sign, statement.as_bytes()).unwrap();
    let file = scene.desk.write("replayed.sig", &signature);
    let replay = ["approvals", "import", &id, file.to_str().unwrap()];
    assert_ne!(scene.acme(&replay).code, Some(0));
    // An administrator's turn comes after the reviewers'.
    let agent = scene.desk.agent(&["me"]);
    drop(scene.approve(&id, &agent.socket()).exits(3).complains_of(&["comes first"]));
    // A revoked key signs nothing any more.
    let fingerprint = scene.desk.fingerprint(BOB.1);
    drop(scene.acme(&["keys", "revoke", &fingerprint, "--reason", "lost"]).exits(0));
    assert_ne!(scene.sign_elsewhere(&id, BOB.1).code, Some(0));
    let listed = scene.acme(&["decisions", "list", "--denied", "-o", "json"]).exits(0).json();
    let unmet: std::collections::BTreeSet<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|decision| decision["action"] == "approval.give")
        .filter_map(|decision| decision["decision"]["unmet"].as_str())
        .collect();
    assert!(
        unmet.contains("APPROVAL_NOT_YOURS") && unmet.contains("SIGNATURE_INVALID"),
        "{unmet:?}"
    );
    assert_eq!(
        scene.acme(&["--env", "prod", "runs", "list", "-o", "json"]).exits(0).json(),
        serde_json::json!([])
    );
}

#[test]
fn it_is_denied_withdrawn_handed_on_and_spoken_about() {
    let scene = Scene::set();
    let id = scene.ask("pay");
    drop(scene.requester(&["approvals", "comment", &id, "customers wait"]).exits(0));
    drop(scene.acme(&["approvals", "comment", &id, "who has looked?"]).exits(0));
    let page = scene.acme(&["approvals", "show", &id]).exits(0).stdout;
    assert!(page.contains("customers wait") && page.contains("who has looked?"), "{page}");
    drop(
        scene.acme(&["approvals", "withdraw", &id]).exits(3).complains_of(&["only tcp:anonymous"]),
    );
    let denied = scene.acme(&["approvals", "deny", &id, "--reason", "not on a friday"]).exits(0);
    assert!(denied.stdout.contains("was denied: not on a friday"), "{denied:#?}");
    drop(scene.sign_elsewhere(&id, ALICE.1).exits(7).complains_of(&["APPROVAL_OVER"]));

    let id = scene.ask("pay");
    drop(scene.requester(&["approvals", "withdraw", &id, "--reason", "mended"]).exits(0));
    let listed = scene.acme(&["approvals", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed, serde_json::json!([]));
    let all = scene.acme(&["approvals", "list", "--all", "-o", "json"]).exits(0).json();
    let how: Vec<&str> =
        all.as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(how, ["withdrawn", "denied"]);
    drop(scene.acme(&["approvals", "list", "--all"]).exits(0));
    let nobody = "apr_01jdzzzzzzfffffffffffffff0";
    drop(scene.acme(&["approvals", "show", nobody]).exits(6).complains_of(&["APPROVAL_NOT_FOUND"]));

    let id = scene.ask("pay");
    scene.enroll("acme", "uid:3003", "carol");
    drop(scene.acme(&["grants", "add", &scene.me, "workflow_reviewer"]).exits(0));
    let hand = ["approvals", "delegate", &id, "uid:3003", "--reason", "on leave"];
    drop(scene.acme(&hand).exits(0));
    let refused = scene.sign_elsewhere(&id, "carol");
    // Policy asks for a role all the same: a part is handed to who may approve.
    drop(refused.exits(3).complains_of(&["holds no role"]));
    drop(scene.acme(&["grants", "add", "uid:3003", "tenant_admin"]).exits(0));
    let signed = scene.sign_elsewhere(&id, "carol").exits(0).json();
    assert_eq!(signed["stages"][0]["signatures"][0]["principal"], "uid:3003");
}

/// In the console: counted in the top line, read, signed by what ssh-agent holds, and done.
#[test]
fn in_the_console_it_is_read_and_signed() {
    let scene = Scene::set();
    let agent = scene.desk.agent(&["me"]);
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let socket = agent.socket();
    let start =
        format!("SSH_AUTH_SOCK={} \"$CONSOLE\" --tenant acme --env prod\r", socket.display());
    screen.types(&start);
    screen.is_the_console_s();
    screen.shows(&["live"]);

    let id = scene.ask("pay");
    for key in [ALICE.1, BOB.1] {
        drop(scene.sign_elsewhere(&id, key).exits(0));
    }
    // Now it is the administrator's turn: they are told, wherever they are.
    screen.shows(&["1 approval", "waits for you: run.start restart in prod", "o opens it"]);
    screen.types("o");
    let digest = scene.shown(&id)["digest"].as_str().unwrap().to_owned();
    screen.shows(&["restart 1.0.0", "service pay", "echo restarting", "stage 2 of 2"]);
    let fingerprint = scene.desk.fingerprint("me");
    screen.shows(&[&fingerprint, &digest]);

    // Somebody says something after it was read: it is not signed before that was read, too.
    drop(scene.acme(&["approvals", "comment", &id, "customers wait"]).exits(0));
    screen.types("a");
    screen.shows(&["changed since you read it", "customers wait"]);
    screen.types("a");
    screen.shows(&["Sign this?", "PROD", "type restart to go on"]);
    assert_eq!(scene.shown(&id)["status"], "pending");
    screen.types("restart\r");
    screen.types("\r");
    // What comes after it may be on the next line.
    screen.shows(&["carried out:"]);
    let ended = scene.shown(&id);
    assert_eq!(ended["status"], "granted");
    let last = &ended["stages"][1]["signatures"][0];
    assert_eq!((&last["principal"], &last["fingerprint"]), (&scene.me.into(), &fingerprint.into()));
    let run = ended["ended"]["runId"].as_str().unwrap();
    screen.types("o");
    screen.shows(&[run, "succeeded"]);
    screen.quit();
}

/// A key file under a passphrase, at a terminal: asked for, never shown, and nothing is signed that
/// nobody said yes to.
#[test]
fn at_a_terminal_it_is_shown_and_asked_about() {
    let scene = Scene::set();
    let host = format!("http://{}", scene.tcp);
    let at_home = |line: &[&str]| scene.owner().call(line);
    drop(at_home(&["grants", "add", "tcp:anonymous", "operator"]).exits(0));
    let file = scene.desk.write("home.yaml", MANIFEST);
    drop(at_home(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
    let start = ["--host", &host, "--env", "prod", "run", "restart", "-o", "json"];
    let error: Value = serde_json::from_str(&at_home(&start).exits(4).stderr).unwrap();
    let id = error["error"]["approval"]["id"].as_str().unwrap().to_owned();

    let phrase = "correct horse";
    let make = ["-q", "-t", "ed25519", "-N", phrase, "-f", "locked"];
    scene.desk.keygen(&make, b"").unwrap();
    let public = scene.desk.path("locked.pub");
    drop(at_home(&["keys", "enroll", &scene.me, "--key", public.to_str().unwrap()]).exits(0));
    let key = scene.desk.path("locked");
    let approve = format!("\"$CONSOLE\" approvals approve {id} --key {}\r", key.display());
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let wrong = format!("{phrase}s\r");
    let answers = |answer: &str, screen: &mut Screen| {
        screen.types(&approve);
        screen.until("a passphrase is asked for", |shown| shown.contains("passphrase of"));
        screen.types(&wrong);
        screen.until("asked again", |shown| shown.matches("passphrase of").count() >= 2);
        screen.types(&format!("{phrase}\r"));
        screen.shows(&["sign this with SHA256:", "What it does", "echo restarting"]);
        assert!(!screen.contents().contains("horse"), "{}", screen.contents());
        screen.types(answer);
        screen.is_the_shell_s();
    };
    answers("n\r", &mut screen);
    assert_eq!(at_home(&["approvals", "show", &id, "-o", "json"]).json()["status"], "pending");
    screen.types("clear\r");
    screen.until("an empty screen", |shown| !shown.contains("passphrase of"));
    answers("y\r", &mut screen);
    screen.shows(&["carried out: run run_"]);
    assert_eq!(at_home(&["approvals", "show", &id, "-o", "json"]).json()["status"], "granted");
}
