//! May something be disclosed so?

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, DisclosureId},
};

use super::{Created, Wanted};
use crate::Refusal;

/// Bytes of a summary.
pub const SUMMARY_BYTES_MAX: usize = 16 * 1024;
/// Artifacts of a pack.
pub const ARTIFACTS_MAX: usize = 1_000;
/// Bytes of an artifact's id.
const ID_BYTES_MAX: usize = 256;
/// Bytes of the metadata, as JSON.
const METADATA_BYTES_MAX: usize = 64 * 1024;

/// Discloses something of a run that there is.
///
/// # Errors
/// `REQUEST_INVALID`
pub fn create(
    disclosure: DisclosureId,
    wanted: Wanted,
    decision: DecisionId,
) -> Result<Created, Refusal> {
    let Wanted { run, summary, artifact_ids, metadata } = wanted;
    if summary.trim().is_empty() || summary.len() > SUMMARY_BYTES_MAX {
        let message = format!("a summary has 1 to {SUMMARY_BYTES_MAX} bytes");
        return Err(invalid(message, "say in words what the run did and what bears it out"));
    }
    let fits = |id: &String| (1..=ID_BYTES_MAX).contains(&id.len());
    if artifact_ids.len() > ARTIFACTS_MAX || !artifact_ids.iter().all(fits) {
        let message = format!(
            "`artifact_ids` holds up to {ARTIFACTS_MAX} ids of 1 to {ID_BYTES_MAX} bytes each"
        );
        return Err(invalid(message, "name the artifacts that bear the summary out"));
    }
    if let Some(twice) =
        artifact_ids.iter().enumerate().find(|(n, id)| artifact_ids[..*n].contains(id))
    {
        let message = format!("`artifact_ids` names {} twice", twice.1);
        return Err(invalid(message, "name each artifact once"));
    }
    let bytes = serde_json::to_vec(&metadata).map_or(usize::MAX, |json| json.len());
    if bytes > METADATA_BYTES_MAX {
        let message = format!("a pack's metadata has at most {METADATA_BYTES_MAX} bytes as JSON");
        return Err(invalid(message, "keep it elsewhere, and name the place"));
    }
    Ok(Created { disclosure, run, summary, artifact_ids, metadata, decision })
}

fn invalid(message: impl Into<String>, hint: &str) -> Refusal {
    Refusal::new(Code::RequestInvalid, message, hint)
}

/// That there is no such pack.
#[must_use]
pub fn not_found(tenant: &str, id: DisclosureId) -> Refusal {
    let message = format!("tenant `{tenant}` has no disclosure pack {id}");
    Refusal::new(Code::DisclosureNotFound, message, "list the disclosure packs that there are")
}
