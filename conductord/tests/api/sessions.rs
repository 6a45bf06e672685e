//! Logging in with a key: what opens a session, what does not, how far one reaches, when it is over.

mod faults;

use std::{path::Path, process::Command};

use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_protocol::{
    login::Statement,
    v1::{self, keys_client::KeysClient, sessions_client::SessionsClient},
};
use serde_json::Value;
use tonic::{Request, Status, transport::Channel};
use tonic_types::StatusExt as _;

use crate::rig::{Client, Rig, is};

const ALICE: &str = "uid:2001";
const BOB: &str = "uid:2002";
const HOUR_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;

/// A daemon, its administrator, and somebody on TCP who is nobody.
struct Stage {
    rig: Rig,
    admin: Client,
    stranger: Client,
}

impl Stage {
    async fn set() -> Self {
        let rig = Rig::without_worker().await;
        let (admin, stranger) = (rig.admin().await, rig.stranger().await);
        for tenant in ["acme", "globex"] {
            admin.create_tenant(tenant).await;
        }
        Self { rig, admin, stranger }
    }

    /// A key of somebody, enrolled in a tenant for these namespaces; for all without any.
    async fn key(&self, principal: &str, tenant: &str, namespaces: &[&str]) -> SecretKey {
        let (key, public_key) = fresh_key(self.rig.folder());
        let namespaces = namespaces.iter().map(|name| (*name).to_owned()).collect();
        self.enroll(
            tenant,
            v1::NewKey {
                principal: principal.into(),
                public_key,
                namespaces,
                ..Default::default()
            },
        )
        .await;
        key
    }

    async fn enroll(&self, tenant: &str, key: v1::NewKey) {
        let request =
            v1::EnrollKeysRequest { scope: scope(tenant), keys: vec![key], ..Default::default() };
        KeysClient::new(self.admin.channel()).enroll(request).await.unwrap();
    }

    async fn revoke(&self, tenant: &str, key: &SecretKey) {
        let request = v1::RevokeKeyRequest {
            scope: scope(tenant),
            fingerprint: fingerprint(key),
            reason: "lost".into(),
            ..Default::default()
        };
        KeysClient::new(self.admin.channel()).revoke(request).await.unwrap();
    }

    async fn challenge(&self, tenant: &str) -> String {
        let request = v1::ChallengeRequest { scope: scope(tenant), ..Default::default() };
        sessions(&self.stranger).challenge(request).await.unwrap().into_inner().statement
    }

    /// Has somebody log in, from TCP.
    async fn login(&self, tenant: &str, key: &mut SecretKey) -> Result<Login, Status> {
        let statement = self.challenge(tenant).await;
        let signature = signed(key, &statement);
        self.open(tenant, (statement, signature)).await
    }

    async fn open(
        &self,
        tenant: &str,
        (statement, signature): (String, String),
    ) -> Result<Login, Status> {
        let request = v1::OpenSessionRequest { scope: scope(tenant), statement, signature };
        let opened = sessions(&self.stranger).open(request).await?.into_inner();
        Ok(Login { token: opened.token, session: opened.session.unwrap() })
    }

    /// Who the daemon takes the bearer of a token for.
    async fn who(&self, token: &str, tenant: &str) -> Result<v1::WhoAmIResponse, Status> {
        let request = bearing(token, v1::WhoAmIRequest { scope: scope(tenant) });
        Ok(self.stranger.system().who_am_i(request).await?.into_inner())
    }

    /// Ends a session, in the name of whoever bears a token.
    async fn end(&self, token: &str, tenant: &str, session: &str) -> Result<v1::Session, Status> {
        let request =
            v1::EndSessionRequest { scope: scope(tenant), session_id: session.to_owned() };
        let ended = sessions(&self.stranger).end(bearing(token, request)).await?;
        Ok(ended.into_inner().session.unwrap())
    }

    /// What is said of ended sessions: their causes, oldest first.
    async fn causes(&self, tenant: &str) -> Vec<String> {
        let request = v1::TailRequest {
            scope: scope(tenant),
            kinds: vec!["session.ended".into()],
            ..Default::default()
        };
        let mut stream = self.admin.ledger().tail(request).await.unwrap().into_inner();
        let mut causes = Vec::new();
        while let Some(event) = stream.message().await.unwrap() {
            let record: Value = serde_json::from_str(&event.data_json).unwrap();
            causes.push(record["event"]["data"]["cause"].as_str().unwrap().to_owned());
        }
        causes
    }
}

#[derive(Debug)]
struct Login {
    token: String,
    session: v1::Session,
}

fn scope(tenant: &str) -> Option<v1::Scope> {
    Some(v1::Scope { tenant: tenant.into(), ..Default::default() })
}

fn sessions(client: &Client) -> SessionsClient<Channel> {
    SessionsClient::new(client.channel())
}

fn bearing<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

fn fingerprint(key: &SecretKey) -> String {
    key.credential().key().fingerprint().to_string()
}

fn signed(key: &mut SecretKey, statement: &str) -> String {
    sshsig::sign(key, "login@conductor", statement.as_bytes()).unwrap()
}

/// A key pair as `ssh-keygen` makes it; the public line.
fn fresh_key(folder: &Path) -> (SecretKey, String) {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let path = folder.path().join("key");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(&path);
    assert!(command.status().unwrap().success());
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    (SecretKey::load(&path, None).unwrap(), public.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_an_enrolled_key_acts_as_its_owner() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "", &[]).await;
    let login = stage.login("", &mut key).await.unwrap();
    assert!(login.token.starts_with("cst_") && login.token.len() == 68, "{}", login.token.len());
    let v1::Session { principal, fingerprint: print, tenant, everywhere, channel, .. } =
        &login.session;
    assert_eq!((principal.as_str(), tenant.as_str(), channel.as_str()), (ALICE, "default", "tcp"));
    assert_eq!((print, *everywhere), (&fingerprint(&key), true));
    let me = stage.who(&login.token, "").await.unwrap();
    assert_eq!((me.principal.as_str(), me.channel.as_str()), (ALICE, "session"));
    assert_eq!(me.session_id, login.session.session_id);
    assert_eq!(me.session_ends_at, login.session.ends_at);
    // A name opens no door: roles do, as for everybody.
    let runs = |token: &str| bearing(token, v1::ListRunsRequest::default());
    is(&stage.stranger.runs().list(runs(&login.token)).await.unwrap_err(), "PERMISSION_DENIED");
    stage.admin.grant(ALICE, "operator").await;
    stage.stranger.runs().list(runs(&login.token)).await.unwrap();
    stage.admin.revoke(ALICE, "operator").await;
    is(&stage.stranger.runs().list(runs(&login.token)).await.unwrap_err(), "PERMISSION_DENIED");
    // The connection is who it was, without the token.
    let request = v1::WhoAmIRequest::default();
    let plain = stage.stranger.system().who_am_i(request).await.unwrap().into_inner();
    assert_eq!((plain.principal.as_str(), plain.channel.as_str()), ("tcp:anonymous", "tcp"));
    // What policy is told of it, and that it decided.
    let events = stage.admin.events("decision.recorded").await;
    let opened = events.iter().filter(|event| event.data_json.contains("\"session.open\""));
    let data: Vec<Value> =
        opened.map(|event| serde_json::from_str(&event.data_json).unwrap()).collect();
    assert_eq!(data.len(), 1);
    let question = &data[0]["event"]["data"]["input"];
    assert_eq!(
        (&question["subject"]["principal"], &question["context"]["channel"]),
        (&ALICE.into(), &"tcp".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_reaches_as_far_as_its_key() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    stage.admin.grant(ALICE, "operator").await;
    let login = stage.login("acme", &mut key).await.unwrap();
    assert!(!login.session.everywhere);
    stage.who(&login.token, "acme").await.unwrap();
    for elsewhere in ["", "globex", "nowhere"] {
        is(&stage.who(&login.token, elsewhere).await.unwrap_err(), "SESSION_ELSEWHERE");
        let request = v1::ListRunsRequest { scope: scope(elsewhere), ..Default::default() };
        let refused = stage.stranger.runs().list(bearing(&login.token, request)).await;
        is(&refused.unwrap_err(), "SESSION_ELSEWHERE");
    }
    // A worker works for the whole daemon.
    let work = bearing(&login.token, v1::ListWorkersRequest { scope: scope("") });
    is(&stage.stranger.workers().list(work).await.unwrap_err(), "SESSION_ELSEWHERE");
    // Nobody becomes an administrator of all tenants by a key of one.
    let request = v1::GrantRequest {
        principal: ALICE.into(),
        role: "conductor_admin".into(),
        ..Default::default()
    };
    stage.admin.system().grant(request).await.unwrap();
    is(&stage.who(&login.token, "acme").await.unwrap_err(), "SESSION_OVER");
    is(&stage.login("acme", &mut key).await.unwrap_err(), "LOGIN_FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_in_every_way_that_there_is() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    let over = async |login: &Login| {
        is(&stage.who(&login.token, "acme").await.unwrap_err(), "SESSION_OVER");
    };
    // Its owner logs out.
    let login = stage.login("acme", &mut key).await.unwrap();
    let ended = stage.end(&login.token, "acme", "").await.unwrap();
    assert_eq!(ended.session_id, login.session.session_id);
    over(&login).await;
    // An administrator ends it, and nobody else does.
    let login = stage.login("acme", &mut key).await.unwrap();
    let mut bob = stage.key(BOB, "acme", &[]).await;
    let other = stage.login("acme", &mut bob).await.unwrap();
    let denied = stage.end(&other.token, "acme", &login.session.session_id).await;
    is(&denied.unwrap_err(), "PERMISSION_DENIED");
    let request = v1::EndSessionRequest {
        scope: scope("acme"),
        session_id: login.session.session_id.clone(),
    };
    sessions(&stage.admin).end(request.clone()).await.unwrap();
    over(&login).await;
    is(&sessions(&stage.admin).end(request).await.unwrap_err(), "SESSION_NOT_FOUND");
    // Nothing comes with it for too long; something does, and it goes on.
    let login = stage.login("acme", &mut key).await.unwrap();
    stage.rig.later(29 * MINUTE_MS);
    stage.who(&login.token, "acme").await.unwrap();
    stage.rig.later(29 * MINUTE_MS);
    stage.who(&login.token, "acme").await.unwrap();
    stage.rig.later(30 * MINUTE_MS);
    over(&login).await;
    over(&login).await;
    // Its key is revoked.
    let login = stage.login("acme", &mut key).await.unwrap();
    stage.revoke("acme", &key).await;
    over(&login).await;
    // Its time is over, however much it is used.
    let mut key = stage.key(ALICE, "acme", &[]).await;
    let login = stage.login("acme", &mut key).await.unwrap();
    for _ in 0..24 {
        stage.rig.later(20 * MINUTE_MS - 1_000);
        stage.who(&login.token, "acme").await.unwrap();
    }
    stage.rig.later(20 * MINUTE_MS);
    over(&login).await;
    let causes = stage.causes("acme").await;
    let known = ["logged_out", "ended", "idle", "key_revoked"];
    let told: Vec<&str> =
        causes.iter().map(String::as_str).filter(|cause| known.contains(cause)).collect();
    assert_eq!(told, known, "{causes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_no_longer_than_its_key() {
    let stage = Stage::set().await;
    let (mut key, public_key) = fresh_key(stage.rig.folder());
    let now = stage.rig.engine().now();
    let last = pbjson_types::Timestamp {
        seconds: i64::try_from((now.unix_ms + HOUR_MS) / 1_000).unwrap(),
        nanos: 0,
    };
    stage
        .enroll(
            "acme",
            v1::NewKey {
                principal: ALICE.into(),
                public_key: public_key.clone(),
                valid_before: Some(last),
                ..Default::default()
            },
        )
        .await;
    let login = stage.login("acme", &mut key).await.unwrap();
    assert_eq!(login.session.ends_at.unwrap().seconds, last.seconds + 1);
    // New terms count at once: what may not log in any more is not logged in.
    stage.who(&login.token, "acme").await.unwrap();
    stage
        .enroll(
            "acme",
            v1::NewKey {
                principal: ALICE.into(),
                public_key,
                namespaces: vec!["approval@conductor".into()],
                ..Default::default()
            },
        )
        .await;
    is(&stage.who(&login.token, "acme").await.unwrap_err(), "SESSION_OVER");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_their_own_sessions_and_administrators_all() {
    let stage = Stage::set().await;
    let (mut alice, mut bob) =
        (stage.key(ALICE, "acme", &[]).await, stage.key(BOB, "acme", &[]).await);
    let one = stage.login("acme", &mut alice).await.unwrap();
    let two = stage.login("acme", &mut bob).await.unwrap();
    let list = async |token: &str, principal: &str| {
        let request = v1::ListSessionsRequest {
            scope: scope("acme"),
            principal: principal.into(),
            ..Default::default()
        };
        let found = sessions(&stage.stranger).list(bearing(token, request)).await?;
        Ok::<_, Status>(found.into_inner().sessions)
    };
    let own = list(&one.token, ALICE).await.unwrap();
    assert_eq!(own.len(), 1);
    assert!(own[0].current && own[0].session_id == one.session.session_id);
    for other in ["", BOB] {
        is(&list(&one.token, other).await.unwrap_err(), "PERMISSION_DENIED");
    }
    let request = v1::ListSessionsRequest { scope: scope("acme"), ..Default::default() };
    let first = v1::ListSessionsRequest { page_size: 1, ..request.clone() };
    let page = sessions(&stage.admin).list(first).await.unwrap().into_inner();
    let rest =
        v1::ListSessionsRequest { page_token: page.next_page_token.clone(), ..request.clone() };
    let rest = sessions(&stage.admin).list(rest).await.unwrap().into_inner();
    let all: Vec<&str> = page
        .sessions
        .iter()
        .chain(&rest.sessions)
        .map(|session| session.session_id.as_str())
        .collect();
    assert_eq!(all, [&one.session.session_id, &two.session.session_id]);
    assert!(rest.next_page_token.is_empty());
    let bad = v1::ListSessionsRequest { page_token: "x".into(), ..request };
    is(&sessions(&stage.admin).list(bad).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    assert!(rest.sessions.iter().all(|session| !session.current));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_are_open_and_idle_ones_make_room() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    let mut logins = Vec::new();
    for _ in 0..32 {
        logins.push(stage.login("acme", &mut key).await.unwrap());
    }
    is(&stage.login("acme", &mut key).await.unwrap_err(), "TOO_MANY_SESSIONS");
    stage.rig.later(20 * MINUTE_MS);
    stage.who(&logins[31].token, "acme").await.unwrap();
    stage.rig.later(20 * MINUTE_MS);
    stage.login("acme", &mut key).await.unwrap();
    stage.who(&logins[31].token, "acme").await.unwrap();
    is(&stage.who(&logins[0].token, "acme").await.unwrap_err(), "SESSION_OVER");
}

/// Every file of a folder and of those in it.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => files(&entry.path(), found),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_kept_nowhere() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    let login = stage.login("acme", &mut key).await.unwrap();
    stage.who(&login.token, "acme").await.unwrap();
    stage.end(&login.token, "acme", "").await.unwrap();
    stage.rig.quiet().await;
    let (secret, mut found) = (login.token.trim_start_matches("cst_").as_bytes(), Vec::new());
    files(stage.rig.folder(), &mut found);
    assert!(found.len() > 3, "{found:?}");
    for file in found {
        let bytes = std::fs::read(&file).unwrap();
        let holds = bytes.windows(secret.len()).any(|window| window == secret);
        assert!(!holds, "{} holds the token", file.display());
    }
}
