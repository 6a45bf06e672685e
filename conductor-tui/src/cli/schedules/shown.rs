//! Schedules as people read them.

use conductor_protocol::v1::{self, schedule_spec::Trigger};

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
    pages::{self, PAGE_SIZE},
};

/// All of them, one a line.
pub(super) async fn list(
    workflow: Option<String>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (connection, scope) = (&context.connection, context.scope());
    let found = pages::all(|page_token| {
        let (scope, page_size) = (scope.clone(), PAGE_SIZE);
        let workflow = workflow.clone().unwrap_or_default();
        let request = v1::ListSchedulesRequest { scope, page_size, page_token, workflow };
        async move {
            let page = connection.list_schedules(request).await?;
            Ok((page.schedules, page.next_page_token))
        }
    })
    .await?;
    if context.output.listed(&found)? {
        return Ok(());
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
            Cell::of(last.map(told).unwrap_or_default(), last.map_or(Meaning::Dim, meaning)),
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

/// One on a page.
pub(super) fn show(schedule: &v1::Schedule, context: &mut Context<'_>) -> Result<(), Failure> {
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
        ("about", spec.subject.clone()),
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

/// The versions of one.
pub(super) async fn history(name: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ScheduleHistoryRequest { scope: context.scope(), name };
    let versions = context.connection.schedule_history(request).await?.versions;
    if context.output.listed(&versions)? {
        return Ok(());
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

/// Times in advance, by both clocks.
pub(super) fn next_times(times: &[v1::FireTime], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.listed(times)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("due (its zone)"),
        Column::fixed("due (here)"),
        Column::fixed("starts (here)"),
    ]);
    for time in times {
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
    use super::{super::args::span, *};

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
