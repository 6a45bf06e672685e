//! Entities of the graph as people read them.

use conductor_protocol::v1;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, meaning_of, one_line, with_glyph},
};

/// One entity: what is known of it, and its edges.
pub(super) fn entity(
    found: &v1::GetEntityResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let known = found.entity.clone().unwrap_or_default();
    let clock = &context.output.clock;
    let place = [known.environment.as_str(), known.region.as_str()].join(" / ");
    let mut rows = vec![
        ("entity", known.name.clone()),
        ("state", state(&known)),
        ("where", if known.environment.is_empty() { String::new() } else { place }),
        ("first", clock.date_time(known.first_at.as_ref())),
        ("changed", clock.date_time(known.last_at.as_ref())),
    ];
    let mut attributes: Vec<_> = known.attributes.iter().collect();
    attributes.sort();
    for (name, value) in attributes {
        rows.push((name.as_str(), one_line(value)));
    }
    let mut table = Table::new(&[Column::fixed("what"), Column::text("value")]);
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.row([what.into(), Cell::of(value, Meaning::Strong)]);
    }
    context.output.table(&table)?;
    if !found.edges.is_empty() {
        context.output.line("")?;
        edges(&known.name, &found.edges, context)?;
    }
    ends((found.truncated, found.reach.as_ref()), context)
}

/// Edges of one entity: those that begin at it, then those that end at it.
fn edges(of: &str, edges: &[v1::GraphEdge], context: &mut Context<'_>) -> Result<(), Failure> {
    let arrow = |out: bool| match (context.output.style.unicode, out) {
        (true, true) => "→",
        (true, false) => "←",
        (false, true) => "->",
        (false, false) => "<-",
    };
    let mut table = Table::new(&[
        Column::fixed("way"),
        Column::fixed("edge"),
        Column::text("entity"),
        Column::text("note"),
    ]);
    let (mut begin, mut end): (Vec<_>, Vec<_>) = edges.iter().partition(|edge| edge.from == of);
    begin.append(&mut end);
    for edge in begin {
        let out = edge.from == of;
        let other = if out { &edge.to } else { &edge.from };
        table.row([
            arrow(out).into(),
            edge.kind.clone().into(),
            Cell::of(one_line(other), Meaning::Strong),
            Cell::of(one_line(&edge.note), Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// Runs, a line each.
pub(super) fn runs(runs: &[v1::GraphEntity], context: &mut Context<'_>) -> Result<(), Failure> {
    let mut table = Table::new(&[
        Column::fixed("run"),
        Column::fixed("state"),
        Column::text("workflow"),
        Column::fixed("began"),
        Column::text("who"),
    ]);
    for run in runs {
        let attribute = |name: &str| run.attributes.get(name).map_or("", String::as_str);
        let workflow = format!("{}@{}", attribute("workflow"), attribute("version"));
        table.row([
            Cell::of(&run.id, Meaning::Strong),
            Cell::of(with_glyph(&run.state, context.output.style), meaning_of(&run.state)),
            one_line(&workflow).into(),
            context.output.clock.date_time(run.first_at.as_ref()).into(),
            one_line(attribute("owner")).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// The workflows that touch a resource.
pub(super) fn touching(
    found: &v1::TouchingResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut table = Table::new(&[
        Column::text("workflow"),
        Column::fixed("state"),
        Column::fixed("runs"),
        Column::fixed("last"),
        Column::fixed("last run"),
    ]);
    for touching in &found.workflows {
        let workflow = touching.workflow.clone().unwrap_or_default();
        table.row([
            Cell::of(one_line(&workflow.id), Meaning::Strong),
            Cell::of(&workflow.state, meaning_of(&workflow.state)),
            touching.runs.to_string().into(),
            context.output.clock.date_time(touching.last_at.as_ref()).into(),
            Cell::of(&touching.last_run_id, Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// Who started a run, and who approved it.
pub(super) fn approvers(
    found: &v1::ApproversResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let run = found.run.clone().unwrap_or_default();
    let rows = [
        ("run", run.id.clone()),
        ("state", state(&run)),
        ("started by", one_line(&found.initiator)),
        ("triggered by", one_line(&found.triggered_by)),
        ("decision", found.decision_id.clone()),
    ];
    let mut table = Table::new(&[Column::fixed("what"), Column::text("value")]);
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.row([what.into(), Cell::of(value, Meaning::Strong)]);
    }
    for rests_on in &found.approvals {
        let approval = rests_on.approval.clone().unwrap_or_default();
        let asked = format!("{} asked for by {}", approval.id, one_line(&rests_on.asked_by));
        table.row(["approval".into(), asked.into()]);
        for signature in &rests_on.signatures {
            let (_, who) = signature.to.split_once(':').unwrap_or_default();
            let signed = format!("{} ({})", one_line(who), one_line(&signature.note));
            table.row(["approved by".into(), Cell::of(signed, Meaning::Good)]);
        }
    }
    if found.approvals.is_empty() {
        table.row(["approval".into(), Cell::of("none was needed", Meaning::Dim)]);
    }
    context.output.table(&table)?;
    ends((false, found.reach.as_ref()), context)
}

/// State and life in words; a life that goes on needs none.
pub(super) fn state(known: &v1::GraphEntity) -> String {
    match (known.state.as_str(), known.life.as_str()) {
        (state, "live") => state.to_owned(),
        (state, life) => format!("{state}, {life}"),
    }
}

/// That there is more, and that the graph is behind: beside the answer.
pub(super) fn ends(
    (truncated, reach): (bool, Option<&v1::GraphReach>),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if truncated {
        context.output.note("there is more than is shown: go further with --depth, --nodes or --limit, or narrow it down")?;
    }
    if let Some(reach) = reach.filter(|reach| reach.behind > 0) {
        let (seq, behind) = (reach.seq, reach.behind);
        context.output.note(format!("the graph goes to event {seq} and is {behind} behind"))?;
    }
    Ok(())
}
