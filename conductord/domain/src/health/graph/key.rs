//! What an entity is called in its tenant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::scope::Principal;

/// Characters of an entity's id, at most; longer ones are cut.
const ID_CHARS_MAX: usize = 256;

/// What kinds of entities there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A workflow, `NAME`, or a version of one, `NAME@VERSION`.
    Workflow,
    /// A run, `run_…`.
    Run,
    /// A task of a run, `run_…/TASK`.
    Task,
    /// A schedule, `ENVIRONMENT/REGION/NAME`.
    Schedule,
    /// The tenant.
    Tenant,
    /// A person, by their principal.
    User,
    /// A program, by its principal: the daemon, a service, a worker.
    System,
    /// What is acted on or with: `host:NAME`, `secret:NAME`.
    Resource,
    /// A decision of policy, `dec_…`.
    Decision,
    /// An approval, `apr_…`.
    Approval,
    /// A receipt, `rcpt_…`.
    Receipt,
    /// A file, by its digest, `sha256:…`.
    Artifact,
}

impl EntityKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Workflow,
        Self::Run,
        Self::Task,
        Self::Schedule,
        Self::Tenant,
        Self::User,
        Self::System,
        Self::Resource,
        Self::Decision,
        Self::Approval,
        Self::Receipt,
        Self::Artifact,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Run => "run",
            Self::Task => "task",
            Self::Schedule => "schedule",
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::System => "system",
            Self::Resource => "resource",
            Self::Decision => "decision",
            Self::Approval => "approval",
            Self::Receipt => "receipt",
            Self::Artifact => "artifact",
        }
    }

    /// The kind that a word means.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An entity's name in its tenant. Written `KIND:ID`; where the id says the kind by itself, it is enough.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityKey {
    /// What it is.
    pub kind: EntityKind,
    /// Which one.
    pub id: String,
}

/// A text that names no entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no entity")]
pub struct UnknownEntity {
    /// The text, cut where it is long.
    pub text: String,
}

impl EntityKey {
    /// The key of an entity. What can't be shown is replaced, and what is too long is cut: the id is a
    /// part of a view's key and of what people read.
    pub fn new(kind: EntityKind, id: impl AsRef<str>) -> Self {
        let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        Self { kind, id: id.as_ref().chars().take(ID_CHARS_MAX).map(clean).collect() }
    }

    /// A run.
    #[must_use]
    pub fn run(run: impl fmt::Display) -> Self {
        Self::new(EntityKind::Run, run.to_string())
    }

    /// A task of a run.
    #[must_use]
    pub fn task(run: impl fmt::Display, task: &str) -> Self {
        Self::new(EntityKind::Task, format!("{run}/{task}"))
    }

    /// A version of a workflow; the workflow itself without one.
    #[must_use]
    pub fn workflow(name: &str, version: &str) -> Self {
        match version {
            "" => Self::new(EntityKind::Workflow, name),
            version => Self::new(EntityKind::Workflow, format!("{name}@{version}")),
        }
    }

    /// Somebody: people are users, programs are systems.
    #[must_use]
    pub fn principal(principal: &Principal) -> Self {
        let kind = match principal.as_str().split_once(':') {
            Some(("service" | "worker" | "task", _)) => EntityKind::System,
            None if principal.as_str() == "system" => EntityKind::System,
            _ => EntityKind::User,
        };
        Self::new(kind, principal.as_str())
    }

    /// A host.
    #[must_use]
    pub fn host(name: &str) -> Self {
        Self::new(EntityKind::Resource, format!("host:{name}"))
    }

    /// A file, by its digest.
    #[must_use]
    pub fn artifact(digest: &str) -> Self {
        Self::new(EntityKind::Artifact, digest)
    }

    /// The run that a task is a part of.
    #[must_use]
    pub fn run_of_task(&self) -> Option<Self> {
        let (run, _) = self.id.split_once('/').filter(|_| self.kind == EntityKind::Task)?;
        Some(Self::new(EntityKind::Run, run))
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.word(), self.id)
    }
}

impl FromStr for EntityKey {
    type Err = UnknownEntity;

    fn from_str(text: &str) -> Result<Self, UnknownEntity> {
        let unknown = || UnknownEntity { text: text.chars().take(64).collect() };
        if text.is_empty() || text.chars().count() > ID_CHARS_MAX || text.contains(char::is_control)
        {
            return Err(unknown());
        }
        if let Some((word, id)) = text.split_once(':')
            && let Some(kind) = EntityKind::named(word)
            && !id.is_empty()
        {
            return Ok(Self::new(kind, id));
        }
        let kind = match text {
            of if of.starts_with("run_") && of.contains('/') => EntityKind::Task,
            of if of.starts_with("run_") => EntityKind::Run,
            of if of.starts_with("dec_") => EntityKind::Decision,
            of if of.starts_with("apr_") => EntityKind::Approval,
            of if of.starts_with("rcpt_") => EntityKind::Receipt,
            of if of.starts_with("sha256:") => EntityKind::Artifact,
            of if of.starts_with("host:") || of.starts_with("secret:") => EntityKind::Resource,
            of if ["uid:", "tcp:", "oidc:", "cert:"].iter().any(|kind| of.starts_with(kind)) => {
                EntityKind::User
            }
            of if of == "system" || of.starts_with("service:") || of.starts_with("worker:") => {
                EntityKind::System
            }
            _ => return Err(unknown()),
        };
        Ok(Self::new(kind, text))
    }
}
