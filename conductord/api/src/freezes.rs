//! The `Freezes` service: what nothing starts in for a time, and the kill switch.
//!
//! A freeze is its tenant's. Policy is asked in the environment that it is about, or else in the one
//! that it was set from, about its path: `tenant/NAME`, `workflow/W/NAME`, `environment/E/NAME`.

use conductor_domain::{
    Refusal,
    intent::freeze::{Change, Draft, Freeze, Reach, State, Stop, not_found, path},
    scope::Scope,
};
use conductor_engine::{
    command::{Answer, Command},
    obligations::stages,
};
use conductor_protocol::{
    v1::{self, freezes_server::Freezes},
    verdict::Obligation,
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency, met},
    convert::{
        self,
        freeze::{freeze as shown, reach_of, window_of},
    },
    failure::{Failure, Outcome},
    limits::FREEZES_TOLD_MAX,
    request,
};

const READ: &str = "freeze.read";
const LIFT: &str = "freeze.lift";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Freezes for Service {
            $(async fn $name(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                let (call, request) = self.0.enter(request)?;
                call.answer($handler(&call, request)).await
            })*
        }
    };
}

methods! {
    list(ListFreezesRequest) -> ListFreezesResponse = list;
    get(GetFreezeRequest) -> GetFreezeResponse = get;
    set(SetFreezeRequest) -> SetFreezeResponse = set;
    lift(LiftFreezeRequest) -> LiftFreezeResponse = lift;
    switch(SwitchKillRequest) -> SwitchKillResponse = switch;
}

async fn list(call: &Call, request: v1::ListFreezesRequest) -> Outcome<v1::ListFreezesResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all(READ, "freeze")).await?;
    let now = call.engine().now();
    let known = call.engine().views().freezes(&scope.tenant, now);
    let freezes = known.iter().map(|(freeze, state)| shown(freeze, *state)).collect();
    Ok(v1::ListFreezesResponse { freezes })
}

async fn get(call: &Call, request: v1::GetFreezeRequest) -> Outcome<v1::GetFreezeResponse> {
    let scope = call.scope(request.scope)?;
    let name = request::text("name", request.name)?;
    call.may(&scope, Ask::all(READ, "freeze")).await?;
    let now = call.engine().now();
    let known = call.engine().views().freeze(&scope.tenant, &name, now);
    let (freeze, state) = known.ok_or_else(|| not_found(&name))?;
    Ok(v1::GetFreezeResponse { freeze: Some(shown(&freeze, state)) })
}

async fn set(call: &Call, request: v1::SetFreezeRequest) -> Outcome<v1::SetFreezeResponse> {
    let given = call.scope(request.scope)?;
    let name = request::text("name", request.name)?;
    let reach = reach_of(request.reach)?;
    let window = window_of(request.window)?;
    let reason = request::reason(request.reason)?;
    let scope = asked_in(call, given, &reach)?;
    let path = path(&reach, &name);
    let normal = (convert::scope(&scope), &path, &window, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let change = Change::Set(Box::new(Draft { reach, window, reason }));
    let ask = Ask::one("freeze.set", "freeze", &path);
    let (freeze, changed, _) =
        frozen(call.change(&scope, ask, Command::Freeze { name, change }, key).await?)?;
    let state = now_of(call, &freeze);
    Ok(v1::SetFreezeResponse { freeze: Some(shown(&freeze, state)), changed })
}

async fn switch(call: &Call, request: v1::SwitchKillRequest) -> Outcome<v1::SwitchKillResponse> {
    let given = call.scope(request.scope)?;
    let reach = reach_of(request.reach)?;
    let reason = request::reason(request.reason)?;
    let scope = asked_in(call, given, &reach)?;
    let path = reach.path();
    let stop = if request.kill { Stop::Kill } else { Stop::Cancel };
    let normal = (convert::scope(&scope), &path, request.kill, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let command =
        Command::Freeze { name: String::new(), change: Change::Switch { reach, stop, reason } };
    let ask = Ask::one("kill.switch", "freeze", &path);
    let (freeze, changed, runs) = frozen(call.change(&scope, ask, command, key).await?)?;
    let state = now_of(call, &freeze);
    Ok(v1::SwitchKillResponse { freeze: Some(shown(&freeze, state)), changed, runs })
}

async fn lift(call: &Call, request: v1::LiftFreezeRequest) -> Outcome<v1::LiftFreezeResponse> {
    let given = call.scope(request.scope)?;
    let name = request::text("name", request.name)?;
    let reason = request::reason(request.reason)?;
    let now = call.engine().now();
    // That there is none changes nothing for whoever may not ask.
    let known = call.engine().views().freeze(&given.tenant, &name, now);
    let (scope, path) = match &known {
        Some((freeze, _)) => (freeze.scope.clone(), freeze.path()),
        None => (given, path(&Reach::Tenant, &name)),
    };
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), &path, &reason))?;
    let change = Change::Lift { reason, seq: None, freeze: None, approved_by: Vec::new() };
    let ask = Ask::one(LIFT, "freeze", &path);
    match call.change(&scope, ask, Command::Freeze { name, change }, key).await? {
        Answer::Unfrozen => Ok(v1::LiftFreezeResponse {}),
        _ => Err(Failure::bug("the end of a freeze was answered with something else")),
    }
}

/// Where policy is asked: in the environment that it is about.
fn asked_in(call: &Call, given: Scope, reach: &Reach) -> Outcome<Scope> {
    let Reach::Environment(environment) = reach else { return Ok(given) };
    if environment.is_empty() {
        let message = "the request does not name the environment that is to be frozen";
        return Err(Failure::invalid(message, "name it"));
    }
    call.scope(Some(v1::Scope { environment: environment.clone(), ..convert::scope(&given) }))
}

fn frozen(answer: Answer) -> Outcome<(std::sync::Arc<Freeze>, bool, u64)> {
    match answer {
        Answer::Frozen(freeze, changed, runs) => Ok((freeze, changed, runs)),
        _ => Err(Failure::bug("a freeze was answered with something else")),
    }
}

/// How one stands that was just set.
fn now_of(call: &Call, freeze: &Freeze) -> State {
    let engine = call.engine();
    let known = engine.views().freeze(&freeze.scope.tenant, &freeze.name, engine.now());
    known.map_or(State::Over, |(_, state)| state)
}

/// What holds where the caller works, as far as it is told; nothing to whoever may not read it.
/// Nobody asked for it: that is no denial.
pub(crate) fn here(call: &Call, scope: &Scope) -> Vec<v1::Freeze> {
    if met(&call.rule(scope, Ask::all(READ, "freeze"))).is_err() {
        return Vec::new();
    }
    let holding = call.engine().views().frozen(scope, call.engine().now());
    let told = holding.iter().take(FREEZES_TOLD_MAX);
    told.map(|(freeze, state)| shown(freeze, *state)).collect()
}

/// A refusal of something frozen, with who may lift it: what policy says to the caller's asking.
pub(crate) fn who_lifts(call: &Call, scope: &Scope, refusal: Refusal) -> Refusal {
    let detail = refusal.details.iter().find(|(name, _)| *name == "freeze");
    let detail = detail.and_then(|(_, json)| serde_json::from_str(json).ok());
    let detail: serde_json::Value = detail.unwrap_or_default();
    let word = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let (name, path) = (word("name"), word("path"));
    let ruling = call.rule(scope, Ask::one(LIFT, "freeze", &path));
    let wanted = ruling.verdict.obligations.iter().find_map(|one| match one {
        Obligation::RequireApproval { stages: wanted, .. } => Some(stages(wanted)),
        _ => None,
    });
    let hint = match wanted.filter(|_| ruling.verdict.allow) {
        Some(wanted) => {
            format!(
                "`conductor freeze lift {name} --reason …` asks for its end; that takes {wanted}"
            )
        }
        None => {
            let why = ruling.verdict.reasons.first().cloned().unwrap_or_default();
            format!("wait for its end, or ask somebody who may lift it: {why}")
        }
    };
    Refusal { hint, ..refusal }
}

/// Whether something is frozen where the caller works, for the doctor.
pub(crate) fn check(call: &Call, scope: &Scope) -> v1::DoctorCheck {
    let holding = call.engine().views().frozen(scope, call.engine().now());
    let told = holding.iter().take(FREEZES_TOLD_MAX).map(|(freeze, state)| {
        let until = match state {
            State::Holds(Some(until)) => format!("until {}", until.rfc3339()),
            _ => "until it is lifted".to_owned(),
        };
        let switched = if freeze.stop.is_some() { ", by the kill switch" } else { "" };
        format!("{} is frozen {until}{switched} (`{}`)", freeze.reach.words(), freeze.name)
    });
    let message = told.collect::<Vec<_>>().join("; ");
    let (status, message, hint) = match message.is_empty() {
        true => ("ok", "nothing is frozen".to_owned(), ""),
        false => ("warn", message, "`conductor freeze list` says by whom and why"),
    };
    v1::DoctorCheck { name: "freezes".into(), status: status.into(), message, hint: hint.into() }
}
