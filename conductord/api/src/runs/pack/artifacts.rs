//! Artifacts of a run in its pack: what is known of each, and the contents that say what was built and how.

use std::io::Read as _;

use conductor_domain::{
    retention::Retention,
    trust::artifact::{Artifact, Kind, Signature, Standing},
};
use conductor_engine::{service::Engine, views::ArtifactRow};
use conductor_protocol::{jcs::sha256_digest, v1};
use serde_json::{Value, json};

use super::{
    contents::{Parts, canonical},
    name::one_part,
    room::Room,
};
use crate::{
    convert,
    failure::{Failure, Outcome},
    limits::{PACK_ARTIFACT_BYTES_MAX, PACK_ARTIFACTS_MAX, PACK_RECORDS_BYTES_MAX},
};

/// What a record says more than what is known of the artifact: where it is in the pack, or why it is not.
const SAID_BYTES: usize = 1_024;

/// What is still free for contents.
struct Free {
    bytes: u64,
    artifacts: usize,
}

/// Where contents of artifacts are.
pub(super) const FOLDER: &str = "artifacts/";
const LIST: &str = "artifacts.json";

/// Adds the records of artifacts, oldest first, and what SBOMs and provenance there is room for.
pub(super) fn add(
    parts: &mut Parts,
    engine: &Engine,
    rows: &[ArtifactRow],
    room: &mut Room,
) -> Outcome<()> {
    let mut free = Free { bytes: PACK_ARTIFACT_BYTES_MAX, artifacts: PACK_ARTIFACTS_MAX };
    let (mut listed, mut bytes) = (Vec::new(), 0);
    for (known, standing) in rows {
        let mut said = json!({"artifact": record(engine, known)?});
        bytes += canonical(&said)?.len() + SAID_BYTES;
        if bytes > PACK_RECORDS_BYTES_MAX {
            let (count, all) = (rows.len() - listed.len(), rows.len());
            room.cut(LIST, format!("the newest {count} of {all} artifacts, and their contents"));
            break;
        }
        match content(engine, (known, standing.as_deref()), &mut free)? {
            Ok(bytes) => {
                let part = format!("{FOLDER}{}/{}", known.id, one_part(&known.name));
                if let Signature::Signed { signature, .. } = &known.signature
                    && !signature.is_empty()
                {
                    // Beside the folder: another artifact's name may end so.
                    let signed = format!("{FOLDER}{}.sig", known.id);
                    parts.insert(signed.clone(), signature.clone().into_bytes());
                    said["signature"] = json!(signed);
                }
                said["part"] = json!(part);
                parts.insert(part, bytes);
            }
            Err(why) => said["leftOut"] = json!(why),
        }
        listed.push(said);
    }
    let list = canonical(&listed)?;
    room.must_take(Room::taken_by(LIST, list.len()));
    parts.insert(LIST.to_owned(), list);
    Ok(())
}

/// What was recorded of it, and nothing that changes with time: whether it is held, and its tier.
fn record(engine: &Engine, known: &Artifact) -> Outcome<Value> {
    let rule = (Retention::default(), known.at);
    let shown = convert::artifact::artifact(known, None, engine.shown_by(known), rule);
    let shown = v1::ArtifactRecord { tier: String::new(), ..shown };
    serde_json::to_value(shown).map_err(|_| Failure::bug("an artifact is no JSON"))
}

/// The bytes, or why they are left out.
fn content(
    engine: &Engine,
    (known, standing): (&Artifact, Option<&Standing>),
    free: &mut Free,
) -> Outcome<Result<Vec<u8>, String>> {
    let no = |why: &str| Ok(Err(why.to_owned()));
    if !matches!(known.kind, Kind::Sbom | Kind::SlsaProvenance) {
        return no("of its kind a pack has what is known of it, and not its content");
    }
    let Some(digest) = known.location.digest() else {
        return no("its content is elsewhere");
    };
    if matches!(standing, Some(Standing::Expired { .. })) {
        return no("its content was removed when its time was over");
    }
    let size_bytes = known.location.stored_bytes();
    if size_bytes > free.bytes || free.artifacts == 0 {
        let (bytes, count) = (PACK_ARTIFACT_BYTES_MAX, PACK_ARTIFACTS_MAX);
        return Ok(Err(format!("a pack has up to {bytes} bytes of up to {count} artifacts")));
    }
    let mut bytes = Vec::new();
    let read = engine.blobs().open(digest).and_then(|blob| {
        // One more than there should be, so that what is longer is seen to be.
        blob.take(size_bytes + 1).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) if sha256_digest(&bytes) == digest => {}
        Ok(_) => return no("its bytes here are others than those that were recorded"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return no("its bytes are not stored here any more");
        }
        Err(error) => return Err(Failure::disk("read the artifact", &error)),
    }
    free.bytes -= size_bytes;
    free.artifacts -= 1;
    Ok(Ok(bytes))
}
