//! `conductor artifacts upload`: a file added to a run.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use conductor_keys::sshsig::{ARTIFACT, MESSAGE_BYTES_MAX, SignError};
use conductor_protocol::v1;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{args::UploadArgs, shown};
use crate::cli::{
    approvals::signer,
    context::Context,
    failure::Failure,
    output::{bytes, to_value},
};

/// Bytes of one piece.
const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that wait to be sent.
const PIECES_WAITING_MAX: usize = 4;

/// Runs the command.
pub(super) async fn run(args: UploadArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let declared = declared(&args.declare)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => args.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let artifact = match &args.uri {
        Some(uri) => {
            let request = v1::RecordArtifactRequest {
                scope: context.scope(),
                run_id: args.run,
                kind: args.kind,
                name,
                media_type: args.media_type,
                uri: uri.clone(),
                content_hash: args.hash,
                declared: Some(declared),
                idempotency_key: args.idempotency_key,
            };
            context.connection.record_artifact(request).await?.artifact
        }
        None => {
            let signature = signature(&args, context).await?;
            let (digest, size_bytes) = hashed(&args.file)?;
            let header = v1::UploadArtifactHeader {
                scope: context.scope(),
                run_id: args.run,
                kind: args.kind,
                name,
                media_type: args.media_type,
                digest,
                size_bytes,
                declared: Some(declared),
                signature,
                idempotency_key: args.idempotency_key,
            };
            let pieces = pieces(&args.file, header)?;
            context.connection.upload_artifact(pieces).await?.artifact
        }
    };
    told(&artifact.unwrap_or_default(), context)
}

fn told(artifact: &v1::ArtifactRecord, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(artifact))?);
    }
    let v1::ArtifactRecord { artifact_id, name, found, .. } = artifact;
    let size = if artifact.digest.is_empty() { String::new() } else { bytes(artifact.size_bytes) };
    context.output.line(artifact_id.clone())?;
    let holds = if found.is_empty() { String::new() } else { format!(", holds {found}") };
    let problem = match artifact.signature_problem.as_str() {
        "" => String::new(),
        problem => format!("; its signature is unverifiable: {problem}"),
    };
    let told = format!("{name}: {size}, proves {}{holds}{problem}", shown::proves(artifact));
    Ok(context.output.note(told)?)
}

/// Flags and everything else that was said.
fn declared(given: &[(String, String)]) -> Result<v1::DeclaredFlags, Failure> {
    let (mut flags, mut more) = (v1::DeclaredFlags::default(), Map::new());
    for (key, value) in given {
        let flag = match key.as_str() {
            "sbom_present" => &mut flags.sbom_present,
            "slsa_provenance_present" => &mut flags.slsa_provenance_present,
            "risk_assessment_present" => &mut flags.risk_assessment_present,
            _ => {
                more.insert(key.clone(), Value::String(value.clone()));
                continue;
            }
        };
        let wrong = || Failure::usage(format!("`{key}={value}` is neither"), "say true or false");
        *flag = Some(value.parse().map_err(|_| wrong())?);
    }
    if !more.is_empty() {
        flags.additional_metadata_json = Value::Object(more).to_string();
    }
    Ok(flags)
}

/// The signature that goes with a file: one that is made, that is named, or that lies beside it.
async fn signature(args: &UploadArgs, context: &mut Context<'_>) -> Result<String, Failure> {
    if args.sign {
        let content = content(&args.file)?;
        let key = signer::choose(args.key.as_deref(), ARTIFACT, context).await?;
        if key.wants_touch() {
            context.output.note("touch your security key")?;
        }
        let failed = |error: &dyn std::fmt::Display| {
            let hint = "`ssh-add -l` shows the keys that ssh-agent holds";
            Failure::usage(format!("failed to {error}"), hint)
        };
        let signed = tokio::task::spawn_blocking(move || key.sign_artifact(&content)).await;
        let signed: Result<String, SignError> =
            signed.map_err(|_| failed(&"sign: it was cut short"))?;
        return signed.map_err(|error| failed(&error));
    }
    let mut beside = args.file.as_os_str().to_owned();
    beside.push(".sig");
    let beside = PathBuf::from(beside);
    let file = match &args.signature {
        Some(file) => file.clone(),
        None if !args.no_signature && beside.exists() => beside,
        None => return Ok(String::new()),
    };
    let read = std::fs::read_to_string(&file);
    read.map_err(|error| Failure::local(format!("read {}", file.display()), error))
}

/// What is signed, which is bounded.
fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let limit = MESSAGE_BYTES_MAX as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut content));
    read.map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    if content.len() > MESSAGE_BYTES_MAX {
        let message = format!("{} has more than {MESSAGE_BYTES_MAX} bytes", path.display());
        return Err(Failure::Invalid(format!("{message}, and can't be signed")));
    }
    Ok(content)
}

/// The digest and the size of a file.
fn hashed(path: &Path) -> Result<(String, u64), Failure> {
    let failed = |error| Failure::local(format!("read {}", path.display()), error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut hasher, mut size, mut buffer) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        let have = file.read(&mut buffer).map_err(failed)?;
        if have == 0 {
            break;
        }
        hasher.update(&buffer[..have]);
        size += have as u64;
    }
    let digits = hasher.finalize().iter().fold(String::from("sha256:"), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    });
    Ok((digits, size))
}

/// The messages of an upload, read as they are sent. A file that can't be read to its end gives an
/// upload that is not what was announced, which the daemon refuses.
fn pieces(
    path: &Path,
    header: v1::UploadArtifactHeader,
) -> Result<tokio_stream::wrappers::ReceiverStream<v1::UploadArtifactRequest>, Failure> {
    let mut file = File::open(path)
        .map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    let (sender, receiver) = tokio::sync::mpsc::channel(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let first = v1::UploadArtifactRequest { header: Some(header), data: Vec::new() };
        if sender.blocking_send(first).is_err() {
            return;
        }
        let mut buffer = vec![0; PIECE_BYTES];
        while let Ok(have) = file.read(&mut buffer) {
            let piece = v1::UploadArtifactRequest { header: None, data: buffer[..have].to_vec() };
            if have == 0 || sender.blocking_send(piece).is_err() {
                return;
            }
        }
    });
    Ok(tokio_stream::wrappers::ReceiverStream::new(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_told_from_what_else_is_said() {
        let given = [("sbom_present", "true"), ("scanner", "syft")];
        let given = given.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let flags = declared(&given).unwrap();
        assert_eq!((flags.sbom_present, flags.risk_assessment_present), (Some(true), None));
        assert_eq!(flags.additional_metadata_json, r#"{"scanner":"syft"}"#);
        assert!(declared(&[("sbom_present".to_owned(), "yes".to_owned())]).is_err());
    }

    #[test]
    fn a_file_is_hashed_as_everybody_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hashed(&path).unwrap(), (known.to_owned(), 3));
    }
}
