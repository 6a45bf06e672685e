//! Notifications: targets as they are configured, followed while the daemon serves.

use std::{path::Path, sync::Arc};

use conductor_engine::{
    notify::{Notifier, World},
    ports::OutboxStore,
    service::Engine,
};
use conductor_executors::Vault;
use conductor_store::outboxes::FolderOutboxes;

use crate::{
    config::Notify,
    exit::{Ended, Kind},
};

/// Opens the outboxes of all targets, in a folder that is there.
pub(super) fn open(
    configured: &[Notify],
    (folder, origin): (&Path, &str),
    engine: Engine,
    vault: &Vault,
) -> Result<Notifier, Ended> {
    let wrong = |why: String| Ended::because(Kind::Fault, format!("open the notifications: {why}"));
    let mut targets = Vec::with_capacity(configured.len());
    for (target, destination) in configured {
        let courier = destination.courier(vault, origin).map_err(wrong)?;
        targets.push((target.clone(), courier));
    }
    let store: Arc<dyn OutboxStore> = Arc::new(FolderOutboxes::new(folder));
    let world: Arc<dyn World> = Arc::new(engine);
    Notifier::open(targets, world, &store).map_err(wrong)
}
