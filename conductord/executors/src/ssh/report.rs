//! The host's report, cut out of what comes on standard error.
//!
//! [`Cut`] is a reader that passes everything on as it comes but the lines of the report. What
//! could be the beginning of the marker is held back until more is known: at most a marker's
//! length, and nothing while the output holds no marker's first character.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::sync::CancellationToken;

use crate::{
    limits::{OUTPUT_CHUNK_BYTES, SSH_BEFORE_BYTES_MAX},
    shell::outputs::BYTES_MAX,
};

/// Bytes of a line of the report.
const LINE_BYTES_MAX: usize = 128;

/// What the host has reported so far, and signals for it.
#[derive(Debug, Default)]
pub(super) struct Report {
    state: Mutex<State>,
    /// Set when the script begins.
    pub(super) begun: CancellationToken,
    /// Set when everything has been reported, or the script was killed.
    pub(super) over: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    /// What came before the beginning: the client's words and the server's banner.
    before: Vec<u8>,
    end: Option<End>,
    outputs: Vec<u8>,
    /// The host could not even begin.
    fault: bool,
}

/// How the script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// As its shell gives it.
    pub(super) status: i32,
    /// The signal that ended it; 0 for none.
    pub(super) signal: i32,
    /// Bytes in its output file, which may be more than were sent.
    pub(super) outputs: u64,
}

impl State {
    fn keep_before(&mut self, bytes: &[u8]) {
        let room = SSH_BEFORE_BYTES_MAX.saturating_sub(self.before.len());
        self.before.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Report {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is whole even when a holder panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it ended and what its output file holds, when all of that has come.
    pub(super) fn end(&self) -> Option<(End, Vec<u8>)> {
        if !self.over.is_cancelled() {
            return None;
        }
        let state = self.state();
        state.end.map(|end| (end, state.outputs.clone()))
    }

    /// What came before the beginning.
    pub(super) fn before(&self) -> String {
        String::from_utf8_lossy(&self.state().before).into_owned()
    }

    /// Whether the host said that it can't begin.
    pub(super) fn fault(&self) -> bool {
        self.state().fault
    }
}

/// Where the reader stands.
enum At {
    /// In what the script prints.
    Text,
    /// In a line of the report.
    Line(Vec<u8>),
    /// In the outputs, of which so many bytes are still to come.
    Outputs(usize),
}

/// Passes output on without the report.
pub(super) struct Cut<R> {
    inner: R,
    marker: Vec<u8>,
    report: Arc<Report>,
    at: At,
    /// Came, and may be the beginning of the marker.
    held: Vec<u8>,
    /// To be passed on.
    out: Vec<u8>,
    passed: usize,
    ended: bool,
}

impl<R> Cut<R> {
    pub(super) fn new(inner: R, marker: &str, report: Arc<Report>) -> Self {
        Self {
            inner,
            marker: marker.as_bytes().to_vec(),
            report,
            at: At::Text,
            held: Vec::new(),
            out: Vec::new(),
            passed: 0,
            ended: false,
        }
    }

    /// Takes what came.
    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match &mut self.at {
                At::Text => self.text(bytes),
                At::Line(line) => {
                    let end = bytes.iter().position(|b| *b == b'\n');
                    let (more, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                    line.extend_from_slice(&more[..more.len().min(LINE_BYTES_MAX - line.len())]);
                    if end.is_some() {
                        let line = std::mem::take(line);
                        self.at = self.line(&line);
                        &rest[1..]
                    } else {
                        rest
                    }
                }
                At::Outputs(left) => {
                    let (outputs, rest) = bytes.split_at(bytes.len().min(*left));
                    *left -= outputs.len();
                    self.report.state().outputs.extend_from_slice(outputs);
                    if *left == 0 {
                        self.at = At::Text;
                    }
                    rest
                }
            };
        }
    }

    /// Takes bytes up to the next marker, or all of them.
    fn text<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        for (index, byte) in bytes.iter().enumerate() {
            if *byte == self.marker[self.held.len()] {
                self.held.push(*byte);
                if self.held.len() == self.marker.len() {
                    self.held.clear();
                    self.at = At::Line(Vec::new());
                    return &bytes[index + 1..];
                }
                continue;
            }
            self.release();
            if *byte == self.marker[0] {
                self.held.push(*byte);
            } else {
                self.out.push(*byte);
            }
        }
        &[]
    }

    /// What was held back is no marker. The marker's first byte stands nowhere else in it, so no
    /// other can have begun inside.
    fn release(&mut self) {
        self.out.append(&mut self.held);
    }

    /// Takes a line of the report, without its marker.
    fn line(&mut self, line: &[u8]) -> At {
        let line = String::from_utf8_lossy(line);
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let mut state = self.report.state();
        match words[..] {
            ["begin"] => {
                state.keep_before(&self.out);
                self.report.begun.cancel();
            }
            ["fault"] => state.fault = true,
            ["over" | "killed"] => self.report.over.cancel(),
            ["end", status, signal, outputs] => {
                let (status, signal, outputs) = (status.parse(), signal.parse(), outputs.parse());
                if let (Ok(status), Ok(signal), Ok(outputs)) = (status, signal, outputs) {
                    state.end = Some(End { status, signal, outputs });
                    // One more than is taken is sent, then a line end before the next marker.
                    let sent = usize::try_from(outputs).unwrap_or(usize::MAX);
                    return At::Outputs(sent.min(BYTES_MAX + 1) + 1);
                }
            }
            _ => {}
        }
        drop(state);
        At::Text
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Cut<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.passed < this.out.len() {
                let rest = &this.out[this.passed..];
                let bytes = rest.len().min(buffer.remaining());
                buffer.put_slice(&rest[..bytes]);
                this.passed += bytes;
                return Poll::Ready(Ok(()));
            }
            this.out.clear();
            this.passed = 0;
            if this.ended {
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [0; OUTPUT_CHUNK_BYTES];
            let mut read = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                this.ended = true;
                this.release();
            } else {
                this.take(read.filled());
            }
            if !this.report.begun.is_cancelled() {
                this.report.state().keep_before(&this.out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    const MARKER: &str = "\u{1e}conductor:0123";

    /// What is left of `text`, and what was reported, when it comes in pieces of that size.
    async fn cut(text: &str, piece: usize) -> (String, Arc<Report>) {
        let mut pieces = tokio_test_pieces(text, piece);
        let report = Arc::new(Report::default());
        let mut reader = Cut::new(&mut pieces, MARKER, Arc::clone(&report));
        let mut left = String::new();
        reader.read_to_string(&mut left).await.unwrap();
        (left, report)
    }

    /// A reader that gives so many bytes at a time.
    fn tokio_test_pieces(text: &str, piece: usize) -> impl AsyncRead + Unpin + use<> {
        struct Pieces(Vec<u8>, usize);
        impl AsyncRead for Pieces {
            fn poll_read(
                mut self: Pin<&mut Self>,
                _: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                let bytes = self.1.min(self.0.len()).min(buffer.remaining());
                let rest = self.0.split_off(bytes);
                buffer.put_slice(&self.0);
                self.0 = rest;
                Poll::Ready(Ok(()))
            }
        }
        Pieces(text.as_bytes().to_vec(), piece)
    }

    #[tokio::test]
    async fn the_report_is_cut_out_however_it_comes() {
        let text = format!(
            "banner\n{MARKER} begin\nhello\n\u{1e}cond not {MARKER} end 3 0 8\na=1\nb=2\n\
             \n{MARKER} over\nlate\u{1e}conductor:01"
        );
        for piece in 1..text.len() {
            let (left, report) = cut(&text, piece).await;
            assert_eq!(left, "banner\nhello\n\u{1e}cond not late\u{1e}conductor:01", "{piece}");
            let (end, outputs) = report.end().unwrap();
            assert_eq!(end, End { status: 3, signal: 0, outputs: 8 }, "{piece}");
            assert_eq!(outputs, b"a=1\nb=2\n\n", "{piece}");
            assert!(report.before().starts_with("banner\n"));
        }
    }

    #[tokio::test]
    async fn a_report_that_breaks_off_is_none() {
        let whole = format!("{MARKER} begin\nx{MARKER} end 0 0 4\na=1\n\n{MARKER} over\n");
        for length in 0..whole.len() - 1 {
            let (_, report) = cut(&whole[..length], 7).await;
            assert!(report.end().is_none(), "{length}");
        }
        assert!(cut(&whole, 7).await.1.end().is_some());
    }

    #[tokio::test]
    async fn outputs_beyond_their_bound_do_not_take_the_text_behind_them() {
        let huge = BYTES_MAX * 3;
        let sent = "x".repeat(BYTES_MAX + 1);
        let text = format!("{MARKER} begin\n{MARKER} end 0 0 {huge}\n{sent}\n{MARKER} over\nrest");
        let (left, report) = cut(&text, 1000).await;
        assert_eq!(left, "rest");
        assert_eq!(report.end().unwrap().0.outputs, huge as u64);
    }
}
