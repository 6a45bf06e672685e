//! The organisation: who may act, where, and by which keys they are known; what a tenant is, and
//! what it spends; what became of what people were told.

pub mod identity;
pub mod key;
pub mod meter;
pub mod notification;
pub mod session;
pub mod tenant;
pub mod token;
mod words;

pub use words::{PROFILES, RISKS, SENSITIVITIES};
pub(crate) use words::{is_name, shown};
