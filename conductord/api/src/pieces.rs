//! Pieces of a stream, for what reads in a thread of its own.

use std::io::{self, Read};

use tokio::sync::mpsc;

/// Pieces of a stream as one blocking reader.
pub(crate) struct Pieces {
    incoming: mpsc::Receiver<io::Result<Vec<u8>>>,
    piece: io::Cursor<Vec<u8>>,
}

impl Pieces {
    pub(crate) fn new(incoming: mpsc::Receiver<io::Result<Vec<u8>>>) -> Self {
        Self { incoming, piece: io::Cursor::default() }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.incoming.blocking_recv() {
                Some(piece) => self.piece = io::Cursor::new(piece?),
                None => return Ok(0),
            }
        }
    }
}
