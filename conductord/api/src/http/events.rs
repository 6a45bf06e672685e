//! Streams of gRPC as server-sent events. Each has the number of the record in the ledger that its
//! reader has come to as its `id`, so that a reader that sends it back as `Last-Event-ID` misses
//! nothing and sees nothing of a run's timeline twice.

use std::convert::Infallible;

use axum::{
    body::Body,
    response::{
        IntoResponse as _,
        sse::{Event, KeepAlive, Sse},
    },
};
use conductor_protocol::{id::TraceId, json::shown};
use serde::Serialize;
use tokio_stream::{Stream, StreamExt as _};
use tonic::Status;

use super::{
    asked::{Asked, Reply},
    refused::Refused,
};
use crate::limits::HTTP_HEARTBEAT;

/// A stream as it goes over the wire. How much waits for a slow reader is bounded where the stream
/// is made.
pub(super) fn reply<T, S>(
    asked: &Asked,
    name: &'static str,
    answered: Result<tonic::Response<S>, Status>,
) -> Result<Reply, Refused>
where
    T: Serialize + Send + 'static,
    S: Stream<Item = Result<T, Status>> + Send + 'static,
{
    let (_, output) = asked.route.messages();
    let trace = asked.trace;
    let messages = answered?.into_inner();
    let events = messages.map(move |message| {
        Ok::<Event, Infallible>(match message {
            Ok(message) => told(name, output, &message),
            Err(status) => failed(status, trace),
        })
    });
    let heartbeat = KeepAlive::new().interval(HTTP_HEARTBEAT).text("");
    let body: Body = Sse::new(events).keep_alive(heartbeat).into_response().into_body();
    Ok(Reply::Events(body))
}

fn told<T: Serialize>(name: &str, output: &str, message: &T) -> Event {
    let value = shown(output, serde_json::to_value(message).unwrap_or_default());
    let event = Event::default().event(name).data(value.to_string());
    match value["seq"].as_u64() {
        Some(seq) => event.id(seq.to_string()),
        None => event,
    }
}

/// Why a stream ends before its natural end.
fn failed(status: Status, trace: TraceId) -> Event {
    Event::default().event("error").data(Refused::from(status).sentence(trace))
}
