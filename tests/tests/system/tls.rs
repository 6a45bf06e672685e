//! TCP with TLS 1.3: real certificates, openssl at the other end, nothing older and nothing plain.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use conductor_protocol::v1::RunStatus;
use conductor_tests::{Answer, Authority, Console, Daemon, Issued, Setup, Wanted, until};

use crate::workflows;

const LOCAL: &str = "DNS:localhost,IP:127.0.0.1";

/// A daemon with TLS, and who signed its certificate.
struct Guarded {
    daemon: Daemon,
    authority: Authority,
    server: Issued,
}

impl Guarded {
    fn start(more: &str) -> Self {
        Self::with(Wanted::of("/CN=conductord", LOCAL), more)
    }

    fn with(wanted: Wanted<'_>, more: &str) -> Self {
        let authority = Authority::make("authority");
        let server = authority.issue("server", wanted);
        let config = config("127.0.0.1:0", &authority, &server);
        let config = format!("{config}{more}");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        Self { daemon, authority, server }
    }

    fn address(&self) -> SocketAddr {
        listens_at(&self.daemon)
    }

    fn host(&self) -> String {
        format!("https://localhost:{}", self.address().port())
    }

    /// The console, over TLS, trusting whoever signed the daemon's certificate.
    fn call(&self, own: Option<&Issued>, arguments: &[&str]) -> Answer {
        self.call_at(&self.host(), Some(&self.authority.certificate()), own, arguments)
    }

    fn call_at(
        &self,
        host: &str,
        ca: Option<&Path>,
        own: Option<&Issued>,
        arguments: &[&str],
    ) -> Answer {
        call_at(&self.daemon.console(), (host, ca), own, arguments)
    }
}

fn call_at(
    console: &Console,
    (host, ca): (&str, Option<&Path>),
    own: Option<&Issued>,
    arguments: &[&str],
) -> Answer {
    let mut words = vec!["--host".to_owned(), host.to_owned()];
    let files = [("--ca", ca), ("--cert", own.map(|own| own.certificate.as_path()))];
    let files = files.into_iter().chain([("--cert-key", own.map(|own| own.key.as_path()))]);
    for (flag, file) in files {
        words.extend(
            file.map(|file| [flag.to_owned(), file.display().to_string()]).into_iter().flatten(),
        );
    }
    words.extend(arguments.iter().map(|word| (*word).to_owned()));
    console.call(&words)
}

fn config(listen: &str, authority: &Authority, server: &Issued) -> String {
    format!(
        "listen = '{listen}'\n[tls]\ncertificate = '{}'\nkey = '{}'\nclient_ca = '{}'\n",
        server.certificate.display(),
        server.key.display(),
        authority.certificate().display(),
    )
}

/// Where a daemon says that it listens on TCP.
fn listens_at(daemon: &Daemon) -> SocketAddr {
    let log = daemon.log();
    let line = log.lines().find(|line| line.contains("listening on TCP")).unwrap();
    let at = line.find("127.0.0.1:").unwrap();
    let text: String =
        line[at..].chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect();
    text.parse().unwrap()
}

/// What `openssl s_client` says of a server.
fn s_client(address: SocketAddr, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &address.to_string(), "-servername", "localhost"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn openssl_gets_tls_1_3_and_nothing_older() {
    let guarded = Guarded::start("");
    let ca = guarded.authority.certificate();
    let trust = ["-CAfile", ca.to_str().unwrap(), "-verify_return_error", "-alpn", "h2"];
    let named = ["-verify_hostname", "localhost"];
    let (done, said) = s_client(guarded.address(), &[&["-tls1_3"][..], &trust, &named].concat());
    assert!(done, "{said}");
    for words in ["TLSv1.3", "Verification: OK", "ALPN protocol: h2", "/CN=authority"] {
        let slashed = said.replace("CN = ", "/CN=");
        assert!(slashed.contains(words), "`{words}` is not in {slashed}");
    }
    for older in ["-tls1_2", "-tls1_1", "-tls1"] {
        // Without a level openssl itself would not try what is as old as that.
        let asked = [older, "-cipher", "DEFAULT:@SECLEVEL=0"];
        let (done, said) = s_client(guarded.address(), &[&asked[..], &trust].concat());
        assert!(!done, "{older}: {said}");
        // Of what is older still the library says only that there is no handshake.
        let told = ["alert protocol version", "alert handshake failure"];
        assert!(told.iter().any(|words| said.contains(words)), "{older}: {said}");
    }
    let plain = [&["-tls1_3", "-alpn", "http/1.1"][..], &trust[..3]].concat();
    let (done, said) = s_client(guarded.address(), &plain);
    assert!(done && said.contains("ALPN protocol: http/1.1"), "{said}");
    let (done, said) = s_client(guarded.address(), &["-tls1_3", "-alpn", "smtp"]);
    assert!(!done && said.contains("no application protocol"), "{said}");
}

#[test]
fn a_person_acts_by_a_certificate_and_a_role() {
    let guarded = Guarded::start("");
    let alice =
        guarded.authority.issue("alice", Wanted::of("/CN=alice", "email:alice@example.org"));
    let me = guarded.call(Some(&alice), &["whoami", "-o", "json"]).exits(0).json();
    assert_eq!(me["principal"], "cert:alice@example.org");
    drop(guarded.call(Some(&alice), &["runs", "list"]).exits(3));
    let grant = ["grants", "add", "cert:alice@example.org", "operator"];
    drop(guarded.daemon.console().call(&grant).exits(0));
    drop(guarded.call(Some(&alice), &["runs", "list"]).exits(0));
    // The same, by the environment and by the configuration file.
    let console = guarded.daemon.console();
    let text = |path: &Path| path.display().to_string();
    let by_environment = console
        .command(&["whoami"])
        .env("CONDUCTOR_HOST", guarded.host())
        .env("CONDUCTOR_CA", guarded.authority.certificate())
        .env("CONDUCTOR_CERT", &alice.certificate)
        .env("CONDUCTOR_CERT_KEY", &alice.key)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&by_environment.stdout).contains("cert:alice@example.org"));
    let file = guarded.daemon.folder().join("console.toml");
    let written = format!(
        "host = '{}'\n[tls]\nca = '{}'\ncertificate = '{}'\nkey = '{}'\n",
        guarded.host(),
        text(&guarded.authority.certificate()),
        text(&alice.certificate),
        text(&alice.key),
    );
    fs::write(&file, written).unwrap();
    let by_file = console
        .command(&["--config", &text(&file), "whoami"])
        .env_remove("CONDUCTOR_HOST")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&by_file.stdout).contains("cert:alice@example.org"));
    // The system's own certificates count where nothing else is named.
    let by_system = console
        .command(&["--host", &guarded.host(), "whoami"])
        .env("SSL_CERT_FILE", guarded.authority.certificate())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&by_system.stdout).contains("tls:anonymous"));
}

#[test]
fn what_is_wrong_with_a_server_is_told_with_its_mend() {
    let guarded = Guarded::with(Wanted::of("/CN=conductord", "DNS:localhost"), "");
    let ca = guarded.authority.certificate();
    let port = guarded.address().port();
    let other = Authority::make("another");
    let check = |host: &str, ca: &Path, words: &[&str]| {
        let answer = guarded.call_at(host, Some(ca), None, &["whoami"]).exits(5);
        drop(answer.complains_of(words).complains_of(&["hint:"]));
    };
    let local = format!("https://localhost:{port}");
    check(&local, &other.certificate(), &["signed by nobody who is trusted here", "--ca"]);
    let by_number = format!("https://127.0.0.1:{port}");
    check(&by_number, &ca, &["is for localhost, not for 127.0.0.1"]);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check(&format!("https://localhost:{}", gone.port()), &ca, &["reach the daemon"]);

    let times = Some(("20200101000000Z", "20200201000000Z"));
    let old = Wanted { subject: "/CN=conductord", names: LOCAL, times };
    let expired = Guarded::with(old, "");
    let answer = expired.call(None, &["whoami"]).exits(5);
    drop(answer.complains_of(&["its certificate has expired", "renew"]));
    // The daemon says so, too.
    until("a word of the daemon's", || {
        expired.daemon.log().contains("the server's certificate has ended")
    });
    let doctor = expired.daemon.console().call(&["doctor"]).exits(1);
    assert!(doctor.stdout.contains("the server's certificate has ended"), "{doctor:#?}");

    let plain =
        Daemon::start_with(Setup { config: "listen = '127.0.0.1:0'\n".into(), ..Setup::default() });
    let host = format!("https://localhost:{}", listens_at(&plain).port());
    check(&host, &ca, &["make a trusted connection", "[tls]"]);
    let elder = OldServer::start(&guarded.server);
    let host = format!("https://localhost:{}", elder.port);
    check(&host, &ca, &["speaks no TLS 1.3"]);
}

/// A server that knows TLS 1.2 at most.
struct OldServer {
    child: Child,
    port: u16,
}

impl OldServer {
    fn start(server: &Issued) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-alpn", "h2", "-cert"])
            .arg(&server.certificate)
            .arg("-key")
            .arg(&server.key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut output = child.stdout.take().unwrap();
        let mut byte = [0];
        let port = loop {
            output.read_exact(&mut byte).unwrap();
            said.push(char::from(byte[0]));
            let line = said.lines().find(|line| line.starts_with("ACCEPT "));
            if let Some(line) = line.filter(|_| said.ends_with('\n')) {
                break line.rsplit(':').next().unwrap().trim().parse().unwrap();
            }
        };
        // What it says later is read to its end, so that it never waits for a reader.
        thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self { child, port }
    }
}

impl Drop for OldServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Somebody in between takes the TLS away: on neither side is anything plain taken or said.
#[test]
fn nothing_plain_is_spoken_where_tls_was_asked_for() {
    let guarded = Guarded::start("");
    let plain =
        Daemon::start_with(Setup { config: "listen = '127.0.0.1:0'\n".into(), ..Setup::default() });
    let proxy = Proxy::to(listens_at(&plain));
    let answer = guarded.call_at(
        &format!("https://localhost:{}", proxy.port),
        Some(&guarded.authority.certificate()),
        None,
        &["runs", "list"],
    );
    drop(answer.exits(5).complains_of(&["make a trusted connection"]));
    let heard = proxy.heard();
    assert!(heard.starts_with(&[22, 3]), "no TLS record: {heard:?}");
    let said = String::from_utf8_lossy(&heard).into_owned();
    assert!(!said.contains("PRI * HTTP/2"), "something plain was said: {said}");

    // And a caller without TLS gets nothing but an alert from a daemon that has it.
    let mut stream = TcpStream::connect(guarded.address()).unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    assert!(answer.is_empty() || answer.starts_with(&[21, 3]), "{answer:?}");
    let http = format!("http://{}", guarded.address());
    let refused = guarded.call_at(&http, None, None, &["whoami"]).exits(5);
    drop(refused.complains_of(&["without TLS", "https://"]));
}

/// Passes bytes on as they are and keeps those of the caller.
struct Proxy {
    port: u16,
    heard: std::sync::mpsc::Receiver<Vec<u8>>,
}

impl Proxy {
    fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, heard) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(server).unwrap();
                let (mut back, mut forth) =
                    (caller.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut forth, &mut back));
                let tell = tell.clone();
                thread::spawn(move || pass_on(caller, server, &tell));
            }
        });
        Self { port, heard }
    }

    fn heard(&self) -> Vec<u8> {
        let first = self.heard.recv_timeout(Duration::from_secs(30)).unwrap();
        self.heard.try_iter().fold(first, |all, next| [all, next].concat())
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, tell: &std::sync::mpsc::Sender<Vec<u8>>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        tell.send(bytes[..count].to_vec()).ok();
        if to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

#[test]
fn what_others_could_reach_or_read_is_refused_at_start() {
    let authority = Authority::make("authority");
    let server = authority.issue("server", Wanted::of("/CN=conductord", LOCAL));
    let refused = |config: String, words: &[&str]| {
        let daemon = Daemon::prepare(Setup { config, ..Setup::default() });
        drop(daemon.call(&[]).exits(8).complains_of(words));
        assert!(!daemon.socket().exists(), "it began to listen");
    };
    refused("listen = '0.0.0.0:0'\n".into(), &["can be reached from elsewhere", "[tls]"]);
    refused("metrics_listen = '0.0.0.0:0'\n".into(), &["can be reached from elsewhere"]);
    let absent = "[tls]\ncertificate = '/nowhere/own.pem'\nkey = '/nowhere/own.key'\n";
    refused(absent.into(), &["/nowhere/own"]);
    let whole = config("0.0.0.0:0", &authority, &server);
    let nobody_known = whole.lines().filter(|line| !line.starts_with("client_ca"));
    let nobody_known: String = nobody_known.flat_map(|line| [line, "\n"]).collect();
    refused(nobody_known, &["nobody could say there who they are", "client_ca"]);
    let open = |mode| fs::set_permissions(&server.key, fs::Permissions::from_mode(mode)).unwrap();
    open(0o640);
    refused(whole.clone(), &["others can get at it", "0640"]);
    open(0o600);
    let another = authority.issue("another", Wanted::of("/CN=conductord", LOCAL));
    let mixed = Issued { key: another.key, ..server.clone() };
    refused(config("127.0.0.1:0", &authority, &mixed), &["does not go with the certificate"]);
    let gone = Issued { certificate: "/nonexistent/server.pem".into(), ..server.clone() };
    refused(config("127.0.0.1:0", &authority, &gone), &["/nonexistent/server.pem"]);

    // What is well and of no use is told.
    let (_, unused) = whole.split_once('\n').unwrap();
    let daemon = Daemon::start_with(Setup { config: unused.to_owned(), ..Setup::default() });
    assert!(daemon.log().contains("there is no `listen`"), "{}", daemon.log());
    drop(daemon);

    // With a way to say who one is, anybody may knock.
    let daemon = Daemon::start_with(Setup { config: whole, ..Setup::default() });
    assert!(daemon.log().contains("listening on TCP with TLS 1.3"), "{}", daemon.log());
}

#[test]
fn a_private_key_that_others_can_read_is_not_used() {
    let guarded = Guarded::start("");
    let alice = guarded.authority.issue("alice", Wanted::of("/CN=alice", ""));
    fs::set_permissions(&alice.key, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = guarded.call(Some(&alice), &["whoami"]).exits(2);
    drop(refused.complains_of(&["others can get at it", "0644"]));
}

#[test]
fn new_certificates_are_taken_while_it_runs_and_bad_ones_are_not() {
    let guarded = Guarded::start("");
    let (ca, port) = (guarded.authority.certificate(), guarded.address().port());
    let by_number = format!("https://127.0.0.1:{port}");
    drop(guarded.call_at(&by_number, Some(&ca), None, &["whoami"]).exits(0));
    let issue = |name: &str, wanted: Wanted<'_>| {
        let fresh = guarded.authority.issue(name, wanted);
        fs::rename(&fresh.key, &guarded.server.key).unwrap();
        fs::rename(&fresh.certificate, &guarded.server.certificate).unwrap();
    };
    issue("second", Wanted::of("/CN=second", "DNS:localhost"));
    until("the new certificate", || guarded.daemon.log().contains("new certificates are taken"));
    drop(guarded.call(None, &["whoami"]).exits(0));
    drop(guarded.call_at(&by_number, Some(&ca), None, &["whoami"]).exits(5));
    fs::write(&guarded.server.certificate, "no certificate").unwrap();
    until("a word on the bad one", || guarded.daemon.log().contains("the old ones go on"));
    drop(guarded.call(None, &["whoami"]).exits(0));
    let doctor = guarded.daemon.console().call(&["doctor"]);
    assert!(doctor.stdout.contains("new certificate files are not taken"), "{doctor:#?}");
    issue("third", Wanted::of("/CN=third", LOCAL));
    until("the third", || {
        guarded.call_at(&by_number, Some(&ca), None, &["whoami"]).code == Some(0)
    });
}

#[tokio::test]
async fn a_worker_elsewhere_works_over_tls() {
    let guarded = Guarded::start("[worker]\ncapacity = 0\n");
    let daemon = &guarded.daemon;
    daemon.console().publish(workflows::NOOP);
    let own = guarded.authority.issue("worker", Wanted::of("/CN=w", "DNS:worker-1.example.org"));
    let grant = ["grants", "add", "cert:worker-1.example.org", "operator"];
    drop(daemon.console().call(&grant).exits(0));
    let worker = |ca: &Path| {
        let mut command = Command::new(&conductor_tests::binaries().conductord);
        command.args(["worker", "--connect", &guarded.host(), "--ca"]).arg(ca);
        command.arg("--cert").arg(&own.certificate).arg("--cert-key").arg(&own.key);
        command.current_dir(daemon.folder()).env("HOME", daemon.folder()).stdin(Stdio::null());
        command
    };
    let api = daemon.api().await;
    let run = api.start("noop", "{}", "").await.unwrap();
    // A script asks the daemon over TLS, too: by the token of its attempt, trusting the same CA.
    let conductor = conductor_tests::binaries().conductor.display().to_string();
    let asks = "name: asks\nversion: 1.0.0\ntasks:\n  - {id: a, uses: pkg:builtin/shell@1, with: {run: 'CONDUCTOR whoami'}}\n";
    daemon.console().publish(&asks.replace("CONDUCTOR", &conductor));
    let asking = api.start("asks", "{}", "").await.unwrap();
    let mut working = worker(&guarded.authority.certificate()).spawn().unwrap();
    let ended = [api.ended(&run).await, api.ended(&asking).await];
    working.kill().unwrap();
    working.wait().unwrap();
    for run in ended {
        let ended = run.summary.unwrap();
        assert_eq!(ended.status(), RunStatus::Succeeded, "{ended:?}");
    }
    let told = daemon.console().call(&["runs", "logs", &asking, "a"]).exits(0).stdout;
    assert!(told.contains(&format!("task:{asking}/a")) && told.contains("known by"), "{told}");
}
