//! Signing with keys that an `ssh-agent` holds, security keys included (RFC draft `ssh-agent`).
//!
//! It blocks: a security key waits for a touch. The caller says for how long, and where the socket
//! is (`SSH_AUTH_SOCK`).

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    ssh_key::{Credential, Fingerprint, KeyType},
    sshsig::{SignError, Signs},
    wire::{Malformed, Reader, put_string},
};

/// Bytes of a message, and identities in one: what OpenSSH's agent sends at most.
const MESSAGE_BYTES_MAX: usize = 256 * 1024;
const IDENTITIES_MAX: usize = 2048;
/// Numbers of messages.
const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// Asks RSA for SHA-512; without it the agent signs with SHA-1.
const FLAG_RSA_SHA512: u32 = 4;

/// Why the agent did not help.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// There is nobody at the socket.
    #[error("reach ssh-agent at {path}")]
    Connect {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It went away.
    #[error("talk to ssh-agent")]
    Io(#[source] io::Error),
    /// It did not answer in time.
    #[error("wait for ssh-agent: no answer within {0:?}; a security key may wait for a touch")]
    Silent(Duration),
    /// It answered with something else.
    #[error("talk to ssh-agent: its answer makes no sense")]
    Damaged,
    /// It will not: the key is locked or gone, nobody touched it, or somebody declined.
    #[error("sign with ssh-agent: it refused")]
    Refused,
    /// It has no such key.
    #[error("find the key {0} in ssh-agent; `ssh-add` adds it")]
    Absent(Fingerprint),
}

impl From<Malformed> for AgentError {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

/// A key that an agent holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentIdentity {
    /// The key, or a certificate over it.
    pub credential: Credential,
    /// What its owner calls it; what can't be shown is replaced.
    pub comment: String,
}

/// A connection to an agent.
#[derive(Debug)]
pub struct Agent {
    stream: UnixStream,
    wait: Duration,
}

impl Agent {
    /// Connects to the socket of an agent; every answer has to come within `wait`.
    ///
    /// # Errors
    /// [`AgentError::Connect`]
    pub fn connect(path: &Path, wait: Duration) -> Result<Self, AgentError> {
        UnixStream::connect(path)
            .map(|stream| Self { stream, wait })
            .map_err(|source| AgentError::Connect { path: path.to_owned(), source })
    }

    /// The keys that it holds, in its order. Those of a type that is not taken are left out.
    ///
    /// # Errors
    /// [`AgentError`]
    pub fn identities(&mut self) -> Result<Vec<AgentIdentity>, AgentError> {
        let answer = self.ask(&[REQUEST_IDENTITIES])?;
        let mut reader = Reader::new(&answer);
        if reader.u8()? != IDENTITIES_ANSWER {
            return Err(AgentError::Damaged);
        }
        let count = reader.u32()? as usize;
        if count > IDENTITIES_MAX {
            return Err(AgentError::Damaged);
        }
        let mut identities = Vec::new();
        for _ in 0..count {
            let (wire, comment) = (reader.string()?, reader.string()?);
            if let Ok(credential) = Credential::from_wire(wire) {
                let comment =
                    String::from_utf8_lossy(comment).replace(char::is_control, "\u{fffd}");
                identities.push(AgentIdentity { credential, comment });
            }
        }
        reader.finish()?;
        Ok(identities)
    }

    /// Takes the key of this fingerprint to sign with: the key alone if it is there, or else a
    /// certificate over it.
    ///
    /// # Errors
    /// [`AgentError`]; [`AgentError::Absent`] when it does not hold the key.
    pub fn signer(&mut self, fingerprint: &Fingerprint) -> Result<AgentSigner<'_>, AgentError> {
        let mut held = self.identities()?;
        held.retain(|identity| identity.credential.key().fingerprint() == *fingerprint);
        held.sort_by_key(|identity| matches!(identity.credential, Credential::Certificate(_)));
        match held.into_iter().next() {
            Some(identity) => Ok(AgentSigner { agent: self, credential: identity.credential }),
            None => Err(AgentError::Absent(*fingerprint)),
        }
    }

    /// Takes this very key, or this very certificate, to sign with.
    ///
    /// # Errors
    /// [`AgentError`]; [`AgentError::Absent`] when it does not hold it.
    pub fn signer_for(&mut self, credential: &Credential) -> Result<AgentSigner<'_>, AgentError> {
        if self.identities()?.iter().any(|identity| identity.credential == *credential) {
            Ok(AgentSigner { agent: self, credential: credential.clone() })
        } else {
            Err(AgentError::Absent(credential.key().fingerprint()))
        }
    }

    /// Sends a message, and reads the one that answers it.
    fn ask(&mut self, message: &[u8]) -> Result<Vec<u8>, AgentError> {
        let deadline = Instant::now() + self.wait;
        let mut packet = Vec::with_capacity(message.len() + 4);
        put_string(&mut packet, message);
        self.stream.set_write_timeout(Some(self.wait)).map_err(AgentError::Io)?;
        self.stream.write_all(&packet).map_err(|error| self.failed(error))?;
        let mut length = [0; 4];
        self.read_by(deadline, &mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if !(1..=MESSAGE_BYTES_MAX).contains(&length) {
            return Err(AgentError::Damaged);
        }
        let mut answer = vec![0; length];
        self.read_by(deadline, &mut answer)?;
        if answer == [FAILURE] { Err(AgentError::Refused) } else { Ok(answer) }
    }

    /// Fills the buffer, however small the pieces are that it comes in.
    fn read_by(&mut self, deadline: Instant, mut buffer: &mut [u8]) -> Result<(), AgentError> {
        while !buffer.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AgentError::Silent(self.wait));
            }
            self.stream.set_read_timeout(Some(left)).map_err(AgentError::Io)?;
            match self.stream.read(buffer) {
                Ok(0) => return Err(AgentError::Io(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => buffer = &mut buffer[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> AgentError {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => AgentError::Silent(self.wait),
            _ => AgentError::Io(error),
        }
    }
}

/// One key of an agent, ready to sign.
#[derive(Debug)]
pub struct AgentSigner<'a> {
    agent: &'a mut Agent,
    credential: Credential,
}

impl Signs for AgentSigner<'_> {
    fn credential(&self) -> &Credential {
        &self.credential
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let is_rsa = self.credential.key().key_type() == KeyType::Rsa;
        let flags = if is_rsa { FLAG_RSA_SHA512 } else { 0 };
        let mut request = vec![SIGN_REQUEST];
        put_string(&mut request, self.credential.wire());
        put_string(&mut request, message);
        request.extend_from_slice(&flags.to_be_bytes());
        let answer = self.agent.ask(&request)?;
        signature_in(&answer).map_err(|_| SignError::Agent(AgentError::Damaged))
    }
}

fn signature_in(answer: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader::new(answer);
    if reader.u8()? != SIGN_RESPONSE {
        return Err(Malformed);
    }
    let signature = reader.string()?.to_vec();
    reader.finish()?;
    Ok(signature)
}
