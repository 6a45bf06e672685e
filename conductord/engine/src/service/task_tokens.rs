//! Tokens of the attempts that run on the daemon's machine: in memory alone, each for as long as its
//! lease. A restart forgets them, and ends the leases that they are of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_domain::scope::{Principal, Scope};
use conductor_protocol::{
    id::RunId,
    jcs,
    token::{TASK, TASK_TOKEN_PREFIX, TokenScope, of_bits},
};

use super::Engine;
use crate::{
    limits::TASK_TOKENS_MAX,
    ports::{Archive as _, Lease},
};

/// What the token of an attempt stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskGrant {
    /// Where its run lives, and where alone it is good.
    pub scope: Scope,
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// The lease's fencing token.
    pub lease: u64,
    /// Whose run it is: whose roles count.
    pub owner: Principal,
    /// What it is for: to read its own run, and what the manifest adds.
    pub scopes: Vec<TokenScope>,
}

impl TaskGrant {
    /// The task, with its run: `run_…/clean`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.run, self.task)
    }

    /// Who it acts as, as policy and people know it.
    #[must_use]
    pub fn principal(&self) -> Principal {
        Principal::new(format!("{TASK}:{}", self.name()))
    }

    /// Whether it may see what a task of a run prints. Its own run is its to read, and of what is
    /// printed there its own part, unless the manifest gives it more to read.
    #[must_use]
    pub fn sees_output_of(&self, run: RunId, task: &str) -> bool {
        let own = TokenScope::reading(self.run);
        let more = |scope: &TokenScope| *scope != own && scope.has_action("run.read");
        run != self.run || task == self.task || self.scopes.iter().any(more)
    }
}

/// By the SHA-256 of the token, in hexadecimal.
#[derive(Debug, Default)]
pub(super) struct TaskTokens(Mutex<HashMap<String, Arc<TaskGrant>>>);

impl TaskTokens {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Arc<TaskGrant>>> {
        // Whole after every change: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// A fresh token for an attempt that runs. Nothing where it runs no more, or as many have one
    /// as may.
    #[must_use]
    pub fn issue_task_token(&self, lease: &Lease) -> Option<String> {
        let views = self.views();
        let run = views.run(&lease.scope.tenant, lease.run).ok()??;
        let task = run.task(&lease.task)?;
        let workflow = views.workflow(&lease.scope.tenant, &lease.workflow, &lease.version)?;
        let call = run.call_of(&workflow.manifest, task)?;
        let own = TokenScope::reading(lease.run);
        let grant = TaskGrant {
            scope: run.scope.clone(),
            run: lease.run,
            task: lease.task.clone(),
            lease: lease.token,
            owner: run.owner.clone(),
            scopes: std::iter::once(own).chain(call.scopes.iter().cloned()).collect(),
        };
        if !self.task_runs(&grant) {
            return None;
        }
        let token = of_bits(TASK_TOKEN_PREFIX, [self.fresh_bits(), self.fresh_bits()]);
        let mut held = self.shared.task_tokens.held();
        if held.len() >= TASK_TOKENS_MAX {
            held.retain(|_, known| self.task_runs(known));
        }
        if held.len() >= TASK_TOKENS_MAX {
            return None;
        }
        held.insert(jcs::sha256_hex(token.as_bytes()), Arc::new(grant));
        drop(held);
        Some(token)
    }

    /// What the token with this SHA-256 stands for, while its attempt runs.
    #[must_use]
    pub fn task_of_token(&self, digest: &str) -> Option<Arc<TaskGrant>> {
        let known = self.shared.task_tokens.held().get(digest).cloned();
        known.filter(|grant| self.task_runs(grant))
    }

    /// The attempt with that lease has ended, and with it its token.
    pub fn end_task_token(&self, lease: u64) {
        self.shared.task_tokens.held().retain(|_, known| known.lease != lease);
    }

    /// Whether the attempt still runs that a token was given to, by what is durable.
    #[must_use]
    pub fn task_runs(&self, grant: &TaskGrant) -> bool {
        let run = self.views().run(&grant.scope.tenant, grant.run).ok().flatten();
        let running = run.as_ref().and_then(|run| run.task(&grant.task)?.running());
        running.is_some_and(|attempt| attempt.token == grant.lease)
    }
}
