//! A real OpenID provider: the npm package `oidc-provider`, on a port of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_tests::root;
use serde_json::Value;

use super::browser::{escaped, exchange, split};

/// For whom tokens are.
pub(super) const AUDIENCE: &str = "https://conductor.example.org";
/// What `provider.mjs` gives a confidential client.
const SECRET: &str = "a secret of a robot";

/// A provider that runs. Ended when dropped.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) issuer: String,
    /// Where the same provider is without TLS.
    pub(super) plain: String,
    lifetime: u32,
    child: Child,
    orders: Option<ChildStdin>,
    says: BufReader<ChildStdout>,
}

/// Where its packages are, as `cargo xtask test` installs them.
fn folder() -> PathBuf {
    root().join("target/oidc-provider")
}

/// Why it can't be started here; nothing when it can.
pub(super) fn missing() -> Option<String> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|node| node.status.success()) {
        return Some("an OpenID provider needs node: apt-get install nodejs npm".to_owned());
    }
    if !folder().join("node_modules/oidc-provider").is_dir() {
        return Some(
            "the npm package oidc-provider is not there: `cargo xtask test` installs it".to_owned(),
        );
    }
    None
}

impl Provider {
    /// One whose tokens live that many seconds.
    pub(super) fn start(lifetime: u32) -> Self {
        Self::launch(0, lifetime, &[])
    }

    /// One that is there by TLS, with a key and a certificate.
    pub(super) fn by_tls(key: &Path, certificate: &Path) -> Self {
        Self::launch(0, 300, &[key, certificate])
    }

    fn launch(port: u16, lifetime: u32, pair: &[&Path]) -> Self {
        let mut child = Command::new("node")
            .arg(root().join("tests/tests/system/oidc/provider.mjs"))
            .args([port.to_string(), AUDIENCE.to_owned(), lifetime.to_string()])
            .args(pair)
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = child.stdin.take();
        let says = BufReader::new(child.stdout.take().unwrap());
        let (issuer, plain) = (String::new(), String::new());
        let mut provider = Self { issuer, plain, lifetime, child, orders, says };
        let said = provider.hears("listening ");
        let mut words = said.split(' ').skip(1).map(str::to_owned);
        (provider.issuer, provider.plain) = (words.next().unwrap(), words.next().unwrap());
        provider
    }

    /// Ends it.
    pub(super) fn stop(&mut self) {
        self.orders = None;
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Starts it again where it was, with other keys.
    pub(super) fn come_back(&mut self) {
        let port = self.plain.rsplit(':').next().unwrap().parse().unwrap();
        self.stop();
        *self = Self::launch(port, self.lifetime, &[]);
    }

    /// Has it sign with new keys; the old ones stay published, or don't.
    pub(super) fn new_keys(&mut self, order: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        drop(self.hears("done"));
    }

    /// Its next line that begins so; it says other things, too.
    fn hears(&mut self, beginning: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.says.read_line(&mut line).unwrap() > 0, "it ended");
            if line.starts_with(beginning) {
                return line.trim().to_owned();
            }
        }
    }

    /// A token for a program, by its own credentials.
    pub(super) fn robot_token(&self, algorithm: &str, audience: &str) -> String {
        let client = format!("robot-{algorithm}");
        let credentials = STANDARD.encode(format!("{client}:{}", escaped(SECRET)));
        let body =
            format!("grant_type=client_credentials&scope=operate&resource={}", escaped(audience));
        let answer = self.post("/token", &format!("authorization: Basic {credentials}\r\n"), &body);
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> Value {
        let (authority, _) = split(&self.plain);
        let request = format!(
            "POST {path} HTTP/1.0\r\nhost: {authority}\r\n{headers}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = exchange(&authority, &request);
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}
