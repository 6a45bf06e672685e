//! May this role be given or taken?

use conductor_protocol::error_code::Code;

use super::{ADMIN, Granted, Grants, HOME_TENANT, ROLES, Revoked};
use crate::{Refusal, scope::Principal};

/// Gives a role. `None` when it is held already.
///
/// # Errors
/// `ROLE_UNKNOWN`
pub fn grant(grants: &Grants, tenant: &str, event: Granted) -> Result<Option<Granted>, Refusal> {
    if !ROLES.contains(&event.role.as_str()) {
        return Err(Refusal::new(
            Code::RoleUnknown,
            format!("there is no role `{}`", event.role),
            format!("the roles are {}", ROLES.join(", ")),
        ));
    }
    Ok((!grants.holds(tenant, &event.principal, &event.role)).then_some(event))
}

/// Takes a role.
///
/// # Errors
/// `GRANT_NOT_FOUND` when it is not held, `LAST_ADMIN` when nobody could grant anything after it.
pub fn revoke(grants: &Grants, tenant: &str, event: Revoked) -> Result<Revoked, Refusal> {
    let Revoked { principal, role, .. } = &event;
    if !grants.holds(tenant, principal, role) {
        return Err(Refusal::new(
            Code::GrantNotFound,
            format!("`{principal}` does not hold `{role}` in tenant `{tenant}`"),
            "`conductor grants list` shows who holds what",
        ));
    }
    if tenant == HOME_TENANT && role == ADMIN && only_admin(grants, principal) {
        return Err(Refusal::new(
            Code::LastAdmin,
            format!("`{principal}` is the only `{ADMIN}`"),
            format!("grant `{ADMIN}` to somebody else first"),
        ));
    }
    Ok(event)
}

fn only_admin(grants: &Grants, principal: &Principal) -> bool {
    grants
        .of_tenant(HOME_TENANT)
        .iter()
        .all(|grant| grant.role != ADMIN || grant.principal == *principal)
}
