//! The keys that somebody can sign an approval with: enrolled for them, and held by ssh-agent or in
//! a file. It blocks: a security key waits for a touch.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use conductor_keys::{
    agent::{Agent, AgentError, AgentIdentity},
    ssh_key::{Credential, Fingerprint, Passphrase, PublicKey, SecretKey, SecretKeyError},
    sshsig::{self, SignError},
};
use conductor_protocol::{login, v1};

use super::NAMESPACE;
use crate::planned::plain;

/// How long ssh-agent may take, a touch of a security key included.
const AGENT_WAIT: Duration = Duration::from_secs(60);
/// Files of a folder that are looked at.
const FILES_MAX: usize = 256;

/// A key that an agent holds, under this very credential.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Where the agent listens.
    pub socket: PathBuf,
    /// What it calls the key.
    pub identity: AgentIdentity,
}

/// A key, ready to sign.
#[derive(Debug)]
pub enum Key {
    /// Of an agent.
    Held(Box<Held>),
    /// Of a file.
    File(Box<SecretKey>),
}

impl Key {
    fn credential(&self) -> &Credential {
        match self {
            Self::Held(held) => &held.identity.credential,
            Self::File(key) => key.credential(),
        }
    }

    /// As it is called where one is asked about it.
    #[must_use]
    pub fn name(&self) -> String {
        let fingerprint = self.credential().key().fingerprint();
        match self {
            Self::Held(held) => format!("{fingerprint} ({})", plain(&held.identity.comment)),
            Self::File(_) => fingerprint.to_string(),
        }
    }

    /// Whether it is in a device that somebody has to touch.
    #[must_use]
    pub fn wants_touch(&self) -> bool {
        self.credential().key().key_type().is_security_key()
    }

    /// Of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.credential().key().fingerprint()
    }

    /// Signs, for approvals alone.
    ///
    /// # Errors
    /// [`SignError`]
    pub fn sign(self, bytes: &[u8]) -> Result<String, SignError> {
        self.sign_for(NAMESPACE, bytes)
    }

    /// Signs to log in, and for nothing else.
    ///
    /// # Errors
    /// [`SignError`]
    pub fn sign_login(self, bytes: &[u8]) -> Result<String, SignError> {
        self.sign_for(login::NAMESPACE, bytes)
    }

    /// Signs a runbook, and nothing else.
    ///
    /// # Errors
    /// [`SignError`]
    pub fn sign_runbook(self, bytes: &[u8]) -> Result<String, SignError> {
        self.sign_for(sshsig::RUNBOOK, bytes)
    }

    /// Signs the bytes of an artifact.
    ///
    /// # Errors
    /// [`SignError`]
    pub fn sign_artifact(self, bytes: &[u8]) -> Result<String, SignError> {
        self.sign_for(sshsig::ARTIFACT, bytes)
    }

    fn sign_for(self, namespace: &str, bytes: &[u8]) -> Result<String, SignError> {
        match self {
            Self::Held(held) => {
                let mut agent = Agent::connect(&held.socket, AGENT_WAIT)?;
                let mut signer = agent.signer_for(&held.identity.credential)?;
                sshsig::sign(&mut signer, namespace, bytes)
            }
            Self::File(mut key) => sshsig::sign(&mut *key, namespace, bytes),
        }
    }
}

/// What an agent holds.
///
/// # Errors
/// [`AgentError`]
pub fn held(socket: &Path) -> Result<Vec<Held>, AgentError> {
    let identities = Agent::connect(socket, AGENT_WAIT)?.identities()?;
    let held = |identity| Held { socket: socket.to_owned(), identity };
    Ok(identities.into_iter().map(held).collect())
}

/// Those that are enrolled, each once. A certificate is a CA's word, and has to be named.
#[must_use]
pub fn counting(held: Vec<Held>, own: &[v1::EnrolledKey]) -> Vec<Held> {
    let mut known: Vec<Held> = Vec::new();
    for one in held {
        let credential = &one.identity.credential;
        let is_key = matches!(credential, Credential::Key(_));
        let is_new = known.iter().all(|other| other.identity.credential != *credential);
        if is_key && is_new && is_own(credential.key().fingerprint(), own) {
            known.push(one);
        }
    }
    known
}

fn is_own(fingerprint: Fingerprint, own: &[v1::EnrolledKey]) -> bool {
    let fingerprint = fingerprint.to_string();
    own.iter().any(|key| key.fingerprint == fingerprint)
}

/// A key that can be chosen, as far as it is known without asking for a touch or a passphrase.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Of an agent.
    Held(Box<Held>),
    /// Of a file.
    File {
        /// The file with the secret key.
        path: PathBuf,
        /// Of the key in it.
        fingerprint: Fingerprint,
        /// It wants a passphrase.
        locked: bool,
    },
}

impl Choice {
    /// Of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Held(held) => held.identity.credential.key().fingerprint(),
            Self::File { fingerprint, .. } => *fingerprint,
        }
    }

    /// Whether somebody has to touch a device.
    #[must_use]
    pub fn wants_touch(&self) -> bool {
        match self {
            Self::Held(held) => held.identity.credential.key().key_type().is_security_key(),
            Self::File { .. } => false,
        }
    }

    /// Whether a passphrase has to be given with it.
    #[must_use]
    pub const fn wants_passphrase(&self) -> bool {
        matches!(self, Self::File { locked: true, .. })
    }

    /// Where it is and what it wants: `agent, alice@laptop`, `agent, touch`, `file ~/.ssh/id`.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Held(held) if self.wants_touch() => {
                format!("agent, touch, {}", plain(&held.identity.comment))
            }
            Self::Held(held) => format!("agent, {}", plain(&held.identity.comment)),
            Self::File { path, locked, .. } => {
                let lock = if *locked { ", passphrase" } else { "" };
                format!("file {}{lock}", plain(&path.display().to_string()))
            }
        }
    }

    /// The key itself.
    ///
    /// # Errors
    /// [`SecretKeyError`] of a file; the passphrase may be wrong.
    pub fn key(&self, passphrase: Option<&Passphrase>) -> Result<Key, SecretKeyError> {
        match self {
            Self::Held(held) => Ok(Key::Held(held.clone())),
            Self::File { path, .. } => {
                SecretKey::load(path, passphrase).map(|key| Key::File(Box::new(key)))
            }
        }
    }
}

/// Where keys are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The socket of ssh-agent.
    pub agent: Option<PathBuf>,
    /// The folder with somebody's key files.
    pub folder: Option<PathBuf>,
}

/// The keys that somebody can sign with here, and what kept others from being found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Those of the agent first; none twice.
    pub choices: Vec<Choice>,
    /// Why the agent was no help; empty where it was.
    pub problem: String,
}

impl Places {
    /// Those that are enrolled, and are here.
    #[must_use]
    pub fn find(&self, own: &[v1::EnrolledKey]) -> Found {
        let (held, problem) = match self.agent.as_deref().map(held) {
            Some(Ok(held)) => (held, String::new()),
            Some(Err(error)) => (Vec::new(), format!("failed to {error}")),
            None => (Vec::new(), "there is no ssh-agent here".to_owned()),
        };
        let held = counting(held, own).into_iter().map(Box::new);
        let mut choices: Vec<Choice> = held.map(Choice::Held).collect();
        for file in self.folder.as_deref().map(|folder| files(folder, own)).unwrap_or_default() {
            if choices.iter().all(|known| known.fingerprint() != file.fingerprint()) {
                choices.push(file);
            }
        }
        Found { choices, problem }
    }
}

/// Key files whose `.pub` beside them is of an enrolled key, by name.
fn files(folder: &Path, own: &[v1::EnrolledKey]) -> Vec<Choice> {
    let listed = fs::read_dir(folder).into_iter().flatten().take(FILES_MAX).flatten();
    let mut paths: Vec<PathBuf> = listed
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pub"))
        .collect();
    paths.sort();
    paths.iter().filter_map(|public| file(public, own)).collect()
}

fn file(public: &Path, own: &[v1::EnrolledKey]) -> Option<Choice> {
    let text = fs::read_to_string(public).ok()?;
    let fingerprint = PublicKey::from_openssh(text.trim()).ok()?.fingerprint();
    if !is_own(fingerprint, own) {
        return None;
    }
    let path = public.with_extension("");
    let locked = match SecretKey::load(&path, None) {
        Ok(_) => false,
        Err(SecretKeyError::Locked) => true,
        Err(_) => return None,
    };
    Some(Choice::File { path, fingerprint, locked })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";
    const TWO: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bROA";

    fn one_held(line: &str) -> Held {
        let credential = Credential::from_openssh(line).unwrap();
        let identity = AgentIdentity { credential, comment: "me".into() };
        Held { socket: "/agent".into(), identity }
    }

    fn enrolled(line: &str) -> v1::EnrolledKey {
        let fingerprint = Credential::from_openssh(line).unwrap().key().fingerprint();
        v1::EnrolledKey { fingerprint: fingerprint.to_string(), ..<_>::default() }
    }

    #[test]
    fn only_keys_that_are_enrolled_are_taken_and_each_once() {
        let held = vec![one_held(TWO), one_held(ONE), one_held(ONE)];
        assert_eq!(counting(held.clone(), &[enrolled(ONE)]), [one_held(ONE)]);
        assert!(counting(held, &[]).is_empty());
    }

    #[test]
    fn a_key_says_where_it_is_and_never_more() {
        let choice = Choice::Held(Box::new(one_held(ONE)));
        assert_eq!(choice.place(), "agent, me");
        assert!(!choice.wants_passphrase() && !choice.wants_touch());
        let (path, fingerprint) = ("/home/alice/.ssh/id".into(), choice.fingerprint());
        let file = Choice::File { path, fingerprint, locked: true };
        assert_eq!(file.place(), "file /home/alice/.ssh/id, passphrase");
        assert!(file.wants_passphrase());
    }

    #[test]
    fn files_are_found_by_the_public_key_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("id_one.pub"), format!("{ONE} me\n")).unwrap();
        fs::write(folder.path().join("known_hosts"), ONE).unwrap();
        let places = Places { agent: None, folder: Some(folder.path().to_owned()) };
        let found = places.find(&[enrolled(ONE)]);
        assert_eq!(found.choices, [], "there is no secret key");
        assert_eq!(found.problem, "there is no ssh-agent here");
    }
}
