//! A flood of equal denials is recorded once and then counted, so that it can't fill the disk.

use std::collections::HashMap;

use super::Recorded;
use crate::{scope::Scope, time::Timestamp};

/// What makes two denials equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DenialKey {
    principal: String,
    action: String,
    tenant: String,
    /// The tenant that it is put on record in.
    kept_in: String,
    /// Whether policy allowed it, and what stood in the way then.
    allowed: Option<String>,
}

impl DenialKey {
    fn of(recorded: &Recorded, scope: &Scope) -> Self {
        Self {
            kept_in: scope.tenant.clone(),
            principal: recorded.input.subject.principal.clone(),
            action: recorded.input.action.clone(),
            tenant: recorded.input.context.tenant_id.clone(),
            allowed: recorded.verdict.allow.then(|| recorded.unmet.clone()),
        }
    }
}

#[derive(Debug, Clone)]
struct Window {
    until: Timestamp,
    counted: u64,
    last: Recorded,
    scope: Scope,
}

/// Denials of the present span. Counts are lost with the daemon; the first denial of a span never
/// is.
#[derive(Debug, Default)]
pub struct Denials {
    windows: HashMap<DenialKey, Window>,
}

impl Denials {
    /// Takes a denial. Gives it back when it is to be recorded; otherwise it was counted.
    /// At most `keys_max` different ones are told apart, the rest is counted together.
    pub fn take(
        &mut self,
        recorded: Recorded,
        scope: &Scope,
        at: Timestamp,
        (window_ms, keys_max): (u64, usize),
    ) -> Option<Recorded> {
        let mut key = DenialKey::of(&recorded, scope);
        if !self.windows.contains_key(&key) && self.windows.len() >= keys_max {
            let any = || "*".to_owned();
            let (kept_in, allowed) = (any(), None);
            key = DenialKey { principal: any(), action: any(), tenant: any(), kept_in, allowed };
        }
        if let Some(window) = self.windows.get_mut(&key) {
            window.counted += 1;
            // What is counted together goes on record in one tenant: nothing of others does.
            if window.scope.tenant == scope.tenant {
                window.last = recorded;
            }
            return None;
        }
        let window = Window {
            until: at + window_ms,
            counted: 0,
            last: recorded.clone(),
            scope: scope.clone(),
        };
        self.windows.insert(key, window);
        Some(recorded)
    }

    /// Ends the spans that are over. Gives what was counted in them.
    pub fn expire(&mut self, now: Timestamp) -> Vec<(Scope, Recorded)> {
        let mut over: Vec<DenialKey> = self
            .windows
            .iter()
            .filter(|(_, window)| window.until <= now)
            .map(|(key, _)| key.clone())
            .collect();
        over.sort();
        over.into_iter()
            .filter_map(|key| self.windows.remove(&key))
            .filter(|window| window.counted > 0)
            .map(|window| (window.scope, Recorded { count: window.counted, ..window.last }))
            .collect()
    }

    /// When the next span ends.
    #[must_use]
    pub fn next_end(&self) -> Option<Timestamp> {
        self.windows.values().map(|window| window.until).min()
    }
}
