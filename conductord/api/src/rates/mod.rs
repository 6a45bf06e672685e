//! How often somebody may ask: a bucket of tokens for each principal and kind of request, and others
//! for each tenant. They are looked at before policy is, and a request that is refused did nothing.
//!
//! The daemon's own user, who comes over the Unix socket, is not counted unless the configuration
//! says so. Streams count when they are opened.

mod bucket;
mod kind;
mod limits;
mod standing;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use conductor_domain::{scope::Scope, time::Timestamp};

pub use self::limits::RateLimits;
pub(crate) use self::standing::{check, standing};
use self::{
    bucket::{Buckets, Who},
    kind::Kind,
};
use crate::{call::Call, failure::Failure, peer::Peer};

/// Everybody's buckets.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    limits: RateLimits,
    /// Of those whose names are known, and of tenants.
    known: Mutex<Buckets>,
    /// Of those who don't say who they are: however many places they come from, they take no room
    /// from the others.
    places: Mutex<Buckets>,
    /// Requests that were refused since the daemon started.
    refused: AtomicU64,
}

/// That a request was counted, for whom and as what; goes with it to where its tenant is known.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    who: Who,
    kind: Kind,
    /// Whether it counts for a tenant already.
    tenant: Arc<AtomicBool>,
}

impl Rates {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Counts a request for whoever makes it. Nothing where it isn't counted at all.
    pub(crate) fn principal(
        &self,
        (connection, peer): (&Peer, &Peer),
        path: &str,
        now: Timestamp,
    ) -> Result<Option<Counted>, Failure> {
        if connection.is_owner() && !self.limits.owner {
            return Ok(None);
        }
        let kind = Kind::of(path);
        // Nobody knows how many those are who don't say who they are; where they come from is known.
        let who = match peer.is_anonymous() {
            true => Who::Place(format!("{} {}", peer.principal(), network(peer.origin()))),
            false => Who::Principal(peer.principal().to_string()),
        };
        let per_minute = self.limits.principal(kind);
        self.take((who.clone(), kind), per_minute, now).map_err(|wait| {
            self.refuse((kind.as_str(), kind.in_words()), &who, (per_minute, wait))
        })?;
        Ok(Some(Counted { who, kind, tenant: Arc::default() }))
    }

    /// Counts a request for a tenant, once. Only its own people's are counted: else strangers could
    /// use up what it has.
    fn tenant(&self, counted: &Counted, tenant: &str, now: Timestamp) -> Result<(), Failure> {
        let Some(share) = counted.kind.share() else { return Ok(()) };
        if counted.tenant.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let (who, per_minute) = (Who::Tenant(tenant.to_owned()), self.limits.tenant(share));
        self.take((who.clone(), share.kind()), per_minute, now).map_err(|wait| {
            self.refuse((share.as_str(), share.in_words()), &who, (per_minute, wait))
        })
    }

    fn take(&self, key: (Who, Kind), per_minute: u32, now: Timestamp) -> Result<(), Duration> {
        match per_minute {
            0 => Ok(()),
            _ => self.buckets(&key.0).take(key, per_minute, now),
        }
    }

    /// Where somebody's buckets are kept.
    fn buckets(&self, who: &Who) -> MutexGuard<'_, Buckets> {
        let buckets = match who {
            Who::Place(_) => &self.places,
            Who::Principal(_) | Who::Tenant(_) => &self.known,
        };
        buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse(
        &self,
        (limit, what): (&'static str, &'static str),
        who: &Who,
        (per_minute, wait): (u32, Duration),
    ) -> Failure {
        metrics::counter!("conductor_rate_limited_total", "limit" => limit).increment(1);
        self.refused.fetch_add(1, Ordering::Relaxed);
        let whose = match who {
            Who::Principal(_) => "you".to_owned(),
            Who::Place(_) => "all together who come from there and do not log in".to_owned(),
            Who::Tenant(tenant) => format!("everybody of tenant `{tenant}` together"),
        };
        Failure::rate_limited(format!("{per_minute} {what} a minute are taken from {whose}"), wait)
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
    use conductor_domain::scope::Principal;
    use conductor_protocol::error_code::Code;

    use super::*;
    use crate::limits::RATE_BUCKETS_MAX;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
    const READ: &str = "/conductor.v1.Runs/Get";
    const STOP: &str = "/conductor.v1.Freezes/Switch";

    fn named(name: &str) -> Peer {
        Peer::certificate(Principal::new(name), "192.0.2.7".to_owned())
    }

    fn ask(rates: &Rates, peer: &Peer, path: &str) -> Result<Option<Counted>, Code> {
        rates.principal((peer, peer), path, NOW).map_err(|failure| failure.code())
    }

    #[test]
    fn an_ipv6_network_is_one_place() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("loopback"), "loopback");
    }

    #[test]
    fn what_stops_gets_through_when_nothing_else_does() {
        let limits = RateLimits { read: 2, tenant: 1, stop: 5, ..RateLimits::default() };
        let (rates, alice) = (Rates::new(limits), named("alice"));
        let counted = ask(&rates, &alice, READ).unwrap().unwrap();
        rates.tenant(&counted, "acme", NOW).unwrap();
        let counted = ask(&rates, &alice, READ).unwrap().unwrap();
        let refused = rates.tenant(&counted, "acme", NOW).unwrap_err();
        assert_eq!(refused.code(), Code::RateLimited);
        assert_eq!(ask(&rates, &alice, READ).unwrap_err(), Code::RateLimited);
        for _ in 0..5 {
            let counted = ask(&rates, &alice, STOP).unwrap().unwrap();
            rates.tenant(&counted, "acme", NOW).unwrap();
        }
        // Even that has an end, which is the caller's own.
        assert_eq!(ask(&rates, &alice, STOP).unwrap_err(), Code::RateLimited);
        assert!(ask(&rates, &named("bob"), STOP).unwrap().is_some());
    }

    #[test]
    fn a_request_counts_for_its_tenant_once() {
        let rates = Rates::new(RateLimits { tenant: 1, ..RateLimits::default() });
        let counted = ask(&rates, &named("alice"), READ).unwrap().unwrap();
        for _ in 0..3 {
            rates.tenant(&counted, "acme", NOW).unwrap();
        }
    }

    #[test]
    fn the_daemons_own_user_counts_where_that_is_said() {
        let owner = Peer::unix(rustix::process::geteuid().as_raw());
        let other = Peer::unix(rustix::process::geteuid().as_raw().wrapping_add(1));
        let rates = Rates::new(RateLimits { read: 1, ..RateLimits::default() });
        for _ in 0..10 {
            assert!(ask(&rates, &owner, READ).unwrap().is_none());
        }
        assert!(ask(&rates, &other, READ).unwrap().is_some());
        assert_eq!(ask(&rates, &other, READ).unwrap_err(), Code::RateLimited);
        let rates = Rates::new(RateLimits { read: 1, owner: true, ..RateLimits::default() });
        assert!(ask(&rates, &owner, READ).unwrap().is_some());
        assert_eq!(ask(&rates, &owner, READ).unwrap_err(), Code::RateLimited);
    }

    #[test]
    fn strangers_take_no_room_from_those_who_are_known() {
        let rates = Rates::new(RateLimits { read: 1, ..RateLimits::default() });
        let place = |number: usize| {
            let address = u32::try_from(number).unwrap();
            Peer::tls(std::net::Ipv4Addr::from(address).to_string())
        };
        for number in 0..RATE_BUCKETS_MAX {
            assert!(ask(&rates, &place(number), READ).is_ok());
        }
        // The next places share one.
        let late = (1..=5).filter(|n| ask(&rates, &place(RATE_BUCKETS_MAX + n), READ).is_ok());
        assert_eq!(late.count(), 1);
        for name in ["alice", "bob", "carol"] {
            assert!(ask(&rates, &named(name), READ).is_ok(), "{name}");
        }
    }
}
