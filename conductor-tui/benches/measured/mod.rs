//! How the benchmarks tell their spans.

use std::time::Duration;

use serde_json::{Value, json};

/// Milliseconds: the middle, the 95th and the 99th percentile, the longest.
pub(crate) fn quantiles(mut spans: Vec<Duration>) -> Value {
    spans.sort();
    let at = |percent: usize| {
        let span = spans.get((spans.len() * percent / 100).min(spans.len().saturating_sub(1)));
        span.map(|span| (span.as_secs_f64() * 1e6).round() / 1e3)
    };
    json!({"p50": at(50), "p95": at(95), "p99": at(99), "max": at(100)})
}
