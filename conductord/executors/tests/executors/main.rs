//! The executors and the worker against real processes, real sockets and a kernel in memory.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod examples;
mod fixture;
mod http;
mod parameters;
mod shell_ends;
mod shell_gives;
mod testing;
mod worker;
