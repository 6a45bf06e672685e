//! What an S3 server, or the way to it, has against a request, and what would mend it.

use std::io;

use conductor_engine::ports::BlobRefusal;
use reqwest::StatusCode;

use super::xml;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No connection came about: nothing was sent.
    Unsent,
    /// It broke off, or took too long: what became of it nobody knows.
    Broken,
    /// The server is busy or has an error of its own.
    Busy,
    /// The key may not do that, or a lock does not let it.
    Denied,
    /// The keys are not good.
    WrongKeys,
    /// The clocks are too far apart.
    Skewed,
    /// There is no such bucket.
    NoBucket,
    /// The bucket has no object lock.
    NoLock,
    /// There is no such content.
    NotFound,
    /// What came is not what was sent.
    Damaged,
    /// There are no keys to sign with.
    NoKeys,
    /// The daemon ends.
    Stopped,
    /// An answer that nobody expects.
    Strange,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct S3Error {
    pub(super) kind: Kind,
    /// What is wrong, with the server and the bucket. No key and no content is in it.
    pub(super) text: String,
}

/// Whether a request may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice is as once.
    Always,
    /// Only where nothing was sent.
    Unsent,
}

impl S3Error {
    pub(super) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// What an answer that is no success says.
    pub(super) fn answered(place: &str, status: StatusCode, body: &str) -> Self {
        let code = xml::text(body, &["Error", "Code"]).unwrap_or_default();
        let said = xml::text(body, &["Error", "Message"]).unwrap_or_default();
        let kind = kind_of(status, &code);
        let words = match (code.is_empty(), said.is_empty()) {
            (true, _) => status.to_string(),
            (false, true) => format!("{status}, {code}"),
            (false, false) => format!("{status}, {code}: {said}"),
        };
        Self::new(kind, format!("{place} answers {words}"))
    }

    /// Whether making the same request again may help and does no harm.
    pub(super) fn may_be_repeated(&self, repeat: Repeat) -> bool {
        match self.kind {
            Kind::Unsent => true,
            Kind::Broken | Kind::Busy | Kind::Damaged => repeat == Repeat::Always,
            _ => false,
        }
    }

    /// Whether the server may be well again without anybody doing anything here.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Unsent | Kind::Broken | Kind::Busy)
    }

    const fn hint(&self) -> &'static str {
        match self.kind {
            Kind::Unsent | Kind::Broken => {
                "see whether the S3 server runs and is reached, and try again; `endpoint` and `ca_file` \
                 of `[blobs.s3]` in conductord.toml say where it is"
            }
            Kind::Busy => "the S3 server is busy or has an error of its own: try again",
            Kind::Denied => {
                "let the daemon's key do what docs/S3.md lists; what is locked goes when its lock ends"
            }
            Kind::WrongKeys | Kind::NoKeys => {
                "correct `access_key` and `secret_key` of `[blobs.s3]` in conductord.toml, and `region`, \
                 which is signed, too"
            }
            Kind::Skewed => "set the clock of this machine, or of the S3 server, right",
            Kind::NoBucket => {
                "correct `bucket` of `[blobs.s3]` in conductord.toml, or make it as docs/S3.md shows"
            }
            Kind::NoLock => {
                "a bucket gets object lock when it is made (`aws s3api create-bucket \
                 --object-lock-enabled-for-bucket`): make one, as docs/S3.md shows, or say `lock = \
                 \"none\"`"
            }
            Kind::NotFound => "its digest stays on record",
            Kind::Damaged => "bytes are changed on the way: look at what is between, and try again",
            Kind::Stopped => "try again when the daemon has started",
            Kind::Strange => "see whether `endpoint` and `region` of `[blobs.s3]` are the server's",
        }
    }
}

fn kind_of(status: StatusCode, code: &str) -> Kind {
    match code {
        "NoSuchBucket" => Kind::NoBucket,
        "NoSuchKey" | "NoSuchVersion" | "NoSuchUpload" => Kind::NotFound,
        "ObjectLockConfigurationNotFoundError" => Kind::NoLock,
        "RequestTimeTooSkewed" => Kind::Skewed,
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "InvalidToken"
        | "AuthorizationHeaderMalformed" => Kind::WrongKeys,
        "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" | "IncompleteBody" => {
            Kind::Damaged
        }
        "SlowDown" | "InternalError" | "ServiceUnavailable" | "RequestTimeout"
        | "OperationAborted" => Kind::Busy,
        _ => match status {
            StatusCode::NOT_IMPLEMENTED => Kind::Strange,
            StatusCode::TOO_MANY_REQUESTS => Kind::Busy,
            // What hides behind a delete marker is asked for by its version.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Kind::NotFound,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Kind::Denied,
            other if other.is_server_error() => Kind::Busy,
            _ => Kind::Strange,
        },
    }
}

impl From<S3Error> for io::Error {
    fn from(error: S3Error) -> Self {
        let kind = match error.kind {
            Kind::Unsent | Kind::Broken | Kind::Busy => io::ErrorKind::HostUnreachable,
            Kind::Denied | Kind::WrongKeys | Kind::Skewed | Kind::NoKeys => {
                io::ErrorKind::PermissionDenied
            }
            Kind::NotFound => io::ErrorKind::NotFound,
            Kind::Damaged => io::ErrorKind::InvalidData,
            Kind::Stopped => io::ErrorKind::ConnectionAborted,
            Kind::NoBucket | Kind::NoLock | Kind::Strange => io::ErrorKind::Other,
        };
        let hint = error.hint();
        BlobRefusal::error(kind, error.text, hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_told_with_its_mend() {
        let check = |status: u16, code: &str, kind: Kind, repeat: bool| {
            let body = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
            let status = StatusCode::from_u16(status).unwrap();
            let error = S3Error::answered("s3://b at h", status, &body);
            assert_eq!(error.kind, kind, "{code}");
            assert_eq!(error.may_be_repeated(Repeat::Always), repeat, "{code}");
            assert!(!error.may_be_repeated(Repeat::Unsent), "{code}");
            assert!(error.text.contains(code) && error.text.contains("s3://b"), "{}", error.text);
            let told = io::Error::from(error);
            assert!(BlobRefusal::hint_of(&told).is_some_and(|hint| !hint.is_empty()));
        };
        check(404, "NoSuchBucket", Kind::NoBucket, false);
        check(404, "ObjectLockConfigurationNotFoundError", Kind::NoLock, false);
        check(403, "RequestTimeTooSkewed", Kind::Skewed, false);
        check(403, "SignatureDoesNotMatch", Kind::WrongKeys, false);
        check(403, "AccessDenied", Kind::Denied, false);
        check(400, "BadDigest", Kind::Damaged, true);
        check(503, "SlowDown", Kind::Busy, true);
        check(500, "Unheard", Kind::Busy, true);
        check(400, "InvalidRequest", Kind::Strange, false);
    }

    #[test]
    fn only_what_was_not_sent_is_always_repeated() {
        let unsent = S3Error::new(Kind::Unsent, "x");
        assert!(unsent.may_be_repeated(Repeat::Unsent) && unsent.may_pass());
        let broken = S3Error::new(Kind::Broken, "x");
        assert!(!broken.may_be_repeated(Repeat::Unsent) && broken.may_pass());
        let bare = S3Error::answered("p", StatusCode::FORBIDDEN, "");
        assert_eq!((bare.kind, bare.text.as_str()), (Kind::Denied, "p answers 403 Forbidden"));
    }
}
