//! What a plan says beside its tasks: what is in the way, who is needed, how long it takes.

use conductor_protocol::v1;

use super::{
    Tone,
    lay::Page,
    plain,
    tasks::{bound, span_ms},
};

/// Tasks without history that are named.
const UNKNOWN_MAX: usize = 8;

/// What is in the way, and what should be known.
pub(super) fn problems(plan: &v1::Plan, page: &mut Page) {
    let both = [(&plan.problems, "In the way", Tone::Bad), (&plan.warnings, "To know", Tone::Warn)];
    for (problems, title, tone) in both {
        if problems.is_empty() {
            continue;
        }
        page.heading(title);
        for problem in problems {
            let place = if problem.path.is_empty() { "" } else { ": " };
            page.line(vec![
                (tone, format!("  {} ", problem.code)),
                (Tone::Strong, plain(&problem.path)),
                (Tone::Plain, format!("{place}{}", plain(&problem.message))),
            ]);
            if !problem.hint.is_empty() {
                page.line(vec![
                    (Tone::Dim, "    mend: ".to_owned()),
                    (Tone::Dim, plain(&problem.hint)),
                ]);
            }
        }
    }
}

/// Where a person is needed.
pub(super) fn people(plan: &v1::Plan, page: &mut Page) {
    if plan.approvals.is_empty() {
        return;
    }
    page.heading("Needs a person");
    for approval in &plan.approvals {
        let task = if approval.task_id.is_empty() { "the start" } else { &approval.task_id };
        let within = match approval.timeout_ms {
            0 => String::new(),
            ms => format!(" (within {})", bound(ms)),
        };
        // Its kind stands before it already.
        let said = approval.message.strip_prefix(&approval.kind).map_or("", str::trim_start);
        let said = if said.is_empty() { &approval.message } else { said };
        page.line(vec![
            (Tone::Strong, format!("  {task:<16} ")),
            (Tone::Dim, format!("{:<6} ", approval.kind)),
            (Tone::Plain, format!("{}{within}", plain(said))),
        ]);
    }
}

/// How long it takes and what it costs, by what was before.
pub(super) fn estimate(plan: &v1::Plan, page: &mut Page) {
    let Some(estimate) = plan.estimate.as_ref().filter(|_| !plan.workflow.is_empty()) else {
        return;
    };
    page.gap();
    let without_people =
        if estimate.waits_for_people { ", waits for people not counted" } else { "" };
    let text = match (estimate.p90_ms, estimate.runs) {
        (0, 0) => "no history: this workflow has not run here yet".to_owned(),
        (p90, runs) => format!(
            "{}, nine of ten within {}, by {runs} finished run{}, {} good{without_people}",
            span_ms(estimate.p50_ms),
            span_ms(p90),
            if runs == 1 { "" } else { "s" },
            estimate.succeeded,
        ),
    };
    page.field("takes", &[(Tone::Plain, text)]);
    if estimate.runs > 0 && estimate.unknown_count > 0 {
        let named = estimate.unknown.iter().take(UNKNOWN_MAX);
        let named: Vec<&str> = named.map(String::as_str).collect();
        let more = (estimate.unknown_count as usize).saturating_sub(named.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let text = format!("no history of {}{more}: it may take longer", named.join(", "));
        page.field("", &[(Tone::Warn, text)]);
    }
    if let Some(whole) = &estimate.whole {
        let (p50, p90) = (span_ms(whole.p50_ms), span_ms(whole.p90_ms));
        let text = format!("{p50}, nine of ten within {p90}, with all waits");
        page.field("took", &[(Tone::Dim, text)]);
    }
    for cost in &estimate.costs {
        let class = match cost.resources.as_str() {
            "" => String::new(),
            class => format!(" of class {class}"),
        };
        let (p50, p90) = (span_ms(cost.p50_ms), span_ms(cost.p90_ms));
        let text = format!("{p50} of a worker's time{class}, nine of ten within {p90}");
        page.field("costs", &[(Tone::Plain, text)]);
    }
}
