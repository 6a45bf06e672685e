//! What a person at the console waits for: its first frame, the frame after a key, and pages of
//! runs, against the daemon that `CONDUCTOR_HOST` names and the history that it has.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench latency` prints one line of JSON.
//! The console is the real program in a pseudo-terminal: a span reaches from the key that is
//! written to the terminal until the end of the frame that is read from it.
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod measured;

use std::{
    env,
    io::{Read as _, Write as _},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use conductor_client::Connection;
use conductor_protocol::v1::{ListRunsRequest, RunStatus, Scope};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::{Map, Value, json};

use measured::quantiles;

/// Starts of the console.
const STARTS: usize = 20;
/// Keys that are pressed, and which: each of them changes what is shown.
const KEYS: usize = 1_000;
const CYCLE: [&str; 6] = ["j", "j", "\x1b[6~", "k", "k", "\x1b[5~"];
/// Pages that are read of each kind of list, and runs on each.
const PAGES: usize = 200;
const PAGE_RUNS: u32 = 100;
/// The console has said everything when it has been silent for so long.
const SILENT: Duration = Duration::from_millis(40);
/// How long anything may take.
const WITHIN: Duration = Duration::from_secs(20);
/// What ends a frame: the end of a synchronised update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

fn main() -> Result<()> {
    let host = env::var("CONDUCTOR_HOST").context("CONDUCTOR_HOST names the daemon")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let pages = runtime.block_on(pages(&host))?;
    let first = (0..STARTS)
        .map(|_| Console::open(&host)?.close())
        .collect::<Result<Vec<_>>>()
        .context("open the console")?;
    let keys = keys(&host)?;
    println!(
        "{}",
        json!({
            "firstFrameMs": quantiles(first),
            "keyToFrameMs": quantiles(keys),
            "pageMs": pages,
        })
    );
    Ok(())
}

/// A console in a terminal of 200 columns and 60 rows.
struct Console {
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    first_frame: Duration,
    /// Held, because the terminal hangs up when it goes.
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    /// Starts it and waits for its first frame.
    fn open(host: &str) -> Result<Self> {
        let size = PtySize { rows: 60, cols: 200, pixel_width: 0, pixel_height: 0 };
        let terminal = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_conductor"));
        command.env("CONDUCTOR_HOST", host);
        command.env("TERM", "xterm-256color");
        let output = chunks(terminal.master.try_clone_reader()?);
        let keys = terminal.master.take_writer()?;
        let begin = Instant::now();
        let child = terminal.slave.spawn_command(command)?;
        drop(terminal.slave);
        let first_frame = Duration::ZERO;
        let mut console = Self { keys, output, child, first_frame, _terminal: terminal.master };
        console.first_frame = console.frame(begin)?;
        Ok(console)
    }

    /// Waits for the end of a frame; gives how long after `begin` it came.
    fn frame(&self, begin: Instant) -> Result<Duration> {
        let mut seen = Vec::new();
        loop {
            seen.extend(self.output.recv_timeout(WITHIN).context("no frame was drawn")?);
            if seen.windows(FRAME_END.len()).any(|part| part == FRAME_END) {
                return Ok(begin.elapsed());
            }
        }
    }

    /// Waits until nothing more comes.
    fn silent(&self) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < WITHIN {
            match self.output.recv_timeout(SILENT) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => bail!("the console has ended"),
            }
        }
        bail!("the console never stops drawing")
    }

    fn press(&mut self, key: &str) -> Result<()> {
        self.keys.write_all(key.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Quits; gives how long the first frame took.
    fn close(mut self) -> Result<Duration> {
        self.silent()?;
        self.press(":q\r")?;
        self.child.wait()?;
        Ok(self.first_frame)
    }
}

fn chunks(mut reader: Box<dyn std::io::Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 64 * 1024];
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..read].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}

fn keys(host: &str) -> Result<Vec<Duration>> {
    let mut console = Console::open(host)?;
    // The list has to be there: only then does a key have something to change.
    thread::sleep(Duration::from_secs(1));
    let mut spans = Vec::with_capacity(KEYS);
    for key in CYCLE.iter().cycle().take(KEYS) {
        console.silent()?;
        let begin = Instant::now();
        console.press(key)?;
        spans.push(console.frame(begin)?);
    }
    console.close()?;
    Ok(spans)
}

/// Pages of several kinds, each followed to its end or for [`PAGES`] pages.
async fn pages(host: &str) -> Result<Value> {
    let scope =
        Scope { tenant: "default".into(), environment: "dev".into(), region: "local".into() };
    let connection = Connection::lazy(host.parse()?, scope);
    let page =
        || ListRunsRequest { scope: connection.scope(), page_size: PAGE_RUNS, ..<_>::default() };
    let newest = connection.list_runs(page()).await?;
    let owner = newest.runs.first().map(|run| run.owner.clone()).context("there is a run")?;
    let kinds = [
        ("all", page()),
        ("succeeded", ListRunsRequest { statuses: vec![RunStatus::Succeeded.into()], ..page() }),
        ("failed", ListRunsRequest { statuses: vec![RunStatus::Failed.into()], ..page() }),
        ("workflow", ListRunsRequest { workflow: newest.runs[0].workflow.clone(), ..page() }),
        ("noWorkflow", ListRunsRequest { workflow: "no-such-workflow".into(), ..page() }),
        ("owner", ListRunsRequest { owner, ..page() }),
        ("text", ListRunsRequest { text: newest.runs[0].workflow.clone(), ..page() }),
        ("noText", ListRunsRequest { text: "nothing-has-this".into(), ..page() }),
    ];
    let mut measured = Map::new();
    for (kind, mut request) in kinds {
        let mut spans = Vec::new();
        while spans.len() < PAGES {
            let begin = Instant::now();
            let answer = connection.list_runs(request.clone()).await?;
            spans.push(begin.elapsed());
            if answer.next_page_token.is_empty() {
                break;
            }
            request.page_token = answer.next_page_token;
        }
        measured.insert(kind.to_owned(), quantiles(spans));
    }
    measured.insert("runs".to_owned(), json!(newest.total));
    Ok(Value::Object(measured))
}
