//! The `Runs` service. The changes are in `change.rs`, the look-ups in `read.rs`, and each
//! stream has a file of its own.

mod artifact;
mod asked;
mod change;
mod draft;
mod list;
mod logs;
mod pack;
mod plan;
mod read;
mod secrets;
mod watch;
mod watch_list;

use std::collections::BTreeMap;

use conductor_protocol::v1::{self, runs_server::Runs};
use tonic::{Request, Response, Status};

pub(crate) use read::{field as run_field, look_up};

use crate::{api::Api, outlet::Messages};

/// The hosts of a workflow's tasks, frozen, by task.
type Hosts = BTreeMap<String, Vec<serde_json::Value>>;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Runs for Service {
    async fn plan(
        &self,
        request: Request<v1::PlanRunRequest>,
    ) -> Result<Response<v1::PlanRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(Box::pin(plan::plan(&call, request))).await
    }

    async fn start(
        &self,
        request: Request<v1::StartRunRequest>,
    ) -> Result<Response<v1::StartRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::start(&call, request)).await
    }

    async fn cancel(
        &self,
        request: Request<v1::CancelRunRequest>,
    ) -> Result<Response<v1::CancelRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::cancel(&call, request)).await
    }

    async fn pause(
        &self,
        request: Request<v1::PauseRunRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::pause(&call, request)).await
    }

    async fn resume(
        &self,
        request: Request<v1::ResumeRunRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::resume(&call, request)).await
    }

    async fn skip_task(
        &self,
        request: Request<v1::SkipTaskRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::skip(&call, request)).await
    }

    async fn release_task(
        &self,
        request: Request<v1::ReleaseTaskRequest>,
    ) -> Result<Response<v1::ChangeRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::release(&call, request)).await
    }

    async fn rerun(
        &self,
        request: Request<v1::RerunRunRequest>,
    ) -> Result<Response<v1::StartRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(change::rerun(&call, request)).await
    }

    async fn get(
        &self,
        request: Request<v1::GetRunRequest>,
    ) -> Result<Response<v1::GetRunResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(read::get(&call, request)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListRunsRequest>,
    ) -> Result<Response<v1::ListRunsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list::list(&call, request)).await
    }

    async fn timeline(
        &self,
        request: Request<v1::TimelineRequest>,
    ) -> Result<Response<v1::TimelineResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(read::timeline(&call, request)).await
    }

    type WatchStream = Messages<v1::WatchRunResponse>;

    async fn watch(
        &self,
        request: Request<v1::WatchRunRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(watch::watch(&call, request)).await
    }

    type WatchListStream = Messages<v1::WatchRunsResponse>;

    async fn watch_list(
        &self,
        request: Request<v1::WatchRunsRequest>,
    ) -> Result<Response<Self::WatchListStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(watch_list::watch(&call, request)).await
    }

    type LogsStream = Messages<v1::LogChunk>;

    async fn logs(
        &self,
        request: Request<v1::RunLogsRequest>,
    ) -> Result<Response<Self::LogsStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(logs::logs(&call, request)).await
    }

    type ArtifactStream = Messages<v1::ArtifactChunk>;

    async fn artifact(
        &self,
        request: Request<v1::GetArtifactRequest>,
    ) -> Result<Response<Self::ArtifactStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(artifact::artifact(&call, request)).await
    }

    type ExportStream = Messages<v1::ArtifactChunk>;

    async fn export(
        &self,
        request: Request<v1::ExportRunRequest>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(Box::pin(pack::export(&call, request))).await
    }
}
