//! Approvals as people read them.

use conductor_protocol::v1;
use conductor_tui::{
    planned::Tone,
    signing::{Checked, HOME_TENANT, Reader, left, lines, signed},
};

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
    when,
};

/// Columns of a page where no terminal says how many there are.
const WIDTH_DEFAULT: usize = 80;
/// Columns that are never passed, so that lines can be read.
const WIDTH_MAX: usize = 120;

/// All of them, one a line.
pub(super) fn list(approvals: &[v1::Approval], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.listed(approvals)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("approval"),
        Column::text("what"),
        Column::text("in"),
        Column::fixed("signed"),
        Column::fixed("left"),
        Column::text("asked by"),
        Column::fixed("you"),
    ]);
    for approval in approvals {
        let environment = approval.scope.clone().unwrap_or_default().environment;
        let alone = if approval.breaks_glass { "break-glass: " } else { "" };
        let what = format!("{alone}{} {} {}", approval.action, approval.resource, approval.version);
        let (mine, meaning) =
            if approval.can_sign { ("can sign", Meaning::Good) } else { ("", Meaning::Dim) };
        table.row([
            Cell::of(&approval.approval_id, Meaning::Strong),
            one_line(what.trim_end()).into(),
            one_line(&environment).into(),
            signed(approval).into(),
            left(approval, when::now_ms()).into(),
            Cell::of(one_line(&approval.requester), Meaning::Dim),
            Cell::of(mine, meaning),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// One on a page.
pub(super) fn show(
    approval: &v1::Approval,
    checked: &Checked,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(approval))?);
    }
    for line in page(approval, checked, context.output) {
        context.output.line(line)?;
    }
    if approval.can_sign {
        // Never broken: it is to be copied.
        let label = context.output.style.paint(Meaning::Dim, "next      ");
        let next = format!("conductor{} approvals approve", of_tenant(context));
        context.output.line(format!("{label} {next} {}", approval.approval_id))?;
    }
    Ok(())
}

/// What names the tenant on a command line, where it has to be named.
fn of_tenant(context: &Context<'_>) -> String {
    let tenant = context.scope().unwrap_or_default().tenant;
    match tenant.as_str() {
        "" | HOME_TENANT => String::new(),
        tenant => format!(" --tenant {tenant}"),
    }
}

/// The page, in the colours of standard output.
pub(super) fn page(approval: &v1::Approval, checked: &Checked, output: &Output) -> Vec<String> {
    let clock = |ms: u64| {
        let seconds = i64::try_from(ms / 1_000).unwrap_or(i64::MAX);
        output.clock.date_time(Some(&pbjson_types::Timestamp { seconds, nanos: 0 }))
    };
    let width = output.width.unwrap_or(WIDTH_DEFAULT).min(WIDTH_MAX);
    let reader = Reader { width, now_ms: when::now_ms(), clock: &clock, policy: &[], key: "" };
    let painted = |(tone, text): &(Tone, String)| output.style.paint(meaning(*tone), text);
    let lines = lines(checked, approval, &reader);
    lines.iter().map(|line| line.iter().map(painted).collect()).collect()
}

const fn meaning(tone: Tone) -> Meaning {
    match tone {
        Tone::Plain => Meaning::Plain,
        Tone::Strong => Meaning::Strong,
        Tone::Dim => Meaning::Dim,
        Tone::Good => Meaning::Good,
        Tone::Warn => Meaning::Warn,
        Tone::Bad => Meaning::Bad,
    }
}
