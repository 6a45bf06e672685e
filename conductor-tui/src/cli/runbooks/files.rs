//! Signatures in files: where they lie, and how they are read.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::cli::failure::Failure;

/// Bytes of a signature's file.
const SIGNATURE_BYTES_MAX: u64 = 64 * 1024;
/// What the files are called beside the runbook: its author's first, then a reviewer's.
const ENDINGS: [&str; 2] = [".sig", ".review.sig"];

/// The file of a signature that is made here.
pub(super) fn signature_of(runbook: &Path, review: bool) -> PathBuf {
    let mut name = runbook.as_os_str().to_owned();
    name.push(ENDINGS[usize::from(review)]);
    name.into()
}

/// The files of signatures that lie beside a runbook.
pub(super) fn lying_beside(runbook: &Path) -> Vec<PathBuf> {
    if runbook.as_os_str() == "-" {
        return Vec::new();
    }
    let all = [false, true].map(|review| signature_of(runbook, review));
    all.into_iter().filter(|path| path.exists()).collect()
}

/// The signatures that go with a runbook: those that are named, or those that lie beside it. A
/// review alone says nothing of who wrote it.
pub(crate) fn beside(runbook: &Path, named: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let found;
    let files = if named.is_empty() {
        found = lying_beside(runbook);
        if found.first().is_some_and(|first| *first == signature_of(runbook, true)) {
            let message =
                format!("{} is there, and its author's signature is not", found[0].display());
            let hint =
                "its author runs `conductor runbooks sign`, or publish it with --no-signature";
            return Err(Failure::usage(message, hint));
        }
        found.as_slice()
    } else {
        named
    };
    files.iter().map(|path| read(path)).collect()
}

/// A signature as `ssh-keygen -Y sign` wrote it.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let text = text(path, SIGNATURE_BYTES_MAX)?;
    if text.contains("BEGIN SSH SIGNATURE") {
        return Ok(text);
    }
    Err(Failure::Invalid(format!("{} is no SSH signature", path.display())))
}

/// The text of a file of no more than so many bytes.
pub(super) fn text(path: &Path, bytes_max: u64) -> Result<String, Failure> {
    let mut text = String::new();
    let limit = bytes_max.saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text));
    let bytes = read.map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    if bytes as u64 == limit {
        return Err(Failure::Invalid(format!(
            "{} has more than {bytes_max} bytes",
            path.display()
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_is_taken_and_a_review_alone_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let runbook = folder.path().join("disk.yaml");
        let write = |ending: &str, text: &str| {
            std::fs::write(folder.path().join(format!("disk.yaml{ending}")), text).unwrap();
        };
        assert_eq!(beside(&runbook, &[]).unwrap(), Vec::<String>::new());
        assert_eq!(beside(Path::new("-"), &[]).unwrap(), Vec::<String>::new());
        write(".review.sig", "-----BEGIN SSH SIGNATURE-----\nreview");
        assert!(beside(&runbook, &[]).unwrap_err().to_string().contains("author's signature"));
        write(".sig", "-----BEGIN SSH SIGNATURE-----\nauthor");
        let both = beside(&runbook, &[]).unwrap();
        assert!(both[0].ends_with("author") && both[1].ends_with("review"), "{both:?}");
        write(".sig", "no signature");
        assert!(beside(&runbook, &[]).unwrap_err().to_string().contains("no SSH signature"));
    }
}
