//! What notifications are sent to: a server of HTTP on a thread, and a real server for mail.

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use conductor_tests::root;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// How long a caller may take to send a request.
const READ_WITHIN: Duration = Duration::from_secs(30);

/// A request that came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    headers: BTreeMap<String, String>,
    pub(super) body: String,
    status: u16,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no `{name}`: {self:?}"))
    }
}

#[derive(Default)]
struct Kept {
    requests: Mutex<Vec<Request>>,
    answers: Mutex<VecDeque<u16>>,
    closed: AtomicBool,
}

/// A server that keeps what is posted, and answers as it is told to: with 204 unless told otherwise.
pub(super) struct WebSink {
    address: String,
    kept: Arc<Kept>,
    serving: Option<JoinHandle<()>>,
}

impl WebSink {
    pub(super) fn open() -> Self {
        Self::at("127.0.0.1:0")
    }

    /// Where an earlier one was.
    pub(super) fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let kept = Arc::<Kept>::default();
        let shared = Arc::clone(&kept);
        let serving = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.closed.load(Ordering::Relaxed) {
                    return;
                }
                answer(stream, &shared);
            }
        });
        Self { address, kept, serving: Some(serving) }
    }

    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next answers.
    pub(super) fn answers(&self, statuses: &[u16]) {
        self.kept.answers.lock().unwrap().extend(statuses);
    }

    /// Every request, in its order.
    pub(super) fn all(&self) -> Vec<Request> {
        self.kept.requests.lock().unwrap().clone()
    }

    /// Those that were taken.
    pub(super) fn taken(&self) -> Vec<Request> {
        self.all().into_iter().filter(|request| request.status < 300).collect()
    }

    /// What those are about that were taken.
    pub(super) fn subjects(&self) -> Vec<String> {
        let subject = |request: Request| {
            let event: Value = serde_json::from_str(&request.body).unwrap();
            event["subject"].as_str().unwrap().to_owned()
        };
        self.taken().into_iter().map(subject).collect()
    }
}

impl Drop for WebSink {
    fn drop(&mut self) {
        self.kept.closed.store(true, Ordering::Relaxed);
        // Wakes the thread, so that nobody listens any more when this returns.
        drop(TcpStream::connect(&self.address));
        if let Some(serving) = self.serving.take() {
            serving.join().ok();
        }
    }
}

fn answer(mut stream: TcpStream, kept: &Kept) {
    stream.set_read_timeout(Some(READ_WITHIN)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut headers, mut line) = (BTreeMap::new(), String::new());
    while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 2) {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        line.clear();
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() || headers.is_empty() {
        return;
    }
    let status = kept.answers.lock().unwrap().pop_front().unwrap_or(204);
    let body = String::from_utf8(body).unwrap();
    kept.requests.lock().unwrap().push(Request { headers, body, status });
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok();
}

/// A mail that came.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: String,
    text: String,
}

impl Mail {
    /// A header; one that goes on over lines in one.
    pub(super) fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_else(|| panic!("no `{name}`: {self:?}")).to_owned()
    }

    pub(super) fn body(&self) -> String {
        let (_, body) = self.text.split_once("\r\n\r\n").unwrap();
        // As quoted-printable breaks lines.
        body.replace("=\r\n", "").replace("=3D", "=")
    }
}

/// aiosmtpd, in a folder of its own, at a port of its own choice.
pub(super) struct MailServer {
    server: Child,
    address: String,
    folder: TempDir,
}

/// Writes each mail as a line of JSON. With a certificate it takes mail after STARTTLS and a login only.
const SERVER: &str = r#"
import asyncio, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

got, certificate, password = sys.argv[1:4]

class Handler:
    async def handle_DATA(self, server, session, envelope):
        with open(got, 'a') as out:
            mail = {'from': envelope.mail_from, 'to': ','.join(envelope.rcpt_tos),
                    'text': envelope.content.decode()}
            out.write(json.dumps(mail) + '\n')
        return '250 OK'

def login(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b'conductor' and data.password == password.encode()
    return AuthResult(success=good)

options = {}
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate + '.pem', certificate + '.key')
    options = dict(tls_context=context, require_starttls=True, auth_required=True, authenticator=login)

async def main():
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Handler(), hostname='localhost', loop=loop, **options)
    server = await loop.create_server(make, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"#;

impl MailServer {
    /// One that takes mail from anybody; or, with a folder for its certificate and a password, only from
    /// who logs in. None where it is not installed.
    pub(super) fn open(closed: Option<(&Path, &str)>) -> Option<Self> {
        let python = root().join("target/aiosmtpd/bin/python3");
        let usable = |python: &PathBuf| {
            let tried =
                Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
            tried.is_ok_and(|status| status.success())
        };
        let python = [python, "python3".into()].into_iter().find(usable)?;
        let folder = tempfile::tempdir().unwrap();
        let (certificate, password) = match closed {
            None => (String::new(), ""),
            Some((folder, password)) => {
                make_certificate(folder);
                (folder.join("mail").display().to_string(), password)
            }
        };
        let mut server = Command::new(python)
            .args(["-c", SERVER])
            .arg(folder.path().join("mails"))
            .args([&certificate, password])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Some(Self { server, address: format!("127.0.0.1:{}", port.trim()), folder })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// What came, in its order.
    pub(super) fn mails(&self) -> Vec<Mail> {
        let text = fs::read_to_string(self.folder.path().join("mails")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// An issuer, and a certificate of it for this machine: `mail.ca.pem`, `mail.pem`, `mail.key`.
fn make_certificate(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let fresh = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
    let issuer = ["mail.ca.key", "-out", "mail.ca.pem", "-subj", "/CN=mail issuer", "-days", "2"];
    openssl(&[&["req", "-x509"][..], &fresh, &issuer].concat());
    let request = ["mail.key", "-out", "mail.request", "-subj", "/CN=mail"];
    openssl(&[&["req"][..], &fresh, &request].concat());
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let by =
        ["-CA", "mail.ca.pem", "-CAkey", "mail.ca.key", "-CAcreateserial", "-extfile", "names"];
    let given = ["-in", "mail.request", "-out", "mail.pem", "-days", "2"];
    openssl(&[&["x509", "-req"][..], &by, &given].concat());
}
