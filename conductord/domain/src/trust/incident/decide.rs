//! May an incident be closed?

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, IncidentId},
};

use super::{Closed, Incident};
use crate::{Refusal, scope::Principal};

/// Bytes of the reason.
const REASON_BYTES_MAX: usize = 1_024;

/// Closes an incident: somebody else than whoever it is about says what came of it.
///
/// # Errors
/// `REQUEST_INVALID` without a reason, `INCIDENT_CLOSED`, `INCIDENT_YOURS`
pub fn close(
    known: &Incident,
    who: &Principal,
    reason: String,
    decision: DecisionId,
) -> Result<Closed, Refusal> {
    let id = known.id;
    if known.ended.is_some() {
        let message = format!("incident {id} is closed already");
        let hint = "`conductor incidents show` says by whom and why";
        return Err(Refusal::new(Code::IncidentClosed, message, hint));
    }
    if *who == known.principal {
        let message = format!("incident {id} is about what {who} did");
        return Err(Refusal::new(Code::IncidentYours, message, "somebody else has to close it"));
    }
    if reason.trim().is_empty() || reason.len() > REASON_BYTES_MAX {
        let message = format!("closing needs a reason of 1 to {REASON_BYTES_MAX} bytes");
        return Err(Refusal::new(Code::RequestInvalid, message, "say what came of it"));
    }
    Ok(Closed { incident: id, reason, decision })
}

/// That there is no such incident.
#[must_use]
pub fn not_found(tenant: &str, id: IncidentId) -> Refusal {
    Refusal::new(
        Code::IncidentNotFound,
        format!("tenant `{tenant}` has no incident {id}"),
        "`conductor incidents list` shows those there are",
    )
}
