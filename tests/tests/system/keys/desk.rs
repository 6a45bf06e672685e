//! OpenSSH's own tools, and a folder to use them in.

use std::{
    fs,
    io::Write as _,
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use tempfile::TempDir;

/// What is signed.
const MESSAGE: &[u8] = b"go ahead\n";
/// Security keys without a device, of OpenSSH's own tests.
pub(crate) const DEVICE: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";
/// How long an agent has until it answers.
const AGENT_WITHIN: Duration = Duration::from_secs(30);

/// Options of `ssh-keygen` for a key of each type that it can make without a device.
pub(crate) const TYPES: [(&str, &[&str]); 5] = [
    ("ed25519", &["-t", "ed25519"]),
    ("ecdsa-256", &["-t", "ecdsa", "-b", "256"]),
    ("ecdsa-384", &["-t", "ecdsa", "-b", "384"]),
    ("ecdsa-521", &["-t", "ecdsa", "-b", "521"]),
    ("rsa-2048", &["-t", "rsa", "-b", "2048"]),
];

/// All that a verdict of `ssh-keygen -Y verify` depends on.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) allowed: &'a str,
    /// Public keys, one a line.
    pub(crate) revoked: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) signature: &'a str,
    /// When it is verified; now when it is empty.
    pub(crate) at: &'a str,
}

/// A folder with keys.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Signs a runbook that lies here, as its author and as its reviewer, beside it.
    pub(crate) fn sign_runbook(&self, file: &str, author: &str, reviewer: &str) {
        let sign = |key| {
            let sign = ["-q", "-Y", "sign", "-n", "runbook@conductor", "-f", key, file];
            self.keygen(&sign, b"").unwrap();
        };
        sign(reviewer);
        let signature = self.path(&format!("{file}.sig"));
        fs::rename(signature, self.path(&format!("{file}.review.sig"))).unwrap();
        sign(author);
    }

    /// What `ssh-keygen` writes, or what it complains of.
    pub(crate) fn keygen(&self, arguments: &[&str], input: &[u8]) -> Result<String, String> {
        let mut child = Command::new("ssh-keygen")
            .args(arguments)
            .current_dir(self.0.path())
            .env("TZ", "UTC")
            .env_remove("SSH_AUTH_SOCK")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have seen enough before it has read all.
        child.stdin.take().unwrap().write_all(input).ok();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Makes a key without a passphrase.
    pub(crate) fn key(&self, name: &str, options: &[&str]) {
        let make = ["-q", "-N", "", "-C", "at home", "-f", name];
        self.keygen(&[&make[..], options].concat(), b"").unwrap();
    }

    /// Makes a security key that signs when it is touched, as the device always is; with
    /// `no-touch-required` its signatures say that nobody did.
    pub(crate) fn security_key(&self, name: &str, options: &[&str]) {
        self.key(name, &[&["-t", "ed25519-sk", "-w", DEVICE][..], options].concat());
    }

    /// The line of a `.pub` file.
    pub(crate) fn public(&self, name: &str) -> String {
        let text = fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap();
        text.trim_end().to_owned()
    }

    pub(crate) fn fingerprint(&self, name: &str) -> String {
        let told = self.keygen(&["-l", "-f", &format!("{name}.pub")], b"").unwrap();
        told.split(' ').nth(1).unwrap().to_owned()
    }

    /// Has a CA certify a key for a principal.
    pub(crate) fn certify(&self, ca: &str, name: &str, principal: &str) {
        let public = format!("{name}.pub");
        self.keygen(&["-q", "-s", ca, "-I", "here", "-n", principal, &public], b"").unwrap();
    }

    pub(crate) fn sign(&self, key: &str, namespace: &str) -> String {
        self.keygen(&["-q", "-Y", "sign", "-f", key, "-n", namespace], MESSAGE).unwrap()
    }

    pub(crate) fn accepts(&self, claim: &Claim<'_>) -> bool {
        self.write("allowed", claim.allowed);
        self.write("signature", claim.signature);
        let mut arguments = vec!["-Y", "verify", "-f", "allowed", "-I", claim.principal];
        arguments.extend(["-n", claim.namespace, "-s", "signature"]);
        let at = format!("-Overify-time={}", claim.at);
        if !claim.at.is_empty() {
            arguments.push(&at);
        }
        if !claim.revoked.is_empty() {
            self.write("revoked", claim.revoked);
            arguments.extend(["-r", "revoked"]);
        }
        self.keygen(&arguments, MESSAGE).is_ok()
    }

    /// An agent that holds these keys.
    pub(crate) fn agent(&self, keys: &[&str]) -> Agent {
        let socket = self.path("agent");
        let child = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Agent { child, socket };
        let deadline = Instant::now() + AGENT_WITHIN;
        // Its socket is there a moment before it listens.
        while UnixStream::connect(&agent.socket).is_err() {
            assert!(Instant::now() < deadline, "ssh-agent does not listen");
            std::thread::yield_now();
        }
        for key in keys {
            let added = Command::new("ssh-add")
                .args(["-q", key])
                .current_dir(self.0.path())
                .env("SSH_AUTH_SOCK", &agent.socket)
                .env("SSH_SK_PROVIDER", DEVICE)
                .status()
                .unwrap();
            assert!(added.success(), "{key}");
        }
        agent
    }
}

/// An agent, ended when dropped.
pub(crate) struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    pub(crate) fn socket(&self) -> PathBuf {
        self.socket.clone()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Lines of security keys: their points are of keys without a device.
pub(crate) fn security_keys(desk: &Desk) -> [String; 2] {
    [("sk-ssh-ed25519@openssh.com", "ed25519"), ("sk-ecdsa-sha2-nistp256@openssh.com", "ecdsa-256")]
        .map(|(name, like)| {
            let line = desk.public(like);
            let plain = BASE64_STANDARD.decode(line.split(' ').nth(1).unwrap()).unwrap();
            let length =
                usize::try_from(u32::from_be_bytes(plain[..4].try_into().unwrap())).unwrap();
            let mut wire = Vec::new();
            put(&mut wire, name.as_bytes());
            wire.extend_from_slice(&plain[4 + length..]);
            put(&mut wire, b"ssh:");
            format!("{name} {} my device", BASE64_STANDARD.encode(wire))
        })
}

fn put(wire: &mut Vec<u8>, bytes: &[u8]) {
    wire.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
    wire.extend_from_slice(bytes);
}
