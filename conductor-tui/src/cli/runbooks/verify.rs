//! `conductor runbooks verify`: whose signatures these are, by a file of allowed signers or by the
//! keys that count in the tenant.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use conductor_keys::{
    allowed_signers::{AllowedSigners, FILE_BYTES_MAX, Revoked, TimeZone, Timestamp},
    ssh_key::{Fingerprint, KeyError, PublicKey},
    sshsig::{self, RUNBOOK},
};
use serde_json::json;

use super::{
    VerifyArgs,
    files::{lying_beside, read, text},
};
use crate::cli::{
    context::Context,
    failure::Failure,
    keys, manifest_file,
    output::{Meaning, one_line},
    when::now_ms,
};

/// A signature that holds.
struct Good {
    file: PathBuf,
    principals: Vec<String>,
    fingerprint: Fingerprint,
}

/// Runs the command.
pub(super) async fn run(args: &VerifyArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let bytes = manifest_file::read(&args.file)?;
    let files = match args.signature.as_slice() {
        [] => lying_beside(&args.file),
        named => named.to_vec(),
    };
    if files.is_empty() {
        let message = format!("{} is not signed: no {0}.sig lies beside it", args.file.display());
        return Err(Failure::Damaged(message));
    }
    let allowed = allowed(args, context).await?;
    let mut good: Vec<Good> = Vec::new();
    let mut bad = 0;
    for file in files {
        match check(&file, &bytes, &allowed)? {
            Ok((principals, fingerprint)) => good.push(Good { file, principals, fingerprint }),
            Err(problem) => {
                bad += 1;
                let word = context.output.note_style.paint(Meaning::Bad, "does not hold:");
                let problem = one_line(&problem);
                context.output.note(format!("{}: {word} {problem}", file.display()))?;
            }
        }
    }
    if let Some(own) = own_review(&good) {
        bad += 1;
        let word = context.output.note_style.paint(Meaning::Bad, "is no review:");
        let who = own.principals.join(", ");
        context.output.note(format!("{}: {word} {who} wrote it", own.file.display()))?;
    }
    say(args, &good, context)?;
    match bad {
        0 => Ok(()),
        bad => Err(Failure::Damaged(format!(
            "{bad} of the signatures of {} {}",
            args.file.display(),
            if bad == 1 { "does not hold" } else { "do not hold" }
        ))),
    }
}

/// Nobody reviews what they wrote: the first signature is the author's.
fn own_review(good: &[Good]) -> Option<&Good> {
    let (author, reviews) = good.split_first()?;
    reviews.iter().find(|review| {
        review.principals.iter().any(|reviewer| author.principals.contains(reviewer))
    })
}

fn say(args: &VerifyArgs, good: &[Good], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.is_table() {
        for one in good {
            let word = context.output.style.paint(Meaning::Good, "good signature");
            let (file, who) = (one.file.display(), one_line(&one.principals.join(" or ")));
            context.output.line(format!("{file}: {word} of {who} with {}", one.fingerprint))?;
        }
        return Ok(());
    }
    let signatures = good.iter().map(|one| {
        let (file, key) = (one.file.display().to_string(), one.fingerprint.to_string());
        json!({ "file": file, "principals": one.principals, "fingerprint": key })
    });
    let signatures: Vec<_> = signatures.collect();
    let document = json!({ "file": args.file.display().to_string(), "signatures": signatures });
    Ok(context.output.document(&document)?)
}

/// Who made the signature of a file, or why it does not hold.
type Verdict = Result<(Vec<String>, Fingerprint), String>;

fn check(file: &Path, bytes: &str, allowed: &AllowedSigners) -> Result<Verdict, Failure> {
    let signature = read(file)?;
    let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let now = Timestamp::from_millisecond(now).unwrap_or(Timestamp::MAX);
    let verified = match sshsig::verify(&signature, RUNBOOK, bytes.as_bytes()) {
        Ok(verified) => verified,
        Err(error) => return Ok(Err(format!("failed to {error}"))),
    };
    Ok(match allowed.find(verified.credential(), RUNBOOK, now) {
        Ok(found) => Ok((found.principals, verified.fingerprint())),
        Err(error) => Err(format!("failed to {error}")),
    })
}

/// The keys that count: of files, or of the tenant.
async fn allowed(args: &VerifyArgs, context: &Context<'_>) -> Result<AllowedSigners, Failure> {
    let bytes_max = FILE_BYTES_MAX as u64;
    let Some(path) = &args.allowed_signers else {
        let (allowed, revoked) = keys::exported(context).await?;
        let unreadable = |error: &dyn Error| Failure::Invalid(chained("the daemon's keys", error));
        let allowed =
            AllowedSigners::parse(&allowed, &TimeZone::UTC).map_err(|error| unreadable(&error))?;
        let revoked = read_revoked(&revoked).map_err(|error| unreadable(&error))?;
        return Ok(allowed.with_revoked(revoked));
    };
    let shown = path.display().to_string();
    let lines = text(path, bytes_max)?;
    let allowed = AllowedSigners::parse(&lines, &TimeZone::system())
        .map_err(|error| Failure::Invalid(chained(&shown, &error)))?;
    let Some(path) = &args.revoked else { return Ok(allowed) };
    let shown = path.display().to_string();
    let revoked = read_revoked(&text(path, bytes_max)?)
        .map_err(|error| Failure::Invalid(chained(&shown, &error)))?;
    Ok(allowed.with_revoked(revoked))
}

/// Revoked keys, one a line, as `conductor keys export --revoked` writes them and `ssh-keygen -Y verify`
/// reads them.
fn read_revoked(text: &str) -> Result<Revoked, KeyError> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| PublicKey::from_openssh(line).map(|key| key.fingerprint())).collect()
}

fn chained(what: &str, error: &dyn Error) -> String {
    let why = error.source().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{what}: failed to {error}{why}")
}
