//! Attestations that other tools signed: OpenSSL makes the keys and the signatures, as cosign makes them, and
//! the release gate goes by whose they are.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_tests::{Answer, Daemon, root};
use serde_json::{Value, json};

use crate::workflows;

const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
const BUILDER: &str = "builder:ci";

/// A daemon with a run that succeeded, and a folder with a key for each algorithm.
struct Scene {
    daemon: Daemon,
    run: String,
}

impl Scene {
    fn set() -> Self {
        let daemon = Daemon::start();
        daemon.console().publish(workflows::NOOP);
        let scene = Self { run: ended(&daemon), daemon };
        for (name, options) in [
            ("p256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"][..]),
            ("ed25519", &["-algorithm", "ed25519"]),
        ] {
            let key = scene.file(name);
            scene.openssl(&[&["genpkey"], options, &["-out", text(&key)]].concat());
            let public = scene.file(&format!("{name}.pub"));
            scene.openssl(&["pkey", "-in", text(&key), "-pubout", "-out", text(&public)]);
        }
        scene
    }

    fn file(&self, name: &str) -> PathBuf {
        self.daemon.folder().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        let done = Command::new("openssl").args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn call(&self, arguments: &[&str]) -> Answer {
        self.daemon.console().call(arguments)
    }

    fn enroll(&self, name: &str) {
        let public = self.file(&format!("{name}.pub"));
        let words = ["keys", "enroll", BUILDER, "--key", text(&public), "--namespace", "artifact"];
        drop(self.call(&words).exits(0));
    }

    /// What OpenSSL makes of DSSE's encoding of a payload.
    fn sign(&self, name: &str, payload: &[u8]) -> String {
        let (message, signature, key) = (self.file("pae"), self.file("sig"), self.file(name));
        let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
        fs::write(&message, [head.as_bytes(), payload].concat()).unwrap();
        let (message, made, key) = (text(&message), text(&signature), text(&key));
        match name {
            "ed25519" => self.openssl(&[
                "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", message, "-out", made,
            ]),
            _ => self.openssl(&["dgst", "-sha256", "-sign", key, "-out", made, message]),
        }
        BASE64_STANDARD.encode(fs::read(&signature).unwrap())
    }

    fn envelope(&self, name: &str, payload: &[u8]) -> Value {
        let signature = self.sign(name, payload);
        json!({
            "payloadType": PAYLOAD_TYPE,
            "payload": BASE64_STANDARD.encode(payload),
            "signatures": [{"keyid": "", "sig": signature}],
        })
    }

    /// Adds a file to the run.
    fn upload(&self, content: &str) -> Value {
        let file = self.file("attestation");
        fs::write(&file, content).unwrap();
        let words = ["artifacts", "upload", text(&file), "--run", &self.run];
        self.daemon.console().json(&words)
    }

    /// That the gate is closed, and says which artifact closes it and why.
    fn blocks(&self, artifact: &Value, why: &str) {
        assert_eq!(artifact["signature"], "unverifiable", "{artifact:#}");
        let id = artifact["artifactId"].as_str().unwrap();
        let said = self.call(&["gate", "check", &self.run]).exits(10).stdout;
        let named = |line: &str| line.contains(id) && line.contains(why);
        assert!(said.lines().any(named), "{why}: {said}");
    }
}

fn ended(daemon: &Daemon) -> String {
    let started = daemon.console().json(&["run", "noop"]);
    let run = started["runId"].as_str().unwrap().to_owned();
    drop(daemon.console().call(&["runs", "show", &run, "--follow"]).exits(0));
    run
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The statements of a bundle of attestations that proves all three.
fn statements() -> Vec<Vec<u8>> {
    let lines =
        fs::read_to_string(root().join("protocol/tests/evidence/all.intoto.jsonl")).unwrap();
    let payload = |line: &str| {
        let envelope: Value = serde_json::from_str(line).unwrap();
        BASE64_STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap()
    };
    lines.lines().map(payload).collect()
}

#[test]
fn what_a_builder_signed_opens_the_gate_and_one_byte_closes_it() {
    let scene = Scene::set();
    scene.enroll("p256");
    scene.enroll("ed25519");
    let statements = statements();
    let envelopes: Vec<Value> = statements
        .iter()
        .zip(["p256", "ed25519", "p256"])
        .map(|(payload, key)| scene.envelope(key, payload))
        .collect();
    let lines: Vec<String> = envelopes.iter().map(ToString::to_string).collect();
    let known = scene.upload(&lines.join("\n"));
    assert_eq!((&known["signature"], &known["signedBy"]), (&"signed".into(), &BUILDER.into()));
    assert_eq!(known["signedWithin"].as_array().map(Vec::len), Some(2), "two keys: {known:#}");
    let shown = scene.call(&["artifacts", "show", known["artifactId"].as_str().unwrap()]);
    assert!(shown.exits(0).stdout.contains(&format!("signed by {BUILDER}")));
    drop(scene.call(&["gate", "check", &scene.run]).exits(0));
    // A sigstore bundle by the same key, with its hint.
    let bundle = json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": "anything"}, "tlogEntries": []},
        "dsseEnvelope": envelopes[0],
    });
    assert_eq!(scene.upload(&bundle.to_string())["signature"], "signed");
    drop(scene.call(&["gate", "check", &scene.run]).exits(0));

    let altered = |envelope: &Value, field: &str, at: usize| {
        let mut envelope = envelope.clone();
        let place = match field {
            "sig" => envelope.pointer_mut("/signatures/0/sig").unwrap(),
            _ => &mut envelope[field],
        };
        let mut bytes = BASE64_STANDARD.decode(place.as_str().unwrap()).unwrap();
        bytes[at] ^= 1;
        *place = BASE64_STANDARD.encode(bytes).into();
        envelope
    };
    // In what was signed: its builder is another one.
    let other = String::from_utf8(statements[0].clone()).unwrap();
    let at = other.find("example.com").unwrap();
    let forged = scene.upload(&altered(&envelopes[0], "payload", at).to_string());
    scene.blocks(&forged, "or one that was altered");
    let forged = scene.upload(&altered(&envelopes[1], "sig", 20).to_string());
    scene.blocks(&forged, "or one that was altered");
}

#[test]
fn who_is_not_enrolled_and_what_can_t_be_checked_close_the_gate() {
    let scene = Scene::set();
    let statement = statements().remove(0);
    let envelope = scene.envelope("p256", &statement);
    scene.blocks(&scene.upload(&envelope.to_string()), "by no key that is enrolled here");
    let by_certificate = json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"certificate": {"rawBytes": "MIIB"}},
        "dsseEnvelope": envelope,
    });
    scene.blocks(&scene.upload(&by_certificate.to_string()), "by a certificate");
    // Once the key is enrolled what comes is good, and a key that was taken back is none.
    scene.enroll("p256");
    assert_eq!(scene.upload(&envelope.to_string())["signature"], "signed");
    let listed = scene.daemon.console().json(&["keys", "list", BUILDER]);
    let key = listed[0]["fingerprint"].as_str().unwrap();
    drop(scene.call(&["keys", "revoke", key, "--reason", "lost"]).exits(0));
    scene.blocks(&scene.upload(&envelope.to_string()), "revoked");
}
