//! JSON web tokens that an OpenID provider signs: whether one is good, and what it says.
//!
//! `jsonwebtoken` reads the formats, `ring` does the arithmetic, and what a token has to say is
//! checked here, claim by claim, so that a refusal names the check that failed. Nothing of a token
//! is in an error: neither itself nor what it holds.

mod arithmetic;
mod claims;
mod key_set;
mod terms;

pub use claims::Claims;
pub use key_set::{KeySet, NoKeySet};
pub use terms::{Fault, Terms};

use jsonwebtoken::Algorithm as Known;

/// An algorithm by which a provider may sign: never `none`, never one whose key both sides hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Algorithm(Known);

impl Algorithm {
    /// What providers use mostly.
    pub const DEFAULT: [Self; 3] = [Self(Known::RS256), Self(Known::ES256), Self(Known::EdDSA)];

    /// All that there are.
    pub const ALL: [Self; 9] = [
        Self(Known::RS256),
        Self(Known::RS384),
        Self(Known::RS512),
        Self(Known::PS256),
        Self(Known::PS384),
        Self(Known::PS512),
        Self(Known::ES256),
        Self(Known::ES384),
        Self(Known::EdDSA),
    ];

    /// By its name, as the header of a token has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.to_string() == name)
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_shared_key_or_none_has_no_value() {
        for name in ["RS256", "PS512", "ES384", "EdDSA"] {
            assert_eq!(Algorithm::named(name).unwrap().to_string(), name);
        }
        for name in ["none", "None", "HS256", "HS384", "HS512", "rs256", "ES512", ""] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
    }
}
