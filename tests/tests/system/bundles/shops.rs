//! Where bundles come from: a server, and the keys that bundles are signed with.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use conductor_policy::{pack, signing_input};

use super::rules;

/// A server of one file that knows about ETags, on a thread of its own.
pub(super) struct Shop {
    url: String,
    file: Arc<Mutex<Vec<u8>>>,
    pub(super) unchanged: Arc<AtomicUsize>,
}

impl Shop {
    pub(super) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/bundle.tar.gz", listener.local_addr().unwrap());
        let file: Arc<Mutex<Vec<u8>>> = Arc::default();
        let unchanged = Arc::new(AtomicUsize::new(0));
        let (served, counted) = (Arc::clone(&file), Arc::clone(&unchanged));
        // Ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let mut known = String::new();
                while let Some(Ok(line)) = lines.next() {
                    if let Some(etag) = line.to_lowercase().strip_prefix("if-none-match: ") {
                        known = etag.to_owned();
                    }
                    if line.is_empty() {
                        break;
                    }
                }
                let bytes = served.lock().unwrap().clone();
                let etag = format!("\"{:08x}\"", crc32fast::hash(&bytes));
                let mut stream = stream;
                let sent = if known == etag {
                    counted.fetch_add(1, Ordering::Relaxed);
                    write!(
                        stream,
                        "HTTP/1.1 304 Not Modified\r\netag: {etag}\r\nconnection: close\r\n\r\n"
                    )
                } else {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\netag: {etag}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        bytes.len()
                    );
                    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes))
                };
                sent.ok();
            }
        });
        Self { url, file, unchanged }
    }

    pub(super) fn offer(&self, packed: Vec<u8>) {
        *self.file.lock().unwrap() = packed;
    }

    /// A daemon's configuration that follows it and trusts a key of its folder.
    pub(super) fn config(&self, key: &str) -> String {
        let url = &self.url;
        format!("[policy]\nbundle = '{url}'\nkey = '{key}.pub'\nkey_id = '{key}'\npoll = '100ms'\n")
    }
}

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A pair of keys in files of the folder that are called so: `NAME.pem`, and `NAME.pub` for who
/// is to check.
pub(super) fn make_key(folder: &Path, name: &str) {
    let (key, public) = (format!("{name}.pem"), format!("{name}.pub"));
    openssl(folder, &["genrsa", "-out", &key, "2048"]);
    openssl(folder, &["rsa", "-in", &key, "-pubout", "-out", &public]);
}

/// A packed bundle with OPA's signature over it, by a key of the folder.
pub(super) fn signed(folder: &Path, key: &str, letter: &str, tampered: bool) -> Vec<u8> {
    let text = rules(letter);
    let files = [("authz.rego", text.as_bytes())];
    let input = signing_input("RS256", key, files).unwrap();
    fs::write(folder.join("input"), &input).unwrap();
    let file = format!("{key}.pem");
    let signature = openssl(folder, &["dgst", "-sha256", "-sign", &file, "input"]);
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
    let signatures = serde_json::json!({"signatures": [token]}).to_string();
    let text = if tampered { text.replace("true", "true ") } else { text };
    pack([("authz.rego", text.as_bytes()), (".signatures.json", signatures.as_bytes())]).unwrap()
}
