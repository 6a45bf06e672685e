//! Tenants as people read them.

use conductor_protocol::v1::{self, TenantGuest};

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

/// All of them, one a line.
pub(super) fn list(tenants: &[v1::Tenant], context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        let values: Vec<_> = tenants.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("status"),
        Column::fixed("profile"),
        Column::fixed("risk"),
        Column::fixed("region"),
        Column::text("spent"),
        Column::fixed("open runs"),
    ]);
    for tenant in tenants {
        let set = tenant.effective.clone().unwrap_or_default();
        table.row([
            Cell::of(&tenant.name, Meaning::Strong),
            Cell::of(&tenant.status, meaning(&tenant.status)),
            set.profile.into(),
            set.risk_profile.into(),
            set.region.into(),
            spent(tenant).into(),
            tenant.runs_active.to_string().into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// What is forgotten, or would be.
pub(crate) fn forgotten(
    answer: &v1::ForgetResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(answer))?);
    }
    if answer.seq > 0 {
        let text = format!(
            "forgotten by record {}: {} keys destroyed, {} runs; the daemon begins again",
            answer.seq,
            answer.keys.len(),
            answer.runs
        );
        return Ok(context.output.line(text)?);
    }
    let mut lines = vec![
        format!("would be unreadable: {} records of {} runs", answer.records, answer.runs),
        format!(
            "would go: {} receipts, {} contents of artifacts",
            answer.receipts, answer.contents
        ),
        format!("keys that would be destroyed: {}", answer.keys.join(", ")),
    ];
    if answer.unsealed > 0 {
        let text = "records are from before payloads were sealed: nothing shows them any more, and their text \
                    stays in the ledger's files (docs/SEALING.md)";
        lines.push(format!("{} {text}", answer.unsealed));
    }
    lines.extend(answer.run_ids.iter().map(|run| format!("run {run}")));
    lines.extend(answer.schedules.iter().map(|name| format!("schedule {name}")));
    lines.extend(answer.in_the_way.iter().map(|what| format!("in the way: {what}")));
    for line in lines {
        context.output.line(line)?;
    }
    Ok(())
}

/// One, with everything that is set for it.
pub(super) fn show(tenant: &v1::Tenant, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(tenant))?);
    }
    let own = tenant.settings.clone().unwrap_or_default();
    let set = tenant.effective.clone().unwrap_or_default();
    let mut table =
        Table::new(&[Column::fixed("what"), Column::text("value"), Column::fixed("from")]);
    let mut row = |what: &str, value: String, from: &str| {
        if !value.is_empty() {
            table.row([
                what.into(),
                Cell::of(value, Meaning::Strong),
                Cell::of(from, Meaning::Dim),
            ]);
        }
    };
    row("tenant", tenant.name.clone(), "");
    row("status", tenant.status.clone(), "");
    if let Some(suspended) = &tenant.suspended {
        let at = context.output.clock.date_time(suspended.at.as_ref());
        row("suspended", one_line(&format!("{at} by {}: {}", suspended.by, suspended.reason)), "");
    }
    row("created by", tenant.created_by.clone(), "");
    row("created", context.output.clock.date_time(tenant.created_at.as_ref()), "");
    row("version", tenant.version.to_string(), "");
    let from = |own: bool| if own { "its record" } else { "configuration" };
    for (what, value, is_own) in [
        ("profile", set.profile, !own.profile.is_empty()),
        ("risk profile", set.risk_profile, !own.risk_profile.is_empty()),
        ("business unit", set.business_unit, !own.business_unit.is_empty()),
        ("data sensitivity", set.data_sensitivity, !own.data_sensitivity.is_empty()),
        ("home region", set.region, !own.region.is_empty()),
        ("allowed regions", set.regions.join(", "), !own.regions.is_empty()),
        ("allowed purposes", set.purposes.join(", "), !own.purposes.is_empty()),
        ("admits", set.admits.join(", "), !own.admits.is_empty()),
    ] {
        row(what, value, from(is_own));
    }
    let mut quotas: Vec<_> = set.quotas.into_iter().collect();
    quotas.sort();
    for (class, tasks) in quotas {
        let is_own = own.quotas.contains_key(&class);
        row(&format!("quota {class}"), format!("{tasks} tasks"), from(is_own));
    }
    for spend in &tenant.spends {
        let is_own = own.budgets.contains_key(&spend.window);
        let value = format!("{} of {} s spent", spend.spent, spend.limit);
        row(&format!("budget {}", spend.window), value, from(is_own));
    }
    for part in ["hot", "warm", "cold"] {
        let days = set.retention.get(part).copied().unwrap_or_default();
        let is_own = own.retention.contains_key(part);
        row(&format!("retention {part}"), format!("{days} days"), from(is_own));
    }
    for guest in &tenant.guests {
        let until = context.output.clock.date_time(guest.until.as_ref());
        let TenantGuest { principal, by, reason, .. } = guest;
        row("guest", one_line(&format!("{principal} until {until}, by {by}: {reason}")), "");
    }
    row("open runs", tenant.runs_active.to_string(), "");
    Ok(context.output.table(&table)?)
}

/// The rollout's checklist. Fails when something is missing.
pub(super) fn checklist(
    checks: &[v1::TenantCheck],
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if context.output.is_table() {
        let columns = [Column::fixed("check"), Column::fixed("state"), Column::text("finding")];
        let mut table = Table::new(&columns);
        for check in checks {
            let (state, meaning) = match check.status.as_str() {
                "ok" => ("ok", Meaning::Good),
                "missing" => ("missing", Meaning::Bad),
                _ => ("not built here", Meaning::Dim),
            };
            let mend = match check.mend.as_str() {
                "" => String::new(),
                mend => format!(": {mend}"),
            };
            table.row([
                Cell::of(&check.name, Meaning::Strong),
                Cell::of(state, meaning),
                one_line(&format!("{}{mend}", check.message)).into(),
            ]);
        }
        context.output.table(&table)?;
    } else {
        let values: Vec<_> = checks.iter().map(to_value).collect();
        context.output.list(&values)?;
    }
    match checks.iter().filter(|check| check.status == "missing").count() {
        0 => Ok(()),
        missing => Err(Failure::NotGood(format!("{missing} of {} are missing", checks.len()))),
    }
}

fn spent(tenant: &v1::Tenant) -> String {
    let spends: Vec<String> = tenant
        .spends
        .iter()
        .map(|spend| format!("{}/{} s a {}", spend.spent, spend.limit, spend.window))
        .collect();
    spends.join(", ")
}

fn meaning(status: &str) -> Meaning {
    if status == "active" { Meaning::Good } else { Meaning::Warn }
}
