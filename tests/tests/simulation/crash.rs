//! Crashes, restarts and damage.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    time::Timestamp,
    trust::{approval::Approval, artifact::Artifact, disclosure::Disclosure, gate::Checked},
    work::{run::Run, tracked::Tracked},
};
use conductor_engine::{
    kernel::{Input, Kernel},
    ports::{Archive, Keyring, LedgerError, LedgerReader, Rules, ViewError, ViewStore},
    sealing::{MemoryKeyring, SealingLedger, opened},
    state::Remembered,
    views::{self, ArtifactRow, FoldError, Folded, Views},
};
use conductor_keys::note::SigningKey;
use conductor_protocol::id::{ApprovalId, ArtifactId, DisclosureId, RunId};
use conductor_store::{
    ledger::{LedgerOptions, open_on},
    testing::{DiskFaults, MemViews},
};

use super::{
    client::{BUNDLE, Leave},
    people::Wants,
    torn_views::TornViews,
    world::{Life, World},
};

/// Small segments, so that a world has many.
const SEGMENT_BYTES: u64 = 16 * 1024;

/// What the kernel looks up; planted to forget idempotency keys from before a restart.
pub(crate) struct Memory<'a> {
    pub(crate) views: &'a Views,
    pub(crate) forgets_before: Option<u64>,
}

impl Archive for Memory<'_> {
    fn run(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Run>>, ViewError> {
        self.views.run(tenant, run)
    }

    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError> {
        self.views.approval(tenant, id)
    }

    fn tracked(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Tracked>>, ViewError> {
        self.views.tracked(tenant, run)
    }

    fn disclosure(
        &self,
        tenant: &str,
        id: DisclosureId,
    ) -> Result<Option<Arc<Disclosure>>, ViewError> {
        self.views.disclosure(tenant, id)
    }

    fn artifact(&self, tenant: &str, id: ArtifactId) -> Result<Option<ArtifactRow>, ViewError> {
        self.views.artifact(tenant, id)
    }

    fn artifacts_of_run(&self, tenant: &str, run: RunId) -> Result<usize, ViewError> {
        self.views.artifacts_of_run(tenant, run)
    }

    fn gate(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Checked>>, ViewError> {
        self.views.gate(tenant, run)
    }

    fn runs_of_subject(&self, tenant: &str, subject: &str) -> Result<BTreeSet<RunId>, ViewError> {
        self.views.runs_of_subject(tenant, subject)
    }

    fn held_artifacts(&self, tenant: &str) -> Result<Vec<Arc<Artifact>>, ViewError> {
        self.views.held_artifacts(tenant)
    }

    fn remembered(&self, key: &str) -> Result<Option<Remembered>, ViewError> {
        let known = self.views.remembered(key)?;
        Ok(known.filter(|known| self.forgets_before.is_none_or(|born_at| known.seq > born_at)))
    }
}

impl World {
    /// Something bad, or nothing.
    pub(crate) fn trouble(&mut self) -> Result<(), String> {
        let faults = DiskFaults {
            sync_fails_permille: if self.chance.once_in(3) { 30 } else { 0 },
            write_fails_permille: if self.chance.once_in(6) { 10 } else { 0 },
        };
        self.disk.set_faults(faults);
        if self.chance.once_in(20) {
            self.crash(true);
        }
        if self.chance.once_in(60) {
            self.flip_and_mend()?;
        }
        for place in 0..self.workers.len() {
            if self.chance.once_in(40) {
                let worker = &mut self.workers[place];
                let session = worker.id.zip(worker.session);
                if self.chance.once_in(2) {
                    worker.die();
                } else {
                    worker.session = None;
                }
                // The kernel may hear of it, or not.
                if let Some((worker, session)) = session
                    && self.chance.once_in(2)
                {
                    self.closes.push(Input::WorkerClose { worker, session });
                }
            }
        }
        Ok(())
    }

    /// The daemon dies; with the power, or by itself.
    pub(crate) fn crash(&mut self, with_power: bool) {
        self.life = None;
        if with_power {
            self.disk.crash();
            self.store.crash();
            if self.chance.once_in(4) {
                self.store = Arc::new(TornViews::new(self.planted.index_first));
            }
        }
        for worker in &mut self.workers {
            worker.session = None;
            if worker.in_process {
                worker.die();
            }
        }
        self.forget_waiting();
    }

    fn options(&self) -> Result<LedgerOptions, String> {
        let key = SigningKey::from_seed("simulation", [7; 32]).map_err(|e| e.to_string())?;
        Ok(LedgerOptions::new(key).segment_bytes(SEGMENT_BYTES).quirks(self.planted.ledger))
    }

    /// Opens the ledger as a daemon does at its start. A disk that refuses is no answer; damage
    /// is an error, because nothing here damages what was synced.
    pub(crate) fn start_daemon(&mut self) -> Result<(), String> {
        let (ledger, files) = match open_on(self.disk.clone(), self.options()?) {
            Ok(opened) => opened,
            Err(LedgerError::Io { .. }) => {
                self.crash(false);
                return Ok(());
            }
            Err(error) => return Err(format!("the ledger does not open: {error}")),
        };
        self.check_records(&*files)?;
        let keyring: Arc<dyn Keyring> = Arc::<MemoryKeyring>::clone(&self.keyring);
        let ledger = SealingLedger::new(ledger, Arc::clone(&keyring));
        let reader: Arc<dyn LedgerReader> = Arc::new(opened(files, Arc::clone(&keyring)));
        let Some(folded) = self.without_the_forgotten(&*reader)? else {
            drop((ledger, reader));
            self.crash(self.chance.once_in(2));
            return Ok(());
        };
        let born_at = reader.last_seq();
        let store: Arc<dyn ViewStore> = Arc::clone(&self.store) as _;
        let views = Views::new(store, &folded.state, born_at);
        let rules: Arc<dyn Rules> = match &self.people {
            Some(people) => Arc::<Wants>::clone(&people.rules),
            None => Arc::new(Leave),
        };
        let mut life = Life {
            kernel: Kernel::new(folded.state, BUNDLE.into(), rules).with_keyring(keyring),
            ledger,
            reader,
            views,
            writer: folded.writer,
            unwritten: Vec::new(),
            wake_at: None,
            born_at,
        };
        let now = Timestamp::from_unix_ms(self.now);
        let archive = Memory { views: &life.views, forgets_before: None };
        let output =
            life.kernel.step(vec![Self::resume()], (now, &self.chance), &mut life.ledger, &archive);
        self.life = Some(life);
        self.take(output)
    }

    /// Brings the views up to the ledger's end; those that can't be used are made again.
    pub(crate) fn fold(&mut self, reader: &dyn LedgerReader) -> Result<Folded, String> {
        let folded = match views::fold(&*self.store, reader, &mut |_, _| {}) {
            Err(FoldError::Views(ViewError::Damaged { .. })) => {
                self.store = Arc::new(TornViews::new(self.planted.index_first));
                views::fold(&*self.store, reader, &mut |_, _| {})
            }
            folded => folded,
        };
        folded.map_err(|error| format!("the ledger does not fold: {error}"))
    }

    /// Keeps what is durable now, to compare with later.
    pub(crate) fn remember_records(&mut self) -> Result<(), String> {
        let Some(life) = &self.life else { return Ok(()) };
        let after = self.model.records.keys().next_back().copied().unwrap_or(0);
        let records = life.reader.read_sealed(after, 10_000, usize::MAX);
        let records = records.map_err(|e| e.to_string())?;
        self.model.records.extend(records.into_iter().map(|found| (found.seq, found.payload)));
        Ok(())
    }

    /// Everything that was ever committed is there, byte for byte, whoever is forgotten.
    pub(crate) fn check_records(&self, reader: &dyn LedgerReader) -> Result<(), String> {
        let records = reader.read_sealed(0, usize::MAX, usize::MAX).map_err(|e| e.to_string())?;
        for (seq, payload) in &self.model.records {
            let place = usize::try_from(*seq).map_err(|e| e.to_string())? - 1;
            match records.get(place) {
                Some(found) if found.payload == *payload => {}
                Some(_) => return Err(format!("record {seq} is not what it was")),
                None => return Err(format!("record {seq} was committed and is gone")),
            }
        }
        Ok(())
    }

    /// Flips a bit while the daemon is down: it must be noticed, or not matter. Then mends it.
    fn flip_and_mend(&mut self) -> Result<(), String> {
        self.crash(false);
        let segments: Vec<(String, usize)> =
            self.disk.files().into_iter().filter(|(name, _)| name.ends_with(".seg")).collect();
        let Some((name, len)) = self.chance.pick(&segments).cloned() else { return Ok(()) };
        let used = self.used_bytes(&name, len);
        let offset = usize::try_from(self.chance.below(used.max(1) as u64)).unwrap_or(0);
        let mask = 1 << self.chance.below(8);
        // A copy, because opening may mend what it takes for a torn end.
        let copy = self.disk.duplicate();
        if copy.flip(&name, offset, mask)
            && let Ok((_, reader)) = open_on(copy, self.options()?)
        {
            self.check_records(&*reader)
                .map_err(|problem| format!("{name} was flipped at {offset}: {problem}"))?;
        }
        Ok(())
    }

    fn used_bytes(&self, name: &str, len: usize) -> usize {
        let bytes = self.disk.read(name).unwrap_or_default();
        bytes.iter().rposition(|byte| *byte != 0).map_or(len, |last| last + 1)
    }

    /// Gives the view store what it lacks: all of it, or some.
    pub(crate) fn write_views(&mut self, all: bool) -> Result<(), String> {
        let Some(life) = &mut self.life else { return Ok(()) };
        let count = life.unwritten.len() as u64;
        let some = if all || count == 0 { count } else { self.chance.below(count + 1) };
        let written: Vec<_> = life.unwritten.drain(..usize::try_from(some).unwrap_or(0)).collect();
        life.writer.apply(&*self.store, &written).map_err(|error| error.to_string())?;
        if !self.planted.index_first || all {
            life.views.forget(&written);
        }
        if all {
            self.store.flush().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    pub(crate) fn views_equal_a_fresh_fold(&self) -> Result<(), String> {
        let Some(life) = &self.life else { return Ok(()) };
        let fresh = MemViews::default();
        views::fold(&fresh, &*life.reader, &mut |_, _| {}).map_err(|error| error.to_string())?;
        let digest = |store: &dyn ViewStore| views::digest(store).map_err(|e| e.to_string());
        if digest(&fresh)? == digest(&*self.store)? {
            return Ok(());
        }
        Err("the views differ from a fresh fold".into())
    }

    /// A checkpoint over everything, then one bit: verification must name a place.
    pub(crate) fn damage_is_found(&mut self) -> Result<(), String> {
        use conductor_engine::ports::Ledger as _;
        let Some(life) = &mut self.life else { return Ok(()) };
        life.ledger.checkpoint().map_err(|error| error.to_string())?;
        let sound = life.reader.verify(&mut |_, _| {}).map_err(|error| error.to_string())?;
        if let Some(problem) = sound.problem {
            return Err(format!("a sound ledger does not verify: {problem}"));
        }
        let records = life.reader.last_seq();
        if sound.records != records {
            return Err(format!("{} of {records} records were verified", sound.records));
        }
        let name = "00000000000000000001.seg";
        let offset = 64 + usize::try_from(self.chance.below(2_000)).unwrap_or(0);
        if !self.disk.flip(name, offset, 0x10) {
            return Ok(());
        }
        match life.reader.verify(&mut |_, _| {}) {
            Ok(report) if report.problem.is_none() => {
                Err(format!("byte {offset} of {name} was flipped and the ledger verifies"))
            }
            _ => Ok(()),
        }
    }
}
