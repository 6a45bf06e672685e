//! A run followed to its end: its timeline as it happens, its tasks' output beside it, its
//! outcome as the exit code.

use std::collections::HashSet;

use conductor_client::{Link, Resuming, Update};
use conductor_protocol::v1::{self, RunStatus};
use conductor_tui::words;
use tokio::sync::mpsc;

use super::{
    context::Context,
    failure::Failure,
    logs::{self, LogLine},
    output::{Format, Meaning, Output, duration, meaning_of, one_line, to_value, with_glyph},
};

/// Lines of output that wait to be written.
const LINES_WAITING_MAX: usize = 1_024;

/// What to show beside the timeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Follow {
    /// The tasks' output.
    pub(crate) logs: bool,
}

/// Follows to the end. Fails with the run, and with [`Failure::Detached`] on Ctrl-C.
pub(super) async fn run(
    run_id: &str,
    follow: Follow,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let request = v1::WatchRunRequest {
        scope: context.scope(),
        run_id: run_id.to_owned(),
        ..Default::default()
    };
    let mut follower = Follower {
        watched: context.connection.watch_run(request),
        follow,
        shown_seq: 0,
        followed: HashSet::new(),
        run: v1::Run::default(),
        was_lost: false,
    };
    let detached = || Failure::Detached { run_id: run_id.to_owned() };
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => return Err(detached()),
        ended = follower.until_the_end(context) => ended?,
    }
    finish(&follower.run, context.output)
}

struct Follower {
    watched: Resuming<v1::WatchRunResponse>,
    follow: Follow,
    /// Sequence number of the last timeline entry that was shown.
    shown_seq: u64,
    /// Attempts whose output is being shown.
    followed: HashSet<(String, u32)>,
    run: v1::Run,
    was_lost: bool,
}

impl Follower {
    async fn until_the_end(&mut self, context: &mut Context<'_>) -> Result<(), Failure> {
        let (sender, mut lines) = mpsc::channel(LINES_WAITING_MAX);
        loop {
            tokio::select! {
                // Output that came before an event is written before it.
                biased;
                Some(line) = lines.recv() => show_line(&line, context.output)?,
                update = self.watched.next() => match update.transpose()? {
                    None => break,
                    Some(Update::Link(link)) => self.link(&link, context.output)?,
                    Some(Update::Item(item)) => self.item(item, &sender, context)?,
                },
            }
        }
        // The last of the output; every sender ends with its attempt's log.
        drop(sender);
        while let Some(line) = lines.recv().await {
            show_line(&line, context.output)?;
        }
        Ok(())
    }

    fn item(
        &mut self,
        item: v1::WatchRunResponse,
        lines: &mpsc::Sender<LogLine>,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        for entry in &item.entries {
            if entry.seq > self.shown_seq {
                self.shown_seq = entry.seq;
                show_entry(entry, context.output)?;
            }
        }
        context.output.flush()?;
        if let Some(run) = item.run {
            self.run = run;
        }
        if self.follow.logs {
            self.follow_new_attempts(lines, context);
        }
        Ok(())
    }

    fn follow_new_attempts(&mut self, lines: &mpsc::Sender<LogLine>, context: &Context<'_>) {
        let run_id = self.run.summary.as_ref().map(|s| s.run_id.clone()).unwrap_or_default();
        for task in &self.run.tasks {
            for attempt in &task.attempts {
                if !self.followed.insert((task.id.clone(), attempt.number)) {
                    continue;
                }
                let request = v1::RunLogsRequest {
                    scope: context.scope(),
                    run_id: run_id.clone(),
                    task_id: task.id.clone(),
                    attempt: attempt.number,
                    follow: true,
                    offset: 0,
                };
                let (logs, lines) = (context.connection.logs(request), lines.clone());
                tokio::spawn(logs::send_lines(logs, lines));
            }
        }
    }

    fn link(&mut self, link: &Link, output: &mut Output) -> std::io::Result<()> {
        match link {
            Link::Connected if self.was_lost => {
                self.was_lost = false;
                output.note("note: connected again")
            }
            Link::Stale { error, .. } if !self.was_lost => {
                self.was_lost = true;
                output.note(format!("note: failed to {error}; trying again until it works"))
            }
            _ => Ok(()),
        }
    }
}

fn show_line(line: &LogLine, output: &mut Output) -> std::io::Result<()> {
    match output.format {
        Format::Table => {
            let task = output.style.paint(Meaning::Dim, &format!("{} |", line.task_id));
            output.line(format!("         {task} {}", line.text))?;
        }
        Format::Jsonl => output.document(&line.to_value())?,
        Format::Json | Format::Yaml => {}
    }
    output.flush()
}

/// One event of the run.
pub(super) fn show_entry(entry: &v1::TimelineEntry, output: &mut Output) -> std::io::Result<()> {
    match output.format {
        Format::Table => {
            let time = output.clock.time(entry.at.as_ref());
            let time = output.style.paint(Meaning::Dim, &time);
            let kind = format!("{:<20}", entry.kind);
            let meaning = entry.kind.split('.').next_back().map(meaning_of).unwrap_or_default();
            let text = one_line(&entry.text);
            output.line(format!("{time} {} {text}", output.style.paint(meaning, &kind)))
        }
        Format::Jsonl => output.document(&to_value(entry)),
        Format::Json | Format::Yaml => Ok(()),
    }
}

/// The end of a run: the whole of it as a document, or the outcome in a line.
fn finish(run: &v1::Run, output: &mut Output) -> Result<(), Failure> {
    let summary = run.summary.clone().unwrap_or_default();
    let status = words::run_status(summary.status());
    if output.is_table() {
        let shown = with_glyph(status, output.style);
        let took = duration(summary.started_at.as_ref(), summary.ended_at.as_ref());
        let shown = output.style.paint(meaning_of(status), &shown);
        let why =
            if summary.note.is_empty() { String::new() } else { format!(": {}", summary.note) };
        output.line(format!("{shown} after {took}{}", one_line(&why)))?;
        for artifact in &run.artifacts {
            output.line(format!("artifact {} {}", artifact.name, artifact.digest))?;
        }
    } else {
        output.document(&to_value(run))?;
    }
    match summary.status() {
        RunStatus::Succeeded => Ok(()),
        _ => Err(Failure::NotGood(format!("run {} {}", summary.run_id, ended(status)))),
    }
}

fn ended(status: &str) -> &'static str {
    match status {
        "cancelled" => "was cancelled",
        "timed_out" => "timed out",
        _ => "failed",
    }
}
