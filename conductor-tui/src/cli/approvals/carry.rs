//! `conductor approvals export` and `import`: signing where the daemon can't be reached.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use conductor_tui::whole;

use super::{approve, args::KeyArgs, checked, get};
use crate::cli::{context::Context, failure::Failure};

/// Bytes of a signature's file that are read.
const SIGNATURE_BYTES_MAX: u64 = 64 * 1024;

/// Writes the bytes that are signed, exactly.
pub(super) async fn export(
    id: String,
    file: Option<PathBuf>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let approval = get(&id, context).await?;
    let checked = checked(&approval, &id, context)?;
    let Some(path) = file else { return Ok(context.output.raw(checked.text.as_bytes())?) };
    let failed = |error| Failure::local(format!("write {}", path.display()), error);
    whole::share(&path, checked.text.as_bytes()).map_err(failed)?;
    Ok(context.output.note(format!("{}: {}", path.display(), checked.digest))?)
}

/// Brings a signature that was made elsewhere.
pub(super) async fn import(
    (id, signature, comment): (String, PathBuf, String),
    key: KeyArgs,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let signature = read(&signature)?;
    approve::send((id, signature, comment), key, context).await
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().take(SIGNATURE_BYTES_MAX).read_to_string(&mut text),
        _ => File::open(path)
            .and_then(|file| file.take(SIGNATURE_BYTES_MAX).read_to_string(&mut text)),
    };
    read.map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    Ok(text)
}
