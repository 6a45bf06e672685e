//! `conductor policy`: policy asked, tested, explained, covered, compared and replayed, before it is
//! changed, by itself or by the daemon; and the daemon's bundles looked after.

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
use super::{bundles, context::Context, failure::Failure};

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
    /// List the bundles that decided, newest first, and one that was refused
    Bundles,
    /// Have policy decide by a bundle that was accepted before
    #[command(after_help = "\
The daemon keeps the bundles that it accepted; `conductor policy bundles` lists them. What the source has now is \
passed over until it has another one.

Example:
  conductor policy rollback sha256:56f215c86c7b --reason 'the new one denies on-call'")]
    Rollback {
        /// Its revision, or its first digits
        #[arg(value_name = "REVISION")]
        revision: String,
        /// Why, for those who read it later
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List what is deployed for the tenant and is not what the daemon's configuration wants
    #[command(after_help = "Exits with 1 while an item is open.")]
    Drift {
        /// Those that were settled, too
        #[arg(long)]
        all: bool,
    },
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
        PolicyCommand::Bundles => bundles::list(context).await,
        PolicyCommand::Rollback { revision, reason } => {
            bundles::roll_back((revision, reason), context).await
        }
        PolicyCommand::Drift { all } => bundles::drift(all, context).await,
    }
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        Self::Invalid(error.to_string())
    }
}
