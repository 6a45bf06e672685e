//! A provider's keys: fetched when they are needed, kept, and fetched again when their time is over
//! or a token names one that is not known.
//!
//! One fetch goes on at a time, whoever waits for it. Keys whose time is over still count while they
//! are fetched again, and while the provider is away, up to [`OIDC_KEYS_STALE_MAX`].

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use conductor_keys::jwt::KeySet;
use conductor_protocol::oidc::{description_of, is_private};
use serde::Deserialize;
use tokio::{sync::watch, time::Instant};

use super::Documents;
use crate::limits::{
    OIDC_FETCH_GAP, OIDC_KEYS_FRESH_DEFAULT, OIDC_KEYS_FRESH_MAX, OIDC_KEYS_FRESH_MIN,
    OIDC_KEYS_STALE_MAX,
};

/// See the module.
#[derive(Debug)]
pub(super) struct Published {
    issuer: String,
    documents: Arc<dyn Documents>,
    state: Mutex<State>,
    /// Fetches that have ended, well or not.
    ended: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    known: Option<Known>,
    /// Changes whenever the keys do.
    generation: u64,
    tried_at: Option<Instant>,
    fetching: bool,
    problem: Option<String>,
}

#[derive(Debug)]
struct Known {
    keys: Arc<KeySet>,
    fetched_at: Instant,
    fresh_for: Duration,
}

/// What of a provider's description is of use here.
#[derive(Debug, Deserialize)]
struct Description {
    issuer: String,
    jwks_uri: String,
}

impl Published {
    pub(super) fn new(issuer: String, documents: Arc<dyn Documents>) -> Self {
        Self { issuer, documents, state: Mutex::default(), ended: watch::Sender::new(0) }
    }

    /// The keys that count now, and their generation. Keys whose time is over are fetched again
    /// beside this.
    pub(super) fn keys(self: &Arc<Self>) -> Option<(Arc<KeySet>, u64)> {
        let state = self.lock();
        let known = state.known.as_ref()?;
        let age = known.fetched_at.elapsed();
        let keys = (age <= OIDC_KEYS_STALE_MAX).then(|| Arc::clone(&known.keys));
        let (is_stale, generation) = (age > known.fresh_for, state.generation);
        drop(state);
        if is_stale {
            self.begin();
        }
        keys.map(|keys| (keys, generation))
    }

    /// Why the last fetch gave nothing.
    pub(super) fn problem(&self) -> Option<String> {
        self.lock().problem.clone()
    }

    /// Fetches the keys again and waits for them, unless that was done just now. A fetch that is
    /// under way is waited for instead.
    pub(super) async fn refresh(self: &Arc<Self>) {
        let mut ended = self.ended.subscribe();
        if self.begin() {
            // The sender lives as long as this does.
            drop(ended.changed().await);
        }
    }

    /// Whether a fetch is under way now.
    fn begin(self: &Arc<Self>) -> bool {
        let mut state = self.lock();
        if state.fetching {
            return true;
        }
        if state.tried_at.is_some_and(|tried_at| tried_at.elapsed() < OIDC_FETCH_GAP) {
            return false;
        }
        state.fetching = true;
        state.tried_at = Some(Instant::now());
        drop(state);
        let published = Arc::clone(self);
        // Not of the request that began it: others wait for it, too.
        tokio::spawn(async move {
            let fetched = published.fetch().await;
            published.take(fetched);
        });
        true
    }

    async fn fetch(&self) -> Result<(KeySet, Duration), String> {
        let url = description_of(&self.issuer);
        let description = self.documents.fetch(&url).await?;
        let description: Description = serde_json::from_slice(&description.bytes)
            .map_err(|_| format!("{url} is no description of a provider"))?;
        if description.issuer != self.issuer {
            return Err(format!("{url} describes another issuer"));
        }
        let url = description.jwks_uri;
        if !is_private(&url) {
            return Err("the issuer's keys are not behind https".to_owned());
        }
        let document = self.documents.fetch(&url).await?;
        let keys = KeySet::parse(&document.bytes).map_err(|why| format!("{url}: {why}"))?;
        let fresh_for = document.max_age.unwrap_or(OIDC_KEYS_FRESH_DEFAULT);
        Ok((keys, fresh_for.clamp(OIDC_KEYS_FRESH_MIN, OIDC_KEYS_FRESH_MAX)))
    }

    fn take(&self, fetched: Result<(KeySet, Duration), String>) {
        let mut state = self.lock();
        state.fetching = false;
        match fetched {
            Ok((keys, fresh_for)) => {
                let same = state.known.as_ref().is_some_and(|known| *known.keys == keys);
                if !same {
                    state.generation += 1;
                    tracing::info!(issuer = self.issuer, "the issuer's keys are known");
                }
                let (keys, fetched_at) = (Arc::new(keys), Instant::now());
                state.known = Some(Known { keys, fetched_at, fresh_for });
                state.problem = None;
            }
            Err(problem) => {
                metrics::counter!("conductor_oidc_fetches_failed_total").increment(1);
                tracing::warn!(issuer = self.issuer, problem, "the issuer's keys are not fetched");
                state.problem = Some(problem);
            }
        }
        drop(state);
        self.ended.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What is set is set together: a panic leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
