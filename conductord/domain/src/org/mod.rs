//! The organisation: who may act, and where.

pub mod identity;
