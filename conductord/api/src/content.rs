//! Contents that are stored here, read in pieces, without holding a thread of the runtime up.

use std::io::{ErrorKind, Read};

use conductor_engine::service::Engine;
use conductor_protocol::error_code::Code;

use crate::{
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::ARTIFACT_CHUNK_BYTES,
};

type Source = Box<dyn Read + Send>;

/// A content on its way to somebody.
pub(crate) struct Content {
    /// Nothing at its end.
    source: Option<Source>,
    begun: bool,
}

impl Content {
    /// Opens what has a digest. `gone` says what whoever asks may do where it is stored here no more.
    pub(crate) async fn open(engine: &Engine, digest: &str, gone: &'static str) -> Outcome<Self> {
        let (engine, digest) = (engine.clone(), digest.to_owned());
        let opened = on_disk(move || {
            engine.blobs().open(&digest).map_err(|error| match error.kind() {
                ErrorKind::NotFound => Failure::new(
                    Code::ArtifactNotFound,
                    "the artifact's bytes are not stored here any more",
                    gone,
                ),
                _ => Failure::disk("open the artifact", &error),
            })
        });
        Ok(Self { source: Some(opened.await?), begun: false })
    }

    /// The next piece, none at the end. An empty content is one empty piece.
    pub(crate) async fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        let Some(source) = self.source.take() else { return Ok(None) };
        let (data, rest) = on_disk(move || piece(source)).await?;
        let first = !std::mem::replace(&mut self.begun, true);
        if data.is_empty() {
            return Ok(first.then_some(data));
        }
        self.source = Some(rest);
        Ok(Some(data))
    }
}

fn piece(mut source: Source) -> Outcome<(Vec<u8>, Source)> {
    let mut data = Vec::new();
    let bound = u64::try_from(ARTIFACT_CHUNK_BYTES).unwrap_or(u64::MAX);
    let read = source.by_ref().take(bound).read_to_end(&mut data);
    read.map_err(|error| Failure::disk("read the artifact", &error))?;
    Ok((data, source))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Error, Result};

    use super::*;

    fn of(source: impl Read + Send + 'static) -> Content {
        Content { source: Some(Box::new(source)), begun: false }
    }

    async fn pieces(mut content: Content) -> Vec<usize> {
        let mut lengths = Vec::new();
        while let Some(piece) = content.next().await.unwrap() {
            lengths.push(piece.len());
        }
        assert!(content.next().await.unwrap().is_none(), "its end stays one");
        lengths
    }

    #[tokio::test]
    async fn a_content_comes_in_pieces_and_an_empty_one_as_one() {
        const PIECE: usize = ARTIFACT_CHUNK_BYTES;
        for (bytes, lengths) in [
            (0, vec![0]),
            (1, vec![1]),
            (PIECE, vec![PIECE]),
            (PIECE + 1, vec![PIECE, 1]),
            (2 * PIECE, vec![PIECE, PIECE]),
        ] {
            assert_eq!(pieces(of(Cursor::new(vec![7; bytes]))).await, lengths, "{bytes} bytes");
        }
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> Result<usize> {
            Err(Error::other("the disk is gone"))
        }
    }

    #[tokio::test]
    async fn what_breaks_off_is_no_end() {
        let half = Cursor::new(vec![7; 3]).chain(Broken);
        let mut content = of(half);
        assert!(content.next().await.is_err());
    }
}
