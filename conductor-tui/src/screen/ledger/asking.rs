//! What the screen of the ledger asks the daemon beside the events, and what it does with answers.

use conductor_keys::chain::Chain;
use conductor_protocol::v1::{
    CheckpointRequest, CheckpointResponse, ConsistencyProofRequest, GetReceiptRequest,
    InclusionProofRequest, ListReceiptsRequest, ListReceiptsResponse, SigningKeysRequest,
    StatusRequest, VerifyRequest, WitnessesRequest,
};
use jiff::SignedDuration;

use super::{
    proof::{Proof, Receipt},
    screen::{LedgerScreen, Page},
};
use crate::{
    app::{Answer, Effect, Fault, Feed, Query, Shared, Ticket},
    screen::{Intent, Tab},
};

/// What is asked, in the lowest digit of a ticket's number; above it the generation of the proof.
const END: u64 = 0;
const CHECKPOINT: u64 = 1;
const WITNESSES: u64 = 2;
const INCLUSION: u64 = 3;
const CONSISTENCY: u64 = 4;
const RECEIPTS: u64 = 5;
const RECEIPT: u64 = 6;
const KEYS: u64 = 7;
const KINDS: u64 = 8;

/// How often a checkpoint is asked for that covers a record, and the wait between: the daemon signs one
/// within a second of a record.
const TRIES_MAX: u32 = 20;
const TRY_AFTER: SignedDuration = SignedDuration::from_millis(300);
/// Checkpoints are looked at again after so long while they are in front.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Receipts that are looked through for the one of a record.
const RECEIPTS_MAX: u32 = 500;

impl LedgerScreen {
    fn ask(&self, kind: u64, query: Query, shared: &Shared) -> Option<Intent> {
        let ticket = Ticket::Screen(Tab::Ledger, self.generation * KINDS + kind);
        shared.link.is_live().then_some(Intent::Do(Effect::Ask(ticket, query)))
    }

    /// Asks where the ledger ends, to start the tail near it.
    pub(super) fn ask_end(shared: &Shared) -> Intent {
        let request = StatusRequest { scope: Some(shared.scope.clone()) };
        Intent::Do(Effect::Ask(Ticket::Screen(Tab::Ledger, END), Query::Status(request)))
    }

    fn ask_checkpoint(&self, shared: &Shared) -> Option<Intent> {
        let request = CheckpointRequest { scope: Some(shared.scope.clone()) };
        self.ask(CHECKPOINT, Query::Checkpoint(request), shared)
    }

    /// Asks for the newest checkpoint and who cosigned it.
    pub(super) fn look(&mut self, shared: &Shared) -> Vec<Intent> {
        self.look_at = None;
        let scope = Some(shared.scope.clone());
        let witnesses = Query::Witnesses(WitnessesRequest { scope, ask_now: false });
        let witnesses = self.ask(WITNESSES, witnesses, shared);
        self.ask_checkpoint(shared).into_iter().chain(witnesses).collect()
    }

    /// Begins the proof of a record.
    pub(super) fn prove(&mut self, proof: Proof, shared: &Shared) -> Vec<Intent> {
        self.generation += 1;
        self.proof = Some(proof);
        self.turn_to(Page::Proof);
        let keys = SigningKeysRequest { scope: Some(shared.scope.clone()) };
        let keys = self.ask(KEYS, Query::SigningKeys(keys), shared);
        self.ask_checkpoint(shared).into_iter().chain(keys).collect()
    }

    /// Begins the proof of the record that a receipt stands for.
    pub(super) fn prove_receipt(&mut self, id: &str, shared: &Shared) -> Vec<Intent> {
        let mut intents = self.prove(Proof::new(0, "", ""), shared);
        // The record is known when the receipt is: the checkpoint is asked for then.
        intents.clear();
        intents.extend(self.ask_receipt(id.to_owned(), shared));
        let keys = SigningKeysRequest { scope: Some(shared.scope.clone()) };
        let keys = self.ask(KEYS, Query::SigningKeys(keys), shared);
        keys.into_iter().chain(intents).collect()
    }

    fn ask_receipt(&self, receipt_id: String, shared: &Shared) -> Option<Intent> {
        let scope = Some(shared.scope.clone());
        let request = GetReceiptRequest { scope, receipt_id, run_id: String::new() };
        self.ask(RECEIPT, Query::Receipt(request), shared)
    }

    /// Has everything verified, in a stream that can be stopped.
    pub(super) fn begin_verify(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let dropped = self.verify.stop().map(Effect::Unwatch);
        let id = shared.feed_id();
        self.verify.begin(id);
        self.turn_to(Page::Verify);
        let request = VerifyRequest { scope: Some(shared.scope.clone()) };
        let watch = Effect::Watch(id, Feed::Verify(request));
        let checkpoint = self.ask_checkpoint(shared);
        dropped.into_iter().chain([watch]).map(Intent::Do).chain(checkpoint).collect()
    }

    pub(super) fn take(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let current = number / KINDS == self.generation;
        match (number % KINDS, answer) {
            (END, Ok(Answer::Status(status))) => return self.begin_tail(status.ledger_seq, shared),
            (END, Err(fault)) => self.fault = Some(fault),
            (CHECKPOINT, Ok(Answer::Checkpoint(answer))) => {
                return self.take_checkpoint(*answer, shared);
            }
            (CHECKPOINT, Err(fault)) => {
                if let Some(proof) = self.proof.as_mut().filter(|proof| proof.proven.is_none()) {
                    proof.proven = Some(Err(fault.clone()));
                }
                self.checkpoints.fault = Some(fault);
            }
            (CONSISTENCY, Ok(Answer::Consistency(proof))) => {
                self.checkpoints.take_proof(Ok(*proof));
            }
            (CONSISTENCY, Err(fault)) => self.checkpoints.take_proof(Err(fault)),
            (WITNESSES, Ok(Answer::Witnesses(found))) => {
                self.checkpoints.witnesses = Some(Ok(*found));
            }
            (WITNESSES, Err(fault)) => self.checkpoints.witnesses = Some(Err(fault)),
            (KEYS, Ok(Answer::SigningKeys(keys))) => {
                self.chain = Chain::parse(keys.chain.as_bytes()).ok();
            }
            (kind, answer) if current => return self.take_proof(kind, answer, shared),
            _ => {}
        }
        Vec::new()
    }

    /// A checkpoint came: it is compared with the one before, and a proof that waits for it goes on.
    fn take_checkpoint(&mut self, answer: CheckpointResponse, shared: &Shared) -> Vec<Intent> {
        let (size, scope) = (answer.size, Some(shared.scope.clone()));
        let mut intents = Vec::new();
        if let Some((old_size, new_size)) = self.checkpoints.take(answer, shared.now) {
            let scope = scope.clone();
            let request = ConsistencyProofRequest { scope, old_size, new_size };
            intents.extend(self.ask(CONSISTENCY, Query::Consistency(request), shared));
        }
        if self.page == Page::Checkpoints {
            self.look_at = Some(shared.now + LOOK_AFTER);
        }
        let Some(proof) = self.proof.as_mut().filter(|proof| proof.proven.is_none()) else {
            return intents;
        };
        let seq = proof.seq;
        if seq == 0 {
            return intents;
        }
        if size < seq && proof.tries < TRIES_MAX {
            proof.tries += 1;
            self.look_at = Some(shared.now + TRY_AFTER);
            return intents;
        }
        let request = InclusionProofRequest { scope, seq, tree_size: size };
        intents.extend(self.ask(INCLUSION, Query::Inclusion(request), shared));
        intents
    }

    /// An answer about the record that is proven.
    fn take_proof(
        &mut self,
        kind: u64,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Vec<Intent> {
        let chain = self.chain.clone();
        let newest = self.checkpoints.newest().map(|seen| seen.answer.clone());
        let Some(proof) = &mut self.proof else { return Vec::new() };
        match (kind, answer) {
            (INCLUSION, Ok(Answer::Inclusion(path))) => {
                // By the one that it was asked for: a newer one may have come since.
                let size = path.tree_size;
                let asked =
                    self.checkpoints.seen.iter().rev().find(|seen| seen.answer.size == size);
                let checkpoint = asked.map(|seen| seen.answer.clone()).or(newest);
                proof.take(*path, checkpoint.unwrap_or_default());
                if matches!(proof.receipt, Receipt::Asked) {
                    let query = receipts_of(proof, shared);
                    return self.ask(RECEIPTS, query, shared).into_iter().collect();
                }
            }
            (INCLUSION, Err(fault)) => proof.proven = Some(Err(fault)),
            (RECEIPTS, Ok(Answer::Receipts(found))) => match of_record(&found, proof.seq) {
                Some(id) => return self.ask_receipt(id, shared).into_iter().collect(),
                None => proof.receipt = Receipt::None,
            },
            (RECEIPT, Ok(Answer::Receipt(found))) => {
                let record = found.receipt.as_ref().map_or(0, |receipt| receipt.record);
                proof.take_receipt(*found, chain.as_ref());
                if proof.seq == 0 {
                    proof.seq = record;
                    return self.ask_checkpoint(shared).into_iter().collect();
                }
            }
            (RECEIPT, Err(fault)) if proof.seq == 0 => proof.proven = Some(Err(fault)),
            (RECEIPTS | RECEIPT, Err(fault)) => proof.receipt = Receipt::Fault(fault),
            _ => {}
        }
        Vec::new()
    }

    /// Asks again for a checkpoint: one that covers the record, or the newest.
    pub(super) fn tick(&mut self, shared: &Shared) -> Vec<Intent> {
        match shared.refreshes_now(self.look_at) {
            true => self.look(shared),
            false => Vec::new(),
        }
    }
}

/// The question for the receipts among which the record's is, if it has one.
fn receipts_of(proof: &Proof, shared: &Shared) -> Query {
    let run_id = match proof.subject.starts_with("run_") {
        true => proof.subject.clone(),
        false => String::new(),
    };
    Query::Receipts(ListReceiptsRequest {
        scope: Some(shared.scope.clone()),
        page_size: RECEIPTS_MAX,
        page_token: String::new(),
        run_id,
        kind: proof.kind.clone(),
    })
}

fn of_record(found: &ListReceiptsResponse, seq: u64) -> Option<String> {
    let one = found.receipts.iter().find(|receipt| receipt.record == seq)?;
    Some(one.receipt_id.clone())
}
