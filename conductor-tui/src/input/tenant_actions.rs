//! The rows of the action table that are about tenants.

use super::action::{Action, GLOBAL, Place, Spec, spec};

const TENANTS: &[Place] = &[Place::Tenants, Place::TenantPage];

pub(super) const GO: Spec =
    spec(Action::GoTenants, "tenants", &["9"], ("", "The tenants that you may read of"), GLOBAL);
pub(super) const SWITCH: Spec = spec(
    Action::SwitchTenant,
    "switch-tenant",
    &["t"],
    ("look there", "Have the whole console look at this tenant"),
    TENANTS,
);
pub(super) const RUNS: Spec = spec(
    Action::TenantRuns,
    "tenant-runs",
    &["r"],
    ("runs", "The runs of this tenant; the console looks at it from then on"),
    TENANTS,
);
pub(super) const LEDGER: Spec = spec(
    Action::TenantLedger,
    "tenant-ledger",
    &["l"],
    ("ledger", "The ledger of this tenant; the console looks at it from then on"),
    TENANTS,
);
pub(super) const GRAPH: Spec = spec(
    Action::TenantGraph,
    "tenant-graph",
    &["v"],
    ("graph", "This tenant in its graph; the console looks at it from then on"),
    TENANTS,
);
pub(super) const CHECK: Spec = spec(
    Action::CheckTenant,
    "check-tenant",
    &["c"],
    ("check", "Have the daemon check whether the tenant is ready, and say what mends it"),
    TENANTS,
);
pub(super) const CREATE: Spec = spec(
    Action::CreateTenant,
    "create-tenant",
    &["n"],
    ("new", "Fill in a form and create a tenant"),
    TENANTS,
)
.asks("tenant.create");
pub(super) const LIMITS: Spec = spec(
    Action::TenantLimits,
    "tenant-limits",
    &["m"],
    ("limits", "Set what it may use and spend, and how long contents are kept"),
    TENANTS,
)
.asks("tenant.edit");
pub(super) const PROFILE: Spec = spec(
    Action::TenantProfile,
    "tenant-profile",
    &["p"],
    ("", "Set how it is governed: profile, risk, data, regions, purposes, guests"),
    TENANTS,
)
.asks("tenant.edit");
pub(super) const SUSPEND: Spec = spec(
    Action::SuspendTenant,
    "suspend-tenant",
    &["s"],
    ("suspend", "Let nothing start in it any more; it can still be read"),
    TENANTS,
)
.asks("tenant.suspend");
pub(super) const RESUME: Spec = spec(
    Action::ResumeTenant,
    "resume-tenant",
    &["u"],
    ("resume", "Let a suspended tenant go on"),
    TENANTS,
)
.asks("tenant.suspend");
pub(super) const FORGET: Spec = spec(
    Action::ForgetTenant,
    "forget-tenant",
    &["X"],
    ("", "See what forgetting it would take; once more: ask for it"),
    TENANTS,
)
.asks("tenant.forget");
pub(super) const ADMIT: Spec = spec(
    Action::AdmitGuest,
    "admit-guest",
    &["a"],
    ("", "Let somebody of another tenant read here for some hours"),
    TENANTS,
)
.asks("tenant.admit");
pub(super) const DISMISS: Spec = spec(
    Action::DismissGuest,
    "dismiss-guest",
    &["d"],
    ("", "Send a guest away before their time is over"),
    TENANTS,
)
.asks("tenant.dismiss");
