//! What a stream rests on: a permission, asked for again whenever it may have changed.
//!
//! A stream outlives its beginning by hours. In that time roles are taken away, tenants suspended,
//! attributes and bundles changed: what may be seen is what policy says now, not what it said then.

use std::sync::{Arc, Mutex, PoisonError};

use conductor_domain::scope::Scope;
use conductor_engine::{
    command::Ruling,
    obligations::{Effect, Terms},
};
use conductor_protocol::id::TraceId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    call::{Call, Version},
    failure::Outcome,
};

/// Asks policy.
type Asking = Box<dyn Fn(&Call, &Scope) -> Ruling + Send + Sync>;

/// See the module.
pub(crate) struct Standing {
    call: Call,
    scope: Scope,
    effect: Effect,
    asking: Asking,
    /// Has to hold, too.
    besides: Option<Asking>,
    news: watch::Receiver<u64>,
    /// What policy said, and by which version of everything that it rests on.
    held: Mutex<Option<(Version, Arc<Terms>)>>,
}

impl Standing {
    /// Asks whether something may be shown, by terms that are kept to.
    pub(crate) async fn to_show(
        call: &Call,
        scope: &Scope,
        asking: impl Fn(&Call, &Scope) -> Ruling + Send + Sync + 'static,
    ) -> Outcome<Self> {
        Self::begin((call, scope), Effect::Show, Box::new(asking)).await
    }

    /// Asks whether something may be shown that can't be masked or filtered.
    pub(crate) async fn to_show_whole(
        call: &Call,
        scope: &Scope,
        asking: impl Fn(&Call, &Scope) -> Ruling + Send + Sync + 'static,
    ) -> Outcome<Self> {
        Self::begin((call, scope), Effect::ShowWhole, Box::new(asking)).await
    }

    async fn begin(
        (call, scope): (&Call, &Scope),
        effect: Effect,
        asking: Asking,
    ) -> Outcome<Self> {
        let (news, held) = (call.engine().standing(), Mutex::default());
        let (call, scope) = (call.clone(), scope.clone());
        let standing = Self { call, scope, effect, asking, besides: None, news, held };
        standing.terms().await?;
        Ok(standing)
    }

    /// The same, resting on a second permission besides, of which nothing may be left out: where either
    /// is gone, it is refused.
    pub(crate) async fn and(
        mut self,
        asking: impl Fn(&Call, &Scope) -> Ruling + Send + Sync + 'static,
    ) -> Outcome<Self> {
        self.besides = Some(Box::new(asking));
        // What changed since the first was asked is found at the next look: both are asked again then.
        self.admit_besides().await?;
        Ok(self)
    }

    async fn admit_besides(&self) -> Outcome<()> {
        let Some(asking) = &self.besides else { return Ok(()) };
        let ruling = asking(&self.call, &self.scope);
        let terms = self.call.admit(&self.scope, ruling, Effect::ShowWhole).await?;
        debug_assert!(terms.show_all(), "nothing is to be left out of what is shown whole");
        Ok(())
    }

    /// How things may be shown now; the refusal once they may not.
    pub(crate) async fn terms(&self) -> Outcome<Arc<Terms>> {
        // Before policy is asked: what changes meanwhile is asked about again.
        let version = self.call.version(&self.scope);
        if let Some((of, terms)) = &*self.held.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == version
        {
            return Ok(Arc::clone(terms));
        }
        let ruling = (self.asking)(&self.call, &self.scope);
        let terms = Arc::new(self.call.admit(&self.scope, ruling, self.effect).await?);
        self.admit_besides().await?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((version, Arc::clone(&terms)));
        Ok(terms)
    }

    /// Done when it is time to ask for the terms again, counted from this call.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut news = self.news.clone();
        news.mark_unchanged();
        async move {
            if news.changed().await.is_err() {
                // The engine is gone, and the streams are ended by whoever stopped it.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Done when all streams are to end.
    pub(crate) fn closing(&self) -> &CancellationToken {
        self.call.api.closing()
    }

    pub(crate) const fn trace(&self) -> TraceId {
        self.call.trace
    }
}
