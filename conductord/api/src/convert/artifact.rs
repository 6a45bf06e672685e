//! Artifacts and release gates, to the wire and in lines of a timeline.

use conductor_domain::{
    event::Event,
    retention::{Retention, Tier},
    scope::Principal,
    time::Timestamp,
    trust::{
        artifact::{Artifact, Flags, Kind, Location, Recorded, Signature, Signer, Standing},
        gate::Checked,
    },
};
use conductor_protocol::v1;

use super::{narrow, time};

/// An artifact as it stands, with what it proves.
pub(crate) fn artifact(
    known: &Artifact,
    standing: Option<&Standing>,
    (flags, found): (Flags, String),
    (retention, now): (Retention, Timestamp),
) -> v1::ArtifactRecord {
    let (digest, size_bytes, uri, content_hash) = match &known.location {
        Location::Stored { digest, size_bytes } => {
            (digest.clone(), *size_bytes, String::new(), String::new())
        }
        Location::External { uri, content_hash } => {
            (String::new(), 0, uri.clone(), content_hash.clone())
        }
    };
    let source = if known.declared { v1::FlagsSource::Declared } else { v1::FlagsSource::Derived };
    let (signature, signed_by, signed_with, signature_problem) = signature(&known.signature);
    let signed_within = within(&known.signature);
    let additional_metadata_json = match known.additional.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&known.additional).unwrap_or_default(),
    };
    let (held, expired) = marks(standing);
    v1::ArtifactRecord {
        artifact_id: known.id.to_string(),
        run_id: known.run.to_string(),
        task_id: known.task.clone().unwrap_or_default(),
        kind: known.kind.word().to_owned(),
        name: known.name.clone(),
        media_type: known.media_type.clone(),
        digest,
        size_bytes,
        uri,
        content_hash,
        sbom_present: flags.sbom_present,
        slsa_provenance_present: flags.slsa_provenance_present,
        risk_assessment_present: flags.risk_assessment_present,
        flags_source: source.into(),
        found,
        additional_metadata_json,
        signature: signature.into(),
        signed_by,
        signed_with,
        signature_problem,
        signed_within,
        created_by: known.by.to_string(),
        created_at: Some(time(known.at)),
        tier: tier(retention.tier(known.at, now)).to_owned(),
        held,
        expired,
    }
}

const fn tier(tier: Tier) -> &'static str {
    tier.word()
}

fn signature(signature: &Signature) -> (v1::ArtifactSignature, String, String, String) {
    let none = String::new;
    match signature {
        Signature::Unsigned => (v1::ArtifactSignature::Unsigned, none(), none(), none()),
        Signature::Signed { by, key, .. } => {
            (v1::ArtifactSignature::Signed, by.to_string(), key.clone(), none())
        }
        Signature::Unverifiable { problem } => {
            (v1::ArtifactSignature::Unverifiable, none(), none(), problem.clone())
        }
    }
}

/// Who signed inside of it.
fn within(signature: &Signature) -> Vec<v1::ArtifactSigner> {
    let Signature::Signed { within, .. } = signature else { return Vec::new() };
    let signer = |Signer { by, key }: &Signer| v1::ArtifactSigner {
        principal: by.to_string(),
        fingerprint: key.clone(),
    };
    within.iter().map(signer).collect()
}

/// That it is held, and that its content is gone.
fn marks(standing: Option<&Standing>) -> (Option<v1::ArtifactMark>, Option<v1::ArtifactMark>) {
    let mark = |by: &Principal, at: Timestamp, reason: &String| {
        Some(v1::ArtifactMark { by: by.to_string(), at: Some(time(at)), reason: reason.clone() })
    };
    match standing {
        Some(Standing::Held { by, at, reason }) => (mark(by, *at, reason), None),
        Some(Standing::Expired { by, at, reason }) => (None, mark(by, *at, reason)),
        None => (None, None),
    }
}

/// The answer of a release gate.
pub(crate) fn gate(answer: &Checked) -> v1::CheckGateResponse {
    let compliant = &answer.compliant_artifact_ids;
    v1::CheckGateResponse {
        run_id: answer.run.to_string(),
        passed: answer.passed,
        message: answer.message.clone(),
        details: Some(v1::GateDetails {
            total_artifacts: answer.total_artifacts,
            compliant_artifacts: narrow(compliant.len()),
            compliant_artifact_ids: compliant.iter().map(ToString::to_string).collect(),
        }),
        reasons: answer.reasons.clone(),
    }
}

/// The decision behind a fact about artifacts or gates.
pub(super) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::ArtifactRecorded(event) => Some(event.decision.to_string()),
        Event::ArtifactHeld(event) => Some(event.decision.to_string()),
        Event::ArtifactReleased(event) => Some(event.decision.to_string()),
        Event::ArtifactExpired(event) => Some(event.decision.to_string()),
        Event::GateChecked(event) => Some(event.decision.to_string()),
        _ => None,
    }
}

/// A fact about artifacts or gates in a line.
pub(super) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::ArtifactRecorded(event) => recorded(event, by),
        Event::ArtifactHeld(event) => {
            format!("{by} holds artifact {}: {}", event.artifact, event.reason)
        }
        Event::ArtifactReleased(event) => {
            format!("{by} holds artifact {} no more: {}", event.artifact, event.reason)
        }
        Event::ArtifactExpired(event) => {
            let (id, bytes) = (event.artifact, event.size_bytes);
            format!(
                "{by} had the content of artifact {id} removed, {bytes} bytes: {}",
                event.reason
            )
        }
        Event::GateChecked(event) => match event.passed {
            true => format!("the release gate let it through: {}", event.message),
            false => format!("the release gate blocks it: {}", event.message),
        },
        _ => return None,
    })
}

fn recorded(event: &Recorded, by: &str) -> String {
    let what = match event.kind {
        Kind::Sbom => "the SBOM",
        Kind::SlsaProvenance => "the provenance",
        Kind::RiskAssessment => "the risk assessment",
        Kind::BuildLog => "the build log",
        Kind::TestReport => "the test report",
        Kind::Other => "the artifact",
    };
    let place = match &event.location {
        Location::Stored { size_bytes, .. } => format!("{size_bytes} bytes"),
        Location::External { uri, .. } => format!("at {uri}"),
    };
    format!("{by} added {what} `{}`, {place}, {}", event.name, event.signature.word())
}
