//! `conductor graph`: what has to do with what.

mod args;
mod shown;
mod tree;

use conductor_protocol::v1;
use serde_json::json;

pub(crate) use args::GraphCommand;

use self::args::{About, ExportFormat, Far};
use super::{context::Context, failure::Failure, output::to_value};

/// Rows of one page.
const PAGE: u32 = 200;

/// Runs the command.
pub(super) async fn run(command: GraphCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        GraphCommand::Show { entity, depth: 1 } => show(entity, context).await,
        GraphCommand::Show { entity, depth } => {
            walked(entity, About::Around, Far { depth, nodes: 0 }, context).await
        }
        GraphCommand::Runs { since, until, limit } => {
            let request = v1::GraphRunsRequest { since, until, ..Default::default() };
            runs(request, limit, context).await
        }
        GraphCommand::Touching { resource } => touching(resource, context).await,
        GraphCommand::Approvers { run } => approvers(run, context).await,
        GraphCommand::Blast { entity, far } => walked(entity, About::Blast, far, context).await,
        GraphCommand::Lineage { entity, up, down, far } => match (up, down) {
            (true, _) => walked(entity, About::Up, far, context).await,
            (_, true) => walked(entity, About::Down, far, context).await,
            (false, false) => lineage(entity, far, context).await,
        },
        GraphCommand::UsesArtifact { digest, depth } => uses(digest, depth, context).await,
        GraphCommand::Export { entity, format, about, far, since, until } => {
            let request = v1::ExportGraphRequest {
                scope: context.scope(),
                format: format.wire().into(),
                entity: entity.unwrap_or_default(),
                purpose: about.purpose().into(),
                depth: far.depth,
                nodes_max: far.nodes,
                since,
                until,
                page_size: PAGE,
                page_token: String::new(),
            };
            export(request, format, context).await
        }
    }
}

async fn show(entity: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetEntityRequest { scope: context.scope(), entity };
    let found = context.connection.get_entity(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    shown::entity(&found, context)
}

async fn walk(
    entity: String,
    about: About,
    far: Far,
    context: &Context<'_>,
) -> Result<v1::WalkGraphResponse, Failure> {
    let request = v1::WalkGraphRequest {
        scope: context.scope(),
        entity,
        purpose: about.purpose().into(),
        depth: far.depth,
        nodes_max: far.nodes,
    };
    Ok(context.connection.walk_graph(request).await?)
}

async fn walked(
    entity: String,
    about: About,
    far: Far,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let found = walk(entity, about, far, context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    tree::print((&found.nodes, &found.edges), context)?;
    shown::ends((found.truncated, found.reach.as_ref()), context)
}

async fn lineage(entity: String, far: Far, context: &mut Context<'_>) -> Result<(), Failure> {
    let up = walk(entity.clone(), About::Up, far, context).await?;
    let down = walk(entity, About::Down, far, context).await?;
    if !context.output.is_table() {
        let both = json!({"upstream": to_value(&up), "downstream": to_value(&down)});
        return Ok(context.output.document(&both)?);
    }
    for (title, found) in [("came from", &up), ("came of it", &down)] {
        context.output.line(title)?;
        tree::print((&found.nodes, &found.edges), context)?;
    }
    shown::ends((up.truncated || down.truncated, down.reach.as_ref()), context)
}

async fn runs(
    asked: v1::GraphRunsRequest,
    limit: u32,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut page_token, mut reach) = (Vec::new(), String::new(), None);
    loop {
        let request = v1::GraphRunsRequest {
            scope: context.scope(),
            page_size: PAGE,
            page_token,
            ..asked.clone()
        };
        let page = context.connection.graph_runs(request).await?;
        found.extend(page.runs);
        (page_token, reach) = (page.next_page_token, page.reach.or(reach));
        if page_token.is_empty() || found.len() >= limit {
            break;
        }
    }
    let more = found.len() > limit || !page_token.is_empty();
    found.truncate(limit);
    if context.output.listed(&found)? {
        return Ok(());
    }
    shown::runs(&found, context)?;
    shown::ends((more, reach.as_ref()), context)
}

async fn touching(resource: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::TouchingRequest { scope: context.scope(), resource };
    let found = context.connection.touching(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    shown::touching(&found, context)?;
    shown::ends((found.truncated, found.reach.as_ref()), context)
}

async fn approvers(run_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ApproversRequest { scope: context.scope(), run_id };
    let found = context.connection.approvers(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    shown::approvers(&found, context)
}

async fn uses(digest: String, depth: u32, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ArtifactUsesRequest { scope: context.scope(), digest, depth };
    let found = context.connection.artifact_uses(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    for (title, runs) in [("came from", &found.produced_by), ("went into", &found.went_into)] {
        context
            .output
            .line(format!("{title}:{}", if runs.is_empty() { " nothing known" } else { "" }))?;
        if !runs.is_empty() {
            shown::runs(runs, context)?;
        }
    }
    context.output.line("all that came of it:")?;
    tree::print((&found.nodes, &found.edges), context)?;
    shown::ends((found.truncated, found.reach.as_ref()), context)
}

/// The document as the daemon wrote it. What `-o` says does not matter: `--format` says it.
async fn export(
    mut request: v1::ExportGraphRequest,
    format: ExportFormat,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    loop {
        let page = context.connection.export_graph(request.clone()).await?;
        context.output.raw(page.text.as_bytes())?;
        if page.truncated && format != ExportFormat::Json {
            context.output.note("there is more than the bounds let through")?;
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(());
        }
    }
}
