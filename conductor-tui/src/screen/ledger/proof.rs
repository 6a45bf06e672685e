//! The proof that a record is in the signed ledger: the path of hashes from it to the root, checked here;
//! and the receipt that the record has, checked likewise.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_keys::{
    chain::Chain,
    merkle::{Hash, node_hash},
    proof::check_inclusion,
    receipt::{self, Trusted},
};
use conductor_protocol::v1::{CheckpointResponse, GetReceiptResponse, InclusionProofResponse};

use super::checkpoints::{believed, hash};
use crate::{
    app::Fault,
    planned::{Tone, lay::Page, plain},
    widget::count,
};

/// What was found out about a record's place in the tree.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    pub(super) answer: InclusionProofResponse,
    /// The checkpoint that it leads to.
    pub(super) checkpoint: CheckpointResponse,
    /// The name of the key that signed that, or what does not hold.
    pub(super) verdict: Result<String, String>,
}

/// What is known of the record's receipt.
#[derive(Debug, Clone)]
pub(super) enum Receipt {
    /// It is being looked for.
    Asked,
    /// The record has none.
    None,
    /// There is no answer.
    Fault(Fault),
    /// It is here: what holds of it, or the first part that does not.
    Here(Box<GetReceiptResponse>, Result<Vec<(&'static str, String)>, String>),
}

/// A record that is proven.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub(super) seq: u64,
    /// What the record is, for the search for its receipt.
    pub(super) kind: String,
    pub(super) subject: String,
    /// Nothing until the answer.
    pub(super) proven: Option<Result<Proven, Fault>>,
    pub(super) receipt: Receipt,
    /// How often a checkpoint was asked for that covers it.
    pub(super) tries: u32,
}

impl Proof {
    pub(super) fn new(seq: u64, kind: &str, subject: &str) -> Self {
        let (kind, subject) = (kind.to_owned(), subject.to_owned());
        Self { seq, kind, subject, proven: None, receipt: Receipt::Asked, tries: 0 }
    }

    /// Takes the path, and checks it against the signed checkpoint.
    pub(super) fn take(&mut self, answer: InclusionProofResponse, checkpoint: CheckpointResponse) {
        let verdict = check((self.seq, &answer), &checkpoint);
        self.proven = Some(Ok(Proven { answer, checkpoint, verdict }));
    }

    /// Takes the receipt, and checks everything of it that can be checked by the key that came with it.
    pub(super) fn take_receipt(&mut self, found: GetReceiptResponse, chain: Option<&Chain>) {
        let held = verified(&found, chain);
        self.receipt = Receipt::Here(Box::new(found), held);
    }

    /// The document that `conductor ledger prove SEQ -o json` gives.
    pub(super) fn document(&self) -> Option<String> {
        let Some(Ok(proven)) = &self.proven else { return None };
        let all = serde_json::json!({
            "seq": self.seq,
            "ok": proven.verdict.is_ok(),
            "proof": proven.answer,
            "checkpoint": proven.checkpoint,
        });
        serde_json::to_string_pretty(&all).ok()
    }

    /// A file's name and text: the receipt where there is one, else the proof.
    pub(super) fn file(&self) -> Option<(String, String)> {
        if let Receipt::Here(found, _) = &self.receipt {
            let id = found.receipt.as_ref().map(|receipt| receipt.receipt_id.as_str())?;
            return Some((format!("{}.sigstore.json", file_word(id)), found.bundle.clone()));
        }
        Some((format!("conductor-proof-{}.json", self.seq), self.document()?))
    }

    /// The page.
    pub(super) fn tell(&self, proven: &Proven, page: &mut Page) {
        let size = proven.checkpoint.size;
        match &proven.verdict {
            Ok(key) => {
                let what = format!(
                    "record {} is in the ledger of {} records",
                    count(self.seq),
                    count(size)
                );
                page.line(vec![(Tone::Good, "VERIFIED ".to_owned()), (Tone::Plain, what)]);
                page.field("signed by", &[(Tone::Strong, plain(key))]);
            }
            Err(why) => {
                page.line(vec![(Tone::Bad, "FAILED ".to_owned()), (Tone::Plain, plain(why))]);
            }
        }
        page.field("checked", &[(Tone::Plain, "here, not by the daemon".to_owned())]);
        self.tell_receipt(page);
        page.heading("From the record to the root");
        page.whole("record", &plain(&proven.answer.leaf_hash));
        for step in path(&proven.answer) {
            let label = if step.from_left { "left" } else { "right" };
            page.whole(label, &plain(&step.with));
            page.whole("gives", &step.gives);
        }
        page.whole("root", &plain(&proven.checkpoint.root_hash));
        let note = "as it stands in the signed checkpoint";
        page.line(vec![(Tone::Dim, String::new()), (Tone::Dim, note.to_owned())]);
    }

    fn tell_receipt(&self, page: &mut Page) {
        page.heading("Receipt");
        let line = |tone: Tone, text: String| vec![(Tone::Plain, "  ".to_owned()), (tone, text)];
        match &self.receipt {
            Receipt::Asked => page.line(line(Tone::Dim, "looking for it".to_owned())),
            Receipt::None => {
                let text =
                    "this record has none: only ends of runs and changes that somebody made do";
                page.line(line(Tone::Dim, text.to_owned()));
            }
            Receipt::Fault(fault) => page.line(line(Tone::Bad, plain(&fault.message))),
            Receipt::Here(found, held) => {
                let id = found.receipt.as_ref().map(|one| one.receipt_id.clone());
                let id = plain(&id.unwrap_or_default());
                let (tone, word) =
                    if held.is_ok() { (Tone::Good, "VERIFIED") } else { (Tone::Bad, "FAILED") };
                page.line(vec![
                    (Tone::Plain, "  ".to_owned()),
                    (tone, format!("{word} ")),
                    (Tone::Strong, id),
                ]);
                match held {
                    Ok(parts) => {
                        for (part, what) in parts {
                            page.labelled(2, part, &[(Tone::Plain, plain(what))]);
                        }
                        let own =
                            "by the key that the daemon gives; have it from elsewhere to be sure";
                        page.line(line(Tone::Dim, own.to_owned()));
                    }
                    Err(why) => page.line(line(Tone::Bad, plain(why))),
                }
            }
        }
    }
}

/// An id as a part of a file's name: nothing in it leads elsewhere.
fn file_word(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// Who signed the checkpoint that the path leads to, or what does not hold.
fn check(
    (seq, answer): (u64, &InclusionProofResponse),
    checkpoint: &CheckpointResponse,
) -> Result<String, String> {
    let (key, root) = believed(checkpoint).map_err(|why| format!("the checkpoint: {why}"))?;
    if Some(answer.index) != seq.checked_sub(1) || answer.tree_size != checkpoint.size {
        return Err("the proof is of another record, or of another tree".to_owned());
    }
    let path: Option<Vec<Hash>> = answer.hashes.iter().map(|step| hash(step)).collect();
    let path = path.zip(hash(&answer.leaf_hash)).ok_or("a hash of the proof is none")?;
    check_inclusion(&path.0, (checkpoint.size, &root), (answer.index, &path.1))
        .map_err(|error| error.to_string())?;
    Ok(key)
}

/// A step of the path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// What is hashed with what came so far stands to the left of it.
    pub(super) from_left: bool,
    pub(super) with: String,
    pub(super) gives: String,
}

/// The path as it is gone: what the check does, step by step, to be looked at.
pub(super) fn path(answer: &InclusionProofResponse) -> Vec<Step> {
    let Some(mut node) = hash(&answer.leaf_hash) else { return Vec::new() };
    let (mut at, mut last) = (answer.index, answer.tree_size.saturating_sub(1));
    let mut steps = Vec::new();
    for text in &answer.hashes {
        let Some(with) = hash(text) else { break };
        let from_left = at % 2 == 1 || at == last;
        node = if from_left { node_hash(&with, &node) } else { node_hash(&node, &with) };
        // A node without a sibling goes up as it is.
        while from_left && at % 2 == 0 && at != 0 {
            (at, last) = (at / 2, last / 2);
        }
        (at, last) = (at / 2, last / 2);
        steps.push(Step { from_left, with: text.clone(), gives: BASE64_STANDARD.encode(node) });
    }
    steps
}

fn verified(
    found: &GetReceiptResponse,
    chain: Option<&Chain>,
) -> Result<Vec<(&'static str, String)>, String> {
    let trusted = Trusted::parse(&found.verifier_key).map_err(|error| error.to_string())?;
    let trusted = match chain {
        Some(chain) => trusted.with_chain(chain.clone()).map_err(|error| error.to_string())?,
        None => trusted,
    };
    let held = receipt::verify(found.bundle.as_bytes(), &trusted);
    let held = held.map_err(|error| error.to_string())?;
    Ok(held.checked().iter().map(|one| (one.part.word(), one.what.clone())).collect())
}

#[cfg(test)]
mod tests {
    use conductor_keys::merkle::leaf_hash;

    use super::*;
    use crate::screen::ledger::checkpoints::tests::signed;

    fn text(hash: &Hash) -> String {
        BASE64_STANDARD.encode(hash)
    }

    /// A tree of five leaves: what the last one's path is has no sibling on two levels.
    fn five() -> (Vec<Hash>, [Hash; 3], Hash) {
        let leaves: Vec<Hash> = (0..5_u8).map(|n| leaf_hash(&[n])).collect();
        let left = node_hash(&leaves[0], &leaves[1]);
        let right = node_hash(&leaves[2], &leaves[3]);
        let four = node_hash(&left, &right);
        let root = node_hash(&four, &leaves[4]);
        (leaves, [left, right, four], root)
    }

    fn answer(index: u64, leaf: &Hash, hashes: &[Hash], root: &Hash) -> InclusionProofResponse {
        InclusionProofResponse {
            index,
            tree_size: 5,
            hashes: hashes.iter().map(text).collect(),
            leaf_hash: text(leaf),
            root_hash: text(root),
        }
    }

    #[test]
    fn the_drawn_path_leads_to_the_root_from_every_leaf() {
        let (leaves, [left, right, four], root) = five();
        for (index, hashes) in [
            (0, vec![leaves[1], right, leaves[4]]),
            (1, vec![leaves[0], right, leaves[4]]),
            (2, vec![leaves[3], left, leaves[4]]),
            (3, vec![leaves[2], left, leaves[4]]),
            (4, vec![four]),
        ] {
            let index: usize = index;
            let proof = answer(index as u64, &leaves[index], &hashes, &root);
            assert_eq!(path(&proof).last().unwrap().gives, text(&root), "leaf {index}");
            let checkpoint = signed(5, &root);
            assert_eq!(check((index as u64 + 1, &proof), &checkpoint).unwrap(), "led_01jd");
        }
    }

    #[test]
    fn a_proof_of_something_else_is_said_to_fail_and_why() {
        let (leaves, [_, right, _], root) = five();
        let good = answer(0, &leaves[0], &[leaves[1], right, leaves[4]], &root);
        let checkpoint = signed(5, &root);
        for (seq, bad, part) in [
            (2, good.clone(), "another record"),
            (1, InclusionProofResponse { leaf_hash: text(&right), ..good.clone() }, "root"),
            (1, InclusionProofResponse { hashes: vec!["?".into()], ..good.clone() }, "hash"),
            (1, InclusionProofResponse { tree_size: 4, ..good.clone() }, "another tree"),
        ] {
            let why = check((seq, &bad), &checkpoint).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        let forged = CheckpointResponse { root_hash: text(&right), ..checkpoint };
        assert!(check((1, &good), &forged).unwrap_err().contains("the checkpoint"));
    }

    #[test]
    fn a_files_name_leads_nowhere_else() {
        assert_eq!(file_word("../../rcpt_01JD"), "rcpt_01JD");
    }
}
