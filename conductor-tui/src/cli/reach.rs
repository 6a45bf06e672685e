//! The way of the console from one context to another: the settings that hold there, and a connection that
//! is opened once it is looked at.

use std::sync::{Arc, Mutex};

use conductor_client::{Bearer, Connection};
use conductor_tui::{
    app::{Arrived, Contexts, Reach, Reached},
    settings::Origin,
};
use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    console::LOOK_BACK_MAX,
    failure::Failure,
    ledger::remembered,
    login::kept::{self, TOKEN_VARIABLE},
    oidc,
};
use crate::config::{Environment, Flags, Overrides, Settings, told};

/// The contexts of a console that is started with these settings. `flags` are those of the console alone:
/// where it goes, what was said of a host or a tenant was said of another place.
pub(super) fn contexts(
    settings: &Settings,
    environment: &Environment,
    flags: Flags,
    runtime: &Handle,
) -> Contexts {
    let now = settings.context.as_ref();
    let way = Way {
        config: settings.paths.config_file.clone(),
        environment: environment.clone(),
        endpoint: settings.endpoint.to_string(),
        flags,
        runtime: runtime.clone(),
        fresh: Mutex::default(),
    };
    Contexts {
        now: now.map(|now| now.seen(&settings.scope.environment)),
        names: names(settings),
        read_only: now.is_some_and(|now| now.is_read_only()),
        reach: Reach::new(move |name| {
            way.go(name).map_err(|failure| format!("can't go to @{name}: {failure}"))
        }),
    }
}

fn names(settings: &Settings) -> Vec<String> {
    settings.contexts.iter().map(|one| one.context.name.clone()).collect()
}

struct Way {
    config: std::path::PathBuf,
    environment: Environment,
    /// Where the console was started.
    endpoint: String,
    flags: Flags,
    runtime: Handle,
    /// What keeps the token of the daemon that was gone to last from ending.
    fresh: Mutex<Option<AbortHandle>>,
}

impl Way {
    fn go(&self, name: &str) -> Result<Reached, Failure> {
        let overrides = Overrides {
            context: Some(name.to_owned()).filter(|name| !name.is_empty()),
            config: Some(self.config.clone()),
            ..Overrides::default()
        };
        let settings = Settings::load(overrides, &self.environment)?;
        // A token in the environment is for the daemon that the console was started with, and no other's.
        let environment = match settings.endpoint.to_string() == self.endpoint {
            true => self.environment.clone(),
            false => self.environment.clone().without(TOKEN_VARIABLE),
        };
        let bearer = Bearer::default();
        let place = kept::place(&settings, &environment);
        let fresh = self.runtime.spawn(oidc::keep_fresh(place, bearer.clone())).abort_handle();
        if let Ok(mut before) = self.fresh.lock() {
            before.replace(fresh).inspect(AbortHandle::abort);
        }
        // Nothing is asked on the terminal, which the console has.
        let connection = Connection::lazy(settings.endpoint.clone(), settings.scope.clone());
        let connection = connection.with_bearer(bearer.clone());
        let arrived = arrived(&settings, &environment, &self.flags);
        let ready = {
            let connection = connection.clone();
            move || {
                let (connection, bearer) = (connection.clone(), bearer.clone());
                let (settings, environment) = (settings.clone(), environment.clone());
                let ready = async move {
                    bearer.change(kept::token(&settings, &environment).await?.as_ref());
                    // A daemon that takes its time is looked at without: the screen says how it does.
                    let looked = remembered::check_where_it_can_be(&connection, &settings.paths);
                    tokio::time::timeout(LOOK_BACK_MAX, looked).await.unwrap_or(Ok(()))
                };
                let ready = async { ready.await.map_err(|failure: Failure| failure.to_string()) };
                Box::pin(ready) as std::pin::Pin<Box<dyn Future<Output = _> + Send>>
            }
        };
        Ok(Reached { arrived, connection, ready: Arc::new(ready) })
    }
}

/// What holds there, as the console takes it.
fn arrived(settings: &Settings, environment: &Environment, flags: &Flags) -> Arrived {
    let mut told = told(settings, environment, flags);
    for row in told.iter_mut().filter(|row| row.name == "context") {
        // No flag said so: somebody has gone there.
        row.value = settings.context.as_ref().map(|now| now.name().to_owned()).unwrap_or_default();
        row.origin = Origin::Session;
    }
    let now = settings.context.as_ref();
    Arrived {
        context: now.map(|now| now.seen(&settings.scope.environment)),
        names: names(settings),
        scope: settings.scope.clone(),
        endpoint: settings.endpoint.to_string(),
        read_only: now.is_some_and(|now| now.is_read_only()),
        theme: settings.console.theme.clone(),
        theme_production: settings.console.theme_production.clone(),
        told,
    }
}
