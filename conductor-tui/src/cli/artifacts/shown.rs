//! Artifacts for people.

use conductor_protocol::v1;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Clock, Column, Meaning, Table, bytes, one_line, to_value},
};

/// Artifacts in a table.
pub(super) fn table(artifacts: &[v1::ArtifactRecord], clock: &Clock) -> Table {
    let mut table = Table::new(&[
        Column::fixed("artifact"),
        Column::fixed("kind"),
        Column::text("name"),
        Column::fixed("size"),
        Column::fixed("proves"),
        Column::fixed("signature"),
        Column::text("by"),
        Column::fixed("since"),
        Column::fixed("stands"),
    ]);
    for artifact in artifacts {
        let (signature, meaning) = signature(artifact.signature());
        let by = match artifact.task_id.as_str() {
            "" => one_line(&artifact.created_by),
            task => one_line(&format!("task {task}")),
        };
        let (stands, stands_as) = stands(artifact);
        table.row([
            artifact.artifact_id.clone().into(),
            one_line(&artifact.kind).into(),
            Cell::of(one_line(&artifact.name), Meaning::Strong),
            size(artifact).into(),
            proves(artifact).into(),
            Cell::of(signature, meaning),
            by.into(),
            clock.date_time(artifact.created_at.as_ref()).into(),
            Cell::of(stands, stands_as),
        ]);
    }
    table
}

/// One artifact, line by line.
pub(super) fn one(artifact: &v1::ArtifactRecord, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(artifact))?);
    }
    let proves = match artifact.flags_source() {
        v1::FlagsSource::Declared => format!("{} (declared)", proves(artifact)),
        _ => proves(artifact),
    };
    let signature = match artifact.signature() {
        v1::ArtifactSignature::Signed => {
            let within: Vec<String> = artifact.signed_within.iter().map(inside).collect();
            let own = format!("signed by {} with {}", artifact.signed_by, artifact.signed_with);
            match within.first() {
                Some(first) if within.len() == 1 && own.ends_with(first) => own,
                Some(_) => format!("{own}; inside by {}", within.join(", ")),
                None => own,
            }
        }
        v1::ArtifactSignature::Unverifiable => {
            format!("unverifiable: {}", artifact.signature_problem)
        }
        _ => "unsigned".to_owned(),
    };
    let place = match artifact.uri.as_str() {
        "" => artifact.digest.clone(),
        uri => format!("{uri} {}", artifact.content_hash),
    };
    let clock = &context.output.clock;
    let since = clock.date_time(artifact.created_at.as_ref());
    let mark = |mark: &Option<v1::ArtifactMark>| {
        mark.as_ref().map(|mark| {
            let at = clock.date_time(mark.at.as_ref());
            format!("by {} at {at}: {}", mark.by, mark.reason)
        })
    };
    let rows = [
        ("artifact", artifact.artifact_id.clone()),
        ("name", artifact.name.clone()),
        ("kind", artifact.kind.clone()),
        ("run", artifact.run_id.clone()),
        ("task", artifact.task_id.clone()),
        ("content", place),
        ("size", size(artifact)),
        ("media type", artifact.media_type.clone()),
        ("proves", proves),
        ("found", artifact.found.clone()),
        ("signature", signature),
        ("by", format!("{} at {since}", artifact.created_by)),
        ("retention", artifact.tier.clone()),
        ("held", mark(&artifact.held).unwrap_or_default()),
        ("removed", mark(&artifact.expired).unwrap_or_default()),
        ("more", artifact.additional_metadata_json.clone()),
    ];
    for (name, value) in rows {
        if !value.is_empty() {
            context.output.line(format!("{name:<11} {}", one_line(&value)))?;
        }
    }
    Ok(())
}

/// Who signed inside of it, and with which key.
fn inside(signer: &v1::ArtifactSigner) -> String {
    format!("{} with {}", signer.principal, signer.fingerprint)
}

/// What it proves, in short.
pub(super) fn proves(artifact: &v1::ArtifactRecord) -> String {
    let flags = [
        (artifact.sbom_present, "sbom"),
        (artifact.slsa_provenance_present, "slsa"),
        (artifact.risk_assessment_present, "risk"),
    ];
    let named: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    if named.is_empty() { "-".to_owned() } else { named.join("+") }
}

/// Its size, where it is stored here.
pub(super) fn size(artifact: &v1::ArtifactRecord) -> String {
    if artifact.digest.is_empty() { "elsewhere".to_owned() } else { bytes(artifact.size_bytes) }
}

const fn signature(signature: v1::ArtifactSignature) -> (&'static str, Meaning) {
    match signature {
        v1::ArtifactSignature::Signed => ("signed", Meaning::Good),
        v1::ArtifactSignature::Unverifiable => ("unverifiable", Meaning::Bad),
        v1::ArtifactSignature::Unsigned => ("unsigned", Meaning::Dim),
        v1::ArtifactSignature::Unspecified => ("unknown", Meaning::Plain),
    }
}

fn stands(artifact: &v1::ArtifactRecord) -> (String, Meaning) {
    if artifact.expired.is_some() {
        ("removed".to_owned(), Meaning::Dim)
    } else if artifact.held.is_some() {
        ("held".to_owned(), Meaning::Warn)
    } else {
        (artifact.tier.clone(), Meaning::Plain)
    }
}
