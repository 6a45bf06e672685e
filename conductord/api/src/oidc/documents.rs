//! What a provider publishes, as it is fetched: the port.

use std::{fmt, future::Future, pin::Pin, time::Duration};

/// A fetched document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// All of it.
    pub bytes: Vec<u8>,
    /// For how long it is good, where the server says that (`Cache-Control: max-age`).
    pub max_age: Option<Duration>,
}

/// A document on its way, or why there is none: in a sentence without anything secret.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Document, String>> + Send + 'a>>;

/// Fetches documents. What stands behind it bounds their size, the time that they take and where a
/// redirect may lead.
pub trait Documents: fmt::Debug + Send + Sync + 'static {
    /// The document at a URL.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}
