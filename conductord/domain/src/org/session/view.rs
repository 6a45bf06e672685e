//! Every open session, by its id and by the digest of its token; and where logins failed of late.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use conductor_protocol::id::SessionId;
use serde::{Deserialize, Serialize};

use super::{Alarmed, Opened, Session, limits::ALARMS_OF_TENANT_MAX};
use crate::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
};

/// Open sessions. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sessions {
    by_id: BTreeMap<SessionId, Arc<Session>>,
    by_token: BTreeMap<String, SessionId>,
    of_principal: BTreeMap<Principal, usize>,
}

impl Sessions {
    /// Takes up a fact. The session that it opened or ended.
    pub fn apply(&mut self, envelope: &Envelope) -> Option<SessionId> {
        match &envelope.event {
            Event::SessionOpened(terms) => {
                let (tenant, terms) = (envelope.scope.tenant.clone(), Opened::clone(terms));
                let id = terms.session;
                self.insert(Arc::new(Session { tenant, terms, at: envelope.at }));
                Some(id)
            }
            Event::SessionEnded(event) => {
                self.remove(event.session);
                Some(event.session)
            }
            _ => None,
        }
    }

    /// Takes up a session as it is.
    pub fn insert(&mut self, session: Arc<Session>) {
        self.remove(session.id());
        self.by_token.insert(session.terms.token.clone(), session.id());
        *self.of_principal.entry(session.principal().clone()).or_default() += 1;
        self.by_id.insert(session.id(), session);
    }

    /// Forgets a session.
    pub fn remove(&mut self, session: SessionId) {
        let Some(known) = self.by_id.remove(&session) else { return };
        self.by_token.remove(&known.terms.token);
        let left = self.of_principal.get_mut(known.principal()).map(|count| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            self.of_principal.remove(known.principal());
        }
    }

    /// An open session.
    #[must_use]
    pub fn get(&self, session: SessionId) -> Option<&Arc<Session>> {
        self.by_id.get(&session)
    }

    /// The session whose token has this SHA-256, in hexadecimal.
    #[must_use]
    pub fn of_token(&self, digest: &str) -> Option<&Arc<Session>> {
        self.get(*self.by_token.get(digest)?)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.by_id.values()
    }

    /// Those of a tenant after one, oldest first.
    pub fn of_tenant<'s>(
        &'s self,
        tenant: &'s str,
        after: Option<SessionId>,
    ) -> impl Iterator<Item = &'s Arc<Session>> {
        let rest = self.all().filter(move |known| after.is_none_or(|after| known.id() > after));
        rest.filter(move |known| known.tenant == tenant)
    }

    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether none is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many of a principal are, in all tenants.
    #[must_use]
    pub fn count_of(&self, principal: &Principal) -> usize {
        self.of_principal.get(principal).copied().unwrap_or_default()
    }
}

/// That many logins failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// When it was raised.
    pub at: Timestamp,
    /// What.
    pub alarmed: Alarmed,
}

/// Alarms about failed logins by tenant, the newest of each, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarms(BTreeMap<String, VecDeque<Alarm>>);

impl Alarms {
    /// Takes up a fact; whether it was one of these.
    pub fn apply(&mut self, envelope: &Envelope) -> bool {
        let Event::LoginAlarmed(alarmed) = &envelope.event else { return false };
        let known = self.0.entry(envelope.scope.tenant.clone()).or_default();
        if known.len() == ALARMS_OF_TENANT_MAX {
            known.pop_front();
        }
        known.push_back(Alarm { at: envelope.at, alarmed: alarmed.clone() });
        true
    }

    /// Those of a tenant that were raised at this time or after it, oldest first.
    #[must_use]
    pub fn since(&self, tenant: &str, from: Timestamp) -> Vec<Alarm> {
        let known = self.0.get(tenant).into_iter().flatten();
        known.filter(|alarm| alarm.at >= from).cloned().collect()
    }
}
