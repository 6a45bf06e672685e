//! `conductor artifacts retention`: what would go, and letting it go.

use conductor_protocol::v1;
use serde_json::json;

use super::{args::RetentionArgs, shown};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, bytes, one_line},
    pages::{self, PAGE_SIZE},
};

/// Runs the command.
pub(super) async fn run(args: &RetentionArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let rows = due(context).await?;
    if !args.apply {
        if context.output.listed(&rows)? {
            return Ok(());
        }
        let table = table(&rows, context);
        context.output.table(&table)?;
        let goes = rows.iter().filter(|row| row.goes);
        let (count, size) = goes.fold((0_usize, 0), |(count, size), row| {
            (count + 1, size + row.artifact.as_ref().map_or(0, |artifact| artifact.size_bytes))
        });
        let told = format!("{count} would go, {}; --apply lets them go", bytes(size));
        return Ok(context.output.note(told)?);
    }
    let goes = rows.iter().filter(|row| row.goes);
    let ids: Vec<String> = goes
        .filter_map(|row| row.artifact.as_ref().map(|artifact| artifact.artifact_id.clone()))
        .collect();
    let (mut gone, mut size) = (Vec::new(), 0);
    for some in ids.chunks(PAGE_SIZE as usize) {
        let request = v1::ExpireArtifactsRequest {
            scope: context.scope(),
            artifact_ids: some.to_vec(),
            idempotency_key: String::new(),
        };
        let answer = context.connection.expire_artifacts(request).await?;
        gone.extend(answer.artifact_ids);
        size += answer.size_bytes;
    }
    if !context.output.is_table() {
        let document = json!({ "artifactIds": gone, "sizeBytes": size.to_string() });
        return Ok(context.output.document(&document)?);
    }
    let told = format!("the contents of {} artifacts go, {}", gone.len(), bytes(size));
    Ok(context.output.line(told)?)
}

async fn due(context: &Context<'_>) -> Result<Vec<v1::RetentionRow>, Failure> {
    let (connection, scope) = (&context.connection, context.scope());
    pages::all(|page_token| {
        let (scope, page_size) = (scope.clone(), PAGE_SIZE);
        let request = v1::RetentionRequest { scope, page_size, page_token };
        async move {
            let page = connection.retention(request).await?;
            Ok((page.rows, page.next_page_token))
        }
    })
    .await
}

fn table(rows: &[v1::RetentionRow], context: &Context<'_>) -> Table {
    let mut table = Table::new(&[
        Column::fixed("artifact"),
        Column::text("name"),
        Column::fixed("size"),
        Column::fixed("since"),
        Column::fixed("stays"),
        Column::text("why"),
    ]);
    for row in rows {
        let artifact = row.artifact.clone().unwrap_or_default();
        let (word, meaning) =
            if row.goes { ("goes", Meaning::Bad) } else { ("stays", Meaning::Warn) };
        table.row([
            artifact.artifact_id.clone().into(),
            Cell::of(one_line(&artifact.name), Meaning::Strong),
            shown::size(&artifact).into(),
            context.output.clock.date_time(artifact.created_at.as_ref()).into(),
            Cell::of(word, meaning),
            one_line(&row.reason).into(),
        ]);
    }
    table
}
