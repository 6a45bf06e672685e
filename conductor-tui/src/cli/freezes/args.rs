//! What the commands about freezes take.

use clap::{Args, Subcommand};
use conductor_protocol::{
    manifest::parse_duration_ms,
    v1::{self, freeze_reach::Reach},
};

/// What can be done with freezes.
#[derive(Debug, Subcommand)]
pub(crate) enum FreezesCommand {
    /// List what is frozen now or is to be
    #[command(visible_alias = "ls")]
    List,
    /// Show one freeze
    Show {
        /// Its name
        name: String,
    },
    /// Let nothing start in the tenant, a workflow or an environment for a time
    #[command(after_help = "\
What is under way goes on to its end. A freeze is never changed; it ends by itself, or is lifted by two.

Examples:
  conductor freeze set release-4 --environment prod --until 2027-03-29T06:00Z --reason 'release 4'
  conductor freeze set weekend --tenant-wide --cron '0 18 * * fri' --zone Europe/Berlin --for 60h \\
    --reason 'nobody is there'
  conductor freeze set suspect --workflow restart-payments --reason 'incident 4711'")]
    Set(Box<SetArgs>),
    /// Ask two others to lift a freeze before its end
    #[command(after_help = "\
Exits with 4 and names the approval, which two people other than you sign: conductor approvals approve.")]
    Lift {
        /// Its name, as `conductor freeze list` shows it
        name: String,
        /// Why; whoever approves it reads it
        #[arg(long)]
        reason: String,
        /// Repeat safely: the same key with the same request gives the same answer
        #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
        idempotency_key: String,
    },
}

/// A part of the tenant: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ReachArgs {
    /// All of the tenant
    #[arg(long)]
    tenant_wide: bool,
    /// One workflow, in whichever environment
    #[arg(long, value_name = "NAME")]
    workflow: Option<String>,
    /// One environment, in whichever region
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

impl ReachArgs {
    /// As it goes to the daemon.
    pub(super) fn reach(self) -> v1::FreezeReach {
        let workflow = self.workflow.map(Reach::Workflow);
        let reach = workflow.or_else(|| self.environment.map(Reach::Environment));
        v1::FreezeReach { reach: Some(reach.unwrap_or(Reach::Tenant(self.tenant_wide))) }
    }
}

/// `set`
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name: letters, digits, `_`, `.` and `-`
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) reach: ReachArgs,
    /// From then on, such as `2027-03-28T18:00` (by the zone's clock); from now without it
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    from: String,
    /// Until then; until it is lifted without it
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    until: String,
    /// Again and again: when each window begins, as in crontab(5)
    #[arg(long, value_name = "PATTERN", requires = "for_ms", conflicts_with_all = ["from", "until"])]
    cron: Option<String>,
    /// How long each of those is, such as `8h`
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, requires = "cron")]
    for_ms: Option<u64>,
    /// By which clock, as in the IANA time zone database; UTC without it
    #[arg(long, value_name = "ZONE", default_value = "", hide_default_value = true)]
    zone: String,
    /// Why; whoever is held up reads it
    #[arg(long)]
    pub(crate) reason: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) idempotency_key: String,
}

impl SetArgs {
    /// As it goes to the daemon.
    pub(super) fn request(self, scope: Option<v1::Scope>) -> v1::SetFreezeRequest {
        let window = v1::FreezeWindow {
            from: self.from,
            until: self.until,
            cron: self.cron.unwrap_or_default(),
            for_ms: self.for_ms.unwrap_or_default(),
            zone: self.zone,
        };
        v1::SetFreezeRequest {
            scope,
            name: self.name,
            reach: Some(self.reach.reach()),
            window: Some(window),
            reason: self.reason,
            idempotency_key: self.idempotency_key,
        }
    }
}

/// `conductor kill-switch`
#[derive(Debug, Args)]
pub(crate) struct SwitchArgs {
    #[command(flatten)]
    pub(crate) reach: ReachArgs,
    /// Give no time to clean up
    #[arg(long)]
    pub(crate) kill: bool,
    /// Why; everybody who is stopped reads it
    #[arg(long)]
    pub(crate) reason: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) idempotency_key: String,
}

fn duration(text: &str) -> Result<u64, String> {
    parse_duration_ms(text).ok_or_else(|| "write it like `30m`, `4h` or `1h30m`".into())
}
