//! Attempts against a real server that has trouble: which answers are worth another try, and what
//! they have in common to whoever counts what is done.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
};

use conductor_tests::Daemon;
use serde_json::json;

/// A server that answers with these statuses, one after another. Gives its address, and the
/// `Idempotency-Key` of each request.
fn server(statuses: &'static [u16]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (keys, asked) = channel();
    thread::spawn(move || {
        for (status, stream) in statuses.iter().zip(listener.incoming()) {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            let key = head.iter().find_map(|line| line.strip_prefix("idempotency-key: "));
            keys.send(key.unwrap_or_default().to_owned()).unwrap();
            let head = "content-length: 0\r\nconnection: close";
            write!(stream, "HTTP/1.1 {status} Told\r\n{head}\r\n\r\n").unwrap();
        }
    });
    (format!("http://{address}"), asked)
}

fn manifest(name: &str, url: &str) -> String {
    format!(
        "name: {name}\nversion: 1.0.0\ntasks:\n  - id: call\n    uses: pkg:builtin/http@1\n    \
         with: {{url: \"{url}\"}}\n    retries: 3\n    \
         retry: {{on_status: [429, 5xx], backoff: 50ms, jitter: 0}}\n"
    )
}

#[test]
fn a_server_in_trouble_is_asked_again_and_sees_that_it_is_the_same_request() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    let (url, asked) = server(&[503, 429, 200]);
    owner.publish(&manifest("busy", &url));
    drop(owner.call(&["run", "busy", "--follow"]).exits(0));
    let runs = owner.json(&["runs", "list"]);
    let run = owner.show(runs[0]["runId"].as_str().unwrap());
    let attempts = run["tasks"][0]["attempts"].as_array().unwrap();
    let statuses: Vec<_> = attempts.iter().map(|attempt| &attempt["statusCode"]).collect();
    assert_eq!(json!(statuses), json!([503, 429, 200]), "{run:#}");
    let keys: Vec<String> = asked.iter().collect();
    assert_eq!(keys.len(), 3);
    assert!(!keys[0].is_empty() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");

    let (url, asked) = server(&[404, 200]);
    owner.publish(&manifest("gone", &url));
    drop(owner.call(&["run", "gone", "--follow"]).exits(1));
    assert_eq!(asked.try_iter().count(), 1, "it is final, and the server is not asked again");
}
