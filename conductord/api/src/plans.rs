//! Plans that were given lately, so that one that is not the same any more can be told what changed.
//!
//! They are remembered in this process alone: a plan writes nothing. The oldest go first.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use conductor_domain::work::run::plan::{Binding, changes};
use serde_json::Value;

use crate::limits::{PLAN_CHANGES_MAX, PLANS_KEPT_BYTES_MAX, PLANS_KEPT_MAX};

/// The binding part of a plan.
#[derive(Debug)]
struct Kept {
    tenant: String,
    digest: String,
    json: String,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    kept: Mutex<VecDeque<Kept>>,
}

impl Plans {
    /// Remembers a plan that somebody of the tenant was given.
    pub(crate) fn remember(&self, tenant: &str, binding: &Binding) {
        let fresh = Kept {
            tenant: tenant.to_owned(),
            digest: binding.digest.clone(),
            json: binding.json.clone(),
        };
        keep(&mut self.lock(), fresh);
    }

    /// What is different now; nothing where the old plan is not remembered.
    pub(crate) fn changes(&self, tenant: &str, digest: &str, now: &Value) -> Vec<String> {
        let kept = self.lock();
        let of_tenant = |known: &&Kept| known.tenant == tenant && known.digest == digest;
        let old = kept.iter().find(of_tenant).map(|known| known.json.clone());
        drop(kept);
        let old = old.and_then(|json| serde_json::from_str(&json).ok());
        old.map(|old: Value| changes(&old, now, PLAN_CHANGES_MAX)).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        // Whole entries come and go: a panic leaves them whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep(kept: &mut VecDeque<Kept>, fresh: Kept) {
    kept.retain(|known| known.tenant != fresh.tenant || known.digest != fresh.digest);
    kept.push_back(fresh);
    let mut bytes: usize = kept.iter().map(|known| known.json.len()).sum();
    while kept.len() > PLANS_KEPT_MAX || bytes > PLANS_KEPT_BYTES_MAX {
        let Some(oldest) = kept.pop_front() else { break };
        bytes -= oldest.json.len();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn binding(digest: &str, bytes: usize) -> Binding {
        let value = json!({"inputs": {"text": "x".repeat(bytes)}});
        Binding { json: value.to_string(), digest: digest.to_owned(), value }
    }

    #[test]
    fn what_changed_is_told_within_a_tenant() {
        let plans = Plans::default();
        plans.remember("acme", &binding("sha256:1", 1));
        let now = json!({"inputs": {"text": "y"}});
        assert_eq!(plans.changes("acme", "sha256:1", &now), [r#"inputs.text: "x" became "y""#]);
        assert!(plans.changes("globex", "sha256:1", &now).is_empty());
        assert!(plans.changes("acme", "sha256:2", &now).is_empty());
    }

    #[test]
    fn the_oldest_go_first() {
        let plans = Plans::default();
        for number in 0..=PLANS_KEPT_MAX {
            plans.remember("acme", &binding(&number.to_string(), 1));
        }
        assert_eq!(plans.lock().len(), PLANS_KEPT_MAX);
        assert!(plans.changes("acme", "0", &Value::Null).is_empty());
        assert!(!plans.changes("acme", "1", &Value::Null).is_empty());
        plans.remember("acme", &binding("large", PLANS_KEPT_BYTES_MAX));
        assert_eq!(plans.lock().len(), 0);
    }
}
