//! Laws of grants.

use conductor_protocol::error_code::Code;

use super::*;

fn granted(principal: u32, role: &str) -> Granted {
    Granted { principal: Principal::uid(principal), role: role.into(), decision: String::new() }
}

fn revoked(principal: u32, role: &str) -> Revoked {
    Revoked { principal: Principal::uid(principal), role: role.into(), decision: String::new() }
}

fn grants(held: &[(&str, u32, &str)]) -> Grants {
    let mut grants = Grants::default();
    for (tenant, principal, role) in held {
        grants.insert(Grant {
            scope: Scope { tenant: (*tenant).into(), ..Scope::default() },
            principal: Principal::uid(*principal),
            role: (*role).into(),
            by: Principal::system(),
            at: Timestamp::default(),
        });
    }
    grants
}

#[test]
fn a_role_is_granted_once_and_must_exist() {
    let grants = grants(&[("acme", 1, "operator")]);
    assert_eq!(grant(&grants, "acme", granted(1, "operator")), Ok(None));
    assert!(grant(&grants, "acme", granted(2, "operator")).unwrap().is_some());
    assert!(grant(&grants, "globex", granted(1, "operator")).unwrap().is_some());
    let unknown = grant(&grants, "acme", granted(1, "king")).unwrap_err();
    assert_eq!(unknown.code, Code::RoleUnknown);
    assert!(unknown.hint.contains("tenant_admin"));
}

#[test]
fn the_last_administrator_stays() {
    let one = grants(&[("default", 1, ADMIN)]);
    assert_eq!(revoke(&one, "default", revoked(1, ADMIN)).unwrap_err().code, Code::LastAdmin);
    let two = grants(&[("default", 1, ADMIN), ("default", 2, ADMIN)]);
    assert!(revoke(&two, "default", revoked(1, ADMIN)).is_ok());
    let none = revoke(&two, "acme", revoked(1, ADMIN)).unwrap_err();
    assert_eq!(none.code, Code::GrantNotFound);
}

#[test]
fn roles_hold_in_their_tenant_and_the_home_administrators_everywhere() {
    let grants = grants(&[
        ("default", 1, ADMIN),
        ("acme", 1, "operator"),
        ("acme", 2, ADMIN),
        ("default", 3, "operator"),
    ]);
    let roles = |tenant: &str, principal| grants.roles(tenant, &Principal::uid(principal));
    assert_eq!(roles("acme", 1), [ADMIN, "operator"]);
    assert_eq!(roles("globex", 1), [ADMIN]);
    assert_eq!(roles("acme", 2), [ADMIN]);
    assert!(roles("default", 2).is_empty());
    assert!(roles("acme", 3).is_empty());
}
