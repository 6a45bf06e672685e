//! Commands about workflows: published, deprecated, reviewed, retired.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    intent::workflow::{self, Provenance, Publication, Signed, Submitted, Versions, Workflow},
};
use conductor_protocol::manifest::Manifest;

use super::{
    runbooks::check_size,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Context, Lifecycle, Rejection},
    runbooks::Draft,
};

impl Turn<'_> {
    pub(super) fn publish(
        &mut self,
        context: &Context,
        author: Author,
        (manifest, provenance, signatures): (Manifest, Provenance, Vec<String>),
    ) -> Result<Answer, Rejection> {
        let source = provenance.source.clone();
        let draft =
            Draft { manifest: &manifest, source: source.as_deref(), signatures: &signatures };
        let mut signed = self.proven(context, draft)?.into_iter();
        let tenant = &context.scope.tenant;
        let decision = context.ruling.id.to_string();
        let submitted = Submitted { manifest, provenance, signature: signed.next() };
        let reviews: Vec<Signed> = signed.collect();
        let reviews = self.reviewed(context, reviews)?;
        let catalogue = &self.kernel.state.catalogue;
        match workflow::publish(catalogue, tenant, submitted, decision)? {
            Publication::Known(workflow) => {
                // The key goes with the first of them.
                let unmarked = Author { mark: None, ..author.clone() };
                let authors = std::iter::once(author).chain(std::iter::repeat(unmarked));
                for ((reviewer, review), author) in reviews.into_iter().zip(authors) {
                    self.add_review(&reviewer, author, &workflow.manifest, review)?;
                }
                Ok(Answer::Published(self.published(tenant, &workflow.manifest)?, false))
            }
            Publication::New(event) => {
                check_size(&event)?;
                let manifest = Arc::clone(&event.manifest);
                self.rule(context, &author);
                let unmarked = Author { mark: None, ..author.clone() };
                self.record(&context.scope, author, Event::WorkflowPublished(*event));
                for (reviewer, review) in reviews {
                    self.add_review(&reviewer, unmarked.clone(), &manifest, review)?;
                }
                Ok(Answer::Published(self.published(tenant, &manifest)?, true))
            }
        }
    }

    /// The version that this manifest is published as.
    pub(super) fn published(
        &self,
        tenant: &str,
        manifest: &Manifest,
    ) -> Result<Arc<Workflow>, Rejection> {
        let found = self.standing((tenant, &manifest.name, &manifest.version))?;
        // One version was asked for, and it is there: `standing` refuses what is not.
        Ok(Arc::clone(&found[0]))
    }

    pub(super) fn lifecycle(
        &mut self,
        context: &Context,
        author: Author,
        (name, version): (&str, &str),
        change: Lifecycle,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let decision = context.ruling.id.to_string();
        let catalogue = &self.kernel.state.catalogue;
        let wanted = Versions { tenant, name, version };
        let event = match change {
            Lifecycle::Deprecate(how) => workflow::deprecate(catalogue, wanted, how, decision)?
                .map(Event::WorkflowDeprecated),
            Lifecycle::Undeprecate { reason } => {
                workflow::undeprecate(catalogue, wanted, reason, decision)?
                    .map(Event::WorkflowUndeprecated)
            }
            Lifecycle::Review(opinion) => {
                let by = &author.principal;
                workflow::review(catalogue, wanted, by, opinion, decision)?
                    .map(Event::WorkflowReviewed)
            }
            Lifecycle::Retire { reason } => {
                workflow::retire(catalogue, wanted, reason, decision)?.map(Event::WorkflowRetired)
            }
        };
        let changed = event.is_some();
        if let Some(event) = event {
            self.rule(context, &author);
            self.record(&context.scope, author, event);
        }
        Ok(Answer::Standing(self.standing((tenant, name, version))?, changed))
    }

    /// Versions as they stand now: all of a name when none is named.
    pub(super) fn standing(
        &self,
        (tenant, name, version): (&str, &str, &str),
    ) -> Result<Vec<Arc<Workflow>>, Rejection> {
        let found = Versions { tenant, name, version }.of(&self.kernel.state.catalogue)?;
        Ok(found.into_iter().cloned().collect())
    }
}
