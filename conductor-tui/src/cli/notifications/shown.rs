//! Notifications and their targets as people read them.

use conductor_protocol::v1;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line},
};

/// All targets, one a line.
pub(super) fn targets(
    targets: &[v1::NotificationTarget],
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if context.output.listed(targets)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("target"),
        Column::fixed("kind"),
        Column::text("place"),
        Column::text("events"),
        Column::fixed("last"),
        Column::fixed("lag"),
        Column::fixed("waiting"),
        Column::fixed("dead"),
        Column::text("state"),
    ]);
    for target in targets {
        let (state, meaning) = state(target, context);
        let dead = if target.dead == 0 { Meaning::Plain } else { Meaning::Warn };
        let events =
            if target.events.is_empty() { "all".to_owned() } else { target.events.join(" ") };
        let last = target.delivered_at.as_ref();
        table.row([
            Cell::of(one_line(&target.name), Meaning::Strong),
            target.kind.clone().into(),
            one_line(&target.place).into(),
            one_line(&events).into(),
            last.map(|at| context.output.clock.date_time(Some(at))).unwrap_or_default().into(),
            target.lag.to_string().into(),
            target.waiting.to_string().into(),
            Cell::of(target.dead.to_string(), dead),
            Cell::of(state, meaning),
        ]);
    }
    Ok(context.output.table(&table)?)
}

fn state(target: &v1::NotificationTarget, context: &Context<'_>) -> (String, Meaning) {
    if target.failing_since.is_none() {
        return ("ok".to_owned(), Meaning::Good);
    }
    let since = context.output.clock.date_time(target.failing_since.as_ref());
    (format!("failing since {since}: {}", one_line(&target.problem)), Meaning::Bad)
}

/// What was given up, one a line.
pub(super) fn letters(
    letters: &[v1::DeadLetter],
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if context.output.listed(letters)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("notification"),
        Column::fixed("target"),
        Column::fixed("given up"),
        Column::text("to"),
        Column::text("what"),
        Column::text("problem"),
    ]);
    for letter in letters {
        table.row([
            Cell::of(&letter.notification_id, Meaning::Strong),
            one_line(&letter.target).into(),
            context.output.clock.date_time(letter.given_up_at.as_ref()).into(),
            one_line(&letter.to).into(),
            one_line(&letter.text).into(),
            one_line(&letter.problem).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// One, whole.
pub(super) fn letter(letter: &v1::DeadLetter, context: &mut Context<'_>) -> Result<(), Failure> {
    let at = |at: Option<&_>| context.output.clock.date_time(at);
    let scope = letter.scope.clone().unwrap_or_default();
    let lines = [
        ("notification", letter.notification_id.clone()),
        ("target", letter.target.clone()),
        ("to", letter.to.clone()),
        ("kind", letter.kind.clone()),
        ("about", letter.subject.clone()),
        ("what", letter.text.clone()),
        ("where", format!("{} / {} / {}", scope.tenant, scope.environment, scope.region)),
        ("event", letter.seq.to_string()),
        ("happened", at(letter.happened_at.as_ref())),
        ("given up", at(letter.given_up_at.as_ref())),
        ("attempts", letter.attempts.to_string()),
        ("problem", letter.problem.clone()),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        context.output.line(format!("{name:<13} {}", one_line(value)))?;
    }
    Ok(())
}
