//! TLS at the door: who a certificate says somebody is, who is refused there, and what becomes of
//! those who are in when that changes. The certificates are openssl's.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use conductor_api::{Looked, Tls, TlsDoor, TlsFiles, Unguarded};
use conductor_client::{ClientError, Connection, Endpoint, Trust, TrustFiles};
use conductor_protocol::v1::{self, DoctorRequest, WhoAmIRequest};
use conductor_tests::{Authority, Issued, Wanted};
use tonic::Code;

use crate::rig::Rig;

const LOCAL: &str = "DNS:localhost,IP:127.0.0.1";
const DAY_MS: u64 = 24 * 3_600_000;

/// A daemon that is reached over TLS, and who vouches for what.
struct Guarded {
    rig: Rig,
    authority: Authority,
    server: Issued,
    tls: Tls,
    address: SocketAddr,
}

impl Guarded {
    async fn start(required: bool) -> Self {
        let authority = Authority::make("authority");
        let server = authority.issue("server", Wanted::of("/CN=conductord", LOCAL));
        let files = TlsFiles {
            certificate: server.certificate.clone(),
            key: server.key.clone(),
            client_ca: Some(authority.certificate()),
            client_crl: Some(authority.revoked()),
            required,
        };
        let mut rig = Rig::without_worker().await;
        let tls = Tls::load(files, rig.clock()).unwrap();
        let address = rig.serve_tls(tls.clone()).await;
        Self { rig, authority, server, tls, address }
    }

    fn connection(&self, own: Option<&Issued>) -> Connection {
        connect(self.address, self.authority.certificate(), own)
    }

    async fn who(&self, own: Option<&Issued>) -> Result<String, ClientError> {
        who(&self.connection(own)).await
    }
}

fn connect(address: SocketAddr, ca: PathBuf, own: Option<&Issued>) -> Connection {
    let files = TrustFiles {
        ca: Some(ca),
        certificate: own.map(|own| own.certificate.clone()),
        key: own.map(|own| own.key.clone()),
    };
    let endpoint: Endpoint = format!("https://localhost:{}", address.port()).parse().unwrap();
    let endpoint = endpoint.trusting(Trust::of(&files).unwrap());
    Connection::lazy(endpoint, v1::Scope::default())
}

async fn who(connection: &Connection) -> Result<String, ClientError> {
    connection.who_am_i(WhoAmIRequest { scope: None }).await.map(|me| me.principal)
}

#[tokio::test]
async fn a_certificate_names_its_principal() {
    let daemon = Guarded::start(false).await;
    let names = [
        ("URI:spiffe://example.org/deploy,DNS:deploy.example.org", "spiffe://example.org/deploy"),
        ("DNS:Worker-1.example.org,email:ops@example.org", "worker-1.example.org"),
        ("email:alice@example.org", "alice@example.org"),
        ("IP:192.0.2.7", "bob"),
        ("", "bob"),
    ];
    for (number, (names, expected)) in names.into_iter().enumerate() {
        let own = daemon.authority.issue(&format!("own-{number}"), Wanted::of("/CN=bob", names));
        let principal = daemon.who(Some(&own)).await.unwrap();
        assert_eq!(principal, format!("cert:{expected}"), "{names}");
    }
}

#[tokio::test]
async fn who_is_not_vouched_for_is_refused_in_the_handshake() {
    let daemon = Guarded::start(false).await;
    let refused = async |own: &Issued, words: &str| match daemon.who(Some(own)).await {
        Err(ClientError::Untrusted { reason, hint, .. }) => {
            assert!(reason.contains(words), "{reason}");
            assert!(!hint.is_empty());
        }
        other => panic!("{words}: {other:?}"),
    };
    let other = Authority::make("another");
    let own = other.issue("own", Wanted::of("/CN=alice", ""));
    refused(&own, "does not trust whoever signed").await;
    let times = Some(("20200101000000Z", "20200201000000Z"));
    let old = Wanted { subject: "/CN=alice", names: "", times };
    refused(&daemon.authority.issue("old", old), "has expired").await;
    let nameless = [
        ("spaces", "/CN=Alice Smith", ""),
        ("none", "/O=Example", ""),
        ("two-commons", "/CN=alice/CN=bob", ""),
        ("two-uris", "/CN=alice", "URI:spiffe://example.org/a,URI:spiffe://example.org/b"),
        ("two-mails", "/CN=alice", "email:alice@example.org,email:bob@example.org"),
    ];
    for (name, subject, names) in nameless {
        let own = daemon.authority.issue(name, Wanted::of(subject, names));
        refused(&own, "does not say who you are").await;
    }
    // One that counts until it is revoked.
    let taken = daemon.authority.issue("taken", Wanted::of("/CN=carol", ""));
    assert_eq!(daemon.who(Some(&taken)).await.unwrap(), "cert:carol");
    daemon.authority.revoke(&taken);
    assert_eq!(daemon.tls.look(), Looked::Taken);
    refused(&taken, "is revoked").await;
}

#[tokio::test]
async fn who_is_in_has_to_come_again_when_clients_certificates_change() {
    let daemon = Guarded::start(false).await;
    let alice = daemon.authority.issue("alice", Wanted::of("/CN=alice", ""));
    let bob = daemon.authority.issue("bob", Wanted::of("/CN=bob", ""));
    let anybody = daemon.connection(None);
    let (as_alice, as_bob) = (daemon.connection(Some(&alice)), daemon.connection(Some(&bob)));
    // A stream that goes on for as long as the connection does.
    let scope = None;
    let request = v1::GrantRequest {
        scope: scope.clone(),
        principal: "cert:alice".into(),
        role: "read_only".into(),
        idempotency_key: String::new(),
    };
    daemon.rig.admin().await.system().grant(request).await.unwrap();
    let mut runs = as_alice.services().runs;
    let watching = v1::WatchRunsRequest { scope, ..v1::WatchRunsRequest::default() };
    let mut watched = runs.watch_list(watching).await.unwrap().into_inner();
    assert!(watched.message().await.unwrap().is_some());
    assert_eq!(who(&as_bob).await.unwrap(), "cert:bob");
    assert_eq!(who(&anybody).await.unwrap(), "tls:anonymous");

    // A new certificate of the server's own changes nothing for those who are in.
    renew(&daemon, Wanted::of("/CN=conductord", LOCAL));
    assert_eq!(daemon.tls.look(), Looked::Taken);
    assert_eq!(daemon.tls.look(), Looked::Same);
    daemon.authority.revoke(&alice);
    assert_eq!(daemon.tls.look(), Looked::Taken);
    let broken = loop {
        match watched.message().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert!(broken.is_err(), "the stream went on: {broken:?}");
    assert!(matches!(who(&as_alice).await, Err(ClientError::Untrusted { .. })));
    // Who is not revoked comes again by itself; a call may meet the end of the connection.
    let mut again = who(&as_bob).await;
    while matches!(again, Err(ClientError::Unreachable { .. })) {
        again = who(&as_bob).await;
    }
    assert_eq!(again.unwrap(), "cert:bob");
}

/// Another certificate in the same files.
fn renew(daemon: &Guarded, wanted: Wanted<'_>) {
    let fresh = daemon.authority.issue("fresh", wanted);
    std::fs::rename(&fresh.certificate, &daemon.server.certificate).unwrap();
    std::fs::rename(&fresh.key, &daemon.server.key).unwrap();
}

#[tokio::test]
async fn without_a_certificate_nobody_is_known() {
    let daemon = Guarded::start(false).await;
    let anybody = daemon.connection(None);
    assert_eq!(who(&anybody).await.unwrap(), "tls:anonymous");
    let denied = anybody.status(v1::StatusRequest { scope: None }).await.unwrap_err();
    assert_eq!(denied.refusal().unwrap().grpc, Code::PermissionDenied, "{denied}");
    let grant = v1::GrantRequest {
        scope: None,
        principal: "tls:anonymous".into(),
        role: "operator".into(),
        idempotency_key: String::new(),
    };
    let refused = daemon.rig.admin().await.system().grant(grant).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");

    let strict = Guarded::start(true).await;
    match strict.who(None).await {
        Err(ClientError::Untrusted { reason, .. }) => {
            assert!(reason.contains("asks for a client certificate"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn its_end_is_told_two_weeks_before() {
    let daemon = Guarded::start(false).await;
    let admin = daemon.rig.admin().await;
    let told = async || {
        let checks = admin.system().doctor(DoctorRequest { scope: None }).await.unwrap();
        let checks = checks.into_inner().checks;
        let found = checks.into_iter().find(|check| check.name == "tls").unwrap();
        (found.status, found.message)
    };
    assert_eq!(told().await, ("ok".into(), "the server's certificate ends in 29 days".into()));
    daemon.rig.later(16 * DAY_MS);
    assert_eq!(told().await, ("warn".into(), "the server's certificate ends in 13 days".into()));
    assert!(daemon.tls.warning().is_some());
    // One that has ended already is no better.
    let times = Some(("20200101000000Z", "20200201000000Z"));
    let wanted = Wanted { subject: "/CN=conductord", names: LOCAL, times };
    renew(&daemon, wanted);
    assert!(matches!(daemon.tls.look(), Looked::Kept(_)));
    let (status, message) = told().await;
    assert_eq!(status, "warn");
    assert!(message.contains("not taken: the new certificate has ended"), "{message}");
    daemon.rig.later(14 * DAY_MS);
    assert_eq!(told().await.0, "fail");
}

#[tokio::test]
async fn beyond_loopback_there_is_a_way_to_say_who_one_is() {
    let daemon = Guarded::start(false).await;
    let open = "0.0.0.0:0".parse().unwrap();
    let files = TlsFiles { client_ca: None, client_crl: None, ..daemon.tls.files().clone() };
    let tls = Tls::load(files, daemon.rig.clock()).unwrap();
    let refused = TlsDoor::bind(open, tls.clone(), false).await;
    assert!(matches!(refused, Err(Unguarded::NobodyKnown { .. })), "{refused:?}");
    TlsDoor::bind(open, tls.clone(), true).await.unwrap();
    TlsDoor::bind("127.0.0.1:0".parse().unwrap(), tls, false).await.unwrap();
    TlsDoor::bind(open, daemon.tls.clone(), false).await.unwrap();
}

/// Those who come and say nothing keep nobody out.
#[tokio::test]
async fn silent_connections_keep_nobody_out() {
    let daemon = Guarded::start(false).await;
    let mut silent = Vec::new();
    for _ in 0..conductor_api::limits::HANDSHAKES_MAX - 1 {
        silent.push(tokio::net::TcpStream::connect(daemon.address).await.unwrap());
    }
    let known = tokio::time::timeout(Duration::from_secs(5), daemon.who(None)).await;
    assert_eq!(known.unwrap().unwrap(), "tls:anonymous");
    drop(silent);
}
