//! The output of tasks as it comes: chunks become lines, lines stand in a bounded ring, and a reader
//! goes through those that are wanted. Nothing here draws.

mod cut;
mod needle;
mod output;
mod reader;
mod ring;
mod sieve;
mod sources;
mod wrap;

#[cfg(test)]
pub(crate) use self::ring::LINES_MAX;
pub(crate) use self::{
    needle::Needle,
    output::{Log, Shape},
    ring::Line,
    sieve::{Only, Sieve, Window},
    sources::Source,
    wrap::{part, parts},
};
