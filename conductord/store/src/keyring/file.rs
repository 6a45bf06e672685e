//! One file of the keyring.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Destroyed, KeyringError, Owner};
use serde::{Deserialize, Serialize};

/// Version of the files.
const VERSION: u32 = 1;
/// A file is a few lines.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// What a file holds.
#[derive(Debug, Clone)]
pub(super) struct KeyFile {
    pub(super) id: String,
    pub(super) kept: Kept,
}

#[derive(Debug, Clone)]
pub(super) enum Kept {
    Live(LiveFile),
    Destroyed(Destroyed),
}

/// A key that is there, wrapped.
#[derive(Debug, Clone)]
pub(super) struct LiveFile {
    pub(super) id: String,
    pub(super) owner: Owner,
    pub(super) created: Timestamp,
    pub(super) wrapped_by: String,
    pub(super) wrapped: Vec<u8>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Text {
    version: u32,
    id: String,
    tenant: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_unix_ms: Option<u64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    wrapped_by: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    wrapped: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    subject_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed_unix_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
}

impl Text {
    fn of(file: &KeyFile) -> Self {
        let text = Self { version: VERSION, id: file.id.clone(), ..Self::default() };
        match &file.kept {
            Kept::Live(live) => Self {
                tenant: live.owner.tenant.clone(),
                subject: live.owner.subject.clone(),
                created_unix_ms: Some(live.created.unix_ms),
                wrapped_by: live.wrapped_by.clone(),
                wrapped: STANDARD.encode(&live.wrapped),
                ..text
            },
            Kept::Destroyed(destroyed) => Self {
                tenant: destroyed.tenant.clone(),
                subject_digest: destroyed.subject_digest.clone(),
                destroyed_unix_ms: Some(destroyed.at.unix_ms),
                record: Some(destroyed.record),
                ..text
            },
        }
    }

    fn into_file(self) -> Result<KeyFile, String> {
        if self.version != VERSION {
            return Err(format!("its version {} is not known to this program", self.version));
        }
        let kept = match (self.created_unix_ms, self.destroyed_unix_ms, self.record) {
            (Some(created), None, None) => Kept::Live(LiveFile {
                id: self.id.clone(),
                owner: Owner { tenant: self.tenant, subject: self.subject },
                created: Timestamp::from_unix_ms(created),
                wrapped_by: self.wrapped_by,
                wrapped: STANDARD.decode(self.wrapped).map_err(|error| error.to_string())?,
            }),
            (None, Some(at), Some(record)) => Kept::Destroyed(Destroyed {
                id: self.id.clone(),
                tenant: self.tenant,
                subject_digest: self.subject_digest,
                at: Timestamp::from_unix_ms(at),
                record,
            }),
            _ => return Err("it holds neither a key nor what is left of one".into()),
        };
        Ok(KeyFile { id: self.id, kept })
    }
}

/// Reads a file, whose name must be the key's id.
pub(super) fn read(path: &Path) -> Result<KeyFile, KeyringError> {
    let failed = |source| KeyringError::Io { attempt: format!("read {}", path.display()), source };
    let damaged = |problem: String| KeyringError::Damaged {
        place: path.display().to_string(),
        problem: format!("{problem}; restore it from a backup"),
    };
    let mut json = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_BYTES_MAX).read_to_end(&mut json).map_err(failed)?;
    let text: Text = serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))?;
    let file = text.into_file().map_err(damaged)?;
    let named = path.file_stem().is_some_and(|name| name == file.id.as_str());
    named.then_some(file).ok_or_else(|| damaged("it holds the key of another file".into()))
}

/// Writes a file, whole and durable when this returns.
pub(super) fn write(folder: &Path, path: &Path, file: &KeyFile) -> Result<(), KeyringError> {
    let failed = |source| KeyringError::Io { attempt: format!("write {}", path.display()), source };
    put(folder, path, file).map_err(failed)
}

/// Puts what is left of a key in its place. The bytes that were there are overwritten as far as a file
/// system lets them be.
pub(super) fn replace(folder: &Path, path: &Path, file: &KeyFile) -> Result<(), KeyringError> {
    let failed =
        |source| KeyringError::Io { attempt: format!("destroy {}", path.display()), source };
    // Held open, so that it can still be reached once its name is another file's: a crash leaves the
    // key or what is left of it, never half a key.
    let before = OpenOptions::new().write(true).open(path).map_err(failed)?;
    put(folder, path, file).map_err(failed)?;
    overwrite(&before).map_err(failed)
}

fn put(folder: &Path, path: &Path, file: &KeyFile) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut json = serde_json::to_vec_pretty(&Text::of(file)).map_err(io::Error::other)?;
    json.push(b'\n');
    let mut out =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    out.write_all(&json)?;
    out.sync_all()?;
    fs::rename(&part, path)?;
    File::open(folder)?.sync_all()
}

fn overwrite(mut file: &File) -> io::Result<()> {
    let len = usize::try_from(file.metadata()?.len().min(FILE_BYTES_MAX)).unwrap_or_default();
    file.write_all(&vec![0; len])?;
    file.sync_all()
}
