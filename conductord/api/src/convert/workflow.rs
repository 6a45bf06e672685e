//! Workflows and what is wrong with them.

use conductor_domain::intent::workflow::Workflow;
use conductor_protocol::{
    manifest::{Manifest, Problem},
    v1,
};

use super::{narrow, scope, time};
use crate::{failure::Failure, limits::PROBLEMS_SHOWN_MAX};

/// A workflow as lists show it.
pub(crate) fn listed(workflow: &Workflow) -> v1::Workflow {
    let manifest = &workflow.manifest;
    v1::Workflow {
        scope: Some(scope(&workflow.scope)),
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        digest: workflow.digest.clone(),
        description: manifest.description.clone(),
        manifest_json: String::new(),
        task_count: narrow(manifest.tasks.len()),
        published_by: workflow.published_by.to_string(),
        published_at: Some(time(workflow.published_at)),
        decision_id: workflow.decision.clone(),
    }
}

/// A workflow with its manifest.
pub(crate) fn whole(workflow: &Workflow) -> v1::Workflow {
    v1::Workflow { manifest_json: workflow.manifest.canonical_json(), ..listed(workflow) }
}

/// What checking a manifest gave.
pub(crate) fn checked(parsed: &Result<Manifest, Vec<Problem>>) -> v1::ValidateWorkflowResponse {
    match parsed {
        Ok(manifest) => v1::ValidateWorkflowResponse {
            problems: Vec::new(),
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            digest: manifest.digest(),
        },
        Err(problems) => v1::ValidateWorkflowResponse {
            problems: problems.iter().map(problem).collect(),
            ..v1::ValidateWorkflowResponse::default()
        },
    }
}

fn problem(problem: &Problem) -> v1::Problem {
    v1::Problem {
        code: problem.code.as_str().to_owned(),
        message: problem.message.clone(),
        line: problem.line,
        column: problem.column,
        path: problem.path.clone(),
        hint: problem.hint.clone(),
    }
}

/// The refusal of a bad manifest: the first problem's code, and every problem on a line.
pub(crate) fn refused(problems: &[Problem]) -> Failure {
    let Some(first) = problems.first() else {
        return Failure::bug("a manifest was refused without a problem");
    };
    let mut lines: Vec<String> =
        problems.iter().take(PROBLEMS_SHOWN_MAX).map(ToString::to_string).collect();
    if problems.len() > PROBLEMS_SHOWN_MAX {
        lines.push(format!("and {} more", problems.len() - PROBLEMS_SHOWN_MAX));
    }
    let hint = match first.hint.as_str() {
        "" => "`conductor workflows validate` lists every problem",
        hint => hint,
    };
    Failure::new(first.code, lines.join("\n"), hint)
}
