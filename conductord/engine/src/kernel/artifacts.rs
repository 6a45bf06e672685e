//! Artifacts: added, held, released, their contents removed; and what release gates answered.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    trust::{
        artifact::{self, Artifact, Change, Recorded, Standing, limits::EXPIRED_AT_ONCE_MAX},
        gate::{self, Checked},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{ArtifactId, RunId},
};

use super::turn::{Author, Turn};
use crate::{
    command::{Answer, Context, Rejection},
    ports::ViewError,
    run_known::{RunSummary, run_known},
};

impl Turn<'_> {
    /// Adds an artifact to a run that is known.
    pub(super) fn record_artifact(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Recorded,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let run = self.summary(tenant, wanted.run)?;
        let wanted = Recorded { decision: context.ruling.id, ..wanted };
        let event = artifact::record(self.artifacts_of(tenant, run.id)?, wanted)?;
        let id = event.artifact;
        self.rule(context, &author);
        self.record(&run.scope, author, Event::ArtifactRecorded(Box::new(event)));
        self.artifact_answer(tenant, id, true)
    }

    /// Holds an artifact, or ends that.
    pub(super) fn change_artifact(
        &mut self,
        context: &Context,
        author: Author,
        (id, change): (ArtifactId, Change),
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let (known, standing) = self.find_artifact(tenant, id)?;
        let (standing, decision) = (standing.as_deref(), context.ruling.id);
        let event = match change {
            Change::Hold(reason) => {
                Event::ArtifactHeld(artifact::hold(&known, standing, reason, decision)?)
            }
            Change::Release(reason) => {
                Event::ArtifactReleased(artifact::release(&known, standing, reason, decision)?)
            }
        };
        self.rule(context, &author);
        self.record(&known.scope, author, event);
        self.artifact_answer(tenant, id, true)
    }

    /// Lets the contents of artifacts be removed, all or none.
    pub(super) fn expire_artifacts(
        &mut self,
        context: &Context,
        author: &Author,
        ids: Vec<ArtifactId>,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        if ids.is_empty() || ids.len() > EXPIRED_AT_ONCE_MAX {
            let message =
                format!("the contents of 1 to {EXPIRED_AT_ONCE_MAX} artifacts go at once");
            let hint = "name fewer";
            return Err(Refusal::new(Code::RequestInvalid, message, hint).into());
        }
        let retention = self.kernel.state.tenants.get(tenant);
        let retention = retention.and_then(|known| known.settings.retention).unwrap_or_default();
        let (mut events, mut bytes) = (Vec::new(), 0);
        let mut ids = ids;
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let (known, standing) = self.find_artifact(tenant, id)?;
            let rule = (retention, self.now);
            let event = artifact::expire(&known, standing.as_deref(), rule, context.ruling.id)?;
            if let Some(event) = event {
                bytes += event.size_bytes;
                events.push((known, event));
            }
        }
        let gone = events.iter().map(|(known, _)| known.id).collect();
        if !events.is_empty() {
            self.rule(context, author);
        }
        let mut author = author.clone();
        for (known, event) in events {
            self.record(&known.scope, author.clone(), Event::ArtifactExpired(event));
            // The key goes with the first fact alone.
            author.mark = None;
        }
        Ok(Answer::Expired(gone, bytes))
    }

    /// Puts the answer of a gate on record where it is news.
    pub(super) fn check_gate(
        &mut self,
        context: &Context,
        author: Author,
        answer: Checked,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let run = self.summary(tenant, answer.run)?;
        let last = match self.fresh_gate(tenant, run.id) {
            Some(last) => Some(last),
            None => self.archive.gate(tenant, run.id).map_err(|error| away(&error))?,
        };
        let answer = Checked { decision: context.ruling.id, ..answer };
        if let Some(event) = gate::news(last.as_deref(), answer) {
            self.rule(context, &author);
            self.record(&run.scope, author, Event::GateChecked(Box::new(event)));
        }
        Ok(Answer::Noted)
    }

    /// The artifact as it stands.
    pub(super) fn artifact_answer(
        &self,
        tenant: &str,
        id: ArtifactId,
        changed: bool,
    ) -> Result<Answer, Rejection> {
        let (known, standing) = self.find_artifact(tenant, id)?;
        Ok(Answer::Artifact(known, standing, changed))
    }

    fn find_artifact(
        &self,
        tenant: &str,
        id: ArtifactId,
    ) -> Result<(Arc<Artifact>, Option<Arc<Standing>>), Rejection> {
        let (known, standing) = self.fresh_artifact(tenant, id);
        let (known, standing) = match (known, standing) {
            (Some(known), Some(standing)) => (known, standing),
            (known, standing) => {
                let stored = self.archive.artifact(tenant, id).map_err(|error| away(&error))?;
                let (stored, stands) = stored.unzip();
                let known = known.or(stored).ok_or_else(|| artifact::not_found(tenant, id))?;
                (known, standing.unwrap_or_else(|| stands.flatten()))
            }
        };
        Ok((known, standing))
    }

    /// How many artifacts a run has.
    fn artifacts_of(&self, tenant: &str, run: RunId) -> Result<usize, Rejection> {
        let stored = self.archive.artifacts_of_run(tenant, run).map_err(|error| away(&error))?;
        Ok(stored + self.fresh_artifacts_of(tenant, run))
    }

    fn summary(&self, tenant: &str, id: RunId) -> Result<RunSummary, Rejection> {
        if let Some(run) = self.run(id).filter(|run| run.scope.tenant == tenant) {
            return Ok(RunSummary::of(&run));
        }
        let known = run_known(self.archive, tenant, id).map_err(|error| away(&error))?;
        known.ok_or_else(|| {
            Rejection::Refused(Refusal::new(
                Code::RunNotFound,
                format!("tenant `{tenant}` has no run {id} in it"),
                "`conductor runs list` shows the runs there are",
            ))
        })
    }
}

fn away(error: &ViewError) -> Rejection {
    Rejection::Unavailable(error.to_string())
}
