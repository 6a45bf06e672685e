//! The token that goes with every call: kept out of logs and of what is printed.

use std::sync::{Arc, PoisonError, RwLock};

use tonic::{
    Request, Status,
    codegen::http,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
};

/// The token of a session, or another that the daemon takes.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token; nothing where the text could be none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let well = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        well.then(|| Self(text.to_owned()))
    }

    /// The token itself, for where it is kept.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    /// Never shows it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Puts the token, if there is one, into every call. Clones share it, so that a new one can take the
/// place of one that ends while the connection goes on.
#[derive(Debug, Clone, Default)]
pub struct Bearer(Arc<RwLock<Option<MetadataValue<Ascii>>>>);

impl Bearer {
    /// With that token from the first call on.
    #[must_use]
    pub fn of(token: Option<&Token>) -> Self {
        let bearer = Self::default();
        bearer.change(token);
        bearer
    }

    /// Another token from the next call on.
    pub fn change(&self, token: Option<&Token>) {
        let value = token.and_then(|token| format!("Bearer {}", token.0).parse().ok());
        let value = value.map(|mut value: MetadataValue<Ascii>| {
            // Neither shown nor remembered by the connection's header compression.
            value.set_sensitive(true);
            value
        });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value;
    }

    /// The value of the header `authorization`.
    pub(crate) fn header(&self) -> Option<http::HeaderValue> {
        let value = self.value()?;
        let mut header = http::HeaderValue::from_bytes(value.as_bytes()).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    fn value(&self) -> Option<MetadataValue<Ascii>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = self.value() {
            request.metadata_mut().insert("authorization", value);
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_with_calls_and_is_never_shown() {
        let token = Token::new(" cst_secret\n").unwrap();
        let sent = Bearer::of(Some(&token)).call(Request::new(())).unwrap();
        assert_eq!(sent.metadata().get("authorization").unwrap(), "Bearer cst_secret");
        let shown = format!("{token:?} {:?} {sent:?}", Bearer::of(Some(&token)));
        assert!(!shown.contains("secret"), "{shown}");
        let without = Bearer::of(None).call(Request::new(())).unwrap();
        assert!(without.metadata().get("authorization").is_none());
        let bearer = Bearer::default();
        let mut clone = bearer.clone();
        bearer.change(Token::new("cst_new").as_ref());
        let sent = clone.call(Request::new(())).unwrap();
        assert_eq!(sent.metadata().get("authorization").unwrap(), "Bearer cst_new");
        for none in ["", " ", "a b", "a\nb", "ä"] {
            assert!(Token::new(none).is_none(), "{none:?}");
        }
    }
}
