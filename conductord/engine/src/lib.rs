//! Making it happen: the kernel, its ports, views, flows, effects and limits.
//!
//! Layer 3: knows the domain and the ports it defines, and no store, executor or protocol
//! server. See `docs/ARCHITECTURE.md`.

pub mod command;
pub mod demands;
pub mod facts;
pub mod forgetting;
pub mod kernel;
pub mod limits;
pub mod notify;
pub mod obligations;
pub mod ports;
pub mod quotas;
pub mod receipts;
pub mod record;
pub mod rotation;
pub mod run_known;
pub mod runbooks;
pub mod sealing;
pub mod service;
pub mod signatures;
pub mod signers;
pub mod state;
pub mod views;
mod within;
pub mod witnesses;
