//! Disclosure packs: what holds, and that nothing of one can be changed, left out or added.
#![expect(clippy::unwrap_used, reason = "tests")]

use conductor_keys::{
    bundle::Bundle,
    dsse,
    merkle::{Frontier, Hash, leaf_hash},
    note::SigningKey,
    pack::{self, PREDICATE_TYPE, PackError, RECEIPT, STATEMENT},
    receipt::{self, Trusted},
    signing::sign_checkpoint,
};
use serde_json::{Value, json};

type Parts = Vec<(String, Vec<u8>)>;

fn key() -> SigningKey {
    SigningKey::from_seed("led_example", [4; 32]).unwrap()
}

fn trusted() -> Trusted {
    Trusted::from(key().verifier())
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed(key: &SigningKey, statement: Vec<u8>) -> Vec<u8> {
    let signature = key.sign_bytes(&dsse::pae(dsse::IN_TOTO, &statement)).to_vec();
    Bundle::of_statement(statement, signature, &key.verifier()).to_json().into_bytes()
}

/// The receipt of a run, whose record is the second of two.
fn receipt_of(run: &str) -> Vec<u8> {
    let (first, leaf) = (leaf_hash(b"first"), leaf_hash(run.as_bytes()));
    let mut tree = Frontier::default();
    tree.append(first, |_, _, _| {});
    tree.append(leaf, |_, _, _| {});
    let statement = json!({
        "_type": receipt::STATEMENT_TYPE,
        "subject": [{"name": run, "digest": {"sha256": hex(&leaf)}}],
        "predicateType": receipt::PREDICATE_TYPE,
        "predicate": {
            "conductor_ledger": {
                "origin": "led_example",
                "position": 2,
                "leafHash": hex(&leaf),
                "treeSize": 2,
                "inclusionProof": [hex(&first)],
                "checkpoint": sign_checkpoint(&[&key()], 2, &tree.root()).unwrap(),
            },
        },
    });
    signed(&key(), statement.to_string().into_bytes())
}

fn predicate() -> Value {
    json!({"run": "run_1", "record": 2})
}

/// Signs what is there, as the daemon does.
fn sealed(key: &SigningKey, predicate: &Value, mut parts: Parts) -> Parts {
    let borrowed = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let statement = pack::statement(predicate, borrowed);
    parts.push((STATEMENT.to_owned(), signed(key, statement)));
    parts
}

fn unsealed() -> Parts {
    let part = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    vec![
        part("README.md", b"# run_1\n"),
        part("logs/a/1.stdout.txt", b"hello\n"),
        part("empty", b""),
        (RECEIPT.to_owned(), receipt_of("run_1")),
    ]
}

fn whole() -> Parts {
    sealed(&key(), &predicate(), unsealed())
}

/// What is wrong with it.
fn refused(parts: &Parts) -> PackError {
    pack::verify(parts, &trusted()).unwrap_err()
}

#[test]
fn one_holds_by_its_key_and_says_what_was_checked() {
    let verified = pack::verify(&whole(), &trusted()).unwrap();
    assert_eq!((verified.run.as_str(), &verified.predicate), ("run_1", &predicate()));
    let checked: Vec<&str> = verified.checked.iter().map(|(part, _)| part.as_str()).collect();
    let parts = [STATEMENT, "README.md", "logs/a/1.stdout.txt", "empty", RECEIPT];
    assert_eq!(checked[..5], parts);
    assert!(checked[5..].contains(&"receipt ledger proof"), "{checked:?}");
    // In which order they are says nothing.
    let mut turned = whole();
    turned.reverse();
    assert_eq!(pack::verify(&turned, &trusted()).unwrap(), verified);
}

#[test]
fn no_byte_of_any_part_can_be_another_and_the_part_is_named() {
    for place in 0..whole().len() {
        let name = whole()[place].0.clone();
        for at in 0..whole()[place].1.len() {
            let mut changed = whole();
            changed[place].1[at] ^= 1;
            assert_eq!(refused(&changed).part, name, "byte {at} of {name}");
        }
        let mut longer = whole();
        longer[place].1.push(b' ');
        // White space after its end is no part of a bundle's meaning, and the signature is in it.
        let held = pack::verify(&longer, &trusted());
        assert!(held.is_err_and(|error| error.part == name) || name == STATEMENT, "{name}");
    }
}

#[test]
fn none_can_be_left_out_added_or_there_twice() {
    for place in 0..whole().len() {
        let mut fewer = whole();
        let (name, _) = fewer.remove(place);
        assert_eq!(refused(&fewer).part, name);
        assert!(refused(&fewer).problem.contains("missing"));
        let mut twice = whole();
        twice.push((name.clone(), b"another".to_vec()));
        assert_eq!(refused(&twice).part, name);
    }
    let mut more = whole();
    more.push(("more.txt".to_owned(), Vec::new()));
    let error = refused(&more);
    assert_eq!(error.part, "more.txt");
    assert_eq!(
        error.to_string(),
        "the pack does not hold: more.txt: the statement knows nothing of it"
    );
    let mut renamed = whole();
    renamed[0].0 = "READ.md".to_owned();
    assert_eq!(refused(&renamed).part, "README.md");
}

#[test]
fn the_receipt_is_of_the_run_that_the_pack_is_about() {
    let mut other = unsealed();
    other[3].1 = receipt_of("run_2");
    let error = refused(&sealed(&key(), &predicate(), other));
    assert_eq!(error.part, RECEIPT);
    assert!(error.problem.contains("run_2") && error.problem.contains("run_1"), "{error}");
    let record = json!({"run": "run_1", "record": 3});
    assert_eq!(refused(&sealed(&key(), &record, unsealed())).part, RECEIPT);
    assert_eq!(refused(&sealed(&key(), &json!({}), unsealed())).part, RECEIPT);
    let mut none = unsealed();
    none.truncate(3);
    assert_eq!(refused(&sealed(&key(), &predicate(), none)).part, RECEIPT);
}

#[test]
fn another_key_proves_nothing() {
    let other = SigningKey::from_seed("led_example", [5; 32]).unwrap();
    let error = refused(&sealed(&other, &predicate(), unsealed()));
    assert_eq!(error.part, STATEMENT);
    assert!(pack::verify(&whole(), &Trusted::from(other.verifier())).is_err());
    // One that names the trusted key, and is not by it.
    let borrowed = unsealed();
    let parts = borrowed.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let statement = pack::statement(&predicate(), parts);
    let signature = other.sign_bytes(&dsse::pae(dsse::IN_TOTO, &statement)).to_vec();
    let forged = Bundle::of_statement(statement, signature, &key().verifier()).to_json();
    let mut parts = unsealed();
    parts.push((STATEMENT.to_owned(), forged.into_bytes()));
    assert_eq!(refused(&parts).part, STATEMENT);
}

#[test]
fn a_receipt_is_no_statement_over_a_pack() {
    let mut parts = whole();
    parts[4].1 = receipt_of("run_1");
    let error = refused(&parts);
    assert_eq!(error.part, STATEMENT);
    assert!(error.problem.contains(PREDICATE_TYPE), "{error}");
}
