//! OPA's signature of a bundle: `.signatures.json` holds one JSON web token, and the token the
//! digest of every other file. All of them must be there, unchanged, and nothing besides.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{
    archive::Entry,
    error::PolicyError,
    source::{MANIFEST, SIGNATURES, hex},
};

/// Says whether a signature is one of a key that is trusted: the algorithm as the token names it,
/// the id of its key (empty where it names none), what was signed, and the signature.
pub type Verifier<'a> = dyn Fn(&str, &str, &[u8], &[u8]) -> bool + 'a;

/// Signatures that are taken. OPA knows more, with secrets that both sides must have.
const ALGORITHMS: [&str; 2] = ["ES256", "RS256"];

#[derive(Debug, Deserialize)]
struct Signatures {
    signatures: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kid: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    files: Vec<SignedFile>,
    /// As older tools name the key.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    keyid: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct SignedFile {
    name: String,
    hash: String,
    #[serde(default)]
    algorithm: String,
}

/// What is known of a bundle that was signed by somebody who is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The id of the key, as the signature names it.
    pub key: String,
    /// Such as `ES256`.
    pub algorithm: String,
}

/// Checks that a bundle is just what was signed.
pub(super) fn check(entries: &[Entry], trust: &Verifier<'_>) -> Result<Signed, PolicyError> {
    let (_, signatures) = entries
        .iter()
        .find(|(name, _)| name == SIGNATURES)
        .ok_or_else(|| untrusted(format!("there is no {SIGNATURES} in it")))?;
    let signatures: Signatures = serde_json::from_slice(signatures)
        .map_err(|error| untrusted(format!("{SIGNATURES}: {error}")))?;
    let [token] = signatures.signatures.as_slice() else {
        return Err(untrusted(format!("{SIGNATURES} must hold exactly one signature")));
    };
    let (signed, payload) = verified(token, trust)?;
    let mut listed = BTreeMap::new();
    for file in payload.files {
        let name = file.name.trim_start_matches('/').to_owned();
        listed.insert(name, file);
    }
    for (name, content) in entries.iter().filter(|(name, _)| name != SIGNATURES) {
        let file = listed
            .remove(name.as_str())
            .ok_or_else(|| untrusted(format!("{name} is in the bundle and was not signed")))?;
        if !file.hash.eq_ignore_ascii_case(&digest(name, content, &file.algorithm)?) {
            return Err(untrusted(format!("{name} was changed since the bundle was signed")));
        }
    }
    match listed.into_keys().next() {
        Some(missing) => Err(untrusted(format!("{missing} was signed and is not in the bundle"))),
        None => Ok(signed),
    }
}

fn untrusted(why: String) -> PolicyError {
    PolicyError::Signature(why)
}

/// The payload of a token whose signature is good.
fn verified(token: &str, trust: &Verifier<'_>) -> Result<(Signed, Payload), PolicyError> {
    let odd = || untrusted(format!("{SIGNATURES} holds no signed token"));
    let (message, signature) = token.rsplit_once('.').ok_or_else(odd)?;
    let (header, payload) = message.split_once('.').ok_or_else(odd)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| odd());
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| odd())?;
    let payload: Payload = serde_json::from_slice(&decode(payload)?).map_err(|_| odd())?;
    if !ALGORITHMS.contains(&header.alg.as_str()) {
        let known = ALGORITHMS.join(" and ");
        return Err(untrusted(format!("it is signed with {}, and {known} are known", header.alg)));
    }
    let key = if header.kid.is_empty() { payload.keyid.clone() } else { header.kid };
    if !trust(&header.alg, &key, message.as_bytes(), &decode(signature)?) {
        return Err(untrusted(format!("the signature of key `{key}` is not good, or not trusted")));
    }
    Ok((Signed { key, algorithm: header.alg }, payload))
}

/// What is to be signed for a bundle to be taken: a token without its signature. The whole token is
/// this, a point, and the signature in URL-safe base64 without padding; it goes into
/// `.signatures.json` as `{"signatures": ["…"]}`.
///
/// # Errors
/// When a file that is hashed by its meaning is no JSON.
pub fn signing_input<'a, Files>(
    algorithm: &str,
    key: &str,
    files: Files,
) -> Result<String, PolicyError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let mut listed = Vec::new();
    for (name, content) in files {
        let algorithm = "SHA-256".to_owned();
        let hash = digest(name, content, &algorithm)?;
        listed.push(SignedFile { name: name.to_owned(), hash, algorithm });
    }
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    let part = |json: serde_json::Result<String>| {
        json.map(|json| URL_SAFE_NO_PAD.encode(json))
            .map_err(|error| PolicyError::Format(error.to_string()))
    };
    let header = Header { alg: algorithm.to_owned(), kid: key.to_owned() };
    let header = part(serde_json::to_string(&header))?;
    let payload = Payload { files: listed, keyid: String::new() };
    Ok(format!("{header}.{}", part(serde_json::to_string(&payload))?))
}

/// The digest of a file: of data and manifests by what they mean, of anything else by its bytes.
fn digest(name: &str, content: &[u8], algorithm: &str) -> Result<String, PolicyError> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let meant;
    let bytes = if file == "data.json" || file == MANIFEST {
        let value: Value = serde_json::from_slice(content)
            .map_err(|error| PolicyError::Format(format!("{name}: {error}")))?;
        let mut text = String::new();
        write_value(&value, &mut text);
        meant = text;
        meant.as_bytes()
    } else {
        content
    };
    match algorithm.to_ascii_uppercase().as_str() {
        "SHA-256" | "SHA256" => Ok(hex(&Sha256::digest(bytes))),
        "SHA-384" | "SHA384" => Ok(hex(&Sha384::digest(bytes))),
        "SHA-512" | "SHA512" => Ok(hex(&Sha512::digest(bytes))),
        other => Err(untrusted(format!("the digest `{other}` of {name} is not known"))),
    }
}

/// A value as OPA writes it for its digest: keys in order, no spaces.
fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (number, key) in keys.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(&fields[key], out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (number, element) in elements.iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_value(element, out);
            }
            out.push(']');
        }
        Value::String(text) => write_text(text, out),
        other => out.push_str(&other.to_string()),
    }
}

/// A string as Go writes it: like everybody, but for two separators of lines.
fn write_text(text: &str, out: &mut String) {
    let json = Value::from(text).to_string();
    out.push_str(&json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_hashed_by_what_it_means_and_rules_by_their_bytes() {
        let hash = |name, text: &str| digest(name, text.as_bytes(), "SHA-256").unwrap();
        let (loose, tight) =
            ("{\"b\": [1, \"é\\u2028<\"],\n \"a\": null}", "{\"a\":null,\"b\":[1,\"é\\u2028<\"]}");
        assert_eq!(hash("x/data.json", loose), hash("data.json", tight));
        assert_eq!(hash("data.json", tight), hash("other.json", tight));
        assert_ne!(hash("other.json", loose), hash("other.json", tight));
        assert_ne!(hash("a.rego", "x "), hash("a.rego", "x"));
        assert_eq!(hash(".manifest", "{ }"), hash("a.rego", "{}"));
        assert!(digest("a.rego", b"", "MD5").is_err());
        assert!(digest("data.json", b"{", "SHA-256").is_err());
    }

    /// The digests that OPA's own tests of its signer expect of data.
    #[test]
    fn digests_are_those_of_opa() {
        let expected = [
            (
                "a/b/c/data.json",
                "[1, 2,\n3]",
                "60f7b5dc86ded48785436192a08dbfd04894d7f1b417c4f8d3714679a7f78cb3\
                 c833f16a8559a1cf1f32968747dc1d95ef34826263dacf125ded8f5c374be4c0",
            ),
            (
                "a/b/y/data.json",
                "{ \"foo\": 1 }",
                "20f27a640a233e6524fe7d138898583cd43475724806feb26be7f214e1d10b29\
                 edf6a0d3cb08f82107a45686b61b8fdabab6406cf4e70efe134f42238dbd70ab",
            ),
        ];
        for (name, content, hash) in expected {
            assert_eq!(digest(name, content.as_bytes(), "SHA-512").unwrap(), hash, "{name}");
        }
    }
}
