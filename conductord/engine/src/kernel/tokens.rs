//! Tokens of services: issued and taken back.

use conductor_domain::{
    event::Event,
    org::token::{self, Issued, Revoked},
};
use conductor_protocol::id::TokenId;

use super::turn::{Author, Turn};
use crate::command::{Answer, Context, Rejection};

impl Turn<'_> {
    /// Issues a token that policy allows to.
    pub(super) fn issue_token(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Issued,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let wanted = Issued { decision: context.ruling.id.to_string(), ..wanted };
        let event = token::issue(&self.kernel.state.tokens, (tenant, self.now), wanted)?;
        let id = event.token;
        self.rule(context, &author);
        self.record(&context.scope, author, Event::TokenIssued(Box::new(event)));
        self.token_of(tenant, id, true)
    }

    /// Takes back a token that policy allows to.
    pub(super) fn revoke_token(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Revoked,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let id = wanted.token;
        let wanted = Revoked { decision: context.ruling.id.to_string(), ..wanted };
        let event = token::revoke(&self.kernel.state.tokens, tenant, wanted)?;
        let changed = event.is_some();
        if let Some(event) = event {
            self.rule(context, &author);
            self.record(&context.scope, author, Event::TokenRevoked(event));
        }
        self.token_of(tenant, id, changed)
    }

    /// A token of a tenant, as it stands.
    pub(super) fn token_of(
        &self,
        tenant: &str,
        id: TokenId,
        changed: bool,
    ) -> Result<Answer, Rejection> {
        let known = self.kernel.state.tokens.get(tenant, id).cloned();
        known.map(|token| Answer::Token(token, changed)).ok_or(Rejection::StaleDecision)
    }
}
