//! Artifacts in a bucket of a real S3 server: what the ledger says of them is told there, also after the
//! server was gone, and what it does not let go is known.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{BlobStore, Clock};
use conductor_protocol::v1;
use conductor_store::blobs::s3::{KeySource, Keys, KeysComing, LockMode, S3Blobs, S3Options};
use conductor_tests::{LOCKED, OWNER, S3Server};

use crate::{
    artifacts::{ALL, DAY_MS, SBOM, artifacts, download, header, succeeded, upload},
    rig::{Client, Rig, is},
};

/// The system's clock, as it is: the daemon's may be ahead.
struct Wall;

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp::from_unix_ms(u64::try_from(since.as_millis()).unwrap())
    }
}

struct Owner;

impl KeySource for Owner {
    fn keys(&self) -> KeysComing<'_> {
        let (access_key, secret_key) = (OWNER.0.to_owned(), OWNER.1.to_owned());
        Box::pin(async move { Ok(Keys { access_key, secret_key, session_token: None }) })
    }
}

/// A daemon whose contents are locked for a day, under a prefix.
async fn rig(server: &S3Server, lock_retention: bool) -> Rig {
    let options = S3Options {
        endpoint: server.endpoint(),
        region: "us-east-1".into(),
        bucket: LOCKED.into(),
        prefix: format!("{lock_retention}/"),
        path_style: true,
        ca: None,
        lock: Some(LockMode::Compliance),
        retain_ms: DAY_MS,
        lock_retention,
    };
    Rig::storing(|folder| -> Arc<dyn BlobStore> {
        let open = || S3Blobs::open(folder, options, (Arc::new(Wall), Arc::new(Owner)));
        // It waits for the server, which a daemon does before it serves.
        Arc::new(tokio::task::block_in_place(open).unwrap())
    })
    .await
}

fn key(prefix: bool, known: &v1::ArtifactRecord) -> String {
    let hex = known.digest.strip_prefix("sha256:").unwrap();
    format!("{prefix}/sha256/{}/{hex}", &hex[..2])
}

/// Waits until the server says that of a key.
async fn says(server: &S3Server, (key, query): (&str, &str), word: &str) {
    for _ in 0..600 {
        if server.raw(("GET", &format!("/{LOCKED}/{key}?{query}=")), &[], b"").1.contains(word) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    unreachable!("the server never says {word} of {key}")
}

async fn doctor(client: &Client, name: &str) -> v1::DoctorCheck {
    let answer = client.system().doctor(v1::DoctorRequest::default()).await.unwrap();
    answer.into_inner().checks.into_iter().find(|check| check.name == name).unwrap()
}

fn hold(known: &v1::ArtifactRecord) -> v1::HoldArtifactRequest {
    v1::HoldArtifactRequest {
        artifact_id: known.artifact_id.clone(),
        reason: "trial".into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_says_is_told_to_the_server_also_after_it_was_gone() {
    let Some(server) = S3Server::start() else { return };
    let rig = rig(&server, false).await;
    let (admin, run) = succeeded(&rig).await;
    let known = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap();
    assert_eq!(download(&admin, &known.artifact_id).await.unwrap(), SBOM);
    let key = key(false, &known);
    artifacts(&admin).hold(hold(&known)).await.unwrap();
    says(&server, (&key, "legal-hold"), "<Status>ON</Status>").await;
    assert_eq!(doctor(&admin, "artifact store").await.status, "ok");
    server.kill();
    let release = v1::ReleaseArtifactRequest {
        artifact_id: known.artifact_id.clone(),
        reason: "over".into(),
        ..Default::default()
    };
    artifacts(&admin).release(release).await.unwrap();
    // Nothing is acknowledged that is not stored, and the refusal says where to look.
    let away = upload(&admin, header(&run, "other", ALL), ALL).await.unwrap_err();
    is(&away, "LEDGER_UNAVAILABLE");
    assert!(away.message().contains("bucket `locked`"), "{away:?}");
    assert_eq!(admin.events("artifact.recorded").await.len(), 1);
    assert_eq!(doctor(&admin, "artifact store").await.status, "fail");
    server.launch();
    says(&server, (&key, "legal-hold"), "<Status>OFF</Status>").await;
    let known = upload(&admin, header(&run, "other", ALL), ALL).await.unwrap();
    assert_eq!(download(&admin, &known.artifact_id).await.unwrap(), ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_does_not_let_go_is_known() {
    let Some(server) = S3Server::start() else { return };
    let rig = rig(&server, true).await;
    let (admin, run) = succeeded(&rig).await;
    let known = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap();
    let key = key(true, &known);
    // As long as the tenant's retention, which is more than the day that was configured.
    let until = Wall.now() + 396 * DAY_MS;
    says(&server, (&key, "retention"), &until.rfc3339()[..7]).await;
    rig.later(400 * DAY_MS);
    let admin = rig.admin().await;
    let expire = v1::ExpireArtifactsRequest {
        artifact_ids: vec![known.artifact_id.clone()],
        ..Default::default()
    };
    artifacts(&admin).expire(expire).await.unwrap();
    let kept = loop {
        let check = doctor(&admin, "artifact holds").await;
        if check.status != "ok" {
            break check;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(kept.message.contains("keeps 1 contents") && kept.message.contains("403"), "{kept:?}");
    assert_eq!(server.versions(LOCKED, &key).len(), 1, "it is still there");
    is(&download(&admin, &known.artifact_id).await.unwrap_err(), "ARTIFACT_EXPIRED");
}
