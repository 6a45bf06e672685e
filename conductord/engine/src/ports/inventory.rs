//! The hosts that tasks can act on.

use std::{fmt, sync::Arc};

use conductor_domain::scope::Scope;
use conductor_protocol::{
    error_code::Code,
    inventory::{Contradiction, Filter, Host},
};

/// Why the hosts are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InventoryError {
    /// Nothing is configured that covers this tenant and environment.
    #[error("no inventory is configured for the tenant `{tenant}` in `{environment}`")]
    None {
        /// Whose hosts were asked for.
        tenant: String,
        /// Where.
        environment: String,
    },
    /// A source is not well-formed.
    #[error("the inventory {from} is not well-formed: {problem}")]
    Invalid {
        /// The file or the script.
        from: String,
        /// The first problem, with its place and mend.
        problem: String,
    },
    /// Two sources contradict each other.
    #[error("{0}")]
    Contradiction(Box<Contradiction>),
    /// A source could not be read.
    #[error("the inventory {from} can't be read: {why}")]
    Unavailable {
        /// The file or the script.
        from: String,
        /// What happened.
        why: String,
    },
}

impl InventoryError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::None { .. } => Code::InventoryNone,
            Self::Invalid { .. } => Code::InventoryInvalid,
            Self::Contradiction(_) => Code::InventoryContradiction,
            Self::Unavailable { .. } => Code::InventoryUnavailable,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::None { .. } => "add an `[[inventory.source]]` to conductord.toml",
            Self::Invalid { .. } => "mend the source; the daemon need not be restarted",
            Self::Contradiction(_) => "mend one of the two, or give the host another name there",
            Self::Unavailable { .. } => "make it readable, or run it by hand as the daemon's user",
        }
    }
}

/// Where hosts come from. Both methods read files and may run programs: they block, for at most
/// the bound that each source has.
pub trait Inventory: fmt::Debug + Send + Sync + 'static {
    /// Every host that this tenant has in this environment, by name.
    ///
    /// # Errors
    /// When any source that covers the scope can't be read, is wrong or contradicts another: hosts
    /// are never chosen from a part of them.
    fn hosts(&self, scope: &Scope) -> Result<Arc<[Host]>, InventoryError>;

    /// The hosts of the scope that the filter names, by name; none is no error here.
    ///
    /// # Errors
    /// As [`Self::hosts`].
    fn resolve(&self, scope: &Scope, filter: &Filter) -> Result<Vec<Host>, InventoryError> {
        let hosts = self.hosts(scope)?;
        Ok(hosts.iter().filter(|host| filter.matches(host)).cloned().collect())
    }
}

/// An inventory without a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInventory;

impl Inventory for NoInventory {
    fn hosts(&self, scope: &Scope) -> Result<Arc<[Host]>, InventoryError> {
        let (tenant, environment) = (scope.tenant.clone(), scope.environment.clone());
        Err(InventoryError::None { tenant, environment })
    }
}

/// The same hosts for everybody: for tests and rehearsals.
impl Inventory for Vec<Host> {
    fn hosts(&self, _scope: &Scope) -> Result<Arc<[Host]>, InventoryError> {
        Ok(self.as_slice().into())
    }
}
