//! `conductor gate`: whether what a run made may be released.

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use conductor_protocol::{manifest::parse_duration_ms, v1};

use super::{
    context::Context,
    failure::Failure,
    output::{Meaning, one_line, to_value},
};

/// How long it is waited between two questions.
const PAUSE: Duration = Duration::from_secs(2);

/// What can be asked of the gate.
#[derive(Debug, Subcommand)]
pub(crate) enum GateCommand {
    /// Ask whether what a run made may be released
    #[command(after_help = "\
It may where the run succeeded, one of its artifacts has an SBOM, SLSA provenance and a risk assessment, no \
signature of its artifacts proves nothing, and policy has nothing against it. Exits with 0 then and with 10 \
where it is blocked; any other code is an error, as everywhere.

Examples:
  conductor gate check run_01jd6p5c7se9bs0w1h3m5n7p9q
  conductor gate check run_01jd6p5c7se9bs0w1h3m5n7p9q --wait 10m -o json")]
    Check(CheckArgs),
}

/// Of which run, and how long.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The run
    run: String,
    /// Ask again for so long while it is blocked, such as `90s` or `10m`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    wait: Option<u64>,
}

/// Runs the command.
pub(super) async fn run(command: GateCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let GateCommand::Check(CheckArgs { run, wait }) = command;
    let until = Instant::now() + Duration::from_millis(wait.unwrap_or(0));
    let answer = loop {
        let request = v1::CheckGateRequest { scope: context.scope(), run_id: run.clone() };
        let answer = context.connection.check_gate(request).await?;
        if answer.passed || Instant::now() + PAUSE > until {
            break answer;
        }
        tokio::time::sleep(PAUSE).await;
    };
    if context.output.is_table() {
        let meaning = if answer.passed { Meaning::Good } else { Meaning::Bad };
        let message = one_line(&answer.message);
        let line = context.output.style.paint(meaning, &message);
        context.output.line(line)?;
        for reason in answer.reasons.iter().filter(|reason| **reason != answer.message) {
            context.output.line(format!("  {}", one_line(reason)))?;
        }
    } else {
        context.output.document(&to_value(&answer))?;
    }
    if answer.passed { Ok(()) } else { Err(Failure::Blocked(answer.message)) }
}

fn duration(text: &str) -> Result<u64, String> {
    parse_duration_ms(text).ok_or_else(|| "write it like `90s` or `10m`".into())
}
