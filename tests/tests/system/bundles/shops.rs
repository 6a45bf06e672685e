//! Where bundles come from: servers with and without TLS, and the keys that bundles are signed with.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
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
    pub(super) url: String,
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

/// An issuer of certificates, and one that it gave to this machine: `NAME.ca.pem`, `NAME.pem` and
/// `NAME.key` in a folder.
pub(super) fn make_issuer(folder: &Path, name: &str) {
    let (ca, ca_key) = (format!("{name}.ca.pem"), format!("{name}.ca.key"));
    let (leaf, key, asked) =
        (format!("{name}.pem"), format!("{name}.key"), format!("{name}.request"));
    let subject = format!("/CN={name}");
    let fresh = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
    let issuer = ["-out", &ca, "-subj", &subject, "-days", "2"];
    openssl(folder, &[&["req", "-x509"][..], &fresh, &[&ca_key], &issuer].concat());
    let request = ["-out", &asked, "-subj", "/CN=bundles"];
    openssl(folder, &[&["req"][..], &fresh, &[&key], &request].concat());
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let by = ["-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial", "-extfile", "names"];
    let given = ["-in", &asked, "-out", &leaf, "-days", "2"];
    openssl(folder, &[&["x509", "-req"][..], &by, &given].concat());
}

/// The files of a folder over TLS 1.3, by a certificate of an issuer of that folder.
pub(super) struct TlsShop {
    server: Child,
    url: String,
}

impl TlsShop {
    pub(super) fn open(folder: &Path, issuer: &str) -> Self {
        let (certificate, key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let mut server = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-WWW", "-tls1_3"])
            .args(["-cert", &certificate, "-key", &key])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("ACCEPT ").map(str::to_owned));
        let url = format!("https://{}/bundle.tar.gz", address.expect("where it listens"));
        // What it says of each connection is read to its end, so that it never waits for a reader.
        thread::spawn(move || lines.for_each(drop));
        Self { server, url }
    }

    /// A daemon's configuration that follows it.
    pub(super) fn config(&self) -> String {
        format!("[policy]\nbundle = '{}'\npoll = '100ms'\n", self.url)
    }
}

impl Drop for TlsShop {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
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
