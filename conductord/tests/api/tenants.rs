//! Nothing crosses from one tenant to another, nor between environments and regions.

use conductor_protocol::v1;

use crate::rig::{NOOP, Rig, is};

fn scope(tenant: &str, environment: &str) -> Option<v1::Scope> {
    Some(v1::Scope {
        tenant: tenant.into(),
        environment: environment.into(),
        region: String::new(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_another_scope_is_not_found() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    for tenant in ["acme", "globex"] {
        client.create_tenant(tenant).await;
    }
    let (mut runs, mut workflows) = (client.runs(), client.workflows());
    let publish = |tenant: &str| v1::PublishWorkflowRequest {
        scope: scope(tenant, ""),
        manifest: NOOP.into(),
        ..Default::default()
    };
    workflows.publish(publish("acme")).await.unwrap();
    let start = |tenant: &str, environment: &str| v1::StartRunRequest {
        scope: scope(tenant, environment),
        workflow: "noop".into(),
        ..Default::default()
    };
    is(&runs.start(start("", "")).await.unwrap_err(), "WORKFLOW_NOT_FOUND");
    let run_id = runs.start(start("acme", "prod")).await.unwrap().into_inner().run_id;

    let get = |tenant: &str, environment: &str| v1::GetRunRequest {
        scope: scope(tenant, environment),
        run_id: run_id.clone(),
    };
    assert!(runs.get(get("acme", "prod")).await.is_ok());
    for (tenant, environment) in [("default", "prod"), ("acme", "dev"), ("globex", "prod")] {
        is(&runs.get(get(tenant, environment)).await.unwrap_err(), "RUN_NOT_FOUND");
        let list = v1::ListRunsRequest { scope: scope(tenant, environment), ..Default::default() };
        assert_eq!(runs.list(list).await.unwrap().into_inner().runs, [], "{tenant} {environment}");
        let watch = v1::WatchRunRequest {
            scope: scope(tenant, environment),
            run_id: run_id.clone(),
            ..Default::default()
        };
        is(&runs.watch(watch).await.unwrap_err(), "RUN_NOT_FOUND");
    }
    let other = client.events("run.").await;
    assert_eq!(other, [], "events of another scope");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_in_its_tenant_only() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.create_tenant("acme").await;
    let grant = v1::GrantRequest {
        scope: scope("acme", ""),
        principal: "tcp:anonymous".into(),
        role: "read_only".into(),
        ..Default::default()
    };
    admin.system().grant(grant).await.unwrap();
    let list =
        |tenant: &str| v1::ListRunsRequest { scope: scope(tenant, ""), ..Default::default() };
    is(&admin.runs().list(list("gloebx")).await.unwrap_err(), "TENANT_UNKNOWN");
    // Who may not know is not told that either.
    is(&stranger.runs().list(list("gloebx")).await.unwrap_err(), "PERMISSION_DENIED");
    assert!(stranger.runs().list(list("acme")).await.is_ok());
    is(&stranger.runs().list(list("default")).await.unwrap_err(), "PERMISSION_DENIED");
    // Workers serve every tenant: a role in one of them gives no right to that.
    let work = v1::WorkRequest {
        scope: scope("acme", ""),
        capacity: 1,
        executors: vec!["pkg:builtin/noop@1".into()],
        ..Default::default()
    };
    is(&stranger.workers().work(work).await.unwrap_err(), "PERMISSION_DENIED");
}
