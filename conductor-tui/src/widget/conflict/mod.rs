//! A conflict: two nodes wrote to one value without knowing of each other. Shows what was there
//! before, what each wrote, and how it came about; the operator takes a side of each field, writes
//! one by hand, or puts the whole off. What comes out is an operation like any other.
//!
//! The value is merged field by field, as in a three-way merge: what only one side changed is taken
//! from it, and what both changed alike is no question.

mod data;
mod fields;
mod history;
mod page;
mod view;

pub(crate) use self::{
    data::Conflict,
    page::{ConflictPage, Outcome, Resolution},
};

#[cfg(test)]
pub(super) mod tests;
