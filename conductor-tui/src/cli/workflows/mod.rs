//! `conductor workflows`: validate, publish, list, show, compare, deprecate, retire.

mod diff;
mod git;
mod lifecycle;
mod list;
mod publish;
mod validate;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_protocol::v1;

pub(super) use self::{
    diff::lines as diff_lines,
    list::{signatures, signed, source},
    publish::{Source, publish},
    validate::run as validate,
};
use super::{context::Context, failure::Failure};

/// What can be done with workflows.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// Check manifests and runbooks, without a daemon
    #[command(after_help = "\
A manifest in a file is the draft: it may change as often as you like, and nothing but publishing \
it makes a version of it.

Prints one line a problem, `file:line:column: code: message`, with its mend below, and exits with 8.

Examples:
  conductor workflows validate examples/*.yaml
  conductor workflows validate -o json disk.yaml | jq -r '.[].problems[].code'")]
    Validate {
        /// Manifests in YAML or JSON, runbooks in Markdown; `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Publish manifests and runbooks as immutable versions
    #[command(after_help = "\
Publishing the very same manifest again changes nothing and answers with the same receipt; another \
manifest under a version that is published is refused, and the difference shown.

The receipt names the ledger's record: `conductor ledger prove SEQ` proves that it is there.

A runbook in Markdown is published with all of its text: another text under a published version is \
refused, also where its steps are the same.

What is recorded beside the manifest: the text as it is written, the file's name, the digest of its bytes, the version of this \
program, and, for a file in a git repository, the commit, its path, the address of `origin` (never \
with a user, password or query) and whether anything differed from the commit.

FILE.sig, its author's signature, and FILE.review.sig, a reviewer's, go with it where they lie beside \
the file: see `conductor runbooks sign`.")]
    Publish(PublishArgs),
    /// List published workflows
    #[command(
        visible_alias = "ls",
        after_help = "\
Without --all-versions one version of each is shown, the one that `conductor run NAME` takes: the \
newest release that is not retired, and a pre-release only while there is no release."
    )]
    List {
        /// Every version instead of one of each
        #[arg(long)]
        all_versions: bool,
    },
    /// Show one workflow
    Show {
        /// Name, or name and version
        #[arg(value_name = "NAME[@VERSION]")]
        workflow: String,
        /// Nothing but the text that it was published from, byte for byte
        #[arg(long)]
        source: bool,
    },
    /// Show what two versions differ in, or a file and a version
    Diff(diff::DiffArgs),
    /// Warn whoever starts a version
    Deprecate(lifecycle::DeprecateArgs),
    /// Let nothing start from a version any more
    Retire(lifecycle::RetireArgs),
}

/// See [`WorkflowsCommand::Publish`].
#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// Manifests in YAML or JSON, runbooks in Markdown; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Say nothing of the file's name and of the git repository that it is in
    #[arg(long)]
    no_provenance: bool,
    /// A signature of the file, its author's first; may be given again
    #[arg(long, value_name = "FILE")]
    signature: Vec<PathBuf>,
    /// Leave out the signatures that lie beside the files
    #[arg(long, conflicts_with = "signature")]
    no_signature: bool,
}

/// Runs the command.
pub(super) async fn run(
    command: WorkflowsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        WorkflowsCommand::Validate { files } => validate::run(&files, context),
        WorkflowsCommand::Publish(args) => publish_files(args, context).await,
        WorkflowsCommand::List { all_versions } => list::list(all_versions, context).await,
        WorkflowsCommand::Show { workflow, source: true } => list::source(&workflow, context).await,
        WorkflowsCommand::Show { workflow, .. } => list::show(&workflow, context).await,
        WorkflowsCommand::Diff(args) => diff::run(&args, context).await,
        WorkflowsCommand::Deprecate(args) => lifecycle::deprecate(args, context).await,
        WorkflowsCommand::Retire(args) => lifecycle::retire(args, context).await,
    }
}

/// Publishes files.
pub(super) async fn publish_files(
    args: PublishArgs,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let key = args.idempotency_key.unwrap_or_default();
    let signed = publish::Signed { named: args.signature, none: args.no_signature };
    publish::run(&args.files, (&key, &signed), !args.no_provenance, context).await
}

/// A name and, after `@`, a version; without one the newest is meant.
pub(super) fn name_and_version(text: &str) -> (String, String) {
    let (name, version) = text.split_once('@').unwrap_or((text, ""));
    (name.to_owned(), version.to_owned())
}

/// One version with its manifest.
pub(super) async fn get(text: &str, context: &Context<'_>) -> Result<v1::Workflow, Failure> {
    Ok(look_up(text, context).await?.workflow.unwrap_or_default())
}

/// One version with its manifest, and the name of the version below it.
async fn look_up(text: &str, context: &Context<'_>) -> Result<v1::GetWorkflowResponse, Failure> {
    let (name, version) = name_and_version(text);
    let request = v1::GetWorkflowRequest { scope: context.scope(), name, version };
    Ok(context.connection.get_workflow(request).await?)
}
