//! What the commands about notifications take.

use clap::{Args, Subcommand};

/// What can be done with notifications.
#[derive(Debug, Subcommand)]
pub(crate) enum NotificationsCommand {
    /// List where notifications go, and how each target does
    #[command(visible_alias = "ls")]
    #[command(after_help = "\
Targets are `[[notify]]` in the daemon's configuration, see conductord.toml(5). They are the daemon's: its \
administrators look after them.")]
    List,
    /// Send one to a target, once, and say whether it was taken
    Test {
        /// The target's name
        target: String,
    },
    /// What targets did not take
    #[command(subcommand)]
    Dead(DeadCommand),
}

/// What can be done with notifications that were given up.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadCommand {
    /// List them, the oldest first
    #[command(visible_alias = "ls")]
    List {
        /// Only those of this target
        target: Option<String>,
    },
    /// Show one, with what it would have said
    Show {
        /// Its id: `ntf_…`
        id: String,
    },
    /// Have some delivered anew
    #[command(after_help = "\
Examples:
  conductor notifications dead retry ops --all
  conductor notifications dead retry ops ntf_01ky0000000000000000000001")]
    Retry(MeantArgs),
    /// Forget some
    Drop(MeantArgs),
}

/// Which.
#[derive(Debug, Args)]
pub(crate) struct MeantArgs {
    /// The target that did not take them
    pub(super) target: String,
    /// Their ids
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(super) ids: Vec<String>,
    /// All of the target's
    #[arg(long)]
    pub(super) all: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}
