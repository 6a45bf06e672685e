//! Guests: people of other tenants who may read here for a time.
//!
//! Two things make somebody a guest: the tenant admits people of a tenant in which they hold a role,
//! and one of its administrators let them in. Each is looked at whenever it counts, so that either
//! ends it.

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};

use super::{
    GuestAdmitted, GuestDismissed, Tenant,
    limits::{GUEST_MS_MAX, GUESTS_MAX, REASON_BYTES_MAX},
};
use crate::{Refusal, org::identity::Grants, scope::Principal, time::Timestamp};

/// That somebody was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Guest {
    /// How long.
    pub until: Timestamp,
    /// Who let them in.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// In their words.
    pub reason: String,
}

/// Whether somebody is a guest of a tenant now: they hold no role in it, but one in a tenant that it
/// admits, and their time has not ended.
#[must_use]
pub fn is_guest(
    (known, admits): (&Tenant, &[String]),
    grants: &Grants,
    principal: &Principal,
    now: Timestamp,
) -> bool {
    known.guests.get(principal).is_some_and(|guest| guest.until > now)
        && grants.roles(&known.name, principal).is_empty()
        && comes_from(admits, grants, principal)
}

fn comes_from(admits: &[String], grants: &Grants, principal: &Principal) -> bool {
    // A service is one of its tenant, and comes from no other.
    !principal.is_service() && admits.iter().any(|tenant| grants.is_of(tenant, principal))
}

/// Lets somebody of another tenant in. Who is a guest already is one for the new time.
///
/// # Errors
/// `TENANT_INVALID`, `GUEST_SELF`, `GUEST_NOT_ADMITTED`, `TOO_MANY_GUESTS`
pub fn admit(
    (known, admits): (&Tenant, &[String]),
    grants: &Grants,
    by: &Principal,
    wanted: GuestAdmitted,
    now: Timestamp,
) -> Result<GuestAdmitted, Refusal> {
    let GuestAdmitted { principal, until, reason, .. } = &wanted;
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
        return Err(invalid(
            format!("to let a guest in needs a reason of 1 to {REASON_BYTES_MAX} bytes"),
            "say why: it stays on record",
        ));
    }
    if *until <= now || until.ms_since(now) > GUEST_MS_MAX {
        return Err(invalid(
            "a guest is let in for more than nothing and at most seven days".to_owned(),
            "name a time like `4h`; it can be given again",
        ));
    }
    if principal == by {
        return Err(Refusal::new(
            Code::GuestSelf,
            "nobody lets themselves in",
            "ask another administrator of the tenant",
        ));
    }
    if !comes_from(admits, grants, principal) {
        return Err(not_admitted(&known.name, admits, principal));
    }
    let others =
        known.guests.iter().filter(|(other, guest)| *other != principal && guest.until > now);
    if others.count() >= GUESTS_MAX {
        return Err(Refusal::new(
            Code::TooManyGuests,
            format!("tenant `{}` has {GUESTS_MAX} guests", known.name),
            "`conductor tenant dismiss` ends one; who stays for good is given a role",
        ));
    }
    Ok(wanted)
}

/// Ends that somebody is a guest. `None` when they are none.
#[must_use]
pub fn dismiss(known: &Tenant, wanted: GuestDismissed, now: Timestamp) -> Option<GuestDismissed> {
    known.guests.get(&wanted.principal).is_some_and(|guest| guest.until > now).then_some(wanted)
}

fn not_admitted(tenant: &str, admits: &[String], principal: &Principal) -> Refusal {
    let hint = format!(
        "`conductor tenant set {tenant} --admit NAMES` by who may edit tenants says whose people \
         may be let in"
    );
    let message = if admits.is_empty() {
        format!("tenant `{tenant}` admits the people of no other tenant")
    } else {
        let admits = admits.join("`, `");
        format!("`{principal}` holds no role in a tenant that `{tenant}` admits: `{admits}`")
    };
    Refusal::new(Code::GuestNotAdmitted, message, hint)
}

fn invalid(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::TenantInvalid, message, hint)
}
