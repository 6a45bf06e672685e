//! Policy tried out over the API: the daemon's own bundle or a candidate, bounded, without a trace.

use std::sync::Arc;

use conductor_api::{Room, Trials, Untried, limits::POLICY_TRIALS_MAX};
use conductor_policy::{
    Bundle, Guard,
    trial::{
        self,
        job::{self, Answer, Job},
    },
};
use conductor_protocol::{
    v1,
    verdict::{Question, TenantFacts},
};
use prost::Message as _;
use tokio::sync::Semaphore;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::rig::{Client, NOOP, Rig, is};

/// The built-in bundle, and that nobody starts what is called so.
fn not_noop() -> v1::PolicyBundle {
    let mut files = trial::sent(&Bundle::embedded().unwrap());
    let authz = files.files.iter_mut().find(|file| file.name == "authz/authz.rego").unwrap();
    authz.text.push_str(
        "
problems contains {
	\"rule\": \"authz.not_noop\",
	\"what\": \"`noop` is not started any more\",
	\"change\": \"start another\",
} if {
	input.action == \"run.start\"
	input.resource.id == \"noop\"
}
",
    );
    files
}

fn question(role: &str, id: &str) -> String {
    let mut question = Question { action: "run.start".into(), ..Question::default() };
    question.subject.principal = "uid:1".into();
    question.subject.roles = vec![role.into()];
    question.resource.kind = "workflow".into();
    question.resource.id = id.into();
    question.context.tenant_id = "default".into();
    question.context.environment = "dev".into();
    question.context.region = "local".into();
    question.context.channel = "unix".into();
    question.context.tenant =
        Some(TenantFacts { status: "active".into(), ..TenantFacts::default() });
    serde_json::to_string(&question).unwrap()
}

async fn eval(
    client: &Client,
    question_json: String,
    candidate: Option<v1::PolicyBundle>,
) -> Result<v1::PolicyAnswer, Status> {
    let request =
        v1::EvalPolicyRequest { question_json, candidate, explain: false, ..Default::default() };
    Ok(client.policy().eval(request).await?.into_inner().answer.unwrap())
}

async fn replay(
    client: &Client,
    request: v1::ReplayPolicyRequest,
) -> Result<(Vec<v1::PolicyFlip>, v1::PolicyReplay), Status> {
    let mut stream = client.policy().replay(request).await?.into_inner();
    let (mut flips, mut summary) = (Vec::new(), None);
    while let Some(message) = stream.message().await? {
        assert!(summary.is_none(), "the summary comes last");
        flips.extend(message.flips);
        summary = message.summary;
    }
    Ok((flips, summary.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_is_asked_and_decides_about_nothing() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    rig.quiet().await;
    let before = rig.engine().ledger().last_seq();
    assert!(eval(&client, question("operator", "noop"), None).await.unwrap().allow);
    let denied = eval(&client, question("operator", "noop"), Some(not_noop())).await.unwrap();
    assert!(!denied.allow && denied.reasons[0].contains("not started any more"), "{denied:?}");
    assert!(eval(&client, question("operator", "other"), Some(not_noop())).await.unwrap().allow);
    rig.quiet().await;
    assert_eq!(rig.engine().ledger().last_seq(), before, "nothing is recorded");
    client.start("noop").await.unwrap();

    let mut broken = not_noop();
    broken.files[1].text.push_str("\nx if {\n");
    is(
        &eval(&client, question("operator", "noop"), Some(broken)).await.unwrap_err(),
        "POLICY_INVALID",
    );
    is(&eval(&client, "{".into(), None).await.unwrap_err(), "REQUEST_INVALID");
    let long = v1::PolicyFile { name: "a.rego".into(), text: "#".repeat(3 * 1024 * 1024) };
    let large = v1::PolicyBundle { files: vec![long] };
    is(
        &eval(&client, question("operator", "noop"), Some(large)).await.unwrap_err(),
        "REQUEST_INVALID",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_is_asked_again_and_only_flips_are_listed() {
    let rig = Rig::without_worker().await;
    let (client, stranger) = (rig.admin().await, rig.stranger().await);
    client.publish(NOOP).await;
    for _ in 0..2 {
        client.start("noop").await.unwrap();
    }
    is(&stranger.start("noop").await.unwrap_err(), "PERMISSION_DENIED");
    let request =
        v1::ReplayPolicyRequest { candidate: Some(not_noop()), days: 1, ..Default::default() };
    let (flips, summary) = replay(&client, request.clone()).await.unwrap();
    assert_eq!((flips.len(), summary.flipped), (2, 2), "{flips:?}");
    assert!(summary.decisions >= 4, "{summary:?}");
    for flip in &flips {
        assert_eq!((flip.action.as_str(), flip.resource.as_str()), ("run.start", "noop"));
        assert_eq!(flip.change, "denied");
        assert!(flip.id.starts_with("dec_") && flip.at.is_some());
    }
    assert_eq!(summary.principals.len(), 1, "the stranger was denied as before");
    assert_eq!(summary.principals[0].count, 2);

    let same = v1::ReplayPolicyRequest {
        candidate: Some(trial::sent(&Bundle::embedded().unwrap())),
        ..request.clone()
    };
    let (flips, summary) = replay(&client, same).await.unwrap();
    assert_eq!((flips.len(), summary.flipped), (0, 0), "{flips:?}");
    for days in [0, 367] {
        let wrong = v1::ReplayPolicyRequest { days, ..request.clone() };
        is(&replay(&client, wrong).await.unwrap_err(), "REQUEST_INVALID");
    }
    let nothing = v1::ReplayPolicyRequest { candidate: None, ..request };
    is(&replay(&client, nothing).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_coverage_and_differences_are_told_and_only_to_who_may_read_policy() {
    let rig = Rig::without_worker().await;
    let (client, stranger) = (rig.admin().await, rig.stranger().await);
    let text = "
scenarios:
- {name: noop, who: {roles: [operator]}, what: {action: run.start, id: noop}, expect: allow}
";
    let scenarios = vec![v1::PolicyFile { name: "s.yaml".into(), text: text.into() }];
    let ask = |candidate| v1::TestPolicyRequest {
        candidate,
        scenarios: scenarios.clone(),
        ..Default::default()
    };
    let tested = |answer: tonic::Response<v1::TestPolicyResponse>| answer.into_inner().failed;
    assert_eq!(tested(client.policy().test(ask(None)).await.unwrap()), 0);
    assert_eq!(tested(client.policy().test(ask(Some(not_noop()))).await.unwrap()), 1);
    let request = v1::PolicyCoverageRequest { with_tests: true, ..Default::default() };
    let covered = client.policy().coverage(request.clone()).await.unwrap().into_inner();
    assert!(covered.percent > 50 && covered.files.len() > 3, "{covered:?}");
    let request_diff = v1::DiffPolicyRequest {
        candidate: Some(not_noop()),
        scenarios: scenarios.clone(),
        ..Default::default()
    };
    let differ = client.policy().diff(request_diff.clone()).await.unwrap().into_inner();
    assert_eq!((differ.asked, differ.differ, differ.files.len()), (1, 1, 1), "{differ:?}");
    assert_eq!(differ.before_revision, covered.bundle_revision);

    client.grant("tcp:anonymous", "operator").await;
    is(&stranger.policy().test(ask(None)).await.unwrap_err(), "PERMISSION_DENIED");
    is(&stranger.policy().coverage(request).await.unwrap_err(), "PERMISSION_DENIED");
    is(&stranger.policy().diff(request_diff).await.unwrap_err(), "PERMISSION_DENIED");
    let denied = eval(&stranger, question("operator", "noop"), None).await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    let request =
        v1::ReplayPolicyRequest { candidate: Some(not_noop()), days: 1, ..Default::default() };
    is(&replay(&stranger, request).await.unwrap_err(), "PERMISSION_DENIED");
}

/// Carries jobs out, each when it is let go; whoever asked is told of how many wait.
struct Held {
    begun: Semaphore,
    go: Semaphore,
}

impl Held {
    fn new() -> Arc<Self> {
        Arc::new(Self { begun: Semaphore::new(0), go: Semaphore::new(0) })
    }

    /// As many are under way.
    async fn wait_for(&self, count: u32) {
        self.begun.acquire_many(count).await.unwrap().forget();
    }

    fn let_go(&self, count: usize) {
        self.go.add_permits(count);
    }
}

#[tonic::async_trait]
impl Trials for Held {
    async fn try_out(&self, job: Job, room: Room) -> Result<Answer, Untried> {
        self.begun.add_permits(1);
        self.go.acquire().await.unwrap().forget();
        let answer = job::run(job.encode_to_vec()).unwrap();
        drop(room);
        Ok(Answer::decode(&answer[..]).unwrap())
    }
}

fn of_a_day(candidate: v1::PolicyBundle) -> v1::ReplayPolicyRequest {
    v1::ReplayPolicyRequest { candidate: Some(candidate), days: 1, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_without_room_reads_nothing() {
    let held = Held::new();
    let rig = Rig::trying(Guard::embedded().unwrap(), Arc::<Held>::clone(&held)).await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    client.start("noop").await.unwrap();
    let places = u32::try_from(POLICY_TRIALS_MAX).unwrap();
    let trying: Vec<_> = (0..places)
        .map(|_| {
            let client = client.clone();
            let ask =
                async move { eval(&client, question("operator", "x"), Some(not_noop())).await };
            tokio::spawn(ask)
        })
        .collect();
    held.wait_for(places).await;
    rig.quiet().await;
    let before = rig.reads();
    let refused = replay(&client, of_a_day(not_noop())).await.unwrap_err();
    is(&refused, "QUEUE_FULL");
    assert!(refused.get_error_details().retry_info().is_some());
    assert_eq!(rig.reads(), before, "it reads nothing before it has its turn");

    held.let_go(trying.len());
    for one in trying {
        assert!(one.await.unwrap().unwrap().allow);
    }
    held.let_go(1);
    let (flips, _) = replay(&client, of_a_day(not_noop())).await.unwrap();
    assert_eq!(flips.len(), 1);
    assert!(rig.reads() > before, "what it is about is read from the ledger");
}

/// Everything is allowed, but policy is read by reviewers, and decisions by operators.
const TWO_RIGHTS: &str = "
package conductor.authz

import rego.v1

decision := {\"allow\": count(missing) == 0, \"reasons\": [], \"obligations\": [], \"risk\": \"low\"}

missing contains role if {
	some action, role in {\"policy.read\": \"workflow_reviewer\", \"decision.read\": \"operator\"}
	input.action == action
	not role in input.subject.roles
}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_ends_when_either_right_is_taken_away() {
    const WHO: &str = "tcp:anonymous";
    let held = Held::new();
    let bundle = Bundle::from_files(vec![("authz.rego".into(), TWO_RIGHTS.into())]).unwrap();
    let rig = Rig::trying(Guard::new(bundle), Arc::<Held>::clone(&held)).await;
    let (admin, reader) = (rig.admin().await, rig.stranger().await);
    let roles = ["workflow_reviewer", "operator"];
    for role in roles {
        admin.grant(WHO, role).await;
    }
    for taken in [None, Some(roles[0]), Some(roles[1])] {
        let replaying = {
            let reader = reader.clone();
            tokio::spawn(async move { replay(&reader, of_a_day(not_noop())).await })
        };
        held.wait_for(1).await;
        if let Some(role) = taken {
            admin.revoke(WHO, role).await;
        }
        held.let_go(1);
        let told = replaying.await.unwrap();
        match taken {
            None => assert!(told.is_ok(), "{told:?}"),
            Some(role) => {
                is(&told.unwrap_err(), "PERMISSION_DENIED");
                admin.grant(WHO, role).await;
            }
        }
    }
}

/// Gives no answer.
struct Exhausted(Untried);

#[tonic::async_trait]
impl Trials for Exhausted {
    async fn try_out(&self, _: Job, _: Room) -> Result<Answer, Untried> {
        Err(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_that_takes_too_much_is_refused_and_the_daemons_bundle_is_asked_as_ever() {
    for (untried, code, sentence) in [
        (Untried::Memory { mib: 7 }, "POLICY_INVALID", "needed more than 7 MiB of memory"),
        (Untried::Time { seconds: 7 }, "POLICY_INVALID", "needed more than 7 seconds"),
        (Untried::Failed("no forks".into()), "INTERNAL", "could not be tried: no forks"),
    ] {
        let rig = Rig::trying(Guard::embedded().unwrap(), Arc::new(Exhausted(untried))).await;
        let client = rig.admin().await;
        let asked = question("operator", "noop");
        let refused = eval(&client, asked.clone(), Some(not_noop())).await.unwrap_err();
        is(&refused, code);
        assert!(refused.message().contains(sentence), "{refused:?}");
        assert!(eval(&client, asked, None).await.unwrap().allow);
        is(&replay(&client, of_a_day(not_noop())).await.unwrap_err(), code);
    }
}
