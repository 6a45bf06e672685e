//! Keys as they are given: lines of allowed signers, or the same taken apart.

use std::error::Error as _;

use conductor_domain::{
    org::key::{Enrolled, limits::ENROLLED_AT_ONCE_MAX},
    time::Timestamp,
};
use conductor_engine::signers;
use conductor_keys::{
    allowed_signers::{AllowedSignersError, SignerLine, TimeZone},
    ssh_key::{KeyError, PublicKey},
};
use conductor_protocol::{error_code::Code, v1};

use crate::{
    failure::{Failure, Outcome},
    limits::SIGNER_LINES_BYTES_MAX,
    request,
};

/// What a request wants to be enrolled.
pub(super) fn keys(text: &str, parts: Vec<v1::NewKey>) -> Outcome<Vec<Enrolled>> {
    match (text.trim().is_empty(), parts.is_empty()) {
        (false, true) => lines(text),
        (true, false) => {
            check_count(parts.len())?;
            parts.into_iter().enumerate().map(|(at, part)| one(at + 1, part)).collect()
        }
        (none, _) => Err(Failure::invalid(
            if none { "no key is given" } else { "keys are given in two ways" },
            "give lines of allowed signers, or keys taken apart",
        )),
    }
}

fn lines(text: &str) -> Outcome<Vec<Enrolled>> {
    if text.len() > SIGNER_LINES_BYTES_MAX {
        let message = format!(
            "the allowed signers have {} bytes, {SIGNER_LINES_BYTES_MAX} are taken",
            text.len()
        );
        return Err(Failure::invalid(message, "enroll them in several requests"));
    }
    // Counted before any is looked at: who may not enroll has not been asked yet.
    let meant = text.lines().map(str::trim).filter(|line| !line.is_empty());
    check_count(meant.filter(|line| !line.starts_with('#')).count())?;
    // The daemon has no zone that would be the caller's.
    let lines = SignerLine::read_all(text, &TimeZone::UTC).map_err(|error| unreadable(&error))?;
    Ok(lines.iter().map(|(_, line)| signers::terms(line)).collect())
}

fn check_count(count: usize) -> Outcome<()> {
    if (1..=ENROLLED_AT_ONCE_MAX).contains(&count) {
        return Ok(());
    }
    let hint = format!("give 1 to {ENROLLED_AT_ONCE_MAX} at once");
    Err(Failure::new(Code::KeyInvalid, format!("{count} keys are given"), hint))
}

fn one(number: usize, part: v1::NewKey) -> Outcome<Enrolled> {
    let principal = request::text("principal", part.principal)?;
    let key = PublicKey::from_openssh(&part.public_key).map_err(|error| wrong(number, &error))?;
    let second = |at: Option<Timestamp>| at.map(|at| at.unix_ms / 1_000);
    let comment: Vec<&str> = part.public_key.split_ascii_whitespace().skip(2).collect();
    Ok(signers::terms(&SignerLine {
        principals: principal.split(',').map(str::to_owned).collect(),
        is_authority: part.cert_authority,
        namespaces: (!part.namespaces.is_empty()).then_some(part.namespaces),
        valid_after: second(request::time("valid_after", part.valid_after)?),
        valid_before: second(request::time("valid_before", part.valid_before)?),
        key,
        comment: comment.join(" "),
    }))
}

fn unreadable(error: &AllowedSignersError) -> Failure {
    let why = error.source().map(|why| format!(": {why}")).unwrap_or_default();
    let hint = "write it as `ssh-keygen(1)` says under ALLOWED SIGNERS";
    Failure::new(Code::KeyInvalid, format!("failed to {error}{why}"), hint)
}

fn wrong(number: usize, error: &KeyError) -> Failure {
    let hint = "give the `.pub` file of a key, and of a certificate that of the CA";
    Failure::new(Code::KeyInvalid, format!("failed to {error} (key {number})"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";

    fn part(public_key: &str) -> v1::NewKey {
        v1::NewKey {
            principal: "uid:1".into(),
            public_key: public_key.into(),
            ..Default::default()
        }
    }

    fn message(given: Outcome<Vec<Enrolled>>) -> String {
        let failure = given.unwrap_err();
        assert!(matches!(failure.code(), Code::KeyInvalid | Code::RequestInvalid), "{failure:?}");
        format!("{failure:?}")
    }

    #[test]
    fn a_line_and_its_parts_are_the_same_key() {
        let line = format!("uid:1 valid-before=\"20300101Z\" {KEY} alice at home");
        let parts = v1::NewKey {
            valid_before: Some(pbjson_types::Timestamp {
                seconds: 1_893_456_000,
                nanos: 999_000_000,
            }),
            ..part(&format!("{KEY} alice at home"))
        };
        let lines = keys(&line, Vec::new()).unwrap();
        assert_eq!(lines, keys("", vec![parts]).unwrap());
        assert_eq!(lines[0].namespaces.len(), 4, "all, where none is named");
        assert_eq!(lines[0].comment, "alice at home");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        let text = format!("# who\nuid:1 {KEY}\nuid:2 ssh-ed25519 AAAA\n");
        assert!(message(keys(&text, Vec::new())).contains("line 3"), "{text}");
        let parts = vec![part(KEY), part("ssh-dss AAAAB3NzaC1kc3MAAAABAQ==")];
        assert!(message(keys("", parts)).contains("key 2"));
        assert!(message(keys("", Vec::new())).contains("no key is given"));
        assert!(message(keys("# nothing\n", Vec::new())).contains("0 keys"));
        assert!(message(keys(&text, vec![part(KEY)])).contains("two ways"));
    }

    #[test]
    fn what_is_too_much_is_not_looked_at() {
        let nonsense = "x\n".repeat(ENROLLED_AT_ONCE_MAX + 1);
        assert!(message(keys(&nonsense, Vec::new())).contains("501 keys"));
        let long = "#".repeat(SIGNER_LINES_BYTES_MAX + 1);
        assert!(message(keys(&long, Vec::new())).contains("bytes"));
        let parts = vec![part("x"); ENROLLED_AT_ONCE_MAX + 1];
        assert!(message(keys("", parts)).contains("501 keys"));
    }
}
