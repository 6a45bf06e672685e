//! `conductor hosts`: the machines that tasks can act on.

use clap::{Args, Subcommand};
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
    status::field,
};

/// Rows asked for at once; the daemon's bound.
const PAGE_SIZE_MAX: u32 = 500;

/// What can be done with hosts.
#[derive(Debug, Subcommand)]
pub(crate) enum HostsCommand {
    /// List hosts, or those that a filter names
    #[command(visible_alias = "ls", after_help = LIST_HELP)]
    List(ListArgs),
    /// Show one host
    Show(ShowArgs),
}

const LIST_HELP: &str = "A filter has conditions LABEL:VALUE with `and`, `or`, `not` and \
                         parentheses; `host`, `group` and\n`address` are asked of the host \
                         itself, `*` and `?` stand for any characters:\n\n  conductor hosts list \
                         'role:web,db and env:prod and not host:web-7'";

/// Which hosts.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// A node filter, such as `role:web and not host:web-7`; several words are one filter
    filter: Vec<String>,
}

/// Which host.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its name in the inventory
    name: String,
}

/// Runs the command.
pub(super) async fn run(command: HostsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        HostsCommand::List(args) => list(args, context).await,
        HostsCommand::Show(args) => show(args, context).await,
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let filter = args.filter.join(" ");
    let mut hosts = Vec::new();
    let mut page_token = String::new();
    let unknown_labels = loop {
        let request = v1::ListHostsRequest {
            scope: context.scope(),
            filter: filter.clone(),
            page_size: PAGE_SIZE_MAX,
            page_token,
        };
        let page = context.connection.list_hosts(request).await?;
        hosts.extend(page.hosts);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break page.unknown_labels;
        }
    };
    if !context.output.listed(&hosts)? {
        let mut table = Table::new(&[
            Column::fixed("host"),
            Column::fixed("address"),
            Column::text("labels"),
            Column::text("groups"),
        ]);
        for host in &hosts {
            table.row([
                Cell::of(host.name.clone(), Meaning::Strong),
                address(host).into(),
                one_line(&labels(host)).into(),
                one_line(&host.groups.join(" ")).into(),
            ]);
        }
        context.output.table(&table)?;
        let many =
            if hosts.len() == 1 { "1 host".into() } else { format!("{} hosts", hosts.len()) };
        context.output.note(many)?;
    }
    for label in unknown_labels {
        context.output.note(format!("warning: no host has a label `{label}`"))?;
    }
    Ok(())
}

async fn show(args: ShowArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetHostRequest { scope: context.scope(), name: args.name };
    let host = context.connection.get_host(request).await?.host.unwrap_or_default();
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&host))?);
    }
    let user = if host.user.is_empty() { "as the SSH client has it" } else { &host.user };
    for (name, value) in [
        ("host", host.name.as_str()),
        ("address", &address(&host)),
        ("user", user),
        ("labels", &labels(&host)),
        ("groups", &host.groups.join(" ")),
    ] {
        field(name, value, context.output)?;
    }
    Ok(())
}

/// Where it is, with the port where that is said.
fn address(host: &v1::Host) -> String {
    match host.port {
        0 => host.address.clone(),
        port if host.address.contains(':') => format!("[{}]:{port}", host.address),
        port => format!("{}:{port}", host.address),
    }
}

/// By name, as a filter asks for them.
fn labels(host: &v1::Host) -> String {
    let mut labels: Vec<_> = host.labels.iter().map(|(k, v)| format!("{k}:{v}")).collect();
    labels.sort();
    labels.join(" ")
}
