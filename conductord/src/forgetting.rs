//! Forgetting what was decided to be forgotten: when the daemon begins, before anything else runs.

use std::sync::Arc;

use anyhow::Context as _;
use conductor_engine::{
    forgetting::{destroy, due, remove},
    ports::{BlobStore, Clock as _, ViewStore},
    views::{Folded, Views},
};
use conductor_store::{logs::FolderLogs, views::SledViews};

use crate::{
    chance::SystemClock,
    data::{Data, OpenLedger},
    exit::Ended,
};

/// Where what is forgotten has left more than records.
pub(crate) struct Leavings<'l> {
    pub(crate) logs: &'l FolderLogs,
    pub(crate) blobs: &'l dyn BlobStore,
}

/// Opens the views, and forgets what they say is to be forgotten and is still there: logs, contents and
/// workspaces first, then the views, which are made again without it, and between the two its key. A crash at
/// any point has the next start do the rest.
pub(crate) fn open_views(
    data: &Data,
    ledger: &OpenLedger,
    leavings: &Leavings<'_>,
) -> Result<(Arc<SledViews>, Folded), Ended> {
    let opened = data.open_views(&*ledger.reader)?;
    let gone = due(&opened.1.state.forgotten, &*ledger.keyring);
    if gone.is_empty() {
        return Ok(opened);
    }
    let (store, folded) = opened;
    let now = SystemClock.now();
    let as_store: Arc<dyn ViewStore> = Arc::<SledViews>::clone(&store);
    let views = Views::new(as_store, &folded.state, ledger.reader.last_seq());
    for one in &gone {
        let (logs, blobs) = (leavings.logs, leavings.blobs);
        let removed = remove(one, &views, &*ledger.keyring, (logs, blobs, now))
            .context("remove what is forgotten")?;
        let (tenant, record) = (&one.of.tenant, one.seq);
        let whole = one.of.subject_digest.is_empty();
        data.remove_workspaces(&removed.runs)?;
        let (runs, contents, noted) = (removed.runs.len(), removed.contents, removed.noted);
        tracing::info!(
            tenant,
            record,
            whole,
            runs,
            contents,
            noted,
            "forgetting what was asked for"
        );
    }
    drop(views);
    drop(folded);
    // Nothing else has it by now: its files go with it, and all that they still hold.
    drop(Arc::into_inner(store).map(SledViews::close));
    data.wipe_views()?;
    for one in &gone {
        destroy(one, &*ledger.keyring).context("destroy the keys of what is forgotten")?;
    }
    data.open_views(&*ledger.reader)
}
