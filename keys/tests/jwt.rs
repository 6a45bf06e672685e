//! Tokens of an OpenID provider: by generated keys of each kind, good and with each fault.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]
#![expect(clippy::disallowed_methods, reason = "openssl is a program")]

use std::process::Command;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use conductor_keys::jwt::{Algorithm, Fault, KeySet, Terms};
use ring::{
    hmac,
    rand::SystemRandom,
    rsa,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    },
};
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example.org";
const AUDIENCE: &str = "https://conductor.example.org";
const NOW: u64 = 1_800_000_000;
const SKEW: u64 = 60;

/// A key of a provider.
enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Key {
    fn rsa(bits: u32) -> Self {
        let bits = format!("rsa_keygen_bits:{bits}");
        let made = Command::new("openssl")
            .args(["genpkey", "-algorithm", "RSA", "-outform", "DER", "-pkeyopt", &bits])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // Which of the two forms it is depends on the version of openssl.
        let pair = RsaKeyPair::from_pkcs8(&made.stdout);
        Self::Rsa(pair.or_else(|_| RsaKeyPair::from_der(&made.stdout)).unwrap())
    }

    fn p256() -> Self {
        let (dice, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &dice).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &dice).unwrap())
    }

    fn p384() -> Self {
        let (dice, algorithm) = (SystemRandom::new(), &ECDSA_P384_SHA384_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &dice).unwrap();
        Self::P384(EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &dice).unwrap())
    }

    fn ed() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    /// As the provider publishes it.
    fn published(&self, id: &str) -> Value {
        let point = |curve: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at((point.len() - 1) / 2);
            json!({"kty": "EC", "crv": curve, "x": B64.encode(x), "y": B64.encode(y)})
        };
        let mut key = match self {
            Self::Rsa(key) => {
                let parts: rsa::PublicKeyComponents<Vec<u8>> = key.public().into();
                json!({"kty": "RSA", "n": B64.encode(parts.n), "e": B64.encode(parts.e)})
            }
            Self::P256(key) => point("P-256", key.public_key().as_ref()),
            Self::P384(key) => point("P-384", key.public_key().as_ref()),
            Self::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": B64.encode(key.public_key())})
            }
        };
        key["kid"] = id.into();
        key["use"] = "sig".into();
        key
    }

    fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let dice = SystemRandom::new();
        let rsa = |key: &RsaKeyPair, padding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(padding, &dice, message, &mut signature).unwrap();
            signature
        };
        match (self, algorithm) {
            (Self::Rsa(key), "RS512") => rsa(key, &RSA_PKCS1_SHA512),
            (Self::Rsa(key), "PS256") => rsa(key, &RSA_PSS_SHA256),
            (Self::Rsa(key), _) => rsa(key, &RSA_PKCS1_SHA256),
            (Self::P256(key) | Self::P384(key), _) => {
                key.sign(&dice, message).unwrap().as_ref().to_vec()
            }
            (Self::Ed(key), _) => key.sign(message).as_ref().to_vec(),
        }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.sign(header["alg"].as_str().unwrap(), message.as_bytes());
        format!("{message}.{}", B64.encode(signature))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()))
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn terms() -> Terms {
    Terms {
        issuer: ISSUER.into(),
        audience: AUDIENCE.into(),
        algorithms: Algorithm::DEFAULT.to_vec(),
        skew: SKEW,
    }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "alice",
        "iat": NOW - 10, "nbf": NOW - 10, "exp": NOW + 300,
    })
}

/// A claim set to another value, or taken away.
fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
        value => claims[claim] = value,
    }
    claims
}

#[test]
fn a_good_token_of_each_kind_says_who_somebody_is() {
    let rsa = Key::rsa(2048);
    let kinds = [
        ("ES256", Key::p256()),
        ("EdDSA", Key::ed()),
        ("ES384", Key::p384()),
        ("RS512", Key::rsa(3072)),
    ];
    let check = |algorithm: &str, key: &Key| {
        let keys = set(&[Key::ed().published("old"), key.published("new")]);
        let all = Terms { algorithms: Algorithm::ALL.to_vec(), ..terms() };
        for typ in [json!("JWT"), json!("at+jwt"), json!("AT+JWT")] {
            let token = key.token(&json!({"alg": algorithm, "kid": "new", "typ": typ}), &claims());
            let said = all.check(&token, &keys, NOW).unwrap();
            assert_eq!((said.name("sub").unwrap(), said.expires_at), ("alice", NOW + 300));
        }
        let token = key.token(&json!({"alg": algorithm, "kid": "new"}), &claims());
        let is_default = Algorithm::DEFAULT.contains(&Algorithm::named(algorithm).unwrap());
        let by_default = terms().check(&token, &keys, NOW);
        assert_eq!(by_default.is_ok(), is_default, "{algorithm}: {by_default:?}");
    };
    check("RS256", &rsa);
    check("PS256", &rsa);
    for (algorithm, key) in &kinds {
        check(algorithm, key);
    }
}

fn check(key: &Key, claims: &Value, expected: &Result<&str, Fault>) {
    let token = key.token(&json!({"alg": "ES256", "kid": "k"}), claims);
    let said = terms().check(&token, &set(&[key.published("k")]), NOW);
    let name = said.as_ref().map(|claims| claims.name("sub").unwrap());
    assert_eq!(&name.map_err(Clone::clone), expected, "{claims}");
}

#[test]
fn each_claim_is_checked() {
    let key = Key::p256();
    let good = |claim: &str, value: Value| check(&key, &with(claim, value), &Ok("alice"));
    let bad = |claim: &str, value: Value, fault| check(&key, &with(claim, value), &Err(fault));

    for issuer in [json!(null), json!("https://id.example.org/"), json!([ISSUER]), json!(7)] {
        bad("iss", issuer, Fault::Issuer);
    }
    good("aud", json!(["https://other.example.org", AUDIENCE]));
    for audience in [json!(null), json!("https://other.example.org"), json!([]), json!([7])] {
        bad("aud", audience, Fault::Audience);
    }
    bad("sub", json!(null), Fault::Subject);
    bad("sub", json!(""), Fault::Subject);
    bad("sub", json!(7), Fault::Subject);
}

#[test]
fn each_time_is_checked_within_the_skew() {
    let key = Key::p256();
    let good = |claim: &str, value: Value| check(&key, &with(claim, value), &Ok("alice"));
    let bad = |claim: &str, value: Value, fault| check(&key, &with(claim, value), &Err(fault));

    good("exp", json!(NOW - SKEW + 1));
    good("exp", json!((NOW + 1) as f64 + 0.5));
    bad("exp", json!(NOW - SKEW), Fault::Expired(SKEW));
    bad("exp", json!(0), Fault::Expired(NOW));
    bad("exp", json!(null), Fault::Time("exp"));
    good("exp", json!(u64::MAX));
    for no_time in [json!("1900000000"), json!(-1), json!(1e300), json!({})] {
        bad("exp", no_time.clone(), Fault::Time("exp"));
        bad("nbf", no_time.clone(), Fault::Time("nbf"));
        bad("iat", no_time, Fault::Time("iat"));
    }
    good("nbf", json!(NOW + SKEW));
    good("nbf", json!(null));
    bad("nbf", json!(NOW + SKEW + 1), Fault::NotYet(SKEW + 1));
    good("iat", json!(NOW + SKEW));
    good("iat", json!(null));
    bad("iat", json!(NOW + SKEW + 1), Fault::FromAhead(SKEW + 1));
}

#[test]
fn nobody_else_makes_a_token() {
    let (key, other) = (Key::p256(), Key::p256());
    let keys = set(&[key.published("k")]);
    let check = |token: &str, fault: Fault| {
        assert_eq!(terms().check(token, &keys, NOW).map(|_| ()), Err(fault), "{token}");
    };
    let header = json!({"alg": "ES256", "kid": "k"});
    check(&other.token(&header, &claims()), Fault::Signature);
    check(&key.token(&json!({"alg": "ES256", "kid": "other"}), &claims()), Fault::UnknownKey);
    let good = key.token(&header, &claims());
    assert!(terms().check(&good, &keys, NOW).is_ok());

    let (message, signature) = good.rsplit_once('.').unwrap();
    let tampered = unsigned(&header, &with("sub", json!("mallory")));
    check(&format!("{tampered}.{signature}"), Fault::Signature);
    check(&format!("{message}."), Fault::Signature);
    let mut cut = B64.decode(signature).unwrap();
    cut.pop();
    check(&format!("{message}.{}", B64.encode(&cut)), Fault::Signature);
    // The same two numbers, as DER: another text for one token is none.
    check(&format!("{message}.{}", B64.encode([0x30, 0x06, 2, 1, 1, 2, 1, 1])), Fault::Signature);
    check(&format!("{good}="), Fault::Form);
}

#[test]
fn an_algorithm_is_never_the_tokens_choice() {
    let key = Key::rsa(2048);
    let published = key.published("k");
    let keys = set(std::slice::from_ref(&published));
    let check = |token: &str, fault: Fault| {
        assert_eq!(terms().check(token, &keys, NOW).map(|_| ()), Err(fault), "{token}");
    };
    for none in ["none", "None", "NONE", "nOnE"] {
        let message = unsigned(&json!({"alg": none, "kid": "k"}), &claims());
        check(&format!("{message}."), Fault::Algorithm);
        check(&message, Fault::Form);
    }
    // The public key, in each form that somebody might have it in, as the secret of an HMAC.
    let modulus = B64.decode(published["n"].as_str().unwrap()).unwrap();
    for secret in [modulus, published["n"].to_string().into_bytes(), published.to_string().into()] {
        let message = unsigned(&json!({"alg": "HS256", "kid": "k"}), &claims());
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let tag = hmac::sign(&secret, message.as_bytes());
        check(&format!("{message}.{}", B64.encode(tag)), Fault::Algorithm);
    }
    // A key of its own, brought along.
    let own = Key::p256();
    let header = json!({"alg": "ES256", "kid": "k", "jwk": own.published("k")});
    check(&own.token(&header, &claims()), Fault::UnknownKey);
    // RSA by a padding that is not taken.
    check(&key.token(&json!({"alg": "PS256", "kid": "k"}), &claims()), Fault::Algorithm);
}

#[test]
fn other_kinds_of_tokens_and_texts_are_refused() {
    let key = Key::p256();
    let keys = set(&[key.published("k")]);
    let check = |token: &str, fault: Fault| {
        assert_eq!(terms().check(token, &keys, NOW).map(|_| ()), Err(fault), "{token}");
    };
    for typ in ["logout+jwt", "dpop+jwt", "secevent+jwt", ""] {
        let header = json!({"alg": "ES256", "kid": "k", "typ": typ});
        check(&key.token(&header, &claims()), Fault::Type);
    }
    let header = json!({"alg": "ES256", "kid": "k", "crit": ["b64"], "b64": false});
    check(&key.token(&header, &claims()), Fault::Type);
    check(&key.token(&json!({"alg": "ES256", "kid": "k"}), &json!([1])), Fault::Form);
    for text in ["", ".", "..", "a.b.c", "a.b.c.d", "e30.e30.e30", "opaque-token"] {
        let refused = terms().check(text, &keys, NOW).unwrap_err();
        assert!(matches!(refused, Fault::Form | Fault::Algorithm), "{text}: {refused:?}");
    }
}

/// What is said of a bad token holds nothing of it.
#[test]
fn a_refusal_holds_nothing_of_the_token() {
    let key = Key::p256();
    let claims = json!({"iss": "canary", "aud": "canary", "sub": "canary", "exp": NOW + 1});
    let token = key.token(&json!({"alg": "ES256", "kid": "k"}), &claims);
    for (issuer, audience) in [(ISSUER, AUDIENCE), ("canary", AUDIENCE)] {
        let terms = Terms { issuer: issuer.into(), audience: audience.into(), ..terms() };
        let fault = terms.check(&token, &set(&[key.published("k")]), NOW).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("canary"), "{fault:?}");
    }
}
