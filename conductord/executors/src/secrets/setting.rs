//! What a worker's configuration says of its secrets.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use conductor_domain::scope::Scope;

/// A worker's secrets by name.
pub type SecretSettings = BTreeMap<String, SecretSetting>;

/// Where a secret's value is, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSetting {
    /// Where its value is.
    pub provider: Provider,
    /// The tenants whose tasks may use it; all when there are none.
    pub tenants: Vec<String>,
    /// The environments whose tasks may use it; all when there are none.
    pub environments: Vec<String>,
    /// It is the daemon's own, which no task may use whoever it is for.
    pub daemon_only: bool,
}

/// Where a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// In this variable of the worker's own environment.
    Env(String),
    /// In this file, which others must not be able to read.
    File(PathBuf),
    /// A program prints it.
    Exec(Program),
}

/// A program that prints a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments; no shell reads them.
    pub argv: Vec<String>,
    /// Variables of the worker's own environment that it gets, besides `PATH`, `HOME` and `LANG`.
    pub pass_env: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl SecretSetting {
    /// One for everybody.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self { provider, tenants: Vec::new(), environments: Vec::new(), daemon_only: false }
    }

    /// Whether tasks there may use it; the reason when not.
    pub(crate) fn allows(&self, scope: &Scope) -> Result<(), String> {
        if self.daemon_only {
            return Err("it is the daemon's own, and no task may use it".to_owned());
        }
        let open = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        if !open(&self.tenants, &scope.tenant) {
            return Err(format!("it is not for the tenant `{}`", scope.tenant));
        }
        if !open(&self.environments, &scope.environment) {
            return Err(format!("it is not for the environment `{}`", scope.environment));
        }
        Ok(())
    }
}

impl Provider {
    /// The word for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Env(_) => "env",
            Self::File(_) => "file",
            Self::Exec(_) => "exec",
        }
    }

    /// Where it looks, for people: a variable's name, a path, a program without its arguments,
    /// which may say more than everybody is to know.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Env(variable) => variable.clone(),
            Self::File(path) => path.display().to_string(),
            Self::Exec(program) => program.argv.first().cloned().unwrap_or_default(),
        }
    }
}
