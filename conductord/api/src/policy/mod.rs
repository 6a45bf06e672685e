//! The `Policy` service: policy tried out before it is changed.
//!
//! Whoever may read policy may try one out. A trial compiles a bundle, runs its tests and asks it much,
//! so only a few go on at once, each on a thread that may be kept; the next one is told to come again.
//! Nothing of it is recorded, but that somebody was denied to try.

mod replay;

use std::sync::Arc;

use conductor_policy::{
    Bundle, PolicyError,
    trial::{self, TrialError},
};
use conductor_protocol::{
    error_code::Code,
    v1::{self, policy_server::Policy},
};
use tonic::{Request, Response, Status};

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

/// Tries something out on a thread that may be kept.
async fn tried<T, E>(
    call: &Call,
    work: impl FnOnce(&Arc<Bundle>) -> Result<T, E> + Send + 'static,
) -> Outcome<T>
where
    T: Send + 'static,
    E: Into<Failure>,
{
    let trial = call.api.begin_trial()?;
    let own = call.api.guard().bundle();
    on_disk(move || {
        // Held until the work is done, although its caller may have gone.
        let _trial = trial;
        work(&own).map_err(E::into)
    })
    .await
}

/// The bundle that is asked: the candidate, or the daemon's own where there is none.
fn asked(
    own: &Arc<Bundle>,
    candidate: Option<v1::PolicyBundle>,
) -> Result<Arc<Bundle>, TrialError> {
    match candidate {
        None => Ok(Arc::clone(own)),
        Some(candidate) => trial::candidate(candidate).map(Arc::new),
    }
}

/// The candidate of a request that is about nothing without one.
fn wanted(candidate: Option<v1::PolicyBundle>) -> Outcome<v1::PolicyBundle> {
    candidate.ok_or_else(|| {
        Failure::invalid("the request has no candidate", "send the files of a bundle")
    })
}

async fn eval(call: &Call, request: v1::EvalPolicyRequest) -> Outcome<v1::EvalPolicyResponse> {
    may(call, request.scope).await?;
    let v1::EvalPolicyRequest { question_json, candidate, explain, .. } = request;
    tried(call, move |own| trial::eval(&*asked(own, candidate)?, &question_json, explain)).await
}

async fn test(call: &Call, request: v1::TestPolicyRequest) -> Outcome<v1::TestPolicyResponse> {
    may(call, request.scope).await?;
    let v1::TestPolicyRequest { candidate, scenarios, .. } = request;
    tried(call, move |own| trial::test(&*asked(own, candidate)?, &scenarios)).await
}

async fn coverage(
    call: &Call,
    request: v1::PolicyCoverageRequest,
) -> Outcome<v1::PolicyCoverageResponse> {
    may(call, request.scope).await?;
    let v1::PolicyCoverageRequest { candidate, scenarios, with_tests, .. } = request;
    let work =
        move |own: &Arc<Bundle>| trial::coverage(&*asked(own, candidate)?, &scenarios, with_tests);
    tried(call, work).await
}

async fn diff(call: &Call, request: v1::DiffPolicyRequest) -> Outcome<v1::DiffPolicyResponse> {
    may(call, request.scope).await?;
    let v1::DiffPolicyRequest { candidate, scenarios, matrix, .. } = request;
    let candidate = wanted(candidate)?;
    let work = move |own: &Arc<Bundle>| {
        trial::diff(own, &trial::candidate(candidate)?, (&scenarios, matrix))
    };
    tried(call, work).await
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        let message = error.to_string();
        match error {
            TrialError::Bundle(PolicyError::TestsFail(_)) => Self::new(
                Code::PolicyInvalid,
                message,
                "mend the rules or their tests: no bundle is taken whose own tests fail",
            ),
            TrialError::Bundle(_) => {
                Self::new(Code::PolicyInvalid, message, "mend the bundle and try it again")
            }
            TrialError::Scenarios { .. } => {
                Self::invalid(message, "`conductor policy test --help` shows what a scenario is")
            }
            TrialError::Question(_) => {
                Self::invalid(message, "send what `conductor decisions show` shows as input")
            }
            TrialError::Bounds(_) => Self::invalid(message, "try out less at once"),
        }
    }
}
