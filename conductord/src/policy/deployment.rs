//! The deployment: the bundle that decides, those that were accepted before, and every change from
//! one to another, one at a time.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use conductor_domain::{
    Refusal,
    trust::bundle::{Cause, Deployed, Refused},
};
use conductor_engine::{command::Rejection, kernel::PolicyNews, ports::Deployer, service::Engine};
use conductor_policy::{Bundle, Guard};
use conductor_protocol::error_code::Code;
use conductor_store::shelf::Shelf;

use super::{
    beginning::{Beginning, KEPT},
    taken::Taken,
};
use crate::{
    config::PolicySettings,
    exit::{Ended, Kind},
};

/// How long to wait before the kernel is told again that was too busy to hear.
const TELL_AGAIN: Duration = Duration::from_millis(5);
/// Digits of a revision that have to be given at least.
const REVISION_DIGITS_MIN: usize = 8;

/// What is to be done about a bundle that can't be gone back to.
const DEPLOY_ANEW: &str = "deploy it anew, signed with the key that is configured, or go back to \
                           another one";

/// See the module.
#[derive(Debug)]
pub(crate) struct Deployment {
    guard: Arc<Guard>,
    shelf: Shelf,
    settings: RwLock<PolicySettings>,
    engine: OnceLock<Engine>,
    /// One change at a time.
    turn: Mutex<()>,
    /// The bundle that was proved last to be gone back to, so that none has to be proved while
    /// the ledger names it already and every change waits for it.
    proved: Mutex<Option<Taken>>,
    /// What became of the first look, until there is an engine to be told.
    first: Mutex<Vec<PolicyNews>>,
}

impl Deployment {
    /// Finds the bundle that decides from the start: the source's, or, where that can't be used or
    /// was gone back from, the one that decided last. `fetched` is what a URL gave.
    pub(crate) fn begin(
        settings: PolicySettings,
        folder: &Path,
        fetched: Option<Result<Vec<u8>, String>>,
    ) -> Result<Arc<Self>, Ended> {
        let shelf = Shelf::new(folder, settings.keep);
        let source = settings.source.to_string();
        let Beginning { taken, passed_over, refused } = Beginning::find(&shelf, &settings, fetched)
            .map_err(|problem| {
                let message = format!("use the policy bundle {source}: {problem}");
                Ended::because(Kind::Configuration, message)
            })?;
        put(&shelf, &taken, &passed_over);
        let Taken { bundle, .. } = taken;
        let deployed = deployed(&bundle, (&source, Cause::Started), "");
        let mut first = vec![PolicyNews::Deployed(deployed)];
        first.extend(refused.map(PolicyNews::Refused));
        Ok(Arc::new(Self {
            guard: Arc::new(Guard::new(bundle)),
            shelf,
            settings: RwLock::new(settings),
            engine: OnceLock::new(),
            turn: Mutex::default(),
            proved: Mutex::default(),
            first: Mutex::new(first),
        }))
    }

    /// What is asked.
    pub(crate) fn guard(&self) -> &Arc<Guard> {
        &self.guard
    }

    /// What is configured.
    pub(crate) fn settings(&self) -> PolicySettings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes up another configuration. What it changes shows at the next look.
    pub(crate) fn configure(&self, settings: PolicySettings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// There is an engine: it is told what became of the first look. Blocks.
    pub(crate) fn attach(&self, engine: Engine) {
        let engine = self.engine.get_or_init(|| engine);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let first = std::mem::take(&mut *self.first.lock().unwrap_or_else(PoisonError::into_inner));
        first.into_iter().for_each(|news| tell(engine, &news));
        drop(turn);
    }

    /// The engine, once there is one.
    pub(super) fn engine(&self) -> Option<&Engine> {
        self.engine.get()
    }

    /// Looks at the source: another bundle decides from here on, one that can't be used raises an
    /// alarm. `fetched` is what a URL gave. Blocks.
    pub(crate) fn look(&self, fetched: Option<Result<Vec<u8>, String>>) {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.follow_ledger();
        let settings = self.settings();
        let source = settings.source.to_string();
        match Taken::from_source(&settings, fetched) {
            Err(problem) => self.refuse(source, problem),
            Ok(taken) => {
                let (revision, passed_over) =
                    (taken.bundle.revision(), self.shelf.state().passed_over);
                if **revision == *passed_over {
                    tracing::info!(
                        revision = passed_over,
                        "the source still has what was gone back from"
                    );
                    self.still(&taken);
                } else if *revision == self.guard.revision() {
                    self.still(&taken);
                } else {
                    let event = deployed(&taken.bundle, (&source, Cause::Source), "");
                    self.replace(taken, event);
                }
            }
        }
        drop(turn);
    }

    /// There is nothing wrong any more, and nothing else decides. Another key may have signed it.
    fn still(&self, taken: &Taken) {
        if taken.bundle.signed().is_some() {
            kept_or_told(self.shelf.renew(taken.bundle.revision(), &taken.packed));
        }
        let Some(engine) = self.engine() else { return };
        let known = engine.views().deployment();
        if let (Some(_), Some(current)) = (known.alarm(), known.current()) {
            tell(engine, &PolicyNews::Deployed(current.event.clone()));
        }
        metrics::gauge!("conductor_policy_alarm").set(0.0);
    }

    fn refuse(&self, source: String, problem: String) {
        tracing::error!(%source, %problem, "the new policy bundle can't be used; the old one goes on");
        metrics::counter!("conductor_policy_refused_total").increment(1);
        metrics::gauge!("conductor_policy_alarm").set(1.0);
        let revision = self.guard.revision().to_string();
        if let Some(engine) = self.engine() {
            tell(engine, &PolicyNews::Refused(Refused { source, problem, revision }));
        }
    }

    fn replace(&self, taken: Taken, event: Deployed) {
        self.decide_by(taken, "");
        // At once: until the kernel knows it, decisions of the new bundle count as stale.
        if let Some(engine) = self.engine() {
            tell(engine, &PolicyNews::Deployed(event));
        }
    }

    fn decide_by(&self, taken: Taken, passed_over: &str) {
        put(&self.shelf, &taken, passed_over);
        let revision = taken.bundle.revision().to_string();
        self.guard.replace(taken.bundle);
        metrics::counter!("conductor_policy_deployed_total").increment(1);
        metrics::gauge!("conductor_policy_alarm").set(0.0);
        tracing::info!(%revision, "another policy bundle decides from here on");
    }
}

impl Deployer for Deployment {
    fn accepted(&self) -> Vec<String> {
        self.shelf.state().accepted.into_iter().rev().collect()
    }

    fn prepare(&self, revision: &str, reason: &str) -> Result<Deployed, Refusal> {
        let revision = self.whole(revision)?;
        let taken = self.kept(&revision).map_err(|problem| {
            let message = format!("bundle {revision} can't be used: {problem}");
            Refusal::new(Code::BundleInvalid, message, DEPLOY_ANEW)
        })?;
        let event = deployed(&taken.bundle, (KEPT, Cause::RolledBack), reason);
        *self.proved.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
        Ok(event)
    }

    fn catch_up(&self) {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.follow_ledger();
        drop(turn);
    }
}

impl Deployment {
    /// Of several rollbacks at once the one that the ledger has last is what decides, and one whose
    /// caller went away in its middle is carried out all the same.
    fn follow_ledger(&self) {
        let Some(engine) = self.engine() else { return };
        let Some(current) = engine.views().deployment().current().map(|kept| kept.event.clone())
        else {
            return;
        };
        if *current.revision == *self.guard.revision() {
            return;
        }
        let proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner).take();
        let proved = proved.filter(|taken| *current.revision == **taken.bundle.revision());
        match proved.map_or_else(|| self.kept(&current.revision), Ok) {
            Ok(taken) => {
                // What the source has now is passed over, whatever decided in between.
                let passed_over = Some(self.shelf.state().passed_over)
                    .filter(|known| !known.is_empty())
                    .unwrap_or_else(|| self.guard.revision().to_string());
                let passed_over = if passed_over == current.revision { "" } else { &passed_over };
                self.decide_by(taken, passed_over);
            }
            // It was proved a moment ago: the shelf was changed by somebody else.
            Err(problem) => self.refuse(current.source, problem),
        }
    }
}

impl Deployment {
    /// A bundle that was accepted before, proved again.
    fn kept(&self, revision: &str) -> Result<Taken, String> {
        Taken::from_shelf(&self.shelf, &self.settings(), revision)
    }

    /// The accepted revision that is meant by its first digits.
    fn whole(&self, given: &str) -> Result<String, Refusal> {
        let digits = given.strip_prefix("sha256:").unwrap_or(given);
        let mut accepted = self.shelf.state().accepted;
        let meant =
            |known: &str| known.strip_prefix("sha256:").is_some_and(|hex| hex.starts_with(digits));
        accepted.retain(|known| meant(known));
        let hint = "`conductor policy bundles` lists those that are kept";
        let refused = |message: String| Err(Refusal::new(Code::BundleNotFound, message, hint));
        match (accepted.as_slice(), digits.len() >= REVISION_DIGITS_MIN) {
            ([one], true) => Ok(one.clone()),
            (_, false) => {
                refused(format!("`{given}` is too short: give {REVISION_DIGITS_MIN} digits"))
            }
            ([], true) => refused(format!("no bundle `{given}` is kept")),
            (_, true) => refused(format!("several bundles begin with `{given}`")),
        }
    }
}

/// Puts a bundle on the shelf. When that fails one can't go back to it, and it decides all the same.
fn put(shelf: &Shelf, taken: &Taken, passed_over: &str) {
    kept_or_told(shelf.put(taken.bundle.revision(), &taken.packed, passed_over));
}

fn kept_or_told(kept: io::Result<()>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "the policy bundle is not kept to go back to");
    }
}

fn deployed(bundle: &Bundle, (source, cause): (&str, Cause), reason: &str) -> Deployed {
    Deployed {
        revision: bundle.revision().to_string(),
        label: bundle.manifest().revision.clone(),
        source: source.to_owned(),
        signed_by: bundle.signed().map(|signed| signed.key.clone()).unwrap_or_default(),
        cause,
        reason: reason.to_owned(),
        decision: String::new(),
    }
}

/// Tells the kernel, however busy it is, and waits until it knows: before that it takes no decision.
pub(super) fn tell(engine: &Engine, news: &PolicyNews) {
    loop {
        match engine.policy_news(news.clone()) {
            Err(Rejection::Busy { .. }) => std::thread::park_timeout(TELL_AGAIN),
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, "the kernel was not told of the policy bundle");
                return;
            }
        }
    }
}
