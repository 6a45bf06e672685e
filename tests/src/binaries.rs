//! Where the built programs are.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Tells the tests where built programs are, so that they build none: `cargo xtask test` sets it.
const GIVEN: &str = "CONDUCTOR_TEST_BINARIES";

/// `conductord` and `conductor`.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// The daemon.
    pub conductord: PathBuf,
    /// The console.
    pub conductor: PathBuf,
}

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The programs of this build. Unless somebody says where they are, they are built, once per
/// test process: cargo gives a test the programs of its own package only.
///
/// # Panics
/// When they can't be built.
pub fn binaries() -> &'static Binaries {
    static BUILT: OnceLock<Binaries> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = env::var_os(GIVEN).map_or_else(build, PathBuf::from);
        let found =
            Binaries { conductord: folder.join("conductord"), conductor: folder.join("conductor") };
        assert!(found.conductord.is_file(), "no {}", found.conductord.display());
        assert!(found.conductor.is_file(), "no {}", found.conductor.display());
        found
    })
}

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
fn build() -> PathBuf {
    // This test is `target/<profile>/deps/system-…`; the programs stand two levels up.
    let test = env::current_exe().expect("the path of this test");
    let folder = test.ancestors().nth(2).expect("a folder above `deps`").to_owned();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args([
        "build",
        "--quiet",
        "--locked",
        "-p",
        "conductord",
        "-p",
        "conductor-tui",
    ]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("start cargo");
    assert!(status.success(), "cargo build ended with {status}");
    folder
}
