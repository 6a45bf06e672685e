//! Blobs are found again by their digest, and only as they were.

use std::{
    fs,
    io::{self, Read as _},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{BlobStore as _, Removal};

use super::FolderBlobs;

const ABC: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn read(blobs: &FolderBlobs, digest: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    blobs.open(digest)?.read_to_end(&mut bytes).map(|_| bytes)
}

#[test]
fn bytes_are_found_by_their_digest() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    for _ in 0..2 {
        let stored = blobs.put(&mut &b"abc"[..], 3).unwrap();
        assert_eq!((stored.digest.as_str(), stored.size_bytes), (ABC, 3));
    }
    assert_eq!(read(&blobs, ABC).unwrap(), b"abc");
    let again = FolderBlobs::open(dir.path()).unwrap();
    assert_eq!(read(&again, ABC).unwrap(), b"abc");
    assert_eq!(fs::read_dir(again.staging()).unwrap().count(), 0);
}

#[test]
fn bounds_are_kept_and_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    let error = blobs.put(&mut &b"abcd"[..], 3).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    assert_eq!(fs::read_dir(blobs.staging()).unwrap().count(), 0);
}

#[test]
fn names_that_are_no_digest_are_not_found() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    let upper = ABC.to_uppercase();
    for digest in ["", "sha256:", "sha256:../../etc/passwd", upper.as_str(), ABC] {
        let Err(error) = blobs.open(digest) else { unreachable!("{digest}") };
        assert_eq!(error.kind(), io::ErrorKind::NotFound, "{digest}");
    }
}

#[test]
fn changed_bytes_are_not_given_out_as_the_blob() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    blobs.put(&mut &b"abc"[..], 3).unwrap();
    let hex = ABC.strip_prefix("sha256:").unwrap();
    fs::write(dir.path().join("sha256").join(&hex[..2]).join(hex), "abd").unwrap();
    assert_eq!(read(&blobs, ABC).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn what_is_staged_is_kept_only_when_it_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    let staged = blobs.stage(&mut &b"abc"[..], 3).unwrap();
    assert_eq!(staged.blob().digest, ABC);
    let mut bytes = Vec::new();
    staged.open().unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"abc");
    assert_eq!(read(&blobs, ABC).unwrap_err().kind(), io::ErrorKind::NotFound);
    drop(staged);
    assert_eq!(fs::read_dir(blobs.staging()).unwrap().count(), 0);
    blobs.stage(&mut &b"abc"[..], 3).unwrap().keep().unwrap();
    assert_eq!(read(&blobs, ABC).unwrap(), b"abc");
    assert_eq!(fs::read_dir(blobs.staging()).unwrap().count(), 0);
}

/// So many days after the file came.
fn later(dir: &std::path::Path, days: u64) -> Timestamp {
    let file = dir.join("sha256/ba").join(&ABC["sha256:".len()..]);
    let came = fs::metadata(file).unwrap().modified().unwrap();
    let came = came.duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_ms(u64::try_from(came.as_millis()).unwrap() + days * 24 * 3_600_000)
}

#[test]
fn what_is_kept_is_read_only_and_goes_only_after_its_time() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap().retaining(30 * 24 * 3_600_000);
    blobs.put(&mut &b"abc"[..], 3).unwrap();
    let file = dir.path().join("sha256/ba").join(&ABC["sha256:".len()..]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o444);
    let until = later(dir.path(), 30);
    assert_eq!(blobs.remove(ABC, later(dir.path(), 29)).unwrap(), Removal::Kept { until });
    assert_eq!(read(&blobs, ABC).unwrap(), b"abc");
    assert_eq!(blobs.remove(ABC, until).unwrap(), Removal::Removed);
    assert_eq!(blobs.remove(ABC, until).unwrap(), Removal::Absent);
    assert_eq!(blobs.remove("sha256:../../key", until).unwrap(), Removal::Absent);
}

#[test]
fn what_came_lately_is_not_removed() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    blobs.put(&mut &b"abc"[..], 3).unwrap();
    let now = later(dir.path(), 0);
    assert!(matches!(blobs.remove(ABC, now).unwrap(), Removal::Kept { .. }));
    assert_eq!(blobs.remove(ABC, later(dir.path(), 1)).unwrap(), Removal::Removed);
}

#[test]
fn a_folder_that_keeps_remembers_what_is_to_go_and_forgets_by_that_alone() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path()).unwrap();
    blobs.put(&mut &b"abc"[..], 3).unwrap();
    let now = later(dir.path(), 0);
    assert!(blobs.follower().is_none(), "what is to go goes at once");
    let keeping = FolderBlobs::open(dir.path()).unwrap().retaining(2 * 24 * 3_600_000);
    let until = later(dir.path(), 2);
    assert_eq!(keeping.forget(ABC, now).unwrap(), Removal::Kept { until });
    let notes = keeping.follower().unwrap();
    notes.keep("contents", b"{}").unwrap();
    let again = FolderBlobs::open(dir.path()).unwrap().retaining(1);
    assert_eq!(again.follower().unwrap().load("contents").unwrap().unwrap(), b"{}");
    // However lately it came: nobody is about to name it.
    assert_eq!(blobs.forget(ABC, now).unwrap(), Removal::Removed);
}
