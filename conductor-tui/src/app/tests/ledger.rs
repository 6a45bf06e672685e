//! The ledger: checkpoints, the verification, and the proof of a record.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_keys::{
    cosignature::{WitnessKey, cosign},
    merkle::{Hash, leaf_hash, node_hash},
    note::SigningKey,
};
use conductor_protocol::v1::{
    CheckpointResponse, GetReceiptResponse, InclusionProofRequest, InclusionProofResponse,
    IssuedReceipt, ListReceiptsRequest, ListReceiptsResponse, VerifyProgress, Witness,
    WitnessesResponse,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, daemon, looks};
use crate::{
    app::{Answer, Effect, FaultKind, Feed, FeedNews, Query, msg::What, time::to_wire},
    screen::Tab,
};

/// Records that the daemon's newest checkpoint covers.
const SIZE: u64 = 90;

fn text(hash: &Hash) -> String {
    BASE64_STANDARD.encode(hash)
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// Root of a tree, as RFC 6962 has it.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        all => {
            let left = all.len().next_power_of_two() / 2;
            node_hash(&root(&all[..left]), &root(&all[left..]))
        }
    }
}

/// The path from a leaf to the root.
fn path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let left = leaves.len().next_power_of_two() / 2;
    let (mut inner, other) = match at < left {
        true => (path(at, &leaves[..left]), root(&leaves[left..])),
        false => (path(at - left, &leaves[left..]), root(&leaves[..left])),
    };
    inner.push(other);
    inner
}

fn witness_key() -> SigningKey {
    SigningKey::from_seed("witness.example/a", [9; 32]).unwrap()
}

/// The newest checkpoint, signed, and cosigned by one witness.
pub(super) fn checkpoint() -> Answer {
    let (key, root) = (SigningKey::from_seed("led_01jd", [7; 32]).unwrap(), root(&leaves(SIZE)));
    let note = key.sign_checkpoint(SIZE, &root).unwrap();
    let body = &note[..note.find("\n\n").unwrap() + 1];
    let line = cosign(&witness_key(), body, 1_795_269_600);
    Answer::Checkpoint(Box::new(CheckpointResponse {
        note: format!("{note}{line}"),
        size: SIZE,
        root_hash: text(&root),
        verifier_key: key.verifier().to_string(),
    }))
}

pub(super) fn consistency() -> Answer {
    Answer::Consistency(Box::default())
}

pub(super) fn inclusion(request: &InclusionProofRequest) -> Answer {
    let leaves = leaves(request.tree_size);
    let index = request.seq - 1;
    let at = usize::try_from(index).unwrap();
    Answer::Inclusion(Box::new(InclusionProofResponse {
        index,
        tree_size: request.tree_size,
        hashes: path(at, &leaves).iter().map(text).collect(),
        leaf_hash: text(&leaves[at]),
        root_hash: text(&root(&leaves)),
    }))
}

pub(super) fn witnesses() -> Answer {
    let key = WitnessKey::parse(&witness_key().verifier().to_string()).unwrap();
    let one = Witness {
        name: "witness.example/a".into(),
        key: key.to_string(),
        size: SIZE,
        ..<_>::default()
    };
    let other = Witness {
        name: "witness.example/b".into(),
        key: key.to_string(),
        problem: "it does not answer in time".into(),
        ..<_>::default()
    };
    Answer::Witnesses(Box::new(WitnessesResponse {
        witnesses: vec![one, other],
        quorum: 2,
        cosigned_size: 80,
        checkpoint_size: SIZE,
        ..<_>::default()
    }))
}

fn issued(now: Timestamp) -> IssuedReceipt {
    IssuedReceipt {
        receipt_id: "rcpt_01jd0000000000000000000001".into(),
        record: SIZE,
        kind: "task.leased".into(),
        recorded_at: Some(to_wire(now)),
        ..<_>::default()
    }
}

/// The newest record has a receipt.
pub(super) fn receipts(_request: &ListReceiptsRequest, now: Timestamp) -> Answer {
    let receipts = vec![issued(now)];
    Answer::Receipts(Box::new(ListReceiptsResponse { receipts, ..<_>::default() }))
}

/// It is not what a key signed.
pub(super) fn receipt(now: Timestamp) -> Answer {
    let key = SigningKey::from_seed("led_01jd", [7; 32]).unwrap().verifier();
    Answer::Receipt(Box::new(GetReceiptResponse {
        receipt: Some(issued(now)),
        bundle: "{}".into(),
        verifier_key: key.to_string(),
        public_key_pem: String::new(),
    }))
}

pub(super) fn verified() -> Vec<FeedNews> {
    let progress = |done: u64, finished: bool| {
        FeedNews::Verified(VerifyProgress {
            records_done: done,
            records_total: SIZE,
            finished,
            ok: finished,
            root_hash: if finished { text(&root(&leaves(SIZE))) } else { String::new() },
            sealed: 12,
            forgotten: 1,
            ..<_>::default()
        })
    };
    vec![progress(45, false), progress(SIZE, true), FeedNews::Ended(None)]
}

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn compare(name: &str, console: &Console) {
    let (columns, rows) = console.model.shared.size;
    super::pictures::compare(&format!("ledger-{name}-{columns}x{rows}"), &console.text());
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("7");
    console
}

#[test]
fn a_record_is_proven_here_and_the_path_is_drawn() {
    for size in SIZES {
        let mut console = shown(size);
        console.press("k p");
        compare("proof", &console);
        assert!(console.text().contains("VERIFIED"), "{}", console.text());
    }
    let mut console = shown((120, 40));
    console.press("k p");
    assert_eq!(console.model.screen().twin(), "conductor ledger prove 89");
    let written = console.press("s");
    let [Effect::Export { name, text }] = &written[..] else { panic!("{written:?}") };
    assert_eq!(name, "conductor-proof-89.json");
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!((&document["seq"], &document["ok"]), (&89.into(), &true.into()));
    console.press("Esc");
    assert!(console.text().contains("As it is stored"), "{}", console.text());
}

#[test]
fn a_receipt_that_does_not_hold_is_said_to_fail_and_is_saved_as_it_is() {
    let mut console = shown((120, 40));
    console.press("p");
    compare("receipt", &console);
    let shown = console.text();
    assert!(shown.contains("VERIFIED") && shown.contains("FAILED"), "{shown}");
    let written = console.press("s");
    let [Effect::Export { name, text }] = &written[..] else { panic!("{written:?}") };
    assert_eq!(name, "rcpt_01jd0000000000000000000001.sigstore.json");
    assert_eq!(text, "{}", "byte for byte");
}

#[test]
fn a_forged_path_is_named_and_not_believed() {
    let mut console = shown((80, 24));
    let asked = console.send(What::Key(daemon::key("p")));
    let said: Vec<What> = asked.into_iter().flat_map(|one| console.daemon.answer(one)).collect();
    for what in said {
        for effect in console.send(what) {
            let Effect::Ask(ticket, Query::Inclusion(request)) = effect else { continue };
            let Answer::Inclusion(mut forged) = inclusion(&request) else { continue };
            forged.leaf_hash = text(&leaf_hash(b"something else"));
            console.send(What::Reply(ticket, Ok(Answer::Inclusion(forged))));
        }
    }
    compare("forged", &console);
    assert!(console.text().contains("FAILED"), "{}", console.text());
}

#[test]
fn a_record_that_no_checkpoint_covers_waits_for_one() {
    let mut console = shown((80, 24));
    let effects = console.send(What::Key(daemon::key("p")));
    for effect in effects {
        let Effect::Ask(ticket, Query::Checkpoint(_)) = effect else { continue };
        let key = SigningKey::from_seed("led_01jd", [7; 32]).unwrap();
        let root = root(&leaves(80));
        let old = CheckpointResponse {
            note: key.sign_checkpoint(80, &root).unwrap(),
            size: 80,
            root_hash: text(&root),
            verifier_key: key.verifier().to_string(),
        };
        console.send(What::Reply(ticket, Ok(Answer::Checkpoint(Box::new(old)))));
    }
    compare("waits", &console);
    let asked = console.pass(SignedDuration::from_secs(1));
    console.answer(asked);
    assert!(console.text().contains("VERIFIED"), "{}", console.text());
}

#[test]
fn checkpoints_and_those_who_cosigned_them() {
    for size in SIZES {
        let mut console = shown(size);
        console.press("c");
        compare("checkpoints", &console);
    }
    let mut console = Console::with((80, 24), looks("mono", true), "prod");
    console.connect();
    console.press("7 c");
    compare("checkpoints-ascii", &console);
    let again = console.pass(SignedDuration::from_secs(6));
    let asks = |effect: &&Effect| matches!(effect, Effect::Ask(_, Query::Checkpoint(_)));
    assert_eq!(again.iter().filter(asks).count(), 1, "while it is in front");
    console.press("Esc");
    let again = console.pass(SignedDuration::from_secs(6));
    assert_eq!(again.iter().filter(asks).count(), 0);
}

#[test]
fn the_ledger_is_verified_with_progress_and_can_be_stopped() {
    let mut console = shown((80, 24));
    let begun = console.send(What::Key(daemon::key("v")));
    let id = begun.iter().find_map(|effect| match effect {
        Effect::Watch(id, Feed::Verify(_)) => Some(*id),
        _ => None,
    });
    let id = id.unwrap();
    console.send(What::Feed(id, verified().remove(0)));
    compare("verifying", &console);
    assert_eq!(console.press("x"), [Effect::Unwatch(id)]);
    compare("stopped", &console);
    console.press("v");
    compare("verified", &console);
    assert!(console.text().contains("the same root is signed by led_01jd"), "{}", console.text());
    let begun = console.send(What::Key(daemon::key("v")));
    let dropped = console.press("1");
    let watched = begun.iter().filter_map(|effect| match effect {
        Effect::Watch(id, _) => Some(*id),
        _ => None,
    });
    for id in watched {
        assert!(dropped.contains(&Effect::Unwatch(id)), "{dropped:?}");
    }
}

#[test]
fn a_damaged_ledger_is_named_with_the_place() {
    let mut console = shown((80, 24));
    let begun = console.send(What::Key(daemon::key("v")));
    let id = begun.iter().find_map(|effect| match effect {
        Effect::Watch(id, Feed::Verify(_)) => Some(*id),
        _ => None,
    });
    let id = id.unwrap();
    let problem = "record 41 in segment 3 at offset 8192 is not what was written".to_owned();
    let last = VerifyProgress {
        records_done: 40,
        records_total: SIZE,
        finished: true,
        problem,
        ..<_>::default()
    };
    console.send(What::Feed(id, FeedNews::Verified(last)));
    console.send(What::Feed(id, FeedNews::Ended(None)));
    compare("damaged", &console);
}

#[test]
fn who_may_not_read_checkpoints_is_told_so() {
    let mut console = shown((80, 24));
    console.daemon.faults = true;
    console.press("c");
    compare("denied", &console);
    let id = daemon::fault(FaultKind::Denied);
    assert!(console.text().contains(&id.message), "{}", console.text());
    assert_eq!(console.model.tab, Tab::Ledger);
}
