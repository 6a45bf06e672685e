//! A request over HTTP as its handler sees it, and what the handler gives back.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LINK, LOCATION},
    },
    response::Response,
};
use conductor_domain::scope::Scope;
use conductor_protocol::{
    WARNING_METADATA,
    id::TraceId,
    json::{self, shown},
    v1,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tonic::metadata::MetadataMap;

use super::{
    JSON,
    etag::ETag,
    kept::Kept,
    query::encoded,
    refused::Refused,
    route::{Gives, Route, Takes},
    shape,
};
use crate::{api::Api, peer::Peer, rates::Counted};

/// The parameters that say where a request acts.
pub(super) const SCOPE: [&str; 3] = ["tenant", "environment", "region"];
/// The header that makes a repeated request the same.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Beside an answer: a sentence for whoever asked.
const WARNING: HeaderName = HeaderName::from_static("x-conductor-warning");

/// A request, taken apart.
pub(super) struct Asked {
    pub(super) api: Api,
    pub(super) trace: TraceId,
    pub(super) peer: Peer,
    pub(super) counted: Option<Counted>,
    pub(super) route: &'static Route,
    pub(super) path: String,
    /// The variable parts of its path.
    pub(super) params: Vec<(&'static str, String)>,
    /// Its query, without what says where it acts.
    pub(super) query: Vec<(String, String)>,
    pub(super) scope: v1::Scope,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Value>,
}

/// What a handler gives.
pub(super) enum Reply {
    /// JSON.
    Json(Box<Given>),
    /// A stream of events.
    Events(Body),
    /// Bytes as they are kept.
    Bytes(Box<Kept>),
}

/// JSON that is given.
pub(super) struct Given {
    pub(super) body: Value,
    pub(super) headers: HeaderMap,
    /// Where it is not to be made of the body.
    pub(super) etag: Option<ETag>,
}

impl Asked {
    /// Parts the query into what says where it acts and the rest. What is left out is as the
    /// listener has it.
    pub(super) fn scoped(
        pairs: Vec<(String, String)>,
        given: Option<&Scope>,
    ) -> (v1::Scope, Vec<(String, String)>) {
        let mut scope = given.map(crate::convert::scope).unwrap_or_default();
        let mut rest = Vec::new();
        for (key, value) in pairs {
            match key.as_str() {
                "tenant" => scope.tenant = value,
                "environment" => scope.environment = value,
                "region" => scope.region = value,
                _ => rest.push((key, value)),
            }
        }
        (scope, rest)
    }

    /// A variable part of the path.
    pub(super) fn param(&self, name: &str) -> String {
        let found = self.params.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The idempotency key that came with it.
    pub(super) fn idempotency_key(&self) -> Result<String, Refused> {
        match self.headers.get(IDEMPOTENCY_KEY).map(HeaderValue::to_str) {
            None => Ok(String::new()),
            Some(Ok(key)) if !key.is_empty() => Ok(key.to_owned()),
            Some(_) => {
                Err(Refused::field("Idempotency-Key", "is no text", "send a UUID, or no key"))
            }
        }
    }

    /// The number of the last event that a reader has.
    pub(super) fn last_event(&self) -> Result<u64, Refused> {
        match self.headers.get("last-event-id").map(|value| value.to_str().map(str::parse)) {
            None => Ok(0),
            Some(Ok(Ok(seq))) => Ok(seq),
            Some(_) => {
                let hint = "send the `id` of the last event that came, or leave it out";
                Err(Refused::field("Last-Event-ID", "is no number of an event", hint))
            }
        }
    }

    /// The request as the method's message.
    pub(super) fn message<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        let (input, _) = self.route.messages();
        let hidden = self.route.hidden();
        let mut object = match (&self.body, self.route.verb.has_body()) {
            (Some(Value::Object(object)), true) => json::taken(input, object, &hidden)?,
            (Some(_), true) => {
                return Err(Refused::field("the body", "is no object", "send a JSON object"));
            }
            (None, true) => Value::Object(Map::new()),
            (_, false) => {
                let read = json::from_query(input, &self.query, &hidden)?;
                json::taken(input, &read, &hidden)?
            }
        };
        if let (Some((key, _)), true) = (self.query.first(), self.route.verb.has_body()) {
            return Err(unknown_parameter(key));
        }
        for (name, value) in &self.params {
            object[*name] = value.as_str().into();
        }
        if json::query_schemas(input, &[]).iter().any(|(name, ..)| name == "idempotencyKey") {
            object["idempotencyKey"] = self.idempotency_key()?.into();
        }
        if matches!(self.route.gives, Gives::Events) {
            object["afterSeq"] = self.last_event()?.into();
        }
        object["scope"] = serde_json::to_value(&self.scope).unwrap_or_default();
        serde_json::from_value(object).map_err(|error| {
            Refused::field("the request", &format!("is not understood: {error}"), "")
        })
    }

    /// The body of a route with a shape of its own, checked.
    pub(super) fn shaped(&self) -> Result<Map<String, Value>, Refused> {
        let Takes::Shape(parameters, body) = self.route.takes else {
            return Err(Refused::bug("a route takes another shape than its own"));
        };
        let query = shape::from_query(parameters, &self.query)?;
        match (body, &self.body) {
            (None, _) => Ok(query),
            (Some(shape), Some(body)) => {
                shape.check(body, "")?;
                Ok(body.as_object().cloned().unwrap_or_default())
            }
            (Some(_), None) => Err(Refused::malformed("the body is missing", "send a JSON object")),
        }
    }

    /// The request of a service of gRPC, by whoever asks.
    pub(super) fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        let extensions = request.extensions_mut();
        extensions.insert(self.peer.clone());
        extensions.insert(self.trace);
        if let Some(counted) = &self.counted {
            extensions.insert(counted.clone());
        }
        request
    }

    /// What a service gave, as the route gives it.
    pub(super) fn reply<T: Serialize>(
        &self,
        answered: Result<tonic::Response<T>, tonic::Status>,
    ) -> Result<Reply, Refused> {
        let (metadata, message, _) = answered?.into_parts();
        let Ok(plain) = serde_json::to_value(&message) else {
            return Err(Refused::bug("an answer can't be written as JSON"));
        };
        let (_, output) = self.route.messages();
        let mut body = shown(output, plain);
        if let Gives::Message(field) = self.route.gives
            && !field.is_empty()
        {
            body = body[field].take();
        }
        Ok(self.given(body, &metadata))
    }

    /// JSON with what goes beside it.
    pub(super) fn given(&self, body: Value, metadata: &MetadataMap) -> Reply {
        let mut headers = HeaderMap::new();
        put_warnings(&mut headers, metadata);
        if let Some(token) = body["nextPageToken"].as_str().filter(|token| !token.is_empty()) {
            headers.extend(self.next_link("pageToken", token).map(|link| (LINK, link)));
        }
        Reply::Json(Box::new(Given { body, headers, etag: None }))
    }

    /// Where the next page is.
    fn next_link(&self, parameter: &str, token: &str) -> Option<HeaderValue> {
        let scope = [&self.scope.tenant, &self.scope.environment, &self.scope.region];
        let scope = SCOPE.iter().zip(scope).filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<String> =
            scope.map(|(key, value)| format!("{key}={}", encoded(value))).collect();
        let rest = self.query.iter().filter(|(key, _)| key != parameter);
        pairs.extend(rest.map(|(key, value)| format!("{}={}", encoded(key), encoded(value))));
        pairs.push(format!("{parameter}={}", encoded(token)));
        HeaderValue::from_str(&format!("<{}?{}>; rel=\"next\"", self.path, pairs.join("&"))).ok()
    }
}

impl Reply {
    /// JSON and nothing beside it.
    pub(super) fn json(body: Value) -> Self {
        Self::Json(Box::new(Given { body, headers: HeaderMap::new(), etag: None }))
    }

    /// The same, with an entity tag of its own.
    pub(super) fn tagged(body: Value, etag: ETag) -> Self {
        Self::Json(Box::new(Given { body, headers: HeaderMap::new(), etag: Some(etag) }))
    }

    /// The same as a page that goes on, where there is a token for that.
    pub(super) fn next(mut self, asked: &Asked, token: &str) -> Self {
        if let (Self::Json(given), false) = (&mut self, token.is_empty()) {
            given.headers.extend(asked.next_link("page_token", token).map(|link| (LINK, link)));
        }
        self
    }

    /// The same, at a place of its own.
    pub(super) fn at(mut self, path: &str) -> Self {
        if let (Self::Json(given), Ok(path)) = (&mut self, HeaderValue::from_str(path)) {
            given.headers.insert(LOCATION, path);
        }
        self
    }

    /// The answer that it is.
    pub(super) fn into_response(self, status: StatusCode) -> (Response, Option<ETag>) {
        match self {
            Self::Json(given) => {
                let Given { body, headers, etag } = *given;
                let text = body.to_string();
                let etag = etag.unwrap_or_else(|| ETag::of(text.as_bytes()));
                let mut response = Response::new(Body::from(text));
                *response.status_mut() = status;
                response.headers_mut().extend(headers);
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
                (response, Some(etag))
            }
            Self::Events(body) => {
                let mut response = Response::new(body);
                let events = HeaderValue::from_static("text/event-stream");
                response.headers_mut().insert(CONTENT_TYPE, events);
                (response, None)
            }
            Self::Bytes(kept) => kept.into_response(status),
        }
    }
}

pub(super) fn unknown_parameter(key: &str) -> Refused {
    let hint = "known are tenant, environment and region";
    Refused::field(key, "is no parameter that is known here", hint)
}

/// Sentences of policy for whoever asked, each in a header of its own.
pub(super) fn put_warnings(headers: &mut HeaderMap, metadata: &MetadataMap) {
    for value in metadata.get_all_bin(WARNING_METADATA) {
        let Ok(bytes) = value.to_bytes() else { continue };
        let line: Vec<u8> =
            bytes.iter().map(|byte| if byte.is_ascii_control() { b' ' } else { *byte }).collect();
        headers.extend(HeaderValue::from_bytes(&line).map(|value| (WARNING, value)));
    }
}

/// Where a listener that is open to one principal acts where nothing is said.
#[derive(Debug, Clone)]
pub(crate) struct OpenScope(pub(crate) Arc<Scope>);
