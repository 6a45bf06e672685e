//! Artifacts added: a file in pieces, or something that is elsewhere.

use std::io::{self, Read as _};

use conductor_domain::{
    scope::Scope,
    trust::artifact::{Declared, Kind, Location, Recorded, Signature, agree},
};
use conductor_engine::{
    command::{Answer, Command, IdempotencyKey},
    limits::{ARTIFACT_BYTES_MAX, SIGNATURE_BYTES_MAX},
    ports::StagedBlob,
    run_known::RunSummary,
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    evidence::{self, EVIDENCE_BYTES_MAX, Flags, Found},
    id::{ArtifactId, DecisionId, RunId},
    v1,
};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tonic::Streaming;

use super::{about, declared, kind, no_run, shown, summary};
use crate::{
    call::{Call, idempotency},
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::STREAM_MESSAGES_MAX,
    pieces::Pieces,
    request,
};

const CREATE: &str = "artifact.create";

/// What was announced.
struct Announced {
    scope: Scope,
    run: RunId,
    kind: Kind,
    name: String,
    media_type: String,
    digest: String,
    size_bytes: u64,
    declared: Declared,
    additional: Map<String, Value>,
    signature: String,
    key: Option<IdempotencyKey>,
}

/// What a content came to.
struct Looked {
    flags: Flags,
    found: String,
    signature: Signature,
}

pub(super) async fn upload(
    call: &Call,
    mut pieces: Streaming<v1::UploadArtifactRequest>,
) -> Outcome<v1::UploadArtifactResponse> {
    let first = pieces.message().await.map_err(|status| broken(&status))?;
    let header = first.as_ref().and_then(|first| first.header.clone());
    let no_header = || Failure::invalid("the stream has no header", "send the header first");
    let announced = announced(call, header.ok_or_else(no_header)?)?;
    let run_id = announced.run.to_string();
    let run = summary(call, &announced.scope, announced.run)?;
    // Before a byte is taken; whether it is changed is decided when all of it is known.
    let ask = about(run.as_ref(), CREATE, ("run", &run_id));
    call.may_ask(&announced.scope, ask).await?;
    let run = run.ok_or_else(|| no_run(&announced.scope, announced.run))?;
    let staged = staged(call, pieces, first.map(|first| first.data).unwrap_or_default()).await?;
    let engine = call.engine().clone();
    let (announced, looked) = on_disk(move || keep(&engine, announced, staged)).await?;
    let location = Location::Stored { digest: announced.digest, size_bytes: announced.size_bytes };
    let wanted = Recorded {
        artifact: fresh(call),
        run: announced.run,
        kind: announced.kind,
        name: announced.name,
        media_type: announced.media_type,
        location,
        flags: looked.flags,
        declared: false,
        found: looked.found,
        additional: announced.additional,
        signature: looked.signature,
        decision: DecisionId::from_bits(0),
    };
    let artifact = recorded(call, (&announced.scope, &run), wanted, announced.key).await?;
    Ok(v1::UploadArtifactResponse { artifact: Some(artifact) })
}

pub(super) async fn record(
    call: &Call,
    request: v1::RecordArtifactRequest,
) -> Outcome<v1::RecordArtifactResponse> {
    let scope = call.scope(request.scope.clone())?;
    let run: RunId = request::id("run", &request.run_id)?;
    let kind = kind(&request.kind, Some(Kind::Other))?.unwrap_or(Kind::Other);
    let (declared, additional) = declared(request.declared.clone())?;
    let normal = v1::RecordArtifactRequest {
        scope: Some(convert::scope(&scope)),
        kind: kind.word().to_owned(),
        idempotency_key: String::new(),
        ..request.clone()
    };
    let key = idempotency(request.idempotency_key, &normal)?;
    let known = summary(call, &scope, run)?;
    let Some(known) = known else {
        call.may_ask(&scope, about(None, CREATE, ("run", &request.run_id))).await?;
        return Err(no_run(&scope, run));
    };
    let wanted = Recorded {
        artifact: fresh(call),
        run,
        kind,
        name: request.name,
        media_type: request.media_type,
        location: Location::External { uri: request.uri, content_hash: request.content_hash },
        flags: declared.flags(kind),
        declared: true,
        found: String::new(),
        additional,
        signature: Signature::Unsigned,
        decision: DecisionId::from_bits(0),
    };
    let artifact = recorded(call, (&scope, &known), wanted, key).await?;
    Ok(v1::RecordArtifactResponse { artifact: Some(artifact) })
}

fn fresh(call: &Call) -> ArtifactId {
    ArtifactId::new(call.engine().now().unix_ms, call.engine().fresh_bits())
}

async fn recorded(
    call: &Call,
    (scope, run): (&Scope, &RunSummary),
    wanted: Recorded,
    key: Option<IdempotencyKey>,
) -> Outcome<v1::ArtifactRecord> {
    let id = run.id.to_string();
    let ask = about(Some(run), CREATE, ("run", &id));
    let command = Command::RecordArtifact(Box::new(wanted));
    match call.change(scope, ask, command, key).await? {
        Answer::Artifact(known, standing, _) => shown(call, scope, (known, standing)).await,
        _ => Err(Failure::bug("a new artifact was answered with something else")),
    }
}

fn announced(call: &Call, header: v1::UploadArtifactHeader) -> Outcome<Announced> {
    let scope = call.scope(header.scope.clone())?;
    let run: RunId = request::id("run", &header.run_id)?;
    let kind = kind(&header.kind, Some(Kind::Other))?.unwrap_or(Kind::Other);
    let digest = header.digest.as_str();
    let hex = digest.strip_prefix("sha256:").unwrap_or_default();
    if hex.len() != 64 || !hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        let message = "the digest of the file is missing, or none";
        let hint = "announce it as `sha256:` and 64 hexadecimal digits";
        return Err(Failure::new(Code::ArtifactInvalid, message, hint));
    }
    if header.size_bytes > ARTIFACT_BYTES_MAX {
        return Err(too_large());
    }
    if header.signature.len() > SIGNATURE_BYTES_MAX {
        let message = format!("a signature has up to {SIGNATURE_BYTES_MAX} bytes");
        return Err(Failure::invalid(message, "sign with `ssh-keygen -Y sign`"));
    }
    let normal = v1::UploadArtifactHeader {
        scope: Some(convert::scope(&scope)),
        kind: kind.word().to_owned(),
        idempotency_key: String::new(),
        ..header.clone()
    };
    let key = idempotency(header.idempotency_key, &normal)?;
    let (declared, additional) = declared(header.declared)?;
    Ok(Announced {
        scope,
        run,
        kind,
        name: header.name,
        media_type: header.media_type,
        digest: header.digest,
        size_bytes: header.size_bytes,
        declared,
        additional,
        signature: header.signature,
        key,
    })
}

/// Takes all pieces, without keeping them.
async fn staged(
    call: &Call,
    mut pieces: Streaming<v1::UploadArtifactRequest>,
    first: Vec<u8>,
) -> Outcome<Box<dyn StagedBlob>> {
    let (sender, receiver) = mpsc::channel(STREAM_MESSAGES_MAX);
    let engine = call.engine().clone();
    let storing = tokio::spawn(on_disk(move || stage(&engine, Pieces::new(receiver))));
    let mut next = Some(first);
    while let Some(data) = next {
        if sender.send(Ok(data)).await.is_err() {
            // A store that gave up says why itself.
            break;
        }
        next = match pieces.message().await {
            Ok(Some(piece)) if piece.header.is_some() => {
                return Err(Failure::invalid("a second header came", "send one header, first"));
            }
            Ok(piece) => piece.map(|piece| piece.data),
            Err(status) => {
                let cut = io::Error::new(io::ErrorKind::UnexpectedEof, "the stream broke off");
                drop(sender.send(Err(cut)).await);
                return Err(broken(&status));
            }
        };
    }
    drop(sender);
    storing.await.map_err(|_| Failure::bug("storing an artifact panicked"))?
}

fn stage(engine: &Engine, mut pieces: Pieces) -> Outcome<Box<dyn StagedBlob>> {
    engine.blobs().stage(&mut pieces, ARTIFACT_BYTES_MAX).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(),
        io::ErrorKind::UnexpectedEof => Failure::invalid("the stream broke off", "send it again"),
        _ => Failure::disk("store the artifact", &error),
    })
}

/// Keeps what came if it is what was announced, and says of itself what was said of it.
fn keep(
    engine: &Engine,
    announced: Announced,
    staged: Box<dyn StagedBlob>,
) -> Outcome<(Announced, Looked)> {
    let blob = staged.blob();
    if blob.digest != announced.digest || blob.size_bytes != announced.size_bytes {
        let (digest, size) = (&blob.digest, blob.size_bytes);
        let message = format!(
            "{size} bytes came with the digest {digest}, and {} with {} were announced",
            announced.size_bytes, announced.digest
        );
        return Err(Failure::new(Code::ArtifactDigest, message, "send the file again"));
    }
    let looked = look(engine, &announced, &*staged)?;
    staged.keep().map_err(|error| Failure::disk("store the artifact", &error))?;
    Ok((announced, looked))
}

fn look(engine: &Engine, announced: &Announced, staged: &dyn StagedBlob) -> Outcome<Looked> {
    let tenant = announced.scope.tenant.as_str();
    if announced.size_bytes > EVIDENCE_BYTES_MAX as u64 {
        // Nobody looks into what is larger: it proves nothing, and no signature can be checked.
        let nothing =
            Found { what: vec!["too large to be looked into".into()], ..Found::default() };
        let flags = agree(announced.kind, announced.declared, &nothing)?;
        let problem = format!("it has more than {EVIDENCE_BYTES_MAX} bytes, and can't be checked");
        let signature = match announced.signature.is_empty() {
            true => Signature::Unsigned,
            false => Signature::Unverifiable { problem },
        };
        return Ok(Looked { flags, found: String::new(), signature });
    }
    let mut bytes = Vec::new();
    let read = staged.open().and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(|error| Failure::disk("read the artifact", &error))?;
    let found = evidence::read(&bytes).map_err(|error| {
        let hint = "mend what wrote it; a file that claims nothing is taken as it is";
        Failure::new(Code::EvidenceInvalid, error.to_string(), hint)
    })?;
    let flags = agree(announced.kind, announced.declared, &found)?;
    let words = if found.what.is_empty() { String::new() } else { found.words() };
    let signature = engine.signature_of(tenant, (&announced.signature, &found), &bytes);
    Ok(Looked { flags, found: words, signature })
}

fn too_large() -> Failure {
    Failure::new(
        Code::MessageTooLarge,
        format!("an artifact may have {ARTIFACT_BYTES_MAX} bytes"),
        "store it elsewhere and record where: `conductor artifacts upload --uri`",
    )
}

fn broken(status: &tonic::Status) -> Failure {
    Failure::invalid(format!("the stream broke off: {}", status.message()), "send it again")
}
