//! Data subjects are forgotten in between, and the daemon dies over it now and then: what is left is whole.

use conductor_domain::scope::Scope;
use conductor_engine::{
    command::Command,
    forgetting::{destroy, due},
    ports::{Archive as _, KeyFound, Keyring as _, LedgerReader, subject_digest},
    views::Folded,
};

use std::sync::Arc;

use super::{
    client::{Request, SUBJECTS},
    torn_views::TornViews,
    world::{Life, World},
};

/// How often somebody asks, by the clock: no chance is drawn for it, so that what the seeds mean stays.
const ASKED_EVERY_MS: u64 = 8;

fn forget(subject: &str) -> Request {
    let command = Command::Forget {
        tenant: Scope::default().tenant,
        subject_digest: subject_digest(subject),
        reason: "simulated".into(),
    };
    Request { command, key: None, cancels: None }
}

impl World {
    /// Now and then somebody is to be forgotten, whom runs may be about that have not ended.
    pub(crate) fn ask_to_forget(&mut self) {
        if self.people.is_none() && self.now.is_multiple_of(ASKED_EVERY_MS) {
            let whose = self.now / ASKED_EVERY_MS % SUBJECTS.len() as u64;
            let subject = if whose == 0 { SUBJECTS[0] } else { SUBJECTS[1] };
            self.requests.push(forget(subject));
        }
    }

    /// Everybody, at the end, when nothing is in the way.
    pub(crate) fn ask_to_forget_all(&mut self) {
        self.all_asked = true;
        self.requests.extend(SUBJECTS.iter().map(|subject| forget(subject)));
    }

    /// Whether something is on record as forgotten, and there still.
    pub(crate) fn is_to_forget(&self) -> bool {
        let Some(life) = &self.life else { return false };
        !due(&life.kernel.state().forgotten, &*self.keyring).is_empty()
    }

    /// What the views come to once that is carried out; nothing when the daemon died over it. It goes as in
    /// the daemon: the views first, which are made again, and the key last of all.
    pub(crate) fn without_the_forgotten(
        &mut self,
        reader: &dyn LedgerReader,
    ) -> Result<Option<Folded>, String> {
        let folded = self.fold(reader)?;
        let gone = due(&folded.state.forgotten, &*self.keyring);
        if gone.is_empty() {
            return Ok(Some(folded));
        }
        if self.chance.once_in(4) {
            return Ok(None);
        }
        self.store = Arc::new(TornViews::new(self.planted.index_first));
        for one in &gone {
            if self.chance.once_in(4) {
                return Ok(None);
            }
            destroy(one, &*self.keyring).map_err(|error| error.to_string())?;
            self.model.forget(|subject| subject_digest(subject) == one.of.subject_digest);
        }
        if self.chance.once_in(4) {
            return Ok(None);
        }
        self.fold(reader).map(Some)
    }

    /// No view has a run of theirs, everything else is read, and in the log all of it stands as it did.
    pub(crate) fn who_is_forgotten_is_gone(&self, life: &Life) -> Result<(), String> {
        for run in &self.model.forgotten {
            let seen = life.views.run("default", *run).map_err(|error| error.to_string())?;
            if seen.is_some() {
                return Err(format!("run {run} is forgotten, and in the views"));
            }
        }
        if self.is_to_forget() {
            return Err("something is to be forgotten, and there".into());
        }
        self.check_records(&*life.reader)?;
        let records = life.reader.read(0, usize::MAX, usize::MAX).map_err(|e| e.to_string())?;
        for found in records {
            let key = self.keyring.key(&found.key_id).map_err(|error| error.to_string())?;
            if found.is_forgotten() != matches!(key, KeyFound::Destroyed(_)) {
                return Err(format!("record {} is read as its key is not", found.seq));
            }
        }
        Ok(())
    }

    /// How many records nobody reads any more.
    pub(crate) fn forgotten(&self) -> Result<usize, String> {
        let Some(life) = &self.life else { return Ok(0) };
        let records = life.reader.read(0, usize::MAX, usize::MAX);
        // Damage may have been done to it at the end, to see that it is found.
        Ok(records.map_or(0, |found| found.iter().filter(|one| one.is_forgotten()).count()))
    }
}
