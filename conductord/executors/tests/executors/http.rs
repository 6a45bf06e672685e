//! Requests against a server on this machine.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, header},
    response::Redirect,
    routing::{any, get},
};
use conductor_engine::ports::{Completion, FailureKind, Outcome, StopReason};
use conductor_executors::{Executor, limits};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::fixture::{Fixture, lease};

/// Tells the test that somebody asked for what never comes.
static ASKED: Notify = Notify::const_new();

async fn echo(method: Method, headers: HeaderMap, body: Bytes) -> Json<Value> {
    let header = |name: &str| headers.get(name).map(|v| v.to_str().unwrap().to_owned());
    Json(json!({
        "method": method.as_str(),
        "key": header("idempotency-key"),
        "type": header("content-type"),
        "x": header("x-test"),
        "body": String::from_utf8_lossy(&body),
    }))
}

async fn never() {
    ASKED.notify_one();
    std::future::pending().await
}

async fn server() -> SocketAddr {
    let app = Router::new()
        .route("/echo", any(echo))
        .route("/teapot", get(|| async { (StatusCode::IM_A_TEAPOT, "short and stout") }))
        .route("/once", get(|| async { Redirect::temporary("/echo") }))
        .route("/round", get(|| async { Redirect::temporary("/round") }))
        .route("/big", get(|| async { "x".repeat(1_000_000) }))
        .route("/binary", get(|| async { vec![1_u8; 30_000] }))
        .route("/bad", get(|| async { ([(header::CONTENT_TYPE, "application/json")], "{") }))
        .route("/never", get(never));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn ask(fixture: &Fixture, token: u64, with: Value) -> Completion {
    fixture.run(lease(token, Executor::Http, &with)).await
}

#[tokio::test]
async fn answers_become_outputs() {
    let (fixture, address) = (Fixture::new(), server().await);
    let url = format!("http://{address}/echo");
    let with = json!({"method": "post", "url": url, "headers": {"x-test": 1}, "body": {"a": 1}});
    let ended = ask(&fixture, 1, with).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    let outputs = Value::Object(ended.outputs);
    assert_eq!(outputs["status"], 200);
    assert_eq!(outputs["truncated"], false);
    assert_eq!(outputs["headers"]["content-type"], "application/json");
    let key = format!("{}/task/1", ended.run);
    let body = json!({"method": "POST", "key": key, "type": "application/json", "x": "1", "body": r#"{"a":1}"#});
    assert_eq!(outputs["body"], body);
    let own = json!({"url": url, "headers": {"Idempotency-Key": "mine"}});
    assert_eq!(ask(&fixture, 2, own).await.outputs["body"]["key"], "mine");
    let ended = ask(&fixture, 3, json!({"url": format!("http://{address}/bad")})).await;
    assert_eq!((ended.outcome, &ended.outputs["body"]), (Outcome::Succeeded, &json!("{")));
}

#[tokio::test]
async fn the_status_must_be_one_that_is_expected() {
    let (fixture, address) = (Fixture::new(), server().await);
    let url = format!("http://alice:secret@{address}/teapot?token=secret");
    let ended = ask(&fixture, 1, json!({ "url": url })).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let message = format!("GET http://{address}/teapot answered 418 I'm a teapot, not 200–299");
    assert_eq!(ended.message, message);
    assert_eq!(ended.outputs["body"], "short and stout");
    assert_eq!((ended.status_code, ended.failure), (Some(418), Some(FailureKind::Program)));
    let ended = ask(&fixture, 2, json!({"url": url, "expect": [418]})).await;
    assert_eq!(ended.outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let (fixture, address) = (Fixture::new(), server().await);
    let ended = ask(&fixture, 1, json!({"url": format!("http://{address}/once")})).await;
    assert_eq!(ended.outputs["status"], 200);
    let ended = ask(&fixture, 2, json!({"url": format!("http://{address}/round?secret")})).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("redirect") && !ended.message.contains("secret"));
}

#[tokio::test]
async fn large_answers_are_cut() {
    let (fixture, address) = (Fixture::new(), server().await);
    let ended = ask(&fixture, 1, json!({"url": format!("http://{address}/big")})).await;
    assert_eq!(ended.outputs["body"].as_str().unwrap().len(), limits::HTTP_BODY_BYTES_MAX);
    assert_eq!(ended.outputs["truncated"], true);
    // Six characters of JSON for each byte: it is cut until it fits a task's outputs.
    let ended = ask(&fixture, 2, json!({"url": format!("http://{address}/binary")})).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    assert_eq!(ended.outputs["body"].as_str().unwrap().len(), 7_500);
}

#[tokio::test]
async fn a_request_has_a_timeout_and_can_be_stopped() {
    let (fixture, address) = (Fixture::new(), server().await);
    let url = format!("http://{address}/never");
    let ended = ask(&fixture, 1, json!({"url": url, "timeout": "100ms"})).await;
    assert_eq!(ended.outcome, Outcome::TimedOut);
    assert_eq!(ended.message, format!("GET {url} gave no whole answer within 0.1 s"));
    ASKED.notified().await;
    fixture.port.start(lease(2, Executor::Http, &json!({ "url": url }))).await;
    ASKED.notified().await;
    fixture.stop(2, StopReason::Cancelled).await;
    assert_eq!(fixture.port.completion(2).await.outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_breaks_off_is_told_plainly() {
    let fixture = Fixture::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(socket.read(&mut request).await.unwrap() > 0);
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    });
    let url = format!("http://{address}/");
    let ended = ask(&fixture, 1, json!({ "url": url })).await;
    assert!(ended.message.contains("answered 200 OK, then broke off"), "{}", ended.message);
    assert_eq!(ended.failure, Some(FailureKind::Lost));
    let ended = ask(&fixture, 2, json!({ "url": url })).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("Connection refused"), "{}", ended.message);
    assert_eq!(ended.failure, Some(FailureKind::Unreachable));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let fixture = Fixture::new();
    let certificate = CertificateDer::from_pem_slice(include_bytes!("data/self-signed.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("data/self-signed.key"));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap()], key.unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        acceptor.accept(socket).await.map(|_| ())
    });
    let ended = ask(&fixture, 1, json!({"url": format!("https://localhost:{port}/")})).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("certificate"), "{}", ended.message);
    assert_eq!(ended.failure, Some(FailureKind::Refused));
    let refused = tokio::time::timeout(Duration::from_secs(10), served).await.unwrap().unwrap();
    assert!(refused.is_err(), "the handshake went through");
}
