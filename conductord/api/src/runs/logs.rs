//! Output of a run's tasks: of one attempt, or of all tasks in the order of their starts.

use std::{sync::Arc, time::Duration};

use conductor_domain::{
    scope::Scope,
    work::{
        run::Run,
        task::{Attempt, Task},
    },
};
use conductor_engine::{
    kernel::Commit,
    ports::{LogKey, LogRead, LogStreamKind},
    service::Engine,
};
use conductor_protocol::{error_code::Code, id::RunId, v1};
use tokio::{sync::broadcast::Receiver, time::timeout};

use super::read;
use crate::{
    call::Call,
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::{LOG_BYTES, LOG_POLL},
    outlet::{Cut, Messages, Outlet},
    request,
};

/// How long a follower of a run sleeps at most while none of its attempts runs.
const IDLE: Duration = Duration::from_secs(3_600);

/// Stands for a piece of output that policy masks.
const WITHHELD: &str = "[masked]\n";

pub(super) async fn logs(
    call: &Call,
    request: v1::RunLogsRequest,
) -> Outcome<Messages<v1::LogChunk>> {
    let scope = call.scope(request.scope.clone())?;
    // Before the run is read, so that no end of an attempt is missed.
    let commits = call.engine().watch();
    let (run, standing) = read::follow(call, &scope, &request.run_id).await?;
    if let Some(task) = call.peer.as_task()
        && !task.sees_output_of(run.id, &request.task_id)
    {
        let message = "token_scope: a task sees what it prints itself, and nothing of the others";
        let hint = "name the task, which is $CONDUCTOR_TASK_ID; its manifest may list `run.read`";
        return Err(Failure::new(Code::TokenScope, message, hint));
    }
    let wanted = Wanted::of(&run, &request)?;
    let engine = call.engine().clone();
    Ok(Outlet::start(standing, move |outlet| {
        let attempts = Vec::new();
        let reader = Reader { engine, scope, id: run.id, wanted, attempts, outlet };
        reader.run(run, commits, request.follow)
    }))
}

/// Which output is wanted.
#[derive(Debug)]
enum Wanted {
    /// Of all tasks: the newest attempt of each, and those that begin while the reader follows.
    All,
    /// Of one attempt of a task, from an offset; the first there will be when it has none.
    One { task: String, attempt: u32, offset: u64 },
}

impl Wanted {
    fn of(run: &Run, request: &v1::RunLogsRequest) -> Outcome<Self> {
        if request.task_id.is_empty() {
            if request.attempt != 0 || request.offset != 0 {
                let message = "an attempt or an offset means nothing without a task";
                return Err(Failure::invalid(message, "name the task too"));
            }
            return Ok(Self::All);
        }
        let task = run.task(&request.task_id).ok_or_else(|| {
            let message =
                format!("the run has no task `{}` in it", request::shown(&request.task_id));
            Failure::new(Code::LogNotFound, message, "`conductor runs show` lists its tasks")
        })?;
        let newest = task.attempts.last().map_or(1, |attempt| attempt.number);
        let attempt = if request.attempt == 0 { newest } else { request.attempt };
        if attempt > newest {
            let message = format!("`{}` has no attempt {attempt} so far", task.id);
            return Err(Failure::new(Code::LogNotFound, message, "leave the attempt out"));
        }
        Ok(Self::One { task: task.id.clone(), attempt, offset: request.offset })
    }

    fn wants(&self, task: &Task, attempt: &Attempt) -> bool {
        match self {
            Self::All => true,
            Self::One { task: wanted, attempt: number, .. } => {
                task.id == *wanted && attempt.number == *number
            }
        }
    }

    fn offset(&self) -> u64 {
        match self {
            Self::All => 0,
            Self::One { offset, .. } => *offset,
        }
    }
}

/// How far an attempt's log has been read.
#[derive(Debug)]
struct Cursor {
    key: LogKey,
    token: u64,
    offset: u64,
    /// It was read to its end after the attempt had ended.
    done: bool,
}

struct Reader {
    engine: Engine,
    scope: Scope,
    id: RunId,
    wanted: Wanted,
    /// In the order of their starts.
    attempts: Vec<Cursor>,
    outlet: Outlet<v1::LogChunk>,
}

impl Reader {
    async fn run(
        mut self,
        mut run: Arc<Run>,
        mut commits: Receiver<Arc<Commit>>,
        follow: bool,
    ) -> Result<(), Cut> {
        self.take_up(&run, true);
        loop {
            self.read_all(&run).await?;
            if !follow || self.is_over(&run) {
                return Ok(());
            }
            run = self.next(&run, &mut commits).await?;
            self.take_up(&run, false);
        }
    }

    /// Waits until the run has changed, or more output may be there.
    async fn next(&self, run: &Run, commits: &mut Receiver<Arc<Commit>>) -> Result<Arc<Run>, Cut> {
        let running = self.attempts.iter().any(|attempt| !attempt.done);
        let bound = if running { LOG_POLL } else { IDLE };
        let changed = timeout(bound, async {
            // Lagging or not, whatever came is a reason to look.
            while let Ok(commit) = commits.recv().await {
                if commit.runs.binary_search_by_key(&run.id, |known| known.id).is_ok() {
                    break;
                }
            }
        });
        // Either way there may be something new.
        drop(self.outlet.wait(changed).await?);
        Ok(read::again(&self.engine, &self.scope, self.id)?)
    }

    /// Adds attempts that are not known yet; at first only the newest of each task.
    fn take_up(&mut self, run: &Run, first: bool) {
        let known = self.attempts.last().map_or(0, |last| last.token);
        let mut fresh = Vec::new();
        for task in &run.tasks {
            let newest = task.attempts.last().map(|attempt| attempt.token);
            for attempt in &task.attempts {
                let late = first && matches!(self.wanted, Wanted::All);
                let skip = late && Some(attempt.token) != newest;
                if attempt.token > known && !skip && self.wanted.wants(task, attempt) {
                    fresh.push(Cursor {
                        key: LogKey { run: run.id, task: task.id.clone(), attempt: attempt.number },
                        token: attempt.token,
                        offset: self.wanted.offset(),
                        done: false,
                    });
                }
            }
        }
        fresh.sort_unstable_by_key(|cursor| cursor.token);
        self.attempts.extend(fresh);
    }

    fn is_over(&self, run: &Run) -> bool {
        let all_done = self.attempts.iter().all(|attempt| attempt.done);
        match &self.wanted {
            Wanted::All => all_done && run.status.is_terminal(),
            Wanted::One { task, .. } => {
                let ended = run.task(task).is_none_or(|task| task.status.is_terminal());
                all_done && (ended || !self.attempts.is_empty())
            }
        }
    }

    async fn read_all(&mut self, run: &Run) -> Result<(), Cut> {
        for place in 0..self.attempts.len() {
            if self.attempts[place].done {
                continue;
            }
            // Known before the last read: what was written before its end is read then.
            let ended = has_ended(run, &self.attempts[place]);
            self.read_one(run, place).await?;
            self.attempts[place].done = ended;
        }
        Ok(())
    }

    async fn read_one(&mut self, run: &Run, place: usize) -> Result<(), Cut> {
        loop {
            let cursor = &self.attempts[place];
            let (engine, key, offset) = (self.engine.clone(), cursor.key.clone(), cursor.offset);
            let pieces = on_disk(move || read(&engine, &key, offset)).await?;
            let Some(last) = pieces.last() else { return Ok(()) };
            self.attempts[place].offset = last.next_offset;
            let key = &self.attempts[place].key;
            // What a program prints has no parts: where any of it is masked, all of it is.
            let terms = self.outlet.terms().await?;
            let withheld = read::mask(&self.engine, run, &terms)?.covers_logs_of(&key.task);
            for piece in pieces {
                let mut chunk = chunk(key, piece);
                if withheld {
                    chunk.data = WITHHELD.into();
                }
                self.outlet.send(chunk).await?;
            }
        }
    }
}

fn read(engine: &Engine, key: &LogKey, offset: u64) -> Outcome<Vec<LogRead>> {
    engine.logs().read(key, offset, LOG_BYTES).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => Failure::invalid(
            format!("offset {offset} is not one that this log has: {error}"),
            "go on from a `nextOffset` that was given before",
        ),
        _ => Failure::disk("read the log", &error),
    })
}

fn has_ended(run: &Run, cursor: &Cursor) -> bool {
    let attempts = run.task(&cursor.key.task).map(|task| task.attempts.as_slice());
    let mut attempts = attempts.unwrap_or_default().iter();
    attempts.find(|known| known.token == cursor.token).is_none_or(|known| known.end.is_some())
}

fn chunk(key: &LogKey, piece: LogRead) -> v1::LogChunk {
    let stream = match piece.stream {
        LogStreamKind::Stdout => v1::LogStream::Stdout,
        LogStreamKind::Stderr => v1::LogStream::Stderr,
    };
    v1::LogChunk {
        task_id: key.task.clone(),
        attempt: key.attempt,
        stream: stream.into(),
        data: piece.data,
        next_offset: piece.next_offset,
        at: Some(convert::time(piece.at)),
        dropped_bytes: piece.dropped_bytes,
    }
}
