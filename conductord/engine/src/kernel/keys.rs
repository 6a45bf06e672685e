//! Keys: enrolled and taken back.

use conductor_domain::{
    event::Event,
    org::key::{self, Enrolled, Revoked},
};

use super::turn::{Author, Turn};
use crate::command::{Answer, Context, Rejection};

impl Turn<'_> {
    /// Enrolls keys that policy allows to, all of them or none.
    pub(super) fn enroll(
        &mut self,
        context: &Context,
        author: Author,
        mut wanted: Vec<Enrolled>,
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        for one in &mut wanted {
            one.decision = context.ruling.id.to_string();
        }
        let state = &self.kernel.state;
        let place = (tenant.as_str(), self.now);
        let events = key::enroll(&state.keys, &state.grants, place, &wanted)?;
        let changed = !events.is_empty();
        if changed {
            self.rule(context, &author);
        }
        let unmarked = Author { mark: None, ..author.clone() };
        let authors = std::iter::once(author).chain(std::iter::repeat(unmarked));
        for (event, author) in events.into_iter().zip(authors) {
            self.record(&context.scope, author, Event::KeyEnrolled(event));
        }
        Ok(self.keys_of(tenant, wanted.iter().map(|one| one.fingerprint.as_str()), changed))
    }

    /// Takes back a key that policy allows to.
    pub(super) fn revoke_key(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Revoked,
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        let fingerprint = wanted.fingerprint.clone();
        let wanted = Revoked { decision: context.ruling.id.to_string(), ..wanted };
        let event = key::revoke(&self.kernel.state.keys, tenant, wanted)?;
        let changed = event.is_some();
        if let Some(event) = event {
            self.rule(context, &author);
            self.record(&context.scope, author, Event::KeyRevoked(event));
            self.end_sessions_of_keys();
        }
        Ok(self.keys_of(tenant, [fingerprint.as_str()], changed))
    }

    /// Keys of a tenant by their fingerprints, as they stand.
    pub(super) fn keys_of<'f>(
        &self,
        tenant: &str,
        fingerprints: impl IntoIterator<Item = &'f str>,
        changed: bool,
    ) -> Answer {
        let keys = &self.kernel.state.keys;
        let known = fingerprints.into_iter().filter_map(|named| keys.get(tenant, named).cloned());
        Answer::Keys(known.collect(), changed)
    }
}
