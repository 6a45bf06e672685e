//! What a task of a run calls: its own executor, its health check's, its compensation's.

use std::collections::BTreeMap;

use conductor_protocol::{
    manifest::{Manifest, ResourceClass, RetryRule, Sandbox, SideTask, TaskSpec},
    token::TokenScope,
};
use serde_json::{Map, Value};

use super::Run;
use crate::work::task::{Role, Task};

/// An executor with what it is given, before templates are filled in. Its secrets and the bounds
/// of its program are those of the task that it belongs to, whichever part of it calls.
#[derive(Debug, Clone, Copy)]
pub struct Call<'m> {
    /// The executor's reference.
    pub uses: &'m str,
    /// Its parameters.
    pub with: &'m Map<String, Value>,
    /// Environment of its program, beside the workflow's.
    pub env: &'m BTreeMap<String, String>,
    /// How often it is tried again.
    pub retries: u32,
    /// Which failures are worth it.
    pub retry: Option<&'m RetryRule>,
    /// One attempt's bound in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Names of the secrets that it may use.
    pub secrets: &'m [String],
    /// What the token of its attempts is for, beside reading its own run.
    pub scopes: &'m [TokenScope],
    /// How much of the machine its program may take; the worker's default when absent.
    pub resources: Option<ResourceClass>,
    /// The walls around its program; the worker's default when absent.
    pub sandbox: Option<&'m Sandbox>,
}

impl<'m> Call<'m> {
    pub(super) fn of_task(spec: &'m TaskSpec) -> Self {
        Self {
            uses: spec.uses.as_str(),
            with: &spec.with,
            env: &spec.env,
            retries: spec.retries,
            retry: spec.retry.as_ref(),
            timeout_ms: spec.timeout_ms,
            secrets: &spec.secrets,
            scopes: &spec.scopes,
            resources: spec.resources,
            sandbox: spec.sandbox.as_ref(),
        }
    }

    pub(super) fn of_side(spec: &'m TaskSpec, side: &'m SideTask) -> Self {
        Self {
            uses: side.uses.as_str(),
            with: &side.with,
            env: &side.env,
            retries: side.retries,
            retry: None,
            timeout_ms: side.timeout_ms,
            ..Self::of_task(spec)
        }
    }
}

/// The task of the manifest that a task of a run is, or belongs to.
#[must_use]
pub(super) fn spec_at<'m>(manifest: &'m Manifest, task: &Task) -> Option<&'m TaskSpec> {
    manifest.tasks.get(task.place as usize)
}

impl Run {
    /// What a task of this run calls. `None` only when the manifest is not the run's.
    #[must_use]
    pub fn call_of<'m>(&self, manifest: &'m Manifest, task: &Task) -> Option<Call<'m>> {
        let spec = spec_at(manifest, task)?;
        match task.role {
            Role::Plain | Role::Instance => Some(Call::of_task(spec)),
            Role::Health => Some(Call::of_side(spec, spec.rollout.as_ref()?.health.as_deref()?)),
            Role::Undo => Some(Call::of_side(spec, spec.compensate.as_deref()?)),
        }
    }
}
