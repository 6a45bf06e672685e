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
    let memory = status.resident_bytes.map(bytes).unwrap_or_default();
    Ok(field("memory", memory, output)?)
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
    if me.approvals_waiting > 0 {
        let waiting =
            format!("{} for you (`conductor approvals list --mine`)", me.approvals_waiting);
        field("approvals", waiting, output)?;
    }
    frozen(&me.freezes, output)?;
    if me.reviews_due > 0 {
        let due = format!("! glass was broken, {} reviews fall due", me.reviews_due);
        field("alert", output.style.paint(Meaning::Warn, &due), output)?;
    }
    if me.incidents_open > 0 {
        let open =
            format!("! {} incidents are open (`conductor incidents list`)", me.incidents_open);
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

/// A name and what it has; nothing when it has nothing.
pub(super) fn field(name: &str, text: impl AsRef<str>, output: &mut Output) -> std::io::Result<()> {
    let text = text.as_ref();
    if text.is_empty() {
        return Ok(());
    }
    let name = output.style.paint(Meaning::Dim, &format!("{name:<11}"));
    output.line(format!("{name} {text}"))
}
