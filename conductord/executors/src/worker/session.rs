//! One session with the kernel: opened, its orders obeyed, until it ends.

use std::{sync::Arc, time::Duration};

use conductor_engine::ports::{Lease, Order, StopReason, WorkError, WorkPort, WorkerHello};
use conductor_protocol::id::WorkerId;
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Shared, attempt,
    heartbeat::{self, Rhythm},
    held::NotTaken,
};
use crate::{limits::ORDERS_BATCH, stop::Stop};

/// An open session.
pub(super) struct Session {
    worker: WorkerId,
    rhythm: Rhythm,
    orders: mpsc::Receiver<Order>,
}

/// Why a session is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The kernel ended it, or is gone.
    Ended,
    /// The worker shuts down and has drained.
    Shutdown,
}

/// Introduces the worker and waits for its welcome.
pub(super) async fn open<P: WorkPort>(
    shared: &Shared<P>,
    worker: Option<WorkerId>,
) -> Result<Session, WorkError> {
    let mut orders = shared
        .port
        .open(WorkerHello {
            worker,
            name: shared.options.name.clone(),
            capacity: shared.options.capacity,
            executors: shared.uses(),
            held_tokens: shared.held.tokens(),
            in_process: shared.options.in_process,
        })
        .await?;
    match orders.recv().await {
        Some(Order::Welcome { worker, lease_ttl_ms, heartbeat_interval_ms }) => {
            let lease_ttl = Duration::from_millis(lease_ttl_ms);
            let interval = Duration::from_millis(heartbeat_interval_ms.max(1));
            Ok(Session { worker, rhythm: Rhythm { lease_ttl, interval }, orders })
        }
        Some(_) => Err(WorkError::Unavailable("the first order was no welcome".into())),
        None => Err(WorkError::Unavailable("the session ended before it began".into())),
    }
}

impl Session {
    pub(super) fn worker(&self) -> WorkerId {
        self.worker
    }

    pub(super) fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// Obeys orders until the session ends or the worker has drained.
    pub(super) async fn serve<P: WorkPort>(
        mut self,
        shared: &Arc<Shared<P>>,
        shutdown: &CancellationToken,
    ) -> Over {
        // Dropped with the session, and the heartbeat with it.
        let mut beating = JoinSet::new();
        let beat: AbortHandle =
            beating.spawn(heartbeat::beat(Arc::clone(shared), self.worker, self.rhythm));
        let mut batch = Vec::with_capacity(ORDERS_BATCH);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                taken = self.orders.recv_many(&mut batch, ORDERS_BATCH) => {
                    if taken == 0 {
                        beat.abort();
                        return Over::Ended;
                    }
                    for order in batch.drain(..) {
                        self.obey(shared, order);
                    }
                }
            }
        }
        self.drain(shared).await;
        Over::Shutdown
    }

    /// Starts nothing more and lets attempts end for a while; orders to stop are still obeyed.
    async fn drain<P: WorkPort>(&mut self, shared: &Arc<Shared<P>>) {
        shared.tasks.close();
        let give_up_at = Instant::now() + shared.options.drain;
        let mut connected = true;
        loop {
            tokio::select! {
                () = shared.tasks.wait() => return,
                () = sleep_until(give_up_at) => return,
                order = self.orders.recv(), if connected => match order {
                    Some(order @ Order::Stop { .. }) => self.obey(shared, order),
                    Some(Order::Start(_) | Order::Welcome { .. }) => {}
                    None => connected = false,
                },
            }
        }
    }

    fn obey<P: WorkPort>(&self, shared: &Arc<Shared<P>>, order: Order) {
        match order {
            Order::Start(lease) => self.start(shared, *lease),
            Order::Stop { token, reason } => {
                if !shared.held.stop(token, Stop::Ordered(reason)) && reason != StopReason::Lost {
                    tracing::debug!(token, "an order to stop came after the attempt's end");
                }
            }
            Order::Welcome { .. } => tracing::warn!("the kernel welcomed this worker twice"),
        }
    }

    fn start<P: WorkPort>(&self, shared: &Arc<Shared<P>>, lease: Lease) {
        let capacity = usize::try_from(shared.options.capacity).unwrap_or(usize::MAX);
        match shared.held.take(lease.token, capacity) {
            Ok(stop) => {
                let (shared, worker) = (Arc::clone(shared), self.worker);
                let tasks = shared.tasks.clone();
                tasks.spawn(attempt::live(shared, worker, lease, stop));
            }
            Err(NotTaken::Known) => tracing::debug!(token = lease.token, "a lease came twice"),
            // Without a heartbeat it runs out and is given to another.
            Err(NotTaken::Full) => {
                tracing::warn!(token = lease.token, "a lease came beyond this worker's capacity");
            }
        }
    }
}
