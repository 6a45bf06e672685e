//! Output and artifacts: written by who holds the lease, read back by who may read the run.

use conductor_protocol::v1;

use crate::{
    rig::{Client, NOOP, Rig, is},
    workers::{Session, open},
};

struct Leased {
    rig: Rig,
    client: Client,
    session: Session,
    lease: v1::Lease,
}

async fn leased() -> Leased {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    leased_by(rig, client).await
}

async fn leased_by(rig: Rig, client: Client) -> Leased {
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut session = open(&client, "").await.unwrap();
    admin.start("noop").await.unwrap();
    let lease = session.lease().await;
    Leased { rig, client, session, lease }
}

impl Leased {
    fn chunk(&self, text: &str) -> v1::AppendLogsRequest {
        let chunk = v1::LogChunk {
            stream: v1::LogStream::Stdout.into(),
            data: text.as_bytes().to_vec(),
            ..Default::default()
        };
        v1::AppendLogsRequest {
            worker_id: self.session.worker_id.clone(),
            token: self.lease.token,
            chunk: Some(chunk),
            run_id: self.lease.run_id.clone(),
            scope: self.lease.scope.clone(),
            finish: false,
        }
    }

    async fn append(
        &self,
        chunks: Vec<v1::AppendLogsRequest>,
    ) -> Result<v1::AppendLogsResponse, tonic::Status> {
        let sent = self.client.workers().append_logs(tokio_stream::iter(chunks)).await;
        sent.map(tonic::Response::into_inner)
    }

    fn logs(&self, follow: bool, offset: u64) -> v1::RunLogsRequest {
        v1::RunLogsRequest {
            run_id: self.lease.run_id.clone(),
            task_id: "a".into(),
            follow,
            offset,
            ..Default::default()
        }
    }

    async fn read(&self, request: v1::RunLogsRequest) -> Vec<v1::LogChunk> {
        let mut stream = self.client.runs().logs(request).await.unwrap().into_inner();
        let mut chunks = Vec::new();
        while let Some(chunk) = stream.message().await.unwrap() {
            chunks.push(chunk);
        }
        chunks
    }
}

fn text(chunks: &[v1::LogChunk]) -> String {
    chunks.iter().map(|chunk| String::from_utf8_lossy(&chunk.data).into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn output_is_followed_to_the_attempt_s_end_and_resumed_by_offset() {
    let leased = leased().await;
    leased.append(vec![leased.chunk("one\n"), leased.chunk("two\n")]).await.unwrap();
    let follow = leased.client.runs().logs(leased.logs(true, 0)).await.unwrap();
    let mut follow = follow.into_inner();
    let first = follow.message().await.unwrap().unwrap();
    let all = v1::AppendLogsRequest { finish: true, ..leased.chunk("three\n") };
    let finished = leased.append(vec![all]).await.unwrap();
    assert!(finished.log_digest.starts_with("sha256:"), "{finished:?}");
    leased.client.workers().complete(leased.session.report(&leased.lease)).await.unwrap();
    let mut followed = vec![first.clone()];
    while let Some(chunk) = follow.message().await.unwrap() {
        followed.push(chunk);
    }
    assert_eq!(text(&followed), "one\ntwo\nthree\n");
    let rest = leased.read(leased.logs(false, first.next_offset)).await;
    assert_eq!(format!("{}{}", text(&[first]), text(&rest)), "one\ntwo\nthree\n");
    let whole = v1::RunLogsRequest { task_id: String::new(), ..leased.logs(true, 0) };
    assert_eq!(text(&leased.read(whole).await), "one\ntwo\nthree\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_hold_the_lease_writes_nothing() {
    let leased = leased().await;
    let other_token = v1::AppendLogsRequest { token: 1, ..leased.chunk("x") };
    is(&leased.append(vec![other_token]).await.unwrap_err(), "LEASE_LOST");
    let elsewhere = Some(v1::Scope { tenant: "acme".into(), ..Default::default() });
    let other_tenant = v1::AppendLogsRequest { scope: elsewhere, ..leased.chunk("x") };
    is(&leased.append(vec![other_tenant]).await.unwrap_err(), "LEASE_LOST");
    leased.client.workers().complete(leased.session.report(&leased.lease)).await.unwrap();
    is(&leased.append(vec![leased.chunk("late")]).await.unwrap_err(), "LEASE_LOST");
    assert!(leased.read(leased.logs(false, 0)).await.is_empty());
    assert!(leased.rig.engine().failure().borrow().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_may_work_no_more_writes_no_more_in_the_stream_that_it_began() {
    let rig = Rig::without_worker().await;
    let (admin, worker) = (rig.admin().await, rig.stranger().await);
    admin.grant("tcp:anonymous", "operator").await;
    let leased = leased_by(rig, worker).await;
    let (chunks, sent) = tokio::sync::mpsc::channel(1);
    let mut workers = leased.client.workers();
    let sending = tokio::spawn(async move {
        workers.append_logs(tokio_stream::wrappers::ReceiverStream::new(sent)).await
    });
    chunks.send(leased.chunk("while it may\n")).await.unwrap();
    // The first chunk is in before the right is gone.
    let mut follow = admin.runs().logs(leased.logs(true, 0)).await.unwrap().into_inner();
    let first = follow.message().await.unwrap().unwrap();
    assert_eq!(first.data, b"while it may\n");
    admin.revoke("tcp:anonymous", "operator").await;
    chunks.send(leased.chunk("when it may not\n")).await.unwrap();
    is(&sending.await.unwrap().unwrap_err(), "PERMISSION_DENIED");
    let mut all = admin.runs().logs(leased.logs(false, 0)).await.unwrap().into_inner();
    assert_eq!(all.message().await.unwrap().unwrap().data, b"while it may\n");
    assert_eq!(all.message().await.unwrap(), None);
    let artifact = v1::PutArtifactRequest {
        worker_id: leased.session.worker_id.clone(),
        token: leased.lease.token,
        run_id: leased.lease.run_id.clone(),
        data: b"x".to_vec(),
        scope: leased.lease.scope.clone(),
    };
    let put = leased.client.workers().put_artifact(tokio_stream::once(artifact)).await;
    is(&put.unwrap_err(), "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_logs_that_are_none_get_answers() {
    let leased = leased().await;
    let runs = async |request| leased.client.runs().logs(request).await.map(drop);
    let no_task = v1::RunLogsRequest { task_id: "zzz".into(), ..leased.logs(false, 0) };
    is(&runs(no_task).await.unwrap_err(), "LOG_NOT_FOUND");
    let no_attempt = v1::RunLogsRequest { attempt: 7, ..leased.logs(false, 0) };
    is(&runs(no_attempt).await.unwrap_err(), "LOG_NOT_FOUND");
    let no_sense = v1::RunLogsRequest { task_id: String::new(), ..leased.logs(false, 9) };
    is(&runs(no_sense).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_comes_back_as_it_was_put() {
    let leased = leased().await;
    let bytes: Vec<u8> = (0..1_500_000_u32).map(|n| (n % 251) as u8).collect();
    let piece = |data: &[u8]| v1::PutArtifactRequest {
        worker_id: leased.session.worker_id.clone(),
        token: leased.lease.token,
        run_id: leased.lease.run_id.clone(),
        data: data.to_vec(),
        scope: leased.lease.scope.clone(),
    };
    let pieces: Vec<_> = bytes.chunks(100_000).map(piece).collect();
    let put = leased.client.workers().put_artifact(tokio_stream::iter(pieces)).await.unwrap();
    let put = put.into_inner();
    assert_eq!(put.size_bytes, bytes.len() as u64);
    let artifact = v1::Artifact {
        name: "report".into(),
        digest: put.digest.clone(),
        size_bytes: put.size_bytes,
        ..Default::default()
    };
    let report =
        v1::CompleteRequest { artifacts: vec![artifact], ..leased.session.report(&leased.lease) };
    leased.client.workers().complete(report).await.unwrap();
    for name in ["report", "a/report"] {
        let request = v1::GetArtifactRequest {
            run_id: leased.lease.run_id.clone(),
            name: name.into(),
            ..Default::default()
        };
        let mut stream = leased.client.runs().artifact(request).await.unwrap().into_inner();
        let mut back = Vec::new();
        while let Some(chunk) = stream.message().await.unwrap() {
            assert_eq!(chunk.digest, put.digest);
            back.extend_from_slice(&chunk.data);
        }
        assert!(back == bytes, "{name}: other bytes came back");
    }
    let none = v1::GetArtifactRequest {
        run_id: leased.lease.run_id.clone(),
        name: "nothing".into(),
        ..Default::default()
    };
    is(&leased.client.runs().artifact(none).await.unwrap_err(), "ARTIFACT_NOT_FOUND");
}
