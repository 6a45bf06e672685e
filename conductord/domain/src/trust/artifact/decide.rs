//! May this artifact be added? Does its content say what was said of it? May it be held, released,
//! or lose its content?

use conductor_protocol::{
    error_code::Code,
    evidence::Found,
    id::{ArtifactId, DecisionId},
};

use super::{
    Artifact, Expired, Flags, Held, Kind, Location, Recorded, Released, Retention, Standing, Tier,
    limits::{
        ADDITIONAL_BYTES_MAX, ARTIFACTS_OF_RUN_MAX, HASH_BYTES_MAX, MEDIA_TYPE_BYTES_MAX,
        NAME_BYTES_MAX, REASON_BYTES_MAX, URI_BYTES_MAX,
    },
};
use crate::{Refusal, time::Timestamp};

/// What whoever brings an artifact says is in it; nothing where they leave that to the content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Declared {
    /// An SBOM.
    pub sbom: Option<bool>,
    /// SLSA provenance.
    pub slsa_provenance: Option<bool>,
    /// A risk assessment.
    pub risk_assessment: Option<bool>,
}

impl Declared {
    /// What was said, where nobody can look. A kind says its own flag.
    #[must_use]
    pub fn flags(self, kind: Kind) -> Flags {
        Flags {
            sbom_present: self.sbom.unwrap_or(kind == Kind::Sbom),
            slsa_provenance_present: self.slsa_provenance.unwrap_or(kind == Kind::SlsaProvenance),
            risk_assessment_present: self.risk_assessment.unwrap_or(kind == Kind::RiskAssessment),
        }
    }

    /// What was said, and what the kind says by itself.
    fn of(self, kind: Kind) -> [Option<bool>; 3] {
        let own = |said: Option<bool>, of: Kind| said.or((kind == of).then_some(true));
        [
            own(self.sbom, Kind::Sbom),
            own(self.slsa_provenance, Kind::SlsaProvenance),
            own(self.risk_assessment, Kind::RiskAssessment),
        ]
    }
}

/// The flags of a content that was looked at, unless something else was said of it.
///
/// # Errors
/// `EVIDENCE_CONTRADICTED`
pub fn agree(kind: Kind, declared: Declared, found: &Found) -> Result<Flags, Refusal> {
    let said = declared.of(kind);
    for ((name, is), said) in found.flags.named().into_iter().zip(said) {
        let Some(said) = said.filter(|said| *said != is) else { continue };
        let by = if said && kind.word() == name.trim_end_matches("_present") {
            format!("it is of the kind `{}`", kind.word())
        } else {
            format!("`{name}` is declared as {said}")
        };
        let message = format!("{by}, and what is in it is {}", found.words());
        let hint =
            "declare nothing and the flags are what is in it, or bring the file that is meant";
        return Err(Refusal::new(Code::EvidenceContradicted, message, hint));
    }
    Ok(found.flags)
}

/// Adds an artifact to a run that has so many of them.
///
/// # Errors
/// `ARTIFACT_INVALID`, `TOO_MANY_ARTIFACTS`
pub fn record(of_run: usize, wanted: Recorded) -> Result<Recorded, Refusal> {
    let named = !wanted.name.trim().is_empty() && wanted.name.len() <= NAME_BYTES_MAX;
    if !named || wanted.name.contains(char::is_control) {
        let message = format!("an artifact has a name of 1 to {NAME_BYTES_MAX} bytes, in one line");
        return Err(invalid(message, "name it as its file is called"));
    }
    let media_type = wanted.media_type.as_str();
    let odd = |byte: u8| !byte.is_ascii_graphic() && byte != b' ';
    if media_type.len() > MEDIA_TYPE_BYTES_MAX || media_type.bytes().any(odd) {
        return Err(invalid("its media type is none".to_owned(), "say `application/json`"));
    }
    if let Location::External { uri, content_hash } = &wanted.location {
        check_external(uri, content_hash)?;
    }
    let bytes = serde_json::to_vec(&wanted.additional).map_or(usize::MAX, |json| json.len());
    if bytes > ADDITIONAL_BYTES_MAX {
        let message = format!("additional metadata has up to {ADDITIONAL_BYTES_MAX} bytes");
        return Err(invalid(message, "say less, or put it into an artifact of its own"));
    }
    if of_run >= ARTIFACTS_OF_RUN_MAX {
        let message = format!("run {} has {of_run} artifacts", wanted.run);
        let hint = "pack several files into one";
        return Err(Refusal::new(Code::TooManyArtifacts, message, hint));
    }
    Ok(wanted)
}

fn check_external(uri: &str, hash: &str) -> Result<(), Refusal> {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let known = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !known || uri.len() > URI_BYTES_MAX || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("it is at no URI of up to {URI_BYTES_MAX} bytes");
        return Err(invalid(message, "say where it is, as `s3://artifacts/sbom.json`"));
    }
    // Whoever names a user with a password in it would have it kept for good.
    let authority = uri.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
        let message = "its URI has a password in it".to_owned();
        return Err(invalid(message, "leave it out: the ledger keeps what is said for good"));
    }
    let hex = hash.split_once(':').is_some_and(|(algorithm, digits)| {
        !algorithm.is_empty()
            && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=.-_".contains(&byte))
    });
    if !hash.is_empty() && (!hex || hash.len() > HASH_BYTES_MAX) {
        let message = "its content hash is none".to_owned();
        return Err(invalid(message, "write it as `sha256:` and its digits"));
    }
    Ok(())
}

/// Holds an artifact, so that its content stays.
///
/// # Errors
/// `ARTIFACT_HELD`, `ARTIFACT_EXPIRED`, `REQUEST_INVALID`
pub fn hold(
    artifact: &Artifact,
    standing: Option<&Standing>,
    reason: String,
    decision: DecisionId,
) -> Result<Held, Refusal> {
    check_reason(&reason)?;
    match standing {
        None => Ok(Held { artifact: artifact.id, run: artifact.run, reason, decision }),
        Some(Standing::Held { .. }) => Err(held(artifact, standing)),
        Some(Standing::Expired { .. }) => Err(expired(artifact.id)),
    }
}

/// Holds an artifact no more.
///
/// # Errors
/// `ARTIFACT_NOT_HELD`, `REQUEST_INVALID`
pub fn release(
    artifact: &Artifact,
    standing: Option<&Standing>,
    reason: String,
    decision: DecisionId,
) -> Result<Released, Refusal> {
    check_reason(&reason)?;
    match standing {
        Some(Standing::Held { .. }) => {
            Ok(Released { artifact: artifact.id, run: artifact.run, reason, decision })
        }
        _ => {
            let message = format!("artifact {} is not held", artifact.id);
            let hint = "`conductor artifacts list --held` shows those that are";
            Err(Refusal::new(Code::ArtifactNotHeld, message, hint))
        }
    }
}

/// Lets the content of an artifact be removed whose time is over. `None` when it is gone already.
///
/// # Errors
/// `ARTIFACT_HELD`, and `ARTIFACT_KEPT` while its time is not over.
pub fn expire(
    artifact: &Artifact,
    standing: Option<&Standing>,
    (retention, now): (Retention, Timestamp),
    decision: DecisionId,
) -> Result<Option<Expired>, Refusal> {
    match standing {
        Some(Standing::Expired { .. }) => return Ok(None),
        Some(Standing::Held { .. }) => return Err(held(artifact, standing)),
        None => {}
    }
    if retention.tier(artifact.at, now) != Tier::Over {
        let message =
            format!("the time of artifact {} is not over: {}", artifact.id, retention.rule());
        let hint = "`conductor artifacts retention` shows those whose time is";
        return Err(Refusal::new(Code::ArtifactKept, message, hint));
    }
    let digest = artifact.location.digest().unwrap_or_default().to_owned();
    let size_bytes = artifact.location.stored_bytes();
    let (artifact, run, reason) = (artifact.id, artifact.run, retention.rule());
    Ok(Some(Expired { artifact, run, digest, size_bytes, reason, decision }))
}

/// That there is no such artifact.
#[must_use]
pub fn not_found(tenant: &str, id: ArtifactId) -> Refusal {
    Refusal::new(
        Code::ArtifactNotFound,
        format!("tenant `{tenant}` has no artifact {id}"),
        "`conductor artifacts list` shows those there are",
    )
}

fn held(artifact: &Artifact, standing: Option<&Standing>) -> Refusal {
    let why = match standing {
        Some(Standing::Held { by, reason, .. }) => format!(" by {by}: {reason}"),
        _ => String::new(),
    };
    let message = format!("artifact {} is held{why}", artifact.id);
    let hint = "`conductor artifacts release` ends that, where policy lets you";
    Refusal::new(Code::ArtifactHeld, message, hint)
}

/// That its content was removed.
fn expired(id: ArtifactId) -> Refusal {
    let message = format!("the content of artifact {id} was removed, its time was over");
    Refusal::new(Code::ArtifactExpired, message, "its record, with its digest, stays")
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() || reason.len() > REASON_BYTES_MAX {
        let message = format!("it needs a reason of 1 to {REASON_BYTES_MAX} bytes");
        return Err(Refusal::new(Code::RequestInvalid, message, "say why: it stays on record"));
    }
    Ok(())
}

fn invalid(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::ArtifactInvalid, message, hint)
}
