//! `conductor approvals times`: how long approvals waited.

use std::time::Duration;

use conductor_protocol::v1;
use conductor_tui::words::span;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Column, Meaning, Table, to_value},
};

pub(super) async fn run(
    request: v1::ApprovalTimesRequest,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let answer = context.connection.approval_times(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let v1::ApprovalTimesResponse { times, before, cut } = answer;
    let (times, before) = (times.unwrap_or_default(), before.unwrap_or_default());
    let since = |times: &v1::ApprovalTimes| context.output.clock.date_time(times.from.as_ref());
    let mut table =
        Table::new(&[Column::fixed("approvals"), Column::text("now"), Column::text("before")]);
    table.row(["since".into(), since(&times).into(), since(&before).into()]);
    let rows = rows(&times).into_iter().zip(rows(&before));
    for ((name, now), (_, before)) in rows {
        table.row([name.into(), now.into(), before.into()]);
    }
    context.output.table(&table)?;
    if cut {
        let text = "more were asked for than are looked at: the oldest are missing";
        context.output.note(context.output.style.paint(Meaning::Warn, text))?;
    }
    Ok(())
}

fn rows(times: &v1::ApprovalTimes) -> [(&'static str, String); 10] {
    let took =
        |ms: Option<u64>| ms.map_or_else(|| "-".to_owned(), |ms| span(Duration::from_millis(ms)));
    [
        ("asked for", times.asked.to_string()),
        ("granted", times.granted.to_string()),
        ("  half of them within", took(times.median_ms)),
        ("  nine of ten within", took(times.p90_ms)),
        ("  all within", took(times.longest_ms)),
        ("denied", times.denied.to_string()),
        ("withdrawn", times.withdrawn.to_string()),
        ("void", times.void.to_string()),
        ("expired", times.expired.to_string()),
        ("waiting", times.waiting.to_string()),
    ]
}
