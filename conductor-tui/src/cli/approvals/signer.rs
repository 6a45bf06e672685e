//! The key that somebody signs with: one that ssh-agent holds and that is enrolled for them, or one
//! that they name.

use std::path::Path;

use conductor_keys::ssh_key::{Credential, Fingerprint, KeyError, SecretKey, SecretKeyError};
use conductor_tui::signing::{Held, Key, counting, held, own_keys_for};

use super::passphrase;
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Meaning, one_line},
};

/// Times that a passphrase may be given.
const PASSPHRASES_MAX: u32 = 3;
/// What fingerprints begin with.
const FINGERPRINT: &str = "SHA256:";

/// The key that is named, or the one that is meant where none is.
pub(in crate::cli) async fn choose(
    named: Option<&str>,
    namespace: &str,
    context: &mut Context<'_>,
) -> Result<Key, Failure> {
    let Some(named) = named else { return enrolled(namespace, context).await };
    if named.starts_with(FINGERPRINT) {
        let wrong = |_| Failure::usage(format!("`{named}` is no fingerprint"), "copy it whole");
        return of_agent(named.parse().map_err(wrong)?, context);
    }
    let path = Path::new(named);
    if path.extension().is_some_and(|ending| ending == "pub") {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Failure::local(format!("read {named}"), error))?;
        let wrong = |error: KeyError| Failure::Invalid(format!("{named}: failed to {error}"));
        let credential = Credential::from_openssh(text.trim()).map_err(wrong)?;
        if matches!(credential, Credential::Certificate(_)) {
            return of_certificate(&credential, context);
        }
        return of_agent(credential.key().fingerprint(), context);
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

/// A key that the agent holds, whoever it is enrolled for: the only one, or the one that is chosen.
pub(in crate::cli) fn any_held(context: &mut Context<'_>) -> Result<Key, Failure> {
    let mut known: Vec<Held> = Vec::new();
    for one in agent(context)? {
        if known.iter().all(|other| other.identity.credential != one.identity.credential) {
            known.push(one);
        }
    }
    let chosen = match known.len() {
        0 => {
            let hint = "`ssh-add` your key, or name a key file with --key";
            return Err(Failure::usage("ssh-agent holds no key", hint));
        }
        1 => 0,
        count => pick(&known, (count, "ssh-agent holds"), context)?,
    };
    Ok(Key::Held(Box::new(known.swap_remove(chosen))))
}

/// Whether there is no key to choose: no agent, or one that holds none.
pub(in crate::cli) fn holds_none(context: &Context<'_>) -> bool {
    agent(context).map_or(true, |held| held.is_empty())
}

fn agent(context: &Context<'_>) -> Result<Vec<Held>, Failure> {
    let hint = "start one and `ssh-add` your key, or name a key file with --key";
    let socket = context.environment.path("SSH_AUTH_SOCK");
    let socket = socket.ok_or_else(|| Failure::usage("there is no ssh-agent here", hint))?;
    held(&socket).map_err(|error| Failure::usage(format!("failed to {error}"), hint))
}

/// The key of this fingerprint: alone if the agent holds it so, or else under a certificate.
fn of_agent(fingerprint: Fingerprint, context: &Context<'_>) -> Result<Key, Failure> {
    let mut known = agent(context)?;
    known.retain(|held| held.identity.credential.key().fingerprint() == fingerprint);
    known.sort_by_key(|held| matches!(held.identity.credential, Credential::Certificate(_)));
    match known.into_iter().next() {
        Some(held) => Ok(Key::Held(Box::new(held))),
        None => {
            let message = format!("ssh-agent does not hold the key {fingerprint} now");
            Err(Failure::usage(message, "`ssh-add` adds it"))
        }
    }
}

/// The key under this very certificate.
fn of_certificate(named: &Credential, context: &Context<'_>) -> Result<Key, Failure> {
    let mut known = agent(context)?.into_iter();
    match known.find(|held| held.identity.credential == *named) {
        Some(held) => Ok(Key::Held(Box::new(held))),
        None => {
            let message = "ssh-agent does not hold that certificate now";
            Err(Failure::usage(message, "`ssh-add` of the key adds the certificate beside it"))
        }
    }
}

/// The key that the agent holds and that is enrolled for the caller; of several the one that is
/// chosen.
async fn enrolled(namespace: &str, context: &mut Context<'_>) -> Result<Key, Failure> {
    let held = agent(context)?;
    let own = own_keys_for(namespace, &context.connection, context.scope()).await?;
    let mut known = counting(held, &own);
    let chosen = match known.len() {
        0 => {
            let message = "none of the keys that ssh-agent holds is enrolled for you here";
            let hint = "`conductor keys list --mine` shows those that are, `ssh-add -l` those that \
                        it holds; an administrator enrolls with `conductor keys enroll`";
            return Err(Failure::usage(message, hint));
        }
        1 => 0,
        count => pick(&known, (count, "enrolled for you are"), context)?,
    };
    Ok(Key::Held(Box::new(known.swap_remove(chosen))))
}

fn pick(
    known: &[Held],
    (count, what): (usize, &str),
    context: &mut Context<'_>,
) -> Result<usize, Failure> {
    if !context.output.interactive {
        let names = known.iter().map(|one| one.identity.credential.key().fingerprint().to_string());
        let message = format!("{what} {count} keys: {}", names.collect::<Vec<_>>().join(", "));
        return Err(Failure::usage(message, "name one of them with --key"));
    }
    for (number, Held { identity, .. }) in (1..).zip(known) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_chosen_that_nobody_chose() {
        assert_eq!(numbered("2\n", 2), Some(1));
        for unclear in ["", "0", "3", "y", "1 2"] {
            assert_eq!(numbered(unclear, 2), None, "{unclear:?}");
        }
    }
}
