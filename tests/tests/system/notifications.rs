//! Notifications against the real daemon: a webhook whose signature OpenSSL checks, a real server for
//! mail, a program; what is away, what comes back, and what a crash in between changes: nothing.

mod sinks;

use std::{
    collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_tests::{Answer, Daemon, Setup, skipped, until};
use serde_json::Value;

use self::sinks::{MailServer, Request, WebSink};
use crate::{
    keys::desk::{Desk, TYPES},
    walk::free_address,
};

const ALICE: &str = "uid:3001";
const MANIFEST: &str = "
name: restart
version: 1.0.0
risk: high
inputs: {type: object, properties: {service: {type: string}}}
tasks:
  - {id: restart, uses: pkg:builtin/noop@1}
";
const FAILS: &str = "
name: fails
version: 1.0.0
risk: low
tasks:
  - {id: a, uses: pkg:builtin/shell@1, with: {run: 'exit 1'}}
";
/// What must be nowhere but in the file that has it: of the webhook, and of the mail's account.
const SECRET: &str = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LTE=";
const PASSWORD: &str = "canary-of-the-mail-account";

/// A daemon with a tenant under the strictest profile, in which somebody on TCP may start, and alice
/// reviews.
struct Scene {
    daemon: Daemon,
    desk: Desk,
    tcp: String,
}

impl Scene {
    /// With these targets, of which each may name `FOLDER`.
    fn set(targets: &str) -> Self {
        Self::with(targets, Vec::new())
    }

    fn with(targets: &str, environment: Vec<(&'static str, String)>) -> Self {
        let (tcp, desk) = (free_address(), Desk::new());
        private(&desk.write("hook.secret", &format!("{SECRET}\n")));
        private(&desk.write("mail.password", &format!("{PASSWORD}\n")));
        let folder = desk.path("").display().to_string();
        let targets = targets.replace("FOLDER", folder.trim_end_matches('/'));
        let config = format!("listen = '{tcp}'\n{targets}");
        let daemon = Daemon::start_with(Setup { config, environment, ..Setup::default() });
        let scene = Self { daemon, desk, tcp };
        let create = ["tenant", "create", "acme", "--profile", "saas", "--home-region", "local"];
        drop(scene.owner(&create).exits(0));
        drop(scene.acme(&["grants", "add", "tcp:anonymous", "operator"]).exits(0));
        drop(scene.acme(&["grants", "add", ALICE, "workflow_reviewer"]).exits(0));
        scene.enroll(ALICE, "alice");
        scene.enroll("uid:3002", "writer");
        for (name, manifest) in [("restart.yaml", MANIFEST), ("fails.yaml", FAILS)] {
            let file = scene.desk.write(name, manifest);
            scene.desk.sign_runbook(name, "writer", "alice");
            drop(scene.acme(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
        }
        scene
    }

    fn owner(&self, arguments: &[&str]) -> Answer {
        self.daemon.owner().call(arguments)
    }

    fn acme(&self, arguments: &[&str]) -> Answer {
        self.owner(&[&["--tenant", "acme"][..], arguments].concat())
    }

    /// Whoever asks, in the tenant's production.
    fn requester(&self, arguments: &[&str]) -> Answer {
        let host = format!("http://{}", self.tcp);
        let there = ["--host", &host, "--tenant", "acme", "--env", "prod"];
        self.owner(&[&there[..], arguments].concat())
    }

    /// Has the requester ask for a start; the approval's id.
    fn ask(&self, service: &str) -> String {
        let input = format!("service={service}");
        let start = ["run", "restart", "-i", &input, "--reason", "canary-reason", "-o", "json"];
        let error: Value = serde_json::from_str(&self.requester(&start).exits(4).stderr).unwrap();
        error["error"]["approval"]["id"].as_str().unwrap().to_owned()
    }

    fn target(&self, name: &str) -> Value {
        let listed = self.owner(&["notifications", "list", "-o", "json"]).exits(0).json();
        let found = listed.as_array().unwrap().iter().find(|target| target["name"] == name);
        found.unwrap_or_else(|| panic!("{listed:#}")).clone()
    }

    fn dead(&self) -> Vec<Value> {
        let listed = self.owner(&["notifications", "dead", "list", "-o", "json"]).exits(0).json();
        listed.as_array().unwrap().clone()
    }

    /// Makes a key of somebody's, and enrolls it.
    fn enroll(&self, who: &str, key: &str) {
        self.desk.key(key, TYPES[0].1);
        let public = self.desk.path(&format!("{key}.pub"));
        drop(self.acme(&["keys", "enroll", who, "--key", public.to_str().unwrap()]).exits(0));
    }

    /// Signs as alice.
    fn sign(&self, id: &str) {
        let statement = self.desk.path("statement.json");
        drop(self.acme(&["approvals", "export", id, "-O", statement.to_str().unwrap()]).exits(0));
        let sign =
            ["-q", "-Y", "sign", "-f", "alice", "-n", "approval@conductor", "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        drop(self.acme(&["approvals", "import", id, signature.to_str().unwrap()]).exits(0));
    }
}

fn private(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn webhook(url: &str, more: &str) -> String {
    format!(
        "[[notify]]\nname = 'ops'\nkind = 'webhook'\nurl = '{url}?key=canary-in-the-url'\n\
         secret_file = 'FOLDER/hook.secret'\nretry_wait = '100ms'\n{more}"
    )
}

/// What OpenSSL makes of the secret and the request, as the manual says it is checked.
fn signature_by_openssl(id: &str, timestamp: &str, body: &str) -> String {
    let key = BASE64_STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("signed"), format!("{id}.{timestamp}.{body}")).unwrap();
    let key = format!("hexkey:{hex}");
    let digest = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", &key, "-binary", "signed"];
    let output = Command::new("openssl").args(digest).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("v1,{}", BASE64_STANDARD.encode(output.stdout))
}

#[test]
fn a_webhook_is_signed_tried_again_and_says_nothing_that_approves() {
    let sink = WebSink::open();
    sink.answers(&[500, 503]);
    let scene = Scene::set(&webhook(&sink.url(), "events = ['approval.*']\n"));
    let id = scene.ask("canary-input");
    until("the notification", || sink.taken().len() == 1);
    let all = sink.all();
    assert_eq!(all.len(), 3, "refused twice, taken once");
    for request in &all {
        assert_eq!(request.header("webhook-id"), all[0].header("webhook-id"), "to tell them by");
        let stamp = request.header("webhook-timestamp");
        let expected = signature_by_openssl(request.header("webhook-id"), stamp, &request.body);
        assert_eq!(request.header("webhook-signature"), expected);
        assert_eq!(request.header("content-type"), "application/cloudevents+json; charset=utf-8");
    }
    let event: Value = serde_json::from_str(&all[2].body).unwrap();
    assert_eq!(event["id"], all[2].header("webhook-id"));
    assert_eq!(event["type"], "conductor.approval.requested");
    assert_eq!((&event["specversion"], &event["subject"]), (&"1.0".into(), &id.as_str().into()));
    let data = &event["data"];
    assert_eq!((&data["tenant"], &data["environment"]), (&"acme".into(), &"prod".into()));
    assert_eq!(
        (&data["requester"], &data["action"]),
        (&"tcp:anonymous".into(), &"run.start".into())
    );
    assert_eq!(data["for"]["roles"], serde_json::json!(["workflow_reviewer"]));
    assert_eq!(data["look"], format!("conductor --tenant acme --env prod approvals show {id}"));
    // What it says lets nobody do anything, and nothing of what is asked for.
    for forbidden in
        ["canary", "://", "approvals approve", "approvals import", "SIGNATURE", "token"]
    {
        assert!(!all[2].body.contains(forbidden), "`{forbidden}` is in {}", all[2].body);
    }
    // What became of it is for whoever asked.
    drop(scene.requester(&["approvals", "withdraw", &id]).exits(0));
    until("the end", || sink.taken().len() == 2);
    let event: Value = serde_json::from_str(&sink.taken()[1].body).unwrap();
    assert_eq!(event["type"], "conductor.approval.withdrawn");
    assert_eq!(event["data"]["for"]["principals"], serde_json::json!(["tcp:anonymous"]));
    let target = scene.target("ops");
    assert_eq!(
        (&target["delivered"], &target["dead"], &target["lag"]),
        (&2.into(), &0.into(), &0.into())
    );
    assert!(target["failingSince"].is_null(), "{target:#}");
    nothing_secret_is_kept(&scene);
}

#[test]
fn the_end_of_a_tracked_run_and_a_gate_that_blocks_it_come_as_signed_events() {
    let sink = WebSink::open();
    let scene = Scene::set(&webhook(&sink.url(), "events = ['run.*', 'gate.failed']\n"));
    let create = ["tracked", "create", "Entity network analysis", "--owner", "analyst@example.com"];
    let run = scene.acme(&[&create[..], &["-o", "json"]].concat()).exits(0).json();
    let run = run["runId"].as_str().unwrap().to_owned();
    for status in ["running", "succeeded"] {
        drop(scene.acme(&["tracked", "change", &run, "--status", status]).exits(0));
    }
    // A bill that comes later is no second end.
    drop(scene.acme(&["tracked", "change", &run, "--cost", "9.25"]).exits(0));
    drop(scene.acme(&["gate", "check", &run]).exits(10));
    until("both", || sink.taken().len() == 2);
    let events: Vec<Value> =
        sink.taken().iter().map(|told| serde_json::from_str(&told.body).unwrap()).collect();
    for (event, request) in events.iter().zip(sink.taken()) {
        let (id, stamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
        let expected = signature_by_openssl(id, stamp, &request.body);
        assert_eq!(request.header("webhook-signature"), expected);
        assert_eq!((&event["specversion"], &event["id"]), (&"1.0".into(), &id.into()));
        assert_eq!(event["subject"], run);
    }
    assert_eq!(events[0]["type"], "conductor.run.ended");
    let data = &events[0]["data"];
    assert_eq!(
        (&data["status"], &data["requester"]),
        (&"succeeded".into(), &"analyst@example.com".into())
    );
    assert_eq!(data["resource"]["kind"], "tracked_run");
    assert_eq!(events[1]["type"], "conductor.gate.failed");
    // The command that it names shows it.
    let look = data["look"].as_str().unwrap().to_owned();
    let words: Vec<&str> = look.split(' ').skip(1).collect();
    let shown = scene.owner(&words).exits(0).stdout;
    assert!(shown.contains("Entity network analysis") && shown.contains("$9.25"), "{shown}");
}

/// Neither the log nor the data folder, the ledger in it above all, has a secret of a target.
fn nothing_secret_is_kept(scene: &Scene) {
    let secrets = [
        SECRET,
        SECRET.trim_start_matches("whsec_"),
        "canary-canary",
        PASSWORD,
        "canary-in-the-url",
    ];
    let mut files = vec![("the log".to_owned(), scene.daemon.log().into_bytes())];
    gather(&scene.daemon.data_dir(), &mut files);
    files.push(("the records".to_owned(), scene.daemon.recorded().into_bytes()));
    assert!(files.iter().any(|(name, _)| name.ends_with(".json")), "an outbox is among them");
    for (name, bytes) in &files {
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "`{secret}` is in {name}");
        }
    }
    for listing in [&["notifications", "list"][..], &["notifications", "dead", "list"], &["doctor"]]
    {
        let shown = scene.owner(listing);
        assert!(!format!("{shown:?}").contains("canary"), "{shown:#?}");
    }
}

fn gather(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else if let Ok(bytes) = fs::read(&path) {
            files.push((path.display().to_string(), bytes));
        }
    }
}

#[test]
fn what_is_away_leaves_dead_letters_and_they_are_delivered_when_it_is_back() {
    let sink = WebSink::open();
    let address = sink.address();
    drop(sink);
    let url = format!("http://{address}/hook");
    let mut scene = Scene::set(&webhook(&url, "tries = 2\nevents = ['approval.requested']\n"));
    let id = scene.ask("pay");
    until("it is given up", || scene.dead().len() == 1);
    let dead = scene.dead().remove(0);
    let letter = dead["notificationId"].as_str().unwrap().to_owned();
    assert_eq!((&dead["attempts"], &dead["subject"]), (&2.into(), &id.as_str().into()));
    let shown =
        scene.owner(&["notifications", "dead", "show", &letter, "-o", "json"]).exits(0).json();
    assert_eq!(shown["event"]["subject"], id, "{shown:#}");
    let page = scene.owner(&["notifications", "dead", "show", &letter]).exits(0).stdout;
    assert!(page.contains("run.start restart") && !page.contains("canary"), "{page}");
    let target = scene.target("ops");
    assert_eq!(target["place"], url);
    assert!(target["failingSince"].is_string(), "{target:#}");
    let doctor = scene.owner(&["doctor"]);
    assert!(format!("{doctor:?}").contains("`ops` takes none"), "{doctor:#?}");
    // It outlives a crash, and only who may has it tried again.
    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(scene.dead().len(), 1);
    let stranger = scene.requester(&["notifications", "dead", "retry", "ops", "--all"]).exits(3);
    drop(stranger.complains_of(&["PERMISSION_DENIED"]));
    drop(scene.requester(&["notifications", "list"]).exits(3));
    let unknown = ["notifications", "dead", "retry", "ops", "ntf_01ky0000000000000000000001"];
    drop(scene.owner(&unknown).exits(6).complains_of(&["NOTIFICATION_NOT_FOUND"]));
    drop(scene.owner(&["notifications", "test", "nobody"]).exits(6));
    drop(
        scene
            .owner(&["notifications", "test", "ops"])
            .exits(5)
            .complains_of(&["NOTIFICATION_UNDELIVERED"]),
    );

    let sink = WebSink::at(&address);
    let done = scene.owner(&["notifications", "dead", "retry", "ops", &letter]).exits(0);
    assert!(done.stdout.contains("1 notification is tried anew"), "{done:#?}");
    until("it is taken", || sink.taken().len() == 1);
    assert_eq!(sink.taken()[0].header("webhook-id"), letter, "under the id that it had");
    until("nothing fails", || scene.target("ops")["failingSince"].is_null());
    assert!(scene.dead().is_empty());
    drop(scene.owner(&["notifications", "test", "ops"]).exits(0));
    assert!(sink.taken()[1].body.contains("conductor.notification.test"));
    // Both are on record, with the decision behind them.
    let told = ["events", "tail", "--kind", "notification.", "-o", "json"];
    let told = scene.owner(&told).exits(0).json();
    let cares: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["data"]["event"]["data"]["care"].as_str())
        .collect();
    assert_eq!(cares, ["test", "retry", "test"], "{told:#}");
}

#[test]
fn a_crash_between_what_happened_and_its_delivery_loses_nothing() {
    let sink = WebSink::open();
    let address = sink.address();
    drop(sink);
    let url = format!("http://{address}/hook");
    let mut scene = Scene::set(&webhook(&url, "events = ['approval.requested']\n"));
    let ids: Vec<String> = ["a", "b", "c"].map(|service| scene.ask(service)).into();
    scene.daemon.kill();
    let sink = WebSink::at(&address);
    scene.daemon.launch();
    until("all of them", || ids.iter().all(|id| sink.subjects().contains(id)));
    scene.daemon.kill();
    scene.daemon.launch();
    let last = scene.ask("d");
    until("the next one", || sink.subjects().contains(&last));
    let mut expected = ids;
    expected.push(last);
    expected.sort();
    // What was taken just before the kill may come again, and then under the id that it had.
    let id = |request: &Request| request.header("webhook-id").to_owned();
    let told: BTreeMap<String, String> = sink.taken().iter().map(id).zip(sink.subjects()).collect();
    let mut told: Vec<String> = told.into_values().collect();
    told.sort();
    assert_eq!(told, expected, "each of them, and nothing else");
}

#[test]
fn mail_goes_to_those_who_may_sign_then_to_who_asked() {
    let Some(server) = MailServer::open(None) else {
        return skipped(
            "a server for mail: python3 -m venv target/aiosmtpd && target/aiosmtpd/bin/pip install aiosmtpd",
        );
    };
    let targets = format!(
        "[[notify]]\nname = 'mail'\nkind = 'smtp'\nserver = '{}'\ntls = 'plain'\nfrom = 'Conductor <conductor@example.org>'\n\
         addresses = {{'{ALICE}' = 'alice@example.org', 'tcp:anonymous' = 'asker@example.org', 'uid:3009' = 'nobody@example.org'}}\n",
        server.address()
    );
    let scene = Scene::set(&targets);
    let id = scene.ask("canary-input");
    until("alice's mail", || server.mails().len() == 1);
    let mail = &server.mails()[0];
    assert_eq!(
        (mail.to.as_str(), mail.from.as_str()),
        ("alice@example.org", "conductor@example.org")
    );
    assert_eq!(mail.header("Subject"), "run.start restart waits to be approved in acme / prod");
    assert!(mail.header("Message-ID").starts_with("<ntf_"), "{mail:?}");
    assert!(mail.header("Message-ID").ends_with("@example.org>"), "{mail:?}");
    assert!(mail.header("Content-Type").starts_with("text/plain"), "{mail:?}");
    let look = format!("conductor --tenant acme --env prod approvals show {id}");
    assert!(mail.body().contains(&look), "{mail:?}");
    for forbidden in ["canary", "://", "approvals approve", "SIGNATURE", "token"] {
        assert!(!mail.body().contains(forbidden), "`{forbidden}` is in {mail:?}");
    }
    drop(scene.acme(&["approvals", "deny", &id, "--reason", "canary-reason"]).exits(0));
    until("the answer", || server.mails().len() == 2);
    let answer = &server.mails()[1];
    assert_eq!(answer.to, "asker@example.org");
    assert_eq!(answer.header("Subject"), "run.start restart was denied in acme / prod");
}

#[test]
fn mail_logs_in_over_tls_and_only_there() {
    let desk = Desk::new();
    let folder = desk.path("");
    let Some(server) = MailServer::open(Some((&folder, PASSWORD))) else {
        return skipped(
            "a server for mail: python3 -m venv target/aiosmtpd && target/aiosmtpd/bin/pip install aiosmtpd",
        );
    };
    let mail = |name: &str| {
        format!(
            "[[notify]]\nname = '{name}'\nkind = 'smtp'\nserver = '{}'\nfrom = 'conductor@example.org'\n\
             to = ['ops@example.org']\nuser = 'conductor'\npassword_file = 'FOLDER/mail.password'\n\
             events = ['run.failed']\n",
            server.address()
        )
    };
    let trusted = folder.join("mail.ca.pem").display().to_string();
    let scene = Scene::with(&mail("mail"), vec![("SSL_CERT_FILE", trusted)]);
    drop(scene.owner(&["notifications", "test", "mail"]).exits(0));
    assert_eq!(server.mails().len(), 1);
    // A run that failed is told of, one that went well is not.
    drop(scene.acme(&["run", "fails", "--follow"]).exits(1));
    until("the failure", || server.mails().len() == 2);
    assert_eq!(server.mails()[1].header("Subject"), "fails@1.0.0 failed in acme / dev");
    nothing_secret_is_kept(&scene);
    drop(scene);
    // Who does not trust the server's certificate tells it nothing.
    let scene = Scene::set(&mail("mail"));
    let refused = scene.owner(&["notifications", "test", "mail"]).exits(5);
    drop(refused.complains_of(&["NOTIFICATION_UNDELIVERED", "certificate"]));
    assert_eq!(server.mails().len(), 2);
    nothing_secret_is_kept(&scene);
}

#[test]
fn a_program_gets_the_event_and_nothing_else_of_the_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let (script, got) = (folder.path().join("notify.sh"), folder.path().join("got"));
    let text = format!("#!/bin/sh\nenv | sort > {0}.env\necho noise\ncat >> {0}\n", got.display());
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let targets = format!(
        "[[notify]]\nname = 'pager'\nkind = 'command'\nargv = ['{}']\nroles = ['workflow_reviewer']\n\
         [[notify]]\nname = 'slow'\nkind = 'command'\nargv = ['/bin/sleep', '600']\ntimeout = '200ms'\nroles = ['nobody']\n",
        script.display()
    );
    let scene = Scene::with(&targets, vec![("CANARY", "canary-of-the-environment".to_owned())]);
    let id = scene.ask("pay");
    let lines = || -> Vec<Value> {
        let text = fs::read_to_string(&got).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    };
    until("the event", || lines().len() == 1);
    assert_eq!(
        (&lines()[0]["type"], &lines()[0]["subject"]),
        (&"conductor.approval.requested".into(), &id.as_str().into())
    );
    let environment = fs::read_to_string(folder.path().join("got.env")).unwrap();
    assert!(environment.contains("CONDUCTOR_NOTIFICATION_ID=ntf_"), "{environment}");
    assert!(!environment.contains("canary"), "{environment}");
    // Of two signatures the first opens no stage: it tells nobody anything.
    scene.sign(&id);
    let slow = scene.owner(&["notifications", "test", "slow"]).exits(5);
    drop(slow.complains_of(&["took longer than 0.2 s"]));
    let target = scene.target("pager");
    assert_eq!((&target["delivered"], &target["kind"]), (&1.into(), &"command".into()));
}

#[test]
fn whom_policy_wants_told_is_told() {
    let sink = WebSink::open();
    let scene = Scene::set(&webhook(&sink.url(), "events = ['policy.notify']\n"));
    let create =
        ["tenant", "create", "white", "--profile", "white-label", "--home-region", "local"];
    drop(scene.owner(&create).exits(0));
    let slow = scene.desk.write("slow.yaml", "name: slow\nversion: 1.0.0\ntasks:\n  - {id: a, uses: pkg:builtin/sleep@1, with: {seconds: 600}}\n");
    let white = |arguments: &[&str]| scene.owner(&[&["--tenant", "white"][..], arguments].concat());
    drop(white(&["workflows", "publish", slow.to_str().unwrap()]).exits(0));
    let run =
        white(&["run", "slow", "-o", "json"]).exits(0).json()["runId"].as_str().unwrap().to_owned();
    drop(white(&["runs", "cancel", &run, "--kill", "--reason", "stuck"]).exits(0));
    until("policy's word", || !sink.taken().is_empty());
    let event: Value = serde_json::from_str(&sink.taken()[0].body).unwrap();
    assert_eq!(event["type"], "conductor.policy.notify");
    assert_eq!(
        (&event["data"]["action"], &event["data"]["tenant"]),
        (&"run.kill".into(), &"white".into())
    );
    let roles = event["data"]["for"]["roles"].as_array().unwrap();
    assert!(roles.contains(&"tenant_admin".into()), "{event:#}");
}

#[test]
fn a_secret_that_others_can_read_is_not_used() {
    let sink = WebSink::open();
    let scene = Scene::set(&webhook(&sink.url(), ""));
    fs::set_permissions(scene.desk.path("hook.secret"), fs::Permissions::from_mode(0o640)).unwrap();
    let refused = scene.owner(&["notifications", "test", "ops"]).exits(5);
    drop(refused.complains_of(&["open to others", "chmod go="]));
    assert!(sink.all().is_empty());
    // What is not a secret for webhooks either, and what it is instead is not said.
    private(&scene.desk.write("hook.secret", "canary-plain\n"));
    let refused = scene.owner(&["notifications", "test", "ops"]).exits(5);
    assert!(
        refused.stderr.contains("whsec_") && !refused.stderr.contains("canary"),
        "{refused:#?}"
    );
}
