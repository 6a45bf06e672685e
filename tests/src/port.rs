//! Ports for servers that can't say which one they were given.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    net::TcpListener,
    sync::atomic::{AtomicU32, Ordering},
};

/// Ports that servers are given: below those of outgoing connections, of which any could be taken
/// between the choice and the server's start.
const PORT_MIN: u32 = 10_000;
const PORTS: u32 = 22_000;

/// A port that was free a moment ago, of those that the system gives to nobody by itself; another
/// for each call in this process.
///
/// # Panics
/// Never: every number of the range is a port.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = std::process::id().wrapping_mul(97).wrapping_add(number) % PORTS + PORT_MIN;
        let port = u16::try_from(port).expect("a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
