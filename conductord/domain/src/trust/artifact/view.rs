//! Artifacts as facts make them, and how they stand after one.

use conductor_protocol::{
    id::{ArtifactId, RunId},
    jcs,
};

use super::{Artifact, Flags, Kind, Location, Recorded, Signature, Standing};
use crate::event::{Envelope, Event};

impl Artifact {
    /// One that somebody brought.
    #[must_use]
    pub fn of(envelope: &Envelope, event: &Recorded, seq: u64) -> Self {
        Self {
            id: event.artifact,
            scope: envelope.scope.clone(),
            run: event.run,
            task: None,
            kind: event.kind,
            name: event.name.clone(),
            media_type: event.media_type.clone(),
            location: event.location.clone(),
            flags: event.flags,
            declared: event.declared,
            found: event.found.clone(),
            additional: event.additional.clone(),
            signature: event.signature.clone(),
            by: envelope.principal.clone(),
            at: envelope.at,
            seq,
        }
    }
}

/// What an attempt left behind.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Its run.
    pub run: RunId,
    /// Its task.
    pub task: &'a str,
    /// Its fencing token.
    pub token: u64,
}

/// Names, digests and sizes in bytes of files.
pub type Files<'a> = &'a [(&'a str, &'a str, u64)];

/// Those that an attempt left behind. Their ids follow from the fact, so that everybody who folds it
/// finds the same; nobody has looked into them.
#[must_use]
pub fn of_task(
    envelope: &Envelope,
    attempt: Attempt<'_>,
    files: Files<'_>,
    seq: u64,
) -> Vec<Artifact> {
    let Attempt { run, task, token } = attempt;
    let one = |(place, (name, digest, size_bytes)): (usize, &(&str, &str, u64))| {
        let hash = jcs::sha256_hex(format!("{run}/{task}/{token}/{place}").as_bytes());
        let bits = hash.get(..32).and_then(|half| u128::from_str_radix(half, 16).ok());
        let location = Location::Stored { digest: (*digest).to_owned(), size_bytes: *size_bytes };
        Artifact {
            id: ArtifactId::new(envelope.at.unix_ms, bits.unwrap_or_default()),
            scope: envelope.scope.clone(),
            run,
            task: Some(task.to_owned()),
            kind: Kind::Other,
            name: (*name).to_owned(),
            media_type: String::new(),
            location,
            flags: Flags::default(),
            declared: false,
            found: String::new(),
            additional: serde_json::Map::new(),
            signature: Signature::Unsigned,
            by: envelope.principal.clone(),
            at: envelope.at,
            seq,
        }
    };
    files.iter().enumerate().map(one).collect()
}

/// How an artifact stands after a fact; nothing where the fact is about something else.
#[must_use]
pub fn standing(envelope: &Envelope) -> Option<(ArtifactId, Option<Standing>)> {
    let (by, at) = (envelope.principal.clone(), envelope.at);
    match &envelope.event {
        Event::ArtifactHeld(event) => {
            let reason = event.reason.clone();
            Some((event.artifact, Some(Standing::Held { by, at, reason })))
        }
        Event::ArtifactReleased(event) => Some((event.artifact, None)),
        Event::ArtifactExpired(event) => {
            let reason = event.reason.clone();
            Some((event.artifact, Some(Standing::Expired { by, at, reason })))
        }
        _ => None,
    }
}
