//! Output of a run's attempts in its pack: redacted when it was written, and shortened to a bound.

use conductor_domain::work::{
    run::Run,
    task::{Attempt, Task},
};
use conductor_engine::{
    ports::{LogKey, LogStreamKind},
    service::Engine,
};

use super::contents::Parts;
use crate::{
    failure::{Failure, Outcome},
    limits::{LOG_BYTES, PACK_LOG_BYTES_MAX, PACK_LOG_BYTES_MIN},
};

/// Adds what each attempt printed, as a part for each stream. Where all of it is more than a pack takes
/// each attempt has its share, and its end is kept: that is where it says what went wrong.
pub(super) fn add(parts: &mut Parts, engine: &Engine, run: &Run) -> Outcome<()> {
    let attempts = || {
        let of =
            |task: &'_ Task| task.attempts.iter().filter(|attempt| attempt.log_bytes > 0).count();
        run.tasks.iter().map(of).sum::<usize>()
    };
    let share = (PACK_LOG_BYTES_MAX / attempts().max(1)).max(PACK_LOG_BYTES_MIN);
    let mut left = PACK_LOG_BYTES_MAX;
    for task in &run.tasks {
        for attempt in task.attempts.iter().filter(|attempt| attempt.log_bytes > 0) {
            let streams = read(engine, run, (task, attempt))?;
            for (stream, bytes) in ["stdout", "stderr"].into_iter().zip(streams) {
                if bytes.is_empty() {
                    continue;
                }
                let kept = shortened(bytes, (share / 2).min(left), attempt);
                left = left.saturating_sub(kept.len());
                let name = format!("logs/{}/{}.{stream}.txt", task.id, attempt.number);
                parts.insert(name, kept);
            }
        }
    }
    Ok(())
}

/// What an attempt printed to standard output and to standard error.
fn read(engine: &Engine, run: &Run, (task, attempt): (&Task, &Attempt)) -> Outcome<[Vec<u8>; 2]> {
    let key = LogKey { run: run.id, task: task.id.clone(), attempt: attempt.number };
    let (mut streams, mut offset) = ([Vec::new(), Vec::new()], 0);
    loop {
        let pieces = engine.logs().read(&key, offset, LOG_BYTES);
        let pieces = pieces.map_err(|error| Failure::disk("read the log", &error))?;
        let Some(last) = pieces.last() else { return Ok(streams) };
        offset = last.next_offset;
        for piece in pieces {
            let place = match piece.stream {
                LogStreamKind::Stdout => &mut streams[0],
                LogStreamKind::Stderr => &mut streams[1],
            };
            place.extend_from_slice(&piece.data);
            if piece.dropped_bytes > 0 {
                let said =
                    format!("\n[{} bytes were over the bound of a log]\n", piece.dropped_bytes);
                place.extend_from_slice(said.as_bytes());
            }
        }
    }
}

/// The end of it, with a line before it that says what is missing.
fn shortened(mut bytes: Vec<u8>, bytes_max: usize, attempt: &Attempt) -> Vec<u8> {
    if bytes.len() <= bytes_max {
        return bytes;
    }
    let cut = bytes.len() - bytes_max;
    let said = format!(
        "[{cut} bytes before this are left out; the whole log of attempt {} has {} bytes and the digest {}]\n",
        attempt.number, attempt.log_bytes, attempt.log_digest
    );
    let mut kept = said.into_bytes();
    kept.extend(bytes.drain(cut..));
    kept
}
