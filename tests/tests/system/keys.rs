//! Enrolled keys, with OpenSSH's own tools at the other end: what is exported is what
//! `ssh-keygen -Y verify` takes.

pub(crate) mod desk;

use conductor_tests::{Answer, Console, Daemon, Setup};

use self::desk::{Claim, Desk, TYPES, security_keys};
use crate::{terminal::screen::Screen, walk::free_address};

const APPROVAL: &str = "approval@conductor";

/// A daemon with a second tenant, and a desk with OpenSSH's tools.
struct Scene {
    daemon: Daemon,
    tcp: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let scene = Self { daemon, tcp, desk: Desk::new() };
        for tenant in ["acme", "globex"] {
            drop(scene.owner().call(&["tenant", "create", tenant]).exits(0));
        }
        scene
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// Whoever runs the daemon, in a tenant.
    fn call(&self, tenant: &str, arguments: &[&str]) -> Answer {
        self.owner().call(&[&["--tenant", tenant][..], arguments].concat())
    }

    /// `tcp:anonymous`, in a tenant.
    fn somebody(&self, tenant: &str, arguments: &[&str]) -> Answer {
        let host = format!("http://{}", self.tcp);
        self.owner().call(&[&["--host", &host, "--tenant", tenant][..], arguments].concat())
    }

    fn enroll(&self, tenant: &str, principal: &str, key: &str) {
        let file = self.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(self.call(tenant, &enroll).exits(0));
    }

    fn revoke(&self, tenant: &str, key: &str) {
        let fingerprint = self.desk.fingerprint(key);
        let revoke = ["keys", "revoke", &fingerprint, "--reason", "lost"];
        drop(self.call(tenant, &revoke).exits(0));
    }

    /// The tenant's allowed signers, and its revoked keys.
    fn exported(&self, tenant: &str) -> (String, String) {
        let allowed = self.call(tenant, &["keys", "export"]).exits(0).stdout;
        let revoked = self.call(tenant, &["keys", "export", "--revoked"]).exits(0).stdout;
        (allowed, revoked)
    }

    /// Whether `ssh-keygen` takes a principal's signature for an approval in a tenant.
    fn verifies(&self, tenant: &str, principal: &str, signature: &str) -> bool {
        let (allowed, revoked) = self.exported(tenant);
        let (allowed, revoked) = (allowed.as_str(), revoked.as_str());
        let claim = Claim { allowed, revoked, principal, namespace: APPROVAL, signature, at: "" };
        self.desk.accepts(&claim)
    }
}

#[test]
fn every_type_of_key_is_enrolled_and_what_it_signs_is_verified_by_ssh_keygen() {
    let scene = Scene::set();
    for (number, (name, options)) in (100..).zip(TYPES) {
        let principal = format!("uid:{number}");
        scene.desk.key(name, options);
        scene.enroll("acme", &principal, name);
        let signature = scene.desk.sign(name, APPROVAL);
        assert!(scene.verifies("acme", &principal, &signature), "{name}");
        assert!(!scene.verifies("acme", "uid:99", &signature), "{name}");
        assert!(!scene.verifies("globex", &principal, &signature), "{name} is not of globex");
    }
    for (number, line) in (200..).zip(security_keys(&scene.desk)) {
        let file = scene.desk.write("sk.pub", &line);
        let principal = format!("uid:{number}");
        let enroll = ["keys", "enroll", &principal, "--key", file.to_str().unwrap()];
        drop(scene.call("acme", &enroll).exits(0));
    }
    let listed = scene.call("acme", &["keys", "list", "-o", "json"]).exits(0).json();
    let listed = listed.as_array().unwrap();
    let kinds: std::collections::BTreeSet<&str> =
        listed.iter().map(|key| key["keyType"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    assert!(listed.iter().all(|key| key["state"] == "active"), "{listed:?}");
    drop(scene.call("acme", &["keys", "list"]).exits(0));
    let (weak, dsa) = (["-t", "rsa", "-b", "1024"], ["-t", "dsa"]);
    for (name, options) in [("weak", &weak[..]), ("dsa", &dsa[..])] {
        // A system may be too strict to make it at all.
        if scene.desk.keygen(&[&["-q", "-N", "", "-f", name], options].concat(), b"").is_ok() {
            let file = scene.desk.path(&format!("{name}.pub"));
            let enroll = ["keys", "enroll", "uid:9", "--key", file.to_str().unwrap()];
            drop(scene.call("acme", &enroll).exits(8));
        }
    }
}

#[test]
fn a_revoked_key_is_refused_by_ssh_keygen_and_stays_revoked() {
    let scene = Scene::set();
    scene.desk.key("key", TYPES[0].1);
    scene.enroll("acme", "uid:1", "key");
    let signature = scene.desk.sign("key", APPROVAL);
    let (before, nothing) = scene.exported("acme");
    assert_eq!(nothing, "");
    scene.revoke("acme", "key");
    let (allowed, revoked) = scene.exported("acme");
    assert_eq!(allowed, "");
    let claim = Claim {
        allowed: &before,
        revoked: "",
        principal: "uid:1",
        namespace: APPROVAL,
        signature: &signature,
        at: "",
    };
    assert!(scene.desk.accepts(&claim), "whoever has an old file and no list");
    assert!(!scene.desk.accepts(&Claim { revoked: &revoked, ..claim }), "and with the list");
    let file = scene.desk.path("key.pub");
    for principal in ["uid:1", "uid:2"] {
        let again = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(scene.call("acme", &again).exits(7).complains_of(&["KEY_REVOKED"]));
    }
    let fingerprint = scene.desk.fingerprint("key");
    let revoke = ["keys", "revoke", &fingerprint, "--reason", "again"];
    assert!(scene.call("acme", &revoke).exits(0).stdout.contains("before"));
    let listed = scene.call("acme", &["keys", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed[0]["state"], "revoked");
    assert_eq!(listed[0]["revocation"]["reason"], "lost");
    let table = scene.call("acme", &["keys", "list"]).exits(0).stdout;
    assert!(table.contains("revoked") && table.contains(": lost"), "{table}");
}

#[test]
fn a_ca_vouches_for_the_keys_that_it_signed_and_their_time_ends() {
    let scene = Scene::set();
    for name in ["ca", "key", "other"] {
        scene.desk.key(name, TYPES[0].1);
    }
    let file = scene.desk.path("ca.pub");
    let file = file.to_str().unwrap();
    let enroll = ["keys", "enroll", "uid:*,!uid:0", "--key", file, "--cert-authority"];
    drop(scene.call("acme", &enroll).exits(0));
    scene.desk.certify("ca", "key", "uid:7");
    let signature = scene.desk.sign("key-cert.pub", APPROVAL);
    assert!(scene.verifies("acme", "uid:7", &signature));
    assert!(!scene.verifies("acme", "uid:8", &signature), "the certificate is for uid:7");
    assert!(!scene.verifies("globex", "uid:7", &signature), "the CA is acme's");
    scene.desk.certify("ca", "other", "uid:0");
    let excluded = scene.desk.sign("other-cert.pub", APPROVAL);
    assert!(!scene.verifies("acme", "uid:0", &excluded), "the CA is not for uid:0");
    scene.revoke("acme", "ca");
    assert!(!scene.verifies("acme", "uid:7", &signature), "with its CA");

    let until = ["--valid-after", "20200101Z", "--valid-before", "20991231Z"];
    let file = scene.desk.path("key.pub");
    let enroll = ["keys", "enroll", "uid:1", "--key", file.to_str().unwrap()];
    let terms = ["--namespace", "approval,login"];
    drop(scene.call("acme", &[&enroll[..], &until, &terms].concat()).exits(0));
    let (allowed, _) = scene.exported("acme");
    for (namespace, at, expected) in [
        (APPROVAL, "", true),
        ("login@conductor", "", true),
        ("runbook@conductor", "", false),
        (APPROVAL, "20991231000001Z", false),
        (APPROVAL, "20191231235959Z", false),
    ] {
        let signature = scene.desk.sign("key", namespace);
        let claim = Claim {
            allowed: &allowed,
            revoked: "",
            principal: "uid:1",
            namespace,
            signature: &signature,
            at,
        };
        assert_eq!(scene.desk.accepts(&claim), expected, "{namespace} {at}: {allowed}");
    }
    let past = ["--valid-before", "20200101Z"];
    let past = scene.call("acme", &[&enroll[..], &past].concat()).exits(8);
    drop(past.complains_of(&["KEY_INVALID"]));
}

#[test]
fn a_key_counts_in_its_tenant_and_an_administrators_everywhere() {
    let scene = Scene::set();
    for name in ["admin", "lead", "member"] {
        scene.desk.key(name, TYPES[0].1);
    }
    let me = scene.owner().json(&["whoami"])["principal"].as_str().unwrap().to_owned();
    scene.enroll("default", &me, "admin");
    drop(scene.call("acme", &["grants", "add", "uid:5", "tenant_admin"]).exits(0));
    scene.enroll("acme", "uid:5", "lead");
    let (admin, lead) = (scene.desk.sign("admin", APPROVAL), scene.desk.sign("lead", APPROVAL));
    for tenant in ["default", "acme", "globex"] {
        assert!(scene.verifies(tenant, &me, &admin), "{tenant}");
        assert_eq!(scene.verifies(tenant, "uid:5", &lead), tenant == "acme", "{tenant}");
    }
    // One key, one person, wherever it counts.
    let file = scene.desk.path("lead.pub");
    let file = file.to_str().unwrap();
    let taken = ["keys", "enroll", "uid:6", "--key", file];
    drop(scene.call("acme", &taken).exits(7).complains_of(&["KEY_TAKEN", "uid:5"]));
    let refused = scene.call("default", &taken).exits(7).complains_of(&["KEY_TAKEN"]);
    assert!(!refused.stderr.contains("uid:5") && !refused.stderr.contains("acme"), "{refused:?}");
    drop(scene.call("globex", &taken).exits(0));
    let file = scene.desk.path("admin.pub");
    let taken = ["keys", "enroll", "uid:6", "--key", file.to_str().unwrap()];
    drop(scene.call("acme", &taken).exits(7).complains_of(&["KEY_TAKEN"]));
    let file = scene.desk.path("member.pub");
    let elsewhere = ["keys", "enroll", &me, "--key", file.to_str().unwrap()];
    drop(scene.call("acme", &elsewhere).exits(8).complains_of(&["--tenant default"]));
    // What home took back counts nowhere any more.
    scene.revoke("default", "admin");
    assert!(!scene.verifies("globex", &me, &admin));
}

#[test]
fn who_may_enroll_read_and_revoke() {
    let mut scene = Scene::set();
    for name in ["own", "theirs"] {
        scene.desk.key(name, TYPES[0].1);
    }
    scene.enroll("acme", "tcp:anonymous", "own");
    scene.enroll("acme", "uid:5", "theirs");
    drop(scene.call("acme", &["grants", "add", "tcp:anonymous", "operator"]).exits(0));
    let file = scene.desk.path("own.pub");
    let enroll = ["keys", "enroll", "tcp:anonymous", "--key", file.to_str().unwrap()];
    drop(scene.somebody("acme", &enroll).exits(3).complains_of(&["tenant_admin"]));
    drop(scene.somebody("acme", &["keys", "list"]).exits(3));
    drop(scene.somebody("acme", &["keys", "export"]).exits(3));
    let mine = scene.somebody("acme", &["keys", "list", "--mine", "-o", "json"]).exits(0).json();
    assert_eq!(mine.as_array().unwrap().len(), 1, "{mine}");
    let [own, theirs] = ["own", "theirs"].map(|name| scene.desk.fingerprint(name));
    let revoke = |fingerprint| ["keys", "revoke", fingerprint, "--reason", "lost at 3 a.m."];
    drop(scene.somebody("acme", &revoke(&theirs)).exits(3));
    drop(scene.somebody("acme", &revoke(&own)).exits(0));
    for (role, code) in [("workflow_reviewer", 0), ("read_only", 3)] {
        drop(scene.call("globex", &["grants", "add", "tcp:anonymous", role]).exits(0));
        drop(scene.somebody("globex", &["keys", "list"]).exits(code));
        drop(scene.call("globex", &["grants", "remove", "tcp:anonymous", role]).exits(0));
    }
    drop(scene.call("globex", &["grants", "add", "tcp:anonymous", "tenant_admin"]).exits(0));
    scene.desk.key("new", TYPES[0].1);
    let file = scene.desk.path("new.pub");
    let enroll = ["keys", "enroll", "uid:5", "--key", file.to_str().unwrap()];
    drop(scene.somebody("globex", &enroll).exits(0));
    let before = scene.call("acme", &["keys", "list", "-o", "json"]).exits(0).json();
    scene.daemon.stop();
    scene.daemon.launch();
    assert_eq!(scene.call("acme", &["keys", "list", "-o", "json"]).exits(0).json(), before);
}

#[test]
fn a_file_of_allowed_signers_is_enrolled_whole_or_not_at_all() {
    let scene = Scene::set();
    for name in ["one", "two", "three"] {
        scene.desk.key(name, TYPES[0].1);
    }
    let [one, two, three] = ["one", "two", "three"].map(|name| scene.desk.public(name));
    let listed = |scene: &Scene| {
        let listed = scene.call("acme", &["keys", "list", "-o", "json"]).exits(0).json();
        listed.as_array().unwrap().len()
    };
    let from = |text: &str| {
        let file = scene.desk.write("signers", text);
        scene.call("acme", &["keys", "enroll", "--from", file.to_str().unwrap()])
    };
    let wrong = from(&format!("uid:1 {one}\nuid:2 valid-after=\"soon\" {two}\n")).exits(8);
    drop(wrong.complains_of(&["line 2", "soon"]));
    drop(from(&format!("uid:1 {one}\nuid:2 {one}\n")).exits(7).complains_of(&["KEY_TAKEN"]));
    drop(from(&format!("uid:1 {one}\nalice {two}\n")).exits(8).complains_of(&["alice"]));
    assert_eq!(listed(&scene), 0);
    let both = format!("# us\nuid:1 {one}\nuid:2 namespaces=\"login@conductor\" {two}\n");
    assert_eq!(from(&both).exits(0).stdout.lines().count(), 2);
    assert!(from(&both).exits(0).stdout.contains("already"));
    assert_eq!(listed(&scene), 2);
    // What was exported can be enrolled elsewhere.
    let file = scene.desk.write("exported", &scene.exported("acme").0);
    drop(scene.call("globex", &["keys", "enroll", "--from", file.to_str().unwrap()]).exits(0));
    assert_eq!(scene.exported("globex"), scene.exported("acme"));
    // A secret key goes nowhere.
    let secret = scene.desk.path("three");
    let enroll = ["keys", "enroll", "uid:3", "--key", secret.to_str().unwrap()];
    drop(scene.call("acme", &enroll).exits(2).complains_of(&["secret key", ".pub"]));
    drop(scene.call("acme", &["keys", "enroll", "uid:3"]).exits(2).complains_of(&["--key"]));
    let piped = scene.desk.write("three.line", &three);
    let enroll = format!("\"$0\" --tenant acme keys enroll uid:3 --key - < {}", piped.display());
    let program = &conductor_tests::binaries().conductor;
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &enroll]).arg(program).env_clear().envs(scene.owner().environment());
    assert!(shell.status().unwrap().success());
    assert_eq!(listed(&scene), 3);
}

#[test]
fn a_person_at_a_terminal_chooses_among_the_keys_of_their_agent() {
    let scene = Scene::set();
    for name in ["one", "two"] {
        scene.desk.key(name, TYPES[0].1);
    }
    let agent = scene.desk.agent(&["one", "two"]);
    let socket = agent.socket();
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let enroll = format!("SSH_AUTH_SOCK={} \"$CONSOLE\" keys enroll uid:5\r", socket.display());
    screen.types(&enroll);
    screen.shows(&["which key? [1-2]"]);
    screen.types("\r");
    screen.is_the_shell_s();
    let listed = || scene.owner().json(&["keys", "list"]);
    assert_eq!(listed().as_array().unwrap().len(), 0, "nothing is chosen by itself");
    screen.types(&enroll);
    screen.until("asked again", |shown| shown.matches("which key? [1-2]").count() == 2);
    screen.types("2\r");
    screen.is_the_shell_s();
    assert_eq!(listed()[0]["fingerprint"], scene.desk.fingerprint("two").as_str());
}
