//! The keys of a log, one after another: what holds, what does not, and what each of them counts for.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use conductor_keys::{
    bundle::Bundle,
    chain::{Chain, ChainError, HANDOVERS_MAX},
    dsse,
    merkle::{Frontier, Hash, leaf_hash},
    note::{SigningKey, VerifierKey},
    pack,
    receipt::{self, Part, Trusted},
    signing::{HandoverError, Ring, Sign, sign_checkpoint, sign_note},
};
use proptest::prelude::*;
use serde_json::json;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("led_example", [seed; 32]).unwrap()
}

fn note(chain: &Chain, (old, new): (u8, u8), from: u64) -> String {
    let text = chain.draft(&key(new).verifier(), from, 1_000 + from).unwrap();
    sign_note(&[&key(old), &key(new)], text.as_bytes()).unwrap()
}

/// Key 1, from 10 records on key 2, and so on.
fn chain_of(keys: u8) -> Chain {
    let mut chain = Chain::from(key(1).verifier());
    for old in 1..keys {
        let next = note(&chain, (old, old + 1), u64::from(old) * 10);
        chain.append(&next).unwrap();
    }
    chain
}

fn verifier(seed: u8) -> VerifierKey {
    key(seed).verifier()
}

fn problem(error: &ChainError) -> (u64, &'static str) {
    match error {
        ChainError::Broken { number, problem } => (*number, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn each_key_has_its_time_and_the_file_says_so() {
    let chain = chain_of(3);
    assert_eq!(Chain::parse(chain.to_json().as_bytes()).unwrap(), chain);
    let by_size = [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (u64::MAX, 3)];
    for (size, seed) in by_size {
        assert_eq!(*chain.at(size), verifier(seed), "{size}");
    }
    let spans: Vec<_> = chain.spans().map(|span| (span.from, span.until)).collect();
    assert_eq!(spans, [(0, Some(10)), (10, Some(20)), (20, None)]);
    assert_eq!(chain.spans().last().unwrap().since_unix_ms, Some(1_020));
    assert_eq!((chain.current(), chain.name()), (&verifier(3), "led_example"));
    // Whichever of them somebody trusts: each of the others hangs on it.
    for seed in 1..=3 {
        chain.clone().trusting(&verifier(seed)).unwrap();
    }
    assert!(matches!(chain.trusting(&verifier(9)), Err(ChainError::Foreign(_))));
}

/// The bytes of a handover are what people will have to read in many years.
#[test]
fn a_handover_is_written_as_it_always_was() {
    let golden = include_str!("golden/handover.note");
    let chain = chain_of(3);
    let notes: String = chain.handovers().iter().map(|one| one.note.as_str()).collect();
    assert_eq!(notes, golden);
}

#[test]
fn checkpoints_hold_by_the_key_of_their_time_alone() {
    let chain = chain_of(2);
    let checkpoint = |seed: u8, size| key(seed).sign_checkpoint(size, &[3; 32]).unwrap();
    for (seed, size) in [(1, 9), (2, 10), (2, 99)] {
        assert_eq!(chain.verify_checkpoint(&checkpoint(seed, size)).unwrap().size, size);
    }
    // A stolen old key signs a longer log; a new one what was before its time.
    for (seed, size) in [(1, 10), (1, 99), (2, 9), (9, 9), (9, 10)] {
        chain.verify_checkpoint(&checkpoint(seed, size)).unwrap_err();
    }
    let both = sign_checkpoint(&[&key(2), &key(1)], 10, &[3; 32]).unwrap();
    chain.verify_checkpoint(&both).unwrap();
    verifier(1).verify_checkpoint(&both).unwrap();
}

#[test]
fn what_is_missing_out_of_order_or_foreign_is_refused() {
    let whole = chain_of(4);
    let notes: Vec<&str> = whole.handovers().iter().map(|one| one.note.as_str()).collect();
    let appended = |order: &[usize]| {
        let mut chain = Chain::from(verifier(1));
        order.iter().try_for_each(|at| chain.append(notes[*at]).map(drop))
    };
    appended(&[0, 1, 2]).unwrap();
    for order in [&[1][..], &[0, 2], &[0, 0], &[0, 1, 1], &[2, 1, 0]] {
        appended(order).unwrap_err();
    }
    // The old key alone, the new key alone, and somebody else in the place of each.
    let chain = Chain::from(verifier(1));
    let text = chain.draft(&verifier(2), 10, 0).unwrap();
    let refused = |keys: &[&dyn Sign]| {
        let signed = sign_note(keys, text.as_bytes()).unwrap();
        problem(&chain.clone().append(&signed).unwrap_err()).1
    };
    assert_eq!(refused(&[&key(1)]), "it has not two signatures");
    assert_eq!(refused(&[&key(1), &key(2), &key(3)]), "it has not two signatures");
    assert_eq!(refused(&[&key(3), &key(2)]), "the old key did not sign it");
    assert_eq!(refused(&[&key(1), &key(3)]), "the new key did not sign it");
    // Another history of the same keys can't be put before what is there.
    let mut other = Chain::from(verifier(1));
    other.append(&note(&other.clone(), (1, 2), 11)).unwrap();
    let (number, why) = problem(&other.append(notes[1]).unwrap_err());
    assert_eq!((number, why), (2, "it follows on another handover than the one before it"));
}

#[test]
fn a_key_that_can_not_come_next_is_not_handed_over_to() {
    let chain = chain_of(2);
    let drafted = |new: &VerifierKey, from| problem(&chain.draft(new, from, 0).unwrap_err()).1;
    let other = SigningKey::from_seed("led_other", [3; 32]).unwrap();
    assert_eq!(drafted(&other.verifier(), 20), "the new key is for another log");
    assert_eq!(drafted(&verifier(1), 20), "the new key signed the log before");
    assert_eq!(drafted(&verifier(3), 10), "the new key would begin before the old one");
    const { assert!(HANDOVERS_MAX >= 400, "a hundred years of ninety days each") };
}

#[test]
fn no_byte_of_a_file_can_be_another() {
    let whole = chain_of(3);
    let text = whole.to_json();
    for at in 0..text.len() {
        for bit in [1, 0x20] {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= bit;
            // White space between words of JSON is nobody's.
            assert!(Chain::parse(&changed).is_err_or_same(&whole), "byte {at}");
        }
    }
    Chain::parse(&text.as_bytes()[..text.len() - 3]).unwrap_err();
}

trait Same {
    fn is_err_or_same(&self, other: &Chain) -> bool;
}

impl Same for Result<Chain, ChainError> {
    fn is_err_or_same(&self, other: &Chain) -> bool {
        self.as_ref().map_or(true, |chain| chain == other)
    }
}

proptest! {
    #[test]
    fn the_key_of_a_length_is_the_last_that_began_before_it(
        steps in prop::collection::vec(1_u64..1_000, 1..8),
        size in 0_u64..8_000,
    ) {
        let mut chain = Chain::from(verifier(1));
        let (mut from, mut wanted) = (1, 1_u8);
        for (old, step) in (1_u8..).zip(&steps) {
            from += step;
            let next = note(&chain, (old, old + 1), from);
            chain.append(&next).unwrap();
            if from <= size {
                wanted = old + 1;
            }
        }
        prop_assert_eq!(chain.at(size), &verifier(wanted));
        let parsed = Chain::parse(chain.to_json().as_bytes()).unwrap();
        prop_assert_eq!(parsed, chain);
    }
}

#[test]
fn a_ring_hands_over_and_signs_the_first_checkpoint_by_both() {
    let ring = Ring::of(Arc::new(key(1)));
    ring.sign_checkpoint(9, &[1; 32]).unwrap();
    let held = ring.hold();
    assert!(ring.key().is_err() && ring.key_for(3).is_err(), "nothing is signed meanwhile");
    let handover = held.hand_over(&key(2), 10, 5).unwrap();
    let again = held.hand_over(&key(1), 10, 5).unwrap_err();
    assert!(matches!(again, HandoverError::Chain(_)), "{again}");
    held.switch(&handover, Arc::new(key(2))).unwrap();
    drop(held);
    let first = ring.sign_checkpoint(12, &[2; 32]).unwrap();
    verifier(1).verify_checkpoint(&first).unwrap();
    verifier(2).verify_checkpoint(&first).unwrap();
    ring.signed(12);
    let second = ring.sign_checkpoint(13, &[2; 32]).unwrap();
    verifier(1).verify_checkpoint(&second).unwrap_err();
    verifier(2).verify_checkpoint(&second).unwrap();
    // What was to be signed before is still signed by the key of then.
    assert_eq!(ring.key_for(9).unwrap().verifier(), verifier(1));
    let abandoned = ring.hold();
    drop(abandoned);
    assert_eq!(ring.key().unwrap().verifier(), verifier(2));
}

/// What a daemon with this key says of a record in a log of that many.
fn receipt_by(seed: u8, size: u64) -> Vec<u8> {
    let hex = |hash: &Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // All of the log but its last record lie in one perfect tree, so that the proof is short.
    assert!((size - 1).is_power_of_two());
    let mut tree = Frontier::default();
    for index in 0..size - 1 {
        tree.append(leaf_hash(&index.to_be_bytes()), |_, _, _| {});
    }
    let (before, leaf) = (tree.root(), leaf_hash(b"last"));
    tree.append(leaf, |_, _, _| {});
    let statement = json!({
        "_type": receipt::STATEMENT_TYPE,
        "subject": [{"name": "run_1", "digest": {"sha256": hex(&leaf)}}],
        "predicateType": receipt::PREDICATE_TYPE,
        "predicate": {
            "conductor_ledger": {
                "origin": "led_example",
                "position": size,
                "leafHash": hex(&leaf),
                "treeSize": size,
                "inclusionProof": [hex(&before)],
                "checkpoint": key(seed).sign_checkpoint(size, &tree.root()).unwrap(),
            },
        },
    });
    signed_by(seed, statement.to_string().into_bytes())
}

fn signed_by(seed: u8, statement: Vec<u8>) -> Vec<u8> {
    let signature = key(seed).sign_bytes(&dsse::pae(dsse::IN_TOTO, &statement)).to_vec();
    Bundle::of_statement(statement, signature, &verifier(seed)).to_json().into_bytes()
}

#[test]
fn a_receipt_holds_by_any_key_of_the_log_that_is_trusted_and_only_in_its_time() {
    let trusting = |seed: u8| {
        let pem = Trusted::parse(&verifier(seed).to_pem()).unwrap();
        let named = Trusted::from(verifier(seed));
        [pem, named].map(|trusted| trusted.with_chain(chain_of(3)).unwrap())
    };
    for trusted in (1..=3).flat_map(trusting) {
        for (seed, size) in [(1, 9), (2, 17), (3, 33)] {
            receipt::verify(&receipt_by(seed, size), &trusted).unwrap();
        }
        for (seed, size) in [(1, 17), (1, 33), (2, 9), (2, 33), (3, 17)] {
            let refused = receipt::verify(&receipt_by(seed, size), &trusted).unwrap_err();
            assert_eq!(refused.part, Part::Key);
            assert!(refused.problem.contains("in force"), "{refused}");
        }
        let foreign = receipt::verify(&receipt_by(9, 33), &trusted).unwrap_err();
        assert_eq!(foreign.part, Part::Key);
    }
    // By itself each holds by the key that signed it, as with other tools.
    receipt::verify(&receipt_by(2, 17), &Trusted::from(verifier(2))).unwrap();
    let alone = receipt::verify(&receipt_by(2, 17), &Trusted::from(verifier(1))).unwrap_err();
    assert!(alone.problem.contains("conductor ledger keys export"), "{alone}");
    Trusted::from(verifier(9)).with_chain(chain_of(3)).unwrap_err();
}

#[test]
fn a_pack_is_signed_by_the_key_of_its_receipt_or_a_later_one() {
    let trusted = Trusted::from(verifier(1)).with_chain(chain_of(3)).unwrap();
    let pack_by = |seed: u8| {
        let receipt = receipt_by(2, 17);
        let parts = [(pack::RECEIPT, receipt.as_slice())];
        let statement = pack::statement(&json!({"run": "run_1", "record": 17}), parts);
        vec![
            (pack::STATEMENT.to_owned(), signed_by(seed, statement)),
            (pack::RECEIPT.to_owned(), receipt.clone()),
        ]
    };
    pack::verify(&pack_by(2), &trusted).unwrap();
    pack::verify(&pack_by(3), &trusted).unwrap();
    let refused = pack::verify(&pack_by(1), &trusted).unwrap_err();
    assert!(refused.problem.contains("replaced"), "{refused}");
    // A pack may bring the chain itself: it leads nowhere but where the trusted key says.
    let receipt = receipt_by(2, 17);
    let brought = |chain: &Chain| {
        let keys = chain.to_json().into_bytes();
        let parts = [(pack::RECEIPT, receipt.as_slice()), (pack::KEYS, keys.as_slice())];
        let statement = pack::statement(&json!({"run": "run_1", "record": 17}), parts);
        vec![
            (pack::STATEMENT.to_owned(), signed_by(3, statement)),
            (pack::RECEIPT.to_owned(), receipt.clone()),
            (pack::KEYS.to_owned(), keys.clone()),
        ]
    };
    let first = Trusted::from(verifier(1));
    pack::verify(&brought(&chain_of(3)), &first).unwrap();
    assert!(pack::verify(&pack_by(3), &first).is_err(), "nothing leads to the key");
    let foreign = pack::verify(&brought(&chain_of(3)), &Trusted::from(verifier(9))).unwrap_err();
    assert_eq!(foreign.part, pack::KEYS);
}
