//! `conductor decisions export`: OPA's decision log, as a JSON array.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use conductor_protocol::v1;

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
        return write(events, target).await.map(|_| ());
    };
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let failed = |what: &str, path: &Path| {
        let what = format!("{what} {}", path.display());
        move |error| Failure::local(what, error)
    };
    let events = context.connection.export_decisions(request).await?;
    let file = File::create(&part).map_err(failed("create", &part))?;
    let written = write(events, BufWriter::new(file)).await;
    let count = written.inspect_err(|_| {
        // What is there is a part of an export: it must not be taken for one.
        fs::remove_file(&part).ok();
    })?;
    fs::rename(&part, &path).map_err(failed("write", &path))?;
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

async fn write(mut events: Events, mut target: impl Write) -> Result<u64, Failure> {
    let mut count = 0;
    target.write_all(b"[")?;
    while let Some(event) = events.next().await? {
        target.write_all(if count == 0 { b"\n" } else { b",\n" })?;
        target.write_all(event.event_json.as_bytes())?;
        count += 1;
    }
    target.write_all(b"\n]\n")?;
    target.flush()?;
    Ok(count)
}
