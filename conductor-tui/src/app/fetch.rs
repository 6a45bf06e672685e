//! An artifact's bytes, read once and checked against their digest on the way: to be looked at, or into a
//! new file. It is a feed like any other, so that leaving its screen stops it.

use std::{fmt::Write as _, path::PathBuf};

use conductor_client::Connection;
use conductor_protocol::v1;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::{
    fs::{File, OpenOptions},
    io::AsyncWriteExt as _,
};

use super::{
    daemon::fault,
    msg::{Fault, FaultKind, FeedNews},
    once::Told,
};

/// Bytes of an artifact that are kept to be looked at; the rest is only hashed.
pub(crate) const SHOWN_BYTES_MAX: usize = 64 * 1024;
/// Bytes after which it is told how far it is.
const TOLD_BYTES: u64 = 4 * 1024 * 1024;

/// What is wanted of an artifact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fetch {
    pub(crate) request: v1::DownloadArtifactRequest,
    /// The digest on its record; empty where there is none.
    pub(crate) digest: String,
    /// The new file in the current folder; nothing to look at it.
    pub(crate) file: Option<String>,
}

/// How far it is, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Fetched {
    /// So many bytes of so many are here.
    Bytes(u64, u64),
    /// All of it is here, and its digest is the one that was recorded.
    Whole {
        digest: String,
        size_bytes: u64,
        /// What it says as far as it is shown; nothing where it is not text.
        text: Option<String>,
        /// The file that it was written to.
        file: Option<String>,
    },
}

impl Told {
    pub(super) async fn fetch(&self, connection: &Connection, wanted: Fetch) {
        let ended = Box::pin(self.fetched(connection, wanted)).await;
        self.say(FeedNews::Ended(ended.err())).await;
    }

    async fn fetched(&self, connection: &Connection, wanted: Fetch) -> Result<(), Fault> {
        let mut file = match &wanted.file {
            Some(name) => {
                Some(Target::create(name).await.map_err(|error| unwritten(name, &error))?)
            }
            None => None,
        };
        let stream = connection.download_artifact(wanted.request).await;
        let mut stream = stream.map_err(|error| fault(&error))?;
        let (mut hash, mut size, mut told) = (Sha256::new(), 0_u64, 0_u64);
        let mut recorded = wanted.digest;
        let mut shown = Vec::new();
        while let Some(piece) = stream.next().await.map_err(|error| fault(&error))? {
            hash.update(&piece.data);
            size += piece.data.len() as u64;
            if recorded.is_empty() {
                recorded = piece.digest;
            }
            match &mut file {
                Some(file) => {
                    let written = file.write(&piece.data).await;
                    written.map_err(|error| unwritten(&file.name, &error))?;
                }
                None => {
                    let room = SHOWN_BYTES_MAX.saturating_sub(shown.len()).min(piece.data.len());
                    shown.extend_from_slice(&piece.data[..room]);
                }
            }
            if size >= told + TOLD_BYTES {
                told = size;
                self.say(FeedNews::Fetched(Fetched::Bytes(size, piece.size_bytes))).await;
            }
        }
        let digest = digest_of(hash);
        if recorded != digest {
            return Err(damaged(&digest, &recorded));
        }
        let file = match file {
            Some(file) => {
                let name = file.name.clone();
                Some(file.finish().await.map_err(|error| unwritten(&name, &error))?)
            }
            None => None,
        };
        let text = match file {
            Some(_) => None,
            None => text(shown),
        };
        self.say(FeedNews::Fetched(Fetched::Whole { digest, size_bytes: size, text, file })).await;
        Ok(())
    }
}

fn digest_of(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::from("sha256:"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What bytes say, where they are text. The end may be cut in the middle of a letter.
fn text(mut bytes: Vec<u8>) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    if let Err(error) = std::str::from_utf8(&bytes)
        && error.error_len().is_none()
    {
        bytes.truncate(error.valid_up_to());
    }
    String::from_utf8(bytes).ok()
}

fn damaged(found: &str, recorded: &str) -> Fault {
    let recorded = if recorded.is_empty() { "no digest" } else { recorded };
    Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message: format!("what came has the digest {found}, and {recorded} was recorded"),
        hint: "nothing was kept of it; conductor doctor looks into the store".to_owned(),
        approval: String::new(),
    }
}

fn unwritten(name: &str, error: &std::io::Error) -> Fault {
    let hint = match error.kind() {
        std::io::ErrorKind::AlreadyExists => "move it away: nothing is ever written over",
        _ => "start the console in a folder that can be written to",
    };
    Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message: format!("write {name}: {error}"),
        hint: hint.to_owned(),
        approval: String::new(),
    }
}

/// A file that has its content only when it is whole: its name is taken first, so that nothing that is
/// there is written over, and both are removed when it does not come to its end.
struct Target {
    name: String,
    part: PathBuf,
    file: Option<File>,
}

impl Target {
    async fn create(name: &str) -> std::io::Result<Self> {
        let new = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            options
        };
        drop(new().open(name).await?);
        let part = PathBuf::from(format!("{name}.part"));
        match new().open(&part).await {
            Ok(file) => Ok(Self { name: name.to_owned(), part, file: Some(file) }),
            Err(error) => {
                tokio::fs::remove_file(name).await.ok();
                Err(error)
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).await,
            None => Ok(()),
        }
    }

    async fn finish(mut self) -> std::io::Result<String> {
        if let Some(file) = &mut self.file {
            file.flush().await?;
            file.sync_all().await?;
        }
        tokio::fs::rename(&self.part, &self.name).await?;
        self.file = None;
        Ok(std::mem::take(&mut self.name))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nothing more can be done about what can't be removed.
            std::fs::remove_file(&self.part).ok();
            std::fs::remove_file(&self.name).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_is_none_and_may_be_cut_in_a_letter() {
        assert_eq!(text(b"abc\n".to_vec()).as_deref(), Some("abc\n"));
        assert_eq!(text("ab…".as_bytes()[..4].to_vec()).as_deref(), Some("ab"));
        assert_eq!(text(vec![0x1f, 0x8b, 0x08, 0xff]), None);
        assert_eq!(text(b"a\0b".to_vec()), None);
    }

    #[test]
    fn a_digest_is_written_as_records_have_it() {
        let known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest_of(Sha256::new_with_prefix("abc")), known);
        assert!(damaged(known, "").message.contains("no digest"));
    }

    #[tokio::test]
    async fn nothing_is_written_over_and_nothing_half_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sbom.json");
        let name = path.to_str().unwrap();
        let mut file = Target::create(name).await.unwrap();
        file.write(b"{}").await.unwrap();
        assert_eq!(file.finish().await.unwrap(), name);
        assert_eq!(std::fs::read(&path).unwrap(), b"{}");
        let again = Target::create(name).await;
        assert!(again.is_err_and(|error| error.kind() == std::io::ErrorKind::AlreadyExists));
        assert_eq!(std::fs::read(&path).unwrap(), b"{}");
        let other = folder.path().join("log.txt");
        drop(Target::create(other.to_str().unwrap()).await.unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "it was given up");
    }
}
