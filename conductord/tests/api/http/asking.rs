//! A client that is no client: requests over HTTP/1 as they are written, and what comes back.

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
};

use crate::rig::Rig;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) text: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answered {
    /// A header, by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        });
        let headers = headers.collect();
        let bytes = bytes[end + 4..].to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status, headers, text, bytes }
    }
}

/// Asks as whoever runs the tests.
pub(crate) async fn ask(rig: &Rig, method: &str, path: &str, body: Option<Value>) -> Answered {
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    let headers: &[_] = if text.is_empty() { &[] } else { &[("content-type", "application/json")] };
    with_headers(rig, (method, path), headers, text.as_bytes()).await
}

/// The same with these headers and bytes.
pub(crate) async fn with_headers(
    rig: &Rig,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answered {
    let stream = UnixStream::connect(rig.socket()).await.unwrap();
    talk(stream, &head((method, path), headers, body.len()), body).await
}

/// Asks over TCP, where nobody says who they are.
pub(crate) async fn ask_tcp(rig: &Rig, method: &str, path: &str, body: Option<Value>) -> Answered {
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    let headers = [("content-type", "application/json")];
    let stream = TcpStream::connect(rig.tcp()).await.unwrap();
    talk(stream, &head((method, path), &headers, text.len()), text.as_bytes()).await
}

/// A request's head, after which the connection is closed.
pub(super) fn head(
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    length: usize,
) -> String {
    let own: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-length: {length}\r\n{own}\r\n"
    )
}

async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    head: &str,
    body: &[u8],
) -> Answered {
    stream.write_all(head.as_bytes()).await.unwrap();
    // Who sends too much may be refused before all of it is sent.
    drop(stream.write_all(body).await);
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
    Answered::of(&bytes)
}
