//! From the engine's values to the wire's, one file a noun.

pub(crate) mod approval;
pub(crate) mod artifact;
pub(crate) mod confinement;
pub(crate) mod decision;
pub(crate) mod decision_log;
pub(crate) mod event;
pub(crate) mod freeze;
pub(crate) mod graph;
pub(crate) mod incident;
pub(crate) mod key;
pub(crate) mod masked;
mod notification;
pub(crate) mod plan;
mod published;
pub(crate) mod receipt;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod session;
mod signing_key;
pub(crate) mod tenant;
pub(crate) mod timeline;
pub(crate) mod token;
pub(crate) mod tracked;
pub(crate) mod work;
pub(crate) mod workflow;

use conductor_domain::{scope::Scope, time::Timestamp};
use conductor_protocol::v1;

pub(crate) fn scope(scope: &Scope) -> v1::Scope {
    v1::Scope {
        tenant: scope.tenant.clone(),
        environment: scope.environment.clone(),
        region: scope.region.clone(),
    }
}

pub(crate) fn time(at: Timestamp) -> pbjson_types::Timestamp {
    pbjson_types::Timestamp {
        seconds: i64::try_from(at.unix_ms / 1_000).unwrap_or(i64::MAX),
        nanos: (at.unix_ms % 1_000) as i32 * 1_000_000,
    }
}

/// A number for a field that is narrower.
pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The same text that JSON has for a time.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let text = serde_json::to_value(time(at)).unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}
