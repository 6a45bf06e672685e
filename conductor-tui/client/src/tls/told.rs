//! What goes wrong with TLS, in words that say what to do.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use rustls::{AlertDescription, CertificateError, Error};

/// What went wrong and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) reason: String,
    pub(crate) hint: String,
}

/// Why the newest connection could not be made or broke, until one works. The transport above hands
/// errors on as text, if at all.
#[derive(Debug, Default)]
pub(crate) struct Trouble(Mutex<Option<Told>>);

impl Trouble {
    pub(super) fn keep(&self, told: Told) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }

    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn last(&self) -> Option<Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Told {
    fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason: reason.into(), hint: hint.into() }
    }

    pub(super) fn no_http2() -> Self {
        Self::new("it does not speak HTTP/2, so it is no conductord", "look at the port of --host")
    }

    /// Of a handshake that failed.
    pub(super) fn handshake(error: &io::Error) -> Self {
        Self::of(error).unwrap_or_else(|| {
            Self::new(
                format!("the handshake broke off: {error}"),
                "look at the host and the port of --host, and whether conductord has `[tls]` there",
            )
        })
    }

    /// Of what TLS itself complains of.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Error>().map(explain)
    }
}

fn explain(error: &Error) -> Told {
    match error {
        Error::InvalidCertificate(problem) => certificate(problem),
        Error::AlertReceived(alert) => alerted(*alert),
        Error::PeerIncompatible(_) => old_tls(),
        Error::NoApplicationProtocol => Told::no_http2(),
        Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => Told::new(
            "it answers without TLS, and nothing was said to it",
            "have `[tls]` set in its conductord.toml; without TLS a daemon is reached on its own \
             machine only",
        ),
        other => Told::new(other.to_string(), "look at the certificates on both sides"),
    }
}

fn old_tls() -> Told {
    Told::new(
        "it speaks no TLS 1.3, and nothing older is spoken here",
        "look at what stands between: conductord itself speaks TLS 1.3",
    )
}

/// What is wrong with the server's certificate.
fn certificate(problem: &CertificateError) -> Told {
    match problem {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Told::new(
            "its certificate is signed by nobody who is trusted here",
            "name the CA that signed it with --ca, when you have it from somebody you trust",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Told::new(
            "its certificate has expired",
            "whoever runs the daemon must renew it; when it was renewed, look at this machine's clock",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Told::new(
            "its certificate is not valid yet",
            "look at the clocks of this machine and of the one that made it",
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names = match presented.as_slice() {
                [] => "no name at all".to_owned(),
                names => names.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", "),
            };
            Told::new(
                format!("its certificate is for {names}, not for {}", expected.to_str()),
                "use a name of the certificate in --host, or have one made with this name",
            )
        }
        CertificateError::NotValidForName => Told::new(
            "its certificate is for another name",
            "use a name of the certificate in --host, or have one made with this name",
        ),
        CertificateError::Revoked => {
            Told::new("its certificate is revoked", "ask whoever runs the daemon")
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Told::new(
                "its certificate is not for servers",
                "it needs `serverAuth` in its extended key usage",
            )
        }
        // Among them the certificate of a CA that is used as it is.
        other => Told::new(
            format!("its certificate can't be used: {other}"),
            "a server's certificate is signed by a CA, is none itself, and names the server in its \
             subject alternative name",
        ),
    }
}

/// A name as it is written, of `DnsName("localhost")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

/// What the server complains of: mostly the certificate that it was shown, or missed.
fn alerted(alert: AlertDescription) -> Told {
    let own = "--cert and --cert-key name the certificate to be known by and its key";
    match alert {
        AlertDescription::CertificateRequired => Told::new("it asks for a client certificate", own),
        AlertDescription::UnknownCA => Told::new(
            "it does not trust whoever signed your certificate",
            "the CA must be in the file of `client_ca` of its conductord.toml",
        ),
        AlertDescription::CertificateExpired => {
            Told::new("your certificate has expired, it says", "have it renewed")
        }
        AlertDescription::CertificateRevoked => {
            Told::new("your certificate is revoked, it says", "have another one made")
        }
        AlertDescription::AccessDenied => Told::new(
            "your certificate does not say who you are",
            "it needs one URI, DNS name or address of mail in its subject alternative name, or a \
             common name, without spaces",
        ),
        AlertDescription::ProtocolVersion => old_tls(),
        AlertDescription::NoApplicationProtocol => Told::no_http2(),
        other => Told::new(format!("it refuses the connection: {other:?}"), own),
    }
}

#[cfg(test)]
mod tests {
    use rustls::InvalidMessage;

    use super::*;

    fn check(error: Error, words: &str) {
        let told = Told::handshake(&io::Error::other(error));
        assert!(told.reason.contains(words), "{told:?}");
        assert!(!told.hint.is_empty(), "{told:?}");
    }

    #[test]
    fn whatever_goes_wrong_is_told_with_its_mend() {
        check(CertificateError::UnknownIssuer.into(), "nobody who is trusted here");
        check(CertificateError::Expired.into(), "has expired");
        check(CertificateError::NotValidYet.into(), "not valid yet");
        check(CertificateError::NotValidForName.into(), "another name");
        check(CertificateError::Revoked.into(), "revoked");
        check(CertificateError::BadEncoding.into(), "can't be used");
        check(Error::AlertReceived(AlertDescription::CertificateRequired), "client certificate");
        check(Error::AlertReceived(AlertDescription::UnknownCA), "whoever signed your");
        check(Error::AlertReceived(AlertDescription::CertificateExpired), "your certificate has");
        check(Error::AlertReceived(AlertDescription::CertificateRevoked), "is revoked");
        check(Error::AlertReceived(AlertDescription::AccessDenied), "does not say who you are");
        check(Error::AlertReceived(AlertDescription::ProtocolVersion), "no TLS 1.3");
        check(Error::AlertReceived(AlertDescription::DecodeError), "refuses the connection");
        check(Error::InvalidMessage(InvalidMessage::InvalidContentType), "without TLS");
        check(Error::DecryptError, "decrypt");
    }

    #[test]
    fn a_connection_that_ends_is_told_too() {
        let told = Told::handshake(&io::ErrorKind::UnexpectedEof.into());
        assert!(told.reason.contains("broke off"), "{told:?}");
        assert_eq!(Told::of(&io::ErrorKind::ConnectionReset.into()), None);
    }

    #[test]
    fn names_are_told_as_they_are_written() {
        assert_eq!(bare("DnsName(\"localhost\")"), "localhost");
        assert_eq!(bare("IpAddress(127.0.0.1)"), "127.0.0.1");
        assert_eq!(bare("localhost"), "localhost");
    }
}
