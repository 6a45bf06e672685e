//! How often somebody may ask: a bucket of tokens for each principal and kind of request, and others
//! for each tenant. They are looked at before policy is, and a request that is refused did nothing.
//!
//! Whoever comes over the Unix socket is of this machine, and is not counted unless the configuration
//! says so. Streams count when they are opened.

mod bucket;
mod kind;
mod limits;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use conductor_domain::{scope::Scope, time::Timestamp};

use self::bucket::{Buckets, Who};
pub(crate) use self::kind::Kind;
pub use self::limits::RateLimits;
use crate::{call::Call, failure::Failure, peer::Peer};

/// Everybody's buckets.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    limits: RateLimits,
    buckets: Mutex<Buckets>,
}

/// That a request was counted, and as what; goes with it to where its tenant is known.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    kind: Kind,
    tenant: Arc<AtomicBool>,
}

impl Rates {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    pub(crate) fn limits(&self) -> &RateLimits {
        &self.limits
    }

    /// Counts a request for whoever makes it. Nothing where it isn't counted at all.
    pub(crate) fn principal(
        &self,
        (connection, peer): (&Peer, &Peer),
        path: &str,
        now: Timestamp,
    ) -> Result<Option<Counted>, Failure> {
        if connection.is_local() && !self.limits.socket {
            return Ok(None);
        }
        let kind = Kind::of(path);
        let whose = peer.principal().to_string();
        // Nobody knows how many those are who don't say who they are; where they come from is known.
        let whose = match peer.is_anonymous() {
            true => format!("{whose} {}", network(peer.origin())),
            false => whose,
        };
        self.take((Who::Principal(whose), kind), self.limits.principal(kind), now)?;
        Ok(Some(Counted { kind, tenant: Arc::default() }))
    }

    /// Counts a request for a tenant, once. Only its own people's are counted: else strangers could
    /// use up what it has.
    fn tenant(&self, counted: &Counted, tenant: &str, now: Timestamp) -> Result<(), Failure> {
        if counted.kind == Kind::Work || counted.tenant.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        // Starts have a bucket, all the rest another.
        let kind = if counted.kind == Kind::Start { Kind::Start } else { Kind::Read };
        let per_minute = self.limits.tenant(counted.kind);
        self.take((Who::Tenant(tenant.to_owned()), kind), per_minute, now)
    }

    fn take(&self, key: (Who, Kind), per_minute: u32, now: Timestamp) -> Result<(), Failure> {
        if per_minute == 0 {
            return Ok(());
        }
        let (who, kind) = (key.0.clone(), key.1);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = buckets.take(key, per_minute, now);
        drop(buckets);
        taken.map_err(|wait| {
            let of = if matches!(who, Who::Tenant(_)) { "tenant" } else { "principal" };
            let labels = [("kind", kind.as_str()), ("of", of)];
            metrics::counter!("conductor_rate_limited_total", &labels).increment(1);
            refused(&who, kind, (per_minute, wait))
        })
    }
}

/// Counts a request for the tenant that it acts in, where whoever makes it holds a role.
pub(crate) fn count(call: &Call, scope: &Scope) -> Result<(), Failure> {
    let (Some(counted), engine) = (&call.counted, call.engine()) else { return Ok(()) };
    if !engine.views().is_of(&scope.tenant, call.peer.principal()) {
        return Ok(());
    }
    call.api.rates().tenant(counted, &scope.tenant, engine.now())
}

fn refused(who: &Who, kind: Kind, (per_minute, wait): (u32, Duration)) -> Failure {
    let what = match (who, kind) {
        (Who::Tenant(_), Kind::Start) => "starts of runs",
        (Who::Tenant(_), _) => "requests",
        (Who::Principal(_), kind) => kind.in_words(),
    };
    let whose = match who {
        Who::Principal(_) => "you".to_owned(),
        Who::Tenant(tenant) => format!("everybody of tenant `{tenant}` together"),
    };
    Failure::rate_limited(format!("{per_minute} {what} a minute are taken from {whose}"), wait)
}

/// What an address counts as: one IPv6 network is one, for whoever has an address there has all.
fn network(origin: &str) -> String {
    match origin.parse::<std::net::Ipv6Addr>() {
        Ok(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", std::net::Ipv6Addr::from(network))
        }
        Err(_) => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_place() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("loopback"), "loopback");
    }
}
