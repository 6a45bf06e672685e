//! `conductor decisions export`: OPA's decision log, as a JSON array.

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use conductor_protocol::v1;
use conductor_tui::whole::Part;

use super::super::{context::Context, failure::Failure, output::Output, when};

/// What is exported, and where to.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Write to this file instead of standard output; it is there only once it is whole
    #[arg(short = 'O', long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only those at or after this time: `2h` ago, or RFC 3339
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<pbjson_types::Timestamp>,
    /// Only those before this time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    until: Option<pbjson_types::Timestamp>,
    /// Only what was denied, or not done for want of something
    #[arg(long)]
    denied: bool,
}

/// Runs the command.
pub(super) async fn run(args: ExportArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ExportDecisionsRequest {
        scope: context.scope(),
        since: args.since,
        until: args.until,
        denials_only: args.denied,
    };
    let Some(path) = args.file else {
        let target = Standard(&mut *context.output);
        let events = context.connection.export_decisions(request).await?;
        return write(events, target, &Failure::from).await.map(|_| ());
    };
    let failed = |what: &str, error| Failure::local(format!("{what} {}", path.display()), error);
    let events = context.connection.export_decisions(request).await?;
    let part = Part::begin(&path).map_err(|error| failed("create", error))?;
    // What is there before its end is a part of an export: it must not be taken for one.
    let failed_to_write = |error| failed("write", error);
    let (count, part) = write(events, BufWriter::new(part), &failed_to_write).await?;
    let part = part.into_inner().map_err(io::IntoInnerError::into_error);
    part.and_then(Part::finish).map_err(failed_to_write)?;
    context.output.note(format!("{}: {count} decisions", path.display()))?;
    Ok(())
}

/// Standard output, by way of everything else that goes there.
struct Standard<'o>(&'o mut Output);

impl Write for Standard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.raw(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

type Events = conductor_client::ByteStream<v1::ExportedDecision>;

async fn write<T: Write>(
    mut events: Events,
    mut target: T,
    failed: &impl Fn(io::Error) -> Failure,
) -> Result<(u64, T), Failure> {
    let mut count = 0;
    target.write_all(b"[").map_err(failed)?;
    while let Some(event) = events.next().await? {
        target.write_all(if count == 0 { b"\n" } else { b",\n" }).map_err(failed)?;
        target.write_all(event.event_json.as_bytes()).map_err(failed)?;
        count += 1;
    }
    target.write_all(b"\n]\n").and_then(|()| target.flush()).map_err(failed)?;
    Ok((count, target))
}
