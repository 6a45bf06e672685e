//! A worker's session: orders go out until it ends, from either side.

use conductor_domain::scope::Scope;
use conductor_engine::{
    limits::WORKER_CAPACITY_MAX,
    ports::{Order, WorkerHello},
    service::Engine,
};
use conductor_protocol::{error_code::Code, id::WorkerId, v1};
use tokio::sync::mpsc;

use super::{home, owners::NotYours};
use crate::{
    call::{Ask, Call},
    convert::work,
    failure::{Failure, Outcome},
    limits::EXECUTORS_MAX,
    outlet::{Cut, Messages, Outlet},
    request,
    standing::Standing,
};

/// What runs scripts where the worker is.
const SHELL: &str = "pkg:builtin/shell@";

/// Ends when it is dropped.
struct Session {
    engine: Engine,
    worker: WorkerId,
    number: u64,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.engine.worker_close(self.worker, self.number);
    }
}

pub(super) async fn work(
    call: &Call,
    request: v1::WorkRequest,
) -> Outcome<Messages<v1::WorkOrder>> {
    call.api.refuse_when_draining()?;
    // Only its form counts: the right to work is held in the home tenant.
    call.scope(request.scope.clone())?;
    let id = request.worker_id.clone();
    let asking =
        move |call: &Call, scope: &Scope| call.rule(scope, Ask::one("worker.work", "worker", &id));
    let standing = Standing::to_show_whole(call, &home(), asking).await?;
    let hello = hello(request)?;
    if let Some(worker) = hello.worker {
        check_claim(call, worker).await?;
    }
    let opened = call.engine().worker_open(hello).await;
    let (worker, number, orders) = opened.map_err(|rejection| call.rejected(rejection))?;
    call.api.owners().claim(worker, call.peer.principal());
    let session = Session { engine: call.engine().clone(), worker, number };
    Ok(Outlet::start(standing, move |outlet| give(outlet, orders, session)))
}

/// Hands the orders on until either side is gone, or the right to work is.
async fn give(
    outlet: Outlet<v1::WorkOrder>,
    mut orders: mpsc::Receiver<Order>,
    session: Session,
) -> Result<(), Cut> {
    while let Some(order) = outlet.wait(orders.recv()).await? {
        let task_token = match &order {
            Order::Start(lease) if lease.uses.starts_with(SHELL) => {
                session.engine.issue_task_token(lease)
            }
            _ => None,
        };
        outlet.send(work::order(order, task_token)).await?;
    }
    Ok(())
}

fn hello(request: v1::WorkRequest) -> Outcome<WorkerHello> {
    let worker = match request.worker_id.as_str() {
        "" => None,
        id => Some(request::id("worker", id)?),
    };
    if request.executors.is_empty() || request.executors.len() > EXECUTORS_MAX {
        let message = format!("a worker offers 1 to {EXECUTORS_MAX} executors");
        return Err(Failure::invalid(message, "name them like `pkg:builtin/shell@1`"));
    }
    let most = usize::try_from(WORKER_CAPACITY_MAX).unwrap_or(usize::MAX);
    if request.capacity == 0 || request.capacity > WORKER_CAPACITY_MAX {
        let message = format!("a worker takes 1 to {most} leases at once");
        return Err(Failure::invalid(message, "give another capacity"));
    }
    if request.held_tokens.len() > most {
        let message = format!("a worker holds {most} leases at most");
        return Err(Failure::invalid(message, "send only the leases that are held"));
    }
    let executors = request.executors.into_iter().map(|name| request::text("executor", name));
    Ok(WorkerHello {
        worker,
        name: request::text("worker's name", request.name)?,
        capacity: request.capacity,
        executors: executors.collect::<Outcome<_>>()?,
        held_tokens: request.held_tokens,
        in_process: false,
    })
}

/// Nobody takes over another's worker, nor the daemon's own.
async fn check_claim(call: &Call, worker: WorkerId) -> Outcome<()> {
    let inspected = call.engine().inspect(None).await;
    let (known, _) = inspected.map_err(|rejection| call.rejected(rejection))?;
    let in_process = known.iter().any(|info| info.id == worker && info.in_process);
    let owners = call.api.owners();
    owners.forget_unless(|id| id == worker || known.iter().any(|info| info.id == id));
    match owners.check(worker, call.peer.principal()) {
        Ok(()) if !in_process => Ok(()),
        Ok(()) | Err(NotYours::Taken) => Err(Failure::new(
            Code::PermissionDenied,
            "the worker's id belongs to another principal",
            "leave the id out: the daemon gives a new one",
        )),
        Err(NotYours::Full) => {
            Err(Failure::new(Code::QueueFull, "too many workers are known", "try again later"))
        }
    }
}
