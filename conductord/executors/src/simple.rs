//! The two executors without a world: `noop` and `sleep`.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{ended::Ended, executor::Executor, limits::SLEEP_MAX, params, stop::StopSignal};

/// Ends at once; its parameters become its outputs.
pub(crate) fn noop(with: Map<String, Value>) -> Ended {
    Ended::succeeded(with)
}

/// Ends after `with.seconds`, or when it is told to stop.
pub(crate) async fn sleep(with: &Map<String, Value>, mut stop: StopSignal) -> Ended {
    match sleep_span(with) {
        Err(message) => Ended::failed(message),
        Ok(span) => tokio::select! {
            () = tokio::time::sleep(span) => Ended::succeeded(Map::new()),
            reason = stop.stopped() => Ended::stopped(reason),
        },
    }
}

fn sleep_span(with: &Map<String, Value>) -> Result<Duration, String> {
    params::only_known(Executor::Sleep, with)?;
    params::span(with, "seconds", SLEEP_MAX)?.ok_or_else(|| "`with.seconds` is missing".into())
}
