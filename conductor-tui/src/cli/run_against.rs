//! `conductor runs show --against-plan`: what came otherwise than planned.

use conductor_protocol::v1;
use conductor_tui::against;

use super::{context::Context, failure::Failure, plan::painted};

/// Columns of a page where no terminal says how many there are.
const WIDTH_DEFAULT: usize = 80;
/// Columns that are never passed, so that lines can be read.
const WIDTH_MAX: usize = 120;

/// Runs the command.
pub(super) async fn run(run_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetRunRequest { scope: context.scope(), run_id };
    let run = context.connection.get_run(request).await?.run.unwrap_or_default();
    let request = against::request(&run, context.scope());
    let plan = context.connection.plan_run(request).await?.plan.unwrap_or_default();
    let compared = against::compare(&run, &plan);
    if !context.output.is_table() {
        let document = serde_json::to_value(&compared).map_err(std::io::Error::other)?;
        return Ok(context.output.document(&document)?);
    }
    let width = context.output.width.unwrap_or(WIDTH_DEFAULT).min(WIDTH_MAX);
    for line in against::lines(&compared, width) {
        let line = painted(&line, context.output.style);
        context.output.line(line)?;
    }
    Ok(())
}
