//! Structured logs on standard error, as text or as JSON lines.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{
    EnvFilter, Registry, layer::SubscriberExt as _, reload, util::SubscriberInitExt as _,
};

use crate::{
    config::{LogFormat, Settings},
    exit::{Ended, Kind},
};

/// Changes what is logged while the daemon runs.
#[derive(Debug, Clone)]
pub(crate) struct Logging(reload::Handle<EnvFilter, Registry>);

/// Begins to log.
pub(crate) fn begin(settings: &Settings) -> Result<Logging, Ended> {
    let (filter, handle) = reload::Layer::new(filter(&settings.log_level)?);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match settings.log_format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
        LogFormat::Text => registry.with(lines.with_ansi(io::stderr().is_terminal())).try_init(),
    };
    begun.map_err(|error| Ended::new(Kind::Fault, anyhow::Error::new(error)))?;
    Ok(Logging(handle))
}

impl Logging {
    /// Logs by another level from here on.
    pub(crate) fn set_level(&self, level: &str) -> Result<(), Ended> {
        let filter = filter(level)?;
        self.0.reload(filter).map_err(|error| Ended::new(Kind::Fault, anyhow::Error::new(error)))
    }
}

fn filter(level: &str) -> Result<EnvFilter, Ended> {
    EnvFilter::try_new(level).map_err(|error| {
        let message = format!(
            "use the log level `{level}`: {error}; write error, warn, info, debug or trace"
        );
        Ended::because(Kind::Configuration, message)
    })
}

/// Whether a level is one.
pub(crate) fn check(level: &str) -> Result<(), Ended> {
    filter(level).map(drop)
}
