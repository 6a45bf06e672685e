//! A trial as it goes to a process of its own and comes back: a job, with all that it needs as data,
//! and the answer. Both are prost messages, of those that the `Policy` service speaks.

use conductor_protocol::{
    v1,
    verdict::{Question, Verdict},
};
use prost::Message;

use super::{Asked, History, TrialError};
use crate::bundle::{Bundle, PolicyError};

/// Bytes of a job: the daemon's bundle, a candidate, and the decisions of a replay.
pub const JOB_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Bytes of an answer. Ten thousand flips, with both answers of each, are some 15 MiB.
pub const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What is to be tried out.
#[derive(Clone, PartialEq, Message)]
pub struct Job {
    /// Which of them.
    #[prost(oneof = "Work", tags = "1, 2, 3, 4, 5")]
    pub work: Option<Work>,
}

/// See [`Job`]. The scopes of the requests mean nothing here: whoever sends a job has asked about them.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Work {
    /// A question.
    #[prost(message, tag = "1")]
    Eval(v1::EvalPolicyRequest),
    /// Scenarios.
    #[prost(message, tag = "2")]
    Test(v1::TestPolicyRequest),
    /// What scenarios reach.
    #[prost(message, tag = "3")]
    Coverage(v1::PolicyCoverageRequest),
    /// What changes.
    #[prost(message, tag = "4")]
    Diff(Comparison),
    /// What would have changed.
    #[prost(message, tag = "5")]
    Replay(Retrial),
}

/// A candidate and what it is compared with.
#[derive(Clone, PartialEq, Message)]
pub struct Comparison {
    /// The bundle that decides.
    #[prost(message, optional, tag = "1")]
    pub own: Option<v1::PolicyBundle>,
    /// What was asked for.
    #[prost(message, optional, tag = "2")]
    pub request: Option<v1::DiffPolicyRequest>,
}

/// A candidate and the decisions that it is asked again.
#[derive(Clone, PartialEq, Message)]
pub struct Retrial {
    /// Who is asked.
    #[prost(message, optional, tag = "1")]
    pub candidate: Option<v1::PolicyBundle>,
    /// In the order in which they are to be told.
    #[prost(message, repeated, tag = "2")]
    pub decisions: Vec<Decided>,
    /// Where their span begins.
    #[prost(message, optional, tag = "3")]
    pub since: Option<pbjson_types::Timestamp>,
    /// It holds more than are here.
    #[prost(bool, tag = "4")]
    pub cut: bool,
}

/// A decision that was made.
#[derive(Clone, PartialEq, Message)]
pub struct Decided {
    /// Its id; may be empty.
    #[prost(string, tag = "1")]
    pub id: String,
    /// When.
    #[prost(message, optional, tag = "2")]
    pub at: Option<pbjson_types::Timestamp>,
    /// What was asked, JSON.
    #[prost(bytes = "vec", tag = "3")]
    pub question: Vec<u8>,
    /// What was answered, JSON.
    #[prost(bytes = "vec", tag = "4")]
    pub verdict: Vec<u8>,
    /// How often.
    #[prost(uint64, tag = "5")]
    pub count: u64,
}

/// What became of a job.
#[derive(Clone, PartialEq, Message)]
pub struct Answer {
    /// What was told, or why nothing was.
    #[prost(oneof = "Told", tags = "1, 2, 3, 4, 5, 6")]
    pub told: Option<Told>,
}

/// See [`Answer`].
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Told {
    /// To a question.
    #[prost(message, tag = "1")]
    Eval(v1::EvalPolicyResponse),
    /// To scenarios.
    #[prost(message, tag = "2")]
    Test(v1::TestPolicyResponse),
    /// What was reached.
    #[prost(message, tag = "3")]
    Coverage(v1::PolicyCoverageResponse),
    /// What changes.
    #[prost(message, tag = "4")]
    Diff(v1::DiffPolicyResponse),
    /// What would have changed: all flips, and the summary.
    #[prost(message, tag = "5")]
    Replay(v1::ReplayPolicyResponse),
    /// Nothing was told.
    #[prost(message, tag = "6")]
    Refused(Refused),
}

/// Why nothing was told.
#[derive(Clone, PartialEq, Message)]
pub struct Refused {
    /// What is wrong.
    #[prost(enumeration = "Wrong", tag = "1")]
    pub wrong: i32,
    /// A sentence.
    #[prost(string, tag = "2")]
    pub message: String,
}

/// What is wrong with a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Wrong {
    /// The bundle.
    Bundle = 0,
    /// Its own tests fail.
    Tests = 1,
    /// A file of scenarios.
    Scenarios = 2,
    /// The question.
    Question = 3,
    /// There is too much of something.
    Bounds = 4,
}

impl From<TrialError> for Refused {
    fn from(error: TrialError) -> Self {
        let wrong = match &error {
            TrialError::Bundle(PolicyError::TestsFail(_)) => Wrong::Tests,
            TrialError::Bundle(_) => Wrong::Bundle,
            TrialError::Scenarios { .. } => Wrong::Scenarios,
            TrialError::Question(_) => Wrong::Question,
            TrialError::Bounds(_) => Wrong::Bounds,
        };
        Self { wrong: wrong.into(), message: error.to_string() }
    }
}

impl Retrial {
    /// A replay of these decisions.
    ///
    /// # Errors
    /// Never for what was recorded.
    pub fn of(candidate: v1::PolicyBundle, history: History) -> Result<Self, TrialError> {
        let History { decisions, since, cut } = history;
        let decided = |asked: Asked| {
            let question = serde_json::to_vec(&asked.question)?;
            let verdict = serde_json::to_vec(&asked.verdict)?;
            Ok(Decided { id: asked.id, at: asked.at, question, verdict, count: asked.count })
        };
        let decisions = decisions.into_iter().map(decided).collect::<Result<_, TrialError>>()?;
        Ok(Self { candidate: Some(candidate), decisions, since, cut })
    }

    fn history(self) -> Result<History, TrialError> {
        let asked = |decided: Decided| {
            let question: Question = serde_json::from_slice(&decided.question)?;
            let verdict: Verdict = serde_json::from_slice(&decided.verdict)?;
            let Decided { id, at, count, .. } = decided;
            Ok(Asked { id, at, question, verdict, count })
        };
        let decisions = self.decisions.into_iter().map(asked).collect::<Result<_, TrialError>>()?;
        Ok(History { decisions, since: self.since, cut: self.cut })
    }
}

impl Work {
    /// Whether there is a candidate in it. Without one the bundle is asked that decides.
    #[must_use]
    pub const fn has_candidate(&self) -> bool {
        match self {
            Self::Eval(request) => request.candidate.is_some(),
            Self::Test(request) => request.candidate.is_some(),
            Self::Coverage(request) => request.candidate.is_some(),
            Self::Diff(_) | Self::Replay(_) => true,
        }
    }

    /// Carries it out. Where there is no candidate `own` is asked.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn carry_out(self, own: Option<&Bundle>) -> Result<Told, Refused> {
        Ok(self.tried(own)?)
    }

    fn tried(self, own: Option<&Bundle>) -> Result<Told, TrialError> {
        match self {
            Self::Eval(v1::EvalPolicyRequest { candidate, question_json, explain, .. }) => {
                asked(candidate, own, |bundle| super::eval(bundle, &question_json, explain))
                    .map(Told::Eval)
            }
            Self::Test(v1::TestPolicyRequest { candidate, scenarios, .. }) => {
                asked(candidate, own, |bundle| super::test(bundle, &scenarios)).map(Told::Test)
            }
            Self::Coverage(v1::PolicyCoverageRequest {
                candidate, scenarios, with_tests, ..
            }) => asked(candidate, own, |bundle| super::coverage(bundle, &scenarios, with_tests))
                .map(Told::Coverage),
            Self::Diff(Comparison { own: before, request }) => {
                // What decides was taken before, and may be larger than a candidate.
                let before = super::files(before.ok_or_else(nothing)?);
                let before = Bundle::from_files_again(before)?;
                let request = request.unwrap_or_default();
                let with = (&request.scenarios[..], request.matrix);
                asked(request.candidate, None, |after| super::diff(&before, after, with))
                    .map(Told::Diff)
            }
            Self::Replay(mut retrial) => {
                let candidate = retrial.candidate.take();
                asked(candidate, None, |bundle| {
                    let (flips, summary) = super::replay(bundle, &retrial.history()?);
                    Ok(Told::Replay(v1::ReplayPolicyResponse { flips, summary: Some(summary) }))
                })
            }
        }
    }
}

/// Asks a candidate, or the bundle that decides where there is none.
fn asked<T>(
    candidate: Option<v1::PolicyBundle>,
    own: Option<&Bundle>,
    ask: impl FnOnce(&Bundle) -> Result<T, TrialError>,
) -> Result<T, TrialError> {
    match (candidate, own) {
        (Some(candidate), _) => ask(&super::candidate(candidate)?),
        (None, Some(own)) => ask(own),
        (None, None) => Err(nothing()),
    }
}

fn nothing() -> TrialError {
    TrialError::Bounds("there is no bundle to be tried out".to_owned())
}

/// Carries out a job, and gives the answer, both as they go from process to process. An answer that is
/// too large becomes one that says so.
///
/// # Errors
/// When the bytes are no job.
pub fn run(job: Vec<u8>) -> Result<Vec<u8>, prost::DecodeError> {
    let work = Job::decode(&job[..])?.work;
    // It has been understood, and there is little room.
    drop(job);
    let told = match work.map(|work| work.carry_out(None)) {
        Some(Ok(told)) => told,
        Some(Err(refused)) => Told::Refused(refused),
        None => Told::Refused(nothing().into()),
    };
    let answer = Answer { told: Some(told) };
    let bytes = answer.encoded_len();
    if bytes <= ANSWER_BYTES_MAX {
        return Ok(answer.encode_to_vec());
    }
    let message = format!("the answer has {bytes} bytes; {ANSWER_BYTES_MAX} are told");
    let told = Some(Told::Refused(TrialError::Bounds(message).into()));
    Ok(Answer { told }.encode_to_vec())
}
