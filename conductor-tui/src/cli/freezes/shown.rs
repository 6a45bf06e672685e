//! Freezes as people read them.

use conductor_protocol::v1::{self, FreezeState, freeze_reach::Reach};

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Clock, Column, Meaning, Table, one_line, to_value},
};

/// All of them, one a line.
pub(super) fn list(freezes: &[v1::Freeze], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.listed(freezes)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("state"),
        Column::fixed("what"),
        Column::fixed("when"),
        Column::text("reason"),
        Column::fixed("by"),
    ]);
    for freeze in freezes {
        let (word, meaning) = state(freeze);
        table.row([
            Cell::of(&freeze.name, Meaning::Strong),
            Cell::of(word, meaning),
            reach(freeze).into(),
            when(freeze, &context.output.clock).into(),
            one_line(&freeze.reason).into(),
            Cell::of(&freeze.set_by, Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// One, with everything about it.
pub(super) fn show(freeze: &v1::Freeze, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(freeze))?);
    }
    let window = freeze.window.clone().unwrap_or_default();
    let clock = &context.output.clock;
    let (word, _) = state(freeze);
    let recurs = match window.cron.as_str() {
        "" => String::new(),
        cron => format!("`{cron}` ({}), {} min each time", window.zone, window.for_ms / 60_000),
    };
    let rows = [
        ("freeze", freeze.name.clone()),
        ("state", word.to_owned()),
        ("what", reach(freeze)),
        ("when", when(freeze, clock)),
        ("recurs", recurs),
        ("reason", one_line(&freeze.reason)),
        ("set by", freeze.set_by.clone()),
        ("set", clock.date_time(freeze.set_at.as_ref())),
        ("decision", freeze.decision_id.clone()),
    ];
    let mut table = Table::new(&[Column::fixed("what"), Column::text("value")]);
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.row([what.into(), Cell::of(value, Meaning::Strong)]);
    }
    Ok(context.output.table(&table)?)
}

/// What is frozen and until when, in a few words.
pub(crate) fn brief(freeze: &v1::Freeze, clock: &Clock) -> String {
    format!("{}, {}", reach(freeze), when(freeze, clock))
}

fn state(freeze: &v1::Freeze) -> (&'static str, Meaning) {
    match (freeze.state(), freeze.stops.as_str()) {
        (FreezeState::Holds, "") => ("frozen", Meaning::Warn),
        (FreezeState::Holds, _) => ("stopped", Meaning::Bad),
        (FreezeState::Comes, _) => ("to come", Meaning::Dim),
        (FreezeState::Unspecified, _) => ("over", Meaning::Dim),
    }
}

fn reach(freeze: &v1::Freeze) -> String {
    match freeze.reach.as_ref().and_then(|reach| reach.reach.as_ref()) {
        Some(Reach::Workflow(name)) => format!("workflow {name}"),
        Some(Reach::Environment(name)) => format!("environment {name}"),
        Some(Reach::Tenant(_)) | None => "the whole tenant".to_owned(),
    }
}

fn when(freeze: &v1::Freeze, clock: &Clock) -> String {
    match freeze.state() {
        FreezeState::Comes => format!("from {}", clock.date_time(freeze.comes.as_ref())),
        _ if freeze.until.is_some() => format!("until {}", clock.date_time(freeze.until.as_ref())),
        _ => "until it is lifted".to_owned(),
    }
}
