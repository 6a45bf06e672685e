//! What is told of the secrets that the daemon's own worker knows: everything but their values.

use std::{future::Future, pin::Pin};

/// A secret, as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretState {
    /// Its name.
    pub name: String,
    /// `env`, `file` or `exec`.
    pub provider: String,
    /// A variable's name, a path, a program without its arguments.
    pub place: String,
    /// The tenants whose tasks may use it; all when there are none.
    pub tenants: Vec<String>,
    /// The environments whose tasks may use it; all when there are none.
    pub environments: Vec<String>,
    /// Why its provider does not give a value; empty when it does.
    pub problem: String,
}

/// Knows which secrets there are, and whether they can be got.
pub trait SecretCatalogue: Send + Sync {
    /// Every secret that is configured, by name. No provider is asked.
    fn listed(&self) -> Vec<SecretState>;

    /// Asks every provider, and says what came of it, by name.
    fn check(&self) -> Pin<Box<dyn Future<Output = Vec<SecretState>> + Send + '_>>;
}
