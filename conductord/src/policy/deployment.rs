//! The deployment: the bundle that decides, those that were accepted before, and every change from
//! one to another, one at a time.

use std::{
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

use super::trust::Trust;
use crate::{
    config::{BundleSource, PolicySettings},
    exit::{Ended, Kind},
};

/// How long to wait before the kernel is told again that was too busy to hear.
const TELL_AGAIN: Duration = Duration::from_millis(5);
/// Digits of a revision that have to be given at least.
const REVISION_DIGITS_MIN: usize = 8;

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
    proved: Mutex<Option<Bundle>>,
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
        let state = shelf.state();
        let given = read(&settings, fetched);
        // What is not there at all was not meant: that is a mistake of whoever configured it.
        let missing = matches!(&settings.source, BundleSource::Path(path) if !path.exists());
        let last = state.accepted.last().filter(|_| !missing);
        let last = last.and_then(|revision| kept(&shelf, revision).ok());
        let source = settings.source.to_string();
        let (bundle, passed_over, refused) = match (given, last) {
            (Ok(given), Some(last)) if **given.revision() == *state.passed_over => {
                (last, state.passed_over, None)
            }
            (Ok(given), _) => (given, String::new(), None),
            (Err(problem), Some(last)) => {
                let revision = last.revision().to_string();
                let refused = Refused { source: source.clone(), problem, revision };
                (last, state.passed_over, Some(refused))
            }
            (Err(problem), None) => {
                let message = format!("use the policy bundle {source}: {problem}");
                return Err(Ended::because(Kind::Configuration, message));
            }
        };
        put(&shelf, &bundle, &passed_over);
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
        match read(&settings, fetched) {
            Err(problem) => self.refuse(source, problem),
            Ok(bundle) => {
                let passed_over = self.shelf.state().passed_over;
                if **bundle.revision() == *passed_over {
                    tracing::info!(
                        revision = passed_over,
                        "the source still has what was gone back from"
                    );
                    self.mended();
                } else if bundle.revision() == &self.guard.revision() {
                    self.mended();
                } else {
                    let event = deployed(&bundle, (&source, Cause::Source), "");
                    self.replace(bundle, event);
                }
            }
        }
        drop(turn);
    }

    /// There is nothing wrong any more, and nothing else decides.
    fn mended(&self) {
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

    fn replace(&self, bundle: Bundle, event: Deployed) {
        self.decide_by(bundle, "");
        // At once: until the kernel knows it, decisions of the new bundle count as stale.
        if let Some(engine) = self.engine() {
            tell(engine, &PolicyNews::Deployed(event));
        }
    }

    fn decide_by(&self, bundle: Bundle, passed_over: &str) {
        put(&self.shelf, &bundle, passed_over);
        let revision = bundle.revision().to_string();
        self.guard.replace(bundle);
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
        let bundle = kept(&self.shelf, &revision).map_err(|problem| {
            let message = format!("bundle {revision} can't be used: {problem}");
            Refusal::new(Code::BundleInvalid, message, "go back to another one")
        })?;
        let event = deployed(&bundle, ("kept by this daemon", Cause::RolledBack), reason);
        *self.proved.lock().unwrap_or_else(PoisonError::into_inner) = Some(bundle);
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
        let proved = proved.filter(|bundle| *current.revision == **bundle.revision());
        match proved.map_or_else(|| kept(&self.shelf, &current.revision), Ok) {
            Ok(bundle) => {
                // What the source has now is passed over, whatever decided in between.
                let passed_over = Some(self.shelf.state().passed_over)
                    .filter(|known| !known.is_empty())
                    .unwrap_or_else(|| self.guard.revision().to_string());
                let passed_over = if passed_over == current.revision { "" } else { &passed_over };
                self.decide_by(bundle, passed_over);
            }
            // It was proved a moment ago: the shelf was changed by somebody else.
            Err(problem) => self.refuse(current.source, problem),
        }
    }
}

impl Deployment {
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

/// The source's bundle, proved.
fn read(
    settings: &PolicySettings,
    fetched: Option<Result<Vec<u8>, String>>,
) -> Result<Bundle, String> {
    let trust = Trust::of(settings)?;
    let verifier = |algorithm: &str, key: &str, signed: &[u8], signature: &[u8]| {
        trust.as_ref().is_some_and(|trust| trust.trusts(algorithm, key, signed, signature))
    };
    let verifier = trust.is_some().then_some(&verifier as &conductor_policy::Verifier<'_>);
    let bundle = match (&settings.source, fetched) {
        (BundleSource::BuiltIn, _) => Bundle::embedded(),
        (BundleSource::Path(path), _) => Bundle::load(path, verifier),
        (BundleSource::Url(_), Some(fetched)) => Bundle::from_archive(&fetched?, verifier),
        (BundleSource::Url(_), None) => return Err("it was not fetched".to_owned()),
    };
    // A compiler's picture of the place becomes one line, as everything that is recorded is.
    let told = |error| format!("{:#}", anyhow::Error::new(error));
    bundle.map_err(|error| told(error).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A bundle that was accepted before, proved again.
fn kept(shelf: &Shelf, revision: &str) -> Result<Bundle, String> {
    let packed = shelf.get(revision).map_err(|error| error.to_string())?;
    let bundle = Bundle::from_archive(&packed, None).map_err(|error| error.to_string())?;
    if **bundle.revision() == *revision {
        return Ok(bundle);
    }
    Err(format!("what is kept of it is another one, {}", bundle.revision()))
}

/// Puts a bundle on the shelf. When that fails one can't go back to it, and it decides all the same.
fn put(shelf: &Shelf, bundle: &Bundle, passed_over: &str) {
    let packed = bundle.to_archive().map_err(|error| error.to_string());
    let kept = packed.and_then(|packed| {
        shelf.put(bundle.revision(), &packed, passed_over).map_err(|error| error.to_string())
    });
    if let Err(problem) = kept {
        tracing::warn!(problem, "the policy bundle is not kept to go back to");
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
