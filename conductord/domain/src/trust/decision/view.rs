//! A flood of equal denials is recorded once and then counted, so that it can't fill the disk.

use std::collections::BTreeMap;

use super::Recorded;
use crate::{scope::Scope, time::Timestamp};

/// Stands for whatever is counted together.
const ANY: &str = "*";

/// What makes two denials equal. Keys of a principal stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct DenialKey {
    principal: String,
    action: String,
    tenant: String,
    /// The tenant that it is put on record in.
    kept_in: String,
    /// Whether policy allowed it, and what stood in the way then.
    allowed: Option<String>,
    /// What was read; empty for what was not done.
    resource: String,
}

impl DenialKey {
    fn of(recorded: &Recorded, place: Place<'_>) -> Self {
        let input = &recorded.input;
        let (tenant, kept_in) = (&input.context.tenant_id, &place.scope.tenant);
        // Whoever asks can make up tenants, and nobody is there to tell these apart.
        let known = |name: &String| place.known || name != tenant;
        let named = |name: &String| if known(name) { name.clone() } else { ANY.to_owned() };
        let done = recorded.was_done();
        Self {
            principal: input.subject.principal.clone(),
            action: input.action.clone(),
            tenant: named(tenant),
            kept_in: named(kept_in),
            allowed: recorded.verdict.allow.then(|| recorded.unmet.clone()),
            // Each thing that was read is named, once.
            resource: if done { input.resource.id.clone() } else { String::new() },
        }
    }

    /// Anything of a principal that is kept in a tenant.
    fn of_principal(principal: &str, kept_in: &str) -> Self {
        let any = || ANY.to_owned();
        Self {
            principal: principal.to_owned(),
            action: any(),
            tenant: any(),
            kept_in: kept_in.to_owned(),
            allowed: None,
            resource: any(),
        }
    }

    /// The first of a principal's keys, in their order.
    fn first_of(principal: &str) -> Self {
        let none = String::new;
        Self {
            principal: principal.to_owned(),
            action: none(),
            tenant: none(),
            kept_in: none(),
            allowed: None,
            resource: none(),
        }
    }
}

/// Where a denial is put on record.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// There.
    pub scope: &'a Scope,
    /// Whether the tenant that was asked about is there.
    pub known: bool,
}

/// How much is counted apart, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct DenialBounds {
    /// Length of a span in milliseconds.
    pub window_ms: u64,
    /// Different ones of one principal; the rest of theirs is counted by the tenant that it is put
    /// on record in, for as many tenants, and then together.
    pub of_principal: usize,
    /// Different ones of all principals; beyond them what new principals are denied is counted
    /// together.
    pub of_all: usize,
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
    windows: BTreeMap<DenialKey, Window>,
}

impl Denials {
    /// Takes a denial. Gives it back when it is to be recorded; otherwise it was counted.
    pub fn take(
        &mut self,
        recorded: Recorded,
        place: Place<'_>,
        at: Timestamp,
        bounds: DenialBounds,
    ) -> Option<Recorded> {
        let scope = place.scope;
        let key = self.fold(DenialKey::of(&recorded, place), bounds);
        if let Some(window) = self.windows.get_mut(&key) {
            window.counted += 1;
            // What is counted together goes on record in one tenant: nothing of others does.
            if window.scope.tenant == scope.tenant {
                window.last = recorded;
            }
            return None;
        }
        let window = Window {
            until: at + bounds.window_ms,
            counted: 0,
            last: recorded.clone(),
            scope: scope.clone(),
        };
        self.windows.insert(key, window);
        Some(recorded)
    }

    /// The key that a denial is counted by: its own while there is room for it, then ever wider
    /// ones. What one principal does takes room from nobody else.
    fn fold(&self, own: DenialKey, bounds: DenialBounds) -> DenialKey {
        let of_principal = self.of_principal(&own.principal, 2 * bounds.of_principal);
        let in_tenant = DenialKey::of_principal(&own.principal, &own.kept_in);
        let anywhere = DenialKey::of_principal(&own.principal, ANY);
        let room = self.windows.len() < bounds.of_all;
        if self.windows.contains_key(&own) || (room && of_principal < bounds.of_principal) {
            own
        } else if self.windows.contains_key(&in_tenant)
            || (room && of_principal < 2 * bounds.of_principal)
        {
            in_tenant
        } else if self.windows.contains_key(&anywhere) || room {
            anywhere
        } else {
            DenialKey::of_principal(ANY, ANY)
        }
    }

    /// How many keys a principal has, counted up to a number.
    fn of_principal(&self, principal: &str, most: usize) -> usize {
        let from = self.windows.range(DenialKey::first_of(principal)..);
        from.take_while(|(key, _)| key.principal == principal).take(most).count()
    }

    /// Ends the spans that are over. Gives what was counted in them.
    pub fn expire(&mut self, now: Timestamp) -> Vec<(Scope, Recorded)> {
        let over = self.windows.iter().filter(|(_, window)| window.until <= now);
        let over: Vec<DenialKey> = over.map(|(key, _)| key.clone()).collect();
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
