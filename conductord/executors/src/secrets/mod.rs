//! Secrets: named in manifests, configured on the worker, asked for at each attempt.
//!
//! A worker's configuration says where each secret's value is (`setting.rs`). An attempt that names
//! some gets them from the [`Vault`] (`vault.rs`, `provider.rs`, `program.rs`), for its own duration
//! only: they are put in the places of their placeholders (`revealed.rs`) and taken out of
//! everything that leaves the executor ([`crate::redact`]). They are overwritten in memory when the
//! attempt ends; the copies that the system makes for a program's environment, those inside of an
//! HTTP client and the automaton of the redactor are freed without that.

mod program;
mod provider;
mod revealed;
mod setting;
#[cfg(test)]
mod tests;
mod vault;

use std::path::Path;

use conductor_engine::ports::FailureKind;
use conductor_protocol::error_code::Code;
use zeroize::Zeroizing;

pub(crate) use self::revealed::{Revealed, wipe};
pub use self::{
    setting::{Program, Provider, SecretSetting, SecretSettings},
    vault::Vault,
};

/// A value, overwritten when it is dropped. Nothing prints it.
pub(crate) type SecretValue = Zeroizing<String>;

/// A value from a file of its own, which nobody but its owner may have rights to.
///
/// # Errors
/// A sentence that says why there is none, and nothing of the value.
pub(crate) async fn from_private_file(path: &Path) -> Result<SecretValue, String> {
    provider::private(path).await
}

/// Why an attempt does not get a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoSecret {
    pub(crate) code: Code,
    /// Of whose value nothing stands in `why`.
    pub(crate) name: String,
    pub(crate) why: String,
}

impl NoSecret {
    /// What kind of failure it is: a provider may answer the next time.
    pub(crate) const fn kind(&self) -> FailureKind {
        match self.code {
            Code::SecretUnavailable => FailureKind::Unreachable,
            _ => FailureKind::Refused,
        }
    }
}

impl std::fmt::Display for NoSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "can't get the secret `{}`: {} ({})", self.name, self.why, self.code)
    }
}
