//! Another key signs the log: by two people, from one moment on, and what was signed before stays good.

use std::sync::{Arc, Mutex};

use conductor_engine::{
    ports::KeyKeeper,
    rotation::{Carried, Rotation},
};
use conductor_keys::{
    chain::Chain,
    note::{SigningKey, VerifierKey},
    pack,
    receipt::{self, Trusted},
    signing::{Sign, SignError},
    ssh_key::SecretKey,
    sshsig,
};
use conductor_protocol::{
    archive::{self, DISCLOSURE},
    v1::{self, approvals_client::ApprovalsClient, keys_client::KeysClient},
};
use serde_json::Value;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::rig::{Client, NOOP, Rig, is};

const ALICE: &str = "uid:2001";

/// Keys that are at hand, and what was kept of them.
#[derive(Debug, Default)]
struct Keeper {
    next: Mutex<Option<Arc<dyn Sign>>>,
    kept: Mutex<Vec<Chain>>,
}

impl Keeper {
    fn bring(&self, key: impl Sign + 'static) {
        *self.next.lock().unwrap() = Some(Arc::new(key));
    }
}

impl KeyKeeper for Keeper {
    fn next_place(&self, _: &Chain) -> Result<String, String> {
        let next = self.next.lock().unwrap();
        let missing = || "conductord.toml names no next key: put it to `[signing.next]`".to_owned();
        next.as_ref().map(|next| next.place()).ok_or_else(missing)
    }

    fn next(&self, _: &Chain) -> Result<Arc<dyn Sign>, String> {
        self.next.lock().unwrap().clone().ok_or_else(|| "there is none".to_owned())
    }

    fn keep(&self, chain: &Chain) -> Result<(), String> {
        self.kept.lock().unwrap().push(chain.clone());
        Ok(())
    }
}

/// A key that is away.
#[derive(Debug)]
struct Away(SigningKey);

impl Sign for Away {
    fn verifier(&self) -> VerifierKey {
        self.0.verifier()
    }

    fn place(&self) -> String {
        "a token".to_owned()
    }

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignError> {
        let problem = "it is not plugged in".to_owned();
        Err(SignError::Unavailable { place: self.place(), problem })
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("led_test", [seed; 32]).unwrap()
}

struct Stage {
    rig: Rig,
    admin: Client,
    alice: SecretKey,
    keeper: Arc<Keeper>,
    rotation: Arc<Rotation>,
}

impl Stage {
    /// Nothing carries orders out until the test does.
    async fn set() -> Self {
        let rig = Rig::with_receipts().await;
        let admin = rig.admin().await;
        admin.grant(ALICE, "conductor_admin").await;
        let alice = SecretKey::ed25519(&[1; 32]).unwrap();
        let public_key = alice.credential().key().to_openssh();
        let new = v1::NewKey { principal: ALICE.into(), public_key, ..Default::default() };
        let request = v1::EnrollKeysRequest { keys: vec![new], ..Default::default() };
        // By somebody else than will ask: whom one enrolls is nobody else.
        admin.grant("tcp:anonymous", "conductor_admin").await;
        KeysClient::new(rig.stranger().await.channel()).enroll(request).await.unwrap();
        admin.revoke("tcp:anonymous", "conductor_admin").await;
        admin.publish(NOOP).await;
        let keeper = Arc::<Keeper>::default();
        let known: Arc<dyn KeyKeeper> = Arc::<Keeper>::clone(&keeper);
        let every = Some(90 * 24 * 60 * 60 * 1_000);
        let rotation = Arc::new(Rotation::new(rig.engine(), rig.ring(), known, every));
        drop(rig.server.api().clone().with_rotation(Arc::clone(&rotation)));
        Self { rig, admin, alice, keeper, rotation }
    }

    /// Asks for it; what it waits for.
    async fn ask(&self) -> Result<v1::RotateSigningKeyResponse, Status> {
        let reason = "90 days are over".to_owned();
        let request = v1::RotateSigningKeyRequest { reason, ..Default::default() };
        Ok(self.admin.ledger().rotate_signing_key(request).await?.into_inner())
    }

    /// Has alice approve what waits.
    async fn approve(&mut self, id: &str) -> Result<v1::Approval, Status> {
        let mut approvals = ApprovalsClient::new(self.admin.channel());
        let get = v1::GetApprovalRequest { approval_id: id.into(), ..Default::default() };
        let statement = approvals.get(get).await?.into_inner().approval.unwrap().statement;
        let signed = sshsig::sign(&mut self.alice, "approval@conductor", statement.as_bytes());
        let signature = signed.unwrap();
        let request =
            v1::SignApprovalRequest { approval_id: id.into(), signature, ..Default::default() };
        Ok(approvals.sign(request).await?.into_inner().approval.unwrap())
    }

    /// Both people agree, and it is carried out.
    async fn rotate(&mut self) -> Carried {
        let waits = waits(&self.ask().await.unwrap_err());
        self.approve(&waits).await.unwrap();
        self.carry_out().await
    }

    async fn carry_out(&self) -> Carried {
        let order = self.rig.engine().views().signing_keys().ordered().unwrap().clone();
        let rotation = Arc::clone(&self.rotation);
        tokio::task::spawn_blocking(move || rotation.carry_out(&order)).await.unwrap()
    }

    /// A run's receipt, and its pack.
    async fn run(&self) -> (String, v1::GetReceiptResponse, Vec<(String, Vec<u8>)>) {
        let run = self.admin.start("noop").await.unwrap().run_id;
        self.admin.watch(&run, 0).await;
        let mut receipts = v1::receipts_client::ReceiptsClient::new(self.admin.channel());
        let request = v1::GetReceiptRequest { run_id: run.clone(), ..Default::default() };
        loop {
            match receipts.get(request.clone()).await {
                Ok(found) => {
                    let pack = self.pack(&run).await;
                    return (run, found.into_inner(), pack);
                }
                Err(status) => is(&status, "RECEIPT_NOT_FOUND"),
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    async fn pack(&self, run: &str) -> Vec<(String, Vec<u8>)> {
        let request = v1::ExportRunRequest { run_id: run.into(), ..Default::default() };
        let mut stream = self.admin.runs().export(request).await.unwrap().into_inner();
        let mut bytes = Vec::new();
        while let Some(piece) = stream.message().await.unwrap() {
            bytes.extend(piece.data);
        }
        archive::unpack(&bytes, &DISCLOSURE).unwrap()
    }

    async fn keys(&self) -> v1::SigningKeysResponse {
        let request = v1::SigningKeysRequest::default();
        self.admin.ledger().signing_keys(request).await.unwrap().into_inner()
    }
}

/// The approval that a refusal names.
fn waits(status: &Status) -> String {
    is(status, "APPROVAL_REQUIRED");
    let details = status.get_error_details();
    let detail = &details.error_info().unwrap().metadata["approval"];
    let detail: Value = serde_json::from_str(detail).unwrap();
    detail["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_replace_it_and_all_that_was_signed_stays_good() {
    let mut stage = Stage::set().await;
    let (run, before, pack_before) = stage.run().await;
    stage.rig.quiet().await;
    let old_note = stage.admin.ledger().checkpoint(v1::CheckpointRequest::default()).await.unwrap();
    let old_note = old_note.into_inner();
    stage.keeper.bring(key(8));
    assert_eq!(stage.rotate().await, Carried::Out);
    let chain = (*stage.rig.ring().chain()).clone();
    assert_eq!(*stage.keeper.kept.lock().unwrap(), vec![chain.clone()]);
    let known = stage.keys().await;
    assert_eq!(Chain::parse(known.chain.as_bytes()).unwrap(), chain);
    let [first, second] = known.keys.as_slice() else { panic!("{known:?}") };
    assert_eq!(
        (&first.key, &second.key),
        (&key(7).verifier().to_string(), &key(8).verifier().to_string())
    );
    assert_eq!((first.until_size, second.until_size), (second.from_size, 0));
    assert!(second.record >= second.from_size && second.ordered_by.starts_with("uid:"));
    assert_eq!(
        (second.reason.as_str(), second.place.as_str()),
        ("90 days are over", "the key file")
    );

    // The first checkpoint after it is by both, and the log goes on.
    stage.rig.quiet().await;
    let note = stage.rig.engine().ledger().latest_checkpoint().unwrap().unwrap();
    assert_eq!(note.verifier_key, key(8).verifier().to_string());
    chain.verify_checkpoint(&note.note).unwrap();
    chain.verify_checkpoint(&old_note.note).unwrap();
    let verified = stage.rig.engine().ledger().verify(&mut |_, _| {}).unwrap();
    assert_eq!(verified.problem, None);

    // Receipts and packs of before and after: by the first key and the chain, or the last.
    let (_, after, pack_after) = stage.run().await;
    assert_eq!(before.verifier_key, key(7).verifier().to_string());
    assert_eq!(after.verifier_key, key(8).verifier().to_string());
    for seed in [7, 8] {
        let trusted = Trusted::from(key(seed).verifier()).with_chain(chain.clone()).unwrap();
        receipt::verify(before.bundle.as_bytes(), &trusted).unwrap();
        receipt::verify(after.bundle.as_bytes(), &trusted).unwrap();
        pack::verify(&pack_before, &trusted).unwrap();
        pack::verify(&pack_after, &trusted).unwrap();
    }
    // A pack of a run of before, made after: it brings the chain.
    let again = stage.pack(&run).await;
    assert!(again.iter().any(|(name, _)| name == pack::KEYS));
    pack::verify(&again, &Trusted::from(key(7).verifier())).unwrap();
    // By themselves, as other tools check them.
    receipt::verify(before.bundle.as_bytes(), &Trusted::from(key(7).verifier())).unwrap();
    receipt::verify(after.bundle.as_bytes(), &Trusted::from(key(8).verifier())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_replaces_it_alone_or_twice_or_without_a_next_one() {
    let mut stage = Stage::set().await;
    let refused = stage.ask().await.unwrap_err();
    is(&refused, "SIGNING_KEY_NEXT_MISSING");
    assert!(refused.message().contains("[signing.next]"), "{refused:?}");
    stage.keeper.bring(key(8));
    let (one, other) =
        (waits(&stage.ask().await.unwrap_err()), waits(&stage.ask().await.unwrap_err()));
    // Whoever asked does not approve it.
    stage.admin.grant("tcp:anonymous", "operator").await;
    let operator = stage.rig.stranger().await;
    let request = v1::RotateSigningKeyRequest { reason: "mine".into(), ..Default::default() };
    is(&operator.ledger().rotate_signing_key(request).await.unwrap_err(), "PERMISSION_DENIED");
    assert!(stage.rig.engine().views().signing_keys().ordered().is_none());
    stage.approve(&one).await.unwrap();
    assert!(stage.rig.engine().views().signing_keys().ordered().is_some());
    assert_eq!(stage.carry_out().await, Carried::Out);
    // The other approval was for the key that is not in force any more.
    let late = stage.approve(&other).await;
    assert!(stage.rig.engine().views().signing_keys().ordered().is_none(), "{late:?}");
    assert_eq!(stage.rig.ring().chain().handovers().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_does_not_sign_takes_nothing_over_and_that_is_told() {
    let mut stage = Stage::set().await;
    stage.keeper.bring(Away(key(8)));
    assert_eq!(stage.rotate().await, Carried::Out);
    assert!(stage.rig.ring().chain().handovers().is_empty());
    let known = stage.keys().await;
    assert!(known.failed_problem.contains("not plugged in"), "{known:?}");
    // The old one goes on, also right away.
    stage.run().await;
    stage.rig.quiet().await;
    stage.keeper.bring(key(8));
    assert_eq!(stage.rotate().await, Carried::Out);
    assert_eq!(stage.rig.ring().chain().handovers().len(), 1);
    assert!(stage.keys().await.failed_problem.is_empty());
}
