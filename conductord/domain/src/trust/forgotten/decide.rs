//! May this be forgotten now?

use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, ArtifactId, DecisionId, IncidentId, RunId},
};

use super::Forgotten;
use crate::{Refusal, scope::HOME_TENANT};

/// Things that a refusal names of each kind.
const NAMED_MAX: usize = 5;

/// Whom somebody wants forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The tenant.
    pub tenant: String,
    /// SHA-256 of the data subject's name; empty when the whole tenant is meant.
    pub subject_digest: String,
    /// Ids of the keys that there are.
    pub keys: Vec<String>,
    /// How many runs can be read no more.
    pub runs: u64,
    /// Why, in their words.
    pub reason: String,
    /// The decision that allows it.
    pub decision: DecisionId,
}

/// What has to end before something is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InTheWay {
    /// Whether something may still start in the tenant, where the whole of it is meant.
    pub goes_on: bool,
    /// Runs that have not ended.
    pub runs: Vec<RunId>,
    /// Approvals that wait.
    pub approvals: Vec<ApprovalId>,
    /// What somebody did alone and nobody reviewed.
    pub glasses: Vec<ApprovalId>,
    /// Incidents that are open.
    pub incidents: Vec<IncidentId>,
    /// Artifacts that are held.
    pub held: Vec<ArtifactId>,
    /// Schedules that start something about the data subject, by name.
    pub schedules: Vec<String>,
}

/// Forgets.
///
/// # Errors
/// `TENANT_HOME`, `SUBJECT_UNKNOWN`, or `FORGETTING_HELD_UP` with what holds it up.
pub fn forget(wanted: Wanted, in_the_way: &InTheWay) -> Result<Forgotten, Refusal> {
    let Wanted { tenant, subject_digest, keys, runs, reason, decision } = wanted;
    let whole = subject_digest.is_empty();
    if whole && tenant == HOME_TENANT {
        return Err(Refusal::new(
            Code::TenantHome,
            "the home tenant holds what the daemon itself recorded, and can't be forgotten",
            "forget a data subject of it, or take the whole installation down",
        ));
    }
    if keys.is_empty() {
        return Err(unknown(&tenant, &subject_digest));
    }
    if whole && in_the_way.goes_on {
        return Err(held_up(
            format!("tenant `{tenant}` goes on"),
            format!("`conductor tenant suspend {tenant} --reason …` lets nothing start in it"),
        ));
    }
    let InTheWay { runs: open, approvals, glasses, incidents, held, schedules, .. } = in_the_way;
    let kinds = [
        ("schedules go on", names(schedules), "remove them, or pause them: they go with the rest"),
        ("runs have not ended", names(open), "wait for their ends, or cancel them"),
        ("approvals wait", names(approvals), "have them answered, or withdrawn"),
        ("broken glass is not reviewed", names(glasses), "have it reviewed"),
        ("incidents are open", names(incidents), "close them"),
        ("artifacts are held", names(held), "release them where you may"),
    ];
    for (what, (count, named), mend) in kinds {
        if count > 0 {
            return Err(held_up(format!("{count} {what}: {named}"), mend.to_owned()));
        }
    }
    Ok(Forgotten { tenant, subject_digest, keys, runs, reason, decision })
}

/// Nothing is sealed with a key of a tenant, or of a data subject of it by the SHA-256 of its name.
#[must_use]
pub fn unknown(tenant: &str, subject_digest: &str) -> Refusal {
    let (message, hint) = match subject_digest {
        "" => (
            format!("nothing is sealed with a key of tenant `{tenant}`"),
            "`conductor tenant list` shows which there are; what is from before payloads were sealed can't be \
             forgotten",
        ),
        digest => (
            format!("tenant `{tenant}` has no key of the data subject sha256:{digest}"),
            "`conductor subjects list` shows whom runs and schedules are about; what is from before payloads \
             were sealed can't be forgotten",
        ),
    };
    Refusal::new(Code::SubjectUnknown, message, hint)
}

fn names<T: std::fmt::Display>(ids: &[T]) -> (usize, String) {
    let named: Vec<String> = ids.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    let more = if ids.len() > NAMED_MAX { ", …" } else { "" };
    (ids.len(), named.join(", ") + more)
}

fn held_up(message: String, hint: String) -> Refusal {
    Refusal::new(Code::ForgettingHeldUp, message, hint)
}
