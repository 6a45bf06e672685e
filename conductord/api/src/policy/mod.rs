//! The `Policy` service: policy tried out before it is changed.
//!
//! Whoever may read policy may try one out. A trial compiles a bundle, runs its tests and asks it much,
//! so only a few go on at once; the next one is told to come again. A candidate is asked where its room
//! and its time are bounded ([`trials`]), the daemon's own bundle on a thread that may be kept. Nothing of
//! it is recorded, but that somebody was denied to try.

mod replay;
pub(crate) mod trials;

use conductor_policy::trial::{
    self,
    job::{Comparison, Job, Refused, Told, Work, Wrong},
};
use conductor_protocol::{
    error_code::Code,
    v1::{self, policy_server::Policy},
};
use tonic::{Request, Response, Status};

use self::trials::Room;
use crate::{
    api::Api,
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    outlet::Messages,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Policy for Service {
    type ReplayStream = Messages<v1::ReplayPolicyResponse>;

    async fn eval(
        &self,
        request: Request<v1::EvalPolicyRequest>,
    ) -> Result<Response<v1::EvalPolicyResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(eval(&call, request)).await
    }

    async fn test(
        &self,
        request: Request<v1::TestPolicyRequest>,
    ) -> Result<Response<v1::TestPolicyResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(test(&call, request)).await
    }

    async fn coverage(
        &self,
        request: Request<v1::PolicyCoverageRequest>,
    ) -> Result<Response<v1::PolicyCoverageResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(coverage(&call, request)).await
    }

    async fn diff(
        &self,
        request: Request<v1::DiffPolicyRequest>,
    ) -> Result<Response<v1::DiffPolicyResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(diff(&call, request)).await
    }

    async fn replay(
        &self,
        request: Request<v1::ReplayPolicyRequest>,
    ) -> Result<Response<Self::ReplayStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(replay::replay(&call, request)).await
    }
}

/// Whether the caller may try policy out.
async fn may(call: &Call, scope: Option<v1::Scope>) -> Outcome<()> {
    let scope = call.scope(scope)?;
    call.may(&scope, Ask::all("policy.read", "policy")).await
}

/// Tries something out, in room that there is.
async fn tried(call: &Call, work: Work, room: Room) -> Outcome<Told> {
    let told = if work.has_candidate() {
        let answer = call.api.trials().try_out(Job { work: Some(work) }, room).await?;
        answer.told.ok_or_else(mixed_up)?
    } else {
        let own = call.api.guard().bundle();
        let asked = move || {
            // Held until the work is done, although its caller may have gone.
            let _room = room;
            work.carry_out(Some(&own))
        };
        on_disk(asked).await?
    };
    match told {
        Told::Refused(refused) => Err(refused.into()),
        told => Ok(told),
    }
}

/// A job was answered with something else than it asked for.
fn mixed_up() -> Failure {
    Failure::bug("a trial was answered with something else")
}

/// The candidate of a request that is about nothing without one.
fn wanted(candidate: Option<v1::PolicyBundle>) -> Outcome<v1::PolicyBundle> {
    candidate.ok_or_else(|| {
        Failure::invalid("the request has no candidate", "send the files of a bundle")
    })
}

async fn eval(call: &Call, request: v1::EvalPolicyRequest) -> Outcome<v1::EvalPolicyResponse> {
    may(call, request.scope.clone()).await?;
    let room = call.api.begin_trial()?;
    match tried(call, Work::Eval(request), room).await? {
        Told::Eval(told) => Ok(told),
        _ => Err(mixed_up()),
    }
}

async fn test(call: &Call, request: v1::TestPolicyRequest) -> Outcome<v1::TestPolicyResponse> {
    may(call, request.scope.clone()).await?;
    let room = call.api.begin_trial()?;
    match tried(call, Work::Test(request), room).await? {
        Told::Test(told) => Ok(told),
        _ => Err(mixed_up()),
    }
}

async fn coverage(
    call: &Call,
    request: v1::PolicyCoverageRequest,
) -> Outcome<v1::PolicyCoverageResponse> {
    may(call, request.scope.clone()).await?;
    let room = call.api.begin_trial()?;
    match tried(call, Work::Coverage(request), room).await? {
        Told::Coverage(told) => Ok(told),
        _ => Err(mixed_up()),
    }
}

async fn diff(call: &Call, mut request: v1::DiffPolicyRequest) -> Outcome<v1::DiffPolicyResponse> {
    may(call, request.scope.clone()).await?;
    request.candidate = Some(wanted(request.candidate)?);
    let room = call.api.begin_trial()?;
    let own = Some(trial::sent(&call.api.guard().bundle()));
    let work = Work::Diff(Comparison { own, request: Some(request) });
    match tried(call, work, room).await? {
        Told::Diff(told) => Ok(told),
        _ => Err(mixed_up()),
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let (wrong, message) = (refused.wrong(), refused.message);
        match wrong {
            Wrong::Tests => Self::new(
                Code::PolicyInvalid,
                message,
                "mend the rules or their tests: no bundle is taken whose own tests fail",
            ),
            Wrong::Bundle => {
                Self::new(Code::PolicyInvalid, message, "mend the bundle and try it again")
            }
            Wrong::Scenarios => {
                Self::invalid(message, "`conductor policy test --help` shows what a scenario is")
            }
            Wrong::Question => {
                Self::invalid(message, "send what `conductor decisions show` shows as input")
            }
            Wrong::Bounds => Self::invalid(message, "try out less at once"),
        }
    }
}
