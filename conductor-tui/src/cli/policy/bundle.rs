//! Which bundle is asked, and by whom.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use conductor_policy::{Bundle, trial};
use conductor_protocol::v1;

use crate::cli::failure::Failure;

/// See the module.
#[derive(Debug, Clone, Args)]
pub(crate) struct BundleArgs {
    /// Ask the bundle in this folder or archive instead of the built-in one
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    bundle: Option<PathBuf>,
    /// Have the daemon ask: its own bundle, or with --bundle that one, which is sent to it
    #[arg(long)]
    pub(super) daemon: bool,
}

impl BundleArgs {
    /// The bundle that is asked here.
    pub(super) fn local(&self) -> Result<Bundle, Failure> {
        match &self.bundle {
            Some(path) => load(path),
            None => Bundle::embedded().map_err(refused),
        }
    }

    /// The bundle that the daemon is to ask; none for its own.
    pub(super) fn candidate(&self) -> Result<Option<v1::PolicyBundle>, Failure> {
        self.bundle.as_deref().map(candidate).transpose()
    }
}

/// A folder's bundle, or an archive's; its own tests have passed.
pub(super) fn load(path: &Path) -> Result<Bundle, Failure> {
    Bundle::load(path, None).map_err(refused)
}

/// The same, as it is sent to a daemon.
pub(super) fn candidate(path: &Path) -> Result<v1::PolicyBundle, Failure> {
    Ok(trial::sent(&load(path)?))
}

fn refused(error: conductor_policy::PolicyError) -> Failure {
    match error {
        conductor_policy::PolicyError::Io { path, source } => {
            Failure::local(format!("read {}", path.display()), source)
        }
        error => Failure::Invalid(format!("the policy bundle: {error}")),
    }
}
