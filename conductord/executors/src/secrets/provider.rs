//! Gets one value from where it is, and checks that it can be used.

#![expect(
    clippy::disallowed_methods,
    reason = "the owner of the secrets that the worker's environment holds"
)]

use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use rustix::fs::{Mode, OFlags};
use zeroize::{Zeroize as _, Zeroizing};

use super::{Provider, SecretValue, program};
use crate::{
    limits::{SECRET_BYTES_MAX, SECRET_BYTES_MIN},
    redact,
};

/// Rights of others.
const OTHERS: u32 = 0o007;
/// Rights of others and of the file's group.
const ALL_OTHERS: u32 = 0o077;

/// A value from its place.
///
/// # Errors
/// A sentence that says why there is none, and nothing of the value.
pub(super) async fn value(provider: &Provider) -> Result<SecretValue, String> {
    let text = match provider {
        Provider::Env(variable) => env(variable)?,
        Provider::File(path) => {
            let path = path.clone();
            let read = tokio::task::spawn_blocking(move || file(&path, OTHERS)).await;
            text(read.map_err(|_| "reading its file failed".to_owned())??)?
        }
        Provider::Exec(wanted) => text(program::output(wanted).await?)?,
    };
    check(&text)?;
    Ok(text)
}

/// From a file that is its owner's alone.
///
/// # Errors
/// A sentence that says why there is none, and nothing of the value.
pub(super) async fn private(path: &Path) -> Result<SecretValue, String> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || file(&path, ALL_OTHERS)).await;
    let value = text(read.map_err(|_| "reading its file failed".to_owned())??)?;
    check(&value)?;
    Ok(value)
}

fn env(variable: &str) -> Result<SecretValue, String> {
    match std::env::var(variable) {
        Ok(value) => Ok(Zeroizing::new(value)),
        Err(std::env::VarError::NotPresent) => {
            Err(format!("the worker's environment has no variable `{variable}`"))
        }
        Err(std::env::VarError::NotUnicode(_)) => Err(not_text()),
    }
}

fn file(path: &Path, forbidden: u32) -> Result<Zeroizing<Vec<u8>>, String> {
    let shown = path.display();
    let failed = |error: io::Error| format!("can't read {shown}: {error}");
    // Not to hang on a pipe that nobody writes to.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file =
        rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| failed(errno.into()))?;
    let file = File::from(file);
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(format!("{shown} is not a plain file"));
    }
    let mode = about.permissions().mode();
    if mode & forbidden != 0 {
        let (whom, mend) = match forbidden {
            OTHERS => ("everybody", "o="),
            _ => ("others", "go="),
        };
        let mode = mode & 0o7777;
        return Err(format!("{shown} is open to {whom} (mode {mode:04o}): `chmod {mend} {shown}`"));
    }
    let mut bytes = buffer();
    file.take(SECRET_BYTES_MAX as u64 + 3).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Room for a whole value: a buffer that grows leaves copies behind.
pub(super) fn buffer() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(SECRET_BYTES_MAX + 4))
}

/// The bytes as a text, without the line end after them.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Result<SecretValue, String> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|error| {
        error.into_bytes().zeroize();
        not_text()
    })
}

fn check(value: &str) -> Result<(), String> {
    if value.len() > SECRET_BYTES_MAX {
        return Err(format!("it has more than {SECRET_BYTES_MAX} bytes"));
    }
    if value.contains('\0') {
        return Err(not_text());
    }
    if !redact::is_long_enough(value) {
        return Err(format!(
            "it has fewer than {SECRET_BYTES_MIN} bytes: nothing could take it out of logs without \
             taking out everything else"
        ));
    }
    Ok(())
}

fn not_text() -> String {
    "it is not a text: keep it in base64 and decode it in the script".to_owned()
}
