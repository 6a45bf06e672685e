//! What may be seen now is what policy says now: streams end with the permission that they rest on,
//! and the ledger shows nobody what other questions would not.

use std::time::Duration;

use conductor_domain::scope::Principal;
use conductor_engine::{command::Ruling, limits::READ_DECISIONS_MAX, views::DecisionFilter};
use conductor_protocol::{
    v1::{self, keys_client::KeysClient, tenants_client::TenantsClient},
    verdict::{Question, Situation, Verdict},
};
use serde_json::Value;
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::rig::{Client, NOOP, Rig, is};

/// How long anything here may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whoever comes by TCP.
const STRANGER: &str = "tcp:anonymous";

fn in_tenant(tenant: &str) -> Option<v1::Scope> {
    Some(v1::Scope { tenant: tenant.into(), ..Default::default() })
}

/// Reads a stream to its end, which must be an error.
pub(crate) async fn end<T>(stream: &mut Streaming<T>) -> Status {
    let ended = async {
        loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ended as if all was told"),
                Err(status) => return status,
            }
        }
    };
    timeout(PATIENCE, ended).await.unwrap_or_else(|_| panic!("it does not end by itself"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stream_ends_with_the_permission_that_it_rests_on() {
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    let run_id = admin.start("noop").await.unwrap().run_id;
    admin.grant(STRANGER, "operator").await;
    let request = v1::TailRequest { follow: true, ..Default::default() };
    let mut tail = stranger.ledger().tail(request).await.unwrap().into_inner();
    let request = v1::WatchRunsRequest::default();
    let mut list = stranger.runs().watch_list(request).await.unwrap().into_inner();
    let request = v1::WatchRunRequest { run_id: run_id.clone(), ..Default::default() };
    let mut run = stranger.runs().watch(request).await.unwrap().into_inner();
    let request = v1::RunLogsRequest { run_id, follow: true, ..Default::default() };
    let mut logs = stranger.runs().logs(request).await.unwrap().into_inner();
    let request = v1::WorkRequest {
        capacity: 1,
        executors: vec!["pkg:builtin/none@1".into()],
        ..Default::default()
    };
    let mut work = stranger.workers().work(request).await.unwrap().into_inner();
    // What touches nobody's permission ends nothing.
    admin.publish(&NOOP.replace("1.0.0", "1.0.1")).await;
    let told = async {
        loop {
            if tail.message().await.unwrap().unwrap().kind == "workflow.published" {
                return;
            }
        }
    };
    timeout(PATIENCE, told).await.expect("the tail goes on");
    // Neither does another role, as long as one is left that allows it.
    admin.grant(STRANGER, "read_only").await;
    admin.revoke(STRANGER, "read_only").await;
    admin.revoke(STRANGER, "operator").await;
    for ended in [
        end(&mut tail).await,
        end(&mut list).await,
        end(&mut run).await,
        end(&mut logs).await,
        end(&mut work).await,
    ] {
        is(&ended, "PERMISSION_DENIED");
    }
    let denied = v1::ListDecisionsRequest {
        principal: STRANGER.into(),
        denials_only: true,
        ..Default::default()
    };
    let denied = admin.system().list_decisions(denied).await.unwrap().into_inner().decisions;
    assert!(denied.iter().any(|row| row.action == "ledger.read"), "it is on record: {denied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_sees_ends_with_their_time() {
    const HOUR_MS: u64 = 3_600_000;
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("globex").await;
    admin.publish(NOOP).await;
    let grant = v1::GrantRequest {
        scope: in_tenant("globex"),
        principal: STRANGER.into(),
        role: "operator".into(),
        ..Default::default()
    };
    admin.system().grant(grant).await.unwrap();
    let mut tenants = TenantsClient::new(admin.channel());
    let admits = Some(v1::Names { names: vec!["globex".into()] });
    let configure = v1::ConfigureTenantRequest {
        name: "default".into(),
        patch: Some(v1::TenantPatch { admits, ..Default::default() }),
        ..Default::default()
    };
    tenants.configure(configure).await.unwrap();
    let admit = v1::AdmitGuestRequest {
        principal: STRANGER.into(),
        duration_ms: HOUR_MS,
        reason: "incident".into(),
        idempotency_key: "once".into(),
        ..Default::default()
    };
    for _ in 0..2 {
        let admitted = tenants.admit_guest(admit.clone()).await.unwrap().into_inner().tenant;
        assert_eq!(admitted.unwrap().guests.len(), 1);
    }
    let other = v1::AdmitGuestRequest { duration_ms: 2 * HOUR_MS, ..admit };
    is(&tenants.admit_guest(other).await.unwrap_err(), "IDEMPOTENCY_CONFLICT");

    let list = v1::ListRunsRequest::default();
    assert!(stranger.runs().list(list.clone()).await.is_ok());
    let request = v1::TailRequest { follow: true, ..Default::default() };
    let mut tail = stranger.ledger().tail(request).await.unwrap().into_inner();
    assert!(tail.message().await.unwrap().is_some(), "a guest reads the ledger");
    rig.later(HOUR_MS);
    // The next thing that it would have seen.
    admin.publish(&NOOP.replace("1.0.0", "1.0.1")).await;
    is(&end(&mut tail).await, "PERMISSION_DENIED");
    is(&stranger.runs().list(list).await.unwrap_err(), "PERMISSION_DENIED");
    let get = v1::GetTenantRequest { name: "default".into(), ..Default::default() };
    let shown = tenants.get(get).await.unwrap().into_inner().tenant.unwrap();
    assert_eq!(shown.guests, [], "whose time has ended is none");
}

async fn kinds(client: &Client) -> Vec<String> {
    let mut tail = client.ledger().tail(v1::TailRequest::default()).await.unwrap().into_inner();
    let mut kinds = Vec::new();
    while let Some(event) = tail.message().await.unwrap() {
        kinds.push(event.kind);
    }
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_shows_of_each_kind_what_the_caller_may_read() {
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    admin.start("noop").await.unwrap();
    let configure = v1::ConfigureTenantRequest {
        name: "default".into(),
        patch: Some(v1::TenantPatch { business_unit: Some("core".into()), ..Default::default() }),
        ..Default::default()
    };
    TenantsClient::new(admin.channel()).configure(configure).await.unwrap();
    let enroll = v1::EnrollKeysRequest {
        allowed_signers: format!("uid:1 {}", crate::keys::ONE),
        ..Default::default()
    };
    KeysClient::new(admin.channel()).enroll(enroll).await.unwrap();
    admin.grant(STRANGER, "operator").await;
    let whole = kinds(&admin).await;
    let of = |kinds: &[String], group: &str| kinds.iter().filter(|k| k.starts_with(group)).count();
    for group in ["decision.", "identity.", "key.", "tenant.", "run.", "workflow."] {
        assert!(of(&whole, group) > 0, "there are some of {group}");
    }
    let seen = kinds(&stranger).await;
    for group in ["decision.", "identity.", "key.", "tenant.", "policy."] {
        assert_eq!(of(&seen, group), 0, "an operator may not read {group}: {seen:?}");
    }
    for group in ["run.", "workflow."] {
        assert_eq!(of(&seen, group), of(&whole, group), "{group}");
    }
    admin.grant(STRANGER, "workflow_reviewer").await;
    let seen = kinds(&stranger).await;
    assert_eq!(of(&seen, "decision."), of(&kinds(&admin).await, "decision."));
    assert_eq!(of(&seen, "key."), 1);
}

/// A tenant of software as a service, in which the stranger is a reviewer and nobody else anything.
async fn saas(rig: &Rig) -> (Client, Client, String) {
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("acme").await;
    let grant = v1::GrantRequest {
        scope: in_tenant("acme"),
        principal: STRANGER.into(),
        role: "workflow_reviewer".into(),
        ..Default::default()
    };
    admin.system().grant(grant).await.unwrap();
    // From here on a grant would need a second proof of who one is.
    let patch = v1::TenantPatch { profile: Some("saas".into()), ..Default::default() };
    let configure = v1::ConfigureTenantRequest {
        name: "acme".into(),
        patch: Some(patch),
        ..Default::default()
    };
    TenantsClient::new(admin.channel()).configure(configure).await.unwrap();
    let who = admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    (admin, stranger, who.principal)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_hides_people_where_decisions_do() {
    let rig = Rig::without_worker().await;
    let (_, stranger, admin_name) = saas(&rig).await;
    let request = v1::TailRequest {
        scope: in_tenant("acme"),
        kinds: vec!["decision.recorded".into()],
        ..Default::default()
    };
    let mut tail = stranger.ledger().tail(request).await.unwrap().into_inner();
    let mut seen = 0;
    while let Some(event) = tail.message().await.unwrap() {
        let data: Value = serde_json::from_str(&event.data_json).unwrap();
        let (who, asked) = (&data["principal"], &data["event"]["data"]["input"]["subject"]);
        assert_eq!((event.principal.as_str(), who), ("[masked]", &"[masked]".into()));
        assert_eq!(asked["principal"], "[masked]");
        assert!(!event.data_json.contains(&format!("\"{admin_name}\"")), "{}", event.data_json);
        seen += 1;
    }
    assert!(seen > 0, "the tenant's own beginning is on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_masked_can_not_be_searched_for() {
    let rig = Rig::without_worker().await;
    let (admin, stranger, admin_name) = saas(&rig).await;
    let list = async |client: &Client, wanted: v1::ListDecisionsRequest| {
        let wanted = v1::ListDecisionsRequest { scope: in_tenant("acme"), ..wanted };
        client.system().list_decisions(wanted).await
    };
    let any = v1::ListDecisionsRequest::default;
    for wanted in [
        v1::ListDecisionsRequest { principal: admin_name.clone(), ..any() },
        v1::ListDecisionsRequest { resource: format!("{STRANGER}/operator"), ..any() },
        v1::ListDecisionsRequest { principal: admin_name.clone(), reads: true, ..any() },
    ] {
        is(&list(&stranger, wanted.clone()).await.unwrap_err(), "PERMISSION_DENIED");
        list(&admin, wanted).await.expect("whoever sees people may look for them");
    }
    let by_action = v1::ListDecisionsRequest { action: "identity.".into(), ..any() };
    let found = list(&stranger, by_action).await.unwrap().into_inner().decisions;
    assert!(!found.is_empty(), "what is shown can be looked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_the_tenant_s_own_and_bounded() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.create_tenant("acme").await;
    let publish = v1::PublishWorkflowRequest {
        scope: in_tenant("acme"),
        manifest: NOOP.into(),
        ..Default::default()
    };
    admin.workflows().publish(publish).await.unwrap();
    for _ in 0..3 {
        let start = v1::StartRunRequest {
            scope: in_tenant("acme"),
            workflow: "noop".into(),
            ..Default::default()
        };
        admin.runs().start(start).await.unwrap();
    }
    let engine = rig.engine();
    let since = conductor_domain::time::Timestamp::default();
    let history = |tenant: &str, decisions, bytes| {
        let bounds = conductor_engine::service::HistoryBounds { decisions, bytes };
        let (rows, cut) = engine.decisions_since(tenant, since, bounds).unwrap();
        let actions: Vec<_> = rows.into_iter().map(|row| row.recorded.input.action).collect();
        (actions, cut)
    };
    let (all, cut) = history("acme", 100, 1 << 20);
    let of = |action| all.iter().filter(|known| *known == action).count();
    assert_eq!((of("run.start"), of("task.run"), of("workflow.publish"), cut), (3, 3, 1, false));
    // What the home tenant has of these is evidence, and was not decided there.
    let (home, _) = history("default", 100, 1 << 20);
    assert!(!home.iter().any(|action| action == "run.start"), "{home:?}");
    let newest = vec!["task.run".into(), "run.start".into()];
    assert_eq!(history("acme", 2, 1 << 20), (newest, true));
    let (some, cut) = history("acme", 100, 4_000);
    assert!(!some.is_empty() && some.len() < all.len() && cut, "{some:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_one_tenant_leave_those_of_another_on_record() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.create_tenant("acme").await;
    let list = v1::ListRunsRequest { scope: in_tenant("acme"), ..Default::default() };
    admin.runs().list(list).await.unwrap();
    let engine = rig.engine();
    let noise = Question {
        context: Situation { tenant_id: "default".into(), ..Situation::default() },
        ..Question::default()
    };
    for _ in 0..2 * READ_DECISIONS_MAX {
        let (question, verdict) = (noise.clone(), Verdict::default());
        let ruling = Ruling { id: engine.fresh_decision(), question, verdict };
        engine.note_read(&Principal::uid(1), &ruling);
    }
    let kept = |tenant| engine.reads(tenant, &DecisionFilter::default(), usize::MAX).len();
    assert_eq!((kept("acme"), kept("default")), (1, READ_DECISIONS_MAX));
}
