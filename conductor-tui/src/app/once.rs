//! Work that the daemon does once and tells of as it goes: the ledger verified, and a bundle of policy
//! tried out. It is a feed like any other, so that leaving its screen stops it.

use std::path::{Path, PathBuf};

use conductor_client::{ClientError, Connection};
use conductor_policy::{Bundle, PolicyError, trial};
use conductor_protocol::v1;
use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{
    daemon::fault,
    effect::FeedId,
    msg::{Fault, FaultKind, FeedNews, What},
};

/// Files of a bundle that are listed, and folders that are looked into one below the other.
const FILES_MAX: usize = 500;
const FOLDERS_DEEP_MAX: usize = 8;
/// Endings of what a bundle is made of.
const ENDINGS: [&str; 4] = ["rego", "json", "yaml", "yml"];

/// A bundle that is tried out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trial {
    pub(crate) scope: v1::Scope,
    /// A folder or an archive.
    pub(crate) path: String,
    /// How far back decisions are asked again.
    pub(crate) days: u32,
}

/// What is known of it so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Tried {
    /// Its files, by name; none of an archive.
    Files(Vec<String>),
    /// It can be used, and its own tests have passed: its revision.
    Loaded(String),
    /// What it answers differently from the daemon's bundle to questions that are made up.
    Diff(Box<v1::DiffPolicyResponse>),
    /// Decisions that it would make differently; the summary comes last.
    Replay(Box<v1::ReplayPolicyResponse>),
}

/// Where news go.
pub(super) struct Told {
    pub(super) id: FeedId,
    pub(super) out: mpsc::Sender<What>,
}

impl Told {
    /// Says it; nobody is left to tell when the console has ended.
    pub(super) async fn say(&self, news: FeedNews) {
        self.out.send(What::Feed(self.id, news)).await.ok();
    }

    pub(super) async fn verify(&self, connection: &Connection, request: v1::VerifyRequest) {
        let ended = self.verified(connection, request).await;
        self.say(FeedNews::Ended(ended.err().map(|error| fault(&error)))).await;
    }

    async fn verified(
        &self,
        connection: &Connection,
        request: v1::VerifyRequest,
    ) -> Result<(), ClientError> {
        let mut stream = connection.verify(request).await?;
        while let Some(progress) = stream.next().await? {
            self.say(FeedNews::Verified(progress)).await;
        }
        Ok(())
    }

    pub(super) async fn try_out(&self, connection: &Connection, wanted: Trial) {
        let ended = self.tried(connection, wanted).await;
        self.say(FeedNews::Ended(ended.err())).await;
    }

    async fn tried(&self, connection: &Connection, wanted: Trial) -> Result<(), Fault> {
        let path = PathBuf::from(&wanted.path);
        let listed = apart({
            let path = path.clone();
            move || files(&path)
        });
        self.say(FeedNews::Tried(Tried::Files(listed.await?))).await;
        // Compiled here first: what is wrong with it is said with the line, and nothing is sent.
        let loaded = apart(move || Bundle::load(&path, None)).await?;
        let candidate = trial::sent(&loaded.map_err(refused)?);
        let diff = v1::DiffPolicyRequest {
            scope: Some(wanted.scope.clone()),
            candidate: Some(candidate.clone()),
            scenarios: Vec::new(),
            matrix: true,
        };
        let diff = connection.diff_policy(diff).await.map_err(|error| fault(&error))?;
        self.say(FeedNews::Tried(Tried::Loaded(diff.after_revision.clone()))).await;
        self.say(FeedNews::Tried(Tried::Diff(Box::new(diff)))).await;
        let request = v1::ReplayPolicyRequest {
            scope: Some(wanted.scope),
            candidate: Some(candidate),
            days: wanted.days,
        };
        let replay = connection.replay_policy(request).await;
        let mut replay = replay.map_err(|error| fault(&error))?;
        while let Some(part) = replay.next().await.map_err(|error| fault(&error))? {
            self.say(FeedNews::Tried(Tried::Replay(Box::new(part)))).await;
        }
        Ok(())
    }
}

/// What takes long, on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let broken = |_| local("reading the bundle ended in its middle".to_owned(), "try it again");
    spawn_blocking(work).await.map_err(broken)
}

fn refused(error: PolicyError) -> Fault {
    match error {
        PolicyError::Io { path, source } => {
            let hint = "a candidate is a folder with .rego and .json files, or an archive of one";
            local(format!("read {}: {source}", path.display()), hint)
        }
        error => local(error.to_string(), "mend the file, and try it again"),
    }
}

fn local(message: String, hint: &str) -> Fault {
    let (code, approval) = (String::new(), String::new());
    Fault { kind: FaultKind::Other, code, message, hint: hint.to_owned(), approval }
}

/// Files of a folder that a bundle is made of, by name. What can't be read has none: loading says why.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((at, deep)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for entry in entries.flatten().take(FILES_MAX) {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if is_folder && deep < FOLDERS_DEEP_MAX {
                folders.push((path, deep + 1));
            } else if !is_folder && ENDINGS.contains(&ending) && found.len() < FILES_MAX {
                let name = path.strip_prefix(folder).unwrap_or(&path);
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_bundle_are_listed_by_name_and_nothing_else_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("quota")).unwrap();
        for name in ["b.rego", "quota/limits.json", "a.rego", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(files(folder.path()), ["a.rego", "b.rego", "quota/limits.json"]);
        assert_eq!(files(&folder.path().join("nowhere")), Vec::<String>::new());
    }

    #[test]
    fn a_bundle_that_is_not_there_is_said_with_the_mend() {
        let fault = refused(Bundle::load(Path::new("/nowhere/at/all"), None).unwrap_err());
        assert!(fault.message.contains("/nowhere/at/all"), "{fault:?}");
        assert!(!fault.hint.is_empty());
    }
}
