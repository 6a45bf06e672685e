//! `[tenant_defaults]`: what counts for tenants whose record says nothing of it.

use std::collections::BTreeMap;

use conductor_domain::{
    org::tenant::{Settings, check_settings},
    window::Window,
};
use serde::Deserialize;

use super::quotas::{Quota, tasks};
use crate::exit::{Ended, Kind};

/// `[tenant_defaults]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    profile: String,
    risk_profile: String,
    business_unit: String,
    data_sensitivity: String,
    region: String,
    regions: Vec<String>,
    purposes: Vec<String>,
    admits: Vec<String>,
    quotas: Quota,
    budgets: BTreeMap<Window, u64>,
}

impl File {
    /// What it comes to.
    pub(super) fn settings(self) -> Result<Settings, Ended> {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names.dedup();
            names
        };
        let settings = Settings {
            profile: self.profile,
            risk_profile: self.risk_profile,
            business_unit: self.business_unit,
            data_sensitivity: self.data_sensitivity,
            region: self.region,
            regions: sorted(self.regions),
            purposes: sorted(self.purposes),
            admits: sorted(self.admits),
            quotas: tasks(&self.quotas),
            budgets: self.budgets,
            // A tenant's own record says it, or nobody does.
            retention: None,
        };
        match check_settings(&settings) {
            Ok(()) => Ok(settings),
            Err(refusal) => {
                let message = format!("use [tenant_defaults]: {refusal}; {}", refusal.hint);
                Err(Ended::because(Kind::Configuration, message))
            }
        }
    }
}

/// The settings in a line.
pub(super) fn shown(settings: &Settings) -> String {
    let json = serde_json::to_string(settings).unwrap_or_default();
    if json == "{}" { "none".to_owned() } else { json }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.settings().map_err(|ended| format!("{ended:?}"))
    }

    #[test]
    fn defaults_are_checked_as_a_tenants_own_settings_are() {
        let settings = read("profile = 'saas'\nregions = ['us', 'eu', 'us']\nbudgets = {day = 60}\nquotas = {large = 2}\n").unwrap();
        assert_eq!(settings.regions, ["eu", "us"]);
        assert_eq!((settings.budgets[&Window::Day], settings.quotas["large"]), (60, 2));
        assert_eq!(shown(&read("").unwrap()), "none");
        for (bad, words) in [
            ("profile = 'free'", "white-label"),
            ("budgets = {year = 1}", "year"),
            ("region = 'us'\nregions = ['eu']", "allowed"),
            ("colour = 'red'", "colour"),
        ] {
            let problem = read(bad).unwrap_err();
            assert!(problem.contains(words), "{bad}: {problem}");
        }
    }
}
