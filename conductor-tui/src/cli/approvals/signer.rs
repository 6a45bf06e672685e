//! The key that somebody signs with: one that ssh-agent holds and that is enrolled for them, or one
//! that they name.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use conductor_client::ClientError;
use conductor_keys::{
    agent::{Agent, AgentIdentity},
    ssh_key::{Credential, Fingerprint, KeyError, PublicKey, SecretKey, SecretKeyError},
    sshsig::{self, SignError},
};
use conductor_protocol::v1;
use conductor_tui::signing::NAMESPACE;

use super::{passphrase, shown::HOME_TENANT};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Meaning, one_line},
    pages::{self, PAGE_SIZE},
};

/// How long ssh-agent may take, a touch of a security key included.
const AGENT_WAIT: Duration = Duration::from_secs(60);
/// Times that a passphrase may be given.
const PASSPHRASES_MAX: u32 = 3;
/// What fingerprints begin with.
const FINGERPRINT: &str = "SHA256:";

/// A key, ready to sign.
#[derive(Debug)]
pub(super) enum Key {
    /// Held by an agent, under this very credential.
    Held { socket: PathBuf, identity: Box<AgentIdentity> },
    /// Of a file.
    File(Box<SecretKey>),
}

impl Key {
    fn credential(&self) -> &Credential {
        match self {
            Self::Held { identity, .. } => &identity.credential,
            Self::File(key) => key.credential(),
        }
    }

    /// As it is called where one is asked about it.
    pub(super) fn name(&self) -> String {
        let (fingerprint, held) = (
            self.credential().key().fingerprint(),
            match self {
                Self::Held { identity, .. } => format!(" ({})", one_line(&identity.comment)),
                Self::File(_) => String::new(),
            },
        );
        format!("{fingerprint}{held}")
    }

    /// Whether it is in a device that somebody has to touch.
    pub(super) fn wants_touch(&self) -> bool {
        self.credential().key().key_type().is_security_key()
    }

    /// Signs, for approvals alone. It blocks.
    pub(super) fn sign(self, bytes: &[u8]) -> Result<String, SignError> {
        match self {
            Self::Held { socket, identity } => {
                let mut agent = Agent::connect(&socket, AGENT_WAIT)?;
                let mut signer = agent.signer_for(&identity.credential)?;
                sshsig::sign(&mut signer, NAMESPACE, bytes)
            }
            Self::File(mut key) => sshsig::sign(&mut *key, NAMESPACE, bytes),
        }
    }
}

/// The key that is named, or the one that is meant where none is.
pub(super) async fn choose(named: Option<&str>, context: &mut Context<'_>) -> Result<Key, Failure> {
    let Some(named) = named else { return enrolled(context).await };
    if named.starts_with(FINGERPRINT) {
        let wrong = |_| Failure::usage(format!("`{named}` is no fingerprint"), "copy it whole");
        return held(named.parse().map_err(wrong)?, context);
    }
    let path = Path::new(named);
    if path.extension().is_some_and(|ending| ending == "pub") {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Failure::local(format!("read {named}"), error))?;
        let wrong = |error: KeyError| Failure::Invalid(format!("{named}: failed to {error}"));
        let key = PublicKey::from_openssh(text.trim()).map_err(wrong)?;
        return held(key.fingerprint(), context);
    }
    from_file(path, context)
}

/// A key file. Its passphrase is asked for at the terminal, and nowhere else.
fn from_file(path: &Path, context: &mut Context<'_>) -> Result<Key, Failure> {
    let failed = |error: SecretKeyError| match error {
        SecretKeyError::Io { source, .. } => {
            Failure::local(format!("read the key file {}", path.display()), source)
        }
        error => {
            let hint = "add it to ssh-agent with `ssh-add`, and leave --key out";
            Failure::usage(format!("failed to {error}"), hint)
        }
    };
    let mut loaded = SecretKey::load(path, None);
    for _ in 0..PASSPHRASES_MAX {
        let locked = matches!(loaded, Err(SecretKeyError::Locked | SecretKeyError::Passphrase));
        if !locked || !context.output.interactive {
            break;
        }
        let question = format!("passphrase of {}: ", path.display());
        let given = passphrase::ask(&question, context.output)?;
        loaded = SecretKey::load(path, Some(&given));
    }
    loaded.map(|key| Key::File(Box::new(key))).map_err(failed)
}

fn agent(context: &Context<'_>) -> Result<(PathBuf, Vec<AgentIdentity>), Failure> {
    let hint = "start one and `ssh-add` your key, or name a key file with --key";
    let socket = context.environment.path("SSH_AUTH_SOCK");
    let socket = socket.ok_or_else(|| Failure::usage("there is no ssh-agent here", hint))?;
    let held = Agent::connect(&socket, AGENT_WAIT).and_then(|mut agent| agent.identities());
    let held = held.map_err(|error| Failure::usage(format!("failed to {error}"), hint))?;
    Ok((socket, held))
}

/// The key of this fingerprint: alone if the agent holds it so, or else under a certificate.
fn held(fingerprint: Fingerprint, context: &Context<'_>) -> Result<Key, Failure> {
    let (socket, mut known) = agent(context)?;
    known.retain(|identity| identity.credential.key().fingerprint() == fingerprint);
    known.sort_by_key(|identity| matches!(identity.credential, Credential::Certificate(_)));
    match known.into_iter().next() {
        Some(identity) => Ok(Key::Held { socket, identity: Box::new(identity) }),
        None => {
            let message = format!("ssh-agent does not hold the key {fingerprint} now");
            Err(Failure::usage(message, "`ssh-add` adds it"))
        }
    }
}

/// The key that the agent holds and that is enrolled for the caller; of several the one that is
/// chosen.
async fn enrolled(context: &mut Context<'_>) -> Result<Key, Failure> {
    let (socket, held) = agent(context)?;
    let own = own_keys(context).await?;
    let mut known = counting(held, &own);
    let chosen = match known.len() {
        0 => {
            let message = "none of the keys that ssh-agent holds is enrolled for you here";
            let hint = "`conductor keys list --mine` shows those that are, `ssh-add -l` those that \
                        it holds; an administrator enrolls with `conductor keys enroll`";
            return Err(Failure::usage(message, hint));
        }
        1 => 0,
        count => pick(&known, count, context)?,
    };
    Ok(Key::Held { socket, identity: Box::new(known.swap_remove(chosen)) })
}

fn pick(
    known: &[AgentIdentity],
    count: usize,
    context: &mut Context<'_>,
) -> Result<usize, Failure> {
    if !context.output.interactive {
        let names = known.iter().map(|one| one.credential.key().fingerprint().to_string());
        let message =
            format!("{count} keys are enrolled for you: {}", names.collect::<Vec<_>>().join(", "));
        return Err(Failure::usage(message, "name one of them with --key"));
    }
    for (number, identity) in (1..).zip(known) {
        let key = identity.credential.key();
        let fingerprint = key.fingerprint().to_string();
        let fingerprint = context.output.note_style.paint(Meaning::Strong, &fingerprint);
        let comment = one_line(&identity.comment);
        context
            .output
            .note(format!("{number:>3}  {fingerprint}  {}  {comment}", key.key_type().name()))?;
    }
    let answer = context.output.ask(&format!("which key? [1-{count}] "))?;
    numbered(&answer, count).ok_or(Failure::Interrupted)
}

/// Which of so many was said, from 0; nothing when it was none.
fn numbered(answer: &str, count: usize) -> Option<usize> {
    let number: usize = answer.trim().parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

/// Those that are enrolled, each once. A certificate is a CA's word, and has to be named.
fn counting(held: Vec<AgentIdentity>, own: &[v1::EnrolledKey]) -> Vec<AgentIdentity> {
    let mut known: Vec<AgentIdentity> = Vec::new();
    for identity in held {
        let fingerprint = identity.credential.key().fingerprint().to_string();
        let is_key = matches!(identity.credential, Credential::Key(_));
        let is_new = known.iter().all(|one| one.credential != identity.credential);
        if is_key && is_new && own.iter().any(|key| key.fingerprint == fingerprint) {
            known.push(identity);
        }
    }
    known
}

/// The caller's keys that sign approvals now: of the tenant, and of the home tenant, whose keys
/// count everywhere.
async fn own_keys(context: &Context<'_>) -> Result<Vec<v1::EnrolledKey>, Failure> {
    let connection = &context.connection;
    let request = v1::WhoAmIRequest { scope: context.scope() };
    let principal = connection.who_am_i(request).await?.principal;
    let scope = context.scope().unwrap_or_default();
    let home = v1::Scope { tenant: HOME_TENANT.to_owned(), ..scope.clone() };
    let away = !matches!(scope.tenant.as_str(), "" | HOME_TENANT);
    let mut keys = Vec::new();
    for (scope, must) in [(away.then_some(scope), true), (Some(home), !away)] {
        let Some(scope) = scope else { continue };
        let listed = pages::all(|page_token| {
            let (scope, principal) = (Some(scope.clone()), principal.clone());
            let request =
                v1::ListKeysRequest { scope, principal, page_size: PAGE_SIZE, page_token };
            async move {
                let page = connection.list_keys(request).await?;
                Ok((page.keys, page.next_page_token))
            }
        });
        match listed.await {
            Ok(listed) => keys.extend(listed),
            // Who is nobody in the home tenant has no key there.
            Err(Failure::Client(ClientError::Refused(_))) if !must => {}
            Err(failure) => return Err(failure),
        }
    }
    keys.retain(|key| {
        key.state() == v1::KeyState::Active
            && !key.cert_authority
            && key.namespaces.iter().any(|name| name == NAMESPACE)
    });
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";
    const TWO: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bROA";

    fn identity(line: &str) -> AgentIdentity {
        AgentIdentity { credential: Credential::from_openssh(line).unwrap(), comment: "me".into() }
    }

    #[test]
    fn only_keys_that_are_enrolled_are_taken_and_each_once() {
        let own = v1::EnrolledKey {
            fingerprint: identity(ONE).credential.key().fingerprint().to_string(),
            ..v1::EnrolledKey::default()
        };
        let held = vec![identity(TWO), identity(ONE), identity(ONE)];
        assert_eq!(counting(held.clone(), &[own]), [identity(ONE)]);
        assert!(counting(held, &[]).is_empty());
    }

    #[test]
    fn no_key_is_chosen_that_nobody_chose() {
        assert_eq!(numbered("2\n", 2), Some(1));
        for unclear in ["", "0", "3", "y", "1 2"] {
            assert_eq!(numbered(unclear, 2), None, "{unclear:?}");
        }
    }
}
