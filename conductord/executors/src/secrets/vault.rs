//! A worker's secrets, as attempts and operators ask for them.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_engine::ports::{Lease, SecretCatalogue, SecretState};
use conductor_protocol::error_code::Code;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{NoSecret, Provider, Revealed, SecretSetting, SecretSettings, SecretValue, provider};
use crate::{limits::SECRET_PROGRAMS_MAX, shell::environment::TOKEN};

/// A worker's secrets. Cheap to clone; all clones know the same.
#[derive(Debug, Clone)]
pub struct Vault {
    settings: Arc<Mutex<Arc<SecretSettings>>>,
    /// Programs that may run at once.
    programs: Arc<Semaphore>,
}

impl Default for Vault {
    fn default() -> Self {
        Self::new(SecretSettings::new())
    }
}

impl Vault {
    /// A vault of these.
    #[must_use]
    pub fn new(settings: SecretSettings) -> Self {
        Self {
            settings: Arc::new(Mutex::new(Arc::new(settings))),
            programs: Arc::new(Semaphore::new(SECRET_PROGRAMS_MAX)),
        }
    }

    /// Takes others from now on. Attempts under way keep what they have.
    pub fn set(&self, settings: SecretSettings) {
        *self.current() = Arc::new(settings);
    }

    /// The values that an attempt names, and the token that it has besides: that is taken out of what
    /// leaves as they are.
    pub(crate) async fn reveal(
        &self,
        lease: &Lease,
        token: Option<SecretValue>,
    ) -> Result<Revealed, NoSecret> {
        let settings = Arc::clone(&*self.current());
        let mut values = Vec::with_capacity(lease.secrets.names().len() + 1);
        for name in lease.secrets.names() {
            let refused = |code, why| NoSecret { code, name: name.clone(), why };
            let setting = settings.get(name).ok_or_else(|| {
                let why = "this worker's configuration has no `[secrets]` of that name";
                refused(Code::SecretUnknown, why.to_owned())
            })?;
            setting.allows(&lease.scope).map_err(|why| refused(Code::SecretNotAllowed, why))?;
            let value = self.ask(&setting.provider).await;
            let value = value.map_err(|why| refused(Code::SecretUnavailable, why))?;
            values.push((name.clone(), value));
        }
        values.extend(token.map(|token| (TOKEN.to_owned(), token)));
        Revealed::new(values)
    }

    /// The value of one, for what the daemon itself does with it.
    ///
    /// # Errors
    /// A sentence that says why there is none, and nothing of the value.
    pub async fn own(&self, name: &str) -> Result<zeroize::Zeroizing<String>, String> {
        self.value(name).await
    }

    /// The value of one, for the daemon's own use.
    ///
    /// # Errors
    /// A sentence that says why there is none, and nothing of the value.
    pub async fn value(&self, name: &str) -> Result<SecretValue, String> {
        let settings = Arc::clone(&*self.current());
        match settings.get(name) {
            None => Err(format!("the configuration has no `[secrets.{name}]`")),
            Some(setting) => {
                let value = self.ask(&setting.provider).await;
                value.map_err(|why| format!("can't get the secret `{name}`: {why}"))
            }
        }
    }

    async fn state(&self, name: String, setting: SecretSetting) -> SecretState {
        let problem = self.ask(&setting.provider).await.err().unwrap_or_default();
        let SecretSetting { provider, tenants, environments, .. } = setting;
        let (kind, place) = (provider.kind().to_owned(), provider.place());
        SecretState { name, provider: kind, place, tenants, environments, problem }
    }

    async fn ask(&self, provider: &Provider) -> Result<SecretValue, String> {
        match provider {
            // The semaphore is never closed; were it, one program more would run.
            Provider::Exec(_) => {
                let permit = self.programs.acquire().await;
                let value = provider::value(provider).await;
                drop(permit);
                value
            }
            _ => provider::value(provider).await,
        }
    }

    fn current(&self) -> MutexGuard<'_, Arc<SecretSettings>> {
        // One pointer is stored at once: a panic leaves it whole.
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretCatalogue for Vault {
    fn listed(&self) -> Vec<SecretState> {
        let settings = Arc::clone(&*self.current());
        let listed = settings.iter().map(|(name, setting)| SecretState {
            name: name.clone(),
            provider: setting.provider.kind().to_owned(),
            place: setting.provider.place(),
            tenants: setting.tenants.clone(),
            environments: setting.environments.clone(),
            problem: String::new(),
        });
        let mut listed: Vec<SecretState> = listed.collect();
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        listed
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Vec<SecretState>> + Send + '_>> {
        Box::pin(async move {
            let settings = Arc::clone(&*self.current());
            let mut asking = JoinSet::new();
            for (name, setting) in settings.iter() {
                let (vault, name, setting) = (self.clone(), name.clone(), setting.clone());
                asking.spawn(async move { vault.state(name, setting).await });
            }
            let mut states = asking.join_all().await;
            states.sort_by(|a, b| a.name.cmp(&b.name));
            states
        })
    }
}
