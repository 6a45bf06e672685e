//! Contents on their way to an S3 server: in one request, or in parts of a bounded number at once.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use conductor_domain::time::Timestamp;
use conductor_engine::ports::BlobRef;
use reqwest::Method;
use sha2::{Digest as _, Sha256};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    LockMode, base64,
    error::{Kind, Repeat, S3Error},
    lock::until_text,
    request::{Client, Wanted},
    xml,
};
use crate::{
    blobs::{PREFIX, hex},
    limits::{S3_PART_BYTES, S3_PART_TIMEOUT},
};

/// How a content is locked from its coming.
pub(super) type Lock = Option<(LockMode, Timestamp)>;

/// What sends contents.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub(super) client: Arc<Client>,
    /// Parts that may be on their way.
    pub(super) parts: Arc<Semaphore>,
}

/// What is on its way in parts.
struct Parts<'a> {
    key: &'a str,
    id: String,
}

impl Sender {
    /// Sends a staged file. It is stored, whole and locked, when this returns well; what is read from
    /// the disk now has to be what its digest says.
    pub(super) async fn send(
        &self,
        (key, blob): (&str, &BlobRef),
        file: &Path,
        lock: Lock,
    ) -> io::Result<()> {
        let mut file = File::open(file)?;
        if blob.size_bytes <= S3_PART_BYTES as u64 {
            self.in_one(key, blob, &mut file, lock).await?;
        } else {
            let id = self.begin(key, lock).await?;
            let parts = Parts { key, id };
            if let Err(error) = self.in_parts(&parts, blob, &mut file).await {
                self.abort(&parts).await;
                return Err(error);
            }
        }
        self.confirm(key, blob, lock).await
    }

    async fn in_one(
        &self,
        key: &str,
        blob: &BlobRef,
        file: &mut File,
        lock: Lock,
    ) -> io::Result<()> {
        // The semaphore is never closed.
        let permit = self.parts.acquire().await.map_err(io::Error::other)?;
        let bytes = part_of(file)?;
        let digest = Sha256::digest(&bytes);
        check(&hex(&digest), blob)?;
        let mut wanted = Wanted::new(Method::PUT, key)
            .header("content-type", "application/octet-stream")
            .header("x-amz-checksum-sha256", base64(&digest));
        wanted.timeout = S3_PART_TIMEOUT;
        wanted.body = bytes;
        let sent = self.client.send(&locked(wanted, lock)).await;
        drop(permit);
        sent?;
        Ok(())
    }

    async fn begin(&self, key: &str, lock: Lock) -> Result<String, S3Error> {
        let mut wanted = Wanted::new(Method::POST, key)
            .query("uploads", "")
            .header("content-type", "application/octet-stream")
            .header("x-amz-checksum-algorithm", "SHA256");
        // Twice would leave one behind that nobody ends.
        wanted.repeat = Repeat::Unsent;
        let answer = self.client.send(&locked(wanted, lock)).await?;
        xml::text(&answer.body, &["InitiateMultipartUploadResult", "UploadId"]).ok_or_else(|| {
            let text = format!("{} begins no upload in parts", self.client.place);
            S3Error::new(Kind::Strange, text)
        })
    }

    async fn in_parts(&self, parts: &Parts<'_>, blob: &BlobRef, file: &mut File) -> io::Result<()> {
        let mut hasher = Sha256::new();
        let mut under_way = JoinSet::new();
        let mut sent = Vec::new();
        for number in 1_u32.. {
            let acquired = Arc::clone(&self.parts).acquire_owned().await;
            let permit = acquired.map_err(io::Error::other)?;
            let bytes = part_of(file)?;
            if bytes.is_empty() {
                break;
            }
            hasher.update(&bytes);
            let sum = base64(&Sha256::digest(&bytes));
            let mut wanted = Wanted::new(Method::PUT, parts.key)
                .query("partNumber", number.to_string())
                .query("uploadId", parts.id.as_str())
                .header("x-amz-checksum-sha256", sum.as_str());
            wanted.timeout = S3_PART_TIMEOUT;
            wanted.body = bytes;
            let client = Arc::clone(&self.client);
            under_way.spawn(async move {
                let answer = client.send(&wanted).await;
                drop((wanted, permit));
                answer.map(|answer| (number, answer.header("etag").to_owned(), sum))
            });
            while let Some(done) = under_way.try_join_next() {
                sent.push(done.map_err(io::Error::other)??);
            }
        }
        while let Some(done) = under_way.join_next().await {
            sent.push(done.map_err(io::Error::other)??);
        }
        check(&hex(&hasher.finalize()), blob)?;
        sent.sort_by_key(|(number, ..)| *number);
        let sent: Vec<(String, String)> =
            sent.into_iter().map(|(_, tag, sum)| (tag, sum)).collect();
        Ok(self.complete(parts, &sent).await?)
    }

    async fn complete(&self, parts: &Parts<'_>, sent: &[(String, String)]) -> Result<(), S3Error> {
        let mut wanted = Wanted::new(Method::POST, parts.key)
            .query("uploadId", parts.id.as_str())
            .header("content-type", "application/xml");
        wanted.body = Bytes::from(xml::complete(sent));
        wanted.timeout = S3_PART_TIMEOUT;
        // What became of one whose answer was lost, the look afterwards tells.
        wanted.repeat = Repeat::Unsent;
        match self.client.send(&wanted).await {
            // It may begin well and end in an error.
            Ok(answer) if xml::text(&answer.body, &["Error", "Code"]).is_some() => {
                let status = reqwest::StatusCode::INTERNAL_SERVER_ERROR;
                Err(S3Error::answered(&self.client.place, status, &answer.body))
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind == Kind::Broken => {
                match self.client.head(parts.key, None).await {
                    Ok(Some(_)) => Ok(()),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Lets the server forget the parts; where that fails, the bucket's rule for unfinished uploads
    /// does it later.
    async fn abort(&self, parts: &Parts<'_>) {
        let wanted = Wanted::new(Method::DELETE, parts.key).query("uploadId", parts.id.as_str());
        if let Err(error) = self.client.send(&wanted).await {
            tracing::warn!(error = error.text, "parts of an upload are left at the S3 server");
        }
    }

    /// That the server has what was sent, as it was to be locked: some take the wish for a lock and
    /// forget it.
    async fn confirm(&self, key: &str, blob: &BlobRef, lock: Lock) -> io::Result<()> {
        let place = &self.client.place;
        let found = self.client.head(key, None).await?;
        let found = found.filter(|found| found.size_bytes == blob.size_bytes).ok_or_else(|| {
            let text = format!("{place} took {} and has not got it whole", blob.digest);
            S3Error::new(Kind::Damaged, text)
        })?;
        match (lock, &found.locked) {
            (None, _) => Ok(()),
            (Some((_, until)), Some((_, locked))) if *locked >= until => Ok(()),
            (Some(lock), _) => Ok(self.client.prolong(key, &found, lock).await?),
        }
    }
}

fn locked(wanted: Wanted, lock: Lock) -> Wanted {
    match lock {
        None => wanted,
        Some((mode, until)) => wanted
            .header("x-amz-object-lock-mode", mode.word())
            .header("x-amz-object-lock-retain-until-date", until_text(until)),
    }
}

/// The next part of a file; empty at its end.
fn part_of(file: &mut File) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    file.take(S3_PART_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(Bytes::from(bytes))
}

/// That the bytes that were read are those that were staged.
fn check(hex: &str, blob: &BlobRef) -> io::Result<()> {
    if blob.digest.strip_prefix(PREFIX) == Some(hex) {
        return Ok(());
    }
    let message =
        format!("the staged bytes of {} were changed on this machine's disk", blob.digest);
    Err(io::Error::new(io::ErrorKind::InvalidData, message))
}
