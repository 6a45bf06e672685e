//! Whom a console or a worker trusts, and by which certificate it is known itself.

use std::{
    fs::File,
    hash::{Hash, Hasher},
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    version::TLS13,
};

use crate::limits::PEM_BYTES_MAX;

/// What is spoken inside: HTTP/2, as gRPC is.
pub(super) const ALPN: &[u8] = b"h2";
/// Bits that let others at a file.
const MODE_OTHERS: u32 = 0o077;

/// Where certificates are, in PEM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustFiles {
    /// The CAs that are trusted, instead of the system's.
    pub ca: Option<PathBuf>,
    /// The certificate to be known by, with those between it and its CA.
    pub certificate: Option<PathBuf>,
    /// Its private key; without this it is looked for in the file of the certificate.
    pub key: Option<PathBuf>,
}

/// Why certificates could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The disk refused.
    #[error("read {path}: {problem}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// Others can read the private key.
    #[error(
        "use the private key in {path}: its mode is {mode:04o}, so that others can get at it; \
         have a new one made, or, when nobody did, set the mode to 0600"
    )]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// What is in a file is something else, or does not fit.
    #[error("use {path}: {problem}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and with what it is mended.
        problem: String,
    },
    /// There is a key and no certificate.
    #[error("use a private key without its certificate: name that, too")]
    KeyAlone,
    /// The system trusts nobody.
    #[error("find the system's trusted certificates{0}; name the CA that signed the daemon's")]
    NoRoots(String),
}

/// Whom a connection trusts, and who it says it is. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

impl PartialEq for Trust {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Trust {}

impl Hash for Trust {
    fn hash<H: Hasher>(&self, _: &mut H) {
        // What is equal hashes alike; that is all that is needed.
    }
}

impl Trust {
    /// Trusts the CAs of the files, or else the system's. Blocks.
    ///
    /// # Errors
    /// [`TrustError`]
    pub fn of(files: &TrustFiles) -> Result<Self, TrustError> {
        let roots = match &files.ca {
            Some(path) => roots_of(path)?,
            None => roots_of_system()?,
        };
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| TrustError::NoRoots(format!(": {error}")))?
            .with_root_certificates(roots);
        let mut config = match (&files.certificate, &files.key) {
            (None, None) => builder.with_no_client_auth(),
            (None, Some(_)) => return Err(TrustError::KeyAlone),
            (Some(certificate), key) => {
                let chain = certificates(certificate)?;
                let key_path = key.as_ref().unwrap_or(certificate);
                let key = private_key(key_path)?;
                builder.with_client_auth_cert(chain, key).map_err(|error| {
                    content(key_path, format!("it does not go with the certificate: {error}"))
                })?
            }
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        // A daemon looks at certificates each time, and gives no tickets.
        config.resumption = Resumption::disabled();
        Ok(Self(Arc::new(config)))
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}

fn content(path: &Path, problem: impl Into<String>) -> TrustError {
    TrustError::Content { path: path.to_owned(), problem: problem.into() }
}

fn roots_of(path: &Path) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| content(path, error.to_string()))?;
    }
    Ok(roots)
}

fn roots_of_system() -> Result<RootCertStore, TrustError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // One that is no certificate is no reason to trust none of the others.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
        return Err(TrustError::NoRoots(why));
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let (text, _) = read(path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => {
            Err(content(path, "there is no certificate in it; PEM is what is read"))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(content(path, format!("it is no PEM: {error}"))),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TrustError> {
    let (text, mode) = read(path)?;
    if mode & MODE_OTHERS != 0 {
        return Err(TrustError::Exposed { path: path.to_owned(), mode });
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        content(path, "there is no private key in it that is read: PEM, without a passphrase")
    })
}

/// A file's bytes and its permission bits.
fn read(path: &Path) -> Result<(Vec<u8>, u32), TrustError> {
    let failed = |problem| TrustError::Io { path: path.to_owned(), problem };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    let mut bytes = Vec::new();
    file.take(PEM_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > PEM_BYTES_MAX) {
        return Err(content(path, format!("it has more than {PEM_BYTES_MAX} bytes")));
    }
    Ok((bytes, mode))
}
