//! Trust: what was decided, by whom, and why.

pub mod bundle;
pub mod decision;
