//! Receipts: each record that has one coming gets one, whatever dies in between.

use std::sync::Arc;

use conductor_domain::event::Event;
use conductor_keys::{
    note::SigningKey,
    receipt::{self, Trusted},
    signing::{Ring, Sign, SignError},
};
use serde_json::Value;

use super::bench::{Bench, MapViews, started};
use crate::{
    kernel::{Input, Reply},
    ports::Outcome,
    receipts::{Made, MakeError, Maker, Sources},
    views::{self, ReceiptFilter},
};

fn key() -> SigningKey {
    SigningKey::from_seed("led_test", [9; 32]).unwrap()
}

fn maker() -> Maker {
    Maker::new(Arc::new(Ring::of(Arc::new(key()))), "1.2.3".into())
}

/// What waits, made and not recorded.
fn made(bench: &Bench) -> Vec<Made> {
    let sources = Sources { ledger: &bench.ledger, views: &bench.views };
    maker().make(sources, &bench.views.records_due(1_000)).unwrap()
}

fn record(bench: &mut Bench, made: Vec<Made>) {
    let replies = bench.step(vec![Input::Receipts { ticket: 7, made }]).replies;
    assert!(matches!(replies[..], [(7, Ok(Reply::Heard))]));
}

/// Whatever waits for its receipt has it.
pub(super) fn receipts(bench: &mut Bench) {
    let made = made(bench);
    record(bench, made);
}

/// A run that has ended.
fn ended(bench: &mut Bench) -> conductor_protocol::id::RunId {
    let run = started(bench.start(None));
    for lease in bench.leases() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    run
}

/// The records that receipts were issued for, in the ledger's order.
fn issued(bench: &Bench) -> Vec<u64> {
    let of = |event| match event {
        Event::ReceiptIssued(issued) => Some(issued.record),
        _ => None,
    };
    bench.envelopes().into_iter().filter_map(|envelope| of(envelope.event)).collect()
}

#[test]
fn a_run_has_a_receipt_that_holds_by_the_key_alone() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let run = ended(&mut bench);
    assert!(bench.views.receipt_of_run("default", run).unwrap().is_none());
    let made = made(&bench);
    record(&mut bench, made);
    let entry = bench.views.receipt_of_run("default", run).unwrap().unwrap();
    assert_eq!((entry.kind.as_str(), entry.run), ("run.ended", Some(run)));

    let envelopes = bench.envelopes();
    let Event::ReceiptIssued(issued) = &envelopes[usize::try_from(entry.seq).unwrap() - 1].event
    else {
        panic!("no receipt at {}", entry.seq)
    };
    let trusted = Trusted::from(key().verifier());
    let verified = receipt::verify(issued.bundle.as_bytes(), &trusted).unwrap();
    assert_eq!(verified.statement().subjects[0].name, run.to_string());
    assert_eq!(verified.ledger().position, entry.record);
    let due = conductor_protocol::id::ReceiptId::of_record(
        entry.recorded_at.unix_ms,
        &verified.ledger().leaf,
    );
    assert_eq!(entry.id, due);

    let said = &verified.statement().predicate;
    let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    assert_eq!(text("/buildDefinition/buildType").unwrap(), "urn:conductor:build:run:v1");
    let workflow = text("/buildDefinition/externalParameters/workflow/name");
    assert_eq!(workflow.unwrap(), "laws");
    assert_eq!(text("/runDetails/metadata/invocationId").unwrap(), run.to_string());
    assert_eq!(text("/runDetails/builder/version/conductord").unwrap(), "1.2.3");
    assert_eq!(text("/conductor_steps/0/task").unwrap(), "a");
    assert_eq!(text("/conductor_steps/0/outcome").unwrap(), "succeeded");
    let run = bench.run(run);
    assert_eq!(text("/conductor_decisions/0/id").unwrap(), run.decision.to_string());
    let revision = "/buildDefinition/resolvedDependencies/1/annotations/revision";
    assert_eq!(text(revision).unwrap(), "bundle");

    let other = SigningKey::from_seed("led_test", [8; 32]).unwrap().verifier();
    assert!(receipt::verify(issued.bundle.as_bytes(), &other.into()).is_err());
}

#[test]
fn what_a_crash_got_in_the_way_of_comes_after_it_once() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    ended(&mut bench);
    let due = bench.views.records_due(1_000);
    assert!(due.len() >= 3, "the first grant, the workflow, the run: {due:?}");

    // Before anything is recorded, with the views as far as the ledger, and behind it.
    let lost = made(&bench);
    for written in [false, true] {
        if written {
            bench.write_views();
        }
        bench.restart();
        assert_eq!(bench.views.records_due(1_000), due);
    }
    // Some are recorded, and then it dies again.
    record(&mut bench, lost[..2].to_vec());
    bench.restart();
    assert_eq!(bench.views.records_due(1_000), due[2..]);
    // What was made before comes late, and what is made now with it: one each.
    let again = made(&bench);
    record(&mut bench, lost.iter().chain(&again).cloned().collect());
    record(&mut bench, lost);
    assert_eq!(issued(&bench), due);
    assert!(bench.views.records_due(1_000).is_empty());
    bench.write_views();
    bench.restart();
    assert!(bench.views.records_due(1_000).is_empty(), "receipts have none");
    assert_eq!(issued(&bench), due);
}

#[test]
fn receipts_are_found_the_same_before_and_after_they_are_written_and_rebuilt() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let runs = [ended(&mut bench), ended(&mut bench)];
    let made = made(&bench);
    record(&mut bench, made);
    ended(&mut bench);
    let all = ReceiptFilter::default();
    let of_runs = ReceiptFilter { kind: Some("run.".into()), ..ReceiptFilter::default() };
    let of_one = ReceiptFilter { run: Some(runs[0]), ..ReceiptFilter::default() };
    let look = |bench: &Bench| {
        let find = |filter| bench.views.find_receipts("default", filter, None, 100).unwrap();
        [&all, &of_runs, &of_one].map(find)
    };
    let hot = look(&bench);
    assert_eq!(hot[1].receipts.len(), 2);
    assert_eq!(hot[2].receipts.len(), 1);
    assert!(hot[0].receipts.is_sorted_by(|a, b| a.id > b.id));
    assert!(bench.views.find_receipts("acme", &all, None, 9).unwrap().receipts.is_empty());
    bench.write_views();
    assert_eq!(look(&bench), hot);
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert_eq!(look(&bench), hot);
    // Page by page it is the same.
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let page = bench.views.find_receipts("default", &all, before, 1).unwrap();
        paged.extend(page.receipts);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(paged, hot[0].receipts);
}

/// A key that can't be got at.
#[derive(Debug)]
struct Away;

impl Sign for Away {
    fn verifier(&self) -> conductor_keys::note::VerifierKey {
        key().verifier()
    }

    fn place(&self) -> String {
        "a token".into()
    }

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignError> {
        let problem = "it is not plugged in".into();
        Err(SignError::Unavailable { place: self.place(), problem })
    }
}

#[test]
fn nothing_is_lost_while_the_key_does_not_sign() {
    let mut bench = Bench::with_workflow();
    let due = bench.views.records_due(1_000);
    let sources = Sources { ledger: &bench.ledger, views: &bench.views };
    let tried = Maker::new(Arc::new(Ring::of(Arc::new(Away))), String::new()).make(sources, &due);
    assert!(matches!(tried, Err(MakeError::Signer(why)) if why.to_string().contains("plugged in")));
    assert_eq!(bench.views.receipts_due().0, due.len());
    let made = made(&bench);
    record(&mut bench, made);
    assert_eq!(bench.views.receipts_due(), (0, None));
}

#[test]
fn a_handover_under_way_is_told_apart_from_a_key_that_does_not_sign() {
    let bench = Bench::with_workflow();
    let due = bench.views.records_due(1_000);
    let sources = Sources { ledger: &bench.ledger, views: &bench.views };
    let ring = Arc::new(Ring::of(Arc::new(key())));
    let maker = Maker::new(Arc::clone(&ring), String::new());
    let held = ring.hold();
    assert!(matches!(maker.make(sources, &due), Err(MakeError::HandingOver)));
    drop(held);
    assert_eq!(maker.make(sources, &due).unwrap().len(), due.len());
}
