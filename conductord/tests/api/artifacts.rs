//! Artifacts and release gates: what is really in a file, who holds what, what may be released.

use conductor_keys::ssh_key::PublicKey;
use conductor_protocol::{
    jcs::sha256_hex,
    v1::{
        self,
        ArtifactSignature::{Signed, Unverifiable},
        FlagsSource,
        artifacts_client::ArtifactsClient,
        gates_client::GatesClient,
        keys_client::KeysClient,
    },
};
use tonic::{Status, transport::Channel};

use crate::{
    rig::{Client, NOOP, Rig, is},
    workers::open,
};

pub(crate) const SBOM: &[u8] =
    include_bytes!("../../../protocol/tests/evidence/cyclonedx-1.6.json");
pub(crate) const ALL: &[u8] = include_bytes!("../../../protocol/tests/evidence/all.intoto.jsonl");
// What the lines of the above are signed with, and the other two files, by tools that are not ours.
const ED25519: &str = include_str!("../../../protocol/tests/evidence/key-ed25519.pem");
const P256: &str = include_str!("../../../protocol/tests/evidence/key-p256.pem");
const ENVELOPE: &[u8] = include_bytes!("../../../protocol/tests/evidence/slsa-v1.dsse.json");
const BUNDLE: &[u8] = include_bytes!("../../../protocol/tests/evidence/slsa-v1.sigstore.json");
const BUILDER: &str = "builder:ci";
pub(crate) const DAY_MS: u64 = 24 * 3_600_000;

pub(crate) fn artifacts(client: &Client) -> ArtifactsClient<Channel> {
    ArtifactsClient::new(client.channel())
}

fn gates(client: &Client) -> GatesClient<Channel> {
    GatesClient::new(client.channel())
}

/// What is said before a file.
pub(crate) fn header(run: &str, kind: &str, bytes: &[u8]) -> v1::UploadArtifactHeader {
    v1::UploadArtifactHeader {
        run_id: run.into(),
        kind: kind.into(),
        name: "file".into(),
        digest: format!("sha256:{}", sha256_hex(bytes)),
        size_bytes: bytes.len() as u64,
        ..Default::default()
    }
}

/// Adds a file to a run.
pub(crate) async fn upload(
    client: &Client,
    header: v1::UploadArtifactHeader,
    bytes: &[u8],
) -> Result<v1::ArtifactRecord, Status> {
    let first = v1::UploadArtifactRequest { header: Some(header), data: Vec::new() };
    let pieces = bytes
        .chunks(100)
        .map(|piece| v1::UploadArtifactRequest { header: None, data: piece.to_vec() });
    let pieces: Vec<_> = std::iter::once(first).chain(pieces).collect();
    let sent = artifacts(client).upload(tokio_stream::iter(pieces)).await?;
    Ok(sent.into_inner().artifact.unwrap())
}

async fn external(client: &Client, run: &str, flags: [bool; 3]) -> v1::ArtifactRecord {
    let [sbom, slsa, risk] = flags.map(Some);
    let declared = v1::DeclaredFlags {
        sbom_present: sbom,
        slsa_provenance_present: slsa,
        risk_assessment_present: risk,
        additional_metadata_json: r#"{"scanner":"syft"}"#.into(),
    };
    let request = v1::RecordArtifactRequest {
        run_id: run.into(),
        kind: "other".into(),
        name: "bundle.tgz".into(),
        uri: "s3://artifacts/bundle.tgz".into(),
        declared: Some(declared),
        ..Default::default()
    };
    artifacts(client).record(request).await.unwrap().into_inner().artifact.unwrap()
}

pub(crate) async fn download(client: &Client, id: &str) -> Result<Vec<u8>, Status> {
    let request = v1::DownloadArtifactRequest { artifact_id: id.into(), ..Default::default() };
    let mut stream = artifacts(client).download(request).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await? {
        bytes.extend(piece.data);
    }
    Ok(bytes)
}

async fn check(client: &Client, run: &str) -> v1::CheckGateResponse {
    let request = v1::CheckGateRequest { run_id: run.into(), ..Default::default() };
    gates(client).check(request).await.unwrap().into_inner()
}

async fn list(client: &Client, run: &str) -> Vec<v1::ArtifactRecord> {
    let request = v1::ListArtifactsRequest { run_id: run.into(), ..Default::default() };
    artifacts(client).list(request).await.unwrap().into_inner().artifacts
}

/// Lets a key sign for the builder: artifacts, or something else.
async fn enroll(admin: &Client, pem: &str, namespace: &str) -> String {
    let key = PublicKey::from_pem(pem).unwrap();
    let new = v1::NewKey {
        principal: BUILDER.to_owned(),
        public_key: key.to_openssh(),
        namespaces: vec![namespace.to_owned()],
        ..Default::default()
    };
    let request = v1::EnrollKeysRequest { keys: vec![new], ..Default::default() };
    KeysClient::new(admin.channel()).enroll(request).await.unwrap();
    key.fingerprint().to_string()
}

/// A run that succeeded.
pub(crate) async fn succeeded(rig: &Rig) -> (Client, String) {
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let run = admin.start("noop").await.unwrap().run_id;
    admin.watch(&run, 0).await;
    (admin, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_proves_what_is_in_it_and_is_given_back_whole() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let known = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap();
    assert!(known.sbom_present && !known.slsa_provenance_present);
    assert_eq!(known.flags_source(), FlagsSource::Derived);
    assert_eq!(known.found, "CycloneDX 1.6 with 2 components");
    assert_eq!(download(&admin, &known.artifact_id).await.unwrap(), SBOM);
    let all = upload(&admin, header(&run, "other", ALL), ALL).await.unwrap();
    assert!(all.sbom_present && all.slsa_provenance_present && all.risk_assessment_present);
    let listed = list(&admin, &run).await;
    let ids: Vec<&str> = listed.iter().map(|known| known.artifact_id.as_str()).collect();
    assert_eq!(ids, [all.artifact_id.as_str(), &known.artifact_id], "newest first");
    assert_eq!(admin.events("artifact.recorded").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_announced_or_declared_is_not_kept() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let cut = upload(&admin, header(&run, "sbom", SBOM), &SBOM[..500]).await;
    is(&cut.unwrap_err(), "ARTIFACT_DIGEST");
    let wrong = upload(&admin, header(&run, "slsa_provenance", SBOM), SBOM).await.unwrap_err();
    is(&wrong, "EVIDENCE_CONTRADICTED");
    assert!(wrong.message().contains("CycloneDX 1.6 with 2 components"), "{wrong:?}");
    let declared = v1::DeclaredFlags { sbom_present: Some(false), ..Default::default() };
    let denied =
        v1::UploadArtifactHeader { declared: Some(declared), ..header(&run, "other", SBOM) };
    is(&upload(&admin, denied, SBOM).await.unwrap_err(), "EVIDENCE_CONTRADICTED");
    let broken = SBOM.strip_suffix(b"}\n").unwrap_or(&SBOM[..SBOM.len() - 2]);
    let odd = String::from_utf8(SBOM.to_vec()).unwrap().replace("library", "lib");
    is(
        &upload(&admin, header(&run, "sbom", odd.as_bytes()), odd.as_bytes()).await.unwrap_err(),
        "EVIDENCE_INVALID",
    );
    is(
        &upload(&admin, header(&run, "sbom", broken), broken).await.unwrap_err(),
        "EVIDENCE_CONTRADICTED",
    );
    let nowhere = header("run_01jdzzzzzzfffffffffffffff0", "sbom", SBOM);
    is(&upload(&admin, nowhere, SBOM).await.unwrap_err(), "RUN_NOT_FOUND");
    assert!(list(&admin, &run).await.is_empty());
    let staging = rig.folder().join("blobs/staging");
    assert_eq!(std::fs::read_dir(staging).map_or(0, Iterator::count), 0, "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_proves_nothing_blocks_the_gate() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    enroll(&admin, ED25519, "artifact@conductor").await;
    upload(&admin, header(&run, "other", ALL), ALL).await.unwrap();
    assert!(check(&admin, &run).await.passed);
    let forged = v1::UploadArtifactHeader {
        signature: "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n".into(),
        ..header(&run, "sbom", SBOM)
    };
    let known = upload(&admin, forged, SBOM).await.unwrap();
    assert_eq!(known.signature(), Unverifiable);
    assert!(!known.signature_problem.is_empty());
    let answer = check(&admin, &run).await;
    assert!(!answer.passed && answer.message.contains(&known.artifact_id), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_inside_is_whose_key_it_was() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let ed25519 = enroll(&admin, ED25519, "artifact@conductor").await;
    let p256 = enroll(&admin, P256, "artifact@conductor").await;
    for (bytes, key) in [(ENVELOPE, &ed25519), (BUNDLE, &p256), (ALL, &ed25519)] {
        let known = upload(&admin, header(&run, "other", bytes), bytes).await.unwrap();
        assert_eq!(known.signature(), Signed, "{}", known.signature_problem);
        assert_eq!((known.signed_by.as_str(), &known.signed_with), (BUILDER, key));
        let signer = v1::ArtifactSigner { principal: BUILDER.into(), fingerprint: key.clone() };
        assert_eq!(known.signed_within, [signer]);
    }
    assert!(check(&admin, &run).await.passed);
    // What stands beside the envelopes nobody signed.
    let beside = [ALL, b"{\"a\": 1}\n"].concat();
    let known = upload(&admin, header(&run, "other", &beside), &beside).await.unwrap();
    assert_eq!(known.signature(), v1::ArtifactSignature::Unsigned);
    assert!(check(&admin, &run).await.passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_inside_by_no_key_that_counts_blocks_the_gate() {
    let rig = Rig::start().await;
    let altered = String::from_utf8(ENVELOPE.to_vec()).unwrap().replace("\"rd0P", "\"rd0Q");
    assert_ne!(altered.as_bytes(), ENVELOPE);
    let certified = String::from_utf8(BUNDLE.to_vec()).unwrap();
    let certified = certified.replace("\"publicKey\"", "\"certificate\"");
    let (admin, run) = succeeded(&rig).await;
    let blocked = async |bytes: &[u8], why: &str| {
        let known = upload(&admin, header(&run, "other", bytes), bytes).await.unwrap();
        assert_eq!(known.signature(), Unverifiable, "{why}");
        assert!(known.signature_problem.contains(why), "{}", known.signature_problem);
        let answer = check(&admin, &run).await;
        let named = |reason: &String| reason.contains(&known.artifact_id) && reason.contains(why);
        assert!(!answer.passed && answer.reasons.iter().any(named), "{answer:?}");
    };
    blocked(ENVELOPE, "by no key that is enrolled here").await;
    blocked(certified.as_bytes(), "by a certificate").await;
    enroll(&admin, ED25519, "login@conductor").await;
    blocked(ENVELOPE, "may not sign for the namespace").await;
    enroll(&admin, P256, "artifact@conductor").await;
    blocked(altered.as_bytes(), "or one that was altered").await;
    // One that came later and is good takes nothing back.
    let known = upload(&admin, header(&run, "other", BUNDLE), BUNDLE).await.unwrap();
    assert_eq!(known.signature(), Signed);
    assert!(!check(&admin, &run).await.passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_task_left_behind_is_checked_whenever_it_is_asked_for() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut session = open(&admin, "").await.unwrap();
    let run = admin.start("noop").await.unwrap().run_id;
    let lease = session.lease().await;
    let piece = v1::PutArtifactRequest {
        worker_id: session.worker_id.clone(),
        token: lease.token,
        run_id: run.clone(),
        data: ALL.to_vec(),
        scope: lease.scope.clone(),
    };
    let put = admin.workers().put_artifact(tokio_stream::once(piece)).await.unwrap().into_inner();
    let left = v1::Artifact {
        name: "attestations".into(),
        digest: put.digest,
        size_bytes: put.size_bytes,
        ..Default::default()
    };
    let report = v1::CompleteRequest { artifacts: vec![left], ..session.report(&lease) };
    admin.workers().complete(report).await.unwrap();
    admin.watch(&run, 0).await;
    let known = list(&admin, &run).await.remove(0);
    assert_eq!((known.signature(), known.task_id.as_str()), (Unverifiable, "a"));
    let answer = check(&admin, &run).await;
    let named = |reason: &String| reason.contains(&known.artifact_id);
    assert!(!answer.passed && answer.reasons.iter().any(named), "{answer:?}");
    enroll(&admin, ED25519, "artifact@conductor").await;
    let known = list(&admin, &run).await.remove(0);
    assert_eq!((known.signature(), known.signed_by.as_str()), (Signed, BUILDER));
    assert!(check(&admin, &run).await.passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_answers_as_its_rule_says_and_writes_only_what_is_new() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let blocked = check(&admin, &run).await;
    assert_eq!(blocked.message, "No artifacts meet compliance requirements");
    for flags in [[true, false, false], [false, true, false], [false, false, true]] {
        external(&admin, &run, flags).await;
    }
    for _ in 0..3 {
        assert!(!check(&admin, &run).await.passed);
    }
    let good = external(&admin, &run, [true; 3]).await;
    assert_eq!(good.flags_source(), FlagsSource::Declared);
    assert_eq!(good.additional_metadata_json, r#"{"scanner":"syft"}"#);
    let passed = check(&admin, &run).await;
    assert_eq!(passed.message, "Release gate passed: 1 compliant artifact(s) found");
    let details = passed.details.unwrap();
    assert_eq!((details.total_artifacts, details.compliant_artifacts), (4, 1));
    assert_eq!(details.compliant_artifact_ids, [good.artifact_id]);
    assert_eq!(admin.events("gate.checked").await.len(), 3, "none, three of four, and passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_repeated_is_done_once() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let once =
        v1::UploadArtifactHeader { idempotency_key: "k".into(), ..header(&run, "sbom", SBOM) };
    let first = upload(&admin, once.clone(), SBOM).await.unwrap();
    let again = upload(&admin, once.clone(), SBOM).await.unwrap();
    assert_eq!(first.artifact_id, again.artifact_id);
    let other = v1::UploadArtifactHeader { name: "other".into(), ..once };
    is(&upload(&admin, other, SBOM).await.unwrap_err(), "IDEMPOTENCY_CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_stays_and_what_is_over_goes() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let known = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap();
    let held = upload(&admin, header(&run, "other", ALL), ALL).await.unwrap();
    let id = |known: &v1::ArtifactRecord| known.artifact_id.clone();
    let hold = |reason: &str| v1::HoldArtifactRequest {
        artifact_id: id(&held),
        reason: reason.into(),
        ..Default::default()
    };
    is(&artifacts(&admin).hold(hold("")).await.unwrap_err(), "REQUEST_INVALID");
    let answer = artifacts(&admin).hold(hold("trial")).await.unwrap().into_inner();
    assert_eq!(answer.artifact.unwrap().held.unwrap().reason, "trial");
    is(&artifacts(&admin).hold(hold("trial")).await.unwrap_err(), "ARTIFACT_HELD");
    let expire = |ids: &[&v1::ArtifactRecord]| v1::ExpireArtifactsRequest {
        artifact_ids: ids.iter().map(|known| id(known)).collect(),
        ..Default::default()
    };
    let early = artifacts(&admin).expire(expire(&[&known])).await.unwrap_err();
    is(&early, "ARTIFACT_KEPT");
    rig.later(400 * DAY_MS);
    let admin = rig.admin().await;
    let due = artifacts(&admin).retention(v1::RetentionRequest::default()).await.unwrap();
    let due = due.into_inner();
    assert_eq!((due.hot_days, due.warm_days, due.cold_days), (30, 90, 396));
    let rows: Vec<(bool, &str)> =
        due.rows.iter().map(|row| (row.goes, row.reason.as_str())).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].0 && !rows[1].0 && rows[1].1.ends_with("trial"), "{rows:?}");
    is(&artifacts(&admin).expire(expire(&[&known, &held])).await.unwrap_err(), "ARTIFACT_HELD");
    let gone = artifacts(&admin).expire(expire(&[&known])).await.unwrap().into_inner();
    assert_eq!((gone.artifact_ids, gone.size_bytes), (vec![id(&known)], SBOM.len() as u64));
    is(&download(&admin, &known.artifact_id).await.unwrap_err(), "ARTIFACT_EXPIRED");
    assert_eq!(list(&admin, &run).await.len(), 2, "the records stay");
    let left = artifacts(&admin).retention(v1::RetentionRequest::default()).await.unwrap();
    assert_eq!(left.into_inner().rows.len(), 1);
    assert_eq!(admin.events("artifact.expired").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_role_sees_or_changes_anything() {
    let rig = Rig::start().await;
    let (admin, run) = succeeded(&rig).await;
    let known = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap();
    let stranger = rig.stranger().await;
    is(
        &upload(&stranger, header(&run, "sbom", SBOM), SBOM).await.unwrap_err(),
        "PERMISSION_DENIED",
    );
    is(&download(&stranger, &known.artifact_id).await.unwrap_err(), "PERMISSION_DENIED");
    let request = v1::CheckGateRequest { run_id: run, ..Default::default() };
    is(&gates(&stranger).check(request).await.unwrap_err(), "PERMISSION_DENIED");
    let request =
        v1::GetArtifactRecordRequest { artifact_id: known.artifact_id, ..Default::default() };
    is(&artifacts(&stranger).get(request).await.unwrap_err(), "PERMISSION_DENIED");
}
