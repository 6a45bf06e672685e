//! `conductor policy`: policy asked, tested, explained, covered, compared and replayed, before it is
//! changed. By itself, or by the daemon; nothing of it decides about anything.

mod ask;
mod bundle;
mod coverage;
mod diff;
mod eval;
mod replay;
mod scenarios;
mod test;

use clap::Subcommand;
use conductor_policy::trial::TrialError;

use self::{
    coverage::CoverageArgs, diff::DiffArgs, eval::EvalArgs, replay::ReplayArgs, test::TestArgs,
};
use super::{context::Context, failure::Failure};

/// What can be done with policy.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Ask policy a question, and see its answer
    Eval(EvalArgs),
    /// Ask policy a question, and see which rules and lines led to the answer
    Explain(EvalArgs),
    /// Ask scenarios, and fail when an answer is not the expected one
    Test(TestArgs),
    /// Show which lines of the rules scenarios and tests reach
    Coverage(CoverageArgs),
    /// Show what another bundle answers differently
    Diff(DiffArgs),
    /// Ask another bundle what was decided before: what would flip, and for whom
    Replay(ReplayArgs),
}

/// Runs the command.
pub(super) async fn run(command: PolicyCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        PolicyCommand::Eval(args) => eval::run(args, false, context).await,
        PolicyCommand::Explain(args) => eval::run(args, true, context).await,
        PolicyCommand::Test(args) => test::run(args, context).await,
        PolicyCommand::Coverage(args) => coverage::run(args, context).await,
        PolicyCommand::Diff(args) => diff::run(args, context).await,
        PolicyCommand::Replay(args) => replay::run(args, context).await,
    }
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        Self::Invalid(error.to_string())
    }
}
