//! One connection: HTTP/2 or HTTP/1, bounded, its peer known to every request on it.

use std::{convert::Infallible, future::Future};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tower::Service as _;

use super::deadline;
use crate::{
    api::Api,
    http, identity,
    limits::{
        HEADER_BYTES_MAX, HTTP_HEAD_BYTES_MAX, HTTP_HEAD_TIMEOUT, KEEPALIVE_INTERVAL,
        KEEPALIVE_TIMEOUT, STREAMS_PER_CONNECTION_MAX,
    },
    peer::Peer,
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
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HTTP_HEAD_TIMEOUT)
        .max_buf_size(HTTP_HEAD_BYTES_MAX);
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
    // Whoever speaks no gRPC is refused in words of HTTP, too, and finds the request again by its trace.
    let plain = http::is_plain(&request).then(|| {
        let trace = api.engine().fresh_trace();
        request.extensions_mut().insert(trace);
        (request.uri().path().to_owned(), trace)
    });
    if let Some((path, trace)) = plain.as_ref().filter(|_| http::is_lost(&request)) {
        return Ok(http::lost(path, *trace));
    }
    let refused = |failure| match &plain {
        Some((_, trace)) => http::refuse(*trace, failure),
        None => deadline::respond(failure),
    };
    match identity::identify(&api, &connection, request.headers()).await {
        Ok(peer) => {
            let path = http::counts_as(request.method(), request.uri().path());
            match api.rates().principal((&connection, &peer), path, api.engine().now()) {
                Ok(Some(counted)) => drop(request.extensions_mut().insert(counted)),
                Ok(None) => {}
                Err(failure) => return Ok(refused(failure)),
            }
            request.extensions_mut().insert(peer);
            Ok(http::settled(plain, routes.call(request).await?))
        }
        Err(failure) => Ok(refused(failure)),
    }
}
