//! How much of what is taken in a minute.

use super::kind::{Kind, Share};

/// Requests a minute by kind: of one principal, and of all people of a tenant together. 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Runs that a principal starts.
    pub start: u32,
    /// Changes to runs, workflows and schedules, and what is checked before.
    pub change: u32,
    /// What stops, refuses or takes away.
    pub stop: u32,
    /// Changes to tenants, roles, keys and bundles.
    pub administer: u32,
    /// Approvals that are looked at one by one, and answered.
    pub approve: u32,
    /// Steps of a login.
    pub login: u32,
    /// Questions to policy.
    pub ask: u32,
    /// Trials of policy, checks of the ledger and of tenants.
    pub trial: u32,
    /// Look-ups of workflows.
    pub registry: u32,
    /// Other look-ups, and streams that are opened.
    pub read: u32,
    /// Looks at the daemon's health, and at what its interface is.
    pub probe: u32,
    /// Messages of a worker.
    pub work: u32,
    /// What the daemon does not know.
    pub other: u32,
    /// Runs that all people of a tenant start.
    pub tenant_start: u32,
    /// What else they ask for.
    pub tenant: u32,
    /// Whether the daemon's own user counts, too, who comes over the Unix socket.
    pub owner: bool,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            start: 120,
            change: 300,
            stop: 300,
            administer: 60,
            approve: 120,
            login: 120,
            ask: 900,
            trial: 60,
            registry: 300,
            read: 600,
            probe: 600,
            work: 60_000,
            other: 60,
            tenant_start: 600,
            tenant: 1_200,
            owner: false,
        }
    }
}

impl RateLimits {
    /// No limits at all.
    pub const NONE: Self = Self {
        start: 0,
        change: 0,
        stop: 0,
        administer: 0,
        approve: 0,
        login: 0,
        ask: 0,
        trial: 0,
        registry: 0,
        read: 0,
        probe: 0,
        work: 0,
        other: 0,
        tenant_start: 0,
        tenant: 0,
        owner: false,
    };

    pub(super) const fn principal(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Start => self.start,
            Kind::Change => self.change,
            Kind::Stop => self.stop,
            Kind::Administer => self.administer,
            Kind::Approve => self.approve,
            Kind::Login => self.login,
            Kind::Ask => self.ask,
            Kind::Try => self.trial,
            Kind::Registry => self.registry,
            Kind::Read => self.read,
            Kind::Probe => self.probe,
            Kind::Work => self.work,
            Kind::Other => self.other,
        }
    }

    pub(super) const fn tenant(&self, share: Share) -> u32 {
        match share {
            Share::Start => self.tenant_start,
            Share::Rest => self.tenant,
        }
    }
}

impl std::fmt::Display for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a minute and principal: ")?;
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", kind.as_str(), self.principal(kind))?;
        }
        write!(f, "; and tenant: start {}, all else {}; ", self.tenant_start, self.tenant)?;
        f.write_str(match self.owner {
            true => "the daemon's own user, too",
            false => "not the daemon's own user",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_gets_least() {
        let limits = RateLimits::default();
        for kind in Kind::ALL {
            assert!(limits.principal(kind) >= limits.principal(Kind::Other), "{}", kind.as_str());
        }
    }
}
