//! A bundle as OPA packs and signs it, made here with openssl from scratch.

#![expect(clippy::disallowed_methods, reason = "openssl is a program")]

use std::{cell::RefCell, fs, path::Path, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use conductor_policy::{Bundle, PolicyError, Verifier, pack, signing_input};
use serde_json::json;
use tempfile::TempDir;

use super::{BUILT_IN, committed, question};

fn openssl(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    output.status.success().then_some(output.stdout)
}

/// A key in a folder of its own.
struct Key {
    folder: TempDir,
    algorithm: &'static str,
}

impl Key {
    fn new(algorithm: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = match algorithm {
            "ES256" => ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            _ => ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        };
        openssl(folder.path(), &[&["genpkey", "-out", "key"], &options[..]].concat()).unwrap();
        openssl(folder.path(), &["pkey", "-in", "key", "-pubout", "-out", "public"]).unwrap();
        Self { folder, algorithm }
    }

    /// Signs as openssl does; ECDSA comes as DER and goes into tokens as two plain numbers.
    fn sign(&self, message: &str) -> Vec<u8> {
        fs::write(self.folder.path().join("message"), message).unwrap();
        let arguments = ["dgst", "-sha256", "-sign", "key", "message"];
        let signature = openssl(self.folder.path(), &arguments).unwrap();
        if self.algorithm == "ES256" { plain(&signature) } else { signature }
    }

    /// Verifies as openssl does.
    fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let signature = if self.algorithm == "ES256" { der(signature) } else { signature.to_vec() };
        fs::write(self.folder.path().join("message"), message).unwrap();
        fs::write(self.folder.path().join("signature"), signature).unwrap();
        let arguments =
            ["dgst", "-sha256", "-verify", "public", "-signature", "signature", "message"];
        algorithm == self.algorithm && openssl(self.folder.path(), &arguments).is_some()
    }

    /// The committed bundle with a signature of this key, as files.
    fn signed(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> =
            committed().into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        files.push(("README.md".into(), b"not a rule, and signed all the same".to_vec()));
        let parts = files.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        let message = signing_input(self.algorithm, "release", parts).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(self.sign(&message));
        let signatures = json!({ "signatures": [format!("{message}.{signature}")] });
        files.push((".signatures.json".into(), signatures.to_string().into_bytes()));
        files
    }
}

/// The two numbers of an ECDSA signature in DER, 32 bytes each.
fn plain(der: &[u8]) -> Vec<u8> {
    let first = usize::from(der[3]);
    let numbers = [&der[4..4 + first], &der[6 + first..]];
    let padded = numbers.map(|number| {
        let number = &number[number.len().saturating_sub(32)..];
        [&vec![0; 32 - number.len()], number].concat()
    });
    padded.concat()
}

fn der(plain: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(31);
        let bytes = &bytes[zeros..];
        let sign = if bytes[0] >= 0x80 { vec![0] } else { vec![] };
        let length = u8::try_from(sign.len() + bytes.len()).unwrap();
        [vec![0x02, length], sign, bytes.to_vec()].concat()
    };
    let numbers = [number(&plain[..32]), number(&plain[32..64])].concat();
    [vec![0x30, u8::try_from(numbers.len()).unwrap()], numbers].concat()
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    pack(files.iter().map(|(name, content)| (name.as_str(), content.as_slice()))).unwrap()
}

fn refused(files: &[(String, Vec<u8>)], trust: &Verifier<'_>) -> String {
    match Bundle::from_archive(&packed(files), Some(trust)) {
        Err(error @ PolicyError::Signature(_)) => error.to_string(),
        other => panic!("it was not refused for its signature: {other:?}"),
    }
}

#[test]
fn a_bundle_that_openssl_signed_is_taken_whole() {
    for algorithm in ["ES256", "RS256"] {
        let key = Key::new(algorithm);
        let asked = RefCell::new(Vec::new());
        let trust = |algorithm: &str, id: &str, message: &[u8], signature: &[u8]| {
            asked.borrow_mut().push((algorithm.to_owned(), id.to_owned()));
            key.verifies(algorithm, message, signature)
        };
        let files = key.signed();
        let bundle = Bundle::from_archive(&packed(&files), Some(&trust)).unwrap();
        assert_eq!(bundle.revision(), BUILT_IN.revision());
        assert_eq!(bundle.signed().unwrap().key, "release");
        assert_eq!(*asked.borrow(), [(algorithm.to_owned(), "release".to_owned())]);
        assert!(bundle.decide(&question("operator", "run.start")).allow);
        // The same from a folder.
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in &files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        assert!(Bundle::load(folder.path(), Some(&trust)).is_ok());
        fs::write(folder.path().join("more.txt"), "x").unwrap();
        assert!(Bundle::load(folder.path(), Some(&trust)).is_err());
        // And from a file.
        let file = folder.path().join("bundle.tar.gz");
        fs::write(&file, packed(&files)).unwrap();
        assert_eq!(Bundle::load(&file, None).unwrap().revision(), BUILT_IN.revision());
    }
}

#[test]
fn a_byte_that_was_changed_has_it_refused_as_a_whole() {
    let key = Key::new("ES256");
    let trust = |algorithm: &str, _: &str, message: &[u8], signature: &[u8]| {
        key.verifies(algorithm, message, signature)
    };
    let files = key.signed();
    for place in 0..files.len() {
        let mut changed = files.clone();
        let (name, content) = &mut changed[place];
        let name = name.clone();
        match name.as_str() {
            ".signatures.json" => {
                let middle = content.len() / 2;
                content[middle] = if content[middle] == b'A' { b'B' } else { b'A' };
                refused(&changed, &trust);
                continue;
            }
            // What is hashed by its meaning may be laid out differently, and mean nothing else.
            ".manifest" => {
                let text = String::from_utf8(content.clone()).unwrap();
                *content = text.replace("conductor-1", "conductor-2").into_bytes();
            }
            json if json.ends_with("data.json") => {
                let text = String::from_utf8(content.clone()).unwrap();
                let at = text.find('"').unwrap() + 1;
                *content = [&text[..at], "x", &text[at + 1..]].concat().into_bytes();
            }
            _ => content[0] ^= 1,
        }
        let said = refused(&changed, &trust);
        assert!(said.contains(&format!("{name} was changed")), "{said}");
    }
    let mut spaced = files;
    for (name, content) in &mut spaced {
        if name.ends_with("data.json") {
            content.insert(1, b' ');
        }
    }
    assert!(Bundle::from_archive(&packed(&spaced), Some(&trust)).is_ok());
}

#[test]
fn nothing_may_be_added_left_out_or_signed_by_another() {
    let key = Key::new("ES256");
    let trust = |algorithm: &str, _: &str, message: &[u8], signature: &[u8]| {
        key.verifies(algorithm, message, signature)
    };
    let files = key.signed();
    let mut more = files.clone();
    more.push(("extra.rego".into(), b"package conductor.extra\n".to_vec()));
    assert!(refused(&more, &trust).contains("extra.rego is in the bundle and was not signed"));
    let mut fewer = files.clone();
    fewer.retain(|(name, _)| name != "quota/quota.rego");
    assert!(refused(&fewer, &trust).contains("quota/quota.rego was signed and is not in"));
    let mut unsigned = files.clone();
    unsigned.retain(|(name, _)| name != ".signatures.json");
    assert!(refused(&unsigned, &trust).contains("there is no .signatures.json"));
    assert!(refused(&files, &|_, _, _, _| false).contains("not good, or not trusted"));
    assert!(refused(&Key::new("ES256").signed(), &trust).contains("not good, or not trusted"));
    let signatures = |text: &str| {
        let mut files = files.clone();
        files.last_mut().unwrap().1 = text.as_bytes().to_vec();
        refused(&files, &|_, _, _, _| true)
    };
    assert!(signatures(r#"{"signatures": []}"#).contains("exactly one"));
    assert!(signatures(r#"{"signatures": ["a", "b"]}"#).contains("exactly one"));
    assert!(signatures(r#"{"signatures": ["a.b"]}"#).contains("no signed token"));
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let empty = URL_SAFE_NO_PAD.encode(r#"{"files":[]}"#);
    let token = format!(r#"{{"signatures": ["{none}.{empty}."]}}"#);
    assert!(signatures(&token).contains("it is signed with none"));
}

#[test]
fn a_bundle_survives_being_packed() {
    let packed = BUILT_IN.to_archive().unwrap();
    let again = Bundle::from_archive(&packed, None).unwrap();
    assert_eq!(again.files(), BUILT_IN.files());
    assert_eq!(again.revision(), BUILT_IN.revision());
    assert_eq!(again.manifest().roots, ["conductor", "actions", "gate", "profiles", "scales"]);
    assert_eq!(again.to_archive().unwrap(), packed);
    assert!(again.signed().is_none());
}
