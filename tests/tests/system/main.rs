//! Whole-system stories: the real daemon, the real console, one module a story.
#![expect(clippy::disallowed_methods, reason = "tests start the programs")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod approvals;
mod bad_input;
mod break_glass;
mod bundles;
mod confined;
mod crash;
mod damage;
mod evidence;
mod examples;
mod freeze;
mod governance;
mod hosts;
mod http;
mod keys;
mod lifecycle;
mod login;
mod main_job;
mod manners;
mod manual;
mod notifications;
mod oidc;
mod over_ssh;
mod peers;
mod plans;
mod policy;
mod policy_trials;
mod rates;
mod retries;
mod rollout;
mod runbooks;
mod schedules;
mod secrets;
mod signed_runbooks;
mod step_up;
mod templates;
mod tenants;
mod terminal;
mod tls;
mod tokens;
mod walk;
mod worker;
mod workflows;
