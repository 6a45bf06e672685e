//! Answers that are no JSON of ours: a receipt, a pack and a file, byte for byte as they are kept.

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::Response,
};
use conductor_keys::bundle::MEDIA_TYPE as BUNDLE;
use conductor_protocol::{
    jcs,
    v1::{
        self, artifacts_server::Artifacts as _, receipts_server::Receipts as _,
        runs_server::Runs as _,
    },
};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Status, metadata::MetadataMap};

use super::{
    asked::{Asked, Reply, put_warnings},
    etag::ETag,
    refused::Refused,
    route::{Gives, Route, Takes, Verb},
};
use crate::{artifacts, receipts, runs};

/// A disclosure pack.
const PACK: &str = "application/gzip";
/// A file. What it says that it is stands in its record: nobody's word becomes a header here.
const FILE: &str = "application/octet-stream";

/// A row that gives bytes of a media type.
macro_rules! kept {
    ($path:literal, $id:literal, $about:literal, $rpc:literal gives $media:ident by $handler:ident) => {
        Route {
            verb: Verb::Get,
            path: concat!("/api/conductor/v1", $path),
            id: $id,
            about: $about,
            rpc: concat!("/conductor.v1.", $rpc),
            takes: Takes::Shape(&[], None),
            gives: Gives::Bytes($media),
            success: 200,
            conditional: false,
            handler: |asked| Box::pin($handler(asked)),
        }
    };
}

pub(super) const ROUTES: &[Route] = &[
    kept!("/receipts/{receiptId}", "getReceipt", "One receipt: the sigstore bundle, byte for byte.",
        "Receipts/Get" gives BUNDLE by receipt),
    kept!("/executions/{runId}/receipt", "getExecutionReceipt",
        "The receipt of a run's end: the sigstore bundle, byte for byte.",
        "Receipts/Get" gives BUNDLE by receipt),
    kept!("/executions/{runId}/disclosure.tgz", "getExecutionDisclosure",
        "What is known of an ended run in one archive, under the daemon's signature.",
        "Runs/Export" gives PACK by pack),
    kept!("/artifacts/{artifactId}/content", "getArtifactContent",
        "The bytes of an artifact that is stored here.",
        "Artifacts/Download" gives FILE by content),
];

/// Bytes that are given.
pub(super) struct Kept {
    media: &'static str,
    body: Body,
    headers: HeaderMap,
    etag: ETag,
}

impl Kept {
    /// Of the whole, its digest and its length.
    fn new(media: &'static str, body: Body, (digest, size_bytes): (&str, u64)) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from(size_bytes))]);
        Self { media, body, headers, etag: ETag::digest(digest) }
    }

    /// The same, with what policy says to whoever asked.
    fn warned(mut self, metadata: &MetadataMap) -> Self {
        put_warnings(&mut self.headers, metadata);
        self
    }

    /// The same, as a file of that name.
    fn called(mut self, name: &str) -> Self {
        let value = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
        self.headers.extend(value.map(|value| (CONTENT_DISPOSITION, value)));
        self
    }

    /// The answer that it is.
    pub(super) fn into_response(self, status: StatusCode) -> (Response, Option<ETag>) {
        let Self { media, body, headers, etag } = self;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().extend(headers);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
        (response, Some(etag))
    }
}

/// A receipt, by its own id or by that of the run.
async fn receipt(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let request = v1::GetReceiptRequest {
        scope: Some(asked.scope.clone()),
        receipt_id: asked.param("receiptId"),
        run_id: asked.param("runId"),
    };
    let answered = receipts::Service(asked.api.clone()).get(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let bundle = message.bundle.into_bytes();
    let whole = (jcs::sha256_digest(&bundle), bundle.len() as u64);
    let kept = Kept::new(BUNDLE, Body::from(bundle), (&whole.0, whole.1)).warned(&metadata);
    Ok(Reply::Bytes(Box::new(kept)))
}

async fn pack(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let run_id = asked.param("runId");
    let name = format!("{run_id}.tgz");
    let request = asked.request(v1::ExportRunRequest { scope: Some(asked.scope.clone()), run_id });
    let (metadata, pieces, _) =
        runs::Service(asked.api.clone()).export(request).await?.into_parts();
    let kept = streamed(PACK, pieces, |piece: v1::ArtifactChunk| Piece {
        data: piece.data,
        digest: piece.digest,
        size_bytes: piece.size_bytes,
    });
    Ok(Reply::Bytes(Box::new(kept.await?.called(&name).warned(&metadata))))
}

async fn content(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let artifact_id = asked.param("artifactId");
    // What it is called is anybody's text; its id is ours.
    let name = artifact_id.clone();
    let scope = Some(asked.scope.clone());
    let request = asked.request(v1::DownloadArtifactRequest { scope, artifact_id });
    let (metadata, pieces, _) =
        artifacts::Service(asked.api.clone()).download(request).await?.into_parts();
    let kept = streamed(FILE, pieces, |piece: v1::DownloadArtifactResponse| Piece {
        data: piece.data,
        digest: piece.digest,
        size_bytes: piece.size_bytes,
    });
    Ok(Reply::Bytes(Box::new(kept.await?.called(&name).warned(&metadata))))
}

/// A piece of a stream, each of which says how the whole is.
struct Piece {
    data: Vec<u8>,
    digest: String,
    size_bytes: u64,
}

/// A stream as it goes over the wire. How much waits for a slow reader is bounded where the stream is
/// made; one that is cut off is shorter than its length, which whoever reads it sees.
async fn streamed<T, S>(
    media: &'static str,
    mut pieces: S,
    piece: fn(T) -> Piece,
) -> Result<Kept, Refused>
where
    T: Send + 'static,
    S: Stream<Item = Result<T, Status>> + Send + Unpin + 'static,
{
    let first =
        pieces.next().await.ok_or_else(|| Refused::bug("a file came without a piece"))??;
    let Piece { data, digest, size_bytes } = piece(first);
    let rest = pieces.map(move |next| next.map(|next| piece(next).data));
    let body = Body::from_stream(tokio_stream::once(Ok::<_, Status>(data)).chain(rest));
    Ok(Kept::new(media, body, (&digest, size_bytes)))
}
