//! Every bound of the readers of evidence, by name.

/// Bytes of a file that is looked at.
pub const EVIDENCE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Documents in a file of one a line.
pub const LINES_MAX: usize = 1_000;
/// Documents of a file that are named in words.
pub(super) const WORDS_MAX: usize = 16;
/// Signatures in one envelope.
pub(super) const SIGNATURES_MAX: usize = 64;
/// Components, packages, statements or findings of one document.
pub(super) const PARTS_MAX: usize = 200_000;
