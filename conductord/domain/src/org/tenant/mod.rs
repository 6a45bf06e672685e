//! A tenant: whose workflows, runs and roles they are; what it is for, may use and may spend.
//!
//! The home tenant is always there. A tenant that something was recorded in before tenants were
//! created is there, too, without anybody's having created it; every other one is created first.
//! What a tenant's record leaves open, the daemon's configuration says.

mod decide;
mod event;
mod guest;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use conductor_protocol::verdict::TasksByClass;
use serde::{Deserialize, Serialize};

use crate::{retention::Retention, scope::Principal, time::Timestamp, window::Window};

pub use decide::{
    Change, Patch, check_settings, configure, create, forgotten, resume, suspend, suspended,
    unknown,
};
pub use event::{Configured, Created, GuestAdmitted, GuestDismissed, Resumed, Suspended};
pub use guest::{Guest, admit, dismiss, is_guest};
pub use view::Tenants;

/// The resource classes that a quota is set for.
pub const CLASSES: [&str; 3] = ["small", "medium", "large"];

/// What is set for a tenant. What is empty is not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// How it is governed: one of [`PROFILES`](super::PROFILES).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub profile: String,
    /// How much may go wrong in it: one of [`RISKS`](super::RISKS).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub risk_profile: String,
    /// Such as `payments`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub business_unit: String,
    /// The most sensitive data that it may hold: one of [`SENSITIVITIES`](super::SENSITIVITIES).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub data_sensitivity: String,
    /// Its home region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Regions that it may act in, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What personal data may be used for, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Tenants whose people may be let in as guests, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admits: Vec<String>,
    /// Tasks of each resource class that its open runs may have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub quotas: TasksByClass,
    /// Seconds of workers' time that it may spend in a window.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub budgets: BTreeMap<Window, u64>,
    /// How long contents of artifacts are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

/// What becomes of the runs of a tenant that is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenRuns {
    /// They go on to their ends.
    #[default]
    Finish,
    /// They are paused, and go on with the tenant.
    Pause,
}

impl OpenRuns {
    /// Its name, as it stands in events and requests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::Pause => "pause",
        }
    }
}

/// That nothing starts in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suspension {
    /// Who suspended it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// In their words.
    pub reason: String,
    /// What became of the runs under way.
    pub runs: OpenRuns,
}

/// A tenant as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its name, in every scope.
    pub name: String,
    /// Who created it; nobody, where it was used before tenants were created.
    pub created_by: Option<Principal>,
    /// When it was created, or first used.
    pub since: Timestamp,
    /// What is set for it.
    pub settings: Settings,
    /// Counted from 1 with every change of the settings; 0 while there was none.
    pub version: u32,
    /// When the settings were changed last.
    pub changed_at: Timestamp,
    /// That nothing starts in it.
    pub suspended: Option<Suspension>,
    /// Who was let in from other tenants; some of them for a time that has ended since.
    pub guests: BTreeMap<Principal, Guest>,
}

impl Tenant {
    /// One that is there without anybody's having created it.
    #[must_use]
    pub fn implicit(name: &str, since: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            created_by: None,
            since,
            settings: Settings::default(),
            version: 0,
            changed_at: since,
            suspended: None,
            guests: BTreeMap::new(),
        }
    }

    /// `active` or `suspended`.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        if self.suspended.is_some() { "suspended" } else { "active" }
    }
}
