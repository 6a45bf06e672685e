//! `conductor runbooks`: the registry that published workflows are. Found, read, rehearsed, reviewed.

mod list;
mod review;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    context::Context,
    failure::Failure,
    run::{self as start, RunArgs},
    workflows,
};

/// What can be done with runbooks.
#[derive(Debug, Subcommand)]
pub(crate) enum RunbooksCommand {
    /// List runbooks: who looks after them, and when they were last seen to work
    #[command(visible_alias = "ls", after_help = list::HELP)]
    List(list::Filters),
    /// Find runbooks by words, the best first
    #[command(after_help = "\
All words have to be found: in the name, the title, the description, the tags, the owners, or anywhere in \
the text of a runbook in Markdown.

Example:
  conductor runbooks search drain nginx --tag web")]
    Search(SearchArgs),
    /// Show one runbook: its text with its steps, its reviews, its last rehearsal
    Show {
        /// Name, or name and version
        #[arg(value_name = "NAME[@VERSION]")]
        runbook: String,
        /// Nothing but the text that it was published from, byte for byte
        #[arg(long)]
        source: bool,
    },
    /// Check runbooks and manifests, without a daemon
    Validate {
        /// Runbooks in Markdown, manifests in YAML or JSON; `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Publish runbooks and manifests as immutable versions
    Publish(workflows::PublishArgs),
    /// Start a run that is to show whether a runbook works
    #[command(after_help = "\
The same as `conductor run`, and the run says that it is a rehearsal: when it succeeds the runbook counts \
as rehearsed, in production, too. Everywhere else every run that succeeds counts.

Example:
  conductor runbooks rehearse drain-and-patch -i host=web-9 --reason 'before the freeze' --follow")]
    Rehearse(Box<RunArgs>),
    /// Say what you think of a version that somebody else published
    Review(review::ReviewArgs),
}

/// See [`RunbooksCommand::Search`].
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// What to look for
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    #[command(flatten)]
    filters: list::Filters,
}

/// Runs the command.
pub(super) async fn run(
    command: RunbooksCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        RunbooksCommand::List(filters) => list::list("", &filters, context).await,
        RunbooksCommand::Search(args) => {
            list::list(&args.words.join(" "), &args.filters, context).await
        }
        RunbooksCommand::Show { runbook, source: true } => {
            workflows::source(&runbook, context).await
        }
        RunbooksCommand::Show { runbook, .. } => list::show(&runbook, context).await,
        RunbooksCommand::Validate { files } => workflows::validate(&files, context),
        RunbooksCommand::Publish(args) => workflows::publish_files(args, context).await,
        RunbooksCommand::Rehearse(args) => start::run(args.rehearsal(), context).await,
        RunbooksCommand::Review(args) => review::run(args, context).await,
    }
}
