//! What a stranger can check without our program: the checkpoint's signature with OpenSSL, and a
//! record's place in the tree with nothing but SHA-256 and RFC 6962.

use std::{fs, path::Path, process::Command};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_protocol::v1::InclusionProofRequest;
use conductor_tests::{Daemon, skipped};
use sha2::{Digest as _, Sha256};

use crate::workflows;

/// What stands before 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410).
const KEY_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

fn daemon_with_history() -> Daemon {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    for _ in 0..5 {
        drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    }
    // A stop in good order signs a checkpoint over everything.
    assert!(daemon.stop().success());
    daemon.launch();
    daemon
}

#[test]
fn openssl_agrees_with_the_checkpoint_s_signature() {
    let daemon = daemon_with_history();
    let checkpoint = daemon.console().json(&["ledger", "checkpoint"]);
    let text = |name: &str| checkpoint[name].as_str().expect("text in the checkpoint").to_owned();
    let (note, verifier) = (text("note"), text("verifierKey"));
    // A verifier key is `name+hash+key`; a signed note is text, an empty line, and a line
    // `— name signature`, where both base64 texts begin with a type or hash of their own.
    // The key's own text may hold a `+`, so it is what is left after the first two.
    let key = BASE64_STANDARD.decode(verifier.splitn(3, '+').nth(2).unwrap()).unwrap();
    let (body, signatures) = note.split_once("\n\n").unwrap();
    let signature = signatures.trim().rsplit_once(' ').unwrap().1;
    let signature = BASE64_STANDARD.decode(signature).unwrap();
    let body = format!("{body}\n");

    let parts = [&[&KEY_PREFIX[..], &key[1..]].concat(), body.as_bytes(), &signature[4..]];
    let Some(verified) = openssl_verifies(daemon.folder(), parts) else {
        return skipped("openssl is not installed: apt-get install openssl");
    };
    assert!(verified, "{note}");
    let forged = body.replacen('\n', "\n1", 1);
    let parts = [parts[0], forged.as_bytes(), parts[2]];
    assert_eq!(openssl_verifies(daemon.folder(), parts), Some(false), "{forged}");
}

/// Whether the signature is the key's over the text; `None` where there is no openssl.
fn openssl_verifies(folder: &Path, [key, text, signature]: [&[u8]; 3]) -> Option<bool> {
    let keep = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut openssl = Command::new("openssl");
    openssl.args(["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey"]);
    openssl.arg(keep("key.der", key)).arg("-in").arg(keep("note", text));
    openssl.arg("-sigfile").arg(keep("signature", signature));
    Some(openssl.output().ok()?.status.success())
}

#[tokio::test]
async fn every_record_is_in_the_tree_that_the_checkpoint_signs() {
    let daemon = daemon_with_history();
    let checkpoint = daemon.console().json(&["ledger", "checkpoint"]);
    let size = checkpoint["size"].as_u64().expect("a size");
    let root = checkpoint["rootHash"].as_str().unwrap();
    assert!(size > 10, "{checkpoint}");
    let mut ledger = daemon.api().await.ledger();
    for seq in 1..=size {
        let request = InclusionProofRequest { seq, tree_size: size, ..Default::default() };
        let proof = ledger.inclusion_proof(request).await.unwrap().into_inner();
        assert_eq!((proof.index, proof.tree_size), (seq - 1, size));
        let leaf = BASE64_STANDARD.decode(&proof.leaf_hash).unwrap();
        let path = proof.hashes.iter().map(|hash| BASE64_STANDARD.decode(hash).unwrap());
        let reached = climb(proof.index, size, leaf, path);
        assert_eq!(BASE64_STANDARD.encode(reached), root, "record {seq}");
    }
}

/// RFC 9162, section 2.1.3.2: from a leaf to the root.
fn climb(index: u64, size: u64, leaf: Vec<u8>, path: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let (mut number, mut last, mut hash) = (index, size - 1, leaf);
    let node = |left: &[u8], right: &[u8]| Sha256::digest([&[1], left, right].concat()).to_vec();
    for sibling in path {
        if number % 2 == 1 || number == last {
            hash = node(&sibling, &hash);
            while number.is_multiple_of(2) && number != 0 {
                number /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, &sibling);
        }
        number /= 2;
        last /= 2;
    }
    assert_eq!(last, 0, "the proof is too short");
    hash
}
