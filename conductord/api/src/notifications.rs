//! The `Notifications` service: how targets do, what none of them took, and what is done about it.
//!
//! Targets are the daemon's and not one tenant's: whoever looks after them may do so in its home.

use std::collections::BTreeSet;

use conductor_domain::{
    Refusal,
    org::notification::{Care, Tended},
    scope::{HOME_TENANT, Scope},
};
use conductor_engine::{
    command::{Answer, Command},
    notify::{Letter, Standing, Tried, cloud_event, subject},
};
use conductor_protocol::{
    error_code::Code,
    id::NotificationId,
    v1::{self, notifications_server::Notifications},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert::{self, time},
    failure::{Failure, Outcome},
    limits::LETTERS_NAMED_MAX,
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Notifications for Service {
    async fn list(
        &self,
        request: Request<v1::ListNotificationTargetsRequest>,
    ) -> Result<Response<v1::ListNotificationTargetsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }

    async fn list_dead(
        &self,
        request: Request<v1::ListDeadLettersRequest>,
    ) -> Result<Response<v1::ListDeadLettersResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list_dead(&call, request)).await
    }

    async fn get_dead(
        &self,
        request: Request<v1::GetDeadLetterRequest>,
    ) -> Result<Response<v1::GetDeadLetterResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(get_dead(&call, request)).await
    }

    async fn retry(
        &self,
        request: Request<v1::RetryNotificationsRequest>,
    ) -> Result<Response<v1::RetryNotificationsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        let v1::RetryNotificationsRequest { scope, target, notification_ids, idempotency_key } =
            request;
        let meant = Meant { scope, target, ids: notification_ids, key: idempotency_key };
        let retry = async {
            let letters = tend(&call, meant, Care::Retry).await?;
            Ok(v1::RetryNotificationsResponse { letters })
        };
        call.answer(retry).await
    }

    async fn drop(
        &self,
        request: Request<v1::DropNotificationsRequest>,
    ) -> Result<Response<v1::DropNotificationsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        let v1::DropNotificationsRequest { scope, target, notification_ids, idempotency_key } =
            request;
        let meant = Meant { scope, target, ids: notification_ids, key: idempotency_key };
        let drop = async {
            let letters = tend(&call, meant, Care::Drop).await?;
            Ok(v1::DropNotificationsResponse { letters })
        };
        call.answer(drop).await
    }

    async fn test(
        &self,
        request: Request<v1::TestNotificationRequest>,
    ) -> Result<Response<v1::TestNotificationResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(test(&call, request)).await
    }
}

/// Dead letters that something is to be done with.
struct Meant {
    scope: Option<v1::Scope>,
    target: String,
    ids: Vec<String>,
    key: String,
}

/// The daemon's own tenant, wherever the caller looks at.
fn at_home(call: &Call, scope: Option<v1::Scope>) -> Outcome<Scope> {
    Ok(Scope { tenant: HOME_TENANT.to_owned(), ..call.scope(scope)? })
}

async fn may_read(call: &Call, scope: Option<v1::Scope>, target: &str) -> Outcome<()> {
    let scope = at_home(call, scope)?;
    call.may(&scope, Ask::one("notification.read", "notification", target)).await
}

async fn list(
    call: &Call,
    request: v1::ListNotificationTargetsRequest,
) -> Outcome<v1::ListNotificationTargetsResponse> {
    may_read(call, request.scope, "").await?;
    let targets = standings(call).into_iter().map(target).collect();
    Ok(v1::ListNotificationTargetsResponse { targets })
}

async fn list_dead(
    call: &Call,
    request: v1::ListDeadLettersRequest,
) -> Outcome<v1::ListDeadLettersResponse> {
    let named = request::filter("target", request.target)?.unwrap_or_default();
    may_read(call, request.scope, &named).await?;
    let mut known = standings(call);
    if !named.is_empty() {
        known.retain(|one| one.target.name == named);
        if known.is_empty() {
            return Err(unknown_target(&named));
        }
    }
    let letters = known.iter().flat_map(|one| {
        one.outbox.dead.iter().map(|dead| letter(&one.target.name, dead)).collect::<Vec<_>>()
    });
    Ok(v1::ListDeadLettersResponse { letters: letters.collect() })
}

async fn get_dead(
    call: &Call,
    request: v1::GetDeadLetterRequest,
) -> Outcome<v1::GetDeadLetterResponse> {
    let id: NotificationId = request::id("notification", &request.notification_id)?;
    may_read(call, request.scope, &id.to_string()).await?;
    for known in standings(call) {
        let Some(dead) = known.outbox.dead.iter().find(|dead| dead.id == id) else { continue };
        let event = cloud_event(dead, &call.api.about().ledger_origin);
        let shown = letter(&known.target.name, dead);
        let letter = Some(v1::DeadLetter { event_json: event.to_string(), ..shown });
        return Ok(v1::GetDeadLetterResponse { letter });
    }
    Err(unknown(format!("no target has a dead letter {id}")))
}

/// Puts on record what is to be done; whoever follows the ledger for the target does it.
async fn tend(call: &Call, meant: Meant, care: Care) -> Outcome<u32> {
    let scope = at_home(call, meant.scope)?;
    let target = request::text("target", meant.target)?;
    let ask = Ask::one("notification.retry", "notification", &target);
    if meant.ids.len() > LETTERS_NAMED_MAX {
        let message = format!("{} letters are named", meant.ids.len());
        return Err(Failure::invalid(message, "name none, for all of the target's"));
    }
    let named: Outcome<BTreeSet<NotificationId>> =
        meant.ids.iter().map(|id| request::id("notification", id)).collect();
    let named = named?;
    // Nothing is said of letters to whom it may not be done.
    call.may_quietly(&scope, ask).await?;
    let normal = (convert::scope(&scope), &target, &meant.ids, care.name());
    let key = idempotency(meant.key, &normal)?;
    let dead: Vec<NotificationId> =
        standing(call, &target)?.outbox.dead.iter().map(|letter| letter.id).collect();
    let notifications: Vec<NotificationId> = match named.is_empty() {
        true => dead,
        // One that is gone already is no reason not to do the others, with a key that came before.
        false => match named.iter().find(|id| !dead.contains(id)) {
            Some(id) if key.is_none() => {
                return Err(unknown(format!("`{target}` has no dead letter {id}")));
            }
            _ => named.into_iter().collect(),
        },
    };
    if notifications.is_empty() {
        return Ok(0);
    }
    let letters = u32::try_from(notifications.len()).unwrap_or(u32::MAX);
    let wanted = Tended { target: target.clone(), care, notifications, decision: String::new() };
    match call.change(&scope, ask, Command::Tend(wanted), key).await? {
        Answer::Noted => Ok(letters),
        _ => Err(Failure::bug("what is done about notifications was answered with something else")),
    }
}

async fn test(
    call: &Call,
    request: v1::TestNotificationRequest,
) -> Outcome<v1::TestNotificationResponse> {
    let scope = at_home(call, request.scope)?;
    let target = request::text("target", request.target)?;
    let ask = Ask::one("notification.retry", "notification", &target);
    call.may_quietly(&scope, ask).await?;
    standing(call, &target)?;
    let wanted = Tended {
        target: target.clone(),
        care: Care::Test,
        notifications: Vec::new(),
        decision: String::new(),
    };
    call.change(&scope, ask, Command::Tend(wanted), None).await?;
    let notifier = call.api.notifier().ok_or_else(|| unknown_target(&target))?;
    let by = call.peer.principal();
    match notifier.try_out(&target, (&scope, by)).await {
        Some(Tried::Taken(id)) => {
            Ok(v1::TestNotificationResponse { notification_id: id.to_string() })
        }
        Some(Tried::Nobody) => {
            let message =
                format!("`{target}` knows no address of {by}, and none that gets everything");
            Err(undelivered(message, "add one to `addresses`, or to `to`"))
        }
        Some(Tried::Refused(why)) => Err(undelivered(why.why, "mend what it names, and try again")),
        None => Err(unknown_target(&target)),
    }
}

fn standings(call: &Call) -> Vec<Standing> {
    call.api.notifier().map(conductor_engine::notify::Notifier::standings).unwrap_or_default()
}

fn standing(call: &Call, name: &str) -> Outcome<Standing> {
    let known = call.api.notifier().and_then(|notifier| notifier.standing(name));
    known.ok_or_else(|| unknown_target(name))
}

fn unknown_target(name: &str) -> Failure {
    unknown(format!("no target of notifications is called `{}`", request::shown(name)))
}

fn unknown(message: String) -> Failure {
    let hint =
        "`conductor notifications list` and `conductor notifications dead list` show what there is";
    Refusal::new(Code::NotificationNotFound, message, hint).into()
}

fn undelivered(message: String, hint: &str) -> Failure {
    Refusal::new(Code::NotificationUndelivered, message, hint).into()
}

fn target(known: Standing) -> v1::NotificationTarget {
    let Standing { target, outbox, lag } = known;
    let count = |letters: usize| u32::try_from(letters).unwrap_or(u32::MAX);
    v1::NotificationTarget {
        name: target.name,
        kind: target.kind.to_owned(),
        place: target.place,
        events: target.filter.events,
        tenants: target.filter.tenants,
        environments: target.filter.environments,
        roles: target.filter.roles,
        delivered: outbox.delivered,
        delivered_at: outbox.delivered_at.map(time),
        lag,
        waiting: count(outbox.open.len()),
        dead: count(outbox.dead.len()),
        failing_since: outbox.failing_since.map(time),
        next_at: outbox.next_at().map(time),
        problem: outbox.problem,
    }
}

fn letter(target: &str, dead: &Letter) -> v1::DeadLetter {
    let notice = &dead.notice;
    v1::DeadLetter {
        notification_id: dead.id.to_string(),
        target: target.to_owned(),
        kind: notice.kind.word().to_owned(),
        seq: notice.seq,
        scope: Some(convert::scope(&notice.scope)),
        subject: notice.subject.clone(),
        to: dead.to.clone(),
        attempts: dead.attempts,
        happened_at: Some(time(notice.at)),
        given_up_at: dead.given_up_at.map(time),
        problem: dead.problem.clone(),
        text: subject(notice),
        event_json: String::new(),
    }
}

/// What the doctor says of them.
pub(crate) fn check(call: &Call) -> v1::DoctorCheck {
    let known = standings(call);
    let dead: usize = known.iter().map(|one| one.outbox.dead.len()).sum();
    let failing: Vec<String> = known
        .iter()
        .filter(|one| one.outbox.failing_since.is_some())
        .map(|one| format!("`{}` takes none: {}", one.target.name, one.outbox.problem))
        .collect();
    let (status, message) = match (known.len(), failing.as_slice(), dead) {
        (0, ..) => ("ok", "nobody is to be told of anything".to_owned()),
        (all, [], 0) => ("ok", format!("{all} targets, and none fails")),
        (_, [], dead) => ("warn", format!("{dead} were given up and are kept")),
        (_, failing, dead) => ("warn", format!("{}; {dead} were given up", failing.join("; "))),
    };
    let hint = match status {
        "ok" => "",
        _ => {
            "`conductor notifications list` says more, `conductor notifications dead retry` tries anew"
        }
    };
    v1::DoctorCheck {
        name: "notifications".into(),
        status: status.into(),
        message,
        hint: hint.into(),
    }
}
