//! How long somebody at the far end of a slow link waits for what a key does while a log streams in, at the
//! daemon that `CONDUCTOR_HOST` names.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench slow_link` prints one line of JSON. The
//! console is the real program in a pseudo-terminal. Between it and an emulator stands a link as an SSH
//! connection is one: it takes whatever is written at once, and carries so many bytes a second, so late. A
//! span reaches from the key that is pressed at the far end until the emulator there shows what it does.
//! `unasked` is the same console when it takes the terminal for a near one and does not ask whether it has
//! come so far.
#![expect(clippy::disallowed_methods, reason = "a link takes its time")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::{Value, json};

use measured::quantiles;

/// What the link carries, and how late: a phone's in a cellar.
const BYTES_PER_S: u32 = 16 * 1024;
const ONE_WAY: Duration = Duration::from_millis(150);
/// Lines that the log grows by each tenth of a second, and for how many of those.
const LINES: u32 = 200;
/// What each of them begins with, and the characters after it: as different as lines can be.
const SAID: &str = "host: ";
const LINE_CHARS: u32 = 80;
const TENTHS: u32 = 900;
/// Commands that are begun, and given up.
const PRESSES: usize = 15;
/// Somebody looks at what came before the next key.
const THINKS: Duration = Duration::from_millis(1000);
/// How long one may wait for a key.
const WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(5);
const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
/// What is typed, which no log and no screen says.
const TYPED: &str = ":zq";
/// Is it there (ECMA-48 8.3.35), and its answer.
const QUESTION: &[u8] = b"\x1b[5n";
const ANSWER: &[u8] = b"\x1b[0n";

#[tokio::main]
async fn main() -> Result<()> {
    let (host, connection) = daemon::connection()?;
    let name = format!("link-bench-{}", std::process::id());
    let script = format!(
        "t=0; while [ $t -lt {TENTHS} ]; do head -c {} /dev/urandom | base64 -w {LINE_CHARS} | \
         sed 's/^/{SAID}/'; t=$((t+1)); sleep 0.1; done",
        LINES * LINE_CHARS / 4 * 3,
    );
    let task = json!({"id": "t", "uses": "pkg:builtin/shell@1", "with": {"run": script}});
    let manifest = json!({"name": name, "version": "1.0.0", "tasks": [task]});
    daemon::publish(&connection, manifest.to_string()).await?;
    let run = daemon::start(&connection, &name).await?;
    let asked = waits(&host, &run, true)?;
    let unasked = waits(&host, &run, false)?;
    println!(
        "{}",
        json!({
            "bytesPerS": BYTES_PER_S,
            "roundTripMs": 2 * ONE_WAY.as_millis(),
            "linesPerS": 10 * LINES,
            "asked": asked,
            "unasked": unasked,
        })
    );
    Ok(())
}

/// Opens the log of a run over a link of its own and presses keys.
fn waits(host: &str, run: &str, asks: bool) -> Result<Value> {
    let mut far = Far::open(host, asks)?;
    far.until("live", true)?;
    far.press(&format!(":logs {run}\r"));
    far.until(SAID, true)?;
    let mut spans = Vec::with_capacity(2 * PRESSES);
    for _ in 0..PRESSES {
        for (keys, shown) in [(TYPED, true), ("\x1b", false)] {
            thread::sleep(THINKS);
            let begin = Instant::now();
            far.press(keys);
            far.until(TYPED, shown)?;
            spans.push(begin.elapsed());
        }
    }
    let bytes = far.bytes.load(Ordering::Relaxed);
    far.child.kill().context("end the console")?;
    far.child.wait()?;
    Ok(json!({"keyToFarFrameMs": quantiles(spans), "bytes": bytes}))
}

/// The far end of the link.
struct Far {
    emulator: Arc<Mutex<vt100::Parser>>,
    keys: Sender<(Instant, Vec<u8>)>,
    bytes: Arc<AtomicUsize>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Far {
    fn open(host: &str, asks: bool) -> Result<Self> {
        let terminal = native_pty_system().openpty(SIZE)?;
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_conductor"));
        command.env("CONDUCTOR_HOST", host);
        command.env("TERM", "xterm-256color");
        for name in ["SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        if asks {
            command.env("SSH_TTY", "/dev/pts/0");
        }
        let reader = terminal.master.try_clone_reader()?;
        let writer = terminal.master.take_writer()?;
        let child = terminal.slave.spawn_command(command)?;
        drop(terminal.slave);
        let [rows, columns] =
            [SIZE.rows, SIZE.cols].map(|n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN));
        let emulator = Arc::new(Mutex::new(vt100::Parser::new(rows, columns, 0)));
        let bytes = Arc::new(AtomicUsize::new(0));
        let (keys, typed) = mpsc::channel();
        let (taken, carried) = mpsc::channel();
        thread::spawn(move || take(reader, &taken));
        thread::spawn(move || bring(&typed, writer));
        let (shown, answers, counted) = (Arc::clone(&emulator), keys.clone(), Arc::clone(&bytes));
        thread::spawn(move || carry(&carried, &shown, &answers, &counted));
        Ok(Self { emulator, keys, bytes, child, _terminal: terminal.master })
    }

    fn press(&self, keys: &str) {
        self.keys.send((Instant::now(), keys.as_bytes().to_vec())).ok();
    }

    /// Waits until a text is seen, or is not any more.
    fn until(&mut self, text: &str, shown: bool) -> Result<()> {
        let begin = Instant::now();
        loop {
            let emulator = self.emulator.lock().unwrap_or_else(PoisonError::into_inner);
            let screen = emulator.screen().contents();
            drop(emulator);
            if screen.contains(text) == shown {
                return Ok(());
            }
            ensure!(begin.elapsed() < WITHIN, "`{text}` is not as it should be:\n{screen}");
            thread::sleep(LOOK_EVERY);
        }
    }
}

/// Takes what the console writes at once, as an ssh does.
fn take(mut reader: impl Read, taken: &Sender<(Instant, Vec<u8>)>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        if taken.send((Instant::now(), buffer[..read].to_vec())).is_err() {
            return;
        }
    }
}

/// Carries it to the emulator, which answers questions.
fn carry(
    carried: &Receiver<(Instant, Vec<u8>)>,
    shown: &Mutex<vt100::Parser>,
    answers: &Sender<(Instant, Vec<u8>)>,
    counted: &AtomicUsize,
) {
    let mut free_at = Instant::now();
    let mut tail = Vec::new();
    while let Ok((at, bytes)) = carried.recv() {
        let many = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        free_at = free_at.max(at) + Duration::from_secs(1) * many / BYTES_PER_S;
        thread::sleep((free_at + ONE_WAY).saturating_duration_since(Instant::now()));
        counted.fetch_add(bytes.len(), Ordering::Relaxed);
        shown.lock().unwrap_or_else(PoisonError::into_inner).process(&bytes);
        // A question can be cut in two.
        tail.extend_from_slice(&bytes);
        let asked = tail.windows(QUESTION.len()).filter(|part| *part == QUESTION).count();
        for _ in 0..asked {
            answers.send((Instant::now(), ANSWER.to_vec())).ok();
        }
        let kept = if tail.ends_with(QUESTION) { 0 } else { QUESTION.len() - 1 };
        tail.drain(..tail.len().saturating_sub(kept));
    }
}

/// Brings keys and answers to the console.
fn bring(typed: &Receiver<(Instant, Vec<u8>)>, mut writer: impl Write) {
    while let Ok((at, keys)) = typed.recv() {
        thread::sleep((at + ONE_WAY).saturating_duration_since(Instant::now()));
        if writer.write_all(&keys).and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
}
