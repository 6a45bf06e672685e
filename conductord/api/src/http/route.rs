//! One row of the table of routes: what serves a request, and what describes it.

use std::pin::Pin;

use axum::http::Method;
use conductor_protocol::json;

use super::{
    asked::{Asked, Reply},
    refused::Refused,
    shape::{Field, Shape},
};

/// What a handler is doing.
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<Reply, Refused>> + Send>>;

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Looks something up. `HEAD` does the same and gives no body.
    Get,
    /// Makes or does something.
    Post,
    /// Changes some of something.
    Patch,
}

/// What a request may hold besides its path.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// The fields of the method's message: in the query of a `GET`, in the body of everything else.
    Message,
    /// These parameters, and a body.
    Shape(&'static [Field], Option<&'static Shape>),
}

/// What an answer holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gives {
    /// The method's message, or of it the one field of that name.
    Message(&'static str),
    /// That.
    Shape(&'static Shape),
    /// Server-sent events, each with such a message of the method.
    Events,
    /// Any JSON object.
    Document,
    /// Bytes of that media type.
    Bytes(&'static str),
}

/// A row.
pub(super) struct Route {
    pub(super) verb: Verb,
    /// With the names of its variable parts in braces.
    pub(super) path: &'static str,
    /// Its name in the description.
    pub(super) id: &'static str,
    /// In a sentence.
    pub(super) about: &'static str,
    /// The method of gRPC that it comes to: what it counts as, and whose messages it speaks.
    pub(super) rpc: &'static str,
    pub(super) takes: Takes,
    pub(super) gives: Gives,
    /// The status when it went well.
    pub(super) success: u16,
    /// Whether it goes by `If-Match`.
    pub(super) conditional: bool,
    pub(super) handler: fn(Asked) -> Answering,
}

impl Verb {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }

    fn is(self, method: &Method) -> bool {
        match self {
            Self::Get => *method == Method::GET || *method == Method::HEAD,
            Self::Post => *method == Method::POST,
            Self::Patch => *method == Method::PATCH,
        }
    }

    pub(super) const fn has_body(self) -> bool {
        !matches!(self, Self::Get)
    }
}

impl Route {
    /// Names of the variable parts of its path.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let parts = self.path.split('/').filter_map(|part| part.strip_prefix('{'));
        parts.filter_map(|part| part.strip_suffix('}')).collect()
    }

    /// The message that its method takes and the one that it gives, with the leading dot.
    pub(super) fn messages(&self) -> (&'static str, &'static str) {
        json::method(self.rpc).unwrap_or_default()
    }

    /// Fields of its message that are said elsewhere: where it acts, the idempotency key, and what
    /// the path names.
    pub(super) fn hidden(&self) -> Vec<&'static str> {
        let mut hidden = vec!["scope", "idempotencyKey", "afterSeq"];
        if self.gives_timeline() {
            hidden.pop();
        }
        hidden.extend(self.names());
        hidden
    }

    /// A timeline goes on by a number in its query, a stream of events by a header.
    fn gives_timeline(&self) -> bool {
        !matches!(self.gives, Gives::Events)
    }

    /// The parts of a path that are variable here, unless the path is another one.
    fn matches(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let (mut given, mut parts) = (path.split('/'), self.path.split('/'));
        let mut values = Vec::new();
        loop {
            match (given.next(), parts.next()) {
                (None, None) => return Some(values),
                (Some(given), Some(part)) => {
                    let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
                    match name {
                        Some(_) if given.is_empty() => return None,
                        Some(name) => values.push((name, super::query::decoded(given, false)?)),
                        None if given == part => {}
                        None => return None,
                    }
                }
                _ => return None,
            }
        }
    }
}

/// What is at a path.
pub(super) enum Found {
    /// That, with the variable parts of the path.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// Something for other methods.
    Methods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// Looks a route up. A path of fewer variable parts is meant before one of more, whatever the method.
pub(super) fn find(routes: &'static [&'static Route], method: &Method, path: &str) -> Found {
    let mut matching: Vec<(&'static Route, Vec<(&'static str, String)>)> =
        routes.iter().filter_map(|route| Some((*route, route.matches(path)?))).collect();
    let fewest = matching.iter().map(|(_, values)| values.len()).min().unwrap_or_default();
    matching.retain(|(_, values)| values.len() == fewest);
    let mut allow: Vec<&'static str> = Vec::new();
    for (route, values) in matching {
        if route.verb.is(method) {
            return Found::Route(route, values);
        }
        match route.verb {
            Verb::Get => allow.extend(["GET", "HEAD"]),
            other => allow.push(other.as_str()),
        }
    }
    if allow.is_empty() { Found::Nothing } else { Found::Methods(allow) }
}
