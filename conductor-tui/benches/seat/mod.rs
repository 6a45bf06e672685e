//! A seat at the real console: the program in a pseudo-terminal, keys that are pressed and frames that
//! come back.

use std::{
    io::{Read as _, Write as _},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// The console has said everything when it has been silent for so long.
const SILENT: Duration = Duration::from_millis(40);
/// Longer than the console waits for the rest of a key that begins with an escape.
const ESCAPE: Duration = Duration::from_millis(200);
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

    /// Waits until nothing more comes, and takes what comes until then.
    pub(crate) fn silent(&self, mut take: impl FnMut(&[u8])) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < WITHIN {
            match self.chunk(SILENT)? {
                Some(chunk) => take(&chunk),
                None => return Ok(()),
            }
        }
        bail!("the console never stops drawing")
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, key: &str) -> Result<()> {
        self.keys.write_all(key.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Quits, however busy its screen is; gives how long the first frame took.
    pub(crate) fn close(mut self) -> Result<Duration> {
        self.press("\x1b")?;
        // What follows an escape at once would be one key with it.
        self.pass(ESCAPE)?;
        self.press(":q\r")?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(asked.elapsed() < WITHIN, "the console {} does not end", self.pid);
            // It must be read to its end: it waits until its last frame is taken.
            self.output.recv_timeout(SILENT).ok();
        }
        Ok(self.first_frame)
    }

    /// Takes what comes for so long.
    fn pass(&self, during: Duration) -> Result<()> {
        let begin = Instant::now();
        while let Some(left) = during.checked_sub(begin.elapsed()) {
            self.chunk(left)?;
        }
        Ok(())
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
