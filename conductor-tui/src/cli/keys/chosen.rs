//! The public key that is meant: of a file, or one that ssh-agent holds.

use std::{fs::File, io::Read as _, path::Path, time::Duration};

use conductor_keys::{
    agent::{Agent, AgentIdentity},
    ssh_key::{Credential, KeyError, PublicKey},
};

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Meaning, one_line},
};

/// Bytes of a file with keys that are read.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// What a public key in PEM begins with.
const PEM: &str = "-----BEGIN PUBLIC KEY-----";
/// How long ssh-agent may take.
const AGENT_WAIT: Duration = Duration::from_secs(10);

/// The text of a file; `-` is standard input. A secret key is not even looked at.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = FILE_BYTES_MAX + 1;
    let done = match path.to_str() {
        Some("-") => std::io::stdin().take(limit).read_to_end(&mut bytes),
        _ => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    let count = done.map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    if count as u64 == limit {
        let message = format!("{} has more than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Failure::Invalid(message));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Invalid(format!("{} is not UTF-8 text", path.display())))?;
    if text.contains("PRIVATE KEY-----") {
        let message = format!("{} is a secret key, which nobody else should see", path.display());
        return Err(Failure::usage(message, "name its `.pub` file"));
    }
    Ok(text)
}

/// The one key of a `.pub` file, in its line; one in PEM is written so.
pub(super) fn from_file(path: &Path) -> Result<String, Failure> {
    let text = read(path)?;
    let wrong =
        |error: KeyError| Failure::Invalid(format!("{}: failed to {error}", path.display()));
    if text.trim_start().starts_with(PEM) {
        return Ok(PublicKey::from_pem(&text).map_err(wrong)?.to_openssh());
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let meant = lines.by_ref().find(|line| !line.starts_with('#'));
    let Some(line) = meant.filter(|_| lines.next().is_none()) else {
        let message = format!("{} does not hold one key, in one line", path.display());
        return Err(Failure::Invalid(message));
    };
    PublicKey::from_openssh(line).map_err(wrong)?;
    Ok(line.to_owned())
}

/// The key of ssh-agent that somebody at the terminal chooses.
pub(super) fn from_agent(context: &mut Context<'_>) -> Result<String, Failure> {
    let hint = "name the `.pub` file with --key";
    if !context.output.interactive {
        return Err(Failure::usage("it is not said which key to enroll", hint));
    }
    let socket = context.environment.path("SSH_AUTH_SOCK");
    let socket = socket.ok_or_else(|| Failure::usage("there is no ssh-agent here", hint))?;
    let held = Agent::connect(&socket, AGENT_WAIT).and_then(|mut agent| agent.identities());
    let held = held.map_err(|error| Failure::usage(format!("failed to {error}"), hint))?;
    let offered = offered(held);
    for (number, identity) in (1..).zip(&offered) {
        let key = identity.credential.key();
        let fingerprint =
            context.output.note_style.paint(Meaning::Strong, &key.fingerprint().to_string());
        let comment = one_line(&identity.comment);
        context
            .output
            .note(format!("{number:>3}  {fingerprint}  {}  {comment}", key.key_type().name()))?;
    }
    let chosen = match offered.len() {
        0 => return Err(Failure::usage("ssh-agent holds no key that can be enrolled", hint)),
        1 => context.output.confirm("enroll this key?")?.then_some(0),
        count => pick(&context.output.ask(&format!("which key? [1-{count}] "))?, count),
    };
    let chosen = chosen.and_then(|index| offered.get(index)).ok_or(Failure::Interrupted)?;
    Ok(format!("{} {}", chosen.credential.key().to_openssh(), chosen.comment))
}

/// What can be chosen: each key once, and no certificates, which a CA answers for.
fn offered(held: Vec<AgentIdentity>) -> Vec<AgentIdentity> {
    let is_key = |known: &AgentIdentity| matches!(known.credential, Credential::Key(_));
    let mut offered: Vec<AgentIdentity> = Vec::new();
    for identity in held.into_iter().filter(is_key) {
        if offered.iter().all(|known| known.credential != identity.credential) {
            offered.push(identity);
        }
    }
    offered
}

/// Which of so many was said, from 0; nothing when it was none.
fn pick(answer: &str, count: usize) -> Option<usize> {
    let number: usize = answer.trim().parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";
    const TWO: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/Fy";

    #[test]
    fn nothing_is_chosen_that_nobody_chose() {
        assert_eq!(pick("2\n", 3), Some(1));
        for unclear in ["", "\n", "0", "4", "-1", "1 2", "one", "y"] {
            assert_eq!(pick(unclear, 3), None, "{unclear:?}");
        }
    }

    #[test]
    fn each_key_is_offered_once() {
        let identity = |line: &str, comment: &str| AgentIdentity {
            credential: Credential::from_openssh(line).unwrap(),
            comment: comment.into(),
        };
        let held = vec![identity(ONE, "a"), identity(TWO, "b"), identity(ONE, "c")];
        let comments: Vec<_> = offered(held).into_iter().map(|known| known.comment).collect();
        assert_eq!(comments, ["a", "b"]);
    }

    #[test]
    fn a_file_holds_one_public_key() {
        let folder = tempfile::tempdir().unwrap();
        let check = |text: &str, expected: Result<&str, &str>| {
            let path = folder.path().join("key");
            std::fs::write(&path, text).unwrap();
            match (from_file(&path), expected) {
                (Ok(line), Ok(expected)) => assert_eq!(line, expected),
                (Err(failure), Err(words)) => {
                    assert!(failure.to_string().contains(words), "{text}: {failure}");
                }
                (found, _) => panic!("{text}: {:?}", found.map_err(|failure| failure.to_string())),
            }
        };
        check(&format!("# mine\n\n{ONE} alice at home\n"), Ok(&format!("{ONE} alice at home")));
        check(&format!("{ONE}\n{TWO}\n"), Err("one key"));
        check("", Err("one key"));
        check("ssh-dss AAAAB3NzaC1kc3MAAAABAQ==\n", Err("ssh-dss"));
        let pem = include_str!("../../../../protocol/tests/evidence/key-p256.pem");
        let key = PublicKey::from_pem(pem).unwrap().to_openssh();
        check(pem, Ok(&key));
        check(&pem.replace("MFkw", "MFkx"), Err("that of the PEM"));
        check("-----BEGIN OPENSSH PRIVATE KEY-----\n", Err("secret key"));
    }
}
