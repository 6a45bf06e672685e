//! What the commands about tokens take.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_protocol::{manifest::parse_duration_ms, token::TokenScope};

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokensCommand {
    /// Issue a token to a service
    #[command(after_help = "\
A service is a program of the tenant. It may do what the roles of `service:NAME` permit (`conductor grants \
add`), and with a token no more than the token is for: actions of policy, or a group of them, and \
possibly only in an environment or with a workflow, as ACTION[@ENVIRONMENT][/WORKFLOW]. No service approves, \
reviews, enrolls keys or issues tokens.

The token is written once and never shown again, and not to a terminal. The program sends it from \
CONDUCTOR_TOKEN.

Examples:
  conductor grants add service:deploy operator
  conductor tokens create --service deploy --scope run.start@staging/deploy --scope run.read -O deploy.token
  CONDUCTOR_TOKEN=$(cat deploy.token) conductor --env staging run deploy")]
    Create(CreateArgs),
    /// List tokens, also those that expired or were revoked
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Take a token back, for good
    #[command(after_help = "\
Example:
  conductor tokens revoke tok_01jd6p5c7se9bs0w1h3m5n7p9q --reason 'it was in a log'")]
    Revoke(RevokeArgs),
}

/// Whose, what for, until when.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// The service, such as `deploy`, which is the principal `service:deploy`
    #[arg(long, value_name = "NAME")]
    pub(super) service: String,
    /// What it is for, such as `run.start`, `run.*` or `run.start@prod/disk-clean`; may be given again
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub(super) scopes: Vec<TokenScope>,
    /// For how long it is good, such as `12h` or `90d`, a year at most
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = duration)]
    pub(super) expires: u64,
    /// What it is used for, for those who read the list later
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) description: String,
    /// Write the token to a new file that nobody else can read, instead of to standard output
    #[arg(short = 'O', long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// Whose tokens.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this service
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
}

/// Which token, and why.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// As `conductor tokens list` shows it: `tok_…`
    pub(super) token: String,
    /// Why, in your words; stays on record with the token
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) reason: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

fn duration(text: &str) -> Result<u64, String> {
    let ms = parse_duration_ms(text).filter(|ms| *ms > 0);
    ms.ok_or_else(|| "write it like `12h`, `30d` or `1d12h`".into())
}
