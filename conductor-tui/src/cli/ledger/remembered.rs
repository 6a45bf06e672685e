//! The last checkpoint that was seen of each log, kept where nobody else can change it. A log that is
//! not consistent with it is refused, and both checkpoints are kept as evidence.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_client::{ClientError, Connection};
use conductor_keys::{
    chain::Chain,
    merkle::Hash,
    note::{Checkpoint, VerifierKey},
    proof::check_consistency,
};
use conductor_protocol::v1;
use conductor_tui::whole::put;
use serde::{Deserialize, Serialize};
use serde_json::to_value;
use sha2::{Digest as _, Sha256};

use super::keys;
use crate::{
    cli::{
        context::Context,
        failure::Failure,
        output::{Cell, Column, Meaning, Table},
    },
    config::Paths,
};

/// Bytes of a file of the folder.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// Logs that are remembered.
const LOGS_MAX: usize = 1_024;

/// What is remembered of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remembered {
    /// Name of the log.
    pub(crate) origin: String,
    /// Its key, `name+hash+key`.
    verifier_key: String,
    /// Where it was seen last.
    endpoint: String,
    /// Records of the newest checkpoint that was seen.
    size: u64,
    /// That checkpoint, a signed note.
    note: String,
}

/// A checkpoint that was checked, also against what is remembered.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// As the daemon gave it.
    pub(crate) answer: v1::CheckpointResponse,
    /// Who signed it.
    pub(crate) key: VerifierKey,
    /// Why it could not be remembered: the user's state folder can't be used.
    pub(crate) unkept: Option<String>,
}

/// Where it is kept.
fn folder(paths: &Paths) -> PathBuf {
    paths.state_dir.join("checkpoints")
}

/// The daemon's newest checkpoint, believed only with a good signature, and only when the log that it is
/// of continues what was seen of it before. It is remembered then.
///
/// # Errors
/// [`Failure::Damaged`] names the two checkpoints that disagree, and where both are kept.
pub(crate) async fn check(connection: &Connection, paths: &Paths) -> Result<Seen, Failure> {
    let answer = connection.checkpoint(v1::CheckpointRequest { scope: connection.scope() }).await?;
    let checked = VerifierKey::parse(&answer.verifier_key)
        .and_then(|key| key.verify_checkpoint(&answer.note).map(|stated| (key, stated)));
    let (key, stated) = checked
        .map_err(|error| Failure::Damaged(format!("the checkpoint can't be believed: {error}")))?;
    if stated.size != answer.size || hash(&answer.root_hash) != Some(stated.root) {
        let message = "the checkpoint's signed text is not what the daemon says it is";
        return Err(Failure::Damaged(message.into()));
    }
    let shelf = Shelf { folder: folder(paths) };
    let endpoint = connection.endpoint().to_string();
    let mut seen = Seen { answer, key, unkept: None };
    let before = seen.allowed(shelf.of(&stated.origin))?.flatten();
    let there = seen.allowed(shelf.at(&endpoint))?.flatten();
    if let Some(other) = there.filter(|other| other.origin != stated.origin) {
        let what = format!("the daemon at {endpoint} showed the log {} before", other.origin);
        return Err(shelf.refuse(&what, &other, &seen));
    }
    if let Some(before) = &before {
        compare(connection, (&shelf, before), (&seen, &stated)).await?;
    }
    if before.is_none_or(|before| before.size < stated.size || before.endpoint != endpoint) {
        let kept = shelf.keep(&Remembered {
            origin: stated.origin,
            verifier_key: seen.key.to_string(),
            endpoint,
            size: stated.size,
            note: seen.answer.note.clone(),
        });
        if let Err(failure) = kept {
            seen.unkept = Some(failure.to_string());
        }
    }
    Ok(seen)
}

impl Seen {
    /// What was read, unless the user may not read there at all.
    fn allowed<T>(&mut self, read: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(Failure::Local { what, source })
                if source.kind() == io::ErrorKind::PermissionDenied =>
            {
                self.unkept = Some(format!("{what}: {source}"));
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The same for the console, which goes on where nothing can be learnt: the daemon is away, or the
/// caller may not read of its ledger.
pub(crate) async fn check_where_it_can_be(
    connection: &Connection,
    paths: &Paths,
) -> Result<(), Failure> {
    match check(connection, paths).await {
        Err(Failure::Client(ClientError::Protocol { .. } | ClientError::Refused(_)))
        | Err(Failure::Client(ClientError::Unreachable { .. } | ClientError::Timeout { .. }))
        | Err(Failure::Client(ClientError::Untrusted { .. }))
        | Ok(_) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Whether the log continues what is remembered of it.
async fn compare(
    connection: &Connection,
    (shelf, before): (&Shelf, &Remembered),
    (seen, stated): (&Seen, &Checkpoint),
) -> Result<(), Failure> {
    let known = VerifierKey::parse(&before.verifier_key).and_then(|key| {
        let old = key.verify_checkpoint(&before.note)?;
        Ok((key, old))
    });
    let (key, old) = known.map_err(|error| {
        let place = shelf.file(&before.origin);
        Failure::Damaged(format!("what is remembered in {}: {error}", place.display()))
    })?;
    let refused = |what: &str| Err(shelf.refuse(what, before, seen));
    if key != seen.key
        && let Err(why) = follow(connection, (&key, old.size), (&seen.key, stated.size)).await?
    {
        return refused(&format!("the log is signed by another key than before, and {why}"));
    }
    if old.size > stated.size {
        return refused("the log has fewer records than before");
    }
    if old.size == stated.size {
        return if old.root == stated.root { Ok(()) } else { refused("the log has another root") };
    }
    if old.size == 0 {
        return Ok(());
    }
    let request = v1::ConsistencyProofRequest {
        scope: connection.scope(),
        old_size: old.size,
        new_size: stated.size,
    };
    let proof = connection.consistency_proof(request).await?;
    let path: Option<Vec<Hash>> = proof.hashes.iter().map(|step| hash(step)).collect();
    let (old, new) = ((old.size, &old.root), (stated.size, &stated.root));
    match path.is_some_and(|path| check_consistency(&path, old, new).is_ok()) {
        true => Ok(()),
        false => refused("the log does not continue what was seen of it before"),
    }
}

/// Whether handovers lead from the key that is remembered to the one that is shown: what stands in the
/// way, where they don't.
async fn follow(
    connection: &Connection,
    (known, known_size): (&VerifierKey, u64),
    (shown, size): (&VerifierKey, u64),
) -> Result<Result<(), String>, Failure> {
    let request = v1::SigningKeysRequest { scope: connection.scope() };
    let chain = match connection.signing_keys(request).await {
        Ok(answer) => keys::believed(&answer),
        Err(error @ (ClientError::Protocol { .. } | ClientError::Refused(_))) => {
            return Ok(Err(format!("no handover to it is shown ({error})")));
        }
        Err(error) => return Err(error.into()),
    };
    let chain = match chain {
        Ok(chain) => chain,
        Err(failure) => return Ok(Err(failure.to_string())),
    };
    Ok(leads(&chain, (known, known_size), (shown, size)))
}

/// Whether a chain leads from one key, at a length of the log, to another at another.
fn leads(
    chain: &Chain,
    (known, known_size): (&VerifierKey, u64),
    (shown, size): (&VerifierKey, u64),
) -> Result<(), String> {
    let place = |key: &VerifierKey| chain.place_of(key.as_bytes());
    match (place(known), place(shown)) {
        (None, _) => Err("the key that is remembered handed over to no other".to_owned()),
        (_, None) => Err("no handover leads to the one that is shown".to_owned()),
        (Some(before), Some(after)) if after < before => {
            Err("that is one which handed over before".to_owned())
        }
        _ if chain.at(known_size) != known || chain.at(size) != shown => {
            Err("one of them signed a log of a length that was not its own to sign".to_owned())
        }
        _ => Ok(()),
    }
}

fn hash(text: &str) -> Option<Hash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// A file a log.
struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// An origin may hold anything that a file's name may not.
    fn file(&self, origin: &str) -> PathBuf {
        let digest = Sha256::digest(origin);
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.json"))
    }

    fn read(&self, path: &Path) -> Result<Option<Remembered>, Failure> {
        let failed = |error| Failure::local(format!("read {}", path.display()), error);
        let text = match fs::metadata(path).and_then(|found| match found.len() {
            0..=FILE_BYTES_MAX => fs::read(path),
            _ => Err(io::ErrorKind::FileTooLarge.into()),
        }) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let read = serde_json::from_slice(&text);
        Ok(Some(read.map_err(|error| failed(io::Error::other(error)))?))
    }

    fn of(&self, origin: &str) -> Result<Option<Remembered>, Failure> {
        self.read(&self.file(origin))
    }

    /// The log that was seen last at an address.
    fn at(&self, endpoint: &str) -> Result<Option<Remembered>, Failure> {
        Ok(self.all()?.into_iter().find(|known| known.endpoint == endpoint))
    }

    fn all(&self) -> Result<Vec<Remembered>, Failure> {
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                return Err(Failure::local(format!("read {}", self.folder.display()), error));
            }
        };
        let files = files.flatten().map(|entry| entry.path());
        let json = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        let mut all = Vec::new();
        for path in json.take(LOGS_MAX) {
            all.extend(self.read(&path)?);
        }
        all.sort_by(|a, b| a.origin.cmp(&b.origin));
        Ok(all)
    }

    fn keep(&self, seen: &Remembered) -> Result<(), Failure> {
        let path = self.file(&seen.origin);
        let text = serde_json::to_vec_pretty(seen).map_err(io::Error::other);
        text.and_then(|text| put(&path, &text))
            .map_err(|error| Failure::local(format!("write {}", path.display()), error))
    }

    /// Keeps both checkpoints, and says in one sentence what is wrong and where they are.
    fn refuse(&self, what: &str, before: &Remembered, seen: &Seen) -> Failure {
        let stem = self.file(&before.origin).with_extension("");
        let stem = stem.file_name().map(|name| name.to_string_lossy().into_owned());
        let stem = format!("{}-{}-{}", stem.unwrap_or_default(), before.size, seen.answer.size);
        let evidence = self.folder.join("evidence");
        let old = evidence.join(format!("{stem}-remembered.note"));
        let new = evidence.join(format!("{stem}-shown.note"));
        let kept =
            put(&old, before.note.as_bytes()).and_then(|()| put(&new, seen.answer.note.as_bytes()));
        let kept = match kept {
            Ok(()) => format!("both are kept: {} and {}", old.display(), new.display()),
            Err(error) => format!("they could not be kept in {}: {error}", evidence.display()),
        };
        Failure::Damaged(format!(
            "{what}: the remembered checkpoint of {} over {} records and the shown one of {} over {} \
             records disagree; {kept}; nothing of this log is believed until you have looked into it \
             (`conductor ledger forget {}` begins anew)",
            before.origin,
            before.size,
            seen.key.name(),
            seen.answer.size,
            before.origin
        ))
    }
}

/// `conductor ledger remembered`
pub(super) fn show(context: &mut Context<'_>) -> Result<(), Failure> {
    let all = Shelf { folder: folder(&context.settings.paths) }.all()?;
    if !context.output.is_table() {
        let values: Result<Vec<_>, _> = all.iter().map(to_value).collect();
        let values = values.map_err(|error| Failure::Write(io::Error::other(error)))?;
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("log"),
        Column::fixed("records"),
        Column::text("seen at"),
        Column::text("key"),
    ]);
    for one in &all {
        table.row([
            Cell::of(&one.origin, Meaning::Strong),
            one.size.to_string().into(),
            one.endpoint.clone().into(),
            one.verifier_key.clone().into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// `conductor ledger forget ORIGIN`
pub(super) fn forget(origin: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let shelf = Shelf { folder: folder(&context.settings.paths) };
    let path = shelf.file(origin);
    if shelf.of(origin)?.is_none() {
        return Err(Failure::NotFound(format!("nothing is remembered of the log `{origin}`")));
    }
    fs::remove_file(&path)
        .map_err(|error| Failure::local(format!("remove {}", path.display()), error))?;
    Ok(context.output.note(format!(
        "the checkpoint of {origin} is forgotten: the next one is taken without a look back"
    ))?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use conductor_keys::{note::SigningKey, signing::sign_note};

    use super::*;

    fn remembered(origin: &str, size: u64) -> Remembered {
        let key = SigningKey::from_seed(origin, [1; 32]).unwrap();
        Remembered {
            origin: origin.into(),
            verifier_key: key.verifier().to_string(),
            endpoint: format!("unix:///run/{origin}.sock"),
            size,
            note: key.sign_checkpoint(size, &[2; 32]).unwrap(),
        }
    }

    #[test]
    fn each_log_has_a_file_that_nobody_else_reads() {
        let there = tempfile::tempdir().unwrap();
        let shelf = Shelf { folder: there.path().join("checkpoints") };
        assert_eq!(shelf.all().unwrap(), []);
        let (one, other) = (remembered("ldg_1", 5), remembered("example.com/log", 7));
        shelf.keep(&one).unwrap();
        shelf.keep(&other).unwrap();
        assert_eq!(shelf.all().unwrap(), [other.clone(), one.clone()]);
        assert_eq!(shelf.at("unix:///run/ldg_1.sock").unwrap(), Some(one));
        let mode = fs::metadata(shelf.file("example.com/log")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(shelf.file("ldg_1"), "{").unwrap();
        assert!(shelf.of("ldg_1").is_err(), "what can't be read is not taken for nothing");
    }

    #[test]
    fn another_key_is_followed_where_the_known_one_handed_over_to_it() {
        let key = |seed: u8| SigningKey::from_seed("ldg_1", [seed; 32]).unwrap();
        let mut chain = Chain::from(key(1).verifier());
        for (old, from) in [(1, 10), (2, 20)] {
            let text = chain.draft(&key(old + 1).verifier(), from, 0).unwrap();
            let note = sign_note(&[&key(old), &key(old + 1)], text.as_bytes()).unwrap();
            chain.append(&note).unwrap();
        }
        let leads = |known: (u8, u64), shown: (u8, u64)| {
            let (a, b) = (key(known.0).verifier(), key(shown.0).verifier());
            super::leads(&chain, (&a, known.1), (&b, shown.1))
        };
        leads((1, 9), (2, 10)).unwrap();
        leads((1, 9), (3, 99)).unwrap();
        leads((2, 19), (3, 20)).unwrap();
        for (known, shown, words) in [
            ((9, 5), (2, 10), "handed over to no other"),
            ((1, 9), (9, 10), "no handover leads to"),
            ((2, 12), (1, 13), "which handed over before"),
            ((1, 9), (2, 25), "not its own to sign"),
            ((1, 12), (2, 13), "not its own to sign"),
        ] {
            let told = leads(known, shown).unwrap_err();
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn what_disagrees_is_kept_and_named() {
        let there = tempfile::tempdir().unwrap();
        let shelf = Shelf { folder: there.path().to_owned() };
        let key = SigningKey::from_seed("ldg_1", [1; 32]).unwrap();
        let note = key.sign_checkpoint(9, &[3; 32]).unwrap();
        let answer = v1::CheckpointResponse { note: note.clone(), size: 9, ..<_>::default() };
        let seen = Seen { answer, key: key.verifier(), unkept: None };
        let told = shelf.refuse("the log has another root", &remembered("ldg_1", 5), &seen);
        assert_eq!(told.exit() as u8, 9);
        let told = told.to_string();
        assert!(told.contains("over 5 records") && told.contains("over 9 records"), "{told}");
        let kept: Vec<_> = fs::read_dir(there.path().join("evidence")).unwrap().flatten().collect();
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().any(|file| fs::read_to_string(file.path()).unwrap() == note));
    }
}
