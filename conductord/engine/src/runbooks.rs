//! Whether what runs is what its author signed: asked when a version is published, and again
//! whenever a run of it begins.
//!
//! A signature is over the bytes of the source, and what would run is compiled from these very
//! bytes again, so that nothing between the two can differ. Keys are those that are enrolled now,
//! at a time that comes from outside. What was found is remembered until a key, a role of an
//! administrator or the time changes it ([`Memo`]).

mod memo;
#[cfg(test)]
mod tests;

use conductor_domain::{
    Refusal,
    intent::workflow::{Signed, Workflow, is_other, own_review},
    scope::Principal,
    time::Timestamp,
    trust::unsigned::Why,
};
use conductor_keys::{
    allowed_signers::NotAllowed,
    ssh_key::Credential,
    sshsig::{self, RUNBOOK, SshsigError},
};
use conductor_protocol::{
    manifest::{Manifest, Source},
    verdict::Resource,
};
pub use memo::Memo;

use crate::{
    limits,
    signers::{Signature, SignerError, Signers},
};

/// What is to be published: what would run, the text that says it, and the signatures under that.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What would run.
    pub manifest: &'a Manifest,
    /// The text; none where nobody gave it.
    pub source: Option<&'a Source>,
    /// As `ssh-keygen -Y sign` writes them: the author's first, then those of reviewers.
    pub signatures: &'a [String],
}

/// Why a signature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Flaw {
    /// In a word.
    pub why: Why,
    /// In a sentence.
    pub message: String,
}

impl Flaw {
    fn new(why: Why, message: impl Into<String>) -> Self {
        Self { why, message: message.into() }
    }

    /// As policy is told.
    fn fact(&self) -> String {
        format!("{}: {}", self.why.word(), self.message)
    }

    /// Of what policy was told.
    #[must_use]
    pub fn of_fact(fact: &str) -> Option<Self> {
        let (word, message) = fact.split_once(": ")?;
        Some(Self::new(Why::of_word(word)?, message))
    }

    /// The refusal of a version for it.
    #[must_use]
    pub fn refusal(&self, runbook: &str) -> Refusal {
        if self.why == Why::Unreviewed {
            return Refusal::new(self.why.code(), self.message.clone(), "somebody else reviews it");
        }
        let hint = match self.why {
            Why::Tampered => {
                "find out who changed it; its author signs and publishes a new version"
            }
            Why::Namespace => "sign it for the namespace `runbook@conductor`, with a key that may",
            Why::Unknown => "`conductor keys list` shows whose keys count here",
            _ => "its author signs it with a key that counts, and publishes a new version",
        };
        let message = format!("the runbook `{runbook}` is refused: {}", self.message);
        Refusal::new(self.why.code(), message, hint)
    }
}

impl From<&SshsigError> for Flaw {
    fn from(error: &SshsigError) -> Self {
        let why = match error {
            SshsigError::Namespace { .. } => Why::Namespace,
            SshsigError::Signature(_) => Why::Tampered,
            _ => Why::Malformed,
        };
        Self::new(why, format!("failed to {error}"))
    }
}

impl From<&SignerError> for Flaw {
    fn from(error: &SignerError) -> Self {
        let why = match error {
            SignerError::NotAllowed(NotAllowed::Unknown(_)) => Why::Unknown,
            SignerError::NotAllowed(NotAllowed::Namespace { .. }) => Why::Namespace,
            SignerError::NotAllowed(NotAllowed::Revoked(_)) => Why::Revoked,
            SignerError::NotAllowed(
                NotAllowed::Expired { .. } | NotAllowed::NotYetValid { .. },
            ) => Why::Expired,
            _ => Why::NotAllowed,
        };
        Self::new(why, format!("failed to {error}"))
    }
}

/// What the signatures of a version come to at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vouched {
    /// `NAME@VERSION`.
    pub runbook: String,
    /// Its author, where they signed.
    pub signer: Option<Principal>,
    /// Others whose signatures hold.
    pub reviewers: Vec<Principal>,
    /// What is wrong with a signature.
    pub flaw: Option<Flaw>,
    /// The last millisecond in which all of this is so; nothing for as long as the keys stay.
    until: Option<Timestamp>,
}

impl Vouched {
    fn of(manifest: &Manifest) -> Self {
        let runbook = format!("{}@{}", manifest.name, manifest.version);
        Self { runbook, ..Self::default() }
    }

    /// A resource with what policy is told of it.
    #[must_use]
    pub fn onto(&self, resource: Resource) -> Resource {
        let holds = self.flaw.is_none();
        Resource {
            runbook: self.runbook.clone(),
            signed: holds && self.signer.is_some(),
            signer: self.signer.as_ref().map(ToString::to_string).unwrap_or_default(),
            reviewed: holds && !self.reviewers.is_empty(),
            signature_problem: self.flaw.as_ref().map(Flaw::fact).unwrap_or_default(),
            ..resource
        }
    }

    fn only_until(&mut self, until: Option<Timestamp>) {
        self.until = match (self.until, until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// Who made a signature, and until when it holds.
struct Made {
    signed: Signed,
    until: Option<Timestamp>,
}

/// What the signatures of a published version come to now.
#[must_use]
pub fn vouch(signers: Signers<'_>, workflow: &Workflow, at: Timestamp) -> Vouched {
    let mut vouched = Vouched::of(&workflow.manifest);
    if let Err(flaw) = check_source(workflow) {
        vouched.flaw = Some(flaw);
    }
    let Some(author) = &workflow.signature else { return vouched };
    vouched.signer = Some(author.principal.clone());
    match again(signers, workflow, author, at) {
        Ok(made) => vouched.only_until(made.until),
        Err(flaw) => vouched.flaw = Some(flaw),
    }
    let others =
        |review: &&Signed| is_other(&review.principal, &author.principal, &workflow.published_by);
    let mut broken = None;
    for review in workflow.countersignatures.iter().filter(others) {
        match again(signers, workflow, review, at) {
            Ok(made) => {
                vouched.only_until(made.until);
                vouched.reviewers.push(review.principal.clone());
            }
            Err(flaw) => broken = Some(flaw),
        }
    }
    // Somebody else may review it in their place: one that holds is enough.
    if vouched.flaw.is_none() && vouched.reviewers.is_empty() {
        vouched.flaw = broken;
    }
    vouched
}

/// What the signatures under something come to that is to be published, and those that hold.
#[must_use]
pub fn vouch_draft(
    signers: Signers<'_>,
    draft: Draft<'_>,
    publisher: &Principal,
    at: Timestamp,
) -> (Vouched, Vec<Signed>) {
    let mut vouched = Vouched::of(draft.manifest);
    match prove_all(signers, draft, publisher, at) {
        Ok(proven) => {
            vouched.signer = proven.first().map(|signed| signed.principal.clone());
            vouched.reviewers =
                proven.iter().skip(1).map(|signed| signed.principal.clone()).collect();
            (vouched, proven)
        }
        Err(flaw) => {
            vouched.flaw = Some(flaw);
            (vouched, Vec::new())
        }
    }
}

fn prove_all(
    signers: Signers<'_>,
    draft: Draft<'_>,
    publisher: &Principal,
    at: Timestamp,
) -> Result<Vec<Signed>, Flaw> {
    let mut proven: Vec<Signed> = Vec::new();
    for signature in draft.signatures.iter().take(limits::SIGNATURES_MAX) {
        let signed = prove(signers, publisher, (draft.source, signature), at)?;
        if let Some(author) = proven.first()
            && !is_other(&signed.principal, &author.principal, publisher)
        {
            let message = own_review(&signed.principal).message;
            return Err(Flaw::new(Why::Unreviewed, message));
        }
        proven.push(signed);
    }
    Ok(proven)
}

/// Who signed a text: whoever brings it, where it can be theirs, for a certificate may be for
/// several.
///
/// # Errors
/// [`Flaw`]
pub fn prove(
    signers: Signers<'_>,
    caller: &Principal,
    (source, signature): (Option<&Source>, &str),
    at: Timestamp,
) -> Result<Signed, Flaw> {
    let own = made(signers, Some(caller), (source, signature), at);
    let made = own.or_else(|_| made(signers, None, (source, signature), at))?;
    Ok(made.signed)
}

/// A signature that is on record, judged by what is known now.
fn again(
    signers: Signers<'_>,
    workflow: &Workflow,
    signed: &Signed,
    at: Timestamp,
) -> Result<Made, Flaw> {
    made(
        signers,
        Some(&signed.principal),
        (workflow.provenance.source.as_deref(), &signed.signature),
        at,
    )
}

fn made(
    signers: Signers<'_>,
    wanted: Option<&Principal>,
    (source, signature): (Option<&Source>, &str),
    at: Timestamp,
) -> Result<Made, Flaw> {
    let source =
        source.ok_or_else(|| Flaw::new(Why::Tampered, "the text that was signed is gone"))?;
    let verified = sshsig::verify(signature, RUNBOOK, source.text.as_bytes());
    let verified = verified.map_err(|error| Flaw::from(&error))?;
    let made = Signature { credential: verified.credential(), namespace: RUNBOOK, at };
    let found = match wanted {
        Some(principal) => signers.find_as(principal, made),
        None => signers.find(made),
    };
    let found = found.map_err(|error| Flaw::from(&error))?;
    // A line counts whole seconds; a certificate ends with the first second without it.
    let line = found.enrolled.terms.valid_before.map(|last| last.unix_ms / 1_000 * 1_000 + 999);
    let certificate = match verified.credential() {
        Credential::Key(_) => None,
        Credential::Certificate(known) => Some(known.valid_before())
            .filter(|end| *end != u64::MAX)
            .map(|end| end.saturating_mul(1_000).saturating_sub(1)),
    };
    let until = [line, certificate].into_iter().flatten().min().map(Timestamp::from_unix_ms);
    let (signature, fingerprint) = (signature.to_owned(), found.key.to_string());
    let signed = Signed { signature, principal: found.principal, fingerprint, at };
    Ok(Made { signed, until })
}

/// That what would run is what the source says, and the source what was published. Of what was
/// published before sources were kept nothing is known.
fn check_source(workflow: &Workflow) -> Result<(), Flaw> {
    let provenance = &workflow.provenance;
    let Some(source) = provenance.source.as_deref() else { return Ok(()) };
    if provenance.source_digest != source.digest() {
        return Err(Flaw::new(Why::Tampered, "its text is not the one that was published"));
    }
    let same = source.parse().is_ok_and(|compiled| {
        compiled == *workflow.manifest && compiled.digest() == workflow.digest
    });
    if same {
        Ok(())
    } else {
        Err(Flaw::new(Why::Tampered, "what would run is not what its text says"))
    }
}
