//! Tracked runs for people.

use conductor_protocol::v1;
use conductor_tui::words;

use super::args::MICROS;
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Clock, Column, Meaning, Style, Table, meaning_of, one_line, with_glyph},
};

/// The columns of the list.
pub(super) fn table() -> Table {
    Table::new(&[
        Column::fixed("run"),
        Column::text("name"),
        Column::fixed("status"),
        Column::text("owner"),
        Column::fixed("cost"),
        Column::fixed("since"),
        Column::fixed("ended"),
    ])
}

/// One row of it.
pub(super) fn add(table: &mut Table, run: &v1::TrackedRun, (clock, style): (&Clock, Style)) {
    let status = words::tracked_status(run.status());
    let ended = match &run.finished_at {
        Some(at) => clock.date_time(Some(at)),
        None => String::new(),
    };
    table.row([
        run.run_id.clone().into(),
        Cell::of(one_line(&run.name), Meaning::Strong),
        Cell::of(with_glyph(status, style), meaning_of(status)),
        one_line(&run.owner).into(),
        cost(run).into(),
        clock.date_time(run.started_at.as_ref()).into(),
        ended.into(),
    ]);
}

/// One, line by line, with what was said of it.
pub(super) fn one(
    run: &v1::TrackedRun,
    said: &[v1::Disclosure],
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let clock = &context.output.clock;
    let scope = run.scope.clone().unwrap_or_default();
    let ended = run.finished_at.as_ref().map(|at| clock.date_time(Some(at)));
    let mut rows = vec![
        ("run", run.run_id.clone()),
        ("name", run.name.clone()),
        ("status", words::tracked_status(run.status()).to_owned()),
        ("owner", run.owner.clone()),
        ("where", format!("{} / {} / {}", scope.tenant, scope.environment, scope.region)),
        ("since", clock.date_time(run.started_at.as_ref())),
        ("ended", ended.unwrap_or_default()),
        ("estimate", run.cost_estimate_micros.map(dollars).unwrap_or_default()),
        ("cost", run.cost_actual_micros.map(dollars).unwrap_or_default()),
        ("about", run.related_entity_ids.join(" ")),
        ("decisions", run.related_decision_ids.join(" ")),
        ("more", if run.metadata_json == "{}" { String::new() } else { run.metadata_json.clone() }),
        ("event", run.seq.to_string()),
        ("decision", run.decision_id.clone()),
    ];
    for one in said {
        let at = clock.date_time(one.created_at.as_ref());
        let v1::Disclosure { disclosure_id, created_by, summary, .. } = one;
        let bears = match one.artifact_ids.as_slice() {
            [] => String::new(),
            ids => format!(", borne out by {}", ids.join(" ")),
        };
        let said = format!("{summary} ({disclosure_id} by {created_by} at {at}{bears})");
        rows.push(("said", said));
    }
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        context.output.line(format!("{name:<11} {}", one_line(&value)))?;
    }
    Ok(())
}

/// What it cost, or is expected to.
fn cost(run: &v1::TrackedRun) -> String {
    match (run.cost_actual_micros, run.cost_estimate_micros) {
        (Some(micros), _) => dollars(micros),
        (None, Some(micros)) => format!("~{}", dollars(micros)),
        (None, None) => "-".to_owned(),
    }
}

/// Millionths of a dollar as dollars, with two digits behind the point and more where there are more.
fn dollars(micros: u64) -> String {
    let part = format!("{:06}", micros % MICROS);
    let digits = part.trim_end_matches('0').len().max(2);
    format!("${}.{}", micros / MICROS, part.get(..digits).unwrap_or(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_shown_exactly() {
        for (micros, shown) in [
            (0, "$0.00"),
            (10_000_000, "$10.00"),
            (9_250_000, "$9.25"),
            (100_000, "$0.10"),
            (1, "$0.000001"),
            (1_234_500, "$1.2345"),
        ] {
            assert_eq!(dollars(micros), shown);
        }
        let run = v1::TrackedRun { cost_estimate_micros: Some(5 * MICROS), ..<_>::default() };
        assert_eq!(cost(&run), "~$5.00");
        let run = v1::TrackedRun { cost_actual_micros: Some(MICROS), ..run };
        assert_eq!(cost(&run), "$1.00");
        assert_eq!(cost(&v1::TrackedRun::default()), "-");
    }
}
