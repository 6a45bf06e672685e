//! Keys: whose they are, who may know of them, and that they grow old.

use conductor_protocol::{
    WARNING_METADATA,
    v1::{self, KeyState, keys_client::KeysClient},
};
use tonic::{metadata::MetadataMap, transport::Channel};

use crate::rig::{Client, Rig, is};

pub(crate) const ONE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";
const TWO: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/Fy";
const THREE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bROA";
const PRINT_ONE: &str = "SHA256:OuRGYPwaA1CKn922lBDoNPipQjJDhW6HWKwUAEPEyrU";
const PRINT_TWO: &str = "SHA256:xLQzQHIlix738YDo5VkYOkQYwrqg+HZ5tcCGo5Kiaeg";

const ANYBODY: &str = "tcp:anonymous";
const DAY_MS: u64 = 24 * 3_600_000;

fn keys(client: &Client) -> KeysClient<Channel> {
    KeysClient::new(client.channel())
}

fn scope(tenant: &str) -> Option<v1::Scope> {
    Some(v1::Scope { tenant: tenant.into(), ..Default::default() })
}

fn lines(tenant: &str, text: &str) -> v1::EnrollKeysRequest {
    v1::EnrollKeysRequest {
        scope: scope(tenant),
        allowed_signers: text.into(),
        ..Default::default()
    }
}

async fn enroll(client: &Client, tenant: &str, text: &str) -> Vec<v1::EnrolledKey> {
    keys(client).enroll(lines(tenant, text)).await.unwrap().into_inner().keys
}

async fn list(client: &Client, tenant: &str) -> Vec<v1::EnrolledKey> {
    let request = v1::ListKeysRequest { scope: scope(tenant), ..Default::default() };
    keys(client).list(request).await.unwrap().into_inner().keys
}

fn of(tenant: &str, principal: &str) -> v1::ListKeysRequest {
    v1::ListKeysRequest { scope: scope(tenant), principal: principal.into(), ..Default::default() }
}

fn revoked(tenant: &str, fingerprint: &str) -> v1::RevokeKeyRequest {
    v1::RevokeKeyRequest {
        scope: scope(tenant),
        fingerprint: fingerprint.into(),
        reason: "lost".into(),
        ..Default::default()
    }
}

fn told(metadata: &MetadataMap) -> Vec<String> {
    let values = metadata.get_all_bin(WARNING_METADATA);
    let text = |bytes: tonic::codegen::Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    values.iter().map(|value| text(value.to_bytes().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_keys_of_a_request_are_enrolled_or_none() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    let options = "namespaces=\"approval@conductor\",valid-before=\"21000101Z\"";
    let text = format!("# people\nuid:1 {ONE} desk\n\nuid:2 {options} {TWO}\n");
    let request = v1::EnrollKeysRequest { idempotency_key: "k".into(), ..lines("", &text) };
    let answer = keys(&admin).enroll(request.clone()).await.unwrap().into_inner();
    assert!(answer.changed && answer.keys.len() == 2);
    let again = keys(&admin).enroll(request.clone()).await.unwrap().into_inner();
    assert_eq!((again.changed, again.keys), (false, answer.keys.clone()));
    let other = v1::EnrollKeysRequest { allowed_signers: format!("uid:3 {ONE}"), ..request };
    is(&keys(&admin).enroll(other).await.unwrap_err(), "IDEMPOTENCY_CONFLICT");
    let [one, two] = &answer.keys[..] else { panic!("{answer:?}") };
    assert_eq!((one.fingerprint.as_str(), one.comment.as_str()), (PRINT_ONE, "desk"));
    assert_eq!((one.key_type.as_str(), one.state()), ("ssh-ed25519", KeyState::Active));
    assert_eq!(one.namespaces.len(), 4, "all, where none is named");
    assert!(one.enrolled_at.is_some() && one.enrolled_by.starts_with("uid:"));
    assert!(one.decision_id.starts_with("dec_") && one.decision_id == two.decision_id);
    assert_eq!(two.namespaces, ["approval@conductor"]);
    for (text, code) in [
        (format!("uid:3 {THREE}\nuid:3 {ONE}"), "KEY_TAKEN"),
        (format!("uid:3 {THREE}\nuid:3 {ONE}x"), "KEY_INVALID"),
        (format!("uid:3 {THREE}\nuid:3,uid:4 {ONE}"), "KEY_INVALID"),
        (format!("uid:3 namespaces=\"git\" {THREE}"), "KEY_INVALID"),
        (format!("uid:3 valid-before=\"20200101Z\" {THREE}"), "KEY_INVALID"),
        (String::new(), "REQUEST_INVALID"),
    ] {
        is(&keys(&admin).enroll(lines("", &text)).await.unwrap_err(), code);
    }
    assert_eq!(list(&admin, "").await.len(), 2);
    let parts = v1::NewKey {
        principal: "uid:1".into(),
        public_key: format!("{ONE} desk"),
        ..Default::default()
    };
    let request = v1::EnrollKeysRequest { keys: vec![parts], ..Default::default() };
    let same = keys(&admin).enroll(request).await.unwrap().into_inner();
    assert!(!same.changed, "the same, taken apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_and_revokes_their_own_and_nobody_anothers() {
    let rig = Rig::without_worker().await;
    let (admin, anybody) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("acme").await;
    enroll(&admin, "acme", &format!("{ANYBODY} {ONE}\nuid:2 {TWO}")).await;
    // Without any role, here or anywhere.
    let own = keys(&anybody).list(of("acme", ANYBODY)).await.unwrap().into_inner().keys;
    assert_eq!(own.iter().map(|key| key.fingerprint.as_str()).collect::<Vec<_>>(), [PRINT_ONE]);
    for request in [of("acme", ""), of("acme", "uid:2"), of("", ANYBODY), of("nowhere", ANYBODY)] {
        let denied = keys(&anybody).list(request.clone()).await.unwrap_err();
        is(&denied, "PERMISSION_DENIED");
        let said = denied.message().replace("acme", "X").replace("nowhere", "X");
        assert!(said.contains("holds no role in tenant"), "{request:?}: {said}");
    }
    let mut denials = Vec::new();
    let nobodys = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for fingerprint in [PRINT_TWO, nobodys] {
        let denied = keys(&anybody).revoke(revoked("acme", fingerprint)).await.unwrap_err();
        is(&denied, "PERMISSION_DENIED");
        denials.push(denied.message().to_owned());
    }
    assert_eq!(denials[0], denials[1], "what is there and what is not are denied alike");
    let export = v1::ExportKeysRequest { scope: scope("acme"), ..Default::default() };
    is(&keys(&anybody).export(export).await.unwrap_err(), "PERMISSION_DENIED");
    let enrolled = keys(&anybody).enroll(lines("acme", &format!("{ANYBODY} {THREE}"))).await;
    is(&enrolled.unwrap_err(), "PERMISSION_DENIED");
    let questions = [("key.revoke", PRINT_ONE), ("key.revoke", PRINT_TWO)]
        .map(|(action, id)| v1::Question { action: action.into(), resource: id.into() });
    let request = v1::AuthorizeRequest { scope: scope("acme"), questions: questions.into() };
    let decisions = anybody.system().authorize(request).await.unwrap().into_inner().decisions;
    assert_eq!(decisions.iter().map(|known| known.allow).collect::<Vec<_>>(), [true, false]);
    let answer = keys(&anybody).revoke(revoked("acme", PRINT_ONE)).await.unwrap().into_inner();
    let key = answer.key.unwrap();
    assert!(answer.changed && key.state() == KeyState::Revoked);
    assert_eq!(key.revocation.as_ref().unwrap().by, ANYBODY);
    let again = keys(&anybody).revoke(revoked("acme", PRINT_ONE)).await.unwrap().into_inner();
    assert_eq!((again.changed, again.key), (false, Some(key)));
    let enrolled = keys(&admin).enroll(lines("acme", &format!("{ANYBODY} {ONE}"))).await;
    is(&enrolled.unwrap_err(), "KEY_REVOKED");
    is(&keys(&admin).revoke(revoked("acme", nobodys)).await.unwrap_err(), "KEY_NOT_FOUND");
    is(&keys(&admin).revoke(revoked("acme", "MD5:x")).await.unwrap_err(), "ID_INVALID");
    let silent = v1::RevokeKeyRequest { reason: String::new(), ..revoked("acme", PRINT_TWO) };
    is(&keys(&admin).revoke(silent).await.unwrap_err(), "KEY_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_administrator_enrolls_what_could_sign_as_one() {
    let rig = Rig::without_worker().await;
    let (admin, anybody) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("acme").await;
    admin.grant(ANYBODY, "tenant_admin").await;
    admin.grant("uid:7", "conductor_admin").await;
    let grave = [format!("uid:7 {ONE}"), format!("uid:* cert-authority {TWO}")];
    for text in [grave[0].clone(), grave[1].clone(), format!("uid:1 {THREE}\n{}", grave[0])] {
        let denied = keys(&anybody).enroll(lines("", &text)).await.unwrap_err();
        is(&denied, "PERMISSION_DENIED");
        assert!(denied.message().contains("only `conductor_admin`"), "{denied:?}");
    }
    enroll(&anybody, "", &format!("uid:1 {THREE}")).await;
    enroll(&admin, "", &grave.join("\n")).await;
    let elsewhere = keys(&admin).enroll(lines("acme", &grave[0])).await.unwrap_err();
    is(&elsewhere, "KEY_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_reminded_of_old_keys_and_administrators_told_how_many() {
    let rig = Rig::without_worker().await;
    let (admin, anybody) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("acme").await;
    enroll(&admin, "", &format!("{ANYBODY} {ONE}")).await;
    enroll(&admin, "acme", &format!("{ANYBODY} {TWO}\nuid:2 {THREE}")).await;
    let who_am_i = async |client: &Client, tenant: &str| {
        let request = v1::WhoAmIRequest { scope: scope(tenant) };
        told(client.system().who_am_i(request).await.unwrap().metadata())
    };
    let doctor = async |client: &Client| {
        let request = v1::DoctorRequest { scope: scope("acme") };
        let checks = client.system().doctor(request).await.unwrap().into_inner().checks;
        checks.into_iter().find(|check| check.name == "keys")
    };
    rig.later(89 * DAY_MS);
    assert!(who_am_i(&anybody, "acme").await.is_empty());
    let check = doctor(&admin).await.unwrap();
    assert_eq!((check.status.as_str(), check.hint.as_str()), ("ok", ""), "{check:?}");
    rig.later(DAY_MS);
    let said = who_am_i(&anybody, "acme").await;
    assert_eq!(said.len(), 2, "that of home, which counts here, and the one of here: {said:?}");
    assert!(said[0].contains(PRINT_ONE) && said[1].contains(PRINT_TWO), "{said:?}");
    assert!(said[1].contains("90 days") && said[1].contains("--tenant acme"), "{said:?}");
    assert_eq!(who_am_i(&anybody, "").await.len(), 1);
    assert!(who_am_i(&admin, "acme").await.is_empty(), "nobody else is reminded");
    let check = doctor(&admin).await.unwrap();
    assert_eq!(check.status, "warn");
    assert!(check.message.contains("2 keys sign; 2 of them"), "{check:?}");
    admin.grant(ANYBODY, "read_only").await;
    let acme = v1::GrantRequest {
        scope: scope("acme"),
        principal: ANYBODY.into(),
        role: "operator".into(),
        ..Default::default()
    };
    admin.system().grant(acme).await.unwrap();
    assert_eq!(doctor(&anybody).await, None, "how many there are is for administrators");
    let listed = list(&admin, "acme").await;
    assert!(listed.iter().all(|key| key.rotate_due && key.rotate_due_at.is_some()), "{listed:?}");
    keys(&anybody).revoke(revoked("acme", PRINT_TWO)).await.unwrap();
    assert_eq!(who_am_i(&anybody, "acme").await.len(), 1, "what is revoked is not due");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_as_the_clock_says() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    let now = rig.engine().now().unix_ms;
    let at = |days: u64| {
        let seconds = i64::try_from((now + days * DAY_MS) / 1_000).unwrap();
        Some(pbjson_types::Timestamp { seconds, nanos: 0 })
    };
    let key = v1::NewKey {
        principal: "uid:1".into(),
        public_key: ONE.into(),
        valid_after: at(1),
        valid_before: at(3),
        ..Default::default()
    };
    let request = v1::EnrollKeysRequest { keys: vec![key], ..Default::default() };
    keys(&admin).enroll(request).await.unwrap();
    for expected in [KeyState::NotYetValid, KeyState::Active, KeyState::Expired] {
        assert_eq!(list(&admin, "").await[0].state(), expected);
        rig.later(2 * DAY_MS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_exports_come_in_pages() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.create_tenant("acme").await;
    let me = admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    enroll(&admin, "", &format!("{} {ONE} of home", me.principal)).await;
    enroll(&admin, "acme", &format!("uid:2 {TWO} desk\nuid:3 {THREE}")).await;
    keys(&admin).revoke(revoked("acme", PRINT_TWO)).await.unwrap();
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListKeysRequest { page_size: 1, page_token, ..of("acme", "") };
        let page = keys(&admin).list(request).await.unwrap().into_inner();
        assert_eq!(page.keys.len(), 1);
        listed.extend(page.keys);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, list(&admin, "acme").await);
    let (mut allowed, mut gone) = (String::new(), String::new());
    let mut page_token = String::new();
    loop {
        let scope = scope("acme");
        let request = v1::ExportKeysRequest { scope, page_size: 1, page_token };
        let page = keys(&admin).export(request).await.unwrap().into_inner();
        allowed += &page.allowed_signers;
        gone += &page.revoked_keys;
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let all =
        "namespaces=\"approval@conductor,artifact@conductor,login@conductor,runbook@conductor\"";
    let me = me.principal;
    assert_eq!(allowed, format!("{me} {all} {ONE}\nuid:3 {all} {THREE}\n"), "no comment of home's");
    assert_eq!(gone, format!("{TWO}\n"));
    for page_token in ["x", "k1:", "x1:home/", "x1:SHA256:x"] {
        let list = v1::ListKeysRequest { page_token: page_token.into(), ..of("acme", "") };
        let export = v1::ExportKeysRequest {
            scope: scope("acme"),
            page_token: page_token.into(),
            ..Default::default()
        };
        is(&keys(&admin).list(list).await.unwrap_err(), "PAGE_TOKEN_INVALID");
        if page_token != "x1:home/" {
            is(&keys(&admin).export(export).await.unwrap_err(), "PAGE_TOKEN_INVALID");
        }
    }
}
