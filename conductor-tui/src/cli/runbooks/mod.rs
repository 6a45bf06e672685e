//! `conductor runbooks`: the registry that published workflows are. Found, read, rehearsed, reviewed, and
//! signed by their author, checked by anybody, countersigned by a reviewer.

mod countersign;
mod files;
mod list;
mod review;
mod sign;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(crate) use self::files::beside;
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
    /// Sign runbooks with your SSH key, beside the files
    #[command(after_help = "\
Writes FILE.sig, an SSH signature over the bytes of the file in the namespace `runbook@conductor`, as \
`ssh-keygen -Y sign` would. `conductor workflows publish FILE` takes it along. With --review it is \
FILE.review.sig, of somebody who has read what another one wrote.

Without --key the key is one that ssh-agent holds and that is enrolled for you; of several, at a \
terminal, the one that you choose.

Examples:
  conductor runbooks sign disk.yaml
  conductor runbooks sign disk.yaml --key ~/.ssh/id_ed25519
  ssh-keygen -Y sign -n runbook@conductor -f ~/.ssh/id_ed25519 disk.yaml")]
    Sign(SignArgs),
    /// Say whether the signatures of a runbook's file hold
    #[command(after_help = "\
Without --allowed-signers the keys are those that count in the tenant now, asked of the daemon. Without \
--signature FILE.sig and, where it is there, FILE.review.sig are looked at. Exits with 9 when one \
does not hold, or there is none.

Examples:
  conductor runbooks verify disk.yaml
  conductor runbooks verify disk.yaml --allowed-signers allowed_signers
  ssh-keygen -Y verify -f allowed_signers -I uid:1001 -n runbook@conductor \\
    -s disk.yaml.sig < disk.yaml")]
    Verify(VerifyArgs),
    /// Read a published version, and sign it as its reviewer
    #[command(after_help = "\
Shows the text that is signed and who signed it before, and asks. Nobody countersigns what they wrote \
or published.

Examples:
  conductor runbooks countersign disk@1.2.0
  conductor workflows show disk@1.2.0 --source > disk.yaml
  ssh-keygen -Y sign -n runbook@conductor -f ~/.ssh/id_ed25519 disk.yaml
  conductor runbooks countersign disk@1.2.0 --signature disk.yaml.sig")]
    Countersign(CountersignArgs),
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

/// What to sign, with which key.
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// Runbooks, as they will be published
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A key file, or the fingerprint (`SHA256:…`) or `.pub` file of a key that ssh-agent holds
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    key: Option<String>,
    /// Sign as a reviewer: write FILE.review.sig
    #[arg(long)]
    review: bool,
}

/// What to check, by which keys.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A signature: the author's first, then those of reviewers; may be given again
    #[arg(long, value_name = "FILE")]
    signature: Vec<PathBuf>,
    /// Whose keys count, as `ssh-keygen` has it; needs no daemon
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// With --allowed-signers: revoked keys, as `conductor keys export --revoked` writes them
    #[arg(long, value_name = "FILE", requires = "allowed_signers")]
    revoked: Option<PathBuf>,
}

/// What to countersign, with which key.
#[derive(Debug, Args)]
pub(crate) struct CountersignArgs {
    /// Name, or name and version
    #[arg(value_name = "NAME[@VERSION]")]
    workflow: String,
    /// A key file, or the fingerprint (`SHA256:…`) or `.pub` file of a key that ssh-agent holds
    #[arg(long, value_name = "FILE|FINGERPRINT", conflicts_with = "signature")]
    key: Option<String>,
    /// Send this signature, which was made over the same text, instead of making one
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    idempotency_key: String,
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
        RunbooksCommand::Sign(args) => sign::run(args, context).await,
        RunbooksCommand::Verify(args) => verify::run(&args, context).await,
        RunbooksCommand::Countersign(args) => countersign::run(args, context).await,
    }
}
