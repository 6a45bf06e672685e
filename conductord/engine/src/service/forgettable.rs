//! What would be forgotten, for whoever only wants to know.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::intent::schedule::{Schedule, goes_on};
use conductor_protocol::id::{ApprovalId, ArtifactId, IncidentId, RunId};

use super::{Engine, ReadError};
use crate::{
    ports::{Owner, subject_digest},
    record,
    views::ReceiptFilter,
};

/// Records that are looked at together.
const RECORDS_AT_ONCE: usize = 4_096;
/// Bytes of them.
const BYTES_AT_ONCE: usize = 8 * 1024 * 1024;

/// What would be forgotten, and what stands in the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgettable {
    /// Ids of the keys.
    pub keys: Vec<String>,
    /// The runs.
    pub runs: BTreeSet<RunId>,
    /// The tenant is wanted as a whole, and something may still start in it.
    pub goes_on: bool,
    /// Those that have not ended.
    pub open: Vec<RunId>,
    /// Where the tenant is wanted as a whole: approvals that wait.
    pub approvals: Vec<ApprovalId>,
    /// The same of what somebody did alone and nobody reviewed.
    pub glasses: Vec<ApprovalId>,
    /// The same of incidents that are open.
    pub incidents: Vec<IncidentId>,
    /// Ledger records that nobody could read any more.
    pub records: u64,
    /// Receipts of the runs.
    pub receipts: u64,
    /// Contents of artifacts that would be removed.
    pub contents: u64,
    /// Artifacts that are held.
    pub held: Vec<ArtifactId>,
    /// Names of schedules that would go with the rest.
    pub schedules: Vec<String>,
    /// Those of them that have to be paused or removed before.
    pub schedules_going_on: Vec<String>,
    /// Ledger records of the tenant from before payloads were sealed: they stay readable.
    pub unsealed: u64,
}

impl Engine {
    /// Whether anything is sealed with a key of a tenant, or of a data subject of it by the SHA-256 of its
    /// name.
    #[must_use]
    pub fn seals_for(&self, tenant: &str, digest: &str) -> bool {
        !self.keys_of(tenant, digest).is_empty()
    }

    /// Ids of the keys, and whose each is.
    fn keys_of(&self, tenant: &str, digest: &str) -> Vec<(String, Owner)> {
        let mut held = self.keyring().held(tenant, None);
        held.retain(|(_, owner)| digest.is_empty() || subject_digest(&owner.subject) == digest);
        held
    }

    /// What would be forgotten with a tenant, or with a data subject of it by the SHA-256 of its name; none
    /// when nothing is sealed with a key of theirs. Reads the whole ledger.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn forgettable(
        &self,
        tenant: &str,
        digest: &str,
    ) -> Result<Option<Forgettable>, ReadError> {
        let whole = digest.is_empty();
        let held = self.keys_of(tenant, digest);
        if held.is_empty() {
            return Ok(None);
        }
        let views = self.views();
        let mut runs = BTreeSet::new();
        if whole {
            runs = views.runs_of_tenant(tenant)?;
        } else {
            for (_, owner) in &held {
                runs.extend(views.runs_of_subject(tenant, &owner.subject)?);
            }
        }
        let mut found = Forgettable {
            keys: held.into_iter().map(|(id, _)| id).collect(),
            contents: views.contents_only_of(tenant, (!whole).then_some(&runs))?.len() as u64,
            ..Forgettable::default()
        };
        for run in &runs {
            let open = crate::ports::Archive::run(&**views, tenant, *run)?;
            if open.is_some_and(|known| !known.status.is_terminal()) {
                found.open.push(*run);
            }
            if !whole {
                let of_run = ReceiptFilter { run: Some(*run), kind: None };
                found.receipts += self.count_receipts(tenant, &of_run)?;
            }
        }
        if whole {
            found.receipts = self.count_receipts(tenant, &ReceiptFilter::default())?;
            self.what_is_open(tenant, &mut found);
        }
        let of_them = |run: &RunId| whole || runs.contains(run);
        let artifacts = views.held_artifacts(tenant)?;
        let artifacts = artifacts.iter().filter(|artifact| of_them(&artifact.run));
        found.held = artifacts.map(|artifact| artifact.id).collect();
        found.runs = runs;
        let about = |known: &Arc<Schedule>| whole || subject_digest(&known.spec.subject) == digest;
        for known in views.schedules_of_tenant(tenant).into_iter().filter(about) {
            if !whole && goes_on(&known) {
                found.schedules_going_on.push(known.name.clone());
            }
            found.schedules.push(known.name.clone());
        }
        self.count_records(tenant, &mut found)?;
        Ok(Some(found))
    }

    /// What has to end before a whole tenant is forgotten, besides its runs.
    fn what_is_open(&self, tenant: &str, found: &mut Forgettable) {
        let views = self.views();
        let known = views.tenant(tenant);
        found.goes_on = known.is_some_and(|known| known.suspended.is_none());
        found.approvals = views.waiting(tenant).iter().map(|known| known.id).collect();
        found.glasses = views.broken(tenant).iter().map(|glass| glass.approval).collect();
        let incidents = views.incidents(tenant);
        let open = incidents.iter().filter(|incident| incident.ended.is_none());
        found.incidents = open.map(|incident| incident.id).collect();
    }

    fn count_receipts(&self, tenant: &str, filter: &ReceiptFilter) -> Result<u64, ReadError> {
        let (mut count, mut before) = (0, None);
        loop {
            let page = self.views().find_receipts(tenant, filter, before, RECORDS_AT_ONCE)?;
            count += page.receipts.len() as u64;
            before = page.next;
            if before.is_none() {
                return Ok(count);
            }
        }
    }

    fn count_records(&self, tenant: &str, found: &mut Forgettable) -> Result<(), ReadError> {
        let (mut seq, last) = (0, self.ledger().last_seq());
        while seq < last {
            let records = self.ledger().read_sealed(seq, RECORDS_AT_ONCE, BYTES_AT_ONCE)?;
            for record in &records {
                seq = record.seq;
                found.records += u64::from(found.keys.contains(&record.key_id));
                if record.key_id.is_empty() {
                    let known = record::decode(record)?;
                    let of_it = known.is_some_and(|known| known.scope.tenant == tenant);
                    found.unsealed += u64::from(of_it);
                }
            }
            if records.is_empty() {
                break;
            }
        }
        Ok(())
    }
}
