//! What delivers notifications: webhooks, mails, programs.
//!
//! Each is a [`Courier`] of one target. A secret that one needs is read when something is delivered and
//! kept for no longer; what it says of a failure names a place without what may be secret in it, a
//! status, and nothing that came back.

mod command;
mod smtp;
mod webhook;

use std::{path::PathBuf, sync::Arc, time::Duration};

use conductor_engine::ports::{Courier, Undelivered};

pub use self::{
    command::CommandOptions,
    smtp::{Encryption, SmtpOptions, is_address},
    webhook::WebhookOptions,
};
use crate::secrets::{SecretValue, Vault, from_private_file};

/// Where a secret of a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// In this file, which is its owner's alone.
    File(PathBuf),
    /// With the daemon's other secrets, by this name.
    Secret(String),
}

/// Where a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A request for each, signed.
    Webhook(WebhookOptions),
    /// A mail for each and everybody.
    Smtp(SmtpOptions),
    /// A program that is started for each.
    Command(CommandOptions),
}

impl Destination {
    /// Whether it can be used as it is written.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Webhook(options) => options.check(),
            Self::Smtp(options) => options.check(),
            Self::Command(options) => options.check(),
        }
    }

    /// The word for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Smtp(_) => "smtp",
            Self::Command(_) => "command",
        }
    }

    /// Where it is, without what may be secret in it.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Webhook(options) => options.shown(),
            Self::Smtp(options) => options.place(),
            Self::Command(options) => options.argv.first().cloned().unwrap_or_default(),
        }
    }

    /// What delivers there. `source` is the origin of the daemon's ledger.
    ///
    /// # Errors
    /// When the system has no certificates that it trusts, in a sentence.
    pub fn courier(&self, vault: &Vault, source: &str) -> Result<Arc<dyn Courier>, String> {
        let source = source.to_owned();
        Ok(match self.clone() {
            Self::Webhook(options) => {
                Arc::new(webhook::Webhook::new(options, vault.clone(), source)?)
            }
            Self::Smtp(options) => Arc::new(smtp::Smtp::new(options, vault.clone())),
            Self::Command(options) => Arc::new(command::Program::new(options, source)),
        })
    }
}

impl Credential {
    /// Its value, for now.
    async fn read(&self, vault: &Vault) -> Result<SecretValue, Undelivered> {
        let read = match self {
            Self::File(path) => from_private_file(path).await,
            Self::Secret(name) => vault.value(name).await,
        };
        // Somebody may mend it.
        read.map_err(again)
    }
}

/// It may be taken the next time.
fn again(why: impl Into<String>) -> Undelivered {
    Undelivered { why: why.into(), for_good: false }
}

/// It took too long.
fn late(place: &str, timeout: Duration) -> Undelivered {
    again(format!("{place} took longer than {} s", timeout.as_secs_f64()))
}
