//! The keys of a provider, as it publishes them (RFC 7517).

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;

/// Keys of one provider that are taken; more are not looked at.
const KEYS_MAX: usize = 64;

/// Why a document is no set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoKeySet {
    /// It has another form.
    #[error("it is no JSON Web Key Set")]
    Form,
    /// It has none by which a token could be checked.
    #[error("it holds no key that signs by an algorithm that is known here")]
    Empty,
}

/// A provider's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet(Vec<Jwk>);

impl KeySet {
    /// Reads a set. What is of no use here is passed over: keys of other kinds or for other uses.
    ///
    /// # Errors
    /// [`NoKeySet`]
    pub fn parse(bytes: &[u8]) -> Result<Self, NoKeySet> {
        let document: Value = serde_json::from_slice(bytes).map_err(|_| NoKeySet::Form)?;
        let keys = document.get("keys").and_then(Value::as_array).ok_or(NoKeySet::Form)?;
        // Each by itself: one that is strange does not hide the others.
        let known = keys.iter().take(KEYS_MAX).filter_map(jwk);
        let useful: Vec<Jwk> = known.filter(is_useful).collect();
        if useful.is_empty() { Err(NoKeySet::Empty) } else { Ok(Self(useful)) }
    }

    /// The key that a token names, or the only one that can be meant where it names none.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let fits = |key: &&Jwk| {
            let named = id.is_none_or(|id| key.common.key_id.as_deref() == Some(id));
            named && signs(key, algorithm)
        };
        let mut fitting = self.0.iter().filter(fits);
        let key = fitting.next()?;
        // A name stands for one key. Without one there is nothing to tell several apart by.
        if fitting.next().is_some() {
            return None;
        }
        DecodingKey::from_jwk(key).ok()
    }
}

fn jwk(value: &Value) -> Option<Jwk> {
    serde_json::from_value(value.clone()).ok()
}

fn is_useful(key: &Jwk) -> bool {
    let for_signatures = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    for_signatures && family(key).is_some()
}

/// What a key signs by; nothing for one that both sides would have to hold.
fn family(key: &Jwk) -> Option<AlgorithmFamily> {
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => Some(AlgorithmFamily::Rsa),
        AlgorithmParameters::EllipticCurve(_) => Some(AlgorithmFamily::Ec),
        AlgorithmParameters::OctetKeyPair(_) => Some(AlgorithmFamily::Ed),
        _ => None,
    }
}

fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    let of_family = family(key) == Some(algorithm.family());
    let for_it = key.common.key_algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm));
    let on_curve = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => {
            key.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => {
            key.curve == EllipticCurve::P384
        }
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => {
            key.curve == EllipticCurve::Ed25519
        }
        (AlgorithmParameters::RSA(_), _) => true,
        _ => false,
    };
    of_family && for_it && on_curve
}

#[cfg(test)]
mod tests {
    use super::*;

    const EC: &str = r#"{"kty": "EC", "crv": "P-256", "kid": "a", "x": "AA", "y": "AA"}"#;

    fn count(keys: &str) -> Result<usize, NoKeySet> {
        KeySet::parse(format!(r#"{{"keys": [{keys}]}}"#).as_bytes()).map(|set| set.0.len())
    }

    #[test]
    fn what_is_of_no_use_is_passed_over() {
        assert_eq!(count(EC), Ok(1));
        let others = [
            r#"{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}"#,
            r#"{"kty": "EC", "crv": "P-256", "use": "enc", "kid": "b", "x": "AA", "y": "AA"}"#,
            r#"{"kty": "EC", "crv": "secp256k1", "kid": "c", "x": "AA", "y": "AA"}"#,
            r#"{"kty": "new"}"#,
            "7",
        ];
        for other in others {
            assert_eq!(count(other), Err(NoKeySet::Empty), "{other}");
            assert_eq!(count(&format!("{other}, {EC}")), Ok(1), "{other}");
        }
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for text in ["", "[]", "{}", r#"{"keys": {}}"#, "<html>"] {
            assert_eq!(KeySet::parse(text.as_bytes()), Err(NoKeySet::Form), "{text}");
        }
    }

    #[test]
    fn a_name_stands_for_one_key_and_no_name_for_the_only_one() {
        let set =
            |keys: &str| KeySet::parse(format!(r#"{{"keys": [{keys}]}}"#).as_bytes()).unwrap();
        let other = EC.replace(r#""a""#, r#""b""#);
        let one = set(EC);
        assert!(one.find(Some("a"), Algorithm::ES256).is_some());
        assert!(one.find(None, Algorithm::ES256).is_some());
        assert!(one.find(Some("b"), Algorithm::ES256).is_none());
        assert!(one.find(Some("a"), Algorithm::ES384).is_none(), "another curve");
        assert!(one.find(Some("a"), Algorithm::RS256).is_none(), "another kind");
        let two = set(&format!("{EC}, {other}"));
        assert!(two.find(Some("b"), Algorithm::ES256).is_some());
        assert!(two.find(None, Algorithm::ES256).is_none());
        assert!(set(&format!("{EC}, {EC}")).find(Some("a"), Algorithm::ES256).is_none());
        let bound = set(&EC.replace(r#""kid""#, r#""alg": "ES384", "kid""#));
        assert!(bound.find(Some("a"), Algorithm::ES256).is_none(), "for another algorithm");
    }
}
