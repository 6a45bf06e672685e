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
    if let Some(sentence) = nothing([&times, &before]) {
        let from = context.output.clock.date_time(before.from.as_ref());
        context.output.line(format!("{sentence} (since {from})"))?;
        return cut_short(cut, context);
    }
    let since = |times: &v1::ApprovalTimes| context.output.clock.date_time(times.from.as_ref());
    let mut table =
        Table::new(&[Column::fixed("approvals"), Column::text("now"), Column::text("before")]);
    table.row(["since".into(), since(&times).into(), since(&before).into()]);
    let rows = rows(&times).into_iter().zip(rows(&before));
    for ((name, now), (_, before)) in rows {
        table.row([name.into(), now.into(), before.into()]);
    }
    context.output.table(&table)?;
    cut_short(cut, context)
}

/// What there is to say where none has ended: numbers of them would all be naught.
fn nothing(spans: [&v1::ApprovalTimes; 2]) -> Option<String> {
    let both = |count: fn(&v1::ApprovalTimes) -> u64| count(spans[0]) + count(spans[1]);
    let ended = both(|it| it.granted + it.denied + it.withdrawn + it.void + it.expired);
    let waiting = both(|it| it.waiting);
    match (ended, waiting) {
        (1.., _) => None,
        (0, 0) => Some("no approval has ended yet".to_owned()),
        (0, waiting) => Some(format!("no approval has ended yet; waiting: {waiting}")),
    }
}

fn cut_short(cut: bool, context: &mut Context<'_>) -> Result<(), Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_none_has_ended_one_line_says_it() {
        let none = v1::ApprovalTimes::default();
        let waits = v1::ApprovalTimes { asked: 2, waiting: 2, ..none };
        let ended = v1::ApprovalTimes { asked: 1, expired: 1, ..none };
        assert_eq!(nothing([&none, &none]).unwrap(), "no approval has ended yet");
        assert_eq!(nothing([&waits, &none]).unwrap(), "no approval has ended yet; waiting: 2");
        assert_eq!(nothing([&waits, &ended]), None, "what was before is told, too");
        assert_eq!(nothing([&ended, &none]), None);
    }
}
