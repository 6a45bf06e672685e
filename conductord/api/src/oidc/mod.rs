//! Tokens of an OpenID provider: who carries one, by the provider's published keys.
//!
//! The keys are looked up once and kept (`published.rs`); a token that was found good is not checked
//! again before its end (`verified.rs`). What is asked of the provider is bounded in rate, size and
//! time, and no request waits for it longer than [`OIDC_WAIT_MAX`]. A token gives no role: those are
//! Conductor's own grants, on record like every other.

mod documents;
mod published;
mod service;
mod verified;

use std::{sync::Arc, time::Duration};

use conductor_domain::{scope::Principal, time::Timestamp};
use conductor_keys::jwt::{Algorithm, Claims, Fault, KeySet, Terms};
use conductor_protocol::error_code::Code;
use sha2::{Digest as _, Sha256};

pub use documents::{Document, Documents, Fetching};
pub(crate) use service::Service;

use self::{published::Published, verified::Verified};
use crate::{
    failure::Failure,
    limits::{OIDC_WAIT_MAX, TOKEN_BYTES_MAX},
};

/// Whose tokens are taken, and on what terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// The provider, exactly as its tokens name it.
    pub issuer: String,
    /// For whom its tokens have to be.
    pub audience: String,
    /// As whom people log in from a terminal; empty where they can't.
    pub client_id: String,
    /// What they then ask for.
    pub scopes: Vec<String>,
    /// The claim that names a principal.
    pub principal_claim: String,
    /// How tokens may be signed.
    pub algorithms: Vec<Algorithm>,
    /// How far the provider's clock and this one may be apart.
    pub clock_skew: Duration,
}

/// A provider whose tokens are taken.
#[derive(Debug)]
pub struct Oidc {
    settings: OidcSettings,
    terms: Terms,
    published: Arc<Published>,
    verified: Verified,
}

/// Why nobody is known by a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Refused {
    /// A check failed.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// There is nothing to check it by.
    #[error("the issuer's keys are not known: {0}")]
    NoKeys(String),
}

impl Oidc {
    /// A provider, with what fetches its documents.
    #[must_use]
    pub fn new(settings: OidcSettings, documents: Arc<dyn Documents>) -> Self {
        let terms = Terms {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            algorithms: settings.algorithms.clone(),
            skew: settings.clock_skew.as_secs(),
        };
        let published = Arc::new(Published::new(settings.issuer.clone(), documents));
        Self { settings, terms, published, verified: Verified::default() }
    }

    /// Looks the provider's keys up, so that the first token need not wait for them. A provider that
    /// is away is asked again when a token comes.
    pub(crate) async fn warm(&self) {
        self.published.refresh().await;
    }

    pub(crate) const fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, with the check that failed and nothing of the token.
    pub(crate) async fn principal(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Principal, Failure> {
        self.known_by(token, now.unix_ms / 1_000).await.map_err(|refused| {
            let reason = match &refused {
                Refused::Fault(fault) => fault.reason(),
                Refused::NoKeys(_) => "keys",
            };
            metrics::counter!("conductor_oidc_refused_total", "reason" => reason).increment(1);
            failure(&refused)
        })
    }

    async fn known_by(&self, token: &str, now: u64) -> Result<Principal, Refused> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Fault::Form.into());
        }
        let digest = Sha256::digest(token).into();
        let first = match self.published.keys() {
            Some((keys, generation)) => {
                if let Some(principal) = self.verified.find(&digest, generation, now) {
                    return Ok(principal);
                }
                self.check(token, &keys, now).map(|claims| (claims, generation))
            }
            None => Err(Fault::UnknownKey),
        };
        let checked = match first {
            // The provider may have new keys.
            Err(Fault::UnknownKey) => {
                let waited = tokio::time::timeout(OIDC_WAIT_MAX, self.published.refresh()).await;
                if waited.is_err() {
                    tracing::debug!("a request did not wait any longer for the issuer's keys");
                }
                let (keys, generation) = self
                    .published
                    .keys()
                    .ok_or_else(|| Refused::NoKeys(self.published.problem().unwrap_or_default()))?;
                self.check(token, &keys, now).map(|claims| (claims, generation))
            }
            first => first,
        };
        let ((principal, end), generation) = checked?;
        self.verified.keep(digest, principal.clone(), (generation, end), now);
        Ok(principal)
    }

    /// Who a good token names, and until when that is so.
    fn check(&self, token: &str, keys: &KeySet, now: u64) -> Result<(Principal, u64), Fault> {
        let claims: Claims = self.terms.check(token, keys, now)?;
        let name = claims.name(&self.settings.principal_claim)?;
        let end = claims.expires_at.saturating_add(self.terms.skew);
        Ok((Principal::new(format!("oidc:{name}")), end))
    }
}

fn failure(refused: &Refused) -> Failure {
    let hint = match refused {
        Refused::Fault(Fault::Expired(_)) => "log in again: `conductor login --oidc`",
        Refused::Fault(Fault::NotYet(_) | Fault::FromAhead(_)) => {
            "set the clocks of the provider and of this machine right, or wait"
        }
        Refused::Fault(Fault::Issuer | Fault::Audience) => {
            "use a token that `[oidc]` in conductord.toml is about"
        }
        Refused::Fault(Fault::UnknownKey) | Refused::NoKeys(_) => {
            "try again in some seconds; if that is of no help, look at the issuer in `[oidc]`"
        }
        Refused::Fault(Fault::Name { .. }) => {
            "have the provider say who you are in the claim that `principal_claim` names"
        }
        Refused::Fault(_) => "log in again: `conductor login --oidc`, or leave the token out",
    };
    Failure::new(Code::Unauthenticated, format!("the token is not good: {refused}"), hint)
}

#[cfg(test)]
mod tests;
