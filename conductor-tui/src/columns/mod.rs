//! The columns of a list: what they are called, which are shown and in which order, and what the rows are
//! sorted by. The console and the command line have the same names for them.
//!
//! Nothing here draws or asks: a list says what its columns are ([`Table`]), somebody arranges them
//! ([`Arrangement`]), and the list draws what fits.

mod arrangement;
mod fit;
mod kept;
mod order;
mod runs;
mod table;

pub use self::{
    arrangement::{Arrangement, Sort},
    order::{Key, order},
    runs::{RUNS, run_key},
    table::{Column, Direction, Table, Width},
};
pub(crate) use self::{
    fit::{Fitted, fit, wants},
    kept::{Arrangements, Kept},
    order::places,
    table::text,
};
