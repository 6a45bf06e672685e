//! May this manifest be published?

use std::sync::Arc;

use conductor_protocol::{
    error_code::Code,
    manifest::{Change, Manifest, MediaType, Source, diff},
};
use serde_json::json;

use super::{Catalogue, Provenance, Published, Signed, Workflow};
use crate::Refusal;

/// Bytes of a difference that a refusal carries: it travels in the trailers of an answer.
const DIFF_BYTES_MAX: usize = 4 * 1024;
/// Letters of each value in it.
const DIFF_VALUE_CHARS: usize = 160;

/// What publishing comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Publication {
    /// It is new.
    New(Box<Published>),
    /// This very manifest was published before: nothing happens.
    Known(Arc<Workflow>),
}

/// What is to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// The manifest, which its text gives.
    pub manifest: Manifest,
    /// Where it comes from, and its text.
    pub provenance: Provenance,
    /// Its author's signature under the text.
    pub signature: Option<Signed>,
}

/// Publishes a manifest as an immutable version.
///
/// # Errors
/// `WORKFLOW_VERSION_CONFLICT`, with the difference, when the version exists with other content, or
/// with another text for people, or without the signature that is given now;
/// `WORKFLOW_VERSION_ORDER` when it is older than the newest.
pub fn publish(
    catalogue: &Catalogue,
    tenant: &str,
    submitted: Submitted,
    decision: String,
) -> Result<Publication, Refusal> {
    let Submitted { manifest, provenance, signature } = submitted;
    let digest = manifest.digest();
    if let Some(known) = catalogue.get(tenant, &manifest.name, &manifest.version) {
        if known.digest != digest {
            return Err(conflict(known, &manifest));
        }
        if reads_otherwise(known.provenance.source.as_deref(), provenance.source.as_deref()) {
            return Err(other_text(known));
        }
        return match signature {
            Some(signature) if !is_signed_so(known, &provenance, &signature) => {
                Err(signed_otherwise(known))
            }
            _ => Ok(Publication::Known(Arc::clone(known))),
        };
    }
    if let Some(highest) = catalogue.highest(tenant, &manifest.name)
        && precedence(&manifest.version) <= precedence(&highest.manifest.version)
    {
        return Err(Refusal::new(
            Code::WorkflowVersionOrder,
            format!(
                "version {} of workflow `{}` is not newer than {}",
                manifest.version, manifest.name, highest.manifest.version
            ),
            "raise `version` above the newest published one",
        ));
    }
    Ok(Publication::New(Box::new(Published {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        digest,
        manifest: Arc::new(manifest),
        decision,
        provenance,
        signature,
    })))
}

/// Whether people read something else: of a runbook in Markdown all of the text is published, and
/// of a manifest in YAML what it means.
fn reads_otherwise(known: Option<&Source>, given: Option<&Source>) -> bool {
    let (Some(known), Some(given)) = (known, given) else { return false };
    let markdown = |source: &Source| source.media_type == MediaType::Markdown;
    (markdown(known) || markdown(given)) && known != given
}

fn other_text(known: &Workflow) -> Refusal {
    let Manifest { name, version, .. } = &*known.manifest;
    Refusal::new(
        Code::WorkflowVersionConflict,
        format!(
            "version {version} of workflow `{name}` is published with the same steps and another \
             text ({})",
            known.provenance.source_digest
        ),
        "a published version never changes: raise `version` and publish again",
    )
}

/// Whether a version carries a signature of this person under this very text.
fn is_signed_so(known: &Workflow, given: &Provenance, signature: &Signed) -> bool {
    let by_them = |signed: &Signed| signed.principal == signature.principal;
    known.provenance.source == given.source && known.signature.as_ref().is_some_and(by_them)
}

/// Who signs would believe that their signature is on record.
fn signed_otherwise(known: &Workflow) -> Refusal {
    let how = match &known.signature {
        None => "without a signature".to_owned(),
        Some(signed) => format!("from a text that {} signed", signed.principal),
    };
    let (name, version) = (&known.manifest.name, &known.manifest.version);
    Refusal::new(
        Code::WorkflowVersionConflict,
        format!("version {version} of workflow `{name}` is published {how}, and not with this one"),
        "a published version never changes: raise `version`, sign and publish again",
    )
}

fn conflict(known: &Workflow, manifest: &Manifest) -> Refusal {
    let changes = diff(&known.manifest, manifest);
    let count = match changes.len() {
        1 => "one difference".to_owned(),
        count => format!("{count} differences"),
    };
    Refusal::new(
        Code::WorkflowVersionConflict,
        format!(
            "version {} of workflow `{}` is published with other content ({}): {count}",
            manifest.version, manifest.name, known.digest
        ),
        "a published version never changes: raise `version` and publish again",
    )
    .with("diff", bounded(&changes))
}

/// The first changes, as many as there is room for, and how many there are besides.
fn bounded(changes: &[Change]) -> String {
    let mut shown = Vec::new();
    let mut bytes = 0;
    for change in changes {
        let change = json!(change.cut(DIFF_VALUE_CHARS));
        bytes += change.to_string().len();
        if bytes > DIFF_BYTES_MAX {
            break;
        }
        shown.push(change);
    }
    json!({ "more": changes.len() - shown.len(), "changes": shown }).to_string()
}

/// The version for comparing; a text that is none sorts first (the parser lets none through).
pub(super) fn precedence(version: &str) -> Option<semver::Version> {
    semver::Version::parse(version).ok()
}
