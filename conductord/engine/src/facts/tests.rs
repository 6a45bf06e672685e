//! Laws of facts: what is known in one tenant is told to nobody's question about another.

use std::sync::Arc;

use conductor_domain::{
    org::identity::{ADMIN, ATTRIBUTES, Grant, HOME_TENANT, ROLES},
    scope::Scope,
};
use conductor_protocol::verdict::Subject;
use proptest::prelude::*;

use super::*;

const TENANTS: [&str; 3] = [HOME_TENANT, "acme", "globex"];
const NOW: Timestamp = Timestamp::from_unix_ms(1_000);

/// Something that is put on record in a tenant.
#[derive(Debug, Clone)]
enum Fact {
    Role(u32, &'static str),
    Attribute(u32, &'static str, &'static str),
    Settings(Box<Settings>),
}

fn fact() -> impl Strategy<Value = Fact> {
    let value = || prop::sample::select(vec!["", "eu", "us", "low", "high", "public", "secret"]);
    let settings = (value(), value(), value(), 0..5_u64).prop_map(|(region, risk, data, limit)| {
        Fact::Settings(Box::new(Settings {
            region: region.into(),
            regions: vec![region.into()],
            risk_profile: risk.into(),
            data_sensitivity: data.into(),
            quotas: [("default".to_owned(), u32::try_from(limit).unwrap())].into(),
            budgets: [(conductor_domain::window::Window::Day, limit)].into(),
            ..Settings::default()
        }))
    });
    prop_oneof![
        (0..3_u32, prop::sample::select(ROLES.to_vec()))
            .prop_map(|(who, role)| Fact::Role(who, role)),
        (0..3_u32, prop::sample::select(ATTRIBUTES.to_vec()), value())
            .prop_map(|(who, name, value)| Fact::Attribute(who, name, value)),
        settings,
    ]
}

fn history() -> impl Strategy<Value = Vec<(&'static str, Fact)>> {
    prop::collection::vec((prop::sample::select(TENANTS.to_vec()), fact()), 0..40)
}

/// What is on record.
#[derive(Default)]
struct Known {
    grants: Grants,
    tenants: Tenants,
    meters: Meters,
    defaults: TenantDefaults,
}

impl Known {
    fn of<'f>(history: impl IntoIterator<Item = &'f (&'static str, Fact)>) -> Self {
        let mut known = Self::default();
        for tenant in TENANTS {
            known.tenants.insert(Arc::new(Tenant::implicit(tenant, NOW)));
        }
        for (tenant, fact) in history {
            match fact {
                Fact::Role(who, role) => known.grants.insert(Grant {
                    scope: Scope { tenant: (*tenant).into(), ..Scope::default() },
                    principal: Principal::uid(*who),
                    role: (*role).into(),
                    by: Principal::system(),
                    at: NOW,
                }),
                Fact::Attribute(who, name, value) => {
                    let changed = BTreeMap::from([((*name).to_owned(), (*value).to_owned())]);
                    known.grants.describe(tenant, &Principal::uid(*who), &changed);
                }
                Fact::Settings(settings) => {
                    let settings = Settings::clone(settings);
                    let tenant = Tenant { settings, ..Tenant::implicit(tenant, NOW) };
                    known.tenants.insert(Arc::new(tenant));
                }
            }
        }
        known
    }

    /// All that a question about a tenant holds besides what its asker sends.
    fn told(
        &self,
        tenant: &str,
        who: u32,
    ) -> (Subject, Option<TenantFacts>, TasksByClass, Option<Spend>) {
        let records = Records::new(&self.grants, &self.tenants, &self.meters, &self.defaults);
        let subject = records.subject(tenant, &Principal::uid(who), NOW);
        let facts = records.tenant_for(&subject, tenant);
        (subject, facts, records.quota(tenant), records.spend(tenant, "drain", NOW))
    }
}

proptest! {
    #[test]
    fn attributes_and_settings_of_another_tenant_are_in_no_question(history in history()) {
        let all = Known::of(&history);
        for tenant in TENANTS {
            let own = |(of, fact): &&(&'static str, Fact)| {
                *of == tenant || matches!(fact, Fact::Role(..))
            };
            let without_others = Known::of(history.iter().filter(own));
            for who in 0..3 {
                prop_assert_eq!(all.told(tenant, who), without_others.told(tenant, who));
            }
        }
    }

    #[test]
    fn roles_of_another_tenant_say_no_more_than_that_there_are_some(history in history()) {
        let all = Known::of(&history);
        for tenant in TENANTS {
            // But for the administrators of the home tenant, who are so everywhere.
            let own = |(of, fact): &&(&'static str, Fact)| {
                *of == tenant || matches!(fact, Fact::Role(_, ADMIN) if *of == HOME_TENANT)
            };
            let without_others = Known::of(history.iter().filter(own));
            for who in 0..3 {
                let (mut told, facts, quota, spend) = all.told(tenant, who);
                let alone = without_others.told(tenant, who);
                prop_assert!(told.elsewhere.is_empty() || told.elsewhere == [ELSEWHERE]);
                told.elsewhere.clone_from(&alone.0.elsewhere);
                prop_assert_eq!((told, facts, quota, spend), alone);
            }
        }
    }
}

#[test]
fn the_questions_of_these_laws_differ_by_what_is_on_record() {
    // So that the laws above compare something.
    let described = ("acme", Fact::Attribute(1, ATTRIBUTES[3], "eu"));
    let (nothing, something) = (Known::default(), Known::of([&described]));
    assert_ne!(nothing.told("acme", 1), something.told("acme", 1));
    assert_eq!(something.told("acme", 1).0.attributes.len(), 1);
    assert!(something.told("globex", 1).0.attributes.is_empty());
}
