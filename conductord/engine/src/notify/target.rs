//! Targets: what each is told of, and to whom there.

use std::collections::BTreeMap;

use conductor_domain::scope::Principal;

use super::{
    arise::{Facts, holders},
    notice::{Kind, Notice},
    outbox::Patience,
};
use crate::limits::RECIPIENTS_MAX;

/// Characters of a target's name.
const NAME_CHARS_MAX: usize = 64;

/// Somewhere that notifications go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name, as `[[notify]]` has it.
    pub name: String,
    /// `webhook`, `smtp` or `command`.
    pub kind: &'static str,
    /// Where, without what may be secret in it.
    pub place: String,
    /// What it is told of.
    pub filter: Filter,
    /// To whom there.
    pub reach: Reach,
    /// How often it is tried.
    pub patience: Patience,
}

/// To whom at a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// One place gets everything.
    Place,
    /// Everybody gets what is for them, at an address of their own.
    People {
        /// Addresses that get everything.
        to: Vec<String>,
        /// Addresses of principals.
        addresses: BTreeMap<Principal, String>,
    },
}

/// What a target is told of. A list that is empty lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Kinds: whole names, or `approval.*`.
    pub events: Vec<String>,
    /// Tenants.
    pub tenants: Vec<String>,
    /// Environments.
    pub environments: Vec<String>,
    /// Only what is for somebody who holds one of these roles.
    pub roles: Vec<String>,
}

/// Whether a name of a filter stands for any kind.
#[must_use]
pub fn is_event(name: &str) -> bool {
    Kind::ALL.iter().any(|kind| stands_for(name, *kind))
}

/// Whether a target may be called so.
#[must_use]
pub fn is_target_name(name: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(known)
}

fn stands_for(name: &str, kind: Kind) -> bool {
    // To fail is a way to end.
    let ends = name == Kind::RunEnded.word() && kind == Kind::RunFailed;
    let group = name.strip_suffix('*').filter(|group| group.is_empty() || group.ends_with('.'));
    ends || name == kind.word() || group.is_some_and(|group| kind.word().starts_with(group))
}

impl Filter {
    /// Whether a target is told of it.
    #[must_use]
    pub fn lets(&self, notice: &Notice, facts: &dyn Facts) -> bool {
        let open = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        (self.events.is_empty() || self.events.iter().any(|name| stands_for(name, notice.kind)))
            && open(&self.tenants, &notice.scope.tenant)
            && open(&self.environments, &notice.scope.environment)
            && self.is_for_one(notice, facts)
    }

    fn is_for_one(&self, notice: &Notice, facts: &dyn Facts) -> bool {
        let audience = &notice.audience;
        if self.roles.is_empty() || audience.roles.iter().any(|role| self.roles.contains(role)) {
            return true;
        }
        let held = holders(facts, &notice.scope.tenant, &self.roles);
        audience.principals.iter().any(|principal| held.contains(principal))
    }
}

impl Reach {
    /// The addresses that a notice goes to, each once; one that is empty for a target that is one place.
    #[must_use]
    pub fn addresses(&self, notice: &Notice, facts: &dyn Facts) -> Vec<String> {
        let Self::People { to, addresses } = self else { return vec![String::new()] };
        let audience = &notice.audience;
        let mut found = to.clone();
        let held = holders(facts, &notice.scope.tenant, &audience.roles);
        let may = |who: &&Principal| !audience.except.contains(who);
        let people = audience.principals.iter().chain(held.iter().filter(may));
        for address in people.filter_map(|who| addresses.get(who)) {
            if !found.contains(address) {
                found.push(address.clone());
            }
        }
        found.truncate(RECIPIENTS_MAX);
        found
    }
}
