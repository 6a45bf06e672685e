//! Reads what the terminal sends, on a thread of its own, until it is told to leave it to others.

use std::{
    fs::File,
    io,
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::UnixStream,
    },
    thread::{self, JoinHandle},
};

use crossterm::event::Event;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    termios::isatty,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use super::decode::{Decoder, Input};

/// Input that waits for the console.
const QUEUE: usize = 256;
/// Bytes read at once.
const READ_BYTES: usize = 4096;
/// How long an Esc may be the beginning of something: what a terminal sends in one piece can arrive
/// in two.
const ESC_WAIT_MS: i64 = 25;
/// The same for what can't be a key any more: over a slow link its rest may be late.
const REST_WAIT_MS: i64 = 500;

/// What the terminal sends, and changes of its size.
pub(crate) struct Reader {
    inputs: mpsc::Receiver<io::Result<Input>>,
    resized: Signal,
    /// The thread ends when this is closed.
    thread: Option<(UnixStream, JoinHandle<()>)>,
}

impl Reader {
    /// Begins to read the terminal that keys come from. Must be called inside a tokio runtime.
    pub(crate) fn start() -> io::Result<Self> {
        let stdin = io::stdin();
        if isatty(&stdin) { Self::start_on(stdin) } else { Self::start_on(File::open("/dev/tty")?) }
    }

    fn start_on(terminal: impl AsFd + Send + 'static) -> io::Result<Self> {
        let (out, inputs) = mpsc::channel(QUEUE);
        let (stop, stopped) = UnixStream::pair()?;
        let resized = signal(SignalKind::window_change())?;
        let reading = thread::Builder::new().name("keys".into());
        let thread = reading.spawn(move || {
            if let Err(error) = read(terminal.as_fd(), &stopped, &out) {
                out.blocking_send(Err(error)).ok();
            }
        })?;
        Ok(Self { inputs, resized, thread: Some((stop, thread)) })
    }

    /// What came next. From a terminal that is gone nothing comes: `hangup.rs` watches for that.
    pub(crate) async fn next(&mut self) -> io::Result<Input> {
        tokio::select! {
            biased;
            Some(input) = self.inputs.recv() => input,
            Some(()) = self.resized.recv() => {
                let (columns, rows) = crossterm::terminal::size()?;
                Ok(Input::Event(Event::Resize(columns, rows)))
            }
            else => std::future::pending().await,
        }
    }

    /// Leaves the terminal to whoever has it now: the shell, or a program that was started.
    pub(crate) fn pause(&mut self) {
        // What is read already is for nobody; a full queue must not keep the thread.
        self.inputs.close();
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            // A thread that panicked has ended, too.
            thread.join().ok();
        }
    }

    /// Reads again.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        self.pause();
        *self = Self::start()?;
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.pause();
    }
}

/// Reads until it is stopped or the terminal has ended.
fn read(
    terminal: BorrowedFd<'_>,
    stopped: &UnixStream,
    out: &mpsc::Sender<io::Result<Input>>,
) -> io::Result<()> {
    let mut decoder = Decoder::default();
    let mut bytes = [0; READ_BYTES];
    loop {
        let mut watched = [
            PollFd::from_borrowed_fd(terminal, PollFlags::IN),
            PollFd::new(stopped, PollFlags::IN),
        ];
        match poll(&mut watched, patience(&decoder).as_ref()) {
            Ok(0) => {
                if let Some(input) = decoder.give_up()
                    && out.blocking_send(Ok(input)).is_err()
                {
                    return Ok(());
                }
                continue;
            }
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        if !watched[1].revents().is_empty() {
            return Ok(());
        }
        match rustix::io::read(terminal, &mut bytes) {
            // A terminal that is gone has ended, or gives an input error.
            Ok(0) | Err(Errno::IO) => return Ok(()),
            Ok(count) => decoder.feed(&bytes[..count]),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
        while let Some(input) = decoder.next() {
            if out.blocking_send(Ok(input)).is_err() {
                return Ok(());
            }
        }
    }
}

/// How long more is waited for; none for as long as it takes.
fn patience(decoder: &Decoder) -> Option<Timespec> {
    let wait_ms = if decoder.is_lone_escape() { ESC_WAIT_MS } else { REST_WAIT_MS };
    decoder.waits().then(|| Timespec { tv_sec: 0, tv_nsec: wait_ms * 1_000_000 })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crossterm::event::KeyCode;

    use super::*;

    async fn key(reader: &mut Reader) -> KeyCode {
        match reader.next().await {
            Ok(Input::Event(Event::Key(key))) => key.code,
            other => panic!("{other:?} is no key"),
        }
    }

    #[tokio::test]
    async fn what_is_typed_arrives_in_order_and_esc_by_itself() {
        let (mut terminal, far) = UnixStream::pair().unwrap();
        let mut reader = Reader::start_on(far).unwrap();
        terminal.write_all(b"a\x1b[B\x1b").unwrap();
        assert_eq!(key(&mut reader).await, KeyCode::Char('a'));
        assert_eq!(key(&mut reader).await, KeyCode::Down);
        assert_eq!(key(&mut reader).await, KeyCode::Esc);
        terminal.write_all(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\").unwrap();
        assert!(matches!(reader.next().await, Ok(Input::Ground { light: true })));
        // The terminal has ended, and so has the thread.
        drop(terminal);
        let (_stop, thread) = reader.thread.take().unwrap();
        assert!(thread.join().is_ok());
    }

    #[tokio::test]
    async fn a_paused_reader_leaves_what_is_typed_to_others() {
        use std::io::Read;
        let (mut terminal, far) = UnixStream::pair().unwrap();
        let mut others = far.try_clone().unwrap();
        let mut reader = Reader::start_on(far).unwrap();
        terminal.write_all(b"x").unwrap();
        assert_eq!(key(&mut reader).await, KeyCode::Char('x'));
        reader.pause();
        terminal.write_all(b"ls").unwrap();
        let mut typed = [0; 2];
        others.read_exact(&mut typed).unwrap();
        assert_eq!(&typed, b"ls");
    }

    /// More than the queue holds, and nobody takes it: pausing ends all the same.
    #[tokio::test]
    async fn a_flood_does_not_keep_the_reader() {
        let (mut terminal, far) = UnixStream::pair().unwrap();
        let mut reader = Reader::start_on(far).unwrap();
        terminal.write_all(&[b'j'; 4 * QUEUE]).unwrap();
        assert_eq!(key(&mut reader).await, KeyCode::Char('j'));
        reader.pause();
    }
}
