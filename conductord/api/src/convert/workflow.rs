//! Workflows and what is wrong with them.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_domain::intent::workflow::{
    Notice, Provenance, Repository, Review, Standing, Workflow,
};
use conductor_engine::ports::InclusionProof;
use conductor_protocol::{
    id::ReceiptId,
    manifest::{Manifest, MediaType, Problem, Source, UnknownMediaType},
    remote, v1,
};

use super::{narrow, scope, time};
use crate::{
    failure::{Failure, Outcome},
    limits::{PROBLEMS_SHOWN_MAX, PROVENANCE_CHARS_MAX},
};

/// A workflow as lists show it, with what is wrong with its signatures now.
pub(crate) fn listed(workflow: &Workflow, problem: &str) -> v1::Workflow {
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
        state: state(&workflow.standing).into(),
        notice: match &workflow.standing {
            Standing::Published => None,
            Standing::Deprecated(why) | Standing::Retired(why) => Some(notice(why)),
        },
        provenance: known(&workflow.provenance),
        receipt: None,
        signatures: signatures(workflow)
            .map(|signed| v1::RunbookSignature { signature: String::new(), ..signed })
            .collect(),
        signature_problem: problem.to_owned(),
        source: None,
        title: manifest.title.clone(),
        tags: manifest.tags.clone(),
        owners: manifest.owners.clone(),
        rehearsed: None,
        reviews: workflow.reviews.iter().map(review).collect(),
    }
}

/// Its author's signature, then those of reviewers.
fn signatures(workflow: &Workflow) -> impl Iterator<Item = v1::RunbookSignature> {
    let author = workflow.signature.iter().map(|signed| (signed, false));
    let all = author.chain(workflow.countersignatures.iter().map(|signed| (signed, true)));
    all.map(|(signed, review)| v1::RunbookSignature {
        signature: signed.signature.clone(),
        principal: signed.principal.to_string(),
        fingerprint: signed.fingerprint.clone(),
        at: Some(time(signed.at)),
        review,
    })
}

/// A workflow with its manifest and the proof that it was published.
pub(crate) fn whole(
    (workflow, problem): (&Workflow, &str),
    record: &InclusionProof,
) -> v1::Workflow {
    let id = ReceiptId::of_record(workflow.published_at.unix_ms, &record.leaf);
    v1::Workflow {
        manifest_json: workflow.manifest.canonical_json(),
        signatures: signatures(workflow).collect(),
        receipt: Some(v1::Receipt {
            id: id.to_string(),
            seq: workflow.seq,
            record_hash: STANDARD.encode(record.leaf),
        }),
        source: workflow.provenance.source.as_deref().map(|source| v1::WorkflowSource {
            media_type: source.media_type.to_string(),
            text: source.text.clone(),
        }),
        ..listed(workflow, problem)
    }
}

const fn state(standing: &Standing) -> v1::WorkflowState {
    match standing {
        Standing::Published => v1::WorkflowState::Published,
        Standing::Deprecated(_) => v1::WorkflowState::Deprecated,
        Standing::Retired(_) => v1::WorkflowState::Retired,
    }
}

fn notice(notice: &Notice) -> v1::LifecycleNotice {
    v1::LifecycleNotice {
        by: notice.by.to_string(),
        at: Some(time(notice.at)),
        reason: notice.reason.clone(),
        instead: notice.instead.clone(),
        decision_id: notice.decision.clone(),
    }
}

fn review(review: &Review) -> v1::WorkflowReview {
    v1::WorkflowReview {
        by: review.by.to_string(),
        at: Some(time(review.at)),
        accepted: review.accepted,
        reason: review.reason.clone(),
        decision_id: review.decision.clone(),
    }
}

fn known(provenance: &Provenance) -> Option<v1::Provenance> {
    (!provenance.is_unknown()).then(|| v1::Provenance {
        file: provenance.file.clone(),
        source_digest: provenance.source_digest.clone(),
        client: provenance.client.clone(),
        repository: provenance.repository.as_ref().map(|repository| v1::Repository {
            commit: repository.commit.clone(),
            remote: repository.remote.clone(),
            path: repository.path.clone(),
            dirty: repository.dirty,
        }),
    })
}

/// The text that came, and the form that it is said to have.
pub(crate) fn source(media_type: &str, text: String) -> Outcome<Source> {
    let media_type: MediaType = media_type.parse().map_err(|error: UnknownMediaType| {
        Failure::invalid(error.to_string(), "leave `media_type` out for YAML and JSON")
    })?;
    Ok(Source { media_type, text })
}

/// Where a manifest came from: the caller's word, without what can't be true or must not be kept,
/// and the text that came with its digest.
pub(crate) fn provenance(given: Option<v1::Provenance>, source: Source) -> Provenance {
    let given = given.unwrap_or_default();
    Provenance {
        file: tame(&given.file),
        source_digest: source.digest(),
        client: tame(&given.client),
        repository: given.repository.as_ref().and_then(repository),
        source: Some(Arc::new(source)),
    }
}

fn repository(given: &v1::Repository) -> Option<Repository> {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_commit = matches!(given.commit.len(), 40 | 64) && hexadecimal(&given.commit);
    is_commit.then(|| Repository {
        commit: given.commit.to_ascii_lowercase(),
        remote: tame(&remote::without_credentials(&given.remote).unwrap_or_default()),
        path: tame(&given.path),
        dirty: given.dirty,
    })
}

/// A text that a terminal may be shown, cut where it is too long.
fn tame(text: &str) -> String {
    text.chars()
        .take(PROVENANCE_CHARS_MAX)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provenance_keeps_no_credentials_and_nothing_untrue() {
        let given = |commit: &str| v1::Provenance {
            file: "ops/\x1b[31mdisk.yaml".into(),
            source_digest: "sha256:made-up".into(),
            client: "x".repeat(PROVENANCE_CHARS_MAX + 1),
            repository: Some(v1::Repository {
                commit: commit.into(),
                remote: "https://alice:s3cret@example.org/ops.git".into(),
                path: "ops/disk.yaml".into(),
                dirty: true,
            }),
        };
        let text = |text: &str| source("", text.to_owned()).unwrap();
        let kept = provenance(Some(given(&"A".repeat(40))), text("name: x"));
        assert_eq!(kept.file, "ops/\u{fffd}[31mdisk.yaml");
        assert_eq!(kept.source_digest, text("name: x").digest());
        assert_eq!(kept.client.len(), PROVENANCE_CHARS_MAX);
        let repository = kept.repository.unwrap();
        assert_eq!(repository.commit, "a".repeat(40));
        assert_eq!(repository.remote, "https://example.org/ops.git");
        assert!(repository.dirty);
        assert_eq!(provenance(Some(given("main")), text("")).repository, None);
    }
}
