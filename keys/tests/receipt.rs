//! Receipts: what holds, and that nothing of one can be changed.
#![expect(clippy::unwrap_used, reason = "tests")]

use conductor_keys::{
    bundle::{Bundle, BundleError},
    dsse,
    merkle::{Frontier, Hash, leaf_hash},
    note::SigningKey,
    receipt::{self, Part, Trusted},
    signing::sign_checkpoint,
};
use serde_json::{Value, json};

fn key() -> SigningKey {
    SigningKey::from_seed("led_example", [4; 32]).unwrap()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A statement about the second of two records.
fn statement() -> Value {
    let (first, leaf) = (leaf_hash(b"first"), leaf_hash(b"second"));
    let mut tree = Frontier::default();
    tree.append(first, |_, _, _| {});
    tree.append(leaf, |_, _, _| {});
    let note = sign_checkpoint(&[&key()], 2, &tree.root()).unwrap();
    json!({
        "_type": receipt::STATEMENT_TYPE,
        "subject": [{"name": "run_1", "digest": {"sha256": hex(&leaf)}}],
        "predicateType": receipt::PREDICATE_TYPE,
        "predicate": {
            "buildDefinition": {"buildType": "urn:conductor:build:run:v1", "externalParameters": {}},
            "runDetails": {"builder": {"id": "urn:conductor:daemon:led_example"}},
            "conductor_ledger": {
                "origin": "led_example",
                "position": 2,
                "leafHash": hex(&leaf),
                "treeSize": 2,
                "inclusionProof": [hex(&first)],
                "checkpoint": note,
            },
        },
    })
}

fn bundle_of(statement: &[u8]) -> String {
    let signature = key().sign_bytes(&dsse::pae(dsse::IN_TOTO, statement)).to_vec();
    Bundle::of_statement(statement.to_vec(), signature, &key().verifier()).to_json()
}

fn bundle() -> String {
    bundle_of(statement().to_string().as_bytes())
}

fn trusted() -> Trusted {
    Trusted::parse(&key().verifier().to_string()).unwrap()
}

#[test]
fn one_holds_by_either_form_of_the_key_and_by_no_other() {
    let verified = receipt::verify(bundle().as_bytes(), &trusted()).unwrap();
    let parts: Vec<Part> = verified.checked().iter().map(|checked| checked.part).collect();
    let whole = [Part::Key, Part::Signature, Part::Statement, Part::Subject];
    assert_eq!(parts, [&whole[..], &[Part::Checkpoint, Part::Ledger]].concat());
    let by_pem = Trusted::parse(&key().verifier().to_pem()).unwrap();
    assert_eq!(receipt::verify(bundle().as_bytes(), &by_pem).unwrap(), verified);
    let other = SigningKey::from_seed("led_example", [5; 32]).unwrap().verifier();
    let failed = receipt::verify(bundle().as_bytes(), &Trusted::from(other)).unwrap_err();
    assert_eq!(failed.part, Part::Key);
    // The name is a part of the key.
    let renamed = SigningKey::from_seed("led_other", [4; 32]).unwrap().verifier();
    let failed = receipt::verify(bundle().as_bytes(), &Trusted::from(renamed)).unwrap_err();
    assert_eq!(failed.part, Part::Checkpoint);
}

#[test]
fn no_byte_of_one_can_be_changed() {
    let whole = bundle().into_bytes();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            assert!(receipt::verify(&changed, &trusted()).is_err(), "bit {bit} of byte {at}");
        }
    }
    for end in 0..whole.len() {
        assert!(receipt::verify(&whole[..end], &trusted()).is_err(), "cut off at {end}");
    }
}

/// What fails when a signed statement says something else.
fn part_of(change: impl FnOnce(&mut Value)) -> Part {
    let mut changed = statement();
    change(&mut changed);
    let bundle = bundle_of(changed.to_string().as_bytes());
    receipt::verify(bundle.as_bytes(), &trusted()).unwrap_err().part
}

#[test]
fn what_does_not_hang_together_is_named_even_where_the_key_signed_it() {
    let other = hex(&leaf_hash(b"other"));
    let ledger = |changed: &mut Value, name: &str, value: Value| {
        changed["predicate"]["conductor_ledger"][name] = value;
    };
    let hash = other.clone();
    let subject = part_of(|it| it["subject"][0]["digest"]["sha256"] = json!(hash));
    assert_eq!(subject, Part::Subject);
    let hash = other.clone();
    assert_eq!(part_of(|it| ledger(it, "leafHash", json!(hash))), Part::Subject);
    let hash = other.clone();
    assert_eq!(part_of(|it| ledger(it, "inclusionProof", json!([hash]))), Part::Ledger);
    assert_eq!(part_of(|it| ledger(it, "position", json!(1))), Part::Ledger);
    assert_eq!(part_of(|it| ledger(it, "position", json!(0))), Part::Ledger);
    assert_eq!(part_of(|it| ledger(it, "treeSize", json!(3))), Part::Checkpoint);
    assert_eq!(part_of(|it| ledger(it, "checkpoint", json!("x"))), Part::Checkpoint);
    assert_eq!(part_of(|it| it["_type"] = json!("x")), Part::Statement);
    assert_eq!(part_of(|it| it["predicateType"] = json!("x")), Part::Statement);
    assert_eq!(part_of(|it| it["subject"] = json!([])), Part::Statement);
    assert_eq!(part_of(|it| it["more"] = json!(1)), Part::Statement);
    let approval = json!([{
        "id": "apr_1", "statement": "{}", "signatures": [],
        "statementDigest": format!("sha256:{other}"),
    }]);
    let approvals = part_of(|it| it["predicate"]["conductor_approvals"] = approval);
    assert_eq!(approvals, Part::Approvals);
}

#[test]
fn what_is_said_twice_is_refused() {
    let text = statement().to_string().replacen("{\"_type\"", "{\"_type\":\"x\",\"_type\"", 1);
    let failed = receipt::verify(bundle_of(text.as_bytes()).as_bytes(), &trusted()).unwrap_err();
    assert_eq!(failed.part, Part::Statement);
    assert!(failed.to_string().contains("twice"), "{failed}");
}

#[test]
fn a_bundle_of_another_form_is_refused_by_what_is_wrong() {
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&bundle()).unwrap();
        change(&mut value);
        Bundle::parse(value.to_string().as_bytes()).unwrap_err()
    };
    let newer = "application/vnd.dev.sigstore.bundle.v0.4+json";
    let error = changed(&|it| it["mediaType"] = json!(newer));
    assert_eq!(error, BundleError::MediaType(newer.into()));
    let error = changed(&|it| {
        let one = it["dsseEnvelope"]["signatures"][0].clone();
        it["dsseEnvelope"]["signatures"] = json!([one, one]);
    });
    assert_eq!(error, BundleError::Signatures(2));
    let error = changed(&|it| it["dsseEnvelope"]["signatures"] = json!([]));
    assert_eq!(error, BundleError::Signatures(0));
    let error = changed(&|it| it["verificationMaterial"]["tlogEntries"] = json!([{}]));
    assert_eq!(error, BundleError::Entries);
    let error = changed(&|it| it["verificationMaterial"]["certificate"] = json!({}));
    assert!(matches!(error, BundleError::Form(_)), "{error}");
    assert_eq!(Bundle::parse(&[b' '; 2 * 1024 * 1024 + 1]).unwrap_err(), BundleError::Length);
}

#[test]
fn a_key_that_is_none_is_refused() {
    for text in ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
        assert!(Trusted::parse(text).is_err(), "{text}");
    }
}
