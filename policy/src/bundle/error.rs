//! Why a bundle is refused.

use std::path::PathBuf;

/// Why a bundle can't be used. The one before it stays.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The disk refused.
    #[error("read the policy file {}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// There is too much of it, or nothing.
    #[error("take the policy bundle: {0}")]
    Bounds(String),
    /// It is not what a bundle is made of: its archive, its manifest or its data.
    #[error("read the policy bundle: {0}")]
    Format(String),
    /// It calls what a bundle may not.
    #[error(
        "take {file}: line {line} calls `{call}`, which no bundle may: an answer depends on the \
         question alone, and takes room and time by what it is given; write it without, or give \
         what it would find out as data"
    )]
    RefusedCall {
        /// Which file.
        file: String,
        /// Counted from 1.
        line: u32,
        /// What is called, as it is written.
        call: String,
    },
    /// It is not signed, or by nobody who is trusted, or something in it was changed since.
    #[error("trust the policy bundle: {0}")]
    Signature(String),
    /// It does not compile.
    #[error("compile the policy bundle: {0}")]
    Compile(String),
    /// Its own tests fail.
    #[error("accept the policy bundle: its tests fail: {}", .0.join(", "))]
    TestsFail(Vec<String>),
}
