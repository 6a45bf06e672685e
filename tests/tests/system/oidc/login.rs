//! `conductor login --oidc`: the code is entered at the provider's own pages, by plain HTTP.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::MetadataExt as _,
    process::{Child, ChildStderr, Stdio},
    time::Duration,
};

use conductor_tests::{Answer, Daemon, Setup, ended_within, skipped};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{
    Scene,
    browser::{Answer as Click, Browser, escaped, exchange, split},
    provider::missing,
};

/// How long a command has to end: the provider is asked every five seconds.
const ENDS_WITHIN: Duration = Duration::from_secs(40);

/// A login that waits for somebody.
struct Waiting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// What has to be done, as it is told.
    told: Value,
}

impl Waiting {
    fn begin(scene: &Scene, arguments: &[&str]) -> Self {
        let all = [&["--host", &scene.host][..], arguments, &["-o", "json"]].concat();
        let mut command = scene.daemon.console().command(&all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            stderr.read_to_string(&mut line).unwrap();
            panic!("{error}: {line}")
        });
        Self { child, stderr, told: told["login"].clone() }
    }

    fn open(&self, login: &str, click: Click) -> String {
        Browser::of(login).visit(self.told["completeUrl"].as_str().unwrap(), click)
    }

    fn ended(mut self) -> Answer {
        let status = ended_within(&mut self.child, ENDS_WITHIN);
        if status.is_none() {
            self.child.kill().unwrap();
        }
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Answer { stderr, ..Answer::of("login".to_owned(), &output) }
    }
}

impl Scene {
    fn call(&self, arguments: &[&str]) -> Answer {
        self.daemon.console().call(&[&["--host", &self.host][..], arguments].concat())
    }

    fn logged_in(&self, login: &str) -> Answer {
        let waiting = Waiting::begin(self, &["login", "--oidc"]);
        waiting.open(login, Click::Approve);
        waiting.ended().exits(0)
    }

    /// What the console keeps of the login.
    fn kept(&self) -> Value {
        let file = self.daemon.folder().join("conductor/sessions.json");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        let kept: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        kept["providers"][&self.host].clone()
    }

    fn principal(&self) -> String {
        let me = self.call(&["whoami", "-o", "json"]).exits(0).json();
        me["principal"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_code_that_is_approved_elsewhere_logs_in_until_logout() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let scene = Scene::set(300, "");
    assert_eq!(scene.principal(), "tcp:anonymous");
    let waiting = Waiting::begin(&scene, &["login", "--oidc"]);
    assert_eq!(waiting.told["issuer"], scene.provider.issuer);
    let code = waiting.told["code"].as_str().unwrap();
    assert!(waiting.told["completeUrl"].as_str().unwrap().contains(code), "{}", waiting.told);
    waiting.open("alice", Click::Approve);
    let ended = waiting.ended().exits(0);
    assert_eq!(ended.json()["principal"], "oidc:alice");
    let kept = scene.kept();
    let (token, refresh) =
        (kept["token"].as_str().unwrap(), kept["refreshToken"].as_str().unwrap());
    for secret in [token, refresh] {
        assert!(!format!("{ended:?} {}", scene.daemon.log()).contains(secret));
    }
    let me = scene.call(&["whoami", "-o", "json"]).exits(0).json();
    assert_eq!((&me["principal"], &me["channel"]), (&"oidc:alice".into(), &"oidc".into()));
    assert_eq!(scene.kept()["token"], token, "it is not time for another one");
    // Over the socket it is another daemon to the console: nobody is logged in there.
    let me = scene.daemon.console().json(&["whoami"]);
    assert!(me["principal"].as_str().unwrap().starts_with("uid:"), "{me}");

    let (token, refresh) = (token.to_owned(), refresh.to_owned());
    assert_eq!(scene.call(&["logout", "-o", "json"]).exits(0).json()["revoked"], true);
    assert_eq!(scene.kept(), Value::Null);
    assert_eq!(scene.principal(), "tcp:anonymous");
    drop(scene.call(&["logout"]).exits(6));
    // What was given back gives nothing any more.
    let body =
        format!("grant_type=refresh_token&client_id=console&refresh_token={}", escaped(&refresh));
    let (authority, _) = split(&scene.provider.plain);
    let answer = exchange(
        &authority,
        &format!(
            "POST /token HTTP/1.0\r\nhost: {authority}\r\ncontent-length: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}",
            body.len()
        ),
    );
    assert!(answer.contains("invalid_grant"), "{answer}");
    drop(token);
}

#[test]
fn tokens_are_replaced_before_they_end_by_one_command_at_a_time() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    // So short that it is always time for the next.
    let mut scene = Scene::set(45, "");
    drop(scene.logged_in("alice"));
    let first = scene.kept()["token"].clone();
    assert_eq!(scene.principal(), "oidc:alice");
    let second = scene.kept()["token"].clone();
    assert_ne!(first, second);
    // A refresh token is good once: commands that run at once must not use the same.
    let children: Vec<Child> = (0..6)
        .map(|_| {
            let mut command =
                scene.daemon.console().command(&["--host", &scene.host, "whoami", "-o", "json"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let answer = Answer::of("whoami".to_owned(), &output).exits(0);
        assert_eq!(answer.json()["principal"], "oidc:alice");
    }
    assert_eq!(scene.principal(), "oidc:alice");
    // A provider that is away does not end what is good for a little yet.
    scene.provider.stop();
    assert_eq!(scene.principal(), "oidc:alice");
    let answer = scene.call(&["logout"]).exits(0);
    drop(answer.complains_of(&["count until their end"]));
    assert_eq!(scene.principal(), "tcp:anonymous");
}

#[test]
fn a_login_that_comes_to_nothing_says_so_and_keeps_nothing() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let scene = Scene::set(300, "");
    let denied = Waiting::begin(&scene, &["login", "--oidc"]);
    denied.open("alice", Click::Abort);
    drop(denied.ended().exits(3).complains_of(&["denied"]));
    // Without a key `login` goes there by itself; Ctrl-C gives up.
    let given_up = Waiting::begin(&scene, &["login"]);
    kill_process(Pid::from_child(&given_up.child), Signal::INT).unwrap();
    drop(given_up.ended().exits(130));
    assert!(!scene.daemon.folder().join("conductor/sessions.json").exists());
    drop(scene.call(&["logout"]).exits(6));

    // People see the same in words, on standard error.
    let all = ["--host", &scene.host, "login", "--oidc"];
    let mut command = scene.daemon.console().command(&all);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ctrl-C") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    assert!(said.contains(&scene.provider.issuer) && said.contains("enter the code"), "{said}");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(ended_within(&mut child, ENDS_WITHIN).unwrap().code(), Some(130));
}

#[test]
fn a_daemon_without_a_provider_says_so() {
    let daemon = Daemon::start_with(Setup::default());
    let refused = daemon.console().call(&["login", "--oidc"]).exits(2);
    drop(refused.complains_of(&["names no provider", "[oidc]"]));
    let token = "e30.e30.e30";
    let mut command = daemon.console().command(&["whoami", "-o", "json"]);
    let output = command.env("CONDUCTOR_TOKEN", token).output().unwrap();
    let refused = Answer::of("whoami".to_owned(), &output).exits(3);
    drop(refused.complains_of(&["UNAUTHENTICATED", "no issuer of tokens is configured"]));
}
