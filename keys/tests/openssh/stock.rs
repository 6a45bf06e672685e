//! The stock tools, a folder to use them in, and a security key in software.

#![expect(clippy::disallowed_methods, reason = "the stock tools are programs")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use conductor_keys::{
    allowed_signers::AllowedSigners,
    ssh_key::{Credential, PublicKey, SecretKey},
    sshsig::{SignError, Signs},
};
use ed25519_dalek::Signer as _;
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// Options of `ssh-keygen` for a key of each type that it can make without a device.
pub(crate) const TYPES: [(&str, &[&str]); 6] = [
    ("ed25519", &["-t", "ed25519"]),
    ("ecdsa-256", &["-t", "ecdsa", "-b", "256"]),
    ("ecdsa-384", &["-t", "ecdsa", "-b", "384"]),
    ("ecdsa-521", &["-t", "ecdsa", "-b", "521"]),
    ("rsa-2048", &["-t", "rsa", "-b", "2048"]),
    ("rsa-3072", &["-t", "rsa", "-b", "3072"]),
];

/// A folder with keys and signatures in it.
pub(crate) struct Stock {
    folder: TempDir,
}

impl Stock {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `ssh-keygen` in the folder, with something to read.
    pub(crate) fn keygen(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new("ssh-keygen")
            .args(arguments)
            .current_dir(self.folder.path())
            .env("TZ", "UTC")
            .env_remove("SSH_AUTH_SOCK")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have seen enough before it has read all.
        child.stdin.take().unwrap().write_all(input).ok();
        child.wait_with_output().unwrap()
    }

    pub(crate) fn must(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.keygen(arguments, input);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes a key without a passphrase.
    pub(crate) fn key(&self, name: &str, options: &[&str]) -> SecretKey {
        self.must(&[&["-q", "-N", "", "-C", "alice at home", "-f", name], options].concat(), b"");
        self.secret(name)
    }

    pub(crate) fn secret(&self, name: &str) -> SecretKey {
        SecretKey::load(&self.path(name), None).unwrap()
    }

    /// The key or the certificate of a `.pub` file.
    pub(crate) fn public(&self, name: &str) -> Credential {
        Credential::from_openssh(&self.read(&format!("{name}.pub"))).unwrap()
    }

    /// A signature by `ssh-keygen`, with a key file or under a certificate.
    pub(crate) fn sign(&self, key: &str, namespace: &str, message: &[u8]) -> String {
        self.must(&["-q", "-Y", "sign", "-f", key, "-n", namespace], message)
    }

    /// Whom `ssh-keygen -Y find-principals` finds.
    pub(crate) fn principals(&self, allowed: &str, signature: &str, at: Timestamp) -> Vec<String> {
        self.write("allowed", allowed);
        self.write("signature", signature);
        let time = format!("-Overify-time={}", at.strftime("%Y%m%d%H%M%SZ"));
        let arguments = ["-Y", "find-principals", "-f", "allowed", "-s", "signature", &time];
        let output = self.keygen(&arguments, b"");
        let found = String::from_utf8(output.stdout).unwrap();
        found.split([',', '\n']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// Whether `ssh-keygen -Y verify` accepts it.
    pub(crate) fn accepts(&self, claim: &Claim<'_>) -> bool {
        self.write("allowed", claim.allowed);
        self.write("signature", claim.signature);
        let time = format!("-Overify-time={}", claim.at.strftime("%Y%m%d%H%M%SZ"));
        let mut arguments = vec!["-Y", "verify", "-f", "allowed", "-I", claim.principal];
        arguments.extend(["-n", claim.namespace, "-s", "signature", time.as_str()]);
        if !claim.revoked.is_empty() {
            self.write("revoked", claim.revoked);
            self.must(&["-q", "-k", "-f", "krl", "revoked"], b"");
            arguments.extend(["-r", "krl"]);
        }
        self.keygen(&arguments, claim.message).status.success()
    }
}

/// All that a verdict depends on.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) allowed: &'a str,
    pub(crate) revoked: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a str,
}

pub(crate) fn signers(text: &str) -> AllowedSigners {
    AllowedSigners::parse(text, &TimeZone::UTC).unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn line(path: &Path) -> String {
    fs::read_to_string(path).unwrap().trim_end().to_owned()
}

pub(crate) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A security key in software, after `PROTOCOL.u2f`.
pub(crate) struct Device {
    credential: Credential,
    secret: DeviceSecret,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
}

enum DeviceSecret {
    Ed25519(ed25519_dalek::SigningKey),
    P256(p256::ecdsa::SigningKey),
}

const APPLICATION: &[u8] = b"ssh:";

impl Device {
    pub(crate) fn ed25519(flags: u8) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let mut wire = Vec::new();
        put_string(&mut wire, b"sk-ssh-ed25519@openssh.com");
        put_string(&mut wire, secret.verifying_key().as_bytes());
        put_string(&mut wire, APPLICATION);
        let credential = Credential::from_wire(&wire).unwrap();
        Self { credential, secret: DeviceSecret::Ed25519(secret), flags, counter: 41 }
    }

    pub(crate) fn p256(flags: u8) -> Self {
        let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let mut wire = Vec::new();
        put_string(&mut wire, b"sk-ecdsa-sha2-nistp256@openssh.com");
        put_string(&mut wire, b"nistp256");
        put_string(&mut wire, secret.verifying_key().to_encoded_point(false).as_bytes());
        put_string(&mut wire, APPLICATION);
        let credential = Credential::from_wire(&wire).unwrap();
        Self { credential, secret: DeviceSecret::P256(secret), flags, counter: 0xdead_beef }
    }

    pub(crate) fn public(&self) -> &PublicKey {
        self.credential.key()
    }
}

impl Signs for Device {
    fn credential(&self) -> &Credential {
        &self.credential
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let told = [
            &Sha256::digest(APPLICATION)[..],
            &[self.flags],
            &self.counter.to_be_bytes(),
            &Sha256::digest(message)[..],
        ]
        .concat();
        let mut blob = Vec::new();
        put_string(&mut blob, self.public().key_type().name().as_bytes());
        match &self.secret {
            DeviceSecret::Ed25519(key) => put_string(&mut blob, &key.sign(&told).to_bytes()),
            DeviceSecret::P256(key) => {
                use p256::ecdsa::signature::Signer as _;
                let signature: p256::ecdsa::Signature = key.sign(&told);
                let mut numbers = Vec::new();
                for number in [signature.r().to_bytes(), signature.s().to_bytes()] {
                    let start = number.iter().position(|byte| *byte != 0).unwrap();
                    let zero: &[u8] = if number[start] >= 0x80 { &[0] } else { &[] };
                    put_string(&mut numbers, &[zero, &number[start..]].concat());
                }
                put_string(&mut blob, &numbers);
            }
        }
        blob.push(self.flags);
        blob.extend_from_slice(&self.counter.to_be_bytes());
        Ok(blob)
    }
}
