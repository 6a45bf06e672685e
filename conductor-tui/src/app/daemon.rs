//! The daemon, as the console talks to it: questions, changes, streams, and whether it is there.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};

use conductor_client::{ClientError, Connection, Link, Resuming, Update};
use conductor_protocol::v1;
use tokio::sync::{Notify, mpsc};

use super::{
    approval::{self, Secret},
    contexts::Readying,
    effect::{Feed, FeedId, Mutation},
    frost,
    msg::{Fault, FaultKind, FeedNews, LinkNews, What},
    once::Told,
    query::Answer,
    tenancy,
};
use crate::widget::Confirmed;

/// How often a daemon that answers is asked whether it still does.
const PING_EVERY: Duration = Duration::from_secs(5);
/// How long one such question may take.
const PING_DEADLINE: Duration = Duration::from_secs(3);
/// Waits between tries while it does not answer.
const RETRY_FIRST: Duration = Duration::from_millis(250);
/// Less than a second: nobody waits longer than that once the daemon is back.
const RETRY_MAX: Duration = Duration::from_millis(750);
/// The same where every try is a login at somebody's bastion.
const RETRY_MAX_SSH: Duration = Duration::from_secs(2);

/// Carries out a change that was confirmed. Each gets a key of its own, so that the daemon does
/// it once even if the request reaches it twice.
pub(crate) async fn change(
    connection: &Connection,
    mutation: &Confirmed<Mutation>,
    secret: Option<Secret>,
) -> Result<Answer, Fault> {
    let idempotency_key = fresh_key();
    match mutation.get().clone() {
        Mutation::Approval(said) => {
            return approval::say(connection, said, (secret, idempotency_key)).await;
        }
        Mutation::Countersign(signed) => {
            return approval::countersign(connection, *signed, (secret, idempotency_key)).await;
        }
        Mutation::Frost(wanted) => frost::carry_out(connection, wanted, idempotency_key).await,
        Mutation::Tenant(change) => tenancy::carry_out(connection, *change, idempotency_key).await,
        Mutation::Start(request, _) => {
            let request = v1::StartRunRequest { idempotency_key, ..request };
            connection.start_run(request).await.map(Answer::Started)
        }
        Mutation::Cancel(request) => {
            let request = v1::CancelRunRequest { idempotency_key, ..request };
            connection.cancel_run(request).await.map(Answer::Cancelled)
        }
        Mutation::Rerun(request) => {
            let request = v1::RerunRunRequest { idempotency_key, ..request };
            connection.rerun_run(request).await.map(Answer::Started)
        }
        Mutation::Pause(request) => {
            let request = v1::PauseRunRequest { idempotency_key, ..request };
            connection.pause_run(request).await.map(Answer::ChangedRun)
        }
        Mutation::Resume(request) => {
            let request = v1::ResumeRunRequest { idempotency_key, ..request };
            connection.resume_run(request).await.map(Answer::ChangedRun)
        }
        Mutation::Skip(request) => {
            let request = v1::SkipTaskRequest { idempotency_key, ..request };
            connection.skip_task(request).await.map(Answer::ChangedRun)
        }
        Mutation::Release(request) => {
            let request = v1::ReleaseTaskRequest { idempotency_key, ..request };
            connection.release_task(request).await.map(Answer::ChangedRun)
        }
        Mutation::PauseSchedule(request) => {
            let request = v1::PauseScheduleRequest { idempotency_key, ..request };
            connection.pause_schedule(request).await.map(|answer| scheduled(answer.schedule))
        }
        Mutation::ResumeSchedule(request) => {
            let request = v1::ResumeScheduleRequest { idempotency_key, ..request };
            connection.resume_schedule(request).await.map(|answer| scheduled(answer.schedule))
        }
        Mutation::Deprecate(request) => {
            let request = v1::DeprecateWorkflowRequest { idempotency_key, ..request };
            connection.deprecate_workflow(request).await.map(Answer::Lifecycle)
        }
        Mutation::Retire(request) => {
            let request = v1::RetireWorkflowRequest { idempotency_key, ..request };
            connection.retire_workflow(request).await.map(Answer::Lifecycle)
        }
        Mutation::RollBack(request) => {
            let request = v1::RollBackRequest { idempotency_key, ..request };
            connection.roll_back(request).await.map(Answer::RolledBack)
        }
        Mutation::Review(request) => {
            let request = v1::ReviewWorkflowRequest { idempotency_key, ..request };
            connection.review_workflow(request).await.map(Answer::Lifecycle)
        }
    }
    .map_err(|error| fault_of_change(&error))
}

/// Passes on what the daemon said beside its answers.
pub(crate) async fn tell_warnings(connection: &Connection, out: &mpsc::Sender<What>) {
    for warning in connection.take_warnings() {
        // Nobody is left to tell when the console has ended.
        out.send(What::Warned(warning)).await.ok();
    }
}

fn scheduled(schedule: Option<v1::Schedule>) -> Answer {
    Answer::Schedule(Box::new(schedule.unwrap_or_default()))
}

/// Unlike any other: hashers are keyed by chance.
fn fresh_key() -> String {
    let chance = || RandomState::new().build_hasher().finish();
    format!("console-{:016x}{:016x}", chance(), chance())
}

/// Passes on a stream's news until it ends or nobody listens.
pub(crate) async fn follow(
    connection: Connection,
    id: FeedId,
    feed: Feed,
    out: mpsc::Sender<What>,
    broken: Arc<Notify>,
) {
    let told = Told { id, out: out.clone() };
    let pass = Pass { id, out, broken };
    match feed {
        Feed::Verify(request) => told.verify(&connection, request).await,
        Feed::Trial(trial) => told.try_out(&connection, trial).await,
        Feed::Artifact(wanted) => told.fetch(&connection, wanted).await,
        Feed::Runs(request) => pass.on(connection.watch_runs(request), FeedNews::Runs).await,
        Feed::Run(request) => {
            pass.on(connection.watch_run(request), |run| FeedNews::Run(Box::new(run))).await;
        }
        Feed::Logs(request) => pass.on(connection.logs(request), FeedNews::Log).await,
        Feed::Ledger(request) => pass.on(connection.tail(request), FeedNews::Event).await,
    }
}

struct Pass {
    id: FeedId,
    out: mpsc::Sender<What>,
    broken: Arc<Notify>,
}

impl Pass {
    async fn on<T: Send + 'static>(&self, mut stream: Resuming<T>, news: impl Fn(T) -> FeedNews) {
        let ended = loop {
            let news = match stream.next().await {
                Some(Ok(Update::Item(item))) => news(item),
                Some(Ok(Update::Link(Link::Stale { .. }))) => {
                    // The pinger finds out whether it is the daemon or this stream only.
                    self.broken.notify_one();
                    continue;
                }
                Some(Ok(Update::Link(_))) => continue,
                Some(Err(error)) => break Some(fault(&error)),
                None => break None,
            };
            if self.out.send(What::Feed(self.id, news)).await.is_err() {
                return;
            }
        };
        // Nobody is left to tell when the console has ended.
        self.out.send(What::Feed(self.id, FeedNews::Ended(ended))).await.ok();
    }
}

/// Does what has to be done before a daemon is asked anything, until it works, and says what keeps it.
pub(crate) async fn make_ready(ready: &Readying, epoch: u64, out: &mpsc::Sender<What>) {
    while let Err(problem) = ready().await {
        let news = Box::new(What::Link(LinkNews::Down { problem }));
        out.send(What::Of(epoch, news)).await.ok();
        tokio::time::sleep(PING_EVERY).await;
    }
}

/// Asks the daemon for ever who we are: whether it answers, how fast, and in which scope.
pub(crate) async fn keep_link(
    connection: Connection,
    (scope, epoch): (v1::Scope, u64),
    out: mpsc::Sender<What>,
    broken: Arc<Notify>,
) {
    let pinger = connection.with_deadline(PING_DEADLINE);
    let mut retry = RETRY_FIRST;
    let retry_max = match pinger.endpoint().to_string().starts_with("ssh://") {
        true => RETRY_MAX_SSH,
        false => RETRY_MAX,
    };
    let mut refused = String::new();
    loop {
        let started = Instant::now();
        let request = v1::WhoAmIRequest { scope: Some(scope.clone()) };
        let answer = pinger.who_am_i(request).await;
        let latency = started.elapsed();
        let (news, wait) = match answer {
            Ok(me) => {
                let scope = me.scope.unwrap_or_else(|| scope.clone());
                let (principal, freezes) = (me.principal, me.freezes);
                let approvals = (me.approvals_waiting, me.approvals_asked);
                let alerts = (me.reviews_due, me.incidents_open);
                let named = me.channel == "session" || !principal.starts_with("uid:");
                refused.clear();
                let up =
                    LinkNews::Up { principal, named, scope, latency, approvals, freezes, alerts };
                (up, PING_EVERY)
            }
            // Whoever refuses is there.
            Err(ClientError::Refused(refusal)) => {
                let principal = String::new();
                let (named, scope) = (false, scope.clone());
                // A session that is over, say: told once, with how to mend it.
                if refused != refusal.message {
                    refused.clone_from(&refusal.message);
                    let told = format!("{}: {}", refusal.message, refusal.hint);
                    out.send(What::Warned(told)).await.ok();
                }
                let (approvals, freezes, alerts) = ((0, 0), Vec::new(), (0, 0));
                let up =
                    LinkNews::Up { principal, named, scope, latency, approvals, freezes, alerts };
                (up, PING_EVERY)
            }
            Err(error) => {
                let wait = retry;
                retry = (retry * 2).min(retry_max);
                (LinkNews::Down { problem: reason(&error) }, wait)
            }
        };
        if matches!(news, LinkNews::Up { .. }) {
            retry = RETRY_FIRST;
        }
        if out.send(What::Of(epoch, Box::new(What::Link(news)))).await.is_err() {
            return;
        }
        // Those that came with a stream.
        tell_warnings(&pinger, &out).await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = broken.notified() => {}
        }
    }
}

fn reason(error: &ClientError) -> String {
    match error {
        ClientError::Unreachable { reason, .. }
        | ClientError::Untrusted { reason, .. }
        | ClientError::Protocol { reason, .. } => reason.clone(),
        ClientError::Timeout { .. } => "it does not answer in time".to_owned(),
        ClientError::Refused(refusal) => refusal.message.clone(),
    }
}

/// The approval that a refusal names.
fn waits_for(error: &ClientError) -> Option<String> {
    let ClientError::Refused(refusal) = error else { return None };
    let detail: serde_json::Value = serde_json::from_str(refusal.details.get("approval")?).ok()?;
    detail.get("id")?.as_str().map(str::to_owned)
}

/// What came of a change instead of an answer.
pub(super) fn fault_of_change(error: &ClientError) -> Fault {
    let fault = fault(error);
    if !error.is_unclear() {
        return fault;
    }
    let hint = "look whether it was before you do it again".to_owned();
    Fault { kind: FaultKind::Unclear, hint, ..fault }
}

/// An error as screens tell it.
pub(super) fn fault(error: &ClientError) -> Fault {
    let (kind, code, hint) = match error {
        ClientError::Refused(refusal) => {
            let kind = match refusal.grpc {
                tonic::Code::PermissionDenied => FaultKind::Denied,
                tonic::Code::NotFound => FaultKind::NotFound,
                _ => FaultKind::Other,
            };
            (kind, refusal.code.clone(), refusal.hint.clone())
        }
        ClientError::Unreachable { .. } | ClientError::Timeout { .. } => {
            (FaultKind::Unreachable, String::new(), String::new())
        }
        ClientError::Untrusted { hint, .. } => {
            (FaultKind::Unreachable, String::new(), hint.clone())
        }
        ClientError::Protocol { .. } => {
            let hint = "the daemon may be of another version than this console";
            (FaultKind::Other, String::new(), hint.to_owned())
        }
    };
    let approval = waits_for(error).unwrap_or_default();
    Fault { kind, code, message: reason(error), hint, approval }
}
