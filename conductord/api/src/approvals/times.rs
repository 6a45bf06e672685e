//! Time to approve, since a time and in as long a time before it.

use std::sync::Arc;

use conductor_domain::{
    time::Timestamp,
    trust::approval::{Approval, Times},
};
use conductor_engine::{limits::PAGE_SIZE_MAX, views::ApprovalFilter};
use conductor_protocol::v1;

use super::{
    READ, is_seen,
    named::{effect, field},
};
use crate::{
    call::{Ask, Call},
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::{APPROVALS_TIMED_DEFAULT, APPROVALS_TIMED_MAX},
    request,
};

pub(super) async fn times(
    call: &Call,
    request: v1::ApprovalTimesRequest,
) -> Outcome<v1::ApprovalTimesResponse> {
    let scope = call.scope(request.scope)?;
    let ruling = call.rule(&scope, Ask::all(READ, "approval"));
    let effect = effect(&ruling);
    let terms = call.admit(&scope, ruling, effect).await?;
    let mut spans = Spans::until(call.engine().now(), request::time("since", request.since)?)?;
    let action = request::filter("action", request.action)?;
    let filter = ApprovalFilter { action, ..ApprovalFilter::default() };
    let engine = call.engine().clone();
    let read = Arc::new(move |before| {
        engine.views().find_approvals(&scope.tenant, &filter, before, PAGE_SIZE_MAX)
    });
    let (mut before, mut looked_at) = (None, 0);
    loop {
        let (read, from) = (Arc::clone(&read), before);
        let found = on_disk(move || read(from)).await?;
        looked_at += found.approvals.len();
        for approval in &found.approvals {
            if terms.filter.lets(|name| field(approval, name)) && is_seen(call, approval) {
                spans.count(approval);
            }
        }
        before = found.next;
        // Ids are by time: what is older than both spans needs no look.
        if before.is_none_or(|last| last.unix_ms() < spans.first.unix_ms) {
            return Ok(spans.told(false));
        }
        if looked_at >= APPROVALS_TIMED_MAX {
            return Ok(spans.told(true));
        }
    }
}

/// Two spans of the same length, one after the other.
struct Spans {
    first: Timestamp,
    since: Timestamp,
    until: Timestamp,
    before: Times,
    times: Times,
}

impl Spans {
    fn until(now: Timestamp, since: Option<Timestamp>) -> Outcome<Self> {
        let default = u64::try_from(APPROVALS_TIMED_DEFAULT.as_millis()).unwrap_or(u64::MAX);
        let since = since.unwrap_or(now - default);
        if since >= now {
            return Err(Failure::invalid("`since` is not before now", "name a time in the past"));
        }
        let first = since - now.ms_since(since);
        Ok(Self { first, since, until: now, before: Times::default(), times: Times::default() })
    }

    fn count(&mut self, approval: &Approval) {
        let asked_at = approval.requested_at;
        if asked_at >= self.since {
            self.times.count(approval);
        } else if asked_at >= self.first {
            self.before.count(approval);
        }
    }

    fn told(self, cut: bool) -> v1::ApprovalTimesResponse {
        v1::ApprovalTimesResponse {
            times: Some(wire(self.times, self.since, self.until)),
            before: Some(wire(self.before, self.first, self.since)),
            cut,
        }
    }
}

fn wire(times: Times, from: Timestamp, until: Timestamp) -> v1::ApprovalTimes {
    let times = times.in_order();
    v1::ApprovalTimes {
        from: Some(convert::time(from)),
        until: Some(convert::time(until)),
        asked: times.asked,
        waiting: times.waiting,
        granted: times.granted() as u64,
        denied: times.denied,
        withdrawn: times.withdrawn,
        void: times.voided,
        expired: times.expired,
        median_ms: times.quantile_ms(50),
        p90_ms: times.quantile_ms(90),
        longest_ms: times.quantile_ms(100),
    }
}
