//! Streams go on from a sequence number, lose nothing between, and end where they should.

use conductor_protocol::v1;
use tonic::Streaming;

use crate::rig::{NOOP, Rig, is};

/// Whoever comes over TCP.
const OTHER: &str = "tcp:anonymous";

#[tokio::test(flavor = "multi_thread")]
async fn watching_a_run_resumes_without_a_gap_or_a_repeat() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let started = client.start("noop").await.unwrap();
    let entries = |told: Vec<v1::WatchRunResponse>| {
        told.into_iter()
            .flat_map(|message| message.entries)
            .map(|entry| entry.seq)
            .collect::<Vec<_>>()
    };
    let whole = entries(client.watch(&started.run_id, 0).await);
    assert!(whole.is_sorted_by(|a, b| a < b), "{whole:?}");
    for after in whole.iter().copied() {
        let rest = entries(client.watch(&started.run_id, after).await);
        let expected: Vec<u64> = whole.iter().copied().filter(|seq| *seq > after).collect();
        assert_eq!(rest, expected, "after {after}");
    }
    // Who is ahead of this ledger knows another one, and is told everything.
    assert_eq!(entries(client.watch(&started.run_id, 1 << 40).await), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_s_watch_tells_its_state_with_every_message_and_its_end_last() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap().run_id;
    let told = client.watch(&run, 0).await;
    let (last, before) = told.split_last().unwrap();
    assert!(last.last && before.iter().all(|message| !message.last));
    let run = last.run.as_ref().unwrap();
    assert_eq!(run.summary.as_ref().unwrap().status(), v1::RunStatus::Succeeded);
    assert_eq!(run.tasks[0].attempts[0].outcome, "succeeded");
    assert_eq!(run.seq, last.seq);
}

async fn list(client: &crate::rig::Client) -> v1::ListRunsResponse {
    client.runs().list(v1::ListRunsRequest::default()).await.unwrap().into_inner()
}

async fn watch_list(
    client: &crate::rig::Client,
    after_seq: u64,
) -> Streaming<v1::WatchRunsResponse> {
    let request = v1::WatchRunsRequest { after_seq, ..Default::default() };
    client.runs().watch_list(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_brought_up_to_date_with_what_changed_since_it_was_read() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let before = list(&client).await.seq;
    // Between the list and the watch.
    let missed = client.start("noop").await.unwrap().run_id;
    client.watch(&missed, 0).await;
    let mut stream = watch_list(&client, before).await;
    let first = stream.message().await.unwrap().unwrap();
    assert!(!first.reset);
    assert_eq!(first.runs.iter().map(|run| run.run_id.as_str()).collect::<Vec<_>>(), [missed]);

    let fresh = client.start("noop").await.unwrap().run_id;
    loop {
        let message = stream.message().await.unwrap().unwrap();
        let mut ids: Vec<_> = message.runs.iter().map(|run| &run.run_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), message.runs.len(), "a run is told once in a message");
        let ended = message
            .runs
            .iter()
            .any(|run| run.run_id == fresh && run.status() == v1::RunStatus::Succeeded);
        if ended {
            assert_eq!(message.total, 2);
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_the_runs_of_one_is_told_of_no_others() {
    let rig = Rig::start().await;
    let (admin, other) = (rig.admin().await, rig.stranger().await);
    admin.grant(OTHER, "operator").await;
    admin.publish(NOOP).await;
    let before = other.start("noop").await.unwrap().run_id;
    admin.watch(&before, 0).await;
    admin.watch(&admin.start("noop").await.unwrap().run_id, 0).await;
    let request = v1::WatchRunsRequest { after_seq: 1, owner: OTHER.into(), scope: None };
    let mut stream = admin.runs().watch_list(request).await.unwrap().into_inner();
    let ids = |message: &v1::WatchRunsResponse| {
        message.runs.iter().map(|run| run.run_id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&stream.message().await.unwrap().unwrap()), [before]);

    admin.watch(&admin.start("noop").await.unwrap().run_id, 0).await;
    let own = other.start("noop").await.unwrap().run_id;
    loop {
        let message = stream.message().await.unwrap().unwrap();
        assert_eq!(ids(&message), [own.as_str()]);
        if message.runs[0].status() == v1::RunStatus::Succeeded {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_another_ledger_reads_the_list_again() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let mut stream = watch_list(&client, 1 << 40).await;
    let first = stream.message().await.unwrap().unwrap();
    assert!(first.reset);
    assert_eq!(first.seq, rig.engine().views().seq());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_runs_comes_to_its_end_in_the_list() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let mut stream = watch_list(&client, list(&client).await.seq).await;
    let mut open = std::collections::BTreeSet::new();
    for _ in 0..200 {
        open.insert(client.start("noop").await.unwrap().run_id);
    }
    while !open.is_empty() {
        let message = stream.message().await.unwrap().unwrap();
        assert!(!message.reset);
        for run in message.runs.iter().filter(|run| run.status() == v1::RunStatus::Succeeded) {
            open.remove(&run.run_id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_tailed_from_anywhere_and_goes_on() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let tail = async |request: v1::TailRequest| {
        client.ledger().tail(request).await.map(tonic::Response::into_inner)
    };
    let mut all = tail(v1::TailRequest { follow: true, ..Default::default() }).await.unwrap();
    let run = client.start("noop").await.unwrap();
    let mut seqs = Vec::new();
    loop {
        let event = all.message().await.unwrap().unwrap();
        seqs.push(event.seq);
        if event.kind == "run.ended" && event.subject == run.run_id {
            break;
        }
    }
    let expected: Vec<u64> = (1..=seqs.len() as u64).collect();
    assert_eq!(seqs, expected, "no gaps, no repeats");

    let subject = v1::TailRequest { subject: run.run_id, limit: 2, ..Default::default() };
    let mut some = tail(subject).await.unwrap();
    let mut kinds = Vec::new();
    while let Some(event) = some.message().await.unwrap() {
        kinds.push(event.kind);
    }
    assert_eq!(kinds, ["run.started", "task.leased"]);
    assert!(client.events("run.").await.iter().all(|event| event.kind.starts_with("run.")));
    let beyond = v1::TailRequest { after_seq: 1 << 40, ..Default::default() };
    is(&tail(beyond).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_and_checkpoints_fit_together() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let mut ledger = client.ledger();
    let first = ledger.checkpoint(v1::CheckpointRequest::default()).await;
    let checkpoint = first.expect("signed before anybody is let in").into_inner();
    assert!(checkpoint.note.starts_with("led_test\n"));
    let proof = v1::InclusionProofRequest { seq: 1, ..Default::default() };
    let proof = ledger.inclusion_proof(proof).await.unwrap().into_inner();
    assert_eq!((proof.index, proof.root_hash), (0, checkpoint.root_hash));
    let beyond = v1::InclusionProofRequest { seq: 1 << 40, ..Default::default() };
    is(&ledger.inclusion_proof(beyond).await.unwrap_err(), "REQUEST_INVALID");
    let grown = v1::ConsistencyProofRequest { old_size: 1, ..Default::default() };
    assert!(ledger.consistency_proof(grown).await.unwrap().into_inner().new_size >= 1);
    let of_nothing = v1::ConsistencyProofRequest::default();
    is(&ledger.consistency_proof(of_nothing).await.unwrap_err(), "REQUEST_INVALID");
    let mut verifying = ledger.verify(v1::VerifyRequest::default()).await.unwrap().into_inner();
    let mut last = v1::VerifyProgress::default();
    while let Some(step) = verifying.message().await.unwrap() {
        last = step;
    }
    assert!(last.finished && last.ok, "{last:?}");
}
