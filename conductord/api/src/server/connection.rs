//! One connection: HTTP/2, bounded, its peer known to every request on it.

use std::{convert::Infallible, future::Future};

use axum::{Router, body::Body, extract::Request, response::Response};
use conductor_protocol::id::TraceId;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tower::Service as _;

use super::deadline;
use crate::{
    api::Api,
    failure::Failure,
    identity,
    limits::{HEADER_BYTES_MAX, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, STREAMS_PER_CONNECTION_MAX},
    peer::Peer,
    tlog,
};

/// Answers a connection to its end.
pub(super) fn answer<S>(
    stream: S,
    peer: Peer,
    (api, routes): (Api, Router),
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + use<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service =
        hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let request: Request = request.map(Body::new);
            let (api, peer, routes) = (api.clone(), peer.clone(), routes.clone());
            let answering = deadline::answer(request, |r| identified(r, api, peer, routes));
            async move { Ok::<_, Infallible>(answering.await) }
        });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http2_only();
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .max_header_list_size(HEADER_BYTES_MAX)
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let watched = graceful.watch(connection);
    async move {
        if let Err(error) = watched.await {
            // Clients vanish all the time.
            tracing::debug!(%error, "a connection broke");
        }
    }
}

/// Has a request answered once it is known who makes it.
async fn identified(
    mut request: Request,
    api: Api,
    connection: Peer,
    mut routes: Router,
) -> Result<Response, Infallible> {
    match identity::identify(&api, &connection, request.headers()).await {
        Ok(peer) => {
            let (path, now) = (request.uri().path(), api.engine().now());
            match api.rates().principal((&connection, &peer), path, now) {
                Ok(Some(counted)) => drop(request.extensions_mut().insert(counted)),
                Ok(None) => {}
                Err(failure) => return Ok(refused(path, failure)),
            }
            request.extensions_mut().insert(peer);
            routes.call(request).await
        }
        Err(failure) => Ok(refused(request.uri().path(), failure)),
    }
}

/// A refusal of what no handler saw, in the words of what was asked for.
fn refused(path: &str, failure: Failure) -> Response {
    if path.starts_with(tlog::PREFIX) {
        tlog::refuse(failure, TraceId::from_bits(0))
    } else {
        deadline::respond(failure)
    }
}
