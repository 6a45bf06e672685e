//! Artifacts in a bucket of an S3 server, each under its own digest, locked there where that is wanted.
//!
//! ```text
//! BUCKET/PREFIX/sha256/ab/abcdef…   the bytes whose SHA-256 that is
//! blobs/staging/                    files on their way there; cleared at start
//! blobs/follow/                     how far the server was told what the ledger says
//! ```
//!
//! The names are those of a folder of blobs, so that one can be copied there as it is. A bucket with
//! object lock has versions: what somebody puts over a content, or marks as deleted, removes nothing,
//! and reading compares with the digest.

mod download;
mod error;
mod lock;
mod options;
mod request;
mod upload;
mod xml;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ::base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_domain::time::Timestamp;
use conductor_engine::ports::{
    BlobCheck, BlobRef, BlobRefusal, BlobStore, Clock, Health, OutboxStore, Removal, StagedBlob,
};
use tokio::{runtime::Runtime, sync::Semaphore};

pub use self::options::{KeySource, Keys, KeysComing, LockMode, S3Options};
use self::{
    download::Download,
    error::{Kind, S3Error},
    lock::{Found, time},
    request::Client,
    upload::{Lock, Sender},
};
use super::{
    FRESH_MS, hex_of,
    staging::{StagedFile, Staging},
};
use crate::{
    limits::{S3_CLOCK_WARN_MS, S3_PART_BYTES, S3_PARTS_IN_FLIGHT_MAX},
    outboxes::FolderOutboxes,
};

/// Blobs in a bucket of an S3 server. Its methods wait for the server: they are for threads that may.
#[derive(Debug)]
pub struct S3Blobs {
    inner: Arc<Inner>,
    staging: Staging,
    follow: PathBuf,
    /// Where requests run; gone only when this is dropped.
    runtime: Option<Runtime>,
}

#[derive(Debug)]
struct Inner {
    options: S3Options,
    sender: Sender,
    /// The bucket was looked at and is as it has to be.
    looked_at: AtomicBool,
    runtime: tokio::runtime::Handle,
}

impl S3Blobs {
    /// Uses a bucket, with a folder of this machine for what is on its way. A bucket that is not as it
    /// has to be is refused; a server that does not answer is looked at again when it is needed.
    ///
    /// # Errors
    /// When the bucket can't be used, or the disk refuses.
    pub fn open(
        dir: &Path,
        options: S3Options,
        (clock, keys): (Arc<dyn Clock>, Arc<dyn KeySource>),
    ) -> io::Result<Self> {
        let staging = Staging::open(&dir.join("staging"))?;
        let follow = dir.join("follow");
        std::fs::create_dir_all(&follow)?;
        super::sync_dir(dir)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .thread_name("s3")
            .build()?;
        let client = Arc::new(Client::new(&options, clock, keys)?);
        let parts = Arc::new(Semaphore::new(S3_PARTS_IN_FLIGHT_MAX));
        let inner = Arc::new(Inner {
            options,
            sender: Sender { client, parts },
            looked_at: AtomicBool::new(false),
            runtime: runtime.handle().clone(),
        });
        let opened = Self { inner, staging, follow, runtime: Some(runtime) };
        match opened.inner.wait(opened.inner.look()) {
            Err(error) if error.may_pass() => {
                tracing::warn!(error = error.text, "artifacts can't be stored for now");
                Ok(opened)
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(opened),
        }
    }
}

impl Drop for S3Blobs {
    fn drop(&mut self) {
        self.inner.client().stop.cancel();
        // Whoever drops this may not be one that may wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Inner {
    fn client(&self) -> &Arc<Client> {
        &self.sender.client
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The name of a content in the bucket.
    fn key(&self, hex: &str) -> String {
        format!("{}sha256/{}/{hex}", self.options.prefix, &hex[..2])
    }

    /// Looks whether the bucket is as it has to be. Gives how far the clocks are apart, in
    /// milliseconds.
    async fn look(&self) -> Result<Option<u64>, S3Error> {
        let client = self.client();
        let (locks, apart) = match client.look().await {
            // Servers without object lock may not even know the question.
            Err(error) if error.kind == Kind::Strange && self.options.lock.is_none() => {
                (false, None)
            }
            looked => looked?,
        };
        if self.options.lock.is_some() && !locks {
            let text =
                format!("{} has no object lock, and contents are to be locked", client.place);
            return Err(S3Error::new(Kind::NoLock, text));
        }
        self.looked_at.store(true, Ordering::Relaxed);
        Ok(apart)
    }

    fn lock_at(&self, now: Timestamp) -> Lock {
        let keep_ms = self.options.retain_ms.max(FRESH_MS);
        self.options.lock.map(|mode| (mode, now + keep_ms))
    }

    /// Stores what is staged, unless it is there already; then its lock is made longer.
    async fn keep(&self, file: &StagedFile) -> io::Result<()> {
        if !self.looked_at.load(Ordering::Relaxed) {
            self.look().await?;
        }
        let (client, key) = (self.client(), self.key(&file.hex));
        let now = client.now();
        let lock = self.lock_at(now);
        if let Some(found) = client.head(&key, None).await?
            && is_same(&found, file)
        {
            match lock {
                Some(lock) => return Ok(client.prolong(&key, &found, lock).await?),
                // It is not removed before whoever brings it now has named it.
                None if now.ms_since(found.modified) < FRESH_MS / 2 => return Ok(()),
                None => {}
            }
        }
        self.sender.send((&key, &file.blob), &file.path, lock).await
    }

    /// Removes all versions of a content, where each is at least so old, in milliseconds, and nothing holds it.
    async fn remove(&self, hex: &str, (age_ms, now): (u64, Timestamp)) -> Result<Removal, S3Error> {
        let (client, key) = (self.client(), self.key(hex));
        let versions = client.versions(&key).await?;
        let mut until = Timestamp::default();
        for version in versions.iter().filter(|version| !version.marker) {
            let came = time(&version.modified).unwrap_or(now);
            until = until.max(came + age_ms);
            let Some(found) = client.head(&key, Some(&version.id)).await? else { continue };
            if found.held {
                let text = format!("a legal hold is on it in {}", client.place);
                return Err(S3Error::new(Kind::Denied, text));
            }
            until = until.max(found.locked.map(|(_, until)| until).unwrap_or_default());
        }
        if until > now {
            return Ok(Removal::Kept { until });
        }
        // What hides the others goes last: what is left in between is not seen.
        let (markers, contents): (Vec<_>, Vec<_>) =
            versions.iter().partition(|version| version.marker);
        for version in contents.iter().chain(&markers) {
            client.delete(&key, &version.id).await?;
        }
        Ok(if contents.is_empty() { Removal::Absent } else { Removal::Removed })
    }

    async fn find(&self, key: &str) -> Result<Found, S3Error> {
        self.client().find(key).await?.ok_or_else(|| {
            let text = format!("{} has no such content", self.client().place);
            S3Error::new(Kind::NotFound, text)
        })
    }
}

/// Whether what the server has is what came, as far as it tells: of what came in one request it knows
/// the sum, of parts only sums of theirs.
fn is_same(found: &Found, file: &StagedFile) -> bool {
    let size_bytes = file.blob.size_bytes;
    found.size_bytes == size_bytes
        && match &found.sum {
            Some(sum) if sum.contains('-') => true,
            Some(sum) => *sum == digest_base64(&file.hex),
            None => size_bytes > S3_PART_BYTES as u64,
        }
}

fn digest_base64(hex: &str) -> String {
    let byte = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).filter_map(byte).collect();
    base64(&bytes)
}

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// A staged file on its way to the bucket.
struct Staged {
    inner: Arc<Inner>,
    file: StagedFile,
}

impl StagedBlob for Staged {
    fn blob(&self) -> &BlobRef {
        &self.file.blob
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.file.path)?))
    }

    fn keep(self: Box<Self>) -> io::Result<()> {
        self.inner.wait(Box::pin(self.inner.keep(&self.file)))
    }
}

fn absent() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl BlobStore for S3Blobs {
    fn stage(&self, source: &mut dyn Read, bytes_max: u64) -> io::Result<Box<dyn StagedBlob>> {
        let file = self.staging.take(source, bytes_max)?;
        Ok(Box::new(Staged { inner: Arc::clone(&self.inner), file }))
    }

    fn remove(&self, digest: &str, now: Timestamp) -> io::Result<Removal> {
        let Some(hex) = hex_of(digest) else { return Ok(Removal::Absent) };
        let age_ms = self.inner.options.retain_ms.max(FRESH_MS);
        Ok(self.inner.wait(self.inner.remove(hex, (age_ms, now)))?)
    }

    fn forget(&self, digest: &str, now: Timestamp) -> io::Result<Removal> {
        let Some(hex) = hex_of(digest) else { return Ok(Removal::Absent) };
        let age_ms = self.inner.options.retain_ms;
        Ok(self.inner.wait(self.inner.remove(hex, (age_ms, now)))?)
    }

    fn open(&self, digest: &str) -> io::Result<Box<dyn Read + Send>> {
        let hex = hex_of(digest).ok_or_else(absent)?.to_owned();
        let inner = &self.inner;
        inner.wait(async {
            let key = inner.key(&hex);
            let found = inner.find(&key).await?;
            let through = (Arc::clone(inner.client()), inner.runtime.clone());
            let mut download = Download::new(through, (key, hex), found);
            download.begin().await?;
            Ok(Box::new(download) as Box<dyn Read + Send>)
        })
    }

    fn staging(&self) -> &Path {
        self.staging.folder()
    }

    fn follower(&self) -> Option<Arc<dyn OutboxStore>> {
        Some(Arc::new(FolderOutboxes::new(&self.follow)))
    }

    fn hold(&self, digest: &str, held: bool) -> io::Result<()> {
        let hex = hex_of(digest).ok_or_else(absent)?;
        if self.inner.options.lock.is_none() {
            return Ok(());
        }
        let key = self.inner.key(hex);
        Ok(self.inner.wait(async {
            let found = self.inner.find(&key).await?;
            self.inner.client().set_hold(&key, &found, held).await
        })?)
    }

    fn keeps_retention(&self) -> bool {
        self.inner.options.lock.is_some() && self.inner.options.lock_retention
    }

    fn retain(&self, digest: &str, until: Timestamp) -> io::Result<()> {
        let hex = hex_of(digest).ok_or_else(absent)?;
        let Some(mode) = self.inner.options.lock else { return Ok(()) };
        let key = self.inner.key(hex);
        Ok(self.inner.wait(async {
            let found = self.inner.find(&key).await?;
            self.inner.client().prolong(&key, &found, (mode, until)).await
        })?)
    }

    fn checks(&self) -> Vec<BlobCheck> {
        let inner = &self.inner;
        let check = |name: &str, health, message, hint: &str| BlobCheck {
            name: name.to_owned(),
            health,
            message,
            hint: hint.to_owned(),
        };
        let apart = match inner.wait(inner.look()) {
            Ok(apart) => apart,
            Err(error) => {
                let error = io::Error::from(error);
                let hint = BlobRefusal::hint_of(&error).unwrap_or_default();
                return vec![check("artifact store", Health::Fail, error.to_string(), hint)];
            }
        };
        let days = inner.options.retain_ms / (24 * 3_600_000);
        let lock = match (inner.options.lock, inner.options.lock_retention) {
            (None, _) => "without object lock".to_owned(),
            (Some(mode), false) => format!("locks contents for {days} days ({})", mode.word()),
            (Some(mode), true) => {
                format!("locks contents for {days} days and their retention ({})", mode.word())
            }
        };
        let message = format!("{} answers, {lock}", inner.client().place);
        let mut checks = vec![check("artifact store", Health::Ok, message, "")];
        if let Some(apart) = apart {
            let health = if apart > S3_CLOCK_WARN_MS { Health::Warn } else { Health::Ok };
            let message = format!("{} s from the S3 server's", apart / 1_000);
            let hint = "set both clocks right: from 15 minutes on the server refuses everything";
            checks.push(check("artifact store clock", health, message, hint));
        }
        checks
    }

    fn stop(&self) {
        self.inner.client().stop.cancel();
    }
}
