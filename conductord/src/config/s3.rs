//! `[blobs.s3]`: the bucket that contents of artifacts are kept in.

use std::{fs, path::PathBuf};

use conductor_executors::{Provider, SecretSetting};
use conductor_protocol::oidc::is_private;
use conductor_store::blobs::s3::{LockMode, S3Options};
use serde::Deserialize;

use super::{paths, secrets::Secret};
use crate::exit::{Ended, Kind};

/// Bytes of a file of certificates.
const CA_BYTES_MAX: u64 = 1024 * 1024;
/// Characters of a name in the bucket before the digest's own.
const PREFIX_CHARS_MAX: usize = 256;

/// `[blobs.s3]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    endpoint: String,
    #[serde(default = "region_default")]
    region: String,
    bucket: String,
    #[serde(default)]
    prefix: String,
    #[serde(default = "yes")]
    path_style: bool,
    ca_file: Option<PathBuf>,
    #[serde(default)]
    lock: Lock,
    #[serde(default)]
    lock_retention: bool,
    access_key: Secret,
    secret_key: Secret,
    session_token: Option<Secret>,
}

fn region_default() -> String {
    "us-east-1".to_owned()
}

const fn yes() -> bool {
    true
}

/// How contents are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lock {
    #[default]
    None,
    Compliance,
    Governance,
}

/// A bucket, and where the keys are that its requests are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3Settings {
    /// The bucket.
    pub(crate) options: S3Options,
    /// Where the access key is.
    pub(crate) access_key: Provider,
    /// Where the secret key is.
    pub(crate) secret_key: Provider,
    /// Where what goes with them is, for keys that end.
    pub(crate) session_token: Option<Provider>,
}

impl File {
    /// What it comes to, where contents are kept for so many milliseconds.
    pub(super) fn settings(self, retain_ms: u64) -> Result<S3Settings, Ended> {
        check_endpoint(&self.endpoint)?;
        check_bucket(&self.bucket, self.path_style)?;
        let lock = match self.lock {
            Lock::None => None,
            Lock::Compliance => Some(LockMode::Compliance),
            Lock::Governance => Some(LockMode::Governance),
        };
        if lock.is_none() && self.lock_retention {
            return wrong("`lock_retention` needs `lock`, \"compliance\" or \"governance\"");
        }
        if lock.is_some() && retain_ms == 0 && !self.lock_retention {
            return wrong(
                "`lock` needs to know for how long: `retain_days` of `[blobs]`, or `lock_retention`",
            );
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let prefix = self.prefix.trim_matches('/');
        if prefix.len() > PREFIX_CHARS_MAX || !prefix.chars().all(plain) || prefix.contains("..") {
            return wrong("`prefix` is made of letters, digits and `-_./`");
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        if self.region.is_empty() || !self.region.chars().all(plain) {
            return wrong("`region` is a name such as `eu-central-1`");
        }
        let ca = self.ca_file.map(|file| certificates(&file)).transpose()?;
        let options = S3Options {
            endpoint: self.endpoint,
            region: self.region,
            bucket: self.bucket,
            prefix,
            path_style: self.path_style,
            ca,
            lock,
            retain_ms,
            lock_retention: self.lock_retention,
        };
        Ok(S3Settings {
            options,
            access_key: provider(self.access_key)?,
            secret_key: provider(self.secret_key)?,
            session_token: self.session_token.map(provider).transpose()?,
        })
    }
}

/// The keys are the daemon's alone: nothing is said of tenants.
fn provider(Secret(setting): Secret) -> Result<Provider, Ended> {
    let SecretSetting { provider, tenants, environments, .. } = setting;
    match tenants.is_empty() && environments.is_empty() {
        true => Ok(provider),
        false => wrong("its keys are the daemon's alone: `tenants` and `environments` say nothing"),
    }
}

fn check_endpoint(endpoint: &str) -> Result<(), Ended> {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or_default();
    let host = rest.trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return wrong("`endpoint` is the server's address, such as `https://s3.example.org`");
    }
    match scheme {
        "https" => Ok(()),
        "http" if is_private(endpoint) => Ok(()),
        "http" => wrong("`endpoint`: without TLS only a server on this machine is used"),
        _ => wrong("`endpoint` begins with `https://`"),
    }
}

fn check_bucket(bucket: &str, path_style: bool) -> Result<(), Ended> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(plain) {
        return wrong("`bucket` has 3 to 63 small letters, digits, `-` and `.`");
    }
    if bucket.contains('.') && !path_style {
        return wrong(
            "`bucket` has a dot, which no certificate's name covers: say `path_style = true`",
        );
    }
    Ok(())
}

fn certificates(file: &std::path::Path) -> Result<Vec<u8>, Ended> {
    let file = paths::absolute(file)?;
    let failed = |why: &dyn std::fmt::Display| {
        let message = format!("read `ca_file` {} of `[blobs.s3]`: {why}", file.display());
        Ended::because(Kind::Configuration, message)
    };
    let size = fs::metadata(&file).map_err(|error| failed(&error))?.len();
    if size > CA_BYTES_MAX {
        return Err(failed(&format!("it has more than {CA_BYTES_MAX} bytes")));
    }
    fs::read(&file).map_err(|error| failed(&error))
}

fn wrong<T>(problem: &str) -> Result<T, Ended> {
    let message = format!("use `[blobs.s3]` of the configuration: {problem}");
    Err(Ended::because(Kind::Configuration, message))
}

/// The settings in a line, with nothing of the keys.
pub(super) fn shown(settings: &S3Settings) -> String {
    let options = &settings.options;
    let lock = match (options.lock, options.lock_retention) {
        (None, _) => "no lock".to_owned(),
        (Some(mode), false) => format!("lock {}", mode.word()),
        (Some(mode), true) => format!("lock {}, for the retention, too", mode.word()),
    };
    let (bucket, prefix) = (&options.bucket, &options.prefix);
    format!("bucket {bucket}/{prefix} at {}, {lock}", options.endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "endpoint = 'https://s3.example.org'\nbucket = 'artifacts'\n\
                         access_key = { env = 'S3_ACCESS_KEY' }\nsecret_key = { file = '/run/s3' }\n";

    fn check(text: &str, retain_ms: u64, expected: &str) {
        let said = match toml::from_str::<File>(text) {
            Err(error) => error.to_string(),
            Ok(file) => match file.settings(retain_ms) {
                Err(error) => format!("{error:?}"),
                Ok(settings) => shown(&settings),
            },
        };
        assert!(said.contains(expected), "{text} gave {said}");
    }

    #[test]
    fn a_bucket_is_named_with_its_keys_places() {
        check(WHOLE, 0, "bucket artifacts/ at https://s3.example.org, no lock");
        check(&format!("{WHOLE}prefix = '/a/b/'\n"), 0, "bucket artifacts/a/b/ at");
        check(&format!("{WHOLE}lock = 'compliance'\n"), 1, "lock COMPLIANCE");
        check(&format!("{WHOLE}lock = 'governance'\nlock_retention = true\n"), 0, "retention, too");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(&WHOLE.replace("https", "http"), 0, "without TLS only");
        check(&WHOLE.replace("https://s3.example.org", "http://127.0.0.1:9000"), 0, "127.0.0.1");
        check(&WHOLE.replace("s3.example.org", "alice:x@h/"), 0, "the server's address");
        check(&WHOLE.replace("'artifacts'", "'A'"), 0, "`bucket`");
        check(&WHOLE.replace("'artifacts'", "'a.b'\npath_style = false"), 0, "a dot");
        check(&format!("{WHOLE}lock = 'compliance'\n"), 0, "for how long");
        check(&format!("{WHOLE}lock_retention = true\n"), 1, "needs `lock`");
        check(&format!("{WHOLE}prefix = '../x'\n"), 0, "`prefix`");
        check(&format!("{WHOLE}ca_file = '/nowhere/ca.pem'\n"), 0, "read `ca_file`");
        check(&WHOLE.replace("env = 'S3", "value = 'S3"), 0, "unknown field");
        let of_tenant = WHOLE.replace("'/run/s3'", "'/run/s3', tenants = ['default']");
        check(&of_tenant, 0, "the daemon's alone");
    }
}
