//! Nothing crosses from one tenant to another, nor between environments and regions.

use conductor_protocol::v1;

use crate::{
    rig::{Client, NOOP, Rig, is},
    workers,
};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_told_its_own_numbers_and_none_that_others_make() {
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    for tenant in ["globex", "acme"] {
        admin.create_tenant(tenant).await;
        let publish = v1::PublishWorkflowRequest {
            scope: scope(tenant, ""),
            manifest: NOOP.into(),
            ..Default::default()
        };
        admin.workflows().publish(publish).await.unwrap();
    }
    let grant = v1::GrantRequest {
        scope: scope("acme", ""),
        principal: "tcp:anonymous".into(),
        role: "operator".into(),
        ..Default::default()
    };
    admin.system().grant(grant).await.unwrap();
    // The one worker there is has room for one task, and holds one of the other tenant.
    let mut worker = workers::open(&admin, "").await.unwrap();
    for tenant in ["globex", "globex", "globex", "acme"] {
        let start = v1::StartRunRequest {
            scope: scope(tenant, ""),
            workflow: "noop".into(),
            ..Default::default()
        };
        admin.runs().start(start).await.unwrap();
    }
    worker.lease().await;
    let of = |client: &Client, tenant: &str| {
        let (mut system, mut workers) = (client.system(), client.workers());
        let scope = scope(tenant, "");
        async move {
            let status = v1::StatusRequest { scope: scope.clone() };
            let status = system.status(status).await.unwrap().into_inner();
            let doctor = v1::DoctorRequest { scope: scope.clone() };
            let checks = system.doctor(doctor).await.unwrap().into_inner().checks;
            let list = v1::ListWorkersRequest { scope };
            let workers = workers.list(list).await.unwrap().into_inner();
            (status, checks, workers)
        }
    };
    let (status, checks, workers) = of(&stranger, "acme").await;
    assert_eq!((status.queue_depth, status.runs_active, status.workers), (1, 1, 1));
    assert_eq!((status.pid, status.data_dir, status.commands_waiting), (None, None, None));
    assert_eq!(status.resident_bytes, None);
    assert_eq!((workers.queue_depth, workers.workers[0].leases), (1, 0));
    let names: Vec<_> = checks.iter().map(|check| check.name.as_str()).collect();
    let all = ["ledger", "workers", "policy", "policy drift", "freezes", "break-glass", "secrets"];
    assert_eq!(names, all);
    assert_eq!(checks[1].message, "1 are connected, 1 tasks wait for one");
    // Whoever may look at the daemon as a whole sees all of it, whatever tenant they ask for.
    for tenant in ["default", "acme"] {
        let (status, checks, workers) = of(&admin, tenant).await;
        assert_eq!((status.queue_depth, workers.queue_depth, workers.workers[0].leases), (3, 3, 1));
        assert!(status.pid.is_some() && status.resident_bytes() > 0);
        assert!(checks.iter().any(|check| check.name == "disk"));
    }
}
