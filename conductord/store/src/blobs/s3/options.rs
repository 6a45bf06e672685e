//! Which bucket of which server, how contents are kept in it, and where its keys come from.

use std::{future::Future, io, pin::Pin};

/// How the server keeps what is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Nobody removes it or makes the lock shorter, not even who owns the server's account.
    Compliance,
    /// Who has a permission of its own may.
    Governance,
}

impl LockMode {
    /// Its name, as S3 has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compliance => "COMPLIANCE",
            Self::Governance => "GOVERNANCE",
        }
    }
}

/// Which bucket, and how contents are kept in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Options {
    /// Where the server is: `https://…`, without a path.
    pub endpoint: String,
    /// Its region, which requests are signed for.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What names begin with: empty, or ending with a slash.
    pub prefix: String,
    /// The bucket stands in the path, not in the host's name.
    pub path_style: bool,
    /// Certificates in PEM that are trusted; those of the system where there are none.
    pub ca: Option<Vec<u8>>,
    /// How contents are locked; nothing for not at all.
    pub lock: Option<LockMode>,
    /// How long a content is kept at least, in milliseconds, since it came last.
    pub retain_ms: u64,
    /// Contents are locked for as long as their tenants' retention says, too.
    pub lock_retention: bool,
}

impl S3Options {
    /// The bucket's address, without a slash at its end, and the server's host.
    pub(super) fn address(&self) -> io::Result<(String, String)> {
        let wrong = |why: &str| io::Error::other(format!("`endpoint` {}: {why}", self.endpoint));
        let url: reqwest::Url = self.endpoint.parse().map_err(|_| wrong("it is no URL"))?;
        let host = url.host_str().ok_or_else(|| wrong("it has no host"))?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let (scheme, bucket) = (url.scheme(), &self.bucket);
        let address = match self.path_style {
            true => format!("{scheme}://{host}/{bucket}"),
            false => format!("{scheme}://{bucket}.{host}"),
        };
        Ok((address, host))
    }
}

/// What requests are signed with.
pub struct Keys {
    /// Whose key it is.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// What goes with keys that end.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// Keys that are being got.
pub type KeysComing<'s> = Pin<Box<dyn Future<Output = Result<Keys, String>> + Send + 's>>;

/// Where keys come from. They are asked for now and then: they may be exchanged meanwhile.
pub trait KeySource: Send + Sync {
    /// The keys, or a sentence that says why there are none, and nothing of them.
    fn keys(&self) -> KeysComing<'_>;
}
