//! What the console can be set to, what it is set to and by what, and writing it into the config file.
//! The screen of settings and `conductor settings` are made of the same table.

mod row;
mod table;
mod write;

pub use self::{
    row::{Origin, Row},
    table::{AUTO, Kind, SETTINGS, Spec, spec},
    write::{WriteError, Written, lines, write},
};
