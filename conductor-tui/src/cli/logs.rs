//! Output of tasks, cut into lines.

use std::collections::HashMap;

use conductor_client::{ClientError, Resuming};
use conductor_protocol::v1;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    context::Context,
    failure::Failure,
    output::{Meaning, Output, time, word},
};

/// A line that does not end is handed on after so many bytes.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// One line of a task's output.
#[derive(Debug, Clone)]
pub(crate) struct LogLine {
    pub(crate) task_id: String,
    attempt: u32,
    stream: String,
    at: String,
    pub(crate) text: String,
}

impl LogLine {
    /// As scripts get it.
    pub(crate) fn to_value(&self) -> Value {
        json!({
            "taskId": self.task_id,
            "attempt": self.attempt,
            "stream": self.stream,
            "at": self.at,
            "text": self.text,
        })
    }
}

/// Puts chunks of bytes together to lines, for each task and stream by itself.
#[derive(Debug, Default)]
pub(crate) struct Lines(HashMap<(String, u32, i32), Vec<u8>>);

impl Lines {
    /// The lines that a chunk completes.
    pub(crate) fn push(&mut self, chunk: &v1::LogChunk) -> Vec<LogLine> {
        let key = (chunk.task_id.clone(), chunk.attempt, chunk.stream);
        let open = self.0.entry(key).or_default();
        open.extend_from_slice(&chunk.data);
        let mut lines = Vec::new();
        let mut start = 0;
        while let Some(length) = open[start..].iter().position(|byte| *byte == b'\n') {
            lines.push(line(chunk, &open[start..start + length]));
            start += length + 1;
        }
        open.drain(..start);
        if open.len() > LINE_BYTES_MAX {
            lines.push(line(chunk, &std::mem::take(open)));
        }
        if chunk.dropped_bytes > 0 {
            let text = format!("… {} bytes were not kept", chunk.dropped_bytes);
            lines.push(line(chunk, text.as_bytes()));
        }
        lines
    }

    /// What was left without a line's end.
    pub(crate) fn rest(self) -> Vec<LogLine> {
        let open = self.0.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        open.map(|((task_id, attempt, stream), bytes)| {
            line(&v1::LogChunk { task_id, attempt, stream, ..<_>::default() }, &bytes)
        })
        .collect()
    }
}

fn line(chunk: &v1::LogChunk, bytes: &[u8]) -> LogLine {
    let at = time(chunk.at.as_ref().and_then(|at| serde_json::to_value(at).ok()));
    LogLine {
        task_id: chunk.task_id.clone(),
        attempt: chunk.attempt,
        stream: word("LogStream", chunk.stream().as_str_name()),
        at: at.as_str().unwrap_or_default().to_owned(),
        text: String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes)).into_owned(),
    }
}

/// Hands a log on line by line until it ends. A log that can't be read ends, too: the timeline
/// beside it says what became of the task.
pub(crate) async fn send_lines(mut logs: Resuming<v1::LogChunk>, lines: mpsc::Sender<LogLine>) {
    let mut open = Lines::default();
    while let Some(Ok(chunk)) = logs.next_item().await {
        for line in open.push(&chunk) {
            if lines.send(line).await.is_err() {
                return;
            }
        }
    }
    for line in open.rest() {
        if lines.send(line).await.is_err() {
            return;
        }
    }
}

/// What `runs logs` was asked.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) run_id: String,
    pub(crate) task_id: String,
    pub(crate) attempt: u32,
    pub(crate) follow: bool,
    pub(crate) timestamps: bool,
}

/// `conductor runs logs`.
pub(super) async fn run(wish: Wish, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::RunLogsRequest {
        scope: context.scope(),
        run_id: wish.run_id.clone(),
        task_id: wish.task_id.clone(),
        attempt: wish.attempt,
        follow: wish.follow,
        offset: 0,
    };
    let mut logs = context.connection.logs(request);
    let mut open = Lines::default();
    context.output.list_begin();
    let written = async {
        while let Some(chunk) = logs.next_item().await {
            for line in open.push(&chunk?) {
                show(&line, &wish, context.output)?;
            }
        }
        for line in std::mem::take(&mut open).rest() {
            show(&line, &wish, context.output)?;
        }
        Ok::<_, Failure>(())
    };
    let ended = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Err(match wish.follow {
            true => Failure::Detached { run_id: wish.run_id.clone() },
            false => Failure::Interrupted,
        }),
        done = written => done,
    };
    if !context.output.is_table() {
        context.output.list_end()?;
    }
    ended
}

fn show(line: &LogLine, wish: &Wish, output: &mut Output) -> std::io::Result<()> {
    if !output.is_table() {
        return output.list_item(&line.to_value());
    }
    let mut text = String::new();
    if wish.timestamps {
        text = format!("{} ", output.style.paint(Meaning::Dim, &line.at));
    }
    // The output of one task is shown as it is; of several each line says whose it is.
    if wish.task_id.is_empty() {
        text += &output.style.paint(Meaning::Active, &format!("{} | ", line.task_id));
    }
    output.line(text + &line.text)?;
    output.flush()
}

/// Reads a whole artifact.
pub(crate) async fn artifact(
    context: &Context<'_>,
    run_id: String,
    name: String,
) -> Result<conductor_client::ByteStream<v1::ArtifactChunk>, ClientError> {
    let request = v1::GetArtifactRequest { scope: context.scope(), run_id, name };
    context.connection.artifact(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(stream: v1::LogStream, data: &[u8]) -> v1::LogChunk {
        let (task_id, data) = ("disk".into(), data.to_vec());
        v1::LogChunk { task_id, attempt: 1, stream: stream.into(), data, ..<_>::default() }
    }

    fn texts(lines: &[LogLine]) -> Vec<String> {
        lines.iter().map(|line| format!("{}:{}", line.stream, line.text)).collect()
    }

    #[test]
    fn chunks_become_lines_and_streams_stay_apart() {
        use v1::LogStream::{Stderr, Stdout};
        let mut lines = Lines::default();
        assert_eq!(texts(&lines.push(&chunk(Stdout, b"a\r\nb"))), ["stdout:a"]);
        assert_eq!(texts(&lines.push(&chunk(Stderr, b"x\n"))), ["stderr:x"]);
        assert_eq!(texts(&lines.push(&chunk(Stdout, b"c\n\n"))), ["stdout:bc", "stdout:"]);
        assert_eq!(texts(&lines.push(&chunk(Stdout, b"end \xff"))), Vec::<String>::new());
        assert_eq!(texts(&lines.rest()), ["stdout:end \u{fffd}"]);
    }

    #[test]
    fn an_endless_line_is_cut() {
        let mut lines = Lines::default();
        let long = vec![b'x'; LINE_BYTES_MAX + 1];
        assert_eq!(lines.push(&chunk(v1::LogStream::Stdout, &long)).len(), 1);
        assert!(lines.rest().is_empty());
    }
}
