//! The certificate files, read and checked as a whole.

use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::Clock;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{
        CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime, pem::PemObject,
    },
    server::{NoServerSessionStorage, WebPkiClientVerifier, danger::ClientCertVerifier},
    time_provider::TimeProvider,
    version::TLS13,
};

use super::{certificate::times, clients::Named};
use crate::limits::PEM_BYTES_MAX;

/// What is spoken inside: HTTP/2, as gRPC is.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// Bits that let others at a file.
const MODE_OTHERS: u32 = 0o077;

/// Where certificates are, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate, with those between it and its CA.
    pub certificate: PathBuf,
    /// Its private key, which nobody else can read.
    pub key: PathBuf,
    /// CAs that vouch for clients; without them no client is asked for a certificate.
    pub client_ca: Option<PathBuf>,
    /// Which of their certificates are revoked.
    pub client_crl: Option<PathBuf>,
    /// Whether nobody is let in without a certificate.
    pub required: bool,
}

/// Why certificate files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The disk refused.
    #[error("read the {what} {path}: {problem}")]
    Io {
        /// What the file is for.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// Others can read the private key.
    #[error(
        "use the private key {path}: its mode is {mode:04o}, so that others can get at it; have a \
         new one made, or, when nobody did, set the mode to 0600"
    )]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// What is in a file is something else, or does not fit.
    #[error("use the {what} {path}: {problem}")]
    Content {
        /// What the file is for.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// What the files come to.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) config: Arc<ServerConfig>,
    /// When the server's certificate begins and ends.
    pub(super) valid: (Timestamp, Timestamp),
    /// The files whole, to know a change by.
    pub(super) read: Read,
}

/// Bytes of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
    client_crl: Option<Vec<u8>>,
}

impl Read {
    /// Of all of them. Blocks.
    pub(super) fn of(files: &TlsFiles) -> Result<Self, TlsError> {
        let (key, mode) = read("private key", &files.key)?;
        if mode & MODE_OTHERS != 0 {
            return Err(TlsError::Exposed { path: files.key.clone(), mode });
        }
        let other = |what, path: &Option<PathBuf>| {
            path.as_ref().map(|path| read(what, path)).transpose().map(|read| read.map(|r| r.0))
        };
        Ok(Self {
            certificate: read("certificate", &files.certificate)?.0,
            key,
            client_ca: other("CA of clients", &files.client_ca)?,
            client_crl: other("list of revoked certificates", &files.client_crl)?,
        })
    }

    /// Whether they let in the same clients.
    pub(super) fn same_clients(&self, other: &Self) -> bool {
        (&self.client_ca, &self.client_crl) == (&other.client_ca, &other.client_crl)
    }
}

impl Loaded {
    /// Checks that all of it can be used together.
    pub(super) fn of(
        files: &TlsFiles,
        read: Read,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, TlsError> {
        let wrong = |what, path: &Path, problem: String| TlsError::Content {
            what,
            path: path.to_owned(),
            problem,
        };
        let chain =
            all::<CertificateDer<'static>>(("certificate", &files.certificate), &read.certificate)?;
        let valid = chain.first().and_then(times).ok_or_else(|| {
            wrong("certificate", &files.certificate, "it is no certificate that is read".into())
        })?;
        let key = PrivateKeyDer::from_pem_slice(&read.key).map_err(|_| {
            let problem = "there is no private key in it that is read: PEM, without a passphrase";
            wrong("private key", &files.key, problem.into())
        })?;
        let provider = Arc::new(ring::default_provider());
        let builder =
            ServerConfig::builder_with_details(provider, Arc::new(OurTime(Arc::clone(clock))))
                .with_protocol_versions(&[&TLS13])
                .map_err(|error| wrong("certificate", &files.certificate, error.to_string()))?;
        let builder = match clients(files, &read)? {
            None => builder.with_no_client_auth(),
            Some(verifier) => builder.with_client_cert_verifier(verifier),
        };
        let mut config = builder.with_single_cert(chain, key).map_err(|error| {
            wrong(
                "private key",
                &files.key,
                format!("it does not go with the certificate: {error}"),
            )
        })?;
        config.alpn_protocols = ALPN.map(<[u8]>::to_vec).to_vec();
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { config: Arc::new(config), valid, read })
    }
}

/// What checks clients' certificates.
fn clients(files: &TlsFiles, read: &Read) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
    let (Some(path), Some(bytes)) = (&files.client_ca, &read.client_ca) else { return Ok(None) };
    let wrong =
        |problem: String| TlsError::Content { what: "CA of clients", path: path.clone(), problem };
    let mut roots = RootCertStore::empty();
    for certificate in all::<CertificateDer<'static>>(("CA of clients", path), bytes)? {
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    let provider = Arc::new(ring::default_provider());
    let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if let (Some(path), Some(bytes)) = (&files.client_crl, &read.client_crl) {
        let lists = all::<CertificateRevocationListDer<'static>>(
            ("list of revoked certificates", path),
            bytes,
        )?;
        // A list that is past its next update says nothing of today: nobody of that CA is let in.
        builder = builder
            .with_crls(lists)
            .only_check_end_entity_revocation()
            .enforce_revocation_expiration();
    }
    if !files.required {
        builder = builder.allow_unauthenticated();
    }
    let verifier = builder.build().map_err(|error| wrong(error.to_string()))?;
    Ok(Some(Arc::new(Named(verifier))))
}

/// All that a file has of a kind; at least one.
fn all<T: PemObject>((what, path): (&'static str, &Path), text: &[u8]) -> Result<Vec<T>, TlsError> {
    let found: Result<Vec<T>, _> = T::pem_slice_iter(text).collect();
    let problem = match found {
        Ok(found) if !found.is_empty() => return Ok(found),
        Ok(_) => "there is none in it; PEM is what is read".to_owned(),
        Err(error) => format!("it is no PEM: {error}"),
    };
    Err(TlsError::Content { what, path: path.to_owned(), problem })
}

/// A file's bytes and its permission bits.
fn read(what: &'static str, path: &Path) -> Result<(Vec<u8>, u32), TlsError> {
    let failed = |problem| TlsError::Io { what, path: path.to_owned(), problem };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    let mut bytes = Vec::new();
    file.take(PEM_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > PEM_BYTES_MAX) {
        let problem = format!("it has more than {PEM_BYTES_MAX} bytes");
        return Err(TlsError::Content { what, path: path.to_owned(), problem });
    }
    Ok((bytes, mode))
}

/// The daemon's clock, for certificates.
struct OurTime(Arc<dyn Clock>);

impl std::fmt::Debug for OurTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OurTime").field(&self.0.now()).finish()
    }
}

impl TimeProvider for OurTime {
    fn current_time(&self) -> Option<UnixTime> {
        let since_1970 = std::time::Duration::from_millis(self.0.now().unix_ms);
        Some(UnixTime::since_unix_epoch(since_1970))
    }
}
