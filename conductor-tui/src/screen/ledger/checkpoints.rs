//! Checkpoints that this console has seen, newest last: each believed only with a good signature, and each
//! proven to continue the one before; and the witnesses that cosigned the newest.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_keys::{
    cosignature::{WitnessKey, split_note},
    merkle::Hash,
    note::VerifierKey,
    proof::check_consistency,
};
use conductor_protocol::v1::{
    CheckpointResponse, ConsistencyProofResponse, Witness, WitnessesResponse,
};
use jiff::Timestamp;

use crate::{
    app::{Fault, Shared, time},
    planned::{Tone, lay::Page, plain},
    widget::count,
};

/// Checkpoints that are kept; the oldest go first.
const SEEN_MAX: usize = 50;

/// Base64 of a hash.
pub(super) fn hash(text: &str) -> Option<Hash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// How a checkpoint hangs together with the one that was seen before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// There was none before.
    First,
    /// Its proof is on its way.
    Asked,
    /// It was proven here that the log only grew.
    Continues(u64),
    /// It was not, and why.
    Broken(String),
    /// There was no answer.
    Unknown(String),
}

/// A checkpoint that was seen.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) answer: CheckpointResponse,
    /// Name of the key that signed it, or why it can't be believed.
    pub(super) signed: Result<String, String>,
    pub(super) root: Option<Hash>,
    pub(super) link: Link,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    pub(super) seen: Vec<Seen>,
    pub(super) fault: Option<Fault>,
    pub(super) witnesses: Option<Result<WitnessesResponse, Fault>>,
}

/// The checkpoint's key by name and its root, when the signature holds and is over what the daemon says.
pub(super) fn believed(answer: &CheckpointResponse) -> Result<(String, Hash), String> {
    let key = VerifierKey::parse(&answer.verifier_key).map_err(|error| error.to_string())?;
    let stated = key.verify_checkpoint(&answer.note).map_err(|error| error.to_string())?;
    if stated.size != answer.size || hash(&answer.root_hash) != Some(stated.root) {
        return Err("its signed text is not what the daemon says it is".to_owned());
    }
    Ok((key.name().to_owned(), stated.root))
}

impl Checkpoints {
    pub(super) fn newest(&self) -> Option<&Seen> {
        self.seen.last()
    }

    /// Takes the newest one; says which two sizes have to be proven to hang together.
    pub(super) fn take(
        &mut self,
        answer: CheckpointResponse,
        now: Timestamp,
    ) -> Option<(u64, u64)> {
        self.fault = None;
        let (signed, root) = match believed(&answer) {
            Ok((name, root)) => (Ok(name), Some(root)),
            Err(why) => (Err(why), None),
        };
        let size = answer.size;
        let (link, proof) = match self.seen.last_mut() {
            None => (Link::First, None),
            Some(last) if last.answer.size == size && last.root == root => {
                // The same, perhaps with more cosignatures.
                (last.answer, last.signed) = (answer, signed);
                return None;
            }
            Some(last) if last.answer.size == size => {
                (Link::Broken("another root over the same records".to_owned()), None)
            }
            Some(last) if last.answer.size > size => {
                (Link::Broken("fewer records than before".to_owned()), None)
            }
            Some(last) if last.answer.size == 0 => (Link::Continues(0), None),
            Some(last) => (Link::Asked, Some((last.answer.size, size))),
        };
        self.seen.push(Seen { at: now, answer, signed, root, link });
        let over = self.seen.len().saturating_sub(SEEN_MAX);
        self.seen.drain(..over);
        proof
    }

    /// Takes the proof that the log only grew from one checkpoint to another, and checks it here.
    pub(super) fn take_proof(&mut self, answer: Result<ConsistencyProofResponse, Fault>) {
        let Some(at) = self.seen.iter().position(|seen| seen.link == Link::Asked) else { return };
        let Some(before) =
            at.checked_sub(1).map(|at| (self.seen[at].answer.size, self.seen[at].root))
        else {
            self.seen[at].link = Link::First;
            return;
        };
        let this = &self.seen[at];
        let link = match (answer, before.1, this.root) {
            (Err(fault), ..) => Link::Unknown(fault.message),
            (Ok(proof), Some(old), Some(new)) => {
                let path: Option<Vec<Hash>> = proof.hashes.iter().map(|step| hash(step)).collect();
                let (old, new) = ((before.0, &old), (this.answer.size, &new));
                match path.is_some_and(|path| check_consistency(&path, old, new).is_ok()) {
                    true => Link::Continues(before.0),
                    false => Link::Broken("the proof does not hold".to_owned()),
                }
            }
            (Ok(_), ..) => Link::Unknown("one of the two can't be believed".to_owned()),
        };
        self.seen[at].link = link;
    }

    /// The page: the newest, its witnesses, and those before it.
    pub(super) fn tell(&self, page: &mut Page, shared: &Shared) {
        let Some(newest) = self.newest() else { return };
        let size = count(newest.answer.size);
        let records = format!("{size} records");
        page.field("covers", &[(Tone::Strong, records)]);
        page.whole("root", &plain(&newest.answer.root_hash));
        match &newest.signed {
            Ok(name) => page.field(
                "signature",
                &[
                    (Tone::Good, "VERIFIED ".to_owned()),
                    (Tone::Plain, format!("by {}", plain(name))),
                ],
            ),
            Err(why) => page.field(
                "signature",
                &[(Tone::Bad, "FAILED ".to_owned()), (Tone::Plain, plain(why))],
            ),
        }
        page.whole("key", &plain(&newest.answer.verifier_key));
        self.tell_witnesses(newest, page, shared);
        page.heading("Seen since the console started, newest first");
        for seen in self.seen.iter().rev() {
            let (tone, word, more) = link_words(&seen.link);
            let tone = if seen.signed.is_err() { Tone::Bad } else { tone };
            let at = time::clock(seen.at, &shared.look.zone);
            let size = count(seen.answer.size);
            let unsigned = if seen.signed.is_err() { ", not signed by its key" } else { "" };
            page.line(vec![
                (Tone::Dim, format!("  {at}  ")),
                (Tone::Plain, format!("{size:>9}  ")),
                (tone, format!("{word} ")),
                (Tone::Dim, format!("{more}{unsigned}")),
            ]);
        }
    }

    fn tell_witnesses(&self, newest: &Seen, page: &mut Page, shared: &Shared) {
        page.heading("Witnesses");
        let known = match &self.witnesses {
            None => return page.line(vec![(Tone::Dim, "  reading them".to_owned())]),
            Some(Err(fault)) => {
                let text = format!("  {}", plain(&fault.message));
                return page.line(vec![(Tone::Bad, text)]);
            }
            Some(Ok(known)) => known,
        };
        if known.witnesses.is_empty() {
            let text = "  nobody is asked to cosign: [[witnesses]] in conductord.toml names some";
            return page.line(vec![(Tone::Dim, text.to_owned())]);
        }
        let good =
            known.witnesses.iter().filter(|one| cosigned(one, &newest.answer.note).is_some());
        let (good, quorum) = (good.count(), known.quorum);
        let tone = if good >= quorum as usize { Tone::Good } else { Tone::Warn };
        let enough = format!("  {good} cosigned the newest, {quorum} have to");
        page.line(vec![(tone, enough)]);
        if !known.signing_problem.is_empty() {
            let text =
                format!("  no newer checkpoint is signed: {}", plain(&known.signing_problem));
            page.line(vec![(Tone::Bad, text)]);
        }
        for one in &known.witnesses {
            page.line(witness(one, newest, shared));
        }
        if known.cosigned_size > 0 {
            let size = count(known.cosigned_size);
            let text = format!("  the newest that enough of them cosigned covers {size} records");
            page.line(vec![(Tone::Dim, text)]);
        }
    }
}

/// When a witness cosigned a note, checked here by its key.
fn cosigned(witness: &Witness, note: &str) -> Option<u64> {
    let (text, lines) = split_note(note)?;
    // One key counts for one witness: the one that it names.
    let key = WitnessKey::parse(&witness.key).ok().filter(|key| key.name() == witness.name)?;
    key.find(text, lines).map(|found| found.at_seconds)
}

fn witness(one: &Witness, newest: &Seen, shared: &Shared) -> crate::planned::Line {
    let name = (Tone::Strong, format!("  {} ", plain(&one.name)));
    if let Some(seconds) = cosigned(one, &newest.answer.note) {
        let at = i64::try_from(seconds).ok().and_then(|at| Timestamp::from_second(at).ok());
        let at = at.map(|at| time::clock(at, &shared.look.zone)).unwrap_or_default();
        let words = format!("cosigned the newest at {at}");
        return vec![name, (Tone::Good, "VERIFIED ".to_owned()), (Tone::Plain, words)];
    }
    if !one.problem.is_empty() {
        return vec![name, (Tone::Bad, "refused ".to_owned()), (Tone::Plain, plain(&one.problem))];
    }
    let words = match one.size {
        0 => "has cosigned none so far".to_owned(),
        size => format!("cosigned up to {} records", count(size)),
    };
    vec![name, (Tone::Warn, "waits ".to_owned()), (Tone::Plain, words)]
}

fn link_words(link: &Link) -> (Tone, &'static str, String) {
    match link {
        Link::First => (Tone::Plain, "first", "there was none to compare with".to_owned()),
        Link::Asked => (Tone::Plain, "asked", "its proof is on its way".to_owned()),
        Link::Continues(before) => {
            (Tone::Good, "VERIFIED", format!("continues the one over {}", count(*before)))
        }
        Link::Broken(why) => {
            (Tone::Bad, "FAILED", format!("{why}: the log was tampered with, or is another one"))
        }
        Link::Unknown(why) => (Tone::Warn, "unknown", plain(why)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use conductor_keys::{
        merkle::{leaf_hash, node_hash},
        note::SigningKey,
    };

    use super::*;

    /// A signed checkpoint over a tree.
    pub(in crate::screen::ledger) fn signed(size: u64, root: &Hash) -> CheckpointResponse {
        let key = SigningKey::from_seed("led_01jd", [7; 32]).unwrap();
        CheckpointResponse {
            note: key.sign_checkpoint(size, root).unwrap(),
            size,
            root_hash: BASE64_STANDARD.encode(root),
            verifier_key: key.verifier().to_string(),
        }
    }

    #[test]
    fn a_checkpoint_continues_the_one_before_or_is_said_not_to() {
        let (one, two) = (leaf_hash(b"one"), leaf_hash(b"two"));
        let both = node_hash(&one, &two);
        let mut all = Checkpoints::default();
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(all.take(signed(1, &one), now), None);
        assert_eq!(all.take(signed(2, &both), now), Some((1, 2)));
        let proof = ConsistencyProofResponse {
            old_size: 1,
            new_size: 2,
            hashes: vec![BASE64_STANDARD.encode(two)],
        };
        all.take_proof(Ok(proof.clone()));
        assert_eq!(all.newest().unwrap().link, Link::Continues(1));
        assert_eq!(all.take(signed(2, &both), now), None, "it is the same");
        assert_eq!(all.seen.len(), 2);
        all.take(signed(2, &one), now);
        assert!(matches!(all.newest().unwrap().link, Link::Broken(_)));
        let mut other = Checkpoints::default();
        other.take(signed(1, &two), now);
        other.take(signed(2, &both), now);
        other.take_proof(Ok(proof));
        assert!(matches!(other.newest().unwrap().link, Link::Broken(_)));
    }

    #[test]
    fn a_checkpoint_that_says_something_else_than_was_signed_is_not_believed() {
        let root = leaf_hash(b"one");
        assert_eq!(believed(&signed(1, &root)).unwrap().0, "led_01jd");
        let other = CheckpointResponse { size: 2, ..signed(1, &root) };
        assert!(believed(&other).unwrap_err().contains("not what the daemon says"));
        let unsigned = CheckpointResponse { note: String::new(), ..signed(1, &root) };
        assert!(believed(&unsigned).is_err());
    }
}
