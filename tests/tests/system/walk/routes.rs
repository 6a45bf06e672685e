//! The HTTP routes: found in the sources that serve them, and asked.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
};

use super::filled::{Names, There};

/// The log: its state, hashes, and what only whoever may read everything is given.
const LOG: [&str; 4] =
    ["/log/checkpoint", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1", "/log/payload/1"];

/// An address that nobody listens at.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Every route with what it answers.
pub(super) fn all(address: &str) -> Vec<(String, Vec<u8>)> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conductord/api/src");
    let mut routes = Vec::new();
    find(&sources, &mut routes);
    assert!(routes.iter().any(|route| route == "/metrics"), "{routes:?}");
    // The log is where the API is, and asked for there.
    routes.retain(|route| !route.starts_with("/log/"));
    routes.into_iter().map(|route| (route.clone(), get(address, &route))).collect()
}

/// Every operation of the HTTP API, asked for in a tenant by the names of what is there: what was said,
/// and what came back.
pub(super) fn described(address: &str, names: &Names, there: There<'_>) -> Vec<(String, Vec<u8>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let text = fs::read_to_string(file).unwrap();
    let described: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut asked = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        let path = path
            .replace("{runId}", there.run)
            .replace("{run_id}", there.run)
            .replace("{approvalId}", there.approval)
            .replace("{name}", names.workflow)
            .replace("{runbookId}", names.workflow)
            .replace("{taskId}", names.task);
        for method in operations.as_object().unwrap().keys() {
            let place = format!("tenant={}&environment={}", names.tenant, there.environment);
            asked.push(ask(address, &method.to_uppercase(), &format!("{path}?{place}")));
        }
    }
    asked.extend(LOG.map(|path| ask(address, "GET", path)));
    asked
}

/// What was said, and what came back.
fn ask(address: &str, method: &str, path: &str) -> (String, Vec<u8>) {
    let body = if method == "GET" { "" } else { "{}" };
    let said = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(said.as_bytes()).unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    (said, heard)
}

fn find(folder: &Path, routes: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, routes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let named = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        routes.extend(named.map(str::to_owned));
    }
}

fn get(address: &str, route: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {route} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{route}: {}", String::from_utf8_lossy(&answer));
    answer
}
