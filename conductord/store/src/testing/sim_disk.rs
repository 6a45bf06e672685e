//! A disk in memory that does what disks do: it loses what was not synced, whole or sector by
//! sector, fails syncs and then forgets what they should have kept, and flips bits.
//!
//! Everything that happens by chance comes from one seed, so that a failure can be replayed.
#![expect(
    clippy::significant_drop_tightening,
    reason = "one lock a call is what makes each call one step"
)]

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::ledger::disk::{Disk, DiskFile, FileInfo};

const SECTOR: usize = 512;

/// How often something goes wrong, in cases of a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiskFaults {
    /// A sync fails. What it should have made durable then is, or is not and never will be.
    pub sync_fails_permille: u64,
    /// A write fails after some of its sectors.
    pub write_fails_permille: u64,
}

#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    /// Sectors that a sync would make durable, with what is durable of them now.
    unsynced: BTreeMap<usize, Vec<u8>>,
    /// Sectors that a failed sync forgot: they read as written until a crash.
    forgotten: BTreeMap<usize, Vec<u8>>,
    /// Durable length, while it differs.
    unsynced_len: Option<usize>,
    modified: i128,
}

#[derive(Debug)]
struct State {
    files: BTreeMap<String, Content>,
    faults: DiskFaults,
    dice: u64,
    /// Crashes so far: handles from before are dead.
    life: u64,
    clock: i128,
    syncs: u64,
}

/// The disk. Clones are the same disk.
#[derive(Debug, Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

/// An open file of a [`SimDisk`]; dead after a crash.
#[derive(Debug)]
pub struct SimFile {
    state: Arc<Mutex<State>>,
    name: String,
    life: u64,
}

impl State {
    /// SplitMix64: plenty for choosing sectors.
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn chance(&mut self, permille: u64) -> bool {
        self.roll() % 1000 < permille
    }

    fn file(&mut self, name: &str) -> io::Result<&mut Content> {
        self.files.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, bytes: &[u8], offset: usize) -> io::Result<()> {
        self.clock += 1;
        let clock = self.clock;
        let content = self.file(name)?;
        content.modified = clock;
        let end = offset + bytes.len();
        if end > content.bytes.len() {
            content.unsynced_len.get_or_insert(content.bytes.len());
            content.bytes.resize(end, 0);
        }
        for sector in offset / SECTOR..end.div_ceil(SECTOR) {
            let durable = content.forgotten.remove(&sector).unwrap_or_else(|| {
                let end = ((sector + 1) * SECTOR).min(content.bytes.len());
                content.bytes[sector * SECTOR..end].to_vec()
            });
            content.unsynced.entry(sector).or_insert(durable);
        }
        content.bytes[offset..end].copy_from_slice(bytes);
        Ok(())
    }

    fn crash(&mut self) {
        self.life += 1;
        let mut files = std::mem::take(&mut self.files);
        for content in files.values_mut() {
            let (all, none) = (self.chance(200), self.chance(200));
            let unsynced = std::mem::take(&mut content.unsynced).into_iter();
            let lost = unsynced.filter(|_| !all && (none || self.chance(500)));
            let lost: Vec<_> = lost.chain(std::mem::take(&mut content.forgotten)).collect();
            for (sector, durable) in lost {
                let at = sector * SECTOR;
                content.bytes[at..at + durable.len()].copy_from_slice(&durable);
            }
            if let Some(len) = content.unsynced_len.take()
                && self.chance(500)
            {
                content.bytes.resize(len, 0);
            }
        }
        self.files = files;
    }
}

impl SimDisk {
    /// An empty disk with faults by this seed.
    #[must_use]
    pub fn new(seed: u64, faults: DiskFaults) -> Self {
        let state =
            State { files: BTreeMap::new(), faults, dice: seed, life: 0, clock: 0, syncs: 0 };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Another disk with the same files as a crash-free reader would see them, and no faults.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let copy = Self::new(0, DiskFaults::default());
        for (name, _) in self.files() {
            let content =
                Content { bytes: self.read(&name).unwrap_or_default(), ..Content::default() };
            copy.state().files.insert(name, content);
        }
        copy
    }

    /// Changes how often something goes wrong from now on.
    pub fn set_faults(&self, faults: DiskFaults) {
        self.state().faults = faults;
    }

    /// The power fails: what was not synced is kept, lost or torn, and open files are dead.
    pub fn crash(&self) {
        self.state().crash();
    }

    /// Syncs and other durable steps so far.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Names and lengths of all files, in order.
    #[must_use]
    pub fn files(&self) -> Vec<(String, usize)> {
        let state = self.state();
        state.files.iter().map(|(name, content)| (name.clone(), content.bytes.len())).collect()
    }

    /// What a file holds now.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.state().files.get(name).map(|content| content.bytes.clone())
    }

    /// Changes bits of one durable byte without a trace in the file's time. Gives whether there
    /// is such a byte.
    pub fn flip(&self, name: &str, offset: usize, mask: u8) -> bool {
        let mut state = self.state();
        let byte = state.files.get_mut(name).and_then(|content| content.bytes.get_mut(offset));
        byte.is_some_and(|byte| {
            *byte ^= mask;
            mask != 0
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(what: &str) -> io::Error {
    io::Error::other(format!("simulated: {what}"))
}

impl Disk for SimDisk {
    type File = SimFile;

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let mut state = self.state();
        state.file(name)?;
        let life = state.life;
        Ok(SimFile { state: Arc::clone(&self.state), name: name.to_owned(), life })
    }

    fn publish(&self, name: &str, bytes: &[u8], len: u64) -> io::Result<()> {
        let mut state = self.state();
        let permille = state.faults.sync_fails_permille;
        if state.chance(permille) {
            return Err(failed("a file could not be published"));
        }
        state.clock += 1;
        state.syncs += 1;
        let mut content = Content { modified: state.clock, ..Content::default() };
        content.bytes = bytes.to_vec();
        let len = usize::try_from(len).map_err(io::Error::other)?;
        content.bytes.resize(len.max(bytes.len()), 0);
        state.files.insert(name.to_owned(), content);
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<FileInfo>> {
        let state = self.state();
        let top = state.files.iter().filter(|(name, _)| !name.contains('/'));
        let info = |(name, content): (&String, &Content)| FileInfo {
            name: name.clone(),
            len: content.bytes.len() as u64,
            modified_ns: content.modified,
        };
        Ok(top.map(info).collect())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let removed = self.state().files.remove(name);
        removed.map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn place(&self, name: &str) -> String {
        name.to_owned()
    }
}

impl SimFile {
    fn alive(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.life == self.life { Ok(state) } else { Err(failed("the machine went down")) }
    }
}

impl DiskFile for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.alive()?;
        let bytes = &state.file(&self.name)?.bytes;
        let from = usize::try_from(offset).map_err(io::Error::other)?.min(bytes.len());
        let have = buffer.len().min(bytes.len() - from);
        buffer[..have].copy_from_slice(&bytes[from..from + have]);
        Ok(have)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.alive()?;
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let permille = state.faults.write_fails_permille;
        if state.chance(permille) {
            let part = usize::try_from(state.roll()).unwrap_or(0) % (bytes.len() + 1);
            // The system copies page by page: a part ends where a sector does.
            let part = ((offset + part) / SECTOR * SECTOR).saturating_sub(offset);
            state.write(&self.name, &bytes[..part], offset)?;
            return Err(failed("no space left"));
        }
        state.write(&self.name, bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.alive()?;
        let content = state.file(&self.name)?;
        let len = usize::try_from(len).map_err(io::Error::other)?;
        content.unsynced_len.get_or_insert(content.bytes.len());
        let kept = |sector: &usize, durable: &mut Vec<u8>| {
            let room = len.saturating_sub(sector * SECTOR);
            durable.truncate(room);
            room > 0
        };
        content.unsynced.retain(kept);
        content.forgotten.retain(kept);
        content.bytes.resize(len, 0);
        state.clock += 1;
        let clock = state.clock;
        state.file(&self.name)?.modified = clock;
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.alive()?.file(&self.name)?.bytes.len() as u64)
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.alive()?;
        state.syncs += 1;
        let permille = state.faults.sync_fails_permille;
        let fails = state.chance(permille);
        let content = state.file(&self.name)?;
        let unsynced = std::mem::take(&mut content.unsynced);
        if !fails {
            content.unsynced_len = None;
            return Ok(());
        }
        for (sector, durable) in unsynced {
            if state.chance(500) {
                state.file(&self.name)?.forgotten.entry(sector).or_insert(durable);
            }
        }
        Err(failed("a sync failed"))
    }
}
