//! May these keys be enrolled? May this one be taken back?

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::error_code::Code;

use super::{
    Enrolled, Key, Keys, Revoked, form,
    limits::{
        ENROLLED_AT_ONCE_MAX, KEYS_KEPT_MAX, KEYS_OF_PRINCIPAL_MAX, KEYS_OF_TENANT_MAX,
        REASON_BYTES_MAX,
    },
};
use crate::{
    Refusal,
    org::{
        identity::{ADMIN, Grants},
        words::shown,
    },
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
};

/// Enrolls keys: all of them, or none. What is left is what is not so already. A key that is
/// enrolled for the same principal gets these terms.
///
/// # Errors
/// `KEY_INVALID`, `KEY_TAKEN`, `KEY_REVOKED`, `TOO_MANY_KEYS`
pub fn enroll(
    keys: &Keys,
    grants: &Grants,
    (tenant, now): (&str, Timestamp),
    wanted: &[Enrolled],
) -> Result<Vec<Enrolled>, Refusal> {
    if wanted.is_empty() || wanted.len() > ENROLLED_AT_ONCE_MAX {
        let message = format!("{} keys are given", wanted.len());
        let hint = format!("give 1 to {ENROLLED_AT_ONCE_MAX} at once");
        return Err(form::invalid(message, hint));
    }
    let mut seen: BTreeMap<&str, &Enrolled> = BTreeMap::new();
    let mut fresh: BTreeMap<&Principal, usize> = BTreeMap::new();
    let mut changes = Vec::new();
    for one in wanted {
        form::check(one, now)?;
        if let Some(before) = seen.insert(&one.fingerprint, one) {
            if before == one {
                continue;
            }
            return Err(twice(before, one));
        }
        check_owner(keys, grants, tenant, one)?;
        let known = keys.get(tenant, &one.fingerprint);
        if known.is_some_and(|known| is_so(known, one)) {
            continue;
        }
        if known.is_none() {
            *fresh.entry(&one.principal).or_default() += 1;
        }
        changes.push(one.clone());
    }
    check_room(keys, tenant, &fresh)?;
    Ok(changes)
}

/// Takes a key back. `None` when it was taken back before.
///
/// # Errors
/// `KEY_NOT_FOUND`, `KEY_INVALID`
pub fn revoke(keys: &Keys, tenant: &str, wanted: Revoked) -> Result<Option<Revoked>, Refusal> {
    if wanted.reason.is_empty() || wanted.reason.len() > REASON_BYTES_MAX {
        let message = format!("to revoke a key needs a reason of 1 to {REASON_BYTES_MAX} bytes");
        return Err(form::invalid(message, "say why: it stays on record with the key"));
    }
    let known = keys.get(tenant, &wanted.fingerprint).ok_or_else(|| {
        let message =
            format!("no key {} is enrolled in tenant `{tenant}`", shown(&wanted.fingerprint));
        let hint = format!(
            "`conductor keys list` shows those that are; a key of the home tenant is revoked there: \
             --tenant {HOME_TENANT}"
        );
        Refusal::new(Code::KeyNotFound, message, hint)
    })?;
    let principal = known.terms.principal.clone();
    Ok(known.revoked.is_none().then_some(Revoked { principal, ..wanted }))
}

/// Whether a key is enrolled on these very terms.
fn is_so(known: &Key, wanted: &Enrolled) -> bool {
    let terms = Enrolled { decision: wanted.decision.clone(), ..known.terms.clone() };
    terms == *wanted
}

/// That wherever a key counts it is one principal's, and was never taken back.
fn check_owner(
    keys: &Keys,
    grants: &Grants,
    tenant: &str,
    wanted: &Enrolled,
) -> Result<(), Refusal> {
    let (principal, fingerprint) = (&wanted.principal, &wanted.fingerprint);
    if keys.counting(tenant, fingerprint).any(|known| known.revoked.is_some()) {
        return Err(Refusal::new(
            Code::KeyRevoked,
            format!("the key {fingerprint} was revoked, and stays so"),
            "make a new key: `ssh-keygen -t ed25519`",
        ));
    }
    let here = keys.get(tenant, fingerprint).filter(|known| known.terms.principal != *principal);
    if let Some(known) = here {
        return Err(taken(format!("the key {fingerprint} is `{}`'s", known.terms.principal)));
    }
    // What is enrolled at home counts everywhere, and whatever is enrolled anywhere counts beside it.
    let beside = |known: &&Arc<Key>| {
        (tenant == HOME_TENANT || known.tenant == HOME_TENANT) && known.revoked.is_none()
    };
    let mut beside = keys.elsewhere(tenant, fingerprint).filter(beside);
    if beside.any(|known| known.terms.principal != *principal) {
        return Err(taken(format!("the key {fingerprint} is somebody else's in another tenant")));
    }
    if tenant != HOME_TENANT && grants.holds(HOME_TENANT, principal, ADMIN) {
        return Err(form::invalid(
            format!("`{principal}` is an administrator of all tenants"),
            format!("their keys are enrolled where they are: --tenant {HOME_TENANT}"),
        ));
    }
    Ok(())
}

fn check_room(
    keys: &Keys,
    tenant: &str,
    fresh: &BTreeMap<&Principal, usize>,
) -> Result<(), Refusal> {
    for (principal, more) in fresh {
        let known = keys.of_principal(tenant, principal).filter(|key| key.revoked.is_none());
        if known.count() + more > KEYS_OF_PRINCIPAL_MAX {
            let message =
                format!("`{principal}` would have more than {KEYS_OF_PRINCIPAL_MAX} keys");
            return Err(too_many(message));
        }
    }
    let more: usize = fresh.values().sum();
    let (all, revoked) = keys.count(tenant);
    if all - revoked + more > KEYS_OF_TENANT_MAX || all + more > KEYS_KEPT_MAX {
        let message = format!(
            "tenant `{tenant}` would have more than {KEYS_OF_TENANT_MAX} keys, or more than \
             {KEYS_KEPT_MAX} with the revoked ones"
        );
        return Err(too_many(message));
    }
    Ok(())
}

fn twice(one: &Enrolled, other: &Enrolled) -> Refusal {
    let fingerprint = &one.fingerprint;
    if one.principal == other.principal {
        let message = format!("the key {fingerprint} is given twice, on different terms");
        return form::invalid(message, "give it once");
    }
    let (one, other) = (&one.principal, &other.principal);
    taken(format!("the key {fingerprint} is given as `{one}`'s and as `{other}`'s"))
}

fn taken(message: String) -> Refusal {
    let hint = "a key is one principal's: who holds it would count as two; each makes a key of \
                their own";
    Refusal::new(Code::KeyTaken, message, hint)
}

fn too_many(message: String) -> Refusal {
    let hint = "`conductor keys revoke` takes back those that are used no more";
    Refusal::new(Code::TooManyKeys, message, hint)
}
