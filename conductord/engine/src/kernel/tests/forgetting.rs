//! Whose each record is, and what is left once somebody is forgotten.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    event::Event,
    intent::schedule::{Change, Draft},
    org::tenant::{self, OpenRuns},
    scope::Scope,
    trust::artifact::{Flags, Kind, Location, Recorded, Signature},
    work::tracked,
};
use conductor_protocol::{
    error_code::Code,
    id::{ArtifactId, DecisionId, RunId},
    manifest,
};
use serde_json::Map;

use super::{
    bench::{Bench, code, started},
    receipts::receipts,
    schedules::{MINUTE, change, every, pass, set},
};
use crate::{
    command::{Answer, Command, Rejection, RunChange},
    forgetting::{destroy, due},
    ports::{Archive as _, Keyring as _, Outcome, ReadThrough, Record, subject_digest},
    views::{self, RunFilter, digest},
};

const WHO: &str = "customer-4711";

/// The records of the ledger that are sealed with their key.
fn of_whom(bench: &Bench, subject: &str) -> Vec<u64> {
    let held = bench.ledger.keyring.held("default", Some(subject));
    let id = held.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let records = bench.ledger.records.iter();
    records.filter(|record| record.key_id == id).map(|record| record.seq).collect()
}

fn run_to_its_end(bench: &mut Bench, about: &str) -> RunId {
    let run = started(bench.start_about(about));
    for lease in bench.leases() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    run
}

fn forget(bench: &mut Bench, tenant: &str, subject: &str) -> Result<Answer, Rejection> {
    let context = bench.context(None);
    let (tenant, subject_digest) = (tenant.to_owned(), subject_digest(subject));
    bench.submit(context, Command::Forget { tenant, subject_digest, reason: "asked".into() })
}

/// What a daemon does when it begins again.
fn carry_out(bench: &mut Bench) {
    bench.restart();
    let keyring = Arc::clone(&bench.ledger.keyring);
    for gone in due(&bench.kernel.state().forgotten, &*keyring) {
        destroy(&gone, &*keyring).unwrap();
    }
    bench.store = Arc::default();
    bench.restart();
}

#[test]
fn all_of_a_run_is_theirs_whom_it_is_about_and_nothing_else_is() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let before = bench.ledger.records.len() as u64;
    let run = run_to_its_end(&mut bench, WHO);
    bench.write_views();
    // Its ruling, its start, its lease, its end: all there is since.
    let theirs: Vec<u64> = (before + 1..=bench.ledger.records.len() as u64).collect();
    assert_eq!(of_whom(&bench, WHO), theirs);
    let other = run_to_its_end(&mut bench, "");
    assert_eq!(of_whom(&bench, WHO), theirs, "not of {other}");
    // What comes after its end is theirs, too.
    let again = bench.context(None);
    let rerun = Command::Rerun {
        run,
        how: conductor_domain::work::run::Rerun::Whole,
        inputs: Default::default(),
        version: String::new(),
        reason: String::new(),
        hosts: None,
    };
    let rerun = started(bench.submit(again, rerun));
    assert_eq!(bench.run(rerun).subject, WHO);
    assert!(of_whom(&bench, WHO).len() > theirs.len());
    let named = RunFilter { subject: Some(WHO.into()), ..RunFilter::default() };
    assert_eq!(bench.list(&named, None, 9).runs.len(), 2);
}

#[test]
fn what_is_forgotten_is_as_if_it_had_never_been() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let gone = run_to_its_end(&mut bench, WHO);
    let stays = run_to_its_end(&mut bench, "somebody-else");
    bench.write_views();
    let theirs = of_whom(&bench, WHO);
    let Ok(Answer::Forgotten(said)) = forget(&mut bench, "default", WHO) else { panic!() };
    assert_eq!((said.of.runs, said.of.keys.len()), (1, 1));
    // Nothing is taken before the daemon has begun again.
    assert!(matches!(bench.start(None), Err(Rejection::Unavailable(_))));
    carry_out(&mut bench);
    assert!(bench.views.run("default", gone).unwrap().is_none());
    assert!(bench.views.run("default", stays).unwrap().is_some());
    started(bench.start(None));
    // The same views as of a ledger that never had these records.
    let without = ReadThrough::new(&bench.ledger, |mut records: Vec<Record>| {
        records.retain(|record| !theirs.contains(&record.seq));
        Ok(records)
    });
    let store = Arc::<super::bench::MapViews>::default();
    views::fold(&*store, &without, &mut |_, _| {}).unwrap();
    let whole = Arc::<super::bench::MapViews>::default();
    views::fold(&*whole, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(digest(&*store).unwrap(), digest(&*whole).unwrap());
    // That it was done stays readable, and whom it was about is a digest.
    let named = bench.envelopes().into_iter().filter_map(|envelope| match envelope.event {
        Event::SubjectForgotten(said) => Some(said),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    assert_eq!(named[0].subject_digest, subject_digest(WHO));
}

#[test]
fn a_schedule_is_theirs_whom_it_is_about_and_goes_with_the_rest() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let about = |who: &str| Draft { subject: who.into(), ..every(MINUTE) };
    set(&mut bench, "of-nobody", about("")).unwrap();
    change(&mut bench, "of-nobody", Change::Remove).unwrap();
    receipts(&mut bench);
    let before = bench.ledger.records.len() as u64;
    assert!(of_whom(&bench, WHO).is_empty());

    set(&mut bench, "statement", about(WHO)).unwrap();
    assert!(bench.views.subjects("default").unwrap().contains_key(WHO), "it has no run yet");
    assert_eq!(code(set(&mut bench, "statement", about("x"))), Some(Code::ScheduleInvalid));
    assert_eq!(code(set(&mut bench, "bad", about("two words"))), Some(Code::RequestInvalid));
    pass(&mut bench, MINUTE);
    let runs = bench.views.runs_of_subject("default", WHO).unwrap();
    assert_eq!(runs.len(), 1);
    for lease in bench.leases() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    assert_eq!(code(forget(&mut bench, "default", WHO)), Some(Code::ForgettingHeldUp));
    change(&mut bench, "statement", Change::Pause("they asked".into())).unwrap();
    change(&mut bench, "statement", Change::Remove).unwrap();
    // Their receipts, too, though there is no such schedule any more by now.
    receipts(&mut bench);
    let since: Vec<u64> = (before + 1..=bench.ledger.records.len() as u64).collect();
    assert_eq!(of_whom(&bench, WHO), since);

    set(&mut bench, "statement", about(WHO)).unwrap();
    change(&mut bench, "statement", Change::Pause("they asked".into())).unwrap();
    forget(&mut bench, "default", WHO).unwrap();
    carry_out(&mut bench);
    assert!(bench.views.schedule(&Scope::default(), "statement").is_none());
    assert!(bench.views.subjects("default").unwrap().is_empty());
    // Nothing of it comes back, and its name is free.
    pass(&mut bench, 2 * MINUTE);
    assert!(bench.leases().is_empty());
    set(&mut bench, "statement", about("")).unwrap();
}

#[test]
fn a_crash_before_the_key_is_destroyed_has_the_next_start_do_it() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let gone = run_to_its_end(&mut bench, WHO);
    forget(&mut bench, "default", WHO).unwrap();
    // Dies, whether or not the views had it.
    bench.restart();
    let keyring = Arc::clone(&bench.ledger.keyring);
    assert_eq!(due(&bench.kernel.state().forgotten, &*keyring).len(), 1);
    carry_out(&mut bench);
    assert!(due(&bench.kernel.state().forgotten, &*keyring).is_empty());
    assert!(bench.views.run("default", gone).unwrap().is_none());
    // Once more changes nothing.
    carry_out(&mut bench);
    assert!(bench.views.run("default", gone).unwrap().is_none());
}

#[test]
fn a_key_that_is_just_missing_is_never_taken_for_destroyed() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    run_to_its_end(&mut bench, WHO);
    let id = bench.ledger.keyring.held("default", Some(WHO))[0].0.clone();
    bench.ledger.keyring.lose(&id);
    let store = Arc::<super::bench::MapViews>::default();
    let failed = views::fold(&*store, &bench.ledger, &mut |_, _| {}).unwrap_err();
    assert!(failed.to_string().contains(&id), "{failed}");
}

#[test]
fn who_has_a_run_under_way_or_no_key_is_not_forgotten() {
    let mut bench = Bench::with_workflow();
    let run = started(bench.start_about(WHO));
    assert_eq!(code(forget(&mut bench, "default", WHO)), Some(Code::ForgettingHeldUp));
    assert_eq!(code(forget(&mut bench, "default", "nobody")), Some(Code::SubjectUnknown));
    assert_eq!(code(forget(&mut bench, "default", "")), Some(Code::TenantHome));
    bench.change(run, RunChange::Cancel { reason: "x".into() }).unwrap();
    forget(&mut bench, "default", WHO).unwrap();
}

#[test]
fn a_name_that_is_none_is_refused() {
    let mut bench = Bench::with_workflow();
    let long = "x".repeat(129);
    for bad in ["two words", "a/b", "ü", &long] {
        assert_eq!(code(bench.start_about(bad)), Some(Code::RequestInvalid), "{bad}");
    }
    assert!(bench.ledger.keyring.held("default", Some("two words")).is_empty());
}

fn within(bench: &mut Bench, tenant: &str, command: Command) -> Result<Answer, Rejection> {
    let mut context = bench.context(None);
    context.scope.tenant = tenant.into();
    context.ruling.question.context.tenant_id = tenant.into();
    bench.submit(context, command)
}

fn tenant_change(bench: &mut Bench, change: tenant::Change) -> Result<Answer, Rejection> {
    within(bench, "acme", Command::Tenant { change })
}

/// The tenant `acme` with a workflow and a run of it, and one that something else carries out and that has
/// an artifact.
fn acme(bench: &mut Bench) -> (RunId, RunId) {
    tenant_change(bench, tenant::Change::Create(Box::default())).unwrap();
    let source = "name: laws\nversion: 1.0.0\ntasks:\n- {id: a, uses: 'pkg:builtin/noop@1'}\n";
    let manifest = Box::new(manifest::parse(source).unwrap());
    let publish = Command::Publish { manifest, provenance: Box::default(), signatures: Vec::new() };
    within(bench, "acme", publish).unwrap();
    let start = bench.start_command();
    let run = started(within(bench, "acme", start));
    for lease in bench.leases() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    let wanted = tracked::Wanted {
        name: "report".into(),
        owner: "elsewhere".into(),
        status: None,
        cost_estimate_micros: None,
        related_entity_ids: Vec::new(),
        related_decision_ids: Vec::new(),
        metadata: BTreeMap::new(),
    };
    let tracked = match within(bench, "acme", Command::Track(Box::new(wanted))) {
        Ok(Answer::Tracked(tracked, _)) => tracked.id,
        other => panic!("{other:?}"),
    };
    within(bench, "acme", artifact(tracked, 7)).unwrap();
    (run, tracked)
}

fn content(number: u64) -> String {
    format!("sha256:{number:064x}")
}

fn artifact(run: RunId, number: u64) -> Command {
    Command::RecordArtifact(Box::new(Recorded {
        artifact: ArtifactId::new(1_700_000_000_000, (u128::from(number) << 64) + run.bits() % 999),
        run,
        kind: Kind::Other,
        name: "report".into(),
        media_type: String::new(),
        location: Location::Stored { digest: content(number), size_bytes: 5 },
        flags: Flags::default(),
        declared: false,
        found: String::new(),
        additional: Map::new(),
        signature: Signature::Unsigned,
        decision: DecisionId::from_bits(0),
    }))
}

#[test]
fn a_whole_tenant_is_forgotten_and_may_begin_anew() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let stays = run_to_its_end(&mut bench, "");
    let (gone, tracked) = acme(&mut bench);
    bench.write_views();
    assert_eq!(code(forget(&mut bench, "acme", "")), Some(Code::ForgettingHeldUp));
    tenant_change(&mut bench, tenant::Change::Suspend("left".into(), OpenRuns::Finish)).unwrap();
    let Ok(Answer::Forgotten(said)) = forget(&mut bench, "acme", "") else { panic!() };
    assert_eq!((said.of.runs, said.of.keys.len()), (1, 1));
    carry_out(&mut bench);
    let there = |bench: &Bench, run: RunId| {
        let known = bench.views.run("acme", run).unwrap().is_some();
        known || bench.views.tracked("acme", run).unwrap().is_some()
    };
    assert!(!there(&bench, gone) && !there(&bench, tracked));
    assert!(bench.views.run("default", stays).unwrap().is_some());
    assert!(bench.views.tenants().iter().all(|tenant| tenant.name != "acme"));
    assert_eq!(bench.views.forgotten_tenant("acme").unwrap().map(|gone| gone.seq), Some(said.seq));
    assert_eq!(bench.views.forgotten_tenant("default").unwrap(), None);
    let start = bench.start_command();
    match within(&mut bench, "acme", start) {
        Err(Rejection::Refused(refusal)) => {
            assert_eq!(refusal.code, Code::TenantUnknown);
            let words = format!("{} {}", refusal.message, refusal.hint);
            for said in ["was forgotten", "ledger record", "conductor tenant create acme"] {
                assert!(words.contains(said), "{words}");
            }
        }
        other => panic!("{other:?}"),
    }
    started(bench.start(None));
    // Somebody else of that name, whom nothing of it touches.
    bench.open_worker(true);
    let (anew, _) = acme(&mut bench);
    bench.restart();
    let keyring = Arc::clone(&bench.ledger.keyring);
    assert!(due(&bench.kernel.state().forgotten, &*keyring).is_empty());
    assert!(there(&bench, anew) && !there(&bench, gone));
}

#[test]
fn contents_of_a_tenant_go_whoever_carried_its_runs_out_but_for_those_that_others_have() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let other = run_to_its_end(&mut bench, "");
    let (run, tracked) = acme(&mut bench);
    for (of, number) in [(run, 8), (tracked, 9)] {
        within(&mut bench, "acme", artifact(of, number)).unwrap();
    }
    within(&mut bench, "default", artifact(other, 9)).unwrap();
    for written in [false, true] {
        if written {
            bench.write_views();
        }
        let whole = bench.views.contents_only_of("acme", None).unwrap();
        assert_eq!(whole.into_iter().collect::<Vec<_>>(), [content(7), content(8)]);
        let of_run = bench.views.contents_only_of("acme", Some(&[run].into())).unwrap();
        assert_eq!(of_run.into_iter().collect::<Vec<_>>(), [content(8)]);
    }
}
