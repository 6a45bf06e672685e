//! The executors and the worker against real processes, real sockets and a kernel in memory.

#![expect(clippy::disallowed_methods, reason = "tests look at what a script may not see")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod confine;
mod examples;
mod fixture;
mod http;
mod inventory;
mod parameters;
mod refused_reports;
mod secrets;
mod shell_ends;
mod shell_gives;
mod ssh;
mod testing;
mod worker;
