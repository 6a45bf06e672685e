//! The log as static files over HTTP: who gets what of it, and as what.

use std::{future::poll_fn, pin::Pin};

use conductor_api::{RateLimits, TCP_PRINCIPAL};
use conductor_keys::{
    merkle::{Frontier, leaf_hash},
    note::VerifierKey,
    tile::{TileKind, entries_of, tiles_of},
};
use conductor_protocol::v1;
use serde_json::Value;
use tonic::{
    body::Body,
    codegen::{Body as _, Service as _, http},
};

use crate::rig::{Client, NOOP, Rig};

struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn code(&self) -> String {
        let told: Value = serde_json::from_slice(&self.body).unwrap();
        assert!(!told["traceId"].as_str().unwrap().is_empty(), "{told}");
        told["code"].as_str().unwrap().to_owned()
    }
}

async fn get(client: &Client, path: &str) -> Answer {
    let mut channel = client.channel();
    let request = http::Request::get(format!("/log/{path}")).body(Body::empty()).unwrap();
    poll_fn(|context| channel.poll_ready(context)).await.unwrap();
    let (parts, mut body) = channel.call(request).await.unwrap().into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        bytes.extend(frame.unwrap().into_data().unwrap_or_default());
    }
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: bytes }
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_and_entries_lead_to_the_root_that_is_signed() {
    let rig = Rig::start().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    for _ in 0..3 {
        admin.start("noop").await.unwrap();
    }
    rig.quiet().await;
    let note = get(&admin, "checkpoint").await;
    assert_eq!((note.status, note.header("content-type")), (200, "text/plain; charset=utf-8"));
    assert_eq!(note.header("cache-control"), "no-cache");
    let known = admin.ledger().checkpoint(v1::CheckpointRequest::default()).await.unwrap();
    let key = VerifierKey::parse(&known.into_inner().verifier_key).unwrap();
    let stated = key.verify_checkpoint(std::str::from_utf8(&note.body).unwrap()).unwrap();
    let mut tree = Frontier::default();
    for tile in tiles_of(TileKind::Entries, stated.size) {
        let bundle = get(&admin, &tile.to_string()).await;
        assert_eq!(
            (bundle.status, bundle.header("content-type")),
            (200, "application/octet-stream")
        );
        assert!(bundle.header("cache-control").contains("immutable"));
        for entry in entries_of(&bundle.body).unwrap() {
            tree.append(leaf_hash(entry), |_, _, _| {});
        }
    }
    assert_eq!((tree.size(), tree.root()), (stated.size, stated.root));
    for tile in tiles_of(TileKind::Hashes(0), stated.size) {
        let hashes = get(&admin, &tile.to_string()).await;
        assert_eq!(hashes.body.len(), usize::from(tile.width) * 32);
    }
    for bad in ["tile/0/999", "tile/9/000", "tile/0/0", "payload/x", "payload/x999/999", "x"] {
        let answer = get(&admin, bad).await;
        assert_eq!(answer.status, 404, "{bad}");
        assert_eq!(answer.code(), "TILE_NOT_FOUND", "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_everything_gets_no_entries() {
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    for path in ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "payload/000"] {
        let denied = get(&stranger, path).await;
        assert_eq!((denied.status, denied.code().as_str()), (403, "PERMISSION_DENIED"), "{path}");
    }
    admin.grant(TCP_PRINCIPAL, "read_only").await;
    for path in ["checkpoint", "tile/0/000.p/1"] {
        assert_eq!(get(&stranger, path).await.status, 200, "{path}");
    }
    for path in ["tile/entries/000.p/1", "payload/000"] {
        assert_eq!(get(&stranger, path).await.status, 403, "{path}");
    }
    assert_eq!(get(&admin, "tile/entries/000.p/1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_as_a_look_up() {
    let limits = RateLimits { owner: true, read: 1, ..RateLimits::NONE };
    let rig = Rig::rated(limits).await;
    let admin = rig.admin().await;
    assert_eq!(get(&admin, "tile/0/000.p/1").await.status, 200);
    let refused = get(&admin, "tile/0/000.p/1").await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}
