//! The structure holds: layers, owners of heavy dependencies, lints, and what every file owes its
//! reader. Read from `cargo metadata` and from the tracked files themselves.

#![expect(clippy::expect_used, reason = "a test that can not go on fails")]

mod files;
mod layers;

use std::path::{Path, PathBuf};

/// The workspace's folder.
fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are in the workspace").to_owned()
}
