//! `conductor ledger witness`: who is asked to cosign checkpoints, and what came of it.

use conductor_protocol::v1;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

pub(super) async fn show(ask_now: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::WitnessesRequest { scope: context.scope(), ask_now };
    let answer = context.connection.witnesses(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let mut table = Table::new(&[
        Column::fixed("witness"),
        Column::fixed("cosigned"),
        Column::fixed("at"),
        Column::text("url"),
        Column::text("state"),
    ]);
    for one in &answer.witnesses {
        let behind = answer.checkpoint_size.saturating_sub(one.size);
        let state = match (one.problem.as_str(), behind) {
            ("", 0) => Cell::of("ok", Meaning::Good),
            ("", behind) => Cell::of(format!("{behind} records behind"), Meaning::Plain),
            (problem, _) => Cell::of(one_line(problem), Meaning::Bad),
        };
        table.row([
            Cell::of(one_line(&one.name), Meaning::Strong),
            one.size.to_string().into(),
            context.output.clock.date_time(one.cosigned_at.as_ref()).into(),
            one_line(&one.url).into(),
            state,
        ]);
    }
    context.output.table(&table)?;
    let newest = answer.checkpoint_size;
    let told = match (answer.witnesses.len(), answer.cosigned_size) {
        (0, _) => {
            "no witness is configured: `[[witness]]` of conductord.toml names them".to_owned()
        }
        (_, 0) => format!("{} have to cosign, and no checkpoint is so far", answer.quorum),
        (_, size) => {
            format!("{} have to cosign, and did up to {size} of {newest} records", answer.quorum)
        }
    };
    context.output.note(told)?;
    if !answer.signing_problem.is_empty() {
        let told = format!("no newer checkpoint is signed: {}", one_line(&answer.signing_problem));
        context.output.note(told)?;
    }
    Ok(())
}
