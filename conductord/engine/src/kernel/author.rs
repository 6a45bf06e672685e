//! Who is behind an event.

use conductor_domain::{event::IdempotencyMark, scope::Principal};
use conductor_protocol::id::{TraceId, WorkerId};

/// Who is behind an event.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) principal: Principal,
    pub(super) trace: Option<TraceId>,
    pub(super) mark: Option<IdempotencyMark>,
}

impl Author {
    pub(super) fn system() -> Self {
        Self { principal: Principal::system(), trace: None, mark: None }
    }

    pub(super) fn worker(worker: WorkerId) -> Self {
        let principal = Principal::new(format!("worker:{worker}"));
        Self { principal, trace: None, mark: None }
    }
}
