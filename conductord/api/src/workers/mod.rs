//! The `Workers` service: the lease protocol over the wire.
//!
//! Workers serve every tenant, so `worker.work` is asked in the home tenant. A worker belongs to
//! the principal that first came with its id; whatever it sends for an attempt must carry the
//! fencing token of the lease that it holds.

mod owners;
mod session;
mod upload;

use conductor_protocol::{
    error_code::Code,
    id::{RunId, WorkerId},
    v1::{self, workers_server::Workers},
};
use tonic::{Request, Response, Status, Streaming};

pub(crate) use owners::Owners;

use crate::{
    api::Api,
    call::{Ask, Call, home},
    convert::work,
    failure::{Failure, Outcome},
    outlet::Messages,
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Workers for Service {
    type WorkStream = Messages<v1::WorkOrder>;

    async fn work(
        &self,
        request: Request<v1::WorkRequest>,
    ) -> Result<Response<Self::WorkStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(session::work(&call, request)).await
    }

    async fn heartbeat(
        &self,
        request: Request<v1::HeartbeatRequest>,
    ) -> Result<Response<v1::HeartbeatResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(heartbeat(&call, request)).await
    }

    async fn complete(
        &self,
        request: Request<v1::CompleteRequest>,
    ) -> Result<Response<v1::CompleteResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(complete(&call, request)).await
    }

    async fn append_logs(
        &self,
        request: Request<Streaming<v1::AppendLogsRequest>>,
    ) -> Result<Response<v1::AppendLogsResponse>, Status> {
        let (call, chunks) = self.0.enter(request)?;
        call.answer(upload::append_logs(&call, chunks)).await
    }

    async fn put_artifact(
        &self,
        request: Request<Streaming<v1::PutArtifactRequest>>,
    ) -> Result<Response<v1::PutArtifactResponse>, Status> {
        let (call, pieces) = self.0.enter(request)?;
        call.answer(upload::put_artifact(&call, pieces)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListWorkersRequest>,
    ) -> Result<Response<v1::ListWorkersResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }
}

/// The worker of that id, when it is the caller's own and policy lets it work.
async fn own_worker(call: &Call, id: &str) -> Outcome<WorkerId> {
    let worker: WorkerId = request::id("worker", id)?;
    call.may_quietly(&home(), Ask::one("worker.work", "worker", id)).await?;
    if call.api.owners().is_owner(worker, call.peer.principal()) {
        return Ok(worker);
    }
    Err(Failure::new(
        Code::WorkerUnknown,
        "no worker of that id has a session from here",
        "open a session first: the daemon may have been restarted",
    ))
}

async fn heartbeat(call: &Call, request: v1::HeartbeatRequest) -> Outcome<v1::HeartbeatResponse> {
    let worker = own_worker(call, &request.worker_id).await?;
    let most = usize::try_from(conductor_engine::limits::WORKER_CAPACITY_MAX).unwrap_or(usize::MAX);
    if request.tokens.len() > most {
        let message = format!("a worker holds {most} leases at most");
        return Err(Failure::invalid(message, "send only the leases that are held"));
    }
    let lost = call.engine().heartbeat(worker, request.tokens).await;
    let lost_tokens = lost.map_err(|rejection| call.rejected(rejection))?;
    Ok(v1::HeartbeatResponse { lost_tokens })
}

async fn complete(call: &Call, request: v1::CompleteRequest) -> Outcome<v1::CompleteResponse> {
    let worker = own_worker(call, &request.worker_id).await?;
    let run: RunId = request::id("run", &request.run_id)?;
    let completion = work::completion(worker, run, request)?;
    // Before its end is on record: nothing is done in the name of what has ended.
    call.engine().end_task_token(completion.token);
    let taken = call.engine().complete(completion).await;
    taken.map_err(|rejection| call.rejected(rejection))?;
    Ok(v1::CompleteResponse { seq: call.engine().views().seq() })
}

async fn list(call: &Call, request: v1::ListWorkersRequest) -> Outcome<v1::ListWorkersResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("worker.read", "worker")).await?;
    let tenant = (!call.sees_daemon()).then_some(scope.tenant.as_str());
    let inspected = call.engine().inspect(tenant).await;
    let (workers, depth) = inspected.map_err(|rejection| call.rejected(rejection))?;
    Ok(work::workers(workers, depth))
}
