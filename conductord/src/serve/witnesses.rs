//! Witnesses as they are configured, asked while the daemon serves.

use std::sync::Arc;

use conductor_engine::{ports::Witness, service::Engine, witnesses::Witnesses};
use conductor_executors::witness::HttpWitness;

use crate::{
    config::WitnessSettings,
    data::Data,
    exit::{Ended, Kind},
};

/// Opens what was kept of them.
pub(super) fn open(
    settings: &WitnessSettings,
    data: &Data,
    engine: &Engine,
) -> Result<Witnesses, Ended> {
    let wrong = |why: String| Ended::because(Kind::Fault, format!("open the witnesses: {why}"));
    let mut witnesses = Vec::with_capacity(settings.witnesses.len());
    for one in &settings.witnesses {
        let witness = HttpWitness::new(&one.url, one.timeout).map_err(wrong)?;
        let witness: Arc<dyn Witness> = Arc::new(witness);
        witnesses.push((one.key.clone(), one.url.clone(), witness));
    }
    let reader = Arc::clone(engine.ledger());
    Witnesses::open(witnesses, settings.quorum, reader, Arc::new(data.cosigned())).map_err(wrong)
}
