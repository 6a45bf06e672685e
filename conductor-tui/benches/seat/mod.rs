//! A seat at the real console: the program in a pseudo-terminal, keys that are pressed and frames that
//! come back.

use std::{
    io::{Read as _, Write as _},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// The console has said everything when it has been silent for so long.
const SILENT: Duration = Duration::from_millis(40);
/// How long anything may take.
const WITHIN: Duration = Duration::from_secs(20);
/// What ends a frame: the end of a synchronised update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// See the module.
pub(crate) struct Console {
    /// Its process.
    pub(crate) pid: u32,
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    first_frame: Duration,
    /// Held, because the terminal hangs up when it goes.
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    /// Starts it in so many columns and rows, and waits for its first frame.
    pub(crate) fn open(host: &str, (cols, rows): (u16, u16)) -> Result<Self> {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
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
        let pid = child.process_id().context("the console runs")?;
        let mut console =
            Self { pid, keys, output, child, first_frame, _terminal: terminal.master };
        console.first_frame = console.frame(begin)?;
        Ok(console)
    }

    /// Waits for the end of a frame; gives how long after `begin` it came.
    pub(crate) fn frame(&self, begin: Instant) -> Result<Duration> {
        self.until(begin, FRAME_END)
    }

    /// Waits for bytes; gives how long after `begin` they came.
    pub(crate) fn until(&self, begin: Instant, wanted: &[u8]) -> Result<Duration> {
        let mut seen = Vec::new();
        loop {
            seen.extend(self.chunk(WITHIN)?.context("no frame was drawn")?);
            if seen.windows(wanted.len()).any(|part| part == wanted) {
                return Ok(begin.elapsed());
            }
        }
    }

    /// What comes within so long, if anything.
    pub(crate) fn chunk(&self, within: Duration) -> Result<Option<Vec<u8>>> {
        match self.output.recv_timeout(within) {
            Ok(chunk) => Ok(Some(chunk)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the console {} has ended", self.pid),
        }
    }

    /// Waits until nothing more comes; how many bytes came until then.
    pub(crate) fn silent(&self) -> Result<usize> {
        let begin = Instant::now();
        let mut bytes = 0;
        while begin.elapsed() < WITHIN {
            match self.chunk(SILENT)? {
                Some(chunk) => bytes += chunk.len(),
                None => return Ok(bytes),
            }
        }
        bail!("the console never stops drawing")
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, key: &str) -> Result<()> {
        self.keys.write_all(key.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Quits; gives how long the first frame took.
    pub(crate) fn close(mut self) -> Result<Duration> {
        self.silent().ok();
        self.press("\x1b")?;
        self.silent().ok();
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
