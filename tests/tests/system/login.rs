//! Logging in with OpenSSH's own keys and agent, against the real daemon.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use conductor_tests::{Answer, Console, Daemon, Setup};

use crate::{
    keys::desk::{Desk, TYPES},
    terminal::screen::Screen,
    walk::free_address,
};

const ALICE: &str = "ssh:alice";

/// A daemon that also listens on TCP, and a desk with OpenSSH's tools.
struct Scene {
    daemon: Daemon,
    host: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() }
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// Whoever runs the daemon, on its socket.
    fn owns(&self, arguments: &[&str]) -> Answer {
        self.owner().call(arguments)
    }

    fn enroll(&self, principal: &str, key: &str) {
        let file = self.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(self.owns(&enroll).exits(0));
    }

    /// Somebody over TCP, with what an agent holds.
    fn over_tcp(&self, arguments: &[&str], agent: &Path) -> Answer {
        let all = [&["--host", &self.host][..], arguments].concat();
        let output = self.owner().command(&all).env("SSH_AUTH_SOCK", agent).output().unwrap();
        Answer::of(all.join(" "), &output)
    }

    /// The principal that the daemon takes somebody over TCP for.
    fn who(&self) -> String {
        let me = self.over_tcp(&["whoami", "-o", "json"], Path::new("/nowhere")).exits(0).json();
        me["principal"].as_str().unwrap().to_owned()
    }

    fn kept(&self) -> std::path::PathBuf {
        let environment = self.owner().environment();
        let (_, home) = environment.iter().find(|(name, _)| *name == "XDG_STATE_HOME").unwrap();
        Path::new(home).join("conductor/sessions.json")
    }
}

#[test]
fn every_type_of_key_logs_in_and_a_crash_logs_nobody_out() {
    let mut scene = Scene::set();
    for (name, options) in TYPES {
        scene.desk.key(name, options);
        scene.enroll(&format!("ssh:{name}"), name);
    }
    drop(scene.owns(&["grants", "add", "ssh:ed25519", "read_only"]).exits(0));
    let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    let agent = scene.desk.agent(&names);
    let agent = agent.socket();
    assert_eq!(scene.who(), "tcp:anonymous");
    for (name, _) in TYPES.into_iter().rev() {
        let fingerprint = scene.desk.fingerprint(name);
        let said = scene.over_tcp(&["login", "--key", &fingerprint], &agent).exits(0);
        assert!(said.stdout.contains(&format!("logged in as ssh:{name}")), "{}", said.stdout);
        assert!(!format!("{}{}", said.stdout, said.stderr).contains("cst_"));
        assert_eq!(scene.who(), format!("ssh:{name}"));
    }
    assert_eq!(fs::metadata(scene.kept()).unwrap().mode() & 0o777, 0o600);
    // What the session's owner may, and no more.
    drop(scene.over_tcp(&["runs", "list"], &agent).exits(0));
    drop(scene.over_tcp(&["grants", "list"], &agent).exits(3));
    let listed = scene.owns(&["sessions", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), TYPES.len());
    // The socket's caller is the local user still.
    let me = scene.owns(&["whoami", "-o", "json"]).exits(0).json();
    assert!(me["principal"].as_str().unwrap().starts_with("uid:"), "{me}");

    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(scene.who(), "ssh:ed25519");
    // Which of several keys is meant nobody is there to say.
    drop(scene.over_tcp(&["login"], &agent).exits(2).complains_of(&["name one of them"]));
    let fingerprint = scene.desk.fingerprint("ed25519");
    drop(scene.owns(&["keys", "revoke", &fingerprint, "--reason", "lost"]).exits(0));
    let over = scene.over_tcp(&["whoami"], &agent).exits(3);
    drop(over.complains_of(&["SESSION_OVER", "conductor login"]));
    let again = scene.over_tcp(&["login", "--key", &fingerprint], &agent).exits(3);
    drop(again.complains_of(&["LOGIN_FAILED", "revoked"]));
    assert!(scene.over_tcp(&["logout"], &agent).exits(0).stdout.contains("over already"));
    assert_eq!(scene.who(), "tcp:anonymous");
    drop(scene.over_tcp(&["logout"], &agent).exits(6));
    let log = scene.daemon.log();
    assert!(log.contains("a login failed") && !log.contains("cst_"), "{log}");
}

#[test]
fn a_certificate_logs_in_whom_it_names() {
    let scene = Scene::set();
    for name in ["ca", "key"] {
        scene.desk.key(name, TYPES[0].1);
    }
    let file = scene.desk.path("ca.pub");
    let enroll = ["keys", "enroll", "ssh:*", "--cert-authority", "--key", file.to_str().unwrap()];
    drop(scene.owns(&enroll).exits(0));
    scene.desk.certify("ca", "key", ALICE);
    let agent = scene.desk.agent(&["key"]);
    let agent = agent.socket();
    let certificate = scene.desk.path("key-cert.pub");
    let login = ["login", "--key", certificate.to_str().unwrap()];
    drop(scene.over_tcp(&login, &agent).exits(0));
    assert_eq!(scene.who(), ALICE);
    // Who holds no role sees their own sessions, and is told that these are not all.
    let own = scene.over_tcp(&["sessions", "list", "-o", "json"], &agent).exits(0);
    let own = own.complains_of(&["you may not list those of others"]).json();
    assert_eq!(own.as_array().unwrap().len(), 1, "{own}");
    assert_eq!(own[0]["principal"], ALICE);
    drop(scene.over_tcp(&["sessions", "list", "ssh:bob"], &agent).exits(3));
    let all = scene.owns(&["sessions", "list"]).exits(0);
    assert_eq!(all.stderr, "");
    // Its key alone is nobody's.
    let public = scene.desk.path("key.pub");
    let alone = ["login", "--key", public.to_str().unwrap()];
    drop(scene.over_tcp(&alone, &agent).exits(3).complains_of(&["LOGIN_FAILED"]));
    let fingerprint = scene.desk.fingerprint("ca");
    drop(scene.owns(&["keys", "revoke", &fingerprint, "--reason", "lost"]).exits(0));
    drop(scene.over_tcp(&["whoami"], &agent).exits(3).complains_of(&["SESSION_OVER"]));
}

#[test]
fn a_script_has_its_token_in_the_environment_and_nobody_elses_file_is_read() {
    let scene = Scene::set();
    scene.desk.key("key", TYPES[0].1);
    scene.enroll(ALICE, "key");
    let key = scene.desk.path("key");
    let nowhere = Path::new("/nowhere");
    let login = ["login", "--key", key.to_str().unwrap()];
    let printed = scene.over_tcp(&[&login[..], &["--print-token"]].concat(), nowhere).exits(0);
    let token = printed.stdout.trim().to_owned();
    assert!(token.starts_with("cst_") && !scene.kept().exists());
    assert_eq!(scene.who(), "tcp:anonymous");
    let by_token = |token: &str| {
        let all = ["--host", &scene.host, "whoami", "-o", "json"];
        let output = scene.owner().command(&all).env("CONDUCTOR_TOKEN", token).output().unwrap();
        Answer::of(all.join(" "), &output)
    };
    assert_eq!(by_token(&token).exits(0).json()["principal"], ALICE);
    drop(by_token("cst_0").exits(3).complains_of(&["SESSION_OVER"]));
    drop(by_token("not one").exits(2).complains_of(&["CONDUCTOR_TOKEN"]));

    drop(scene.over_tcp(&login, nowhere).exits(0));
    assert_eq!(scene.who(), ALICE);
    let mut mode = fs::metadata(scene.kept()).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o644);
    fs::set_permissions(scene.kept(), mode).unwrap();
    let refused = scene.over_tcp(&["whoami"], nowhere).exits(2);
    drop(refused.complains_of(&["others could read it", "chmod 600"]));
}

/// A key file under a passphrase, at a terminal: asked for, and never shown.
#[test]
fn at_a_terminal_a_passphrase_unlocks_the_key_and_the_console_says_who_it_is() {
    let scene = Scene::set();
    let phrase = "correct horse";
    let make = ["-q", "-t", "ed25519", "-N", phrase, "-f", "locked"];
    scene.desk.keygen(&make, b"").unwrap();
    scene.enroll(ALICE, "locked");
    drop(scene.owns(&["grants", "add", ALICE, "read_only"]).exits(0));
    let key = scene.desk.path("locked");
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    screen.types(&format!("\"$CONSOLE\" --host {} login --key {}\r", scene.host, key.display()));
    screen.until("a passphrase is asked for", |shown| shown.contains("passphrase of"));
    screen.types(&format!("{phrase}s\r"));
    screen.until("asked again", |shown| shown.matches("passphrase of").count() >= 2);
    screen.types(&format!("{phrase}\r"));
    screen.shows(&["logged in as ssh:alice"]);
    let shown = screen.contents();
    assert!(!shown.contains("horse") && !shown.contains("cst_"), "{shown}");
    screen.is_the_shell_s();
    screen.types(&format!("\"$CONSOLE\" --host {} login --print-token\r", scene.host));
    screen.shows(&["a token is not shown on a terminal"]);
    screen.types(&format!("clear; \"$CONSOLE\" --host {}\r", scene.host));
    screen.shows(&["as ssh:alice", "live"]);
    screen.quit();
}
