//! The `Artifacts` service: files that belong to runs, added, shown, held, and let go.

mod content;
mod read;
mod retention;
mod upload;

use conductor_domain::{
    scope::Scope,
    trust::artifact::{Artifact, Change, Declared, Kind, limits::ADDITIONAL_BYTES_MAX, not_found},
};
use conductor_engine::{
    command::{Answer, Command},
    run_known::RunSummary,
    views::ArtifactRow,
};
use conductor_protocol::{
    error_code::Code,
    id::{ArtifactId, RunId},
    v1::{self, artifacts_server::Artifacts},
};
use serde_json::{Map, Value};
use tonic::{Request, Response, Status, Streaming};

pub(crate) use read::all_of_run;

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert,
    failure::{Failure, Outcome},
    outlet::Messages,
    request,
};

/// What policy is asked about where one is read.
const READ: &str = "artifact.read";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Artifacts for Service {
    type DownloadStream = Messages<v1::DownloadArtifactResponse>;

    async fn upload(
        &self,
        request: Request<Streaming<v1::UploadArtifactRequest>>,
    ) -> Result<Response<v1::UploadArtifactResponse>, Status> {
        let (call, pieces) = self.0.enter(request)?;
        call.answer(Box::pin(upload::upload(&call, pieces))).await
    }

    async fn record(
        &self,
        request: Request<v1::RecordArtifactRequest>,
    ) -> Result<Response<v1::RecordArtifactResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(upload::record(&call, request)).await
    }

    async fn get(
        &self,
        request: Request<v1::GetArtifactRecordRequest>,
    ) -> Result<Response<v1::GetArtifactRecordResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(read::get(&call, request)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListArtifactsRequest>,
    ) -> Result<Response<v1::ListArtifactsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(read::list(&call, request)).await
    }

    async fn download(
        &self,
        request: Request<v1::DownloadArtifactRequest>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(Box::pin(content::download(&call, request))).await
    }

    async fn hold(
        &self,
        request: Request<v1::HoldArtifactRequest>,
    ) -> Result<Response<v1::HoldArtifactResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        let v1::HoldArtifactRequest { scope, artifact_id, reason, idempotency_key } = request;
        let asked = (artifact_id.as_str(), Change::Hold(reason));
        let held = change(&call, scope, asked, idempotency_key);
        let held = async { Ok(v1::HoldArtifactResponse { artifact: Some(held.await?) }) };
        call.answer(held).await
    }

    async fn release(
        &self,
        request: Request<v1::ReleaseArtifactRequest>,
    ) -> Result<Response<v1::ReleaseArtifactResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        let v1::ReleaseArtifactRequest { scope, artifact_id, reason, idempotency_key } = request;
        let asked = (artifact_id.as_str(), Change::Release(reason));
        let released = change(&call, scope, asked, idempotency_key);
        let released =
            async { Ok(v1::ReleaseArtifactResponse { artifact: Some(released.await?) }) };
        call.answer(released).await
    }

    async fn retention(
        &self,
        request: Request<v1::RetentionRequest>,
    ) -> Result<Response<v1::RetentionResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(retention::due(&call, request)).await
    }

    async fn expire(
        &self,
        request: Request<v1::ExpireArtifactsRequest>,
    ) -> Result<Response<v1::ExpireArtifactsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(retention::expire(&call, request)).await
    }
}

/// Holds an artifact, or ends that.
async fn change(
    call: &Call,
    scope: Option<v1::Scope>,
    (id, change): (&str, Change),
    key: String,
) -> Outcome<v1::ArtifactRecord> {
    let scope = call.scope(scope)?;
    let artifact: ArtifactId = request::id("artifact", id)?;
    let change = match change {
        Change::Hold(reason) => Change::Hold(request::reason(reason)?),
        Change::Release(reason) => Change::Release(request::reason(reason)?),
    };
    let key = idempotency(key, &(convert::scope(&scope), id, &change))?;
    // That there is none is told to nobody who may not act.
    let known = find(call, &scope, artifact)?;
    let run = known.as_ref().map(|(known, _)| summary(call, &scope, known.run)).transpose()?;
    let run = run.flatten();
    let ask = about(run.as_ref(), change.action(), ("artifact", id));
    match call.change(&scope, ask, Command::Artifact { artifact, change }, key).await? {
        Answer::Artifact(known, standing, _) => shown(call, &scope, (known, standing)).await,
        _ => Err(Failure::bug("a change of an artifact was answered with something else")),
    }
}

/// A question about a run's artifacts, or about one of them.
fn about<'a>(
    run: Option<&'a RunSummary>,
    action: &'a str,
    (kind, id): (&'a str, &'a str),
) -> Ask<'a> {
    let ask = Ask::one(action, kind, id);
    match run {
        Some(run) => Ask {
            owner: run.owner.as_str(),
            workflow: (run.workflow.as_str(), run.version.as_str()),
            ..ask
        },
        None => ask,
    }
}

/// An artifact of a scope.
fn find(call: &Call, scope: &Scope, id: ArtifactId) -> Outcome<Option<ArtifactRow>> {
    let found = call.engine().views().artifact(&scope.tenant, id)?;
    Ok(found.filter(|(known, _)| known.scope == *scope))
}

/// A run of a scope.
fn summary(call: &Call, scope: &Scope, id: RunId) -> Outcome<Option<RunSummary>> {
    let found = call.engine().run_known(&scope.tenant, id)?;
    Ok(found.filter(|run| run.scope == *scope))
}

/// The refusal where there is none.
fn unknown(scope: &Scope, id: ArtifactId) -> Failure {
    not_found(&scope.tenant, id).into()
}

/// The refusal where there is no such run.
pub(crate) fn no_run(scope: &Scope, id: RunId) -> Failure {
    let Scope { tenant, environment, region } = scope;
    Failure::new(
        Code::RunNotFound,
        format!("there is no run {id} in `{tenant}`, `{environment}`, `{region}`"),
        "`conductor runs list` shows the runs there are; --tenant, --env and --region say where",
    )
}

/// An artifact as it goes over the wire.
async fn shown(call: &Call, scope: &Scope, row: ArtifactRow) -> Outcome<v1::ArtifactRecord> {
    let rows = read::shown_all(call, scope, vec![row]).await?;
    rows.into_iter().next().ok_or_else(|| Failure::bug("an artifact vanished"))
}

/// A kind by its name.
fn kind(given: &str, empty: Option<Kind>) -> Outcome<Option<Kind>> {
    if given.is_empty() {
        return Ok(empty);
    }
    match Kind::named(given) {
        Some(kind) => Ok(Some(kind)),
        None => {
            let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            let message = format!("`{}` is no kind of artifact", request::shown(given));
            Err(Failure::new(
                Code::ArtifactInvalid,
                message,
                format!("take one of {}", words.join(", ")),
            ))
        }
    }
}

/// What was declared, and what else was said.
fn declared(given: Option<v1::DeclaredFlags>) -> Outcome<(Declared, Map<String, Value>)> {
    let given = given.unwrap_or_default();
    let declared = Declared {
        sbom: given.sbom_present,
        slsa_provenance: given.slsa_provenance_present,
        risk_assessment: given.risk_assessment_present,
    };
    let json = given.additional_metadata_json;
    if json.is_empty() {
        return Ok((declared, Map::new()));
    }
    let invalid = |message: String| {
        let hint = "write it as a JSON object, as `{\"scanner\": \"syft\"}`";
        Failure::new(Code::ArtifactInvalid, message, hint)
    };
    if json.len() > ADDITIONAL_BYTES_MAX {
        return Err(invalid(format!("additional metadata has up to {ADDITIONAL_BYTES_MAX} bytes")));
    }
    let read = serde_json::from_str(&json);
    let additional = read.map_err(|error| invalid(format!("read additional metadata: {error}")))?;
    Ok((declared, additional))
}

/// Whether an artifact was left behind by a task, of which policy may mask something.
const fn is_of_task(known: &Artifact) -> bool {
    known.task.is_some()
}
