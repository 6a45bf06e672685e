//! Object lock: how long the server keeps a content, who holds it, and what it lets go.

use conductor_domain::time::Timestamp;
use reqwest::Method;

use super::{
    LockMode,
    error::{Kind, S3Error},
    request::{Answer, Client, Wanted},
    xml::{self, Version},
};
use crate::limits::S3_VERSIONS_MAX;

const SECOND_MS: u64 = 1_000;

/// A content as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Which version; nothing where the newest is meant.
    pub(super) version: Option<String>,
    /// What names these very bytes.
    pub(super) tag: String,
    pub(super) size_bytes: u64,
    pub(super) modified: Timestamp,
    /// The SHA-256 in base64, where the server tells it; of several parts one of their sums, with `-`
    /// and their number.
    pub(super) sum: Option<String>,
    /// How it is locked, and until when.
    pub(super) locked: Option<(String, Timestamp)>,
    /// A legal hold is on it.
    pub(super) held: bool,
}

impl Found {
    fn of(answer: &Answer, version: Option<&str>) -> Self {
        let until = time(answer.header("x-amz-object-lock-retain-until-date"));
        let sum = answer.header("x-amz-checksum-sha256");
        Self {
            version: version.map(str::to_owned),
            tag: answer.header("etag").to_owned(),
            size_bytes: answer.header("content-length").parse().unwrap_or_default(),
            modified: http_time(answer.header("last-modified")).unwrap_or_default(),
            sum: (!sum.is_empty()).then(|| sum.to_owned()),
            locked: until.map(|until| (answer.header("x-amz-object-lock-mode").to_owned(), until)),
            held: answer.header("x-amz-object-lock-legal-hold").eq_ignore_ascii_case("ON"),
        }
    }
}

/// A time as RFC 3339 has it.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let found: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(found.as_millisecond()).ok().map(Timestamp::from_unix_ms)
}

/// A time as HTTP's headers have it.
pub(super) fn http_time(text: &str) -> Option<Timestamp> {
    let found = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    u64::try_from(found.as_millisecond()).ok().map(Timestamp::from_unix_ms)
}

/// A time as object lock wants it: in whole seconds, never before.
pub(super) fn until_text(until: Timestamp) -> String {
    Timestamp::from_unix_ms(until.unix_ms.div_ceil(SECOND_MS).saturating_mul(SECOND_MS)).rfc3339()
}

impl Client {
    /// The newest version of a content, where there is one that nothing hides.
    pub(super) async fn head(
        &self,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<Found>, S3Error> {
        let wanted = Wanted::new(Method::HEAD, key)
            .header("x-amz-checksum-mode", "ENABLED")
            .version(version);
        match self.send(&wanted).await {
            Ok(answer) => Ok(Some(Found::of(&answer, version))),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same, also behind a delete marker: who puts one there removes nothing.
    pub(super) async fn find(&self, key: &str) -> Result<Option<Found>, S3Error> {
        if let Some(found) = self.head(key, None).await? {
            return Ok(Some(found));
        }
        let versions = self.versions(key).await?;
        match versions.into_iter().find(|version| !version.marker) {
            Some(newest) => self.head(key, Some(&newest.id)).await,
            None => Ok(None),
        }
    }

    /// All versions of a content, and what marks it as deleted, newest first.
    pub(super) async fn versions(&self, key: &str) -> Result<Vec<Version>, S3Error> {
        let wanted = Wanted::new(Method::GET, "")
            .query("versions", "")
            .query("prefix", key)
            .query("max-keys", S3_VERSIONS_MAX.to_string());
        let answer = self.send(&wanted).await?;
        let (versions, more) = xml::versions(&answer.body, key).ok_or_else(|| {
            let text = format!("{} answers no list of versions", self.place);
            S3Error::new(Kind::Strange, text)
        })?;
        if more && versions.len() >= S3_VERSIONS_MAX {
            let text = format!("{} has more than {S3_VERSIONS_MAX} versions of it", self.place);
            return Err(S3Error::new(Kind::Denied, text));
        }
        Ok(versions)
    }

    /// Whether the bucket is there, and has object lock; and how far its clock is from ours, in
    /// milliseconds.
    pub(super) async fn look(&self) -> Result<(bool, Option<u64>), S3Error> {
        let wanted = Wanted::new(Method::GET, "").query("object-lock", "");
        match self.send(&wanted).await {
            Ok(answer) => {
                let enabled = ["ObjectLockConfiguration", "ObjectLockEnabled"];
                let locks = xml::text(&answer.body, &enabled).as_deref() == Some("Enabled");
                let (now, theirs) = (self.now(), http_time(answer.header("date")));
                let apart = theirs.map(|at| at.ms_since(now).max(now.ms_since(at)));
                Ok((locks, apart))
            }
            Err(error) if error.kind == Kind::NoLock => Ok((false, None)),
            Err(error) => Err(error),
        }
    }

    /// Locks a content until then at least. Never for less long than it is.
    pub(super) async fn prolong(
        &self,
        key: &str,
        found: &Found,
        (mode, until): (LockMode, Timestamp),
    ) -> Result<(), S3Error> {
        let mode = match &found.locked {
            Some((_, locked)) if *locked >= until => return Ok(()),
            // What was locked in another way stays so: a lock only gets longer.
            Some((mode, _)) if !mode.is_empty() => mode.as_str(),
            _ => mode.word(),
        };
        let wanted = Wanted::new(Method::PUT, key)
            .query("retention", "")
            .version(found.version.as_deref())
            .document(xml::retention(mode, &until_text(until)));
        self.send(&wanted).await.map(drop)
    }

    /// Puts a legal hold on a content, or takes it off.
    pub(super) async fn set_hold(
        &self,
        key: &str,
        found: &Found,
        held: bool,
    ) -> Result<(), S3Error> {
        if found.held == held {
            return Ok(());
        }
        let wanted = Wanted::new(Method::PUT, key)
            .query("legal-hold", "")
            .version(found.version.as_deref())
            .document(xml::legal_hold(held));
        self.send(&wanted).await.map(drop)
    }

    /// Deletes one version for good. Governance is never got around.
    pub(super) async fn delete(&self, key: &str, version: &str) -> Result<(), S3Error> {
        let wanted = Wanted::new(Method::DELETE, key).version(Some(version));
        match self.send(&wanted).await {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_as_servers_do() {
        let at = Timestamp::from_unix_ms(1_795_368_774_000);
        assert_eq!(time("2026-11-22T17:32:54Z"), Some(at));
        assert_eq!(time("2026-11-22T17:32:54.000Z"), Some(at));
        assert_eq!(http_time("Sun, 22 Nov 2026 17:32:54 GMT"), Some(at));
        assert_eq!((time(""), http_time("soon")), (None, None));
        assert_eq!(until_text(at), "2026-11-22T17:32:54Z");
        assert_eq!(until_text(at + 1), "2026-11-22T17:32:55Z", "never before");
    }
}
