//! Reading the daemon's transparency log: static paths over the same connection as the calls.

use std::{future::poll_fn, pin::Pin, time::Duration};

use conductor_protocol::error_code::Code;
use serde_json::Value;
use tonic::{
    Code as Grpc, Status,
    body::Body,
    codegen::{Body as _, http},
};
use tower::Service as _;

use crate::{
    connection::Connection,
    error::{ClientError, Refusal},
    limits::{LOG_BYTES_MAX, LOG_DEADLINE, RATE_WAIT_MAX},
};

impl Connection {
    /// What is at a path under `/log/`, such as `checkpoint` or `tile/0/000`. Asked again after the time
    /// that a daemon names who takes no more for now.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn log(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        self.open().await?;
        let mut waited = Duration::ZERO;
        loop {
            let asked = tokio::time::timeout(LOG_DEADLINE, self.ask_log(path)).await;
            let late = || ClientError::Timeout { endpoint: self.endpoint().to_string() };
            let error = match asked.map_err(|_elapsed| late())? {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            let wait = error.push_back().filter(|_| error.is(Code::RateLimited));
            let Some(wait) = wait.filter(|wait| waited + *wait <= RATE_WAIT_MAX) else {
                return Err(error);
            };
            waited += wait;
            tokio::time::sleep(wait).await;
        }
    }

    async fn ask_log(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let broken = |error: Box<dyn std::error::Error + Send + Sync>| {
            self.error(&Status::from_error(error))
        };
        let mut request = http::Request::get(format!("/log/{path}")).body(Body::empty());
        if let (Ok(request), Some(value)) = (&mut request, self.bearer().header()) {
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let tenant = self.scope().unwrap_or_default().tenant;
        if let (Ok(request), Ok(value)) = (&mut request, http::HeaderValue::try_from(tenant))
            && !value.is_empty()
        {
            request.headers_mut().insert("conductor-tenant", value);
        }
        let request = request.map_err(|error| broken(error.into()))?;
        let mut channel = self.channel();
        let ready = poll_fn(|context| channel.poll_ready(context)).await;
        ready.map_err(|error| broken(error.into()))?;
        let answer = channel.call(request).await.map_err(|error| broken(error.into()))?;
        let (parts, body) = answer.into_parts();
        let bytes = self.whole(body).await?;
        if parts.status.is_success() && !parts.headers.contains_key("grpc-status") {
            return Ok(bytes);
        }
        if let Some(status) = Status::from_header_map(&parts.headers) {
            return Err(self.error(&status));
        }
        let retry = parts.headers.get(http::header::RETRY_AFTER);
        let retry = retry.and_then(|value| value.to_str().ok()?.parse().ok());
        Err(refusal(parts.status.as_u16(), &bytes, retry.map(Duration::from_secs)))
    }

    async fn whole(&self, mut body: Body) -> Result<Vec<u8>, ClientError> {
        let mut bytes = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = frame.map_err(|status| self.error(&status))?;
            let Ok(data) = frame.into_data() else { continue };
            bytes.extend_from_slice(&data);
            if bytes.len() > LOG_BYTES_MAX {
                let reason = format!("it answered more than {LOG_BYTES_MAX} bytes");
                return Err(ClientError::Protocol {
                    endpoint: self.endpoint().to_string(),
                    reason,
                });
            }
        }
        Ok(bytes)
    }
}

/// A refusal that came as JSON.
fn refusal(status: u16, body: &[u8], retry_after: Option<Duration>) -> ClientError {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let message = match text("message") {
        empty if empty.is_empty() => format!("the daemon answered with HTTP status {status}"),
        message => message,
    };
    let grpc = match status {
        400 => Grpc::InvalidArgument,
        401 => Grpc::Unauthenticated,
        403 => Grpc::PermissionDenied,
        404 => Grpc::NotFound,
        409 => Grpc::FailedPrecondition,
        429 => Grpc::ResourceExhausted,
        503 => Grpc::Unavailable,
        504 => Grpc::DeadlineExceeded,
        _ => Grpc::Internal,
    };
    ClientError::Refused(Box::new(Refusal {
        code: text("code"),
        message,
        hint: text("hint"),
        trace_id: text("traceId"),
        details: std::collections::BTreeMap::new(),
        retry_after,
        grpc,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_whatever_came() {
        let body = br#"{"code":"TILE_NOT_FOUND","message":"m","hint":"h","traceId":"t"}"#;
        let read = refusal(404, body, None);
        assert!(read.is(Code::TileNotFound), "{read:?}");
        assert_eq!(read.to_string(), "m");
        assert!(refusal(502, b"<html>", None).to_string().contains("502"));
    }
}
