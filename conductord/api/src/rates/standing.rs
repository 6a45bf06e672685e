//! How near a caller is to each limit, and what the doctor says of all of them.

use std::sync::atomic::Ordering;

use conductor_domain::scope::Scope;
use conductor_protocol::v1;

use super::{
    bucket::Who,
    kind::{Kind, Share},
};
use crate::call::Call;

/// What is left to the caller, and to the tenant where its requests count for that.
pub(crate) fn standing(call: &Call, scope: &Scope) -> v1::RateLimits {
    let Some(counted) = &call.counted else { return v1::RateLimits::default() };
    let (rates, engine) = (call.api.rates(), call.engine());
    let now = engine.now();
    let limit = |name: &str, (who, kind): (&Who, Kind), per_minute: u32| {
        let key = (who.clone(), kind);
        let left = (per_minute > 0).then(|| rates.buckets(who).left(&key, per_minute, now));
        left.map(|left| v1::RateLimit { name: name.to_owned(), per_minute, left })
    };
    let own = Kind::ALL.into_iter().filter_map(|kind| {
        limit(kind.as_str(), (&counted.who, kind), rates.limits.principal(kind))
    });
    let mut limits: Vec<v1::RateLimit> = own.collect();
    if engine.views().is_of(&scope.tenant, call.peer.principal()) {
        let tenant = Who::Tenant(scope.tenant.clone());
        limits.extend(Share::ALL.into_iter().filter_map(|share| {
            limit(share.as_str(), (&tenant, share.kind()), rates.limits.tenant(share))
        }));
    }
    v1::RateLimits { counted: true, limits }
}

/// All limits in a line, and how many requests were refused for them.
pub(crate) fn check(call: &Call) -> String {
    let rates = call.api.rates();
    let refused = match rates.refused.load(Ordering::Relaxed) {
        0 => "none".to_owned(),
        refused => refused.to_string(),
    };
    format!("{}; {refused} refused since the daemon started", rates.limits)
}
