//! Output of a run's attempts in its pack: redacted when it was written, and shortened to a bound.

use conductor_domain::work::{
    run::Run,
    task::{Attempt, AttemptEnd, Outcome as Ended, Task},
};
use conductor_engine::{
    ports::{LogKey, LogStreamKind},
    service::Engine,
};
use serde_json::{Value, json};

use super::{
    contents::{Parts, canonical},
    name::one_part,
    room::Room,
};
use crate::{
    failure::{Failure, Outcome},
    limits::{
        LOG_BYTES, PACK_LEFT_OUT_BYTES_MAX, PACK_LOG_BYTES_MAX, PACK_LOG_BYTES_MIN,
        PACK_LOG_READ_BYTES_MAX, PACK_LOGS_MAX,
    },
};

/// The part that names the attempts whose output found no room.
const LEFT_OUT: &str = "logs/left-out.json";

/// Adds what each attempt printed, as a part for each stream. Where all of it is more than a pack takes
/// each attempt has its share, and its end is kept: that is where it says what went wrong. Where there is
/// no room for so many attempts those that failed come first, and the others are named.
pub(super) fn add(parts: &mut Parts, engine: &Engine, run: &Run, room: &mut Room) -> Outcome<()> {
    let of = |task| move |attempt| (task, attempt);
    let all = run.tasks.iter().flat_map(|task| task.attempts.iter().map(of(task)));
    let mut printed: Vec<_> = all.filter(|(_, attempt)| attempt.log_bytes > 0).collect();
    printed.sort_by_key(|(_, attempt)| succeeded(attempt));
    let count = printed.len().clamp(1, PACK_LOGS_MAX);
    let for_list = Room::taken_by(LEFT_OUT, PACK_LEFT_OUT_BYTES_MAX);
    let bytes_max = PACK_LOG_BYTES_MAX.min(room.left().saturating_sub(for_list));
    let share = (bytes_max / count).max(PACK_LOG_BYTES_MIN);
    let (all, mut to_read, mut added) = (printed.len(), PACK_LOG_READ_BYTES_MAX, 0);
    let (mut left_out, mut shortened) = (Vec::new(), 0);
    for (task, attempt) in printed {
        let is_read = added < PACK_LOGS_MAX && attempt.log_bytes <= to_read;
        let found = if is_read && room.left() > for_list {
            to_read -= attempt.log_bytes;
            let streams = read(engine, run, (task, attempt), share)?;
            let streams = shared(streams, share, attempt);
            let is_cut = streams.iter().any(|(_, (_, is_cut))| *is_cut);
            let texts = named(streams, (task, attempt));
            let takes: usize =
                texts.iter().map(|(name, bytes)| Room::taken_by(name, bytes.len())).sum();
            (takes + for_list <= room.left() && room.takes(takes)).then_some((texts, is_cut))
        } else {
            None
        };
        match found {
            Some((texts, is_cut)) => {
                (added, shortened) = (added + 1, shortened + usize::from(is_cut));
                parts.extend(texts);
            }
            None => left_out.push((task, attempt)),
        }
    }
    if shortened > 0 {
        room.cut("logs", format!("the beginnings of what {shortened} of {all} attempts printed"));
    }
    list_left_out(parts, (&left_out, all), room)
}

/// The texts that are not empty, by the names of their parts.
fn named(
    streams: [(&'static str, (Vec<u8>, bool)); 2],
    (task, attempt): (&Task, &Attempt),
) -> Vec<(String, Vec<u8>)> {
    let name = |stream| format!("logs/{}/{}.{stream}.txt", one_part(&task.id), attempt.number);
    let texts = streams.into_iter().filter(|(_, (bytes, _))| !bytes.is_empty());
    texts.map(|(stream, (bytes, _))| (name(stream), bytes)).collect()
}

/// Names the attempts that found no room, as far as there is room for that.
fn list_left_out(
    parts: &mut Parts,
    (left_out, all): (&[(&Task, &Attempt)], usize),
    room: &mut Room,
) -> Outcome<()> {
    if left_out.is_empty() {
        return Ok(());
    }
    let (mut listed, mut bytes): (Vec<Value>, usize) = (Vec::new(), 0);
    for (task, attempt) in left_out {
        let one = json!({
            "task": task.id,
            "attempt": attempt.number,
            "logBytes": attempt.log_bytes,
            "logDigest": attempt.log_digest,
        });
        // With the comma before it, or the brackets around all.
        bytes += canonical(&one)?.len() + 2;
        if bytes > PACK_LEFT_OUT_BYTES_MAX {
            break;
        }
        listed.push(one);
    }
    let (count, named) = (left_out.len(), listed.len());
    let said =
        format!("what {count} of {all} attempts printed; `{LEFT_OUT}` names {named} of them");
    room.cut("logs", said);
    let list = canonical(&listed)?;
    room.must_take(Room::taken_by(LEFT_OUT, list.len()));
    parts.insert(LEFT_OUT.to_owned(), list);
    Ok(())
}

const fn succeeded(attempt: &Attempt) -> bool {
    matches!(attempt.end, Some((_, AttemptEnd::Reported(Ended::Succeeded))))
}

/// The end of what was printed to one stream.
#[derive(Debug, Default)]
struct Tail {
    bytes: Vec<u8>,
    /// Bytes before it.
    before: u64,
}

impl Tail {
    /// Takes more, and keeps no more than about the double of what will be wanted.
    fn take(&mut self, data: &[u8], bytes_max: usize) {
        self.bytes.extend_from_slice(data);
        if self.bytes.len() > 2 * bytes_max + LOG_BYTES {
            self.cut(bytes_max);
        }
    }

    fn cut(&mut self, bytes_max: usize) {
        let mut cut = self.bytes.len().saturating_sub(bytes_max);
        // Not in the middle of a letter.
        let middle = |byte: &u8| *byte & 0b1100_0000 == 0b1000_0000;
        if cut > 0 {
            cut += self.bytes[cut..].iter().take(3).take_while(|byte| middle(byte)).count();
        }
        self.before += self.bytes.drain(..cut).len() as u64;
    }

    /// The end of it, with a line before it that says what is missing; and whether anything is.
    fn finish(mut self, bytes_max: usize, attempt: &Attempt) -> (Vec<u8>, bool) {
        self.cut(bytes_max);
        if self.before == 0 {
            return (self.bytes, false);
        }
        let said = format!(
            "[{} bytes before this are left out; the daemon's file of attempt {} has {} bytes and the digest {}]\n",
            self.before, attempt.number, attempt.log_bytes, attempt.log_digest
        );
        ([said.into_bytes(), self.bytes].concat(), true)
    }
}

/// What an attempt printed to standard output and to standard error: the ends of them.
fn read(
    engine: &Engine,
    run: &Run,
    (task, attempt): (&Task, &Attempt),
    share: usize,
) -> Outcome<[Tail; 2]> {
    let key = LogKey { run: run.id, task: task.id.clone(), attempt: attempt.number };
    let ([mut stdout, mut stderr], mut offset) = (<[Tail; 2]>::default(), 0);
    loop {
        let pieces = engine.logs().read(&key, offset, LOG_BYTES);
        let pieces = pieces.map_err(|error| Failure::disk("read the log", &error))?;
        let Some(last) = pieces.last() else { return Ok([stdout, stderr]) };
        offset = last.next_offset;
        for piece in pieces {
            let place = match piece.stream {
                LogStreamKind::Stdout => &mut stdout,
                LogStreamKind::Stderr => &mut stderr,
            };
            place.take(&piece.data, share);
            if piece.dropped_bytes > 0 {
                let said =
                    format!("\n[{} bytes were over the bound of a log]\n", piece.dropped_bytes);
                place.take(said.as_bytes(), share);
            }
        }
    }
}

/// Both streams within the share: half of it each, and what one does not need is the other's. With each
/// whether its beginning is missing.
fn shared(
    [stdout, stderr]: [Tail; 2],
    share: usize,
    attempt: &Attempt,
) -> [(&'static str, (Vec<u8>, bool)); 2] {
    let beside = |other: &Tail| share - other.bytes.len().min(share / 2);
    let (of_stdout, of_stderr) = (beside(&stderr), beside(&stdout));
    [("stdout", stdout.finish(of_stdout, attempt)), ("stderr", stderr.finish(of_stderr, attempt))]
}
