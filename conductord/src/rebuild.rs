//! `conductord rebuild`: the views are made again, and can be compared by their digest.

use conductor_engine::views::{digest, graph};
use conductor_executors::Vault;

use crate::{
    config::Settings,
    data::Data,
    exit::{Ended, Kind, say},
    logging,
    serve::seal,
    signing::pins,
};

/// Makes the views again and prints what they came to.
pub(crate) fn rebuild(settings: &Settings) -> Result<(), Ended> {
    logging::begin(settings)?;
    let data = Data::hold(&settings.data_dir)?;
    let vault = Vault::new(settings.secrets.clone());
    let ledger = data.open_ledger(settings, pins(&vault))?;
    let (views, folded) = data.rebuild_views(&*ledger.reader)?;
    drop(folded);
    // The daemon folds it behind the other views; here all of them are made again.
    graph::catch_up(&*views, &*ledger.reader, &mut |_| true).map_err(|error| {
        Ended::new(Kind::Fault, anyhow::Error::new(error).context("make the graph again"))
    })?;
    let fault =
        |error| Ended::new(Kind::Fault, anyhow::Error::new(error).context("read the views"));
    let digest = digest(&*views).map_err(fault)?;
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    seal(views);
    say(&format!("events folded  {}", ledger.reader.last_seq()))?;
    say(&format!("views digest   sha256:{hex}"))
}
