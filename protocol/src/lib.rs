//! What is said: wire messages, typed ids, the manifest format, verdicts, canonical JSON and
//! error codes.
//!
//! Layer 0: knows nothing of any other crate of the project. The `.proto` files in `proto/` are
//! the source of truth for the wire; the code generated from them is committed and a test
//! compares it with a fresh run.

pub mod archive;
pub mod error_code;
pub mod evidence;
pub mod id;
pub mod inventory;
pub mod jcs;
pub mod json;
pub mod login;
pub mod manifest;
pub mod needles;
pub mod oidc;
pub mod remote;

pub mod token;
pub mod verdict;

/// Messages and services of `conductor.v1`, generated from `proto/`.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::too_many_lines,
    clippy::large_enum_variant,
    reason = "generated; the comments are in the proto files"
)]
pub mod v1 {
    include!("generated/conductor.v1.rs");
    include!("generated/conductor.v1.serde.rs");
}

/// Metadata beside an answer that holds a sentence for whoever asked, UTF-8, any number of times.
pub const WARNING_METADATA: &str = "conductor-warning-bin";

/// Encoded `FileDescriptorSet` of `conductor.v1`, for the reflection service.
pub const DESCRIPTORS: &[u8] = include_bytes!("generated/descriptors.bin");
