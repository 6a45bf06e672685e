//! Certificates as `openssl` makes them: a CA in a folder of its own, what it issues and revokes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// What `openssl ca` is told.
const CONFIG: &str = "
[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = issued
serial = serial
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
unique_subject = no
policy = any
crl_extensions = crl_extensions
[any]
commonName = optional
organizationName = optional
emailAddress = optional
[crl_extensions]
authorityKeyIdentifier = keyid:always
[req]
distinguished_name = none
[none]
";

/// A CA that a test made.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
}

/// A certificate and its key.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM, readable by its owner only.
    pub key: PathBuf,
}

/// What a certificate is to say.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Such as `/CN=alice`.
    pub subject: &'a str,
    /// Subject alternative names, such as `DNS:localhost,IP:127.0.0.1`; empty for none.
    pub names: &'a str,
    /// When it begins and ends, such as `20200101000000Z`; from now on for 30 days without.
    pub times: Option<(&'a str, &'a str)>,
}

impl<'a> Wanted<'a> {
    /// One of 30 days.
    #[must_use]
    pub const fn of(subject: &'a str, names: &'a str) -> Self {
        Self { subject, names, times: None }
    }
}

impl Authority {
    /// A new one.
    ///
    /// # Panics
    /// When openssl fails.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn make(name: &str) -> Self {
        let folder = TempDir::with_prefix("authority-").expect("make a folder");
        let write = |file: &str, text: &str| {
            fs::write(folder.path().join(file), text).expect("write a file");
        };
        write("ca.cnf", CONFIG);
        write("index.txt", "");
        write("serial", "1000\n");
        write("crlnumber", "1000\n");
        fs::create_dir(folder.path().join("issued")).expect("make a folder");
        let authority = Self { folder };
        let subject = format!("/CN={name}");
        authority.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-subj",
            &subject,
            "-days",
            "60",
        ]);
        authority.list_revoked();
        authority
    }

    /// Its own certificate.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The list of those that it revoked, as it stands.
    #[must_use]
    pub fn revoked(&self) -> PathBuf {
        self.folder.path().join("crl.pem")
    }

    /// Issues a certificate into files of that name.
    ///
    /// # Panics
    /// When openssl fails.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn issue(&self, name: &str, wanted: Wanted<'_>) -> Issued {
        let file = |kind: &str| format!("{name}.{kind}");
        let (certificate, key, asked) = (file("pem"), file("key"), file("request"));
        self.openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &asked,
            "-subj",
            wanted.subject,
        ]);
        let names = match wanted.names {
            "" => String::new(),
            names => format!("subjectAltName={names}\n"),
        };
        let extensions = self.folder.path().join("extensions");
        fs::write(extensions, format!("basicConstraints=CA:FALSE\n{names}")).expect("write it");
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-in",
            &asked,
            "-out",
            &certificate,
            "-extfile",
            "extensions",
        ];
        if let Some((begins, ends)) = wanted.times {
            arguments.extend(["-startdate", begins, "-enddate", ends]);
        }
        self.openssl(&arguments);
        let at = |name: &str| self.folder.path().join(name);
        Issued { certificate: at(&certificate), key: at(&key) }
    }

    /// Revokes one; the list says so from now on.
    ///
    /// # Panics
    /// When openssl fails.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn revoke(&self, issued: &Issued) {
        let certificate = issued.certificate.to_str().expect("a path that is UTF-8");
        self.openssl(&["ca", "-config", "ca.cnf", "-revoke", certificate]);
        self.list_revoked();
    }

    fn list_revoked(&self) {
        self.openssl(&["ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.new"]);
        // As a whole, so that nobody reads half of it.
        let path = |name: &str| self.folder.path().join(name);
        fs::rename(path("crl.new"), path("crl.pem")).ok();
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(self.folder()).output();
        let output = output.unwrap_or_else(|error| panic!("openssl does not start: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {}: {said}", arguments.join(" "));
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }
}
