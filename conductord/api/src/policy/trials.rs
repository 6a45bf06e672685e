//! Where candidates are tried out. A candidate is somebody's program: what stands behind this port
//! bounds its room and its time, which the API can't.

use conductor_policy::trial::job::{Answer, Job, Told};
use conductor_protocol::error_code::Code;
use tokio::sync::OwnedSemaphorePermit;

use crate::failure::Failure;

/// Room for one trial, until it is dropped: only a few go on at once.
#[derive(Debug)]
pub struct Room {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    pub(crate) const fn by(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: permit }
    }
}

/// Why a candidate gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untried {
    /// It took too much memory.
    #[error("the candidate needed more than {mib} MiB of memory to be tried")]
    Memory {
        /// What it may take.
        mib: u64,
    },
    /// It took too long.
    #[error("the candidate needed more than {seconds} seconds to be tried")]
    Time {
        /// What it may take.
        seconds: u64,
    },
    /// It is not known why: the system failed, or the program.
    #[error("the candidate could not be tried: {0}")]
    Failed(String),
}

/// Tries candidates out.
#[tonic::async_trait]
pub trait Trials: Send + Sync + 'static {
    /// Carries out a job. One whose caller goes away in its middle, so that this is dropped, is given
    /// up; the room is held until nothing of it is left.
    ///
    /// # Errors
    /// [`Untried`]
    async fn try_out(&self, job: Job, room: Room) -> Result<Answer, Untried>;
}

/// Tries candidates out in this very process, without a bound of memory: for what stands in for a
/// daemon, as tests do. A daemon has a process for each of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InProcess;

#[tonic::async_trait]
impl Trials for InProcess {
    async fn try_out(&self, job: Job, room: Room) -> Result<Answer, Untried> {
        let work = job.work.ok_or_else(|| Untried::Failed("there is no job".to_owned()))?;
        let carried_out = tokio::task::spawn_blocking(move || {
            // Held until the work is done, although its caller may have gone.
            let _room = room;
            work.carry_out(None).unwrap_or_else(Told::Refused)
        });
        let told = carried_out.await.map_err(|error| Untried::Failed(error.to_string()))?;
        Ok(Answer { told: Some(told) })
    }
}

impl From<Untried> for Failure {
    fn from(untried: Untried) -> Self {
        let hint = match untried {
            Untried::Memory { .. } => {
                "find the rule that makes texts, numbers or lists larger and larger, or try out less \
                 at once"
            }
            Untried::Time { .. } => "find the rule that takes so long, or try out less at once",
            Untried::Failed(_) => {
                tracing::error!(%untried, "a candidate was not tried out");
                return Self::new(
                    Code::Internal,
                    untried.to_string(),
                    "the daemon's log tells more; `conductor policy test --bundle` tries it on your \
                     own machine",
                );
            }
        };
        Self::new(Code::PolicyInvalid, untried.to_string(), hint)
    }
}
