//! What a certificate says: whose it is, and until when.

use conductor_domain::{scope::Principal, time::Timestamp};
use rustls::pki_types::CertificateDer;
use x509_cert::{
    Certificate,
    attr::AttributeTypeAndValue,
    der::{
        Decode as _,
        asn1::{Any, ObjectIdentifier, PrintableStringRef, Utf8StringRef},
    },
    ext::pkix::{SubjectAltName, name::GeneralName},
};

use crate::limits::CERTIFICATE_NAME_BYTES_MAX;

/// `id-at-commonName`.
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// What principals are called that are known by a certificate.
const KIND: &str = "cert:";

/// What is wanted of a client's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// `cert:` and the name.
    pub(super) principal: Principal,
    /// When it ends.
    pub(super) until: Timestamp,
}

/// Whose a certificate is; `None` when it names nobody, or several.
///
/// The subject alternative names count, and of them the first kind that there is: a URI (a SPIFFE
/// id, say), a DNS name, an address of mail. Only a certificate without any of these is known by its
/// common name. Two of the kind that counts name two, and so nobody.
pub(super) fn subject(certificate: &CertificateDer<'_>) -> Option<Subject> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let known = certificate.tbs_certificate.get::<SubjectAltName>().ok()?;
    let names = known.map(|(_, names)| names.0).unwrap_or_default();
    let name = match alternative(&names) {
        Some(names) => only(names)?,
        None => only(common_names(&certificate))?,
    };
    let fits = (1..=CERTIFICATE_NAME_BYTES_MAX).contains(&name.len());
    if !fits || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let until = ends(&certificate);
    Some(Subject { principal: Principal::new(format!("{KIND}{name}")), until })
}

/// When a certificate ends, and when it begins.
pub(super) fn times(certificate: &CertificateDer<'_>) -> Option<(Timestamp, Timestamp)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let begins = certificate.tbs_certificate.validity.not_before.to_unix_duration();
    Some((timestamp(begins), ends(&certificate)))
}

fn ends(certificate: &Certificate) -> Timestamp {
    timestamp(certificate.tbs_certificate.validity.not_after.to_unix_duration())
}

fn timestamp(since_1970: std::time::Duration) -> Timestamp {
    Timestamp::from_unix_ms(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// Names of the first kind that there is.
fn alternative(names: &[GeneralName]) -> Option<Vec<String>> {
    let uri = |name: &GeneralName| match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        _ => None,
    };
    let dns = |name: &GeneralName| match name {
        GeneralName::DnsName(dns) => Some(dns.as_str().to_ascii_lowercase()),
        _ => None,
    };
    let mail = |name: &GeneralName| match name {
        GeneralName::Rfc822Name(mail) => Some(mail.to_string()),
        _ => None,
    };
    let found: [Vec<String>; 3] = [
        names.iter().filter_map(uri).collect(),
        names.iter().filter_map(dns).collect(),
        names.iter().filter_map(mail).collect(),
    ];
    found.into_iter().find(|names| !names.is_empty())
}

fn common_names(certificate: &Certificate) -> Vec<String> {
    let parts = certificate.tbs_certificate.subject.0.iter();
    let attributes = parts.flat_map(|part| part.0.iter());
    let common = attributes.filter(|attribute| attribute.oid == COMMON_NAME);
    // One that can't be read counts, so that another beside it does not stand alone.
    common.map(|attribute| text(attribute).unwrap_or_default()).collect()
}

fn text(attribute: &AttributeTypeAndValue) -> Option<String> {
    let value: &Any = &attribute.value;
    let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
    let printable =
        || value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned());
    utf8.or_else(|_| printable()).ok()
}

fn only(mut names: Vec<String>) -> Option<String> {
    let first = names.pop();
    if names.is_empty() { first } else { None }
}
