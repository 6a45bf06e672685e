//! Contents in a bucket of a real S3 server that enforces object lock: what comes back, what the server
//! refuses whoever asks, what becomes of it when the server is gone.
#![expect(clippy::disallowed_methods, reason = "what is signed carries the server's time")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{self, Read as _},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::SystemTime,
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{BlobRefusal, BlobStore as _, Clock, Health, Removal};
use conductor_store::{
    blobs::s3::{KeySource, Keys, KeysComing, LockMode, S3Blobs, S3Options},
    limits::S3_PART_BYTES,
};
use conductor_tests::{LOCKED, OWNER, PLAIN, READER, S3Server, until};
use tempfile::TempDir;

const DAY_MS: u64 = 24 * 3_600_000;
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The system's clock, so far off, in milliseconds.
struct Wall(u64);

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp::from_unix_ms(u64::try_from(since.as_millis()).unwrap() + self.0)
    }
}

/// Keys that are said.
struct Fixed((&'static str, &'static str));

impl KeySource for Fixed {
    fn keys(&self) -> KeysComing<'_> {
        let keys = Keys {
            access_key: self.0.0.to_owned(),
            secret_key: self.0.1.to_owned(),
            session_token: None,
        };
        Box::pin(async move { Ok(keys) })
    }
}

/// The server that all tests at once share; it ends with the last of them.
fn server() -> Option<Arc<S3Server>> {
    static SHARED: Mutex<Weak<S3Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return Some(server);
    }
    let server = Arc::new(S3Server::start()?);
    *shared = Arc::downgrade(&server);
    drop(shared);
    Some(server)
}

fn options(server: &S3Server, bucket: &str, prefix: &str) -> S3Options {
    S3Options {
        endpoint: server.endpoint(),
        region: "us-east-1".into(),
        bucket: bucket.into(),
        prefix: format!("{prefix}/"),
        path_style: true,
        ca: None,
        lock: None,
        retain_ms: 0,
        lock_retention: false,
    }
}

fn locked(server: &S3Server, prefix: &str, mode: LockMode) -> S3Options {
    S3Options { lock: Some(mode), retain_ms: 2 * DAY_MS, ..options(server, LOCKED, prefix) }
}

/// A store, and the folder of what is on its way.
fn open(options: S3Options) -> (S3Blobs, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open_as(&folder, options, OWNER, 0).unwrap();
    (blobs, folder)
}

fn open_as(
    folder: &TempDir,
    options: S3Options,
    keys: (&'static str, &'static str),
    ahead_ms: u64,
) -> io::Result<S3Blobs> {
    S3Blobs::open(folder.path(), options, (Arc::new(Wall(ahead_ms)), Arc::new(Fixed(keys))))
}

fn read(blobs: &S3Blobs, digest: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    blobs.open(digest)?.read_to_end(&mut bytes).map(|_| bytes)
}

fn key(prefix: &str, digest: &str) -> String {
    let hex = digest.strip_prefix("sha256:").unwrap();
    format!("{prefix}/sha256/{}/{hex}", &hex[..2])
}

/// What is refused, with words of the refusal and of its mend.
fn refused<T>(result: io::Result<T>, words: &[&str]) -> io::ErrorKind {
    let error = result.err().unwrap();
    let told = format!("{error}; {}", BlobRefusal::hint_of(&error).unwrap_or_default());
    for word in words {
        assert!(told.contains(word), "`{word}` is not in {told}");
    }
    assert!(!told.contains(OWNER.1) && !told.contains(READER.1), "{told}");
    error.kind()
}

/// Bytes that don't repeat.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn later(days: u64) -> Timestamp {
    Wall(days * DAY_MS).now()
}

#[test]
fn what_is_put_comes_back_whatever_its_size() {
    let Some(server) = server() else { return };
    let (blobs, folder) = open(options(&server, PLAIN, "sizes"));
    let sizes = [0, 3, S3_PART_BYTES, S3_PART_BYTES + 1, 3 * S3_PART_BYTES + 17];
    for size in sizes {
        let bytes = noise(size);
        let stored = blobs.put(&mut &bytes[..], BYTES_MAX).unwrap();
        assert_eq!(stored.size_bytes, size as u64);
        assert!(read(&blobs, &stored.digest).unwrap() == bytes, "{size} bytes");
        assert_eq!(server.versions(PLAIN, &key("sizes", &stored.digest)).len(), 1);
    }
    let left = std::fs::read_dir(folder.path().join("staging")).unwrap().count();
    assert_eq!(left, 0, "nothing stays on this machine");
    let error = blobs.put(&mut &b"abcd"[..], 3).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    let Err(error) = blobs.open(&format!("sha256:{}", "0".repeat(64))) else { unreachable!() };
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    let staged = blobs.stage(&mut &b"never said"[..], 99).unwrap();
    let digest = staged.blob().digest.clone();
    drop(staged);
    assert!(blobs.open(&digest).is_err(), "what nobody keeps is not there");
}

#[test]
fn the_server_keeps_what_is_locked_whoever_asks() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(locked(&server, "worm", LockMode::Compliance));
    for size in [5, S3_PART_BYTES + 5] {
        let bytes = noise(size);
        let digest = blobs.put(&mut &bytes[..], BYTES_MAX).unwrap().digest;
        let key = key("worm", &digest);
        let versions = server.versions(LOCKED, &key);
        assert_eq!(versions.len(), 1);
        let version = format!("/{LOCKED}/{key}?versionId={}", versions[0]);
        let bypass = ["x-amz-bypass-governance-retention: true"];
        assert_eq!(server.raw(("DELETE", &version), &bypass, b"").0, 403, "{}", server.log());
        let retention = format!("/{LOCKED}/{key}?retention=");
        let (status, now) = server.raw(("GET", &retention), &[], b"");
        assert!(status == 200 && now.contains("<Mode>COMPLIANCE</Mode>"), "{now}");
        for (mode, days) in [("COMPLIANCE", 1), ("GOVERNANCE", 9)] {
            let until = later(days).rfc3339();
            let until = format!("{}Z", &until[..19]);
            let shorter = format!(
                "<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
            );
            let (status, told) = server.raw(("PUT", &retention), &bypass, shorter.as_bytes());
            assert_eq!(status, 403, "{told}");
        }
        // The store does not ask for what can't be, and says what the server says where it is asked.
        let kept = blobs.remove(&digest, later(0)).unwrap();
        assert!(matches!(kept, Removal::Kept { .. }), "{kept:?}");
        let told = refused(blobs.remove(&digest, later(3)), &["403", "lock ends"]);
        assert_eq!(told, io::ErrorKind::PermissionDenied);
        assert!(read(&blobs, &digest).unwrap() == bytes);
    }
}

#[test]
fn who_hides_a_content_removes_nothing() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(locked(&server, "hidden", LockMode::Compliance));
    let digest = blobs.put(&mut &b"evidence"[..], 99).unwrap().digest;
    let path = format!("/{LOCKED}/{}", key("hidden", &digest));
    assert_eq!(server.raw(("DELETE", &path), &[], b"").0, 204);
    assert_eq!(server.raw(("GET", &path), &[], b"").0, 404, "a marker hides it");
    assert_eq!(read(&blobs, &digest).unwrap(), b"evidence");
    // What is put over it is never taken for it.
    assert_eq!(server.raw(("PUT", &path), &[], b"forged!!").0, 200);
    assert_eq!(read(&blobs, &digest).unwrap_err().kind(), io::ErrorKind::InvalidData);
    blobs.put(&mut &b"evidence"[..], 99).unwrap();
    assert_eq!(read(&blobs, &digest).unwrap(), b"evidence");
}

#[test]
fn what_is_there_is_not_sent_again_and_is_kept_longer() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(locked(&server, "again", LockMode::Compliance));
    let digest = blobs.put(&mut &b"twice"[..], 99).unwrap().digest;
    let longer =
        S3Options { retain_ms: 5 * DAY_MS, ..locked(&server, "again", LockMode::Compliance) };
    let (blobs, _folder) = open(longer);
    assert_eq!(blobs.put(&mut &b"twice"[..], 99).unwrap().digest, digest);
    assert_eq!(server.versions(LOCKED, &key("again", &digest)).len(), 1, "it was not sent again");
    let Removal::Kept { until } = blobs.remove(&digest, later(4)).unwrap() else { unreachable!() };
    // The server's times are whole seconds: a lock begun is a second kept.
    assert!(until > later(4) && until <= later(5) + 1_000, "{until:?}");
    blobs.retain(&digest, later(9)).unwrap();
    let Removal::Kept { until } = blobs.remove(&digest, later(8)).unwrap() else { unreachable!() };
    assert!(until > later(8), "{until:?}");
    blobs.retain(&digest, later(1)).unwrap();
    assert!(matches!(blobs.remove(&digest, later(8)).unwrap(), Removal::Kept { .. }), "never less");
}

#[test]
fn a_hold_is_the_servers_own() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(locked(&server, "held", LockMode::Governance));
    let digest = blobs.put(&mut &b"held"[..], 99).unwrap().digest;
    let key = key("held", &digest);
    let version = format!("/{LOCKED}/{key}?versionId={}", server.versions(LOCKED, &key)[0]);
    let hold = format!("/{LOCKED}/{key}?legal-hold=");
    for _ in 0..2 {
        blobs.hold(&digest, true).unwrap();
        let (_, said) = server.raw(("GET", &hold), &[], b"");
        assert!(said.contains("<Status>ON</Status>"), "{said}");
    }
    // Governance could be got around by whoever may; a hold can't.
    let bypass = ["x-amz-bypass-governance-retention: true"];
    assert_eq!(server.raw(("DELETE", &version), &bypass, b"").0, 403);
    let kind = refused(blobs.remove(&digest, later(9)), &["a legal hold is on it"]);
    assert_eq!(kind, io::ErrorKind::PermissionDenied);
    blobs.hold(&digest, false).unwrap();
    let (_, said) = server.raw(("GET", &hold), &[], b"");
    assert!(said.contains("<Status>OFF</Status>"), "{said}");
    assert_eq!(server.raw(("DELETE", &version), &[], b"").0, 403, "the lock itself is still on");
    assert_eq!(server.raw(("DELETE", &version), &bypass, b"").0, 204);
    assert_eq!(blobs.remove(&digest, later(9)).unwrap(), Removal::Absent);
    let gone = blobs.hold(&digest, true).unwrap_err();
    assert_eq!(gone.kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_nothing_keeps_goes_when_it_is_not_fresh_any_more() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(options(&server, PLAIN, "gone"));
    let digest = blobs.put(&mut &b"gone"[..], 99).unwrap().digest;
    assert!(matches!(blobs.remove(&digest, later(0)).unwrap(), Removal::Kept { .. }), "fresh");
    assert_eq!(blobs.remove(&digest, later(2)).unwrap(), Removal::Removed);
    assert_eq!(blobs.remove(&digest, later(2)).unwrap(), Removal::Absent);
    assert_eq!(read(&blobs, &digest).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(blobs.remove("sha256:../../key", later(2)).unwrap(), Removal::Absent);
}

#[test]
fn what_is_forgotten_goes_however_fresh_it_is_and_not_before_its_lock_ends() {
    let Some(server) = server() else { return };
    let (blobs, _folder) = open(options(&server, PLAIN, "forgotten"));
    let digest = blobs.put(&mut &b"of somebody"[..], 99).unwrap().digest;
    assert!(matches!(blobs.remove(&digest, later(0)).unwrap(), Removal::Kept { .. }));
    assert_eq!(blobs.forget(&digest, later(0)).unwrap(), Removal::Removed);
    assert_eq!(blobs.forget(&digest, later(0)).unwrap(), Removal::Absent);
    assert!(server.versions(PLAIN, &key("forgotten", &digest)).is_empty());
    let (blobs, _folder) = open(locked(&server, "forgotten", LockMode::Compliance));
    let digest = blobs.put(&mut &b"of somebody"[..], 99).unwrap().digest;
    let Removal::Kept { until } = blobs.forget(&digest, later(0)).unwrap() else { panic!() };
    assert!(until > later(1));
    assert_eq!(read(&blobs, &digest).unwrap(), b"of somebody");
}

#[test]
fn changed_bytes_are_not_given_out_as_the_content() {
    let Some(server) = server() else { return };
    let (blobs, folder) = open(options(&server, PLAIN, "changed"));
    let digest = blobs.put(&mut &b"abc"[..], 99).unwrap().digest;
    let path = format!("/{PLAIN}/{}", key("changed", &digest));
    assert_eq!(server.raw(("PUT", &path), &[], b"abd").0, 200);
    assert_eq!(read(&blobs, &digest).unwrap_err().kind(), io::ErrorKind::InvalidData);
    // A disk that changes what is staged is noticed before anything is kept.
    for size in [3, S3_PART_BYTES + 3] {
        let bytes = vec![7; size];
        let staged = blobs.stage(&mut &bytes[..], BYTES_MAX).unwrap();
        let digest = staged.blob().digest.clone();
        let file = std::fs::read_dir(folder.path().join("staging")).unwrap().next().unwrap();
        let mut other = bytes;
        other[size - 1] = 8;
        std::fs::write(file.unwrap().path(), &other).unwrap();
        assert_eq!(staged.keep().unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read(&blobs, &digest).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}

#[test]
fn a_bucket_that_can_t_be_used_is_refused_with_its_mend() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let plain = S3Options {
        lock: Some(LockMode::Compliance),
        retain_ms: DAY_MS,
        ..options(&server, PLAIN, "x")
    };
    refused(
        open_as(&folder, plain, OWNER, 0),
        &["bucket `plain`", "no object lock", "--object-lock-enabled-for-bucket"],
    );
    refused(
        open_as(&folder, options(&server, "absent", "x"), OWNER, 0),
        &["NoSuchBucket", "`bucket` of `[blobs.s3]`"],
    );
    let wrong = open_as(&folder, options(&server, LOCKED, "x"), (OWNER.0, "wrong"), 0);
    refused(wrong, &["SignatureDoesNotMatch", "`secret_key`"]);
    let wrong = open_as(&folder, options(&server, LOCKED, "x"), ("nobody", "wrong"), 0);
    refused(wrong, &["InvalidAccessKeyId", "`access_key`"]);
    let ahead = open_as(&folder, options(&server, LOCKED, "x"), OWNER, DAY_MS);
    refused(ahead, &["clock"]);
    let reader = open_as(&folder, locked(&server, "x", LockMode::Compliance), READER, 0);
    let put = reader.and_then(|blobs| blobs.put(&mut &b"abc"[..], 99));
    assert_eq!(refused(put, &["docs/S3.md"]), io::ErrorKind::PermissionDenied);
}

#[test]
fn nothing_is_kept_while_the_server_is_gone_and_all_is_well_afterwards() {
    let Some(server) = S3Server::start() else { return };
    let (blobs, _folder) = open(locked(&server, "away", LockMode::Compliance));
    let stored = noise(3 * S3_PART_BYTES);
    let digest = blobs.put(&mut &stored[..], BYTES_MAX).unwrap().digest;
    let mut half = blobs.open(&digest).unwrap();
    half.read_exact(&mut [0; 1000]).unwrap();
    let staged = blobs.stage(&mut &b"on its way"[..], 99).unwrap();
    let coming = staged.blob().digest.clone();
    server.kill();
    let kind = refused(staged.keep(), &["bucket `locked`", "see whether the S3 server runs"]);
    assert_eq!(kind, io::ErrorKind::HostUnreachable);
    assert!(half.read_to_end(&mut Vec::new()).is_err(), "it does not end as if it were whole");
    assert_eq!(blobs.checks()[0].health, Health::Fail);
    let folder = tempfile::tempdir().unwrap();
    let begun = locked(&server, "away", LockMode::Compliance);
    let begun = open_as(&folder, begun, OWNER, 0).unwrap();
    server.launch();
    // It answers before it has found what it stores.
    until("the server has its contents again", || read(&blobs, &digest).is_ok());
    assert_eq!(read(&blobs, &coming).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert!(read(&blobs, &digest).unwrap() == stored);
    for blobs in [&blobs, &begun] {
        blobs.put(&mut &b"on its way"[..], 99).unwrap();
        assert_eq!(read(blobs, &coming).unwrap(), b"on its way");
    }
    let checks = blobs.checks();
    assert!(checks.iter().all(|check| check.health == Health::Ok), "{checks:?}");
    assert!(checks[0].message.contains("locks contents for 2 days (COMPLIANCE)"), "{checks:?}");
    blobs.stop();
    let kind = refused(blobs.put(&mut &b"late"[..], 99), &["stopping"]);
    assert_eq!(kind, io::ErrorKind::ConnectionAborted);
}
