//! What the commands about approvals take.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use pbjson_types::Timestamp;

use crate::cli::when;

/// What can be done with approvals.
#[derive(Debug, Subcommand)]
pub(crate) enum ApprovalsCommand {
    /// List what waits for signatures, in all environments of the tenant
    #[command(
        visible_alias = "ls",
        after_help = "\
Examples:
  conductor approvals list --mine
  conductor approvals list --all --action run.start -o json"
    )]
    List(ListArgs),
    /// Show who asks for what, what it would do, and who has signed
    #[command(after_help = "\
What is shown of what would be done is read from the bytes that are signed, after they were checked \
against their digest and against everything that came with them.

Examples:
  conductor approvals show apr_…
  conductor approvals show apr_… --statement | sha256sum")]
    Show(ShowArgs),
    /// Show an approval and sign it with your SSH key; the last signature carries it out
    #[command(after_help = "\
It is signed with the key of ssh-agent that is enrolled for you (`conductor keys list --mine`); of \
several you are asked which one, unless --key names it. A security key waits to be touched. What is \
signed is shown first, and asked about; without a terminal that takes --yes.

Examples:
  conductor approvals approve apr_… --comment 'looks right'
  conductor approvals approve apr_… --key ~/.ssh/id_ed25519 --yes")]
    Approve(ApproveArgs),
    /// Say no: it ends, whoever has signed so far
    Deny {
        /// Which, `apr_…`
        approval: String,
        /// Why; whoever asked reads it
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Have somebody else sign in your place
    Delegate {
        /// Which, `apr_…`
        approval: String,
        /// Who, such as `uid:1001`
        principal: String,
        /// Why; it stays on record
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Take back what you asked for
    Withdraw {
        /// Which, `apr_…`
        approval: String,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Go ahead alone with what you asked for: you touch a security key, two others review it afterwards
    #[command(after_help = "\
It ends, and another approval asks for your touch; at a terminal at once. It is on record, whoever
approves is told, and what nobody reviews in time becomes an incident.

Example:
  conductor approvals break-glass apr_… --reason 'incident 4711, nobody answers'")]
    BreakGlass {
        /// Which, `apr_…`
        approval: String,
        /// Why; whoever reviews it reads it
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Say something that everybody reads who looks at it
    Comment {
        /// Which, `apr_…`
        approval: String,
        /// What
        text: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Tell how long approvals waited, beside as long a time before
    #[command(after_help = "\
From when something was asked for to when it was carried out. What you only had to confirm yourself \
is not counted.

Examples:
  conductor approvals times
  conductor approvals times --since 1w --action run.start -o json")]
    Times {
        /// Asked for since: `2h`, `3d`, or a date and time
        #[arg(long, value_name = "WHEN", value_parser = when::parse, default_value = "30d")]
        since: Timestamp,
        /// Only this action, such as `run.start`
        #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
        action: String,
    },
    /// Write the bytes that are signed, to sign them on another machine
    #[command(after_help = "\
Example:
  conductor approvals export apr_… -O approval.json
  ssh-keygen -Y sign -n approval@conductor -f ~/.ssh/id_ed25519 approval.json
  conductor approvals import apr_… approval.json.sig")]
    Export {
        /// Which, `apr_…`
        approval: String,
        /// Write to this file instead of standard output
        #[arg(short = 'O', long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Bring a signature that was made elsewhere; it counts for whoever made it
    Import {
        /// Which, `apr_…`
        approval: String,
        /// The file that `ssh-keygen -Y sign` wrote; `-` for standard input
        signature: PathBuf,
        /// What whoever signed has to say
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        comment: String,
        #[command(flatten)]
        key: KeyArgs,
    },
}

/// A repeat's key.
#[derive(Default, Debug, Args)]
pub(crate) struct KeyArgs {
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// Which ones.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Those that have ended, too
    #[arg(long)]
    pub(super) all: bool,
    /// Only what you could sign now
    #[arg(long)]
    pub(super) mine: bool,
    /// Only what this principal asked for, such as `uid:1001`
    #[arg(long, value_name = "PRINCIPAL", default_value = "", hide_default_value = true)]
    pub(super) requester: String,
    /// Only this action, such as `run.start`
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(super) action: String,
}

/// Which one, and what of it.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Which, `apr_…`
    pub(super) approval: String,
    /// Only the bytes that are signed, exactly as they are
    #[arg(long)]
    pub(super) statement: bool,
}

/// Which one, and how.
#[derive(Default, Debug, Args)]
pub(crate) struct ApproveArgs {
    /// Which, `apr_…`
    pub(super) approval: String,
    /// What you have to say
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) comment: String,
    /// A key file, or the fingerprint (`SHA256:…`) or `.pub` file of a key that ssh-agent holds
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    pub(super) key: Option<String>,
    /// Sign without being asked
    #[arg(short, long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) repeat: KeyArgs,
}
