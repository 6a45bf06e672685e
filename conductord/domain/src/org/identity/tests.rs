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

#[test]
fn elsewhere_names_other_tenants_and_never_the_one_acted_in() {
    let mut grants = grants(&[
        ("acme", 1, "operator"),
        ("acme", 1, "read_only"),
        ("globex", 1, "read_only"),
        ("globex", 2, "operator"),
    ]);
    let one = Principal::uid(1);
    assert_eq!(grants.elsewhere("acme", &one), ["globex"]);
    assert_eq!(grants.elsewhere("initech", &one), ["acme", "globex"]);
    assert!(grants.is_foreign("initech", &one) && !grants.is_foreign("acme", &one));
    assert!(!grants.is_foreign("acme", &Principal::uid(3)), "who holds nothing comes from nowhere");
    grants.remove("globex", &one, "read_only");
    assert!(grants.elsewhere("acme", &one).is_empty() && grants.is_foreign("globex", &one));
    grants.remove("acme", &one, "read_only");
    assert_eq!(grants.roles("acme", &one), ["operator"], "one of two was taken");
    for number in 0..200 {
        grants.insert(Grant {
            scope: Scope { tenant: format!("t{number:03}"), ..Scope::default() },
            principal: one.clone(),
            role: "operator".into(),
            by: Principal::system(),
            at: Timestamp::default(),
        });
    }
    let elsewhere = grants.elsewhere("acme", &one);
    assert_eq!(elsewhere.len(), conductor_protocol::verdict::ELSEWHERE_MAX);
    assert!(elsewhere.is_sorted());
}

#[test]
fn attributes_are_of_a_few_names_and_hold_in_their_tenant() {
    let mut grants = Grants::default();
    let wanted = |pairs: &[(&str, &str)]| Described {
        principal: Principal::uid(1),
        attributes: pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        decision: String::new(),
    };
    for bad in [
        &[][..],
        &[("tenant_id", "globex")],
        &[("data_sensitivity", "secret")],
        &[("risk_profile", "none")],
        &[("region", "a b")],
    ] {
        let refused = describe(&grants, "acme", wanted(bad)).unwrap_err();
        assert_eq!(refused.code, Code::AttributeInvalid, "{bad:?}");
    }
    let both = wanted(&[("region", "eu"), ("data_sensitivity", "restricted")]);
    let event = describe(&grants, "acme", both.clone()).unwrap().unwrap();
    grants.describe("acme", &event.principal, &event.attributes);
    assert_eq!(describe(&grants, "acme", both), Ok(None), "so it is already");
    assert!(grants.attributes("globex", &Principal::uid(1)).is_empty());
    let less = wanted(&[("region", ""), ("data_sensitivity", "restricted")]);
    let event = describe(&grants, "acme", less).unwrap().unwrap();
    assert_eq!(event.attributes.len(), 1, "only what changes");
    grants.describe("acme", &event.principal, &event.attributes);
    let known = grants.attributes("acme", &Principal::uid(1));
    assert_eq!(
        known.into_iter().collect::<Vec<_>>(),
        [("data_sensitivity".into(), "restricted".into())]
    );
    let none = wanted(&[("data_sensitivity", "")]);
    grants.describe("acme", &none.principal, &none.attributes);
    assert!(grants.described("acme").is_empty());
}
