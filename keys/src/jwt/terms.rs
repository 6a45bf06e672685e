//! On what terms a token is good, checked one after the other.

use jsonwebtoken::{Validation, dangerous, decode, decode_header, errors::ErrorKind};
use serde_json::{Map, Value};

use super::{Algorithm, Claims, KeySet, arithmetic};

/// Types of tokens that are taken, besides none: those that say who somebody is or what they may.
const TYPES: [&str; 3] = ["jwt", "at+jwt", "application/at+jwt"];

/// What a token has to keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who gave it: `iss`, exactly.
    pub issuer: String,
    /// For whom: one of `aud`.
    pub audience: String,
    /// How it may be signed.
    pub algorithms: Vec<Algorithm>,
    /// How far apart the clocks may be, in seconds.
    pub skew: u64,
}

/// Why a token is not good. Each is one check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No signed token at all.
    #[error("it is no signed JSON web token")]
    Form,
    /// `alg`
    #[error("its `alg` is none by which tokens may be signed here")]
    Algorithm,
    /// `typ`, or a part that has to be understood (`crit`).
    #[error("its `typ` is that of another kind of token")]
    Type,
    /// `kid`
    #[error("its `kid` names no key of the issuer, or several")]
    UnknownKey,
    /// The signature.
    #[error("its signature is not the issuer's")]
    Signature,
    /// `iss`
    #[error("its `iss` is another issuer")]
    Issuer,
    /// `aud`
    #[error("its `aud` is somebody else")]
    Audience,
    /// `exp`, for so many seconds.
    #[error("its `exp` was {0} s ago")]
    Expired(u64),
    /// `nbf`
    #[error("its `nbf` is in {0} s only")]
    NotYet(u64),
    /// `iat`
    #[error("its `iat` is {0} s ahead of this clock")]
    FromAhead(u64),
    /// A time that is missing or no number.
    #[error("its `{0}` is missing, or no time")]
    Time(&'static str),
    /// `sub`
    #[error("its `sub` is missing")]
    Subject,
    /// The claim that names somebody.
    #[error("its `{claim}` {why}")]
    Name {
        /// Which.
        claim: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Fault {
    /// The check in a word, to count by.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Algorithm => "alg",
            Self::Type => "typ",
            Self::UnknownKey => "kid",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::Expired(_) => "exp",
            Self::NotYet(_) => "nbf",
            Self::FromAhead(_) => "iat",
            Self::Time(claim) => claim,
            Self::Subject => "sub",
            Self::Name { .. } => "claim",
        }
    }
}

impl Terms {
    /// Whether a token is good at a time (seconds since 1970), and what it then says.
    ///
    /// # Errors
    /// The first check that fails. Nothing that the token says is looked at before its signature is
    /// found good, but for what is needed to check that.
    pub fn check(&self, token: &str, keys: &KeySet, now: u64) -> Result<Claims, Fault> {
        arithmetic::install();
        let header = match decode_header(token) {
            Ok(header) => header,
            Err(error) => return Err(unread(token, error.kind())),
        };
        if !self.algorithms.iter().any(|taken| taken.0 == header.alg) {
            return Err(Fault::Algorithm);
        }
        let of_type = |given: &String| TYPES.contains(&given.to_ascii_lowercase().as_str());
        if !header.typ.as_ref().is_none_or(of_type) || header.crit.is_some() {
            return Err(Fault::Type);
        }
        let key = keys.find(header.kid.as_deref(), header.alg).ok_or(Fault::UnknownKey)?;
        // The library checks the form and the signature; what the claims say is checked below, at
        // the time that is given.
        let mut signature_only = Validation::new(header.alg);
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        let decoded = decode::<Map<String, Value>>(token, &key, &signature_only);
        let claims = decoded.map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => Fault::Signature,
            _ => Fault::Form,
        })?;
        self.claims(claims.claims, now)
    }

    fn claims(&self, all: Map<String, Value>, now: u64) -> Result<Claims, Fault> {
        let text = |name: &str| all.get(name).and_then(Value::as_str);
        if text("iss") != Some(&self.issuer) {
            return Err(Fault::Issuer);
        }
        let for_us = match all.get("aud") {
            Some(Value::String(one)) => *one == self.audience,
            Some(Value::Array(several)) => {
                several.iter().any(|one| one.as_str() == Some(&self.audience))
            }
            _ => false,
        };
        if !for_us {
            return Err(Fault::Audience);
        }
        let expires_at = time(&all, "exp")?.ok_or(Fault::Time("exp"))?;
        // At its end a token has ended; the skew is the only grace.
        let end = expires_at.saturating_add(self.skew);
        if now >= end {
            return Err(Fault::Expired(now - expires_at));
        }
        let ahead = now.saturating_add(self.skew);
        if let Some(from) = time(&all, "nbf")?.filter(|from| *from > ahead) {
            return Err(Fault::NotYet(from - now));
        }
        if let Some(made) = time(&all, "iat")?.filter(|made| *made > ahead) {
            return Err(Fault::FromAhead(made - now));
        }
        if text("sub").is_none_or(str::is_empty) {
            return Err(Fault::Subject);
        }
        Ok(Claims { expires_at, all })
    }
}

/// A token whose header is not understood: by its algorithm, or altogether.
fn unread(token: &str, error: &ErrorKind) -> Fault {
    let is_json = matches!(error, ErrorKind::Json(_));
    let whole = is_json && dangerous::insecure_decode_claims::<Map<String, Value>>(token).is_ok();
    if whole { Fault::Algorithm } else { Fault::Form }
}

/// A time in whole seconds, where there is one. It may be written with a fraction.
fn time(all: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, Fault> {
    let Some(value) = all.get(name) else { return Ok(None) };
    if let Some(seconds) = value.as_u64() {
        return Ok(Some(seconds));
    }
    let fraction = value.as_f64().filter(|seconds| (0.0..=TIME_MAX).contains(seconds));
    fraction.map(|seconds| Some(whole(seconds))).ok_or(Fault::Time(name))
}

/// The latest time that is taken where it is written with a fraction; far beyond any calendar.
const TIME_MAX: f64 = 9_007_199_254_740_991.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative and below 2^53"
)]
fn whole(seconds: f64) -> u64 {
    seconds as u64
}
