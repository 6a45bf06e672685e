//! A content on its way from an S3 server: read as it comes, gone on with where it breaks off, and
//! compared with its digest at the end.

use std::{
    io::{self, Read},
    sync::Arc,
};

use bytes::{Buf as _, Bytes};
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;

use super::{
    error::{Kind, S3Error},
    lock::Found,
    request::{Client, Wanted},
};
use crate::{
    blobs::{PREFIX, hex},
    limits::{S3_RESUMES_MAX, S3_SILENCE_TIMEOUT},
};

/// See the module.
pub(super) struct Download {
    pub(super) client: Arc<Client>,
    pub(super) runtime: Handle,
    pub(super) key: String,
    /// Lower-case hexadecimal digits of what it has to be.
    pub(super) hex: String,
    pub(super) found: Found,
    progress: Progress,
}

/// How far it has come.
#[derive(Default)]
struct Progress {
    response: Option<Response>,
    piece: Bytes,
    offset: u64,
    resumed: u32,
    hasher: Sha256,
}

impl Download {
    pub(super) fn new(
        (client, runtime): (Arc<Client>, Handle),
        (key, hex): (String, String),
        found: Found,
    ) -> Self {
        Self { client, runtime, key, hex, found, progress: Progress::default() }
    }

    /// Has it begin, so that one that can't be read is known of before.
    pub(super) async fn begin(&mut self) -> Result<(), S3Error> {
        self.progress.response = Some(self.from(0).await?);
        Ok(())
    }

    /// The content from a place on, of the very version that was found.
    async fn from(&self, offset: u64) -> Result<Response, S3Error> {
        let mut wanted = Wanted::new(Method::GET, &self.key).version(self.found.version.as_deref());
        if offset > 0 {
            wanted = wanted
                .header("range", format!("bytes={offset}-"))
                .header("if-match", self.found.tag.as_str());
        }
        let response = self.client.open(&wanted).await?;
        let expected = if offset > 0 { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        if response.status() == expected {
            return Ok(response);
        }
        let text = format!("{} gives no part of a content", self.client.place);
        Err(S3Error::new(Kind::Strange, text))
    }

    /// The next bytes; none at the end.
    async fn next(&mut self) -> Result<Bytes, S3Error> {
        loop {
            if self.progress.offset == self.found.size_bytes {
                self.progress.response = None;
                return Ok(Bytes::new());
            }
            let error = match self.piece().await {
                Ok(piece) => return Ok(piece),
                Err(error) => error,
            };
            self.progress.response = None;
            self.progress.resumed += 1;
            if !error.may_pass() || self.progress.resumed > S3_RESUMES_MAX {
                return Err(error);
            }
        }
    }

    /// Bytes of the answer that is coming, or of another one from where that broke off.
    async fn piece(&mut self) -> Result<Bytes, S3Error> {
        let mut response = match self.progress.response.take() {
            Some(response) => response,
            None => self.from(self.progress.offset).await?,
        };
        let client = Arc::clone(&self.client);
        let read = async { response.chunk().await.map_err(|error| client.broken(error)) };
        let piece = client.within(S3_SILENCE_TIMEOUT, read).await?;
        let piece = piece.filter(|piece| !piece.is_empty()).ok_or_else(|| {
            let text = format!("{} ends a content before its end", client.place);
            S3Error::new(Kind::Broken, text)
        })?;
        let end = self.progress.offset + piece.len() as u64;
        if end > self.found.size_bytes {
            let text = format!("{} gives more of a content than there is", client.place);
            return Err(S3Error::new(Kind::Strange, text));
        }
        self.progress.offset = end;
        self.progress.response = Some(response);
        Ok(piece)
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.progress.piece.is_empty() {
            let runtime = self.runtime.clone();
            self.progress.piece = runtime.block_on(self.next())?;
        }
        let have = self.progress.piece.len().min(buffer.len());
        self.progress.piece.copy_to_slice(&mut buffer[..have]);
        self.progress.hasher.update(&buffer[..have]);
        if have == 0 && hex(&self.progress.hasher.clone().finalize()) != self.hex {
            let message = format!("the stored bytes of {PREFIX}{} were changed", self.hex);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(have)
    }
}
