//! The organisation: who may act, and where; what a tenant is, and what it spends.

pub mod identity;
pub mod meter;
pub mod tenant;
mod words;

pub use words::{PROFILES, RISKS, SENSITIVITIES};
