//! How much of what is taken in a minute.

use super::kind::Kind;

/// Requests a minute by kind: of one principal, and of all people of a tenant together. 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Runs that a principal starts.
    pub start: u32,
    /// Changes to runs, workflows and schedules, and what is checked before.
    pub change: u32,
    /// Changes to tenants, roles, keys and bundles.
    pub administer: u32,
    /// Answers to approvals.
    pub approve: u32,
    /// Questions to policy.
    pub ask: u32,
    /// Trials of policy, checks of the ledger and of tenants.
    pub trial: u32,
    /// Look-ups of workflows.
    pub registry: u32,
    /// Other look-ups, and streams that are opened.
    pub read: u32,
    /// Messages of a worker.
    pub work: u32,
    /// Runs that all people of a tenant start.
    pub tenant_start: u32,
    /// What else they ask for.
    pub tenant: u32,
    /// Whether those count, too, who come over the Unix socket.
    pub socket: bool,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            start: 120,
            change: 300,
            administer: 60,
            approve: 120,
            ask: 900,
            trial: 60,
            registry: 300,
            read: 600,
            work: 60_000,
            tenant_start: 600,
            tenant: 1_200,
            socket: false,
        }
    }
}

impl RateLimits {
    /// No limits at all.
    pub const NONE: Self = Self {
        start: 0,
        change: 0,
        administer: 0,
        approve: 0,
        ask: 0,
        trial: 0,
        registry: 0,
        read: 0,
        work: 0,
        tenant_start: 0,
        tenant: 0,
        socket: false,
    };

    pub(super) const fn principal(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Start => self.start,
            Kind::Change => self.change,
            Kind::Administer => self.administer,
            Kind::Approve => self.approve,
            Kind::Ask => self.ask,
            Kind::Try => self.trial,
            Kind::Registry => self.registry,
            Kind::Read => self.read,
            Kind::Work => self.work,
        }
    }

    pub(super) const fn tenant(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Start => self.tenant_start,
            _ => self.tenant,
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
        let tenant = self.tenant(Kind::Read);
        write!(f, "; and tenant: start {}, all else {tenant}; ", self.tenant_start)?;
        f.write_str(match self.socket {
            true => "the Unix socket, too",
            false => "not on the Unix socket",
        })
    }
}
