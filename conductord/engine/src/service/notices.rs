//! The engine as notifications see it.

use std::sync::Arc;

use conductor_domain::{
    org::identity::Grant, time::Timestamp, trust::approval::Approval, work::run::Run,
};
use conductor_protocol::id::{ApprovalId, RunId};

use super::{Engine, kernel_thread::chain};
use crate::{
    notify::{Facts, World},
    ports::{Archive as _, Record, ViewError},
};

/// Bytes of records that are read at once.
const READ_BYTES_MAX: usize = 1024 * 1024;

impl Facts for Engine {
    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError> {
        self.views().approval(tenant, id)
    }

    fn run(&self, tenant: &str, id: RunId) -> Result<Option<Arc<Run>>, ViewError> {
        self.views().run(tenant, id)
    }

    fn grants(&self, tenant: &str) -> Vec<Grant> {
        self.views().grants(tenant)
    }
}

impl World for Engine {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn roll(&self) -> u64 {
        let roll = self.shared.dice.roll();
        // The half that a time is not mixed with is as good as the other.
        u64::try_from(roll & u128::from(u64::MAX)).unwrap_or_default()
    }

    fn last_seq(&self) -> u64 {
        // What is in the views: a fact is told when what it is about can be looked up.
        self.views().seq()
    }

    fn read(&self, after_seq: u64, records_max: usize) -> Result<Vec<Record>, String> {
        let ahead = self.views().seq().saturating_sub(after_seq);
        let records = records_max.min(usize::try_from(ahead).unwrap_or(usize::MAX));
        if records == 0 {
            return Ok(Vec::new());
        }
        self.ledger().read(after_seq, records, READ_BYTES_MAX).map_err(|error| chain(&error))
    }
}
