//! What the commands about tenants take.

use clap::{Args, Subcommand, ValueEnum};
use conductor_protocol::{manifest::parse_duration_ms, v1};

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantsCommand {
    /// Create a tenant
    #[command(after_help = "\
Example:
  conductor tenant create acme --profile saas --risk-profile medium --budget month=360000
  conductor --tenant acme grants add uid:1001 tenant_admin
  conductor tenant check acme")]
    Create(Box<CreateArgs>),
    /// List the tenants that you may read of
    #[command(visible_alias = "ls")]
    List,
    /// Show what is set for a tenant, and what it has spent
    Show {
        /// Its name; the tenant that is acted in when it is left out
        #[arg(default_value = "", hide_default_value = true)]
        name: String,
    },
    /// Set something for a tenant; an empty value is set no more
    #[command(after_help = "\
Examples:
  conductor tenant set acme --home-region eu-west-1 --allow-region eu-west-1,eu-central-1
  conductor tenant set acme --quota large=4 --budget day=7200
  conductor tenant set acme --budget day= --business-unit ''")]
    Set(Box<SetArgs>),
    /// Let nothing start in a tenant any more; it can still be read
    Suspend {
        /// Its name
        name: String,
        /// Why; whoever is turned away reads it
        #[arg(long)]
        reason: String,
        /// What becomes of the runs under way
        #[arg(long, value_enum, default_value_t)]
        runs: Runs,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Let a suspended tenant go on
    Resume {
        /// Its name
        name: String,
        /// Why
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Let somebody of another tenant read in the tenant that is acted in, for a time
    #[command(after_help = "\
The tenant has to admit the people of one in which they hold a role.

Example:
  conductor tenant set acme --admit globex
  conductor --tenant acme tenant admit uid:1001 --for 4h --reason 'incident 4711'
  conductor --tenant acme tenant dismiss uid:1001")]
    Admit {
        /// Who, such as `uid:1001`; never yourself
        principal: String,
        /// For how long, at most `168h`
        #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
        duration_ms: u64,
        /// Why; it stays on record
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// End that somebody is a guest of the tenant that is acted in
    Dismiss {
        /// Who, such as `uid:1001`
        principal: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Make all that is recorded of a suspended tenant unreadable for good
    #[command(after_help = "\
The keys that its records are sealed with are destroyed, and the logs and artifacts of its runs are removed. \
The ledger still verifies. Others have to approve it. The daemon begins again by itself, as after a restart.

Backups, and whoever read it before, still have it.

Example:
  conductor tenant suspend acme --reason 'contract ended'
  conductor tenant forget acme --dry-run
  conductor tenant forget acme --reason 'contract ended, section 12'")]
    Forget {
        /// Its name
        name: String,
        #[command(flatten)]
        how: ForgetArgs,
    },
    /// Check whether a tenant is ready; exits with 1 when something is missing
    Check {
        /// Its name; the tenant that is acted in when it is left out
        #[arg(default_value = "", hide_default_value = true)]
        name: String,
    },
}

/// What becomes of the runs under way of a tenant that is suspended.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Runs {
    /// They go on to their ends
    #[default]
    Finish,
    /// They are paused, and go on with the tenant
    Pause,
}

/// How something is forgotten.
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// Why; it stays on record
    #[arg(long, required_unless_present = "dry_run")]
    pub(crate) reason: Option<String>,
    /// Only say what could not be read any more, and what stands in the way
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

/// A repeat's key.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) idempotency_key: String,
}

/// `create`
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Its name: letters, digits, `_`, `.` and `-`
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

/// `set`
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Only if the settings are still at this version
    #[arg(long, value_name = "N")]
    pub(crate) if_version: Option<u32>,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

/// What is to be set.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// How it is governed: `internal`, `white-label` or `saas`
    #[arg(long, value_name = "WORD")]
    profile: Option<String>,
    /// How much may go wrong: `low`, `medium` or `high`
    #[arg(long, value_name = "WORD")]
    risk_profile: Option<String>,
    /// Such as `payments`
    #[arg(long, value_name = "NAME")]
    business_unit: Option<String>,
    /// The most sensitive data: `public`, `internal`, `confidential` or `restricted`
    #[arg(long, value_name = "WORD")]
    data_sensitivity: Option<String>,
    /// Its home region
    #[arg(long = "home-region", value_name = "NAME")]
    home_region: Option<String>,
    /// Where it may act, several with commas
    #[arg(long, value_name = "NAMES")]
    allow_region: Option<String>,
    /// What personal data may be used for, several with commas
    #[arg(long, value_name = "NAMES")]
    allow_purpose: Option<String>,
    /// Tenants whose people may be let in as guests, several with commas
    #[arg(long, value_name = "NAMES")]
    admit: Option<String>,
    /// Tasks of a resource class (`small`, `medium`, `large`) that its open runs may have
    #[arg(long, value_name = "CLASS=TASKS", value_parser = bound)]
    quota: Vec<(String, Option<u64>)>,
    /// Seconds of workers' time that it may spend in a `day`, `week` or `month`, in UTC
    #[arg(long, value_name = "WINDOW=SECONDS", value_parser = bound)]
    budget: Vec<(String, Option<u64>)>,
    /// Days that contents of artifacts are kept for: `hot`, `warm`, and `cold`, after which they may be removed
    #[arg(long, value_name = "PART=DAYS", value_parser = bound)]
    retention: Vec<(String, Option<u64>)>,
}

impl SettingsArgs {
    /// As it goes to the daemon.
    pub(super) fn patch(self, edits_version: Option<u32>) -> v1::TenantPatch {
        let names = |given: Option<String>| {
            given.map(|given| v1::Names {
                names: given
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            })
        };
        let bounds = |given: Vec<(String, Option<u64>)>| {
            given.into_iter().map(|(name, value)| (name, v1::Bound { value })).collect()
        };
        v1::TenantPatch {
            profile: self.profile,
            risk_profile: self.risk_profile,
            business_unit: self.business_unit,
            data_sensitivity: self.data_sensitivity,
            region: self.home_region,
            regions: names(self.allow_region),
            purposes: names(self.allow_purpose),
            admits: names(self.admit),
            quotas: bounds(self.quota),
            budgets: bounds(self.budget),
            retention: bounds(self.retention),
            edits_version,
        }
    }
}

fn duration(text: &str) -> Result<u64, String> {
    parse_duration_ms(text).ok_or_else(|| "write it like `30m`, `4h` or `1h30m`".into())
}

/// `name=number`, or `name=` for none.
fn bound(given: &str) -> Result<(String, Option<u64>), String> {
    let (name, number) = given.split_once('=').ok_or("write it as NAME=NUMBER")?;
    if number.is_empty() {
        return Ok((name.to_owned(), None));
    }
    let number = number.parse().map_err(|_| format!("`{number}` is no whole number"))?;
    Ok((name.to_owned(), Some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_has_a_name_and_a_number_or_none() {
        assert_eq!(bound("large=4"), Ok(("large".into(), Some(4))));
        assert_eq!(bound("day="), Ok(("day".into(), None)));
        assert!(bound("large").is_err() && bound("large=-1").is_err() && bound("large=x").is_err());
    }
}
