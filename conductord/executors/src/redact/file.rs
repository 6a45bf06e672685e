//! Whether a file holds a secret.

use std::{fs::File, io::Read as _, path::Path};

use super::{Found, Redactor};
use crate::limits::OUTPUT_CHUNK_BYTES;

impl Redactor {
    /// The secrets in a file, up to the first piece in which there is one. Blocks.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn found_in(&self, path: &Path) -> std::io::Result<Found> {
        let mut file = File::open(path)?;
        let mut stream = self.stream();
        loop {
            let mut chunk = vec![0; OUTPUT_CHUNK_BYTES];
            let read = file.read(&mut chunk)?;
            chunk.truncate(read);
            if read == 0 {
                stream.finish(false);
            } else {
                stream.push(chunk);
            }
            if read == 0 || !stream.found().is_empty() {
                return Ok(stream.found());
            }
        }
    }
}
