//! Witnesses of every kind, against a log in memory.

use std::{collections::VecDeque, io};

use conductor_keys::{
    cosignature::cosign,
    merkle::{Frontier, Hash, leaf_hash},
    note::SigningKey,
    proof::{self, HashSource},
};

use super::*;
use crate::ports::{Asking, ConsistencyProof, InclusionProof, LedgerError, Record, VerifyReport};

/// A log of so many leaves.
struct Log(Mutex<Vec<Hash>>);

impl HashSource for Log {
    type Error = io::Error;

    fn hash(&self, level: u8, index: u64) -> io::Result<Hash> {
        let leaves = lock(&self.0).clone();
        let from = usize::try_from(index << level).map_err(io::Error::other)?;
        let part = leaves.get(from..from + (1 << level)).ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(conductor_keys::merkle::subtree_root(part.to_vec()))
    }
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("ldg_1", [1; 32]).unwrap()
}

impl LedgerReader for Log {
    fn last_seq(&self) -> u64 {
        lock(&self.0).len() as u64
    }

    fn read(&self, _: u64, _: usize, _: usize) -> Result<Vec<Record>, LedgerError> {
        Ok(Vec::new())
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let mut tree = Frontier::default();
        lock(&self.0).iter().for_each(|leaf| tree.append(*leaf, |_, _, _| {}));
        let (size, root) = (tree.size(), tree.root());
        let note = log_key().sign_checkpoint(size, &root).unwrap();
        let verifier_key = log_key().verifier().to_string();
        Ok(Some(SignedCheckpoint { note, size, root, verifier_key }))
    }

    fn tile(&self, _: u8, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }

    fn entries(&self, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }

    fn verify(&self, _: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn inclusion_proof(&self, _: u64, _: u64) -> Result<InclusionProof, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn consistency_proof(&self, old: u64, new: u64) -> Result<ConsistencyProof, LedgerError> {
        let path = proof::prove_consistency(old, new, self).map_err(|_| LedgerError::Poisoned)?;
        Ok(ConsistencyProof { old_size: old, new_size: new, path })
    }
}

fn grow(log: &Log, leaves: u8) {
    lock(&log.0).extend((0..leaves).map(|leaf| leaf_hash(&[leaf])));
}

#[derive(Default)]
struct Kept(Mutex<Option<String>>);

impl CosignedStore for Kept {
    fn load(&self) -> io::Result<Option<String>> {
        Ok(lock(&self.0).clone())
    }

    fn keep(&self, note: &str) -> io::Result<()> {
        *lock(&self.0) = Some(note.to_owned());
        Ok(())
    }
}

/// Answers as it is told to, and else cosigns.
struct Scripted {
    seed: u8,
    answers: Mutex<VecDeque<Result<WitnessAnswer, String>>>,
    asked: Mutex<Vec<String>>,
}

impl Scripted {
    fn new(
        seed: u8,
        answers: impl IntoIterator<Item = Result<WitnessAnswer, String>>,
    ) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self { seed, answers, asked: Mutex::default() })
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_seed(&format!("w.example/{}", self.seed), [self.seed; 32]).unwrap()
    }

    /// The old sizes that it was asked with.
    fn sizes(&self) -> Vec<String> {
        let asked = lock(&self.asked);
        asked.iter().map(|body| body.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

impl Witness for Scripted {
    fn add_checkpoint(&self, body: String) -> Asking<'_> {
        lock(&self.asked).push(body.clone());
        let (_, note) = body.split_once("\n\n").unwrap();
        let (text, _) = split_note(note).unwrap();
        let told = lock(&self.answers).pop_front();
        let answer = told.unwrap_or_else(|| {
            let key = self.key();
            let line = cosign(&key, text, 1_700_000_000);
            Ok(WitnessAnswer::Cosigned(line))
        });
        Box::pin(async move { answer })
    }
}

fn open(
    log: &Arc<Log>,
    store: &Arc<Kept>,
    quorum: usize,
    witnesses: &[&Arc<Scripted>],
) -> Witnesses {
    let witnesses = witnesses.iter().map(|one| {
        let key = WitnessKey::parse(&one.key().verifier().to_string()).unwrap();
        let witness: Arc<dyn Witness> = Arc::<Scripted>::clone(one);
        (key, "https://w.example/".to_owned(), witness)
    });
    let (reader, store) = (Arc::<Log>::clone(log), Arc::<Kept>::clone(store));
    Witnesses::open(witnesses.collect(), quorum, reader, store).unwrap()
}

fn log_of(leaves: u8) -> Arc<Log> {
    let log = Log(Mutex::default());
    grow(&log, leaves);
    Arc::new(log)
}

#[tokio::test]
async fn a_quorum_comes_together_under_one_note_and_outlives_a_restart() {
    let (log, store) = (log_of(7), Arc::<Kept>::default());
    let (one, two) = (Scripted::new(2, []), Scripted::new(3, [Err("away".to_owned())]));
    let witnesses = open(&log, &store, 2, &[&one, &two]);
    witnesses.ask_now().await;
    assert_eq!(witnesses.cosigned(), None, "one is not enough");
    let newest = log.latest_checkpoint().unwrap().unwrap();
    assert!(witnesses.complete(&newest).contains("w.example/2"), "but it is shown");
    assert_eq!(witnesses.standings()[1].problem.as_deref(), Some("away"));
    witnesses.ask_now().await;
    let cosigned = witnesses.cosigned().unwrap();
    assert_eq!((cosigned.size, cosigned.witnesses.len()), (7, 2));
    assert!(log_key().verifier().verify_checkpoint(&cosigned.note).is_ok());

    let again = open(&log, &store, 2, &[&one, &two]);
    assert_eq!(again.cosigned(), Some(cosigned));
    grow(&log, 5);
    again.ask_now().await;
    assert_eq!(again.cosigned().map(|cosigned| cosigned.size), Some(12));
    assert_eq!(one.sizes(), ["old 0", "old 7"], "by the proof from what it knows");
    assert!(lock(&one.asked)[1].lines().nth(1).is_some_and(|line| line.ends_with('=')));
}

#[tokio::test]
async fn a_witness_that_knows_another_size_is_asked_once_more_from_there() {
    let (log, store) = (log_of(9), Arc::<Kept>::default());
    let one = Scripted::new(2, [Ok(WitnessAnswer::Knows(4))]);
    let witnesses = open(&log, &store, 1, &[&one]);
    witnesses.ask_now().await;
    assert_eq!(one.sizes(), ["old 0", "old 4"]);
    assert_eq!(witnesses.standings()[0].size, 9);
}

#[tokio::test]
async fn what_a_witness_can_not_cosign_is_told_and_bounded() {
    let knows = |size| Ok(WitnessAnswer::Knows(size));
    let other = SigningKey::from_seed("w.example/2", [9; 32]).unwrap();
    let newest = log_of(9).latest_checkpoint().unwrap().unwrap();
    let (text, _) = split_note(&newest.note).unwrap();
    let forged = cosign(&other, text, 5);
    for (answers, words, asked) in [
        (vec![knows(10)], "records were lost", 1),
        (vec![knows(9), knows(9)], "another history of the first 9", 2),
        (vec![knows(3), knows(5)], "up to another size", 2),
        (vec![Ok(WitnessAnswer::Cosigned(forged))], "holds no cosignature", 1),
        (vec![Err("x".repeat(5_000))], "xxx", 1),
    ] {
        let one = Scripted::new(2, answers);
        let witnesses = open(&log_of(9), &Arc::default(), 1, &[&one]);
        witnesses.ask_now().await;
        let problem = witnesses.standings()[0].problem.clone().unwrap_or_default();
        assert!(problem.contains(words) && problem.len() <= WITNESS_PROBLEM_CHARS_MAX, "{problem}");
        assert_eq!((one.sizes().len(), witnesses.cosigned()), (asked, None), "{problem}");
    }
}
