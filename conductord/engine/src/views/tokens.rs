//! What is looked up of tokens.

use std::sync::Arc;

use conductor_domain::{org::token::Token, scope::Principal, time::Timestamp};
use conductor_protocol::id::TokenId;

use super::Views;

impl Views {
    /// The token with this SHA-256, in hexadecimal, where it is good.
    #[must_use]
    pub fn token_of_digest(&self, digest: &str, now: Timestamp) -> Option<Arc<Token>> {
        self.read().tokens.of_digest(digest).filter(|token| token.is_good(now)).cloned()
    }

    /// Whether a token of a tenant is good.
    #[must_use]
    pub fn token_is_good(&self, tenant: &str, token: TokenId, now: Timestamp) -> bool {
        self.read().tokens.get(tenant, token).is_some_and(|token| token.is_good(now))
    }

    /// A token of a tenant.
    #[must_use]
    pub fn token(&self, tenant: &str, token: TokenId) -> Option<Arc<Token>> {
        self.read().tokens.get(tenant, token).cloned()
    }

    /// Tokens of a tenant, or of one service in it, oldest first: so many after one.
    #[must_use]
    pub fn tokens(
        &self,
        (tenant, principal): (&str, Option<&Principal>),
        after: Option<TokenId>,
        count: usize,
    ) -> Vec<Arc<Token>> {
        let hot = self.read();
        let known = hot.tokens.of_tenant(tenant, after);
        let theirs = known.filter(|known| principal.is_none_or(|whose| known.principal() == whose));
        let found = theirs.take(count).cloned().collect();
        drop(hot);
        found
    }

    /// The tokens of a tenant that are good, oldest first.
    #[must_use]
    pub fn good_tokens(&self, tenant: &str, now: Timestamp) -> Vec<Arc<Token>> {
        let hot = self.read();
        let good = hot.tokens.of_tenant(tenant, None).filter(|token| token.is_good(now));
        let found = good.cloned().collect();
        drop(hot);
        found
    }
}
