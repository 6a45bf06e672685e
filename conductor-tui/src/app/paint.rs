//! From a drawn model to bytes on the terminal: a frame is made on the loop and written by a
//! thread of its own, so that a slow or stopped terminal never keeps keys and signals waiting.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, PoisonError, mpsc},
    thread,
};

use ratatui::{Terminal, TerminalOptions, Viewport, layout::Rect};

use super::{model::Model, view::view};
use crate::terminal::Encoder;

/// The terminal shows a frame at once between these, not line by line.
const FRAME_BEGIN: &[u8] = b"\x1b[?2026h";
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// Default colours, empty screen, hidden cursor.
const CLEAR: &[u8] = b"\x1b[0m\x1b[2J\x1b[?25l";

/// Where ratatui writes: a buffer that is taken when the frame is complete.
#[derive(Debug, Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Turns models into frames, each only what differs from the one before.
pub(crate) struct Painter {
    terminal: Terminal<Encoder<Buffer>>,
    buffer: Buffer,
    size: (u16, u16),
    /// What the terminal shows is not what was drawn last.
    forgotten: bool,
}

impl Painter {
    pub(crate) fn new(size: (u16, u16)) -> io::Result<Self> {
        let buffer = Buffer::default();
        Ok(Self { terminal: blank(&buffer, size)?, buffer, size, forgotten: false })
    }

    /// The bytes that bring the terminal from the last frame to this model: none where it shows it already.
    pub(crate) fn frame(&mut self, model: &Model) -> io::Result<Vec<u8>> {
        let size = model.shared.size;
        let mut bytes = Vec::new();
        if size != self.size || self.forgotten {
            // Not ratatui's own clearing: it asks the terminal where its cursor is and waits.
            self.terminal = blank(&self.buffer, size)?;
            self.buffer.take();
            (self.size, self.forgotten) = (size, false);
            bytes.extend_from_slice(CLEAR);
        }
        self.terminal.draw(|frame| view(model, frame))?;
        bytes.extend(self.buffer.take());
        if bytes.is_empty() {
            return Ok(bytes);
        }
        Ok([FRAME_BEGIN, &bytes, FRAME_END].concat())
    }

    /// The next frame is whole, whatever the terminal shows now.
    pub(crate) fn forget(&mut self) {
        self.forgotten = true;
    }
}

/// A terminal of which nothing is known but that it is empty.
fn blank(buffer: &Buffer, size: (u16, u16)) -> io::Result<Terminal<Encoder<Buffer>>> {
    let area = Rect::new(0, 0, size.0, size.1);
    let options = TerminalOptions { viewport: Viewport::Fixed(area) };
    Terminal::with_options(Encoder::new(buffer.clone(), size), options)
}

/// The thread that writes.
pub(crate) struct Writer {
    frames: mpsc::SyncSender<Vec<u8>>,
    done: tokio::sync::mpsc::Receiver<io::Result<()>>,
    busy: bool,
    /// Whether the thread has a frame that it has not written yet.
    writes: Arc<(Mutex<bool>, Condvar)>,
}

impl Writer {
    pub(crate) fn start() -> io::Result<Self> {
        let (frames, todo) = mpsc::sync_channel::<Vec<u8>>(1);
        let (report, done) = tokio::sync::mpsc::channel(2);
        let writes = Arc::<(Mutex<bool>, Condvar)>::default();
        let written = Arc::clone(&writes);
        let work = move || {
            for frame in todo {
                let mut out = io::stdout().lock();
                let result = out.write_all(&frame).and_then(|()| out.flush());
                drop(out);
                *written.0.lock().unwrap_or_else(PoisonError::into_inner) = false;
                written.1.notify_all();
                if report.blocking_send(result).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("terminal".into()).spawn(work)?;
        Ok(Self { frames, done, busy: false, writes })
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy
    }

    /// Hands over a frame; only when not busy.
    pub(crate) fn write(&mut self, frame: Vec<u8>) -> io::Result<()> {
        self.busy = true;
        self.says_it_writes(true);
        self.frames.try_send(frame).map_err(|_| {
            // Nobody writes it: it must not be waited for.
            self.says_it_writes(false);
            io::Error::other("the terminal's thread is gone")
        })
    }

    fn says_it_writes(&self, writes: bool) {
        *self.writes.0.lock().unwrap_or_else(PoisonError::into_inner) = writes;
    }

    /// Keeps the thread that calls until the frame that is being written is out: what comes after it on the
    /// terminal is somebody else's.
    pub(crate) fn finish(&self) {
        let (writes, done) = &*self.writes;
        let busy = writes.lock().unwrap_or_else(PoisonError::into_inner);
        drop(done.wait_while(busy, |busy| *busy));
    }

    /// Waits for the frame that is being written.
    pub(crate) async fn written(&mut self) -> io::Result<()> {
        let result = self.done.recv().await;
        self.busy = false;
        result.unwrap_or_else(|| Err(io::Error::other("the terminal's thread is gone")))
    }
}
