//! Enrolled keys, to the wire.

use conductor_domain::{
    org::key::{Key, Revocation, Standing},
    time::Timestamp,
};
use conductor_protocol::v1;

use super::time;

/// A key as it stands now, where keys are to be replaced after so many milliseconds.
pub(crate) fn enrolled(key: &Key, rotate_after_ms: u64, now: Timestamp) -> v1::EnrolledKey {
    let terms = &key.terms;
    let kind = terms.key.split(' ').next().unwrap_or_default();
    v1::EnrolledKey {
        principal: terms.principal.to_string(),
        fingerprint: terms.fingerprint.clone(),
        key_type: kind.to_owned(),
        public_key: terms.key.clone(),
        comment: terms.comment.clone(),
        namespaces: terms.namespaces.clone(),
        valid_after: terms.valid_after.map(time),
        valid_before: terms.valid_before.map(time),
        cert_authority: terms.cert_authority,
        state: state(key.standing(now)).into(),
        enrolled_by: key.by.to_string(),
        enrolled_at: Some(time(key.at)),
        since: Some(time(key.since)),
        rotate_due_at: key.rotate_due_at(rotate_after_ms, now).map(time),
        rotate_due: key.is_due(rotate_after_ms, now),
        revocation: key.revoked.as_ref().map(revocation),
        decision_id: terms.decision.clone(),
    }
}

const fn state(standing: Standing) -> v1::KeyState {
    match standing {
        Standing::Active => v1::KeyState::Active,
        Standing::NotYetValid => v1::KeyState::NotYetValid,
        Standing::Expired => v1::KeyState::Expired,
        Standing::Revoked => v1::KeyState::Revoked,
    }
}

fn revocation(revoked: &Revocation) -> v1::KeyRevocation {
    v1::KeyRevocation {
        by: revoked.by.to_string(),
        at: Some(time(revoked.at)),
        reason: revoked.reason.clone(),
        decision_id: revoked.decision.clone(),
    }
}
