//! Laws of artifacts and gates in the kernel: what was said in the same turn counts, what is recorded
//! outlasts a restart, and views are the same when they are made again.

use conductor_domain::{
    trust::{
        artifact::{Change, Flags, Kind, Location, Recorded, Signature, Standing},
        gate::Checked,
    },
    work::task::Outcome,
};
use conductor_protocol::{
    error_code::Code,
    id::{ArtifactId, DecisionId, RunId},
};
use serde_json::Map;

use super::bench::{Bench, MapViews, code, started};
use crate::{
    command::{Answer, Command, Rejection},
    views::{self, ArtifactFilter},
};

const DAY_MS: u64 = 24 * 3_600_000;

fn submit(bench: &mut Bench, command: Command) -> Result<Answer, Rejection> {
    let context = bench.context(None);
    bench.submit(context, command)
}

fn id(number: u128) -> ArtifactId {
    ArtifactId::new(1_700_000_000_000, number)
}

fn recorded(run: RunId, number: u128) -> Command {
    Command::RecordArtifact(Box::new(Recorded {
        artifact: id(number),
        run,
        kind: Kind::Other,
        name: format!("file-{number}"),
        media_type: String::new(),
        location: Location::Stored { digest: format!("sha256:{:064x}", 7), size_bytes: 5 },
        flags: Flags::default(),
        declared: false,
        found: String::new(),
        additional: Map::new(),
        signature: Signature::Unsigned,
        decision: DecisionId::from_bits(0),
    }))
}

fn hold(number: u128) -> Command {
    Command::Artifact { artifact: id(number), change: Change::Hold("trial".into()) }
}

fn release(number: u128) -> Command {
    Command::Artifact { artifact: id(number), change: Change::Release("over".into()) }
}

fn expire(numbers: &[u128]) -> Command {
    Command::ExpireArtifacts(numbers.iter().map(|number| id(*number)).collect())
}

/// A run that has ended.
fn ended(bench: &mut Bench) -> RunId {
    bench.open_worker(true);
    let run = started(bench.start(None));
    while let Some(lease) = bench.leases().pop() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    run
}

fn held(bench: &Bench, number: u128) -> bool {
    let (_, standing) = bench.views.artifact("default", id(number)).unwrap().unwrap();
    matches!(standing.as_deref(), Some(Standing::Held { .. }))
}

#[test]
fn they_belong_to_a_run_that_is_known_and_outlast_a_restart() {
    let mut bench = Bench::with_workflow();
    let run = ended(&mut bench);
    let nobodys = submit(&mut bench, recorded(RunId::from_bits(1), 1));
    assert_eq!(code(nobodys), Some(Code::RunNotFound));
    bench.write_views();
    assert!(matches!(submit(&mut bench, recorded(run, 1)), Ok(Answer::Artifact(_, None, true))));
    submit(&mut bench, hold(1)).unwrap();
    assert_eq!(code(submit(&mut bench, hold(1))), Some(Code::ArtifactHeld));
    assert_eq!(code(submit(&mut bench, hold(2))), Some(Code::ArtifactNotFound));
    bench.restart();
    assert!(held(&bench, 1));
    submit(&mut bench, release(1)).unwrap();
    assert!(!held(&bench, 1));
    assert_eq!(code(submit(&mut bench, release(1))), Some(Code::ArtifactNotHeld));
}

#[test]
fn what_was_said_in_the_same_turn_counts() {
    let mut bench = Bench::with_workflow();
    let run = ended(&mut bench);
    submit(&mut bench, recorded(run, 1)).unwrap();
    bench.now += 400 * DAY_MS;
    let inputs: Vec<_> = [recorded(run, 2), hold(1), expire(&[1]), hold(2)]
        .into_iter()
        .zip(1..)
        .map(|(command, ticket)| bench.input(ticket, command, None))
        .collect();
    let output = bench.step(inputs);
    let refused: Vec<u64> =
        output.replies.iter().filter(|(_, reply)| reply.is_err()).map(|(of, _)| *of).collect();
    assert_eq!(refused, [3], "it is held since the command before");
    assert!(held(&bench, 1) && held(&bench, 2));
}

#[test]
fn all_go_or_none_and_their_records_stay() {
    let mut bench = Bench::with_workflow();
    let run = ended(&mut bench);
    for number in 1..=3 {
        submit(&mut bench, recorded(run, number)).unwrap();
    }
    assert_eq!(code(submit(&mut bench, expire(&[1]))), Some(Code::ArtifactKept));
    assert!(bench.views.is_content_used(&format!("sha256:{:064x}", 7)).unwrap());
    bench.now += 400 * DAY_MS;
    submit(&mut bench, hold(3)).unwrap();
    assert_eq!(code(submit(&mut bench, expire(&[1, 3]))), Some(Code::ArtifactHeld));
    assert_eq!(
        submit(&mut bench, expire(&[1, 2, 1])).unwrap(),
        Answer::Expired([1, 2].map(id).to_vec(), 10)
    );
    assert_eq!(submit(&mut bench, expire(&[1])).unwrap(), Answer::Expired(Vec::new(), 0), "once");
    assert!(bench.views.is_content_used(&format!("sha256:{:064x}", 7)).unwrap(), "by the third");
    bench.write_views();
    submit(&mut bench, release(3)).unwrap();
    submit(&mut bench, expire(&[3])).unwrap();
    assert!(!bench.views.is_content_used(&format!("sha256:{:064x}", 7)).unwrap());
    assert_eq!(bench.views.expired().unwrap().len(), 2, "as far as the store has come");
    let filter = ArtifactFilter { run: Some(run), ..ArtifactFilter::default() };
    let page = bench.views.artifacts(("default", filter), None, 9).unwrap();
    assert_eq!(page.rows.len(), 3);
}

#[test]
fn a_gate_is_recorded_once_until_its_answer_changes() {
    let mut bench = Bench::with_workflow();
    let run = ended(&mut bench);
    let answer = |message: &str| {
        Command::CheckGate(Box::new(Checked {
            run,
            passed: false,
            message: message.into(),
            total_artifacts: 0,
            compliant_artifact_ids: Vec::new(),
            reasons: vec![message.into()],
            decision: DecisionId::from_bits(0),
        }))
    };
    for message in ["a", "a", "b", "b", "a"] {
        submit(&mut bench, answer(message)).unwrap();
        bench.write_views();
    }
    let recorded = bench.kinds().iter().filter(|kind| **kind == "gate.checked").count();
    assert_eq!(recorded, 3);
}

#[test]
fn the_views_of_artifacts_are_the_same_when_they_are_made_again() {
    let mut bench = Bench::with_workflow();
    let run = ended(&mut bench);
    for number in 1..=5 {
        submit(&mut bench, recorded(run, number)).unwrap();
    }
    submit(&mut bench, hold(2)).unwrap();
    submit(&mut bench, hold(3)).unwrap();
    bench.write_views();
    submit(&mut bench, release(3)).unwrap();
    let shown = |bench: &Bench, before| {
        let page =
            bench.views.artifacts(("default", ArtifactFilter::default()), before, 2).unwrap();
        let ids: Vec<ArtifactId> = page.rows.iter().map(|(known, _)| known.id).collect();
        (ids, page.next)
    };
    let all = |bench: &Bench| {
        let (mut ids, mut next) = shown(bench, None);
        while let Some(before) = next {
            let page = shown(bench, Some(before));
            ids.extend(page.0);
            next = page.1;
        }
        ids
    };
    let before = all(&bench);
    assert_eq!(before, [5, 4, 3, 2, 1].map(id));
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert_eq!(all(&bench), before);
    assert!(
        bench
            .views
            .artifacts(("acme", ArtifactFilter::default()), None, 9)
            .unwrap()
            .rows
            .is_empty()
    );
}
