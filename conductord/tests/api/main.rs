//! The API against a real engine on a real store: what callers may rely on, service by service.

#![expect(clippy::disallowed_methods, reason = "the rig stands in for the owner of the clock")]
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod approvals;
mod artifacts;
mod bounds;
mod decisions;
mod denials;
mod freezes;
mod glass;
mod governed;
mod graph;
mod http;
mod idempotency;
mod keys;
mod life;
mod obligations;
mod packs;
mod pages;
mod plans;
mod policy;
mod quotas;
mod rates;
mod rig;
mod rotation;
mod runbooks;
mod s3;
mod schedules;
mod sessions;
mod sight;
mod signed;
mod streams;
mod task_tokens;
mod tenants;
mod tlog;
mod tls;
mod tokens;
mod uploads;
mod workers;
