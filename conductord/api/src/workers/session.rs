//! A worker's session: orders go out until it ends, from either side.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use conductor_engine::{
    limits::WORKER_CAPACITY_MAX,
    ports::{Order, WorkerHello},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::{TraceId, WorkerId},
    v1,
};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::Status;

use super::{home, owners::NotYours};
use crate::{
    call::{Ask, Call},
    convert::work,
    failure::{Failure, Outcome},
    limits::EXECUTORS_MAX,
    request,
};

/// Orders as they go out. When the stream is dropped the session ends.
pub(crate) struct Orders {
    orders: mpsc::Receiver<Order>,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    over: bool,
    trace: TraceId,
    /// Ends the session when it is dropped.
    _session: Session,
}

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

impl Stream for Orders {
    type Item = Result<v1::WorkOrder, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        if self.closing.as_mut().poll(cx).is_ready() {
            self.over = true;
            let status = Failure::shutting_down().into_status(self.trace);
            return Poll::Ready(Some(Err(status)));
        }
        self.orders.poll_recv(cx).map(|order| order.map(|order| Ok(work::order(order))))
    }
}

pub(super) async fn work(call: &Call, request: v1::WorkRequest) -> Outcome<Orders> {
    call.api.refuse_when_draining()?;
    // Only its form counts: the right to work is held in the home tenant.
    call.scope(request.scope.clone())?;
    call.may(&home(), Ask::one("worker.work", "worker", &request.worker_id)).await?;
    let hello = hello(request)?;
    if let Some(worker) = hello.worker {
        check_claim(call, worker).await?;
    }
    let opened = call.engine().worker_open(hello).await;
    let (worker, number, orders) = opened.map_err(|rejection| call.rejected(rejection))?;
    call.api.owners().claim(worker, call.peer.principal());
    let closing: CancellationToken = call.api.closing().clone();
    Ok(Orders {
        orders,
        closing: Box::pin(closing.cancelled_owned()),
        over: false,
        trace: call.trace,
        _session: Session { engine: call.engine().clone(), worker, number },
    })
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
    let inspected = call.engine().inspect().await;
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
