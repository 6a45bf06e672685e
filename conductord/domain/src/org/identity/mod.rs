//! Who may act: roles granted to principals in tenants, and what is known of the principals there.

mod attributes;
mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use crate::scope::HOME_TENANT;
pub use attributes::{ATTRIBUTES, describe};
pub use decide::{grant, revoke};
pub use event::{Described, Granted, Revoked};
pub use view::Grants;

/// The roles there are. What each may do is policy's business.
pub const ROLES: [&str; 6] = [
    "conductor_admin",
    "operator",
    "read_only",
    "tenant_admin",
    "workflow_author",
    "workflow_reviewer",
];

/// The role that holds in every tenant when it is held in [`HOME_TENANT`].
pub const ADMIN: &str = "conductor_admin";

/// A role that a principal holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Where.
    pub scope: Scope,
    /// Who.
    pub principal: Principal,
    /// One of [`ROLES`].
    pub role: String,
    /// Who gave it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
}
