//! Every token, by its tenant and its id, and by its digest.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use conductor_protocol::id::TokenId;

use super::{Issued, Revocation, Token, limits::TOKENS_KEPT_MAX};
use crate::event::{Envelope, Event};

/// Tokens, also those that expired or were taken back, as long as they are remembered. Cheap to
/// clone: each is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    by_tenant: BTreeMap<String, BTreeMap<TokenId, Arc<Token>>>,
    by_digest: BTreeMap<String, (String, TokenId)>,
}

impl Tokens {
    /// Takes up a fact. The tokens of its tenant that changed, or are forgotten for it.
    pub fn apply(&mut self, envelope: &Envelope) -> Vec<TokenId> {
        let tenant = &envelope.scope.tenant;
        let (at, by) = (envelope.at, envelope.principal.clone());
        match &envelope.event {
            Event::TokenIssued(terms) => {
                let (tenant, terms) = (tenant.clone(), Issued::clone(terms));
                let id = terms.token;
                self.insert(Arc::new(Token { tenant, terms, by, at, revoked: None }));
                let mut changed = self.forget_oldest(envelope);
                changed.push(id);
                changed
            }
            Event::TokenRevoked(event) => {
                let Some(known) = self.get(tenant, event.token) else { return Vec::new() };
                let mut token = Token::clone(known);
                let (reason, decision) = (event.reason.clone(), event.decision.clone());
                token.revoked = Some(Revocation { by, at, reason, decision });
                self.insert(Arc::new(token));
                vec![event.token]
            }
            _ => Vec::new(),
        }
    }

    /// Takes up a token as it is.
    pub fn insert(&mut self, token: Arc<Token>) {
        let (tenant, id) = (token.tenant.clone(), token.id());
        self.by_digest.insert(token.terms.digest.clone(), (tenant.clone(), id));
        self.by_tenant.entry(tenant).or_default().insert(id, token);
    }

    /// Forgets a token.
    pub fn remove(&mut self, tenant: &str, token: TokenId) {
        let Some(of_tenant) = self.by_tenant.get_mut(tenant) else { return };
        if let Some(known) = of_tenant.remove(&token) {
            self.by_digest.remove(&known.terms.digest);
        }
        if of_tenant.is_empty() {
            self.by_tenant.remove(tenant);
        }
    }

    /// Where a tenant remembers more than it should, the oldest that are good no more are forgotten.
    fn forget_oldest(&mut self, envelope: &Envelope) -> Vec<TokenId> {
        let tenant = &envelope.scope.tenant;
        let kept = self.by_tenant.get(tenant).map_or(0, BTreeMap::len);
        let over = self.of_tenant(tenant, None).filter(|token| !token.is_good(envelope.at));
        let excess = kept.saturating_sub(TOKENS_KEPT_MAX);
        let forgotten: Vec<TokenId> = over.take(excess).map(|token| token.id()).collect();
        for token in &forgotten {
            self.remove(tenant, *token);
        }
        forgotten
    }

    /// A token of a tenant.
    #[must_use]
    pub fn get(&self, tenant: &str, token: TokenId) -> Option<&Arc<Token>> {
        self.by_tenant.get(tenant)?.get(&token)
    }

    /// The token with this SHA-256, in hexadecimal.
    #[must_use]
    pub fn of_digest(&self, digest: &str) -> Option<&Arc<Token>> {
        let (tenant, token) = self.by_digest.get(digest)?;
        self.get(tenant, *token)
    }

    /// Those of a tenant after one, oldest first.
    pub fn of_tenant(
        &self,
        tenant: &str,
        after: Option<TokenId>,
    ) -> impl Iterator<Item = &Arc<Token>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let of_tenant = self.by_tenant.get(tenant).into_iter();
        of_tenant.flat_map(move |known| known.range((from, Bound::Unbounded)).map(|(_, it)| it))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Token>> {
        self.by_tenant.values().flat_map(BTreeMap::values)
    }
}
