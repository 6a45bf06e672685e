//! What a good token says.

use serde_json::{Map, Value};

use super::Fault;

/// Bytes of a claim that names somebody.
const NAME_BYTES_MAX: usize = 256;

/// The claims of a token that was found good.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
    pub(super) all: Map<String, Value>,
}

impl Claims {
    /// Whom a claim names. `email` counts only when the provider says that it is verified.
    ///
    /// # Errors
    /// [`Fault::Name`]: it is not there, is no text, is long, or has blanks or what is no ASCII in it.
    pub fn name(&self, claim: &str) -> Result<&str, Fault> {
        let wrong = |why| Fault::Name { claim: claim.to_owned(), why };
        let name = self.all.get(claim).and_then(Value::as_str).ok_or(wrong("is no text"))?;
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(wrong("is empty or too long"));
        }
        if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong("holds what no name here can"));
        }
        if claim == "email" && self.all.get("email_verified") != Some(&Value::Bool(true)) {
            return Err(wrong("is not verified by the provider"));
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(claims: &Value, claim: &str) -> Option<String> {
        let claims = Claims { expires_at: 0, all: claims.as_object().unwrap().clone() };
        claims.name(claim).ok().map(str::to_owned)
    }

    #[test]
    fn a_name_is_plain_text() {
        let named = |value: Value| name(&json!({"sub": value}), "sub");
        assert_eq!(named(json!("alice")).as_deref(), Some("alice"));
        assert_eq!(named(json!("auth0|5f7c8ec7c33c6c004bbafe82")).unwrap().len(), 30);
        let long = "x".repeat(257);
        for bad in [json!(""), json!("a b"), json!("ä"), json!("a\n"), json!(7), json!(long)] {
            assert_eq!(named(bad.clone()), None, "{bad}");
        }
        assert_eq!(name(&json!({}), "sub"), None);
    }

    #[test]
    fn an_address_counts_when_it_is_verified() {
        let address = "alice@example.org";
        let with =
            |verified: Value| name(&json!({"email": address, "email_verified": verified}), "email");
        assert_eq!(with(json!(true)).as_deref(), Some(address));
        for not in [json!(false), json!("true"), json!(1), json!(null)] {
            assert_eq!(with(not.clone()), None, "{not}");
        }
        assert_eq!(name(&json!({"email": address}), "email"), None);
    }
}
