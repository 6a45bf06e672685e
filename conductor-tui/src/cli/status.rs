//! `conductor status` and `conductor whoami`: the daemon, and who it takes the caller for.

use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    freezes::brief,
    output::{Meaning, Output, bytes, meaning_of, to_value},
};

/// `conductor status`.
pub(super) async fn status(context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::StatusRequest { scope: context.scope() };
    let status = context.connection.status(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&status))?);
    }
    let endpoint = context.connection.endpoint().to_string();
    let output = &mut *context.output;
    let state = output.style.paint(meaning_of(&status.state), &status.state);
    let started = output.clock.date_time(status.started_at.as_ref());
    let pid = status.pid.map(|pid| format!(", pid {pid}")).unwrap_or_default();
    field("daemon", format!("{state}, conductord {}{pid}", status.version), output)?;
    field("since", started, output)?;
    field("listens at", endpoint, output)?;
    field("data", status.data_dir(), output)?;
    let ledger = format!("{} records, views at {}", status.ledger_seq, status.views_seq);
    field("ledger", ledger, output)?;
    field("receipts", receipts(&status), output)?;
    field("origin", status.ledger_origin, output)?;
    let runs = format!("{} in all, {} active", status.runs_total, status.runs_active);
    field("runs", runs, output)?;
    let commands = status
        .commands_waiting
        .map(|waiting| format!(", {waiting} commands wait"))
        .unwrap_or_default();
    let queue = format!("{} tasks wait, {} workers{commands}", status.queue_depth, status.workers);
    field("queue", queue, output)?;
    field("policy", format!("bundle {}", status.bundle_revision), output)?;
    frozen(&status.freezes, output)?;
    rates(status.rates.as_ref(), output)?;
    let memory = status.resident_bytes.map(bytes).unwrap_or_default();
    Ok(field("memory", memory, output)?)
}

/// How it goes with receipts, for whoever is told; nothing where all have theirs.
fn receipts(status: &v1::StatusResponse) -> String {
    let waiting = status.receipts_waiting.unwrap_or_default();
    match (waiting, status.receipts_problem.as_str()) {
        (0, "") => String::new(),
        (waiting, "") => format!("{waiting} records wait for theirs"),
        (waiting, problem) => format!("{waiting} records wait for theirs: {problem}"),
    }
}

/// `conductor whoami`.
pub(super) async fn who_am_i(context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::WhoAmIRequest { scope: context.scope() };
    let me = context.connection.who_am_i(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&me))?);
    }
    let scope = me.scope.unwrap_or_default();
    let output = &mut *context.output;
    field("principal", me.principal, output)?;
    field("name", me.display_name, output)?;
    let roles = if me.roles.is_empty() { "none".to_owned() } else { me.roles.join(", ") };
    field("roles", roles, output)?;
    field("known by", me.channel, output)?;
    if me.session_ends_at.is_some() {
        let until = output.clock.date_time(me.session_ends_at.as_ref());
        field("session", format!("{}, until {until}", me.session_id), output)?;
    }
    field("acts for", me.on_behalf_of, output)?;
    if me.token_expires_at.is_some() {
        let until = output.clock.date_time(me.token_expires_at.as_ref());
        field("token", format!("{}, until {until}", me.token_id), output)?;
    }
    field("scopes", me.token_scopes.join(", "), output)?;
    if me.approvals_waiting > 0 {
        let waiting =
            format!("{} for you (`conductor approvals list --mine`)", me.approvals_waiting);
        field("approvals", waiting, output)?;
    }
    frozen(&me.freezes, output)?;
    if me.reviews_due > 0 {
        let due = format!("! glass was broken: {} due", counted(me.reviews_due, "review"));
        field("alert", output.style.paint(Meaning::Warn, &due), output)?;
    }
    if me.incidents_open > 0 {
        let open = counted(me.incidents_open, "incident");
        let open = format!("! {open} to be looked into (`conductor incidents list`)");
        field("alert", output.style.paint(Meaning::Bad, &open), output)?;
    }
    field("tenant", scope.tenant, output)?;
    field("environment", scope.environment, output)?;
    Ok(field("region", scope.region, output)?)
}

/// What nothing starts in now, one a line.
fn frozen(freezes: &[v1::Freeze], output: &mut Output) -> std::io::Result<()> {
    for freeze in freezes {
        let switched = if freeze.stops.is_empty() { "" } else { ", by the kill switch" };
        let (name, what) = (&freeze.name, brief(freeze, &output.clock));
        let told = output.style.paint(Meaning::Warn, &format!("# {what}{switched} ({name})"));
        field("frozen", told, output)?;
    }
    Ok(())
}

/// How near the caller is to the limits on how often they may ask. An older daemon has none.
fn rates(rates: Option<&v1::RateLimits>, output: &mut Output) -> std::io::Result<()> {
    let Some(rates) = rates else { return Ok(()) };
    let near = rates.limits.iter().any(|limit| limit.left < limit.per_minute / 10);
    let meaning = if near { Meaning::Warn } else { Meaning::Plain };
    let told = output.style.paint(meaning, &taken(rates));
    field("requests", told, output)
}

/// The limits of which something is used up, in a sentence.
fn taken(rates: &v1::RateLimits) -> String {
    if !rates.counted {
        return "not counted: you come as the daemon's own user".to_owned();
    }
    let used = rates.limits.iter().filter(|limit| limit.left < limit.per_minute);
    let used: Vec<String> = used
        .map(|limit| format!("{} of {} ({})", limit.left, limit.per_minute, limit.name))
        .collect();
    match used.as_slice() {
        [] if rates.limits.is_empty() => "as many as you like".to_owned(),
        [] => "all of a minute's are left".to_owned(),
        used => format!("{} a minute are left", used.join(", ")),
    }
}

/// A name and what it has; nothing when it has nothing.
pub(super) fn field(name: &str, text: impl AsRef<str>, output: &mut Output) -> std::io::Result<()> {
    let text = text.as_ref();
    if text.is_empty() {
        return Ok(());
    }
    let name = output.style.paint(Meaning::Dim, &format!("{name:<11}"));
    output.line(format!("{name} {text}"))
}

/// `1 review`, `2 reviews`.
fn counted(count: u32, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_limits_that_were_touched_are_told() {
        let limit = |name: &str, per_minute, left| {
            let name = name.to_owned();
            v1::RateLimit { name, per_minute, left }
        };
        let check = |counted, limits: Vec<v1::RateLimit>, expected: &str| {
            assert_eq!(taken(&v1::RateLimits { counted, limits }), expected);
        };
        check(false, Vec::new(), "not counted: you come as the daemon's own user");
        check(true, Vec::new(), "as many as you like");
        check(true, vec![limit("start", 120, 120)], "all of a minute's are left");
        check(
            true,
            vec![limit("start", 120, 120), limit("read", 600, 598), limit("tenant", 1_200, 7)],
            "598 of 600 (read), 7 of 1200 (tenant) a minute are left",
        );
    }
}
