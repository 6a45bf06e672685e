//! The words of `conductor schedules`.

use clap::{Args, Subcommand, ValueEnum};
use conductor_protocol::{manifest::parse_duration_ms, v1::schedule_spec::Trigger};

use crate::cli::{failure::Failure, inputs::Assignment, when};

/// What can be done with schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum SchedulesCommand {
    /// Make a schedule, or edit one
    #[command(after_help = "\
The specification is given whole: what is not named has its default, also when a schedule is \
edited, but for --subject, which can't be changed. Every edit is a version; \
`conductor schedules show --history` shows them. The runs are yours: policy is asked for you \
whenever one is to start.

A pattern that names hours is due once a day at each of them. Where the clock jumps over such a time \
the run starts at the first instant after the jump; where the clock shows it twice, the first time. A \
pattern that matches in every hour, and an interval, means the passing of time and goes on evenly.

Examples:
  conductor schedules set nightly --workflow backup --cron '30 2 * * *' --zone Europe/Berlin
  conductor schedules set probe --workflow probe --every 90s --overlap skip --jitter 10s
  conductor schedules set move --workflow failover --at 2027-03-28T02:30 --zone Europe/Berlin \\
      -i host=db1
  conductor schedules set statement --workflow statement --cron '0 6 1 * *' --subject customer-4711")]
    Set(Box<SetArgs>),
    /// List schedules with their next times
    #[command(visible_alias = "ls")]
    List {
        /// Only those of this workflow
        #[arg(long, value_name = "NAME")]
        workflow: Option<String>,
    },
    /// Show one schedule and what became of its last times
    Show {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What it said in its versions, newest first
        #[arg(long)]
        history: bool,
    },
    /// Let a schedule rest; what is due meanwhile is not made up for
    Pause {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Why, in your words
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Let a schedule go on
    Resume {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Take a schedule away; its runs go on
    #[command(visible_alias = "rm")]
    Remove {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        key: KeyArgs,
    },
    /// The next times of a schedule, or of one that is not kept
    #[command(after_help = "\
Examples:
  conductor schedules next nightly -n 20
  conductor schedules next --cron '30 2 * * *' --zone Europe/Berlin --after 2027-03-27")]
    Next(Box<NextArgs>),
    /// Run the times of a time gone by, one after the other
    #[command(after_help = "\
Both ends are included. Regular runs go first; a backfill never costs one.

Example:
  conductor schedules backfill nightly --from 2027-03-01 --to 2027-03-07T23:59")]
    Backfill {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// The first time: RFC 3339, by this machine's clock, or a span ago like `3d`
        #[arg(long, value_name = "TIME", value_parser = when::parse)]
        from: pbjson_types::Timestamp,
        /// The last
        #[arg(long, value_name = "TIME", value_parser = when::parse)]
        to: pbjson_types::Timestamp,
        #[command(flatten)]
        key: KeyArgs,
    },
}

/// The key of a change.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// When: one of three.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct TriggerArgs {
    /// Minute, hour, day of the month, month, day of the week, as in crontab(5)
    #[arg(long, value_name = "PATTERN")]
    cron: Option<String>,
    /// A fixed distance like `90s`, `15m` or `6h`, whatever clocks show
    #[arg(long, value_name = "SPAN", value_parser = span)]
    every: Option<u64>,
    /// Once: `2027-03-28T02:30` by the clock of --zone, or with an offset of its own
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// What a schedule says.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// What runs; without a version the newest at the time of each run
    #[arg(long, value_name = "NAME[@VERSION]")]
    pub(super) workflow: String,
    #[command(flatten)]
    pub(super) trigger: TriggerArgs,
    /// With --every: one of the times, from which the others are counted
    #[arg(long, value_name = "TIME", value_parser = when::parse, requires = "every")]
    pub(super) from: Option<pbjson_types::Timestamp>,
    /// Time zone, as the IANA database names it
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) zone: String,
    /// When it is due while a run of it has not ended
    #[arg(long, value_enum, default_value_t, value_name = "POLICY")]
    pub(super) overlap: Overlap,
    /// With times that passed while no daemon was there
    #[arg(long, value_enum, default_value_t, value_name = "POLICY")]
    pub(super) missed: Missed,
    /// How far back `--missed all` goes
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "24h")]
    pub(super) missed_window: u64,
    /// A run starts up to this much later, so that not all start at once
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "0s")]
    pub(super) jitter: u64,
    /// An input; may be given again
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE")]
    pub(super) assignments: Vec<Assignment>,
    /// What it is for; the reason of its runs
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) description: String,
    /// Whom its runs are about, by a name that means nothing elsewhere: what is recorded of them and of the
    /// schedule is sealed with a key of theirs. It stays for as long as the schedule is there
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(super) subject: String,
    /// Only if this is its version now; 0: only if there is none
    #[arg(long, value_name = "NUMBER")]
    pub(super) if_version: Option<u32>,
    #[command(flatten)]
    pub(super) key: KeyArgs,
}

/// Which times.
#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    /// A schedule
    #[arg(value_name = "NAME", required_unless_present_any = ["cron", "every", "at"])]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) trigger: TriggerArgs,
    /// Time zone, as the IANA database names it
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) zone: String,
    /// How many
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 10)]
    pub(super) count: u32,
    /// After this time instead of now
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    pub(super) after: Option<pbjson_types::Timestamp>,
}

/// What happens when it is due while a run of it has not ended.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Overlap {
    /// That time is skipped
    #[default]
    Skip,
    /// It waits for the run's end
    Queue,
    /// The run is stopped, and the new one starts when it has ended
    Replace,
}

/// What happens with times that nobody saw.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Missed {
    /// They are skipped
    #[default]
    Skip,
    /// One run stands for all of them
    Once,
    /// Each within the window is run, oldest first
    All,
}

/// A span of time in milliseconds.
pub(super) fn span(text: &str) -> Result<u64, String> {
    parse_duration_ms(text).ok_or_else(|| "write it like `90s`, `15m` or `1h30m`".into())
}

impl TriggerArgs {
    /// The one that was given.
    pub(super) fn trigger(self) -> Result<Trigger, Failure> {
        match self {
            Self { cron: Some(pattern), .. } => Ok(Trigger::Cron(pattern)),
            Self { every: Some(ms), .. } => Ok(Trigger::EveryMs(ms)),
            Self { at: Some(text), .. } => Ok(Trigger::At(text)),
            Self { .. } => {
                let message = "the schedule does not say when";
                Err(Failure::usage(message, "give one of --cron, --every and --at"))
            }
        }
    }
}
