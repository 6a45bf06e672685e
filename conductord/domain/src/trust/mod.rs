//! Trust: what was decided, by whom, and why.

pub mod decision;
