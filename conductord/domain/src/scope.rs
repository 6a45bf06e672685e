//! Where something happens, and who does it.

use std::fmt;

use conductor_protocol::token::SERVICE;
use serde::{Deserialize, Serialize};

/// The tenant of the first start: always there, and home to the administrators of all tenants.
pub const HOME_TENANT: &str = "default";

/// Tenant, environment and region: every command, event and key carries them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// Whose it is; nothing crosses from one to another.
    pub tenant: String,
    /// Such as `prod`.
    #[serde(rename = "env")]
    pub environment: String,
    /// Such as `eu-west-1`.
    pub region: String,
}

impl Default for Scope {
    fn default() -> Self {
        Self { tenant: HOME_TENANT.into(), environment: "dev".into(), region: "local".into() }
    }
}

/// Who acts: `uid:1000`, `service:deploy`, `worker:wrk_…`, `system`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Principal(String);

impl Principal {
    /// A principal by its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The principal behind a local user id.
    #[must_use]
    pub fn uid(uid: u32) -> Self {
        Self(format!("uid:{uid}"))
    }

    /// The daemon itself.
    #[must_use]
    pub fn system() -> Self {
        Self("system".into())
    }

    /// Whether it is a program that comes with a token: `service:NAME`. It is one of its tenant, and
    /// the same name in another tenant is somebody else.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.0.split_once(':').is_some_and(|(kind, _)| kind == SERVICE)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
