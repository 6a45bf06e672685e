//! What was refused lately, and a flood of it counted, so that it can't fill the disk.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use conductor_protocol::id::TraceId;
use serde::{Deserialize, Serialize};

use super::{Refused, Why};
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

/// Alerts of a tenant that are kept at hand, the newest; the ledger has all of them.
pub const ALERTS_KEPT: usize = 20;
/// Stands for whatever is counted together.
const ANY: &str = "*";

/// An alert, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// When.
    pub at: Timestamp,
    /// Where in the ledger.
    pub seq: u64,
    /// In which environment.
    pub scope: Scope,
    /// The request that was refused.
    pub trace: Option<TraceId>,
    /// What.
    pub refused: Refused,
}

/// The newest alerts of each tenant, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alerts {
    by_tenant: BTreeMap<String, Arc<VecDeque<Alert>>>,
}

impl Alerts {
    /// Takes up a fact. Gives whether it was an alert.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> bool {
        let Event::RunbookRefused(refused) = &envelope.event else { return false };
        let alerts = self.by_tenant.entry(envelope.scope.tenant.clone()).or_default();
        let alerts = Arc::make_mut(alerts);
        let (at, scope, trace) = (envelope.at, envelope.scope.clone(), envelope.trace);
        alerts.push_back(Alert { at, seq, scope, trace, refused: refused.clone() });
        while alerts.len() > ALERTS_KEPT {
            alerts.pop_front();
        }
        true
    }

    /// Those of a tenant.
    #[must_use]
    pub fn of(&self, tenant: &str) -> Option<&Arc<VecDeque<Alert>>> {
        self.by_tenant.get(tenant)
    }

    /// Takes up those of a tenant as they are.
    pub fn insert(&mut self, tenant: String, alerts: Arc<VecDeque<Alert>>) {
        self.by_tenant.insert(tenant, alerts);
    }
}

/// How much is counted apart, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct RefusalBounds {
    /// Length of a span in milliseconds.
    pub window_ms: u64,
    /// Different ones of one principal; the rest of theirs in a tenant is counted together.
    pub of_principal: usize,
    /// Different ones of all principals; beyond them all are counted together.
    pub of_all: usize,
}

/// What makes two refusals equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    by: Principal,
    tenant: String,
    workflow: String,
    why: Option<Why>,
}

#[derive(Debug, Clone)]
struct Window {
    until: Timestamp,
    counted: u64,
    last: Refused,
    scope: Scope,
}

/// Refusals of the present span. Counts are lost with the daemon; the first refusal of a span never
/// is.
#[derive(Debug, Default)]
pub struct Refusals {
    windows: BTreeMap<Key, Window>,
}

impl Refusals {
    /// Takes a refusal. Gives it back when it is to be recorded; otherwise it was counted.
    pub fn take(
        &mut self,
        refused: Refused,
        scope: &Scope,
        at: Timestamp,
        bounds: RefusalBounds,
    ) -> Option<Refused> {
        let key = self.fold(&refused, &scope.tenant, bounds);
        if let Some(window) = self.windows.get_mut(&key) {
            window.counted += 1;
            // What is counted together goes on record in one tenant: nothing of others does.
            if window.scope.tenant == scope.tenant {
                window.last = refused;
            }
            return None;
        }
        let (until, scope) = (at + bounds.window_ms, scope.clone());
        self.windows.insert(key, Window { until, counted: 0, last: refused.clone(), scope });
        Some(refused)
    }

    /// The key that a refusal is counted by: its own while there is room for it, then wider ones.
    fn fold(&self, refused: &Refused, tenant: &str, bounds: RefusalBounds) -> Key {
        let own = Key {
            by: refused.by.clone(),
            tenant: tenant.to_owned(),
            workflow: refused.workflow.clone(),
            why: Some(refused.why),
        };
        let theirs = Key { workflow: ANY.to_owned(), why: None, ..own.clone() };
        let all =
            Key { by: Principal::new(ANY.to_owned()), tenant: ANY.to_owned(), ..theirs.clone() };
        let room = self.windows.len() < bounds.of_all;
        let of_principal = self.windows.keys().filter(|key| key.by == own.by);
        if self.windows.contains_key(&own)
            || (room && of_principal.take(bounds.of_principal).count() < bounds.of_principal)
        {
            own
        } else if self.windows.contains_key(&theirs) || room {
            theirs
        } else {
            all
        }
    }

    /// Ends the spans that are over. Gives what was counted in them.
    pub fn expire(&mut self, now: Timestamp) -> Vec<(Scope, Refused)> {
        let over = self.windows.iter().filter(|(_, window)| window.until <= now);
        let over: Vec<Key> = over.map(|(key, _)| key.clone()).collect();
        over.into_iter()
            .filter_map(|key| self.windows.remove(&key))
            .filter(|window| window.counted > 0)
            .map(|window| (window.scope, Refused { count: window.counted, ..window.last }))
            .collect()
    }

    /// When the next span ends.
    #[must_use]
    pub fn next_end(&self) -> Option<Timestamp> {
        self.windows.values().map(|window| window.until).min()
    }
}
