//! What goes before a confined script in the tests of this crate: `confine PROGRAM ARGUMENTS…`, with
//! a plan on standard input. The daemon's own binary does the same as `conductord confine`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(conductor_executors::confine::enter(std::env::args_os().skip(1)))
}
