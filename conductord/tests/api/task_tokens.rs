//! Tokens of tasks: what one is good for, for whom, and that it ends with its attempt.

use conductor_engine::ports::{
    Completion, Lease, LogDigest, Order, Outcome, WorkPort as _, WorkerHello,
};
use conductor_protocol::{
    id::WorkerId,
    v1::{self, tokens_client::TokensClient},
};
use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use tonic::{Request, Status};

use crate::rig::{Client, NOOP, Rig, is};

const SHELL: &str = "pkg:builtin/shell@1";
/// A script that may start another workflow, and one that may do nothing more than all.
const CALLER: &str = "
name: caller
version: 1.0.0
tasks:
  - {id: a, uses: pkg:builtin/shell@1, scopes: [run.start/noop], with: {run: 'true'}}
  - {id: b, uses: pkg:builtin/shell@1, needs: [a], with: {run: 'true'}}
";

/// A daemon whose worker is the test.
struct Stage {
    rig: Rig,
    admin: Client,
    program: Client,
    worker: WorkerId,
    session: u64,
    orders: Receiver<Order>,
}

impl Stage {
    async fn set() -> Self {
        let rig = Rig::without_worker().await;
        let (admin, program) = (rig.admin().await, rig.stranger().await);
        admin.publish(NOOP).await;
        admin.publish(CALLER).await;
        let hello = WorkerHello {
            worker: None,
            name: "test".into(),
            capacity: 4,
            executors: vec![SHELL.into()],
            held_tokens: Vec::new(),
            in_process: true,
        };
        let (worker, session, mut orders) = rig.engine().worker_open(hello).await.unwrap();
        assert!(matches!(orders.recv().await, Some(Order::Welcome { .. })));
        Self { rig, admin, program, worker, session, orders }
    }

    /// The next attempt, and the token that a script of it would have.
    async fn next(&mut self) -> (Lease, String) {
        loop {
            if let Some(Order::Start(lease)) = self.orders.recv().await {
                let token = self.rig.engine().local_port().task_token(&lease).unwrap();
                return (*lease, token);
            }
        }
    }

    async fn complete(&self, lease: &Lease) {
        let completion = Completion {
            worker: self.worker,
            run: lease.run,
            task: lease.task.clone(),
            attempt: lease.attempt,
            token: lease.token,
            outcome: Outcome::Succeeded,
            message: String::new(),
            exit_code: Some(0),
            status_code: None,
            failure: None,
            outputs: Default::default(),
            log: LogDigest::default(),
            artifacts: Vec::new(),
            confinement: None,
        };
        self.rig.engine().local_port().complete(completion).await.unwrap();
    }

    async fn who(&self, token: &str) -> Result<v1::WhoAmIResponse, Status> {
        let request = bearing(token, v1::WhoAmIRequest::default());
        Ok(self.program.system().who_am_i(request).await?.into_inner())
    }

    async fn get(&self, token: &str, run: &str) -> Result<(), Status> {
        let request = v1::GetRunRequest { run_id: run.into(), ..Default::default() };
        self.program.runs().get(bearing(token, request)).await.map(drop)
    }

    async fn start(&self, token: &str, workflow: &str) -> Result<v1::StartRunResponse, Status> {
        let request = v1::StartRunRequest { workflow: workflow.into(), ..Default::default() };
        Ok(self.program.runs().start(bearing(token, request)).await?.into_inner())
    }

    async fn logs(&self, token: &str, run: &str, task: &str) -> Result<(), Status> {
        let request =
            v1::RunLogsRequest { run_id: run.into(), task_id: task.into(), ..Default::default() };
        self.program.runs().logs(bearing(token, request)).await.map(drop)
    }
}

fn bearing<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_reads_its_own_run_and_does_what_its_manifest_says() {
    let mut stage = Stage::set().await;
    let run = stage.admin.start("caller").await.unwrap().run_id;
    let other = stage.admin.start("noop").await.unwrap().run_id;
    let (lease, token) = stage.next().await;
    assert!(token.starts_with("ctt_"));
    let me = stage.who(&token).await.unwrap();
    let owner = format!("uid:{}", rustix::process::getuid().as_raw());
    assert_eq!((me.principal, me.channel.as_str()), (format!("task:{run}/a"), "task"));
    assert_eq!(
        (me.on_behalf_of, me.roles.as_slice()),
        (owner.clone(), &["conductor_admin".into()][..])
    );
    assert_eq!(me.token_scopes, [format!("run.read:{run}"), "run.start/noop".into()]);
    stage.get(&token, &run).await.unwrap();
    is(&stage.get(&token, &other).await.unwrap_err(), "TOKEN_SCOPE");
    // Its own output, and nobody else's.
    stage.logs(&token, &run, "a").await.unwrap();
    for task in ["", "b"] {
        is(&stage.logs(&token, &run, task).await.unwrap_err(), "TOKEN_SCOPE");
    }
    let started = stage.start(&token, "noop").await.unwrap();
    is(&stage.start(&token, "caller").await.unwrap_err(), "TOKEN_SCOPE");
    let cancel = v1::CancelRunRequest { run_id: run.clone(), ..Default::default() };
    let refused = stage.program.runs().cancel(bearing(&token, cancel)).await;
    is(&refused.unwrap_err(), "TOKEN_SCOPE");
    let more = v1::IssueTokenRequest {
        service: "service:more".into(),
        scopes: vec!["run.*".into()],
        ..Default::default()
    };
    let refused = TokensClient::new(stage.program.channel()).issue(bearing(&token, more)).await;
    assert!(refused.is_err());
    let elsewhere = v1::Scope { tenant: "acme".into(), ..Default::default() };
    let elsewhere = v1::WhoAmIRequest { scope: Some(elsewhere) };
    let refused = stage.program.system().who_am_i(bearing(&token, elsewhere)).await;
    is(&refused.unwrap_err(), "TOKEN_ELSEWHERE");
    // What it started is its starter's, and the decision says which task it was.
    let request = v1::GetRunRequest { run_id: started.run_id, ..Default::default() };
    let found = stage.admin.runs().get(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!(found.summary.unwrap().owner, owner);
    let events = stage.admin.events("decision.recorded").await;
    let decision = events.iter().find_map(|event| {
        let record: Value = serde_json::from_str(&event.data_json).unwrap();
        let data = record["event"]["data"].clone();
        (data["id"] == started.decision_id.as_str()).then_some(data)
    });
    let subject = decision.unwrap()["input"]["subject"].clone();
    assert_eq!(subject["principal"], format!("task:{run}/a"));
    assert_eq!(
        (&subject["task"], &subject["on_behalf_of"]),
        (&format!("{run}/a").into(), &owner.into())
    );
    // Another task of the run has another token, which is for less.
    stage.complete(&lease).await;
    let (next, second) = stage.next().await;
    assert_eq!(next.task, "b");
    stage.get(&second, &run).await.unwrap();
    is(&stage.start(&second, "noop").await.unwrap_err(), "TOKEN_SCOPE");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_token_ends_with_the_attempt_however_that_ends() {
    let mut stage = Stage::set().await;
    let run = stage.admin.start("caller").await.unwrap().run_id;
    let (lease, token) = stage.next().await;
    stage.get(&token, &run).await.unwrap();
    stage.complete(&lease).await;
    is(&stage.get(&token, &run).await.unwrap_err(), "TOKEN_REFUSED");
    // Lost with its worker.
    let (lease, token) = stage.next().await;
    stage.get(&token, &run).await.unwrap();
    stage.rig.engine().worker_close(stage.worker, stage.session);
    // Whatever comes after it is answered after it.
    stage.rig.engine().inspect(None).await.unwrap();
    is(&stage.get(&token, &run).await.unwrap_err(), "TOKEN_REFUSED");
    assert!(stage.rig.engine().local_port().task_token(&lease).is_none(), "it runs no more");
    // Nothing of it is on record.
    let secret = token.trim_start_matches("ctt_");
    for kind in ["run.", "task.", "decision."] {
        for event in stage.admin.events(kind).await {
            assert!(!event.data_json.contains(secret), "{}", event.kind);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_lends_a_task_what_they_may_not_do() {
    let stage = Stage::set().await;
    let manifest = |name: &str, scope: &str| {
        CALLER.replace("name: caller", &format!("name: {name}")).replace("run.start/noop", scope)
    };
    for (name, scope) in [
        ("publishes", "workflow.publish"),
        ("approves", "approval.give"),
        ("unknown", "runs.start"),
    ] {
        stage.admin.publish(&manifest(name, scope)).await;
    }
    stage.admin.grant("tcp:anonymous", "operator").await;
    stage.program.start("caller").await.unwrap();
    for name in ["publishes", "approves", "unknown"] {
        let refused = stage.program.start(name).await.unwrap_err();
        is(&refused, "PERMISSION_DENIED");
        assert!(refused.message().contains("token_scope"), "{refused:?}");
    }
    // Whose role permits it may; what people do in person nobody lends.
    stage.admin.start("publishes").await.unwrap();
    is(&stage.admin.start("approves").await.unwrap_err(), "PERMISSION_DENIED");
    // A service lends no more than its own token is for.
    stage.admin.grant("service:deploy", "operator").await;
    for (scopes, may) in [(vec!["run.start/caller"], false), (vec!["run.start"], true)] {
        let request = v1::IssueTokenRequest {
            service: "service:deploy".into(),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            ..Default::default()
        };
        let issued = TokensClient::new(stage.admin.channel()).issue(request).await.unwrap();
        let started = stage.start(&issued.into_inner().secret, "caller").await;
        assert_eq!(started.is_ok(), may, "{started:?}");
    }
}
