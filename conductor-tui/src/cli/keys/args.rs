//! What the commands about keys take.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_keys::allowed_signers::{TimeZone, parse_time};

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Enroll the SSH keys that a principal signs with
    #[command(after_help = "\
A key enrolled in the tenant `default` counts in every tenant, one enrolled in another tenant counts \
in that one alone. Without --key and --from, at a terminal, the keys of ssh-agent are offered. Times \
are written as in `ssh-keygen(1)`: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in the zone of this \
machine, or with a Z in UTC. All keys of a file are enrolled, or none.

Examples:
  conductor keys enroll uid:1001 --key ~/.ssh/id_ed25519.pub
  conductor keys enroll uid:1001 --key - --namespace approval --valid-before 20271231Z
  conductor keys enroll 'uid:*' --key ca.pub --cert-authority
  conductor keys enroll builder:ci --key cosign.pub --namespace artifact
  conductor keys enroll --from allowed_signers")]
    Enroll(Box<EnrollArgs>),
    /// List keys, also those that were revoked
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Take a key back, for good; your own, too
    #[command(after_help = "\
Example:
  conductor keys revoke SHA256:… --reason 'the laptop is lost'")]
    Revoke(RevokeArgs),
    /// Write what `ssh-keygen -Y verify` checks the tenant's signatures with
    #[command(after_help = "\
Examples:
  conductor keys export > allowed_signers
  conductor keys export --revoked > revoked_keys
  ssh-keygen -Y verify -f allowed_signers -r revoked_keys -I uid:1001 \\
    -n approval@conductor -s FILE.sig < FILE")]
    Export(ExportArgs),
}

/// Which keys, whose, and for what.
#[derive(Debug, Args)]
pub(crate) struct EnrollArgs {
    /// Whose the key is, such as `uid:1001`; of a CA possibly a pattern, such as `uid:*`
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    pub(super) principal: Option<String>,
    /// The `.pub` file of the key, or its PEM; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(super) key: Option<PathBuf>,
    /// Lines of allowed signers instead; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
    /// What it may sign: `approval`, `artifact`, `login`, `runbook`, several with commas; all when left out
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "from")]
    pub(super) namespace: Vec<String>,
    /// The first second in which it may sign
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "from")]
    pub(super) valid_after: Option<u64>,
    /// The last second in which it may sign
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "from")]
    pub(super) valid_before: Option<u64>,
    /// The key is that of a CA: those sign that it gave certificates
    #[arg(long, conflicts_with = "from")]
    pub(super) cert_authority: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// Whose keys.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this principal, such as `uid:1001`
    pub(super) principal: Option<String>,
    /// Only your own, which everybody may list
    #[arg(long, conflicts_with = "principal")]
    pub(super) mine: bool,
}

/// Which key, and why.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// As `conductor keys list` and `ssh-keygen -l` show it: `SHA256:…`
    pub(super) fingerprint: String,
    /// Why, in your words; stays on record with the key
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// What is to be written.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The keys that were revoked, for `-r`, instead of the allowed signers, for `-f`
    #[arg(long)]
    pub(super) revoked: bool,
}

/// Seconds since 1970.
fn time(given: &str) -> Result<u64, String> {
    parse_time(given, &TimeZone::system()).ok_or_else(|| {
        "write it as YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z for UTC".to_owned()
    })
}
