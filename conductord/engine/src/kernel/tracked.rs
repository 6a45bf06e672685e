//! Tracked runs and disclosure packs.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    trust::disclosure::{self, Disclosure},
    work::tracked::{self, Patch, Tracked},
};
use conductor_protocol::id::{DisclosureId, RunId};

use super::turn::{Author, Turn};
use crate::{
    command::{Answer, Context, Rejection},
    ports::ViewError,
    state::Made,
};

impl Turn<'_> {
    /// Begins to keep record of a run.
    pub(super) fn track(
        &mut self,
        context: &Context,
        author: Author,
        wanted: tracked::Wanted,
    ) -> Result<Answer, Rejection> {
        let id = RunId::new(self.now.unix_ms, self.dice.roll());
        let event = tracked::create(id, wanted, self.now, context.ruling.id)?;
        self.rule(context, &author);
        self.record(&context.scope, author, Event::TrackedCreated(Box::new(event)));
        Ok(Answer::Tracked(self.find_tracked(&context.scope.tenant, id)?, true))
    }

    /// Changes what is known of a run.
    pub(super) fn change_tracked(
        &mut self,
        context: &Context,
        author: Author,
        (id, patch): (RunId, Patch),
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        let known = self.find_tracked(tenant, id)?;
        let Some(event) = tracked::change(&known, patch, self.now, context.ruling.id)? else {
            return Ok(Answer::Tracked(known, false));
        };
        self.rule(context, &author);
        self.record(&known.scope, author, Event::TrackedChanged(Box::new(event)));
        Ok(Answer::Tracked(self.find_tracked(tenant, id)?, true))
    }

    /// Takes down what somebody says of a run, tracked or carried out here.
    pub(super) fn disclose(
        &mut self,
        context: &Context,
        author: Author,
        wanted: disclosure::Wanted,
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        let scope = match self.find_tracked(tenant, wanted.run) {
            Ok(known) => known.scope.clone(),
            Err(Rejection::Refused(_)) => self.find_run(tenant, wanted.run)?.scope.clone(),
            Err(fault) => return Err(fault),
        };
        let id = DisclosureId::new(self.now.unix_ms, self.dice.roll());
        let event = disclosure::create(id, wanted, context.ruling.id)?;
        self.rule(context, &author);
        self.record(&scope, author, Event::DisclosureCreated(Box::new(event)));
        Ok(Answer::Disclosed(self.find_disclosure(tenant, id)?))
    }

    /// The answer to a command that was taken before, of what that made.
    pub(super) fn tracked_then(&self, tenant: &str, made: &Made) -> Result<Answer, Rejection> {
        match made {
            Made::Tracked(run) => Ok(Answer::Tracked(self.find_tracked(tenant, *run)?, false)),
            Made::Disclosure(id) => Ok(Answer::Disclosed(self.find_disclosure(tenant, *id)?)),
            _ => Ok(Answer::Noted),
        }
    }

    /// A tracked run of the tenant.
    pub(super) fn find_tracked(&self, tenant: &str, id: RunId) -> Result<Arc<Tracked>, Rejection> {
        if let Some(known) = self.kernel.state.tracked.get(tenant, id) {
            return Ok(Arc::clone(known));
        }
        let kept = self.archive.tracked(tenant, id).map_err(|error| unread(&error))?;
        kept.ok_or_else(|| tracked::not_found(tenant, id).into())
    }

    /// A disclosure pack of the tenant.
    pub(super) fn find_disclosure(
        &self,
        tenant: &str,
        id: DisclosureId,
    ) -> Result<Arc<Disclosure>, Rejection> {
        if let Some(known) = self.kernel.state.disclosures.get(tenant, id) {
            return Ok(Arc::clone(known));
        }
        let kept = self.archive.disclosure(tenant, id).map_err(|error| unread(&error))?;
        kept.ok_or_else(|| disclosure::not_found(tenant, id).into())
    }
}

fn unread(error: &ViewError) -> Rejection {
    Rejection::Unavailable(error.to_string())
}
