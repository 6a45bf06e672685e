//! `[tls]`: certificates for TCP.

use std::path::PathBuf;

use conductor_api::TlsFiles;
use serde::Deserialize;

use super::paths;
use crate::exit::{Ended, Kind};

/// `[tls]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    client_ca: Option<PathBuf>,
    client_crl: Option<PathBuf>,
    client_certificates: Option<Wanted>,
}

/// What is asked of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    /// A certificate, or the connection is refused.
    Required,
    /// A certificate where they have one.
    Optional,
}

impl File {
    /// The files, when there is TLS.
    pub(super) fn settings(self) -> Result<Option<TlsFiles>, Ended> {
        let (certificate, key) = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => (certificate, key),
            (None, None) if self.client_ca.is_none() && self.client_crl.is_none() => {
                return match self.client_certificates {
                    None => Ok(None),
                    Some(_) => wrong("`certificate` and `key` are missing"),
                };
            }
            (Some(_), None) => return wrong("`key`, the certificate's private key, is missing"),
            (None, Some(_)) => return wrong("`certificate`, which the key is for, is missing"),
            (None, None) => return wrong("`certificate` and `key` are missing"),
        };
        if self.client_ca.is_none() {
            if self.client_crl.is_some() {
                return wrong("`client_crl` revokes certificates of `client_ca`, which is missing");
            }
            if self.client_certificates.is_some() {
                return wrong("`client_certificates` needs `client_ca`, the CA that signs them");
            }
        }
        let absolute = |path: Option<PathBuf>| path.map(|path| paths::absolute(&path)).transpose();
        Ok(Some(TlsFiles {
            certificate: paths::absolute(&certificate)?,
            key: paths::absolute(&key)?,
            client_ca: absolute(self.client_ca)?,
            client_crl: absolute(self.client_crl)?,
            required: self.client_certificates == Some(Wanted::Required),
        }))
    }
}

fn wrong<T>(problem: &str) -> Result<T, Ended> {
    Err(Ended::because(Kind::Configuration, format!("use `[tls]` of the configuration: {problem}")))
}

/// The settings in a line.
pub(super) fn shown(tls: Option<&TlsFiles>) -> String {
    let Some(files) = tls else { return "none".to_owned() };
    let clients = match (&files.client_ca, files.required) {
        (None, _) => "clients have no certificates".to_owned(),
        (Some(ca), true) => format!("clients need certificates by {}", ca.display()),
        (Some(ca), false) => format!("clients may have certificates by {}", ca.display()),
    };
    let crl = files.client_crl.as_ref();
    let crl = crl.map_or(String::new(), |crl| format!(", but for those of {}", crl.display()));
    format!("{}, {clients}{crl}", files.certificate.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let said = match toml::from_str::<File>(text) {
            Err(error) => error.to_string(),
            Ok(file) => match file.settings() {
                Err(error) => format!("{error:?}"),
                Ok(files) => shown(files.as_ref()),
            },
        };
        assert!(said.contains(expected), "{text} gave {said}");
    }

    #[test]
    fn the_parts_that_belong_together_are_there() {
        check("", "none");
        check("certificate = '/c'\nkey = '/k'", "/c, clients have no certificates");
        check(
            "certificate = '/c'\nkey = '/k'\nclient_ca = '/a'",
            "clients may have certificates by /a",
        );
        check(
            "certificate = '/c'\nkey = '/k'\nclient_ca = '/a'\nclient_crl = '/r'\n\
             client_certificates = 'required'",
            "clients need certificates by /a, but for those of /r",
        );
        check("certificate = '/c'", "`key`");
        check("key = '/k'", "`certificate`");
        check("client_ca = '/a'", "`certificate` and `key` are missing");
        check("client_certificates = 'required'", "`certificate` and `key` are missing");
        check("certificate = '/c'\nkey = '/k'\nclient_crl = '/r'", "`client_ca`");
        check("certificate = '/c'\nkey = '/k'\nclient_certificates = 'optional'", "`client_ca`");
        check("client_certificates = 'never'", "unknown variant");
        check("cert = '/c'", "unknown field");
    }
}
