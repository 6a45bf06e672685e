//! `conductor incidents`: what has to be looked into, and what came of that.

use clap::Subcommand;
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

/// What can be done with incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum IncidentsCommand {
    /// List the incidents that are open, newest first
    #[command(visible_alias = "ls")]
    List {
        /// Those that are closed, too
        #[arg(long)]
        all: bool,
    },
    /// Show one
    Show {
        /// Which, `inc_…`
        incident: String,
    },
    /// Say what came of it
    Close {
        /// Which, `inc_…`
        incident: String,
        /// What came of it; it stays on record
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Repeat safely: the same key with the same request gives the same answer
        #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
        idempotency_key: String,
    },
}

/// Runs the command.
pub(super) async fn run(
    command: IncidentsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (connection, scope) = (context.connection.clone(), context.scope());
    match command {
        IncidentsCommand::List { all } => {
            let request = v1::ListIncidentsRequest { scope, all };
            list(&connection.list_incidents(request).await?.incidents, context)
        }
        IncidentsCommand::Show { incident: incident_id } => {
            let request = v1::GetIncidentRequest { scope, incident_id };
            show(&connection.get_incident(request).await?.incident.unwrap_or_default(), context)
        }
        IncidentsCommand::Close { incident: incident_id, reason, idempotency_key } => {
            let request = v1::CloseIncidentRequest { scope, incident_id, reason, idempotency_key };
            let closed = connection.close_incident(request).await?.incident.unwrap_or_default();
            if !context.output.is_table() {
                return Ok(context.output.document(&to_value(&closed))?);
            }
            Ok(context.output.line(format!("incident {} is closed", closed.incident_id))?)
        }
    }
}

fn list(incidents: &[v1::Incident], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.listed(incidents)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("incident"),
        Column::fixed("state"),
        Column::text("what"),
        Column::fixed("since"),
        Column::text("who"),
        Column::fixed("run"),
    ]);
    for incident in incidents {
        let (state, meaning) = state(incident);
        table.row([
            Cell::of(&incident.incident_id, Meaning::Strong),
            Cell::of(state, meaning),
            incident.sentence.clone().into(),
            context.output.clock.date_time(incident.opened_at.as_ref()).into(),
            one_line(&incident.principal).into(),
            Cell::of(&incident.run_id, Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

fn show(incident: &v1::Incident, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(incident))?);
    }
    let clock = &context.output.clock;
    let closed = match incident.closed_by.as_str() {
        "" => String::new(),
        by => format!("by {by}, {}", clock.date_time(incident.closed_at.as_ref())),
    };
    let rows = [
        ("incident", incident.incident_id.clone()),
        ("state", state(incident).0.to_owned()),
        ("what", incident.sentence.clone()),
        ("since", clock.date_time(incident.opened_at.as_ref())),
        ("who", one_line(&incident.principal)),
        ("approval", incident.approval_id.clone()),
        ("run", incident.run_id.clone()),
        ("disputed", one_line(&incident.reason)),
        ("closed", closed),
        ("outcome", one_line(&incident.closed_reason)),
    ];
    let mut table = Table::new(&[Column::fixed("what"), Column::text("value")]);
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.row([what.into(), Cell::of(value, Meaning::Strong)]);
    }
    Ok(context.output.table(&table)?)
}

const fn state(incident: &v1::Incident) -> (&'static str, Meaning) {
    if incident.closed_by.is_empty() { ("open", Meaning::Bad) } else { ("closed", Meaning::Dim) }
}
