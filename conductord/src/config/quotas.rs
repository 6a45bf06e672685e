//! `[quotas.TENANT]`: how many tasks of each resource class a tenant's open runs may have.

use std::collections::BTreeMap;

use conductor_protocol::verdict::TasksByClass;
use serde::Deserialize;

/// `[quotas.TENANT]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Quota {
    small: Option<u32>,
    medium: Option<u32>,
    large: Option<u32>,
}

/// What is said, by tenant; where nothing is, policy's own limits count.
pub(super) fn by_tenant(quotas: BTreeMap<String, Quota>) -> BTreeMap<String, TasksByClass> {
    quotas.into_iter().map(|(tenant, quota)| (tenant, tasks(&quota))).collect()
}

/// What is said of one.
pub(super) fn tasks(quota: &Quota) -> TasksByClass {
    let classes = [("small", quota.small), ("medium", quota.medium), ("large", quota.large)];
    classes.into_iter().filter_map(|(class, tasks)| Some((class.to_owned(), tasks?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_is_a_limit() {
        let quotas = toml::from_str("[acme]\nlarge = 4\nsmall = 0\n").unwrap();
        let quotas = by_tenant(quotas);
        let acme = TasksByClass::from([("large".to_owned(), 4), ("small".to_owned(), 0)]);
        assert_eq!(quotas, BTreeMap::from([("acme".to_owned(), acme)]));
        assert!(toml::from_str::<BTreeMap<String, Quota>>("[acme]\nhuge = 1\n").is_err());
    }
}
