//! Tokens of services: what one is good for, where, until when, who issues it, and that it is kept
//! nowhere.

use std::{path::Path, process::Command};

use conductor_protocol::v1::{self, keys_client::KeysClient, tokens_client::TokensClient};
use serde_json::Value;
use tonic::{Request, Status, transport::Channel};

use crate::{
    rig::{Client, NOOP, Rig, is},
    sight::end,
};

const DEPLOY: &str = "service:deploy";
const DAY_MS: u64 = 24 * 3_600_000;

/// A daemon, its administrator, and programs on TCP, who are nobody without a token.
struct Stage {
    rig: Rig,
    admin: Client,
    program: Client,
}

struct Issued {
    secret: String,
    token: v1::Token,
}

impl Stage {
    async fn set() -> Self {
        let rig = Rig::without_worker().await;
        let (admin, program) = (rig.admin().await, rig.stranger().await);
        for tenant in ["acme", "globex"] {
            admin.create_tenant(tenant).await;
        }
        admin.publish(NOOP).await;
        admin.publish(&NOOP.replace("name: noop", "name: other")).await;
        Self { rig, admin, program }
    }

    async fn issue(&self, tenant: &str, scopes: &[&str]) -> Issued {
        issue(&self.admin, wanted(tenant, DEPLOY, scopes)).await.unwrap()
    }

    async fn revoke(&self, tenant: &str, token: &str) -> Result<v1::RevokeTokenResponse, Status> {
        let request = v1::RevokeTokenRequest {
            scope: scope(tenant),
            token_id: token.into(),
            reason: "lost".into(),
            ..Default::default()
        };
        Ok(tokens(&self.admin).revoke(request).await?.into_inner())
    }

    /// Who the daemon takes the bearer of a token for.
    async fn who(&self, secret: &str, tenant: &str) -> Result<v1::WhoAmIResponse, Status> {
        let request = bearing(secret, v1::WhoAmIRequest { scope: scope(tenant) });
        Ok(self.program.system().who_am_i(request).await?.into_inner())
    }

    async fn start(&self, secret: &str, workflow: &str) -> Result<v1::StartRunResponse, Status> {
        let request = v1::StartRunRequest { workflow: workflow.into(), ..Default::default() };
        Ok(self.program.runs().start(bearing(secret, request)).await?.into_inner())
    }

    async fn list_runs(&self, secret: &str) -> Result<(), Status> {
        let request = bearing(secret, v1::ListRunsRequest::default());
        self.program.runs().list(request).await.map(drop)
    }

    /// What policy was asked and denied, of that action.
    async fn denied(&self, action: &str) -> Vec<Value> {
        let events = self.admin.events("decision.recorded").await;
        let data = events.iter().map(|event| {
            let record: Value = serde_json::from_str(&event.data_json).unwrap();
            record["event"]["data"].clone()
        });
        data.filter(|it| it["input"]["action"] == action && it["verdict"]["allow"] == false)
            .collect()
    }
}

fn scope(tenant: &str) -> Option<v1::Scope> {
    Some(v1::Scope { tenant: tenant.into(), ..Default::default() })
}

fn tokens(client: &Client) -> TokensClient<Channel> {
    TokensClient::new(client.channel())
}

fn wanted(tenant: &str, service: &str, scopes: &[&str]) -> v1::IssueTokenRequest {
    v1::IssueTokenRequest {
        scope: scope(tenant),
        service: service.into(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..Default::default()
    }
}

async fn issue(client: &Client, request: v1::IssueTokenRequest) -> Result<Issued, Status> {
    let issued = tokens(client).issue(request).await?.into_inner();
    Ok(Issued { secret: issued.secret, token: issued.token.unwrap() })
}

fn bearing<T>(secret: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {secret}").parse().unwrap());
    request
}

/// A public key as `ssh-keygen` makes it.
fn public_key(folder: &Path) -> String {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let path = folder.path().join("key");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(&path);
    assert!(command.status().unwrap().success());
    std::fs::read_to_string(path.with_extension("pub")).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_does_what_its_roles_permit_and_its_token_is_for() {
    let stage = Stage::set().await;
    let issued = stage.issue("", &["run.start/noop", "run.read"]).await;
    assert!(issued.secret.starts_with("cvt_") && issued.secret.len() == 76);
    assert_eq!(issued.token.scopes, ["run.read", "run.start/noop"]);
    assert_eq!(issued.token.state(), v1::TokenState::Active);
    let me = stage.who(&issued.secret, "").await.unwrap();
    assert_eq!((me.principal.as_str(), me.channel.as_str()), (DEPLOY, "token"));
    assert_eq!(me.token_id, issued.token.token_id);
    assert_eq!(
        (me.token_scopes, me.token_expires_at),
        (issued.token.scopes, issued.token.expires_at)
    );
    // A token gives no role, and a role nothing that the token is not for.
    is(&stage.list_runs(&issued.secret).await.unwrap_err(), "PERMISSION_DENIED");
    stage.admin.grant(DEPLOY, "operator").await;
    stage.list_runs(&issued.secret).await.unwrap();
    stage.start(&issued.secret, "noop").await.unwrap();
    is(&stage.start(&issued.secret, "other").await.unwrap_err(), "TOKEN_SCOPE");
    let hosts = bearing(&issued.secret, v1::StatusRequest::default());
    is(&stage.program.system().status(hosts).await.unwrap_err(), "TOKEN_SCOPE");
    stage.admin.revoke(DEPLOY, "operator").await;
    is(&stage.list_runs(&issued.secret).await.unwrap_err(), "PERMISSION_DENIED");
    // It is on record: who, with which token, and by which rule.
    let denied = stage.denied("run.start").await;
    assert_eq!(denied.len(), 1, "{denied:?}");
    let (subject, rule) = (&denied[0]["input"]["subject"], &denied[0]["verdict"]["rules"][0]);
    assert_eq!((&subject["principal"], &rule["rule"]), (&DEPLOY.into(), &"tokens.scope".into()));
    assert_eq!(subject["token"], issued.token.token_id);
    assert!(denied[0]["verdict"]["reasons"][0].as_str().unwrap().contains("token_scope"));
    // The connection is who it was, without the token.
    let request = v1::WhoAmIRequest::default();
    let plain = stage.program.system().who_am_i(request).await.unwrap().into_inner();
    assert_eq!((plain.principal.as_str(), plain.token_id.as_str()), ("tcp:anonymous", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_in_its_tenant_and_in_its_environment() {
    let stage = Stage::set().await;
    let issued = stage.issue("acme", &["run.read@dev", "system.read@prod"]).await;
    let grant = v1::GrantRequest {
        scope: scope("acme"),
        principal: DEPLOY.into(),
        role: "operator".into(),
        ..Default::default()
    };
    stage.admin.system().grant(grant).await.unwrap();
    stage.who(&issued.secret, "acme").await.unwrap();
    let runs = async |tenant: &str, environment: &str| {
        let there = v1::Scope {
            tenant: tenant.into(),
            environment: environment.into(),
            ..Default::default()
        };
        let request = v1::ListRunsRequest { scope: Some(there), ..Default::default() };
        stage.program.runs().list(bearing(&issued.secret, request)).await.map(drop)
    };
    runs("acme", "dev").await.unwrap();
    is(&runs("acme", "prod").await.unwrap_err(), "TOKEN_SCOPE");
    for elsewhere in ["", "globex", "nowhere"] {
        is(&runs(elsewhere, "dev").await.unwrap_err(), "TOKEN_ELSEWHERE");
        is(&stage.who(&issued.secret, elsewhere).await.unwrap_err(), "TOKEN_ELSEWHERE");
    }
    // A service of that name in another tenant is another service: no role comes from there, not
    // even an administrator's at home.
    stage.admin.grant(DEPLOY, "conductor_admin").await;
    assert_eq!(stage.who(&issued.secret, "acme").await.unwrap().roles, ["operator"]);
    // Nor is a token of another tenant known there.
    let unknown = stage.revoke("globex", &issued.token.token_id).await;
    is(&unknown.unwrap_err(), "TOKEN_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_with_its_time_or_when_it_is_revoked() {
    let stage = Stage::set().await;
    stage.admin.grant(DEPLOY, "operator").await;
    let short = v1::IssueTokenRequest { duration_ms: DAY_MS, ..wanted("", DEPLOY, &["run.*"]) };
    let short = issue(&stage.admin, short).await.unwrap();
    let long = stage.issue("", &["run.*"]).await;
    stage.rig.later(DAY_MS - 60_000);
    stage.list_runs(&short.secret).await.unwrap();
    stage.rig.later(60_000);
    is(&stage.list_runs(&short.secret).await.unwrap_err(), "TOKEN_REFUSED");
    stage.list_runs(&long.secret).await.unwrap();
    let revoked = stage.revoke("", &long.token.token_id).await.unwrap();
    assert!(revoked.changed);
    let token = revoked.token.unwrap();
    assert_eq!(token.state(), v1::TokenState::Revoked);
    assert_eq!(token.revocation.unwrap().reason, "lost");
    is(&stage.list_runs(&long.secret).await.unwrap_err(), "TOKEN_REFUSED");
    assert!(!stage.revoke("", &long.token.token_id).await.unwrap().changed, "once");
    // Where nothing is said it is for thirty days.
    let month = stage.issue("", &["run.*"]).await;
    stage.rig.later(30 * DAY_MS - 60_000);
    stage.list_runs(&month.secret).await.unwrap();
    stage.rig.later(60_000);
    is(&stage.list_runs(&month.secret).await.unwrap_err(), "TOKEN_REFUSED");
    let events = stage.admin.events("token.").await;
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["token.issued", "token.issued", "token.revoked", "token.issued"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_is_told_from_one_that_is_over() {
    let stage = Stage::set().await;
    let issued = stage.issue("", &["run.*"]).await;
    let last = if issued.secret.ends_with('0') { "1" } else { "0" };
    let typo = format!("{}{last}", &issued.secret[..issued.secret.len() - 1]);
    let cut = &issued.secret[..40];
    for bad in [typo.as_str(), cut, "cvt_", "cvt_x"] {
        let refused = stage.who(bad, "").await.unwrap_err();
        is(&refused, "TOKEN_REFUSED");
        assert!(refused.message().contains("checksum"), "{refused:?}");
    }
    let never = conductor_protocol::token::of_bits("cvt_", [1, 2]);
    let refused = stage.who(&never, "").await.unwrap_err();
    is(&refused, "TOKEN_REFUSED");
    assert!(!refused.message().contains("checksum"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_service_does_what_people_do_in_person() {
    let stage = Stage::set().await;
    stage.admin.grant(DEPLOY, "conductor_admin").await;
    let all = ["approval.*", "key.*", "token.*", "workflow.*", "identity.*"];
    let issued = stage.issue("", &all).await;
    let secret = issued.secret.as_str();
    let denied = |status: Status| {
        is(&status, "PERMISSION_DENIED");
        assert!(status.message().contains("only people may"), "{status:?}");
    };
    let more = bearing(secret, wanted("", "service:more", &["run.*"]));
    denied(tokens(&stage.program).issue(more).await.unwrap_err());
    let enroll = v1::EnrollKeysRequest {
        allowed_signers: format!("uid:7 {}", public_key(stage.rig.folder())),
        ..Default::default()
    };
    let enroll = KeysClient::new(stage.program.channel()).enroll(bearing(secret, enroll)).await;
    denied(enroll.unwrap_err());
    stage
        .admin
        .publish("name: read\nversion: 1.0.0\ntasks: [{id: a, uses: pkg:builtin/noop@1}]")
        .await;
    let review = v1::ReviewWorkflowRequest {
        name: "read".into(),
        version: "1.0.0".into(),
        accepted: true,
        ..Default::default()
    };
    denied(stage.program.workflows().review(bearing(secret, review)).await.unwrap_err());
    // What it may, it does.
    let request = bearing(secret, v1::ListGrantsRequest::default());
    stage.program.system().list_grants(request).await.unwrap();
    let revoke =
        v1::RevokeTokenRequest { token_id: issued.token.token_id.clone(), ..Default::default() };
    tokens(&stage.program).revoke(bearing(secret, revoke)).await.unwrap();
    is(&stage.who(secret, "").await.unwrap_err(), "TOKEN_REFUSED");
    // And nobody holds a key in its name.
    let key = v1::EnrollKeysRequest {
        allowed_signers: format!("{DEPLOY} {}", public_key(stage.rig.folder())),
        ..Default::default()
    };
    let refused = KeysClient::new(stage.admin.channel()).enroll(key).await;
    is(&refused.unwrap_err(), "KEY_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_issues_tokens_of_services_and_of_nobody_else() {
    let stage = Stage::set().await;
    for (role, may) in [("operator", false), ("tenant_admin", true)] {
        stage.admin.grant("tcp:anonymous", role).await;
        let issued = issue(&stage.program, wanted("", DEPLOY, &["run.read"])).await;
        assert_eq!(issued.is_ok(), may, "{role}");
        let listed = tokens(&stage.program).list(v1::ListTokensRequest::default()).await;
        assert_eq!(listed.is_ok(), may, "{role}");
    }
    // Whoever holds a token of an administrator is one.
    stage.admin.grant(DEPLOY, "conductor_admin").await;
    let refused = issue(&stage.program, wanted("", DEPLOY, &["run.read"])).await;
    is(&refused.err().unwrap(), "PERMISSION_DENIED");
    issue(&stage.admin, wanted("", DEPLOY, &["run.read"])).await.unwrap();
    let invalid = async |request: v1::IssueTokenRequest| {
        is(&issue(&stage.admin, request).await.err().unwrap(), "TOKEN_INVALID");
    };
    invalid(wanted("", "uid:1", &["run.read"])).await;
    invalid(wanted("", "service:a/b", &["run.read"])).await;
    invalid(wanted("", DEPLOY, &[])).await;
    invalid(wanted("", DEPLOY, &["all"])).await;
    invalid(wanted("", DEPLOY, &["run.strat"])).await;
    invalid(wanted("", DEPLOY, &["run.read", "rnu.*"])).await;
    invalid(wanted("", DEPLOY, &["run.read"; 33])).await;
    let forever = v1::IssueTokenRequest { duration_ms: u64::MAX, ..wanted("", DEPLOY, &["run.*"]) };
    invalid(forever).await;
    let told = "x".repeat(300);
    invalid(v1::IssueTokenRequest { description: told, ..wanted("", DEPLOY, &["run.*"]) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_listed_page_by_page_with_when_they_were_used() {
    let stage = Stage::set().await;
    let mut issued = Vec::new();
    for service in [DEPLOY, "service:watch", DEPLOY] {
        issued.push(issue(&stage.admin, wanted("", service, &["run.read"])).await.unwrap());
        stage.rig.later(5);
    }
    stage.who(&issued[1].secret, "").await.unwrap();
    let list = async |request: v1::ListTokensRequest| {
        tokens(&stage.admin).list(request).await.unwrap().into_inner()
    };
    let first = list(v1::ListTokensRequest { page_size: 2, ..Default::default() }).await;
    let used: Vec<bool> = first.tokens.iter().map(|token| token.used_at.is_some()).collect();
    assert_eq!(used, [false, true]);
    let request = v1::ListTokensRequest { page_token: first.next_page_token, ..Default::default() };
    let rest = list(request).await;
    assert_eq!((rest.tokens.len(), rest.next_page_token.as_str()), (1, ""));
    let theirs = list(v1::ListTokensRequest { service: DEPLOY.into(), ..Default::default() }).await;
    let ids: Vec<&str> = theirs.tokens.iter().map(|token| token.token_id.as_str()).collect();
    assert_eq!(ids, [issued[0].token.token_id.as_str(), &issued[2].token.token_id]);
    let bad = v1::ListTokensRequest { page_token: "x".into(), ..Default::default() };
    is(&tokens(&stage.admin).list(bad).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    // The doctor reminds of what ends soon.
    let doctor = async || {
        let request = v1::DoctorRequest::default();
        let checks = stage.admin.system().doctor(request).await.unwrap().into_inner().checks;
        checks.into_iter().find(|check| check.name == "tokens").unwrap()
    };
    assert_eq!(doctor().await.status, "ok");
    stage.rig.later(24 * DAY_MS);
    let check = doctor().await;
    assert_eq!(check.status, "warn");
    assert!(check.message.contains("3 of them expire"), "{check:?}");
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
async fn a_token_is_kept_nowhere_and_told_in_no_event() {
    let stage = Stage::set().await;
    stage.admin.grant(DEPLOY, "operator").await;
    let issued = stage.issue("", &["run.start/noop"]).await;
    stage.start(&issued.secret, "noop").await.unwrap();
    stage.start(&issued.secret, "other").await.unwrap_err();
    stage.revoke("", &issued.token.token_id).await.unwrap();
    let secret = issued.secret.trim_start_matches("cvt_");
    for kind in ["token.", "decision.", "run."] {
        for event in stage.admin.events(kind).await {
            assert!(!event.data_json.contains(secret), "{}", event.kind);
        }
    }
    stage.rig.quiet().await;
    let mut found = Vec::new();
    files(stage.rig.folder(), &mut found);
    assert!(found.len() > 3, "{found:?}");
    for file in found {
        let bytes = std::fs::read(&file).unwrap();
        let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds, "{} holds the token", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_token_that_it_rests_on() {
    let stage = Stage::set().await;
    stage.admin.grant(DEPLOY, "operator").await;
    let issued = stage.issue("", &["ledger.read"]).await;
    let follow = v1::TailRequest { follow: true, ..Default::default() };
    let follow = bearing(&issued.secret, follow);
    let mut stream = stage.program.ledger().tail(follow).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    stage.revoke("", &issued.token.token_id).await.unwrap();
    is(&end(&mut stream).await, "PERMISSION_DENIED");
}
