//! `conductor policy bundles`, `rollback` and `drift`: what is deployed, and what should be.

use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

/// Digits of a revision in a table: enough to name it.
const REVISION_CHARS: usize = 19;

/// `conductor policy bundles`
pub(super) async fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let found = show(context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    let mut table = Table::new(&[
        Column::fixed("since"),
        Column::fixed("revision"),
        Column::fixed("kept"),
        Column::text("label"),
        Column::text("source"),
        Column::text("signed by"),
        Column::text("why"),
    ]);
    for (place, bundle) in found.bundles.iter().enumerate() {
        let short: String = bundle.revision.chars().take(REVISION_CHARS).collect();
        let meaning = if place == 0 { Meaning::Strong } else { Meaning::Dim };
        let why = match bundle.cause.as_str() {
            "rolled_back" => format!("{} went back to it: {}", bundle.by, bundle.reason),
            "started" => "the daemon started with it".to_owned(),
            _ => "its source gave it".to_owned(),
        };
        table.row([
            context.output.clock.date_time(bundle.at.as_ref()).into(),
            Cell::of(short, meaning),
            if bundle.kept { "yes" } else { "no" }.to_owned().into(),
            one_line(&bundle.label).into(),
            one_line(&bundle.source).into(),
            one_line(&bundle.signed_by).into(),
            one_line(&why).into(),
        ]);
    }
    context.output.table(&table)?;
    if let Some(refused) = found.refused {
        let word = context.output.note_style.paint(Meaning::Bad, "refused:");
        let problem = one_line(&format!("{}: {}", refused.source, refused.problem));
        context.output.note(format!("{word} {problem}"))?;
    }
    Ok(())
}

/// `conductor policy rollback`
pub(super) async fn roll_back(
    (revision, reason): (String, String),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let request = v1::RollBackRequest {
        scope: context.scope(),
        revision,
        reason,
        idempotency_key: String::new(),
    };
    let answer = context.connection.roll_back(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let revision = context.output.style.paint(Meaning::Strong, &answer.revision);
    Ok(context.output.line(format!("bundle {revision} decides from here on"))?)
}

/// `conductor policy drift`
pub(super) async fn drift(all: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut items = show(context).await?.drift;
    items.retain(|item| all || item.settled_at.is_none());
    let open = items.iter().filter(|item| item.settled_at.is_none()).count();
    if context.output.is_table() {
        let mut table = Table::new(&[
            Column::fixed("opened"),
            Column::fixed("settled"),
            Column::fixed("what"),
            Column::text("wanted"),
            Column::text("deployed"),
        ]);
        for item in &items {
            let settled = item.settled_at.as_ref();
            let settled = settled.map(|at| context.output.clock.date_time(Some(at)));
            table.row([
                context.output.clock.date_time(item.opened_at.as_ref()).into(),
                settled.unwrap_or_default().into(),
                Cell::of(&item.what, Meaning::Strong),
                one_line(&item.desired).into(),
                one_line(&item.deployed).into(),
            ]);
        }
        context.output.table(&table)?;
    } else {
        let values: Vec<_> = items.iter().map(to_value).collect();
        context.output.list(&values)?;
    }
    match open {
        0 => Ok(()),
        open => Err(Failure::NotGood(format!("{open} items are open"))),
    }
}

async fn show(context: &Context<'_>) -> Result<v1::ShowBundlesResponse, Failure> {
    let request = v1::ShowBundlesRequest { scope: context.scope() };
    Ok(context.connection.show_bundles(request).await?)
}
