//! HTTP: the same services for whoever speaks JSON and no gRPC.
//!
//! One table of routes (`table`) serves requests and describes them (`openapi`). A route comes to a
//! method of gRPC: whoever asks is identified and counted as there, and its service is called as gRPC
//! calls it, so that nothing is decided twice. What is said of a request's shape is checked by what
//! describes it. Tracked runs (`maestro`) have shapes of their own.

mod asked;
mod body;
mod etag;
mod events;
mod guard;
mod kept;
mod maestro;
mod openapi;
mod query;
mod refused;
mod route;
mod runbooks;
mod shape;
mod table;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue, Method, StatusCode, Version,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG},
    },
    response::Response,
    routing::any,
};
use conductor_protocol::{error_code::Code, id::TraceId};

use self::{
    asked::Asked,
    refused::Refused,
    route::{Found, Gives, Verb},
};
use crate::{api::Api, failure::Failure, peer::Peer, rates::Counted};

pub(crate) use asked::OpenScope;
pub use openapi::document;

/// The one media type that is spoken.
const JSON: &str = "application/json";
/// Which API answers.
const API_VERSION: HeaderName = HeaderName::from_static("x-conductor-api-version");
/// The request, for finding it again in the log and in events.
const TRACE_ID: HeaderName = HeaderName::from_static("x-conductor-trace-id");
/// What routes lie under.
const ROOTS: [&str; 2] = ["/api", TRACKED];
/// Where tracked runs are.
const TRACKED: &str = "/maestro";

/// What is answered here, beside the services of gRPC.
pub(crate) fn router(api: &Api) -> Router {
    rooted().with_state(api.clone())
}

/// The same, where nothing else is answered.
pub(crate) fn alone(api: &Api) -> Router {
    rooted().fallback(answer).with_state(api.clone())
}

fn rooted() -> Router<Api> {
    let mut router = Router::new();
    for root in ROOTS {
        router = router.route(root, any(answer)).route(&format!("{root}/{{*rest}}"), any(answer));
    }
    router
}

/// Whether a request is no call of gRPC.
pub(crate) fn is_plain(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let grpc = kind.is_some_and(|kind| kind.starts_with("application/grpc"));
    !grpc || request.version() < Version::HTTP_2
}

/// Whether a path is one of gRPC's, which is not spoken over HTTP/1.
fn is_method(path: &str) -> bool {
    path.starts_with("/conductor.v1.") || path.starts_with("/grpc.")
}

/// The method of gRPC that a request comes to; its path, where it comes to none.
pub(crate) fn counts_as<'a>(method: &Method, path: &'a str) -> &'a str {
    match route::find(table::routes(), method, path) {
        Found::Route(route, _) => route.rpc,
        Found::Methods(_) | Found::Nothing => path,
    }
}

/// A refusal of what got no further than the connection.
pub(crate) fn refuse(trace: TraceId, failure: Failure) -> Response {
    finished(Refused::from(failure).into_response(trace), trace)
}

/// What became of a plain request: one for nothing that is here is told so in plain words.
pub(crate) fn settled(plain: Option<(String, TraceId)>, response: Response) -> Response {
    match plain {
        Some((path, trace)) if response.headers().contains_key("grpc-status") => {
            finished(Refused::no_route(&path).into_response(trace), trace)
        }
        _ => response,
    }
}

/// Whether a plain request is for something that only gRPC has.
pub(crate) fn is_lost(request: &Request) -> bool {
    is_method(request.uri().path())
}

/// The refusal of such a request.
pub(crate) fn lost(path: &str, trace: TraceId) -> Response {
    finished(Refused::no_route(path).into_response(trace), trace)
}

async fn answer(State(api): State<Api>, request: Request) -> Response {
    let trace = request.extensions().get::<TraceId>().copied();
    let trace = trace.unwrap_or_else(|| api.engine().fresh_trace());
    let head = *request.method() == Method::HEAD;
    let response = match Box::pin(handle(api, request, trace)).await {
        Ok(response) => response,
        Err(refused) => {
            metrics::counter!("conductor_http_refused_total", "status" => refused.status.as_str().to_owned())
                .increment(1);
            refused.into_response(trace)
        }
    };
    finished(if head { without_body(response) } else { response }, trace)
}

/// What stands beside every answer.
fn finished(mut response: Response, trace: TraceId) -> Response {
    let headers = response.headers_mut();
    headers.insert(API_VERSION, HeaderValue::from_static("v1"));
    headers.extend(HeaderValue::from_str(&trace.to_string()).map(|value| (TRACE_ID, value)));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// The same, as `HEAD` has it.
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let length = axum::body::HttpBody::size_hint(&body).exact();
    if let Some(length) = length {
        // In the place of one that stands there: two of them are none.
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}

async fn handle(api: Api, request: Request, trace: TraceId) -> Result<Response, Refused> {
    guard::check(&request)?;
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let (route, params) = match route::find(table::routes(), &parts.method, &path) {
        Found::Route(route, params) => (route, params),
        Found::Methods(allow) => return Err(Refused::method(allow)),
        Found::Nothing => return Err(Refused::no_route(&path)),
    };
    if parts.method == Method::HEAD && matches!(route.gives, Gives::Events) {
        return Err(Refused::method(vec![Verb::Get.as_str()]));
    }
    let peer = parts.extensions.get::<Peer>().cloned().ok_or_else(|| {
        Failure::new(Code::Unauthenticated, "the connection does not say who is there", "")
    })?;
    let pairs = query::pairs(parts.uri.query().unwrap_or_default()).ok_or_else(|| {
        Refused::malformed("the query is not well-formed", "write UTF-8, percent-encoded")
    })?;
    let open = parts.extensions.get::<OpenScope>();
    let (scope, query) = Asked::scoped(pairs, open.map(|open| &*open.0));
    let body = match route.verb.has_body() {
        true => body::read(&parts.headers, body, path.starts_with(TRACKED)).await?,
        false => None,
    };
    if !route.conditional && parts.headers.contains_key("if-match") {
        let hint = "send it where something is changed that has an `ETag`";
        return Err(Refused::field("If-Match", "is not gone by here", hint));
    }
    let counted = parts.extensions.get::<Counted>().cloned();
    let headers = parts.headers;
    let conditions = headers.clone();
    let asked =
        Asked { api, trace, peer, counted, route, path, params, query, scope, headers, body };
    let reply = (route.handler)(asked).await?;
    let status = StatusCode::from_u16(route.success).unwrap_or(StatusCode::OK);
    let (mut response, etag) = reply.into_response(status);
    if let Some(etag) = etag.filter(|_| route.verb == Verb::Get || route.conditional) {
        if route.verb == Verb::Get && etag.is_known(&conditions) {
            response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        response.headers_mut().extend(etag.header().map(|value| (ETAG, value)));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    Ok(response)
}
