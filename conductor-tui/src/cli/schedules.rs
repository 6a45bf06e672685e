//! `conductor schedules`: what runs by itself, when, and what became of it.

use clap::{Args, Subcommand, ValueEnum};
use conductor_protocol::{
    manifest::parse_duration_ms,
    v1::{self, schedule_spec::Trigger},
};
use serde_json::{Map, Value};

use super::{
    context::Context,
    failure::Failure,
    inputs::{self, Assignment},
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
    when, workflows,
};

/// Rows asked for at once.
const PAGE_SIZE: u32 = 500;

/// What can be done with schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum SchedulesCommand {
    /// Make a schedule, or edit one
    #[command(after_help = "\
The specification is given whole: what is not named has its default, also when a schedule is \
edited. Every edit is a version; `conductor schedules show --history` shows them. The runs are \
yours: policy is asked for you whenever one is to start.

A pattern that names hours is due once a day at each of them. Where the clock jumps over such a time \
the run starts at the first instant after the jump; where the clock shows it twice, the first time. A \
pattern that matches in every hour, and an interval, means the passing of time and goes on evenly.

Examples:
  conductor schedules set nightly --workflow backup --cron '30 2 * * *' --zone Europe/Berlin
  conductor schedules set probe --workflow probe --every 90s --overlap skip --jitter 10s
  conductor schedules set move --workflow failover --at 2027-03-28T02:30 --zone Europe/Berlin \\
      -i host=db1")]
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
    idempotency_key: String,
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
    name: String,
    /// What runs; without a version the newest at the time of each run
    #[arg(long, value_name = "NAME[@VERSION]")]
    workflow: String,
    #[command(flatten)]
    trigger: TriggerArgs,
    /// With --every: one of the times, from which the others are counted
    #[arg(long, value_name = "TIME", value_parser = when::parse, requires = "every")]
    from: Option<pbjson_types::Timestamp>,
    /// Time zone, as the IANA database names it
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// When it is due while a run of it has not ended
    #[arg(long, value_enum, default_value_t, value_name = "POLICY")]
    overlap: Overlap,
    /// With times that passed while no daemon was there
    #[arg(long, value_enum, default_value_t, value_name = "POLICY")]
    missed: Missed,
    /// How far back `--missed all` goes
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "24h")]
    missed_window: u64,
    /// A run starts up to this much later, so that not all start at once
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "0s")]
    jitter: u64,
    /// An input; may be given again
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE")]
    assignments: Vec<Assignment>,
    /// What it is for; the reason of its runs
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// Only if this is its version now; 0: only if there is none
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
    #[command(flatten)]
    key: KeyArgs,
}

/// Which times.
#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    /// A schedule
    #[arg(value_name = "NAME", required_unless_present_any = ["cron", "every", "at"])]
    name: Option<String>,
    #[command(flatten)]
    trigger: TriggerArgs,
    /// Time zone, as the IANA database names it
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// How many
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 10)]
    count: u32,
    /// After this time instead of now
    #[arg(long, value_name = "TIME", value_parser = when::parse)]
    after: Option<pbjson_types::Timestamp>,
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

fn span(text: &str) -> Result<u64, String> {
    parse_duration_ms(text).ok_or_else(|| "write it like `90s`, `15m` or `1h30m`".into())
}

/// Runs the command.
pub(super) async fn run(
    command: SchedulesCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let scope = context.scope();
    let connection = context.connection.clone();
    let changed = match command {
        SchedulesCommand::Set(args) => return set(*args, context).await,
        SchedulesCommand::List { workflow } => return list(workflow, context).await,
        SchedulesCommand::Show { name, history: true } => return history(name, context).await,
        SchedulesCommand::Next(args) => return next(*args, context).await,
        SchedulesCommand::Show { name, .. } => {
            let request = v1::GetScheduleRequest { scope, name };
            connection.get_schedule(request).await?.schedule
        }
        SchedulesCommand::Pause { name, reason, key: KeyArgs { idempotency_key } } => {
            let request = v1::PauseScheduleRequest { scope, name, reason, idempotency_key };
            connection.pause_schedule(request).await?.schedule
        }
        SchedulesCommand::Resume { name, key: KeyArgs { idempotency_key } } => {
            let request = v1::ResumeScheduleRequest { scope, name, idempotency_key };
            connection.resume_schedule(request).await?.schedule
        }
        SchedulesCommand::Remove { name, key: KeyArgs { idempotency_key } } => {
            let request = v1::RemoveScheduleRequest { scope, name: name.clone(), idempotency_key };
            connection.remove_schedule(request).await?;
            return removed(&name, context);
        }
        SchedulesCommand::Backfill { name, from, to, key: KeyArgs { idempotency_key } } => {
            let (from, to) = (Some(from), Some(to));
            let request = v1::BackfillScheduleRequest { scope, name, from, to, idempotency_key };
            connection.backfill_schedule(request).await?.schedule
        }
    };
    show(&changed.unwrap_or_default(), context)
}

fn removed(name: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.is_table() {
        return Ok(context.output.line(format!("schedule {name}: removed"))?);
    }
    Ok(context.output.document(&serde_json::json!({ "name": name, "removed": true }))?)
}

impl TriggerArgs {
    fn trigger(self) -> Result<Trigger, Failure> {
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

async fn set(args: SetArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (workflow, workflow_version) = workflows::name_and_version(&args.workflow);
    let schema = if args.assignments.is_empty() {
        Value::Null
    } else {
        let found = workflows::get(&args.workflow, context).await?;
        let manifest: Value = serde_json::from_str(&found.manifest_json).unwrap_or_default();
        manifest.get("inputs").cloned().unwrap_or_default()
    };
    let inputs =
        inputs::assign(Map::new(), &args.assignments, &schema).map_err(Failure::Invalid)?;
    let spec = v1::ScheduleSpec {
        workflow,
        workflow_version,
        inputs_json: Value::Object(inputs).to_string(),
        trigger: Some(args.trigger.trigger()?),
        from: args.from,
        zone: args.zone,
        overlap: match args.overlap {
            Overlap::Skip => v1::Overlap::Skip,
            Overlap::Queue => v1::Overlap::Queue,
            Overlap::Replace => v1::Overlap::Replace,
        }
        .into(),
        missed: match args.missed {
            Missed::Skip => v1::Missed::Skip,
            Missed::Once => v1::Missed::Once,
            Missed::All => v1::Missed::All,
        }
        .into(),
        missed_window_ms: args.missed_window,
        jitter_ms: args.jitter,
        description: args.description,
    };
    let request = v1::SetScheduleRequest {
        scope: context.scope(),
        name: args.name,
        spec: Some(spec),
        edits_version: args.if_version,
        idempotency_key: args.key.idempotency_key,
    };
    let answer = context.connection.set_schedule(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let schedule = answer.schedule.unwrap_or_default();
    let done = if answer.changed { "set" } else { "says this already" };
    let next = schedule.next.as_ref().map_or("it rests", |next| next.shown.as_str());
    let text =
        format!("schedule {}: {done}, version {}; next {next}", schedule.name, schedule.version);
    Ok(context.output.line(text)?)
}

async fn list(workflow: Option<String>, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListSchedulesRequest {
            scope: context.scope(),
            page_size: PAGE_SIZE,
            page_token,
            workflow: workflow.clone().unwrap_or_default(),
        };
        let page = context.connection.list_schedules(request).await?;
        found.extend(page.schedules);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    if !context.output.is_table() {
        let values: Vec<_> = found.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("next (here)"),
        Column::fixed("next (its zone)"),
        Column::text("when"),
        Column::text("workflow"),
        Column::text("last"),
        Column::text("owner"),
    ]);
    for schedule in &found {
        let spec = schedule.spec.clone().unwrap_or_default();
        let next = schedule.next.as_ref();
        let last = schedule.recent.first();
        table.row([
            Cell::of(&schedule.name, Meaning::Strong),
            Cell::of(standing(schedule, context.output), Meaning::Plain),
            next.map(|next| next.shown.clone()).unwrap_or_default().into(),
            when_of(&spec).into(),
            with_version(&spec).into(),
            Cell::of(
                last.map(told).unwrap_or_default(),
                last.map_or(Meaning::Dim, |last| meaning(last)),
            ),
            Cell::of(&schedule.owner, Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// Its next time by the clock of this machine, or why there is none.
fn standing(schedule: &v1::Schedule, output: &Output) -> String {
    match &schedule.next {
        Some(next) => output.clock.date_time(next.fires_at.as_ref()),
        None if schedule.paused => "paused".to_owned(),
        None => "done".to_owned(),
    }
}

/// When, in a few words.
fn when_of(spec: &v1::ScheduleSpec) -> String {
    match &spec.trigger {
        Some(Trigger::Cron(pattern)) => format!("{pattern} {}", spec.zone),
        Some(Trigger::EveryMs(ms)) => format!("every {}", span_of(*ms)),
        Some(Trigger::At(at)) => format!("once at {at}"),
        None => String::new(),
    }
}

/// A span as it is written.
fn span_of(ms: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = ms;
    let mut text = String::new();
    for (unit, size) in units {
        if rest >= size {
            text.push_str(&(rest / size).to_string());
            text.push_str(unit);
            rest %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

fn with_version(spec: &v1::ScheduleSpec) -> String {
    match spec.workflow_version.as_str() {
        "" => spec.workflow.clone(),
        version => format!("{}@{version}", spec.workflow),
    }
}

/// What became of a due time.
fn told(outcome: &v1::ScheduleOutcome) -> String {
    if outcome.skipped.is_empty() {
        return outcome.run_id.clone();
    }
    let times =
        if outcome.count > 1 { format!(" ({} times)", outcome.count) } else { String::new() };
    let note = if outcome.note.is_empty() { String::new() } else { format!(": {}", outcome.note) };
    one_line(&format!("skipped: {}{times}{note}", outcome.skipped))
}

fn meaning(outcome: &v1::ScheduleOutcome) -> Meaning {
    match outcome.skipped.as_str() {
        "" => Meaning::Plain,
        "denied" | "refused" => Meaning::Bad,
        _ => Meaning::Warn,
    }
}

fn show(schedule: &v1::Schedule, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(schedule))?);
    }
    let output = &mut *context.output;
    let spec = schedule.spec.clone().unwrap_or_default();
    let title = format!("{} version {}", schedule.name, schedule.version);
    output.line(output.style.paint(Meaning::Strong, &title))?;
    let clock = |at: Option<&pbjson_types::Timestamp>| output.clock.date_time(at);
    let next = schedule.next.as_ref();
    let paused = match schedule.paused {
        true => format!(
            "since {} by {}{}",
            clock(schedule.paused_at.as_ref()),
            schedule.paused_by,
            because(&schedule.paused_reason)
        ),
        false => String::new(),
    };
    let waits = match (schedule.waiting, schedule.backlog) {
        (0, 0) => String::new(),
        (waiting, backlog) => format!("{waiting} due, {backlog} of backfills"),
    };
    let fields = [
        ("runs", with_version(&spec)),
        ("inputs", one_line(&spec.inputs_json)),
        ("when", when_of(&spec)),
        ("zone", spec.zone.clone()),
        ("jitter", if spec.jitter_ms > 0 { span_of(spec.jitter_ms) } else { String::new() }),
        ("overlap", word(spec.overlap().as_str_name())),
        ("missed", missed(&spec)),
        ("for", one_line(&spec.description)),
        ("owner", schedule.owner.clone()),
        ("set", clock(schedule.set_at.as_ref())),
        ("decision", schedule.decision_id.clone()),
        ("paused", one_line(&paused)),
        ("next", clock(next.and_then(|next| next.fires_at.as_ref()))),
        ("its clock", next.map(|next| next.shown.clone()).unwrap_or_default()),
        ("active run", schedule.active_run_id.clone()),
        ("waiting", waits),
        ("so far", format!("{} run, {} skipped", schedule.runs, schedule.skips)),
    ];
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty() && text != "{}") {
        let name = output.style.paint(Meaning::Dim, &format!("{name:<11}"));
        output.line(format!("{name} {text}"))?;
    }
    if schedule.recent.is_empty() {
        return Ok(());
    }
    output.line("")?;
    let mut table = Table::new(&[
        Column::fixed("due"),
        Column::fixed("settled"),
        Column::fixed("why"),
        Column::text("what became of it"),
    ]);
    for outcome in &schedule.recent {
        table.row([
            output.clock.date_time(outcome.due.as_ref()).into(),
            output.clock.date_time(outcome.at.as_ref()).into(),
            outcome.cause.clone().into(),
            Cell::of(told(outcome), meaning(outcome)),
        ]);
    }
    Ok(output.table(&table)?)
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

/// The last word of an enum's name.
fn word(name: &str) -> String {
    name.rsplit('_').next().unwrap_or_default().to_ascii_lowercase()
}

fn missed(spec: &v1::ScheduleSpec) -> String {
    match spec.missed() {
        v1::Missed::All => format!("all within {}", span_of(spec.missed_window_ms)),
        other => word(other.as_str_name()),
    }
}

async fn history(name: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ScheduleHistoryRequest { scope: context.scope(), name };
    let versions = context.connection.schedule_history(request).await?.versions;
    if !context.output.is_table() {
        let values: Vec<_> = versions.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("version"),
        Column::fixed("set"),
        Column::text("by"),
        Column::text("when"),
        Column::text("runs"),
        Column::fixed("decision"),
    ]);
    for version in versions {
        let spec = version.spec.clone().unwrap_or_default();
        table.row([
            Cell::of(version.version.to_string(), Meaning::Strong),
            context.output.clock.date_time(version.set_at.as_ref()).into(),
            version.set_by.into(),
            when_of(&spec).into(),
            format!("{} {}", with_version(&spec), one_line(&spec.inputs_json)).into(),
            Cell::of(version.decision_id, Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

async fn next(args: NextArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let spec = match args.name {
        Some(_) => None,
        None => Some(v1::ScheduleSpec {
            trigger: Some(args.trigger.trigger()?),
            zone: args.zone,
            ..v1::ScheduleSpec::default()
        }),
    };
    let request = v1::NextScheduleRequest {
        scope: context.scope(),
        name: args.name.unwrap_or_default(),
        spec,
        count: args.count,
        after: args.after,
    };
    let times = context.connection.next_schedule(request).await?.times;
    if !context.output.is_table() {
        let values: Vec<_> = times.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("due (its zone)"),
        Column::fixed("due (here)"),
        Column::fixed("starts (here)"),
    ]);
    for time in &times {
        table.row([
            Cell::of(&time.shown, Meaning::Strong),
            context.output.clock.date_time(time.due.as_ref()).into(),
            context.output.clock.date_time(time.fires_at.as_ref()).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_as_it_is_written() {
        for text in ["90ms", "1m30s", "15m", "6h", "1d12h", "1h30m"] {
            assert_eq!(span_of(span(text).unwrap()), text);
        }
        assert_eq!(span_of(0), "0s");
        assert!(span("soon").is_err());
    }

    #[test]
    fn a_skipped_time_says_why_in_one_line() {
        let outcome = v1::ScheduleOutcome {
            skipped: "denied".into(),
            note: "holds no role\nhere".into(),
            count: 3,
            ..<_>::default()
        };
        assert_eq!(told(&outcome), "skipped: denied (3 times): holds no role here");
    }
}
