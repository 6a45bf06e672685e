//! What is planned: a published version, or a manifest that need not be.

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::{Provenance, Standing, Workflow},
    scope::Scope,
    work::run::plan::PlanProblem,
};
use conductor_protocol::{error_code::Code, manifest::Manifest};

use crate::{call::Call, failure::Outcome};

/// See the module.
pub(super) struct Draft {
    pub(super) workflow: Arc<Workflow>,
    /// This very manifest is published.
    pub(super) published: bool,
    /// What is in the way of its start.
    pub(super) problems: Vec<PlanProblem>,
    /// What should be known of it.
    pub(super) warnings: Vec<PlanProblem>,
}

impl Draft {
    /// The version that a start takes.
    pub(super) fn published(
        call: &Call,
        scope: &Scope,
        (name, version): (&str, &str),
    ) -> Outcome<Self> {
        let workflow = call.engine().views().to_start(&scope.tenant, name, version)?;
        let warnings = warning(&workflow).into_iter().collect();
        Ok(Self { workflow, published: true, problems: Vec::new(), warnings })
    }

    /// A manifest as it is, whether it is published or not.
    pub(super) fn of_manifest(call: &Call, scope: &Scope, manifest: Manifest) -> Self {
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        let digest = manifest.digest();
        let known = call.engine().views().workflow(&scope.tenant, &name, &version);
        let (mut problems, mut warnings) = (Vec::new(), Vec::new());
        match &known {
            Some(known) if known.digest == digest => {
                if let Err(refusal) = call.engine().views().to_start(&scope.tenant, &name, &version)
                {
                    problems.push(problem((refusal.code, refusal.message), refusal.hint));
                }
                warnings.extend(warning(known));
                return Self { workflow: Arc::clone(known), published: true, problems, warnings };
            }
            Some(_) => {
                let message =
                    format!("version {version} of `{name}` is published with another text");
                let hint = "give it a higher version".to_owned();
                problems.push(problem((Code::WorkflowVersionConflict, message), hint));
            }
            None => {
                let message = format!("version {version} of `{name}` is not published");
                let hint = "`conductor workflows publish FILE`; `conductor run FILE` does it, too";
                warnings.push(problem((Code::WorkflowNotFound, message), hint.to_owned()));
            }
        }
        let workflow = Workflow {
            scope: scope.clone(),
            manifest: Arc::new(manifest),
            digest,
            published_by: call.peer.principal().clone(),
            published_at: call.engine().now(),
            seq: 0,
            decision: String::new(),
            provenance: Provenance::default(),
            signature: None,
            countersignatures: Vec::new(),
            standing: Standing::default(),
            reviews: Vec::new(),
        };
        Self { workflow: Arc::new(workflow), published: false, problems, warnings }
    }
}

fn problem((code, message): (Code, String), hint: String) -> PlanProblem {
    PlanProblem { code, path: "version".to_owned(), message, hint }
}

fn warning(workflow: &Workflow) -> Option<PlanProblem> {
    let message = workflow.warning()?;
    // No code says deprecated; the nearest is what comes of it one day.
    Some(problem((Code::WorkflowRetired, message), "move to the version that it names".to_owned()))
}
