//! Trust: what was decided, by whom, and why.

pub mod approval;
pub mod artifact;
pub mod bundle;
pub mod decision;
pub mod disclosure;
pub mod forgotten;
pub mod gate;
pub mod glass;
pub mod incident;
pub mod receipt;
pub mod signing_key;
pub mod unsigned;
