//! The keys that sign the log: found where they are configured, by what the ledger says of them.
//!
//! ```text
//! key               the key in force, where it is a file
//! key.pub           in its place the public half of one that is elsewhere
//! key.chain         all keys of the log and the handovers between them, where there was one
//! key.next          one that is about to take over
//! key.<hash>.old    one that did sign
//! ```
//!
//! Which key is in force the ledger says, by the handovers in it. What is on disk follows: a daemon that
//! was killed at any point of a handover finds by the ledger which key it is, and puts the files right.

mod files;
mod find;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::Context as _;
use conductor_domain::trust::signing_key::SigningKeys;
use conductor_engine::{
    ports::{Clock as _, Dice as _, KeyKeeper},
    rotation::chain_of,
};
use conductor_executors::Vault;
use conductor_keys::{
    chain::Chain,
    key_file,
    signing::{PinGiver, Ring, Sign},
};
use conductor_protocol::id::LedgerId;
use tokio::runtime::Builder;

use self::files::Files;
use crate::{
    chance::{SystemClock, SystemDice, seed},
    config::{KeyPlace, SigningSettings},
    exit::{Ended, Kind},
};

/// Gives the PIN of a token that is one of the daemon's secrets, by its name.
pub(crate) type Pins = Arc<dyn Fn(&str) -> PinGiver + Send + Sync>;

/// Those that a vault gives, which is asked when a token is opened, by a thread that may wait.
pub(crate) fn pins(vault: &Vault) -> Pins {
    let vault = vault.clone();
    Arc::new(move |name: &str| {
        let (vault, secret) = (vault.clone(), name.to_owned());
        PinGiver::new(name, move || {
            // One of its own: the daemon's is not there any more when the last checkpoint is signed.
            let runtime = Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| format!("wait for it: {error}"))?;
            runtime.block_on(vault.value(&secret))
        })
    })
}

/// The keys of a data folder.
pub(crate) struct Keys {
    files: Files,
    settings: RwLock<SigningSettings>,
    pins: Pins,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What the ledger's signatures are checked by; the keys themselves need not be there.
pub(crate) fn chain(folder: &Path) -> Result<Chain, Ended> {
    let files = Files::new(folder);
    if let Some(chain) = files.chain()? {
        return Ok(chain);
    }
    if let Some(known) = files.public()? {
        return Ok(Chain::from(known));
    }
    let key = key_file::load(&files.key()).context("get the ledger's key")?;
    Ok(Chain::from(key.verifier()))
}

impl Keys {
    /// Those of a folder, and the one in force as far as that is known before the ledger is read. A key
    /// is made for a new ledger, and never for one that has another.
    pub(crate) fn open(
        folder: &Path,
        (settings, pins): (&SigningSettings, Pins),
        has_records: bool,
    ) -> Result<(Self, Arc<Ring>), Ended> {
        let settings = RwLock::new(settings.clone());
        let keys = Self { files: Files::new(folder), settings, pins };
        let chain = match keys.files.chain()? {
            Some(chain) => chain,
            None => Chain::from(keys.first(has_records)?.verifier()),
        };
        let key = keys.find(chain.current())?;
        Ok((keys, Arc::new(Ring::new(chain, key))))
    }

    /// Has the key in force sign that the ledger says is, now that it was read: `signed` records of it
    /// are under a checkpoint. What a handover left unfinished on disk is put right.
    pub(crate) fn settle(
        &self,
        ring: &Ring,
        known: &SigningKeys,
        signed: u64,
    ) -> Result<(), Ended> {
        let chain = chain_of(&ring.chain(), known).map_err(|error| {
            let message = format!("follow the ledger's signing keys: {error}");
            Ended::because(Kind::Damaged, message)
        })?;
        if chain != *ring.chain() {
            tracing::warn!(key = %chain.current(), "the ledger says that another key is in force");
        }
        self.files.keep(&chain).context("keep which signing key is in force")?;
        self.files.forget_next().context("remove a signing key that never signed")?;
        let key = self.find(chain.current())?;
        // The first checkpoint by a new key is signed by the old one, too, where that is at hand.
        let last = chain.handovers().last().filter(|last| last.from > signed);
        let before = last.and_then(|last| self.at_hand(&last.old));
        ring.settle(chain, key, before);
        Ok(())
    }

    /// Goes by other settings from here on: what is ordered next hands over to the key that they name. The
    /// key in force goes on as it is, and they have to name it, or the daemon would not start again.
    pub(crate) fn configure(&self, settings: &SigningSettings, chain: &Chain) -> Result<(), Ended> {
        self.find_by(settings, chain.current())?;
        // What is in it is whole at every moment.
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings.clone();
        Ok(())
    }

    fn settings(&self) -> SigningSettings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key of a ledger that never had another.
    fn first(&self, has_records: bool) -> Result<Arc<dyn Sign>, Ended> {
        if let Some(known) = self.files.public()? {
            return self.find(&known);
        }
        let path = self.files.key();
        // Whether the configuration names the file that a ledger has is seen where it is looked for.
        let place = self.settings().place;
        if has_records || place == KeyPlace::File {
            if has_records && !path.exists() {
                let message = format!(
                    "read the key {}: it is gone and the ledger was signed with it; restore it from a backup",
                    path.display()
                );
                return Err(Ended::because(Kind::Damaged, message));
            }
            let seed = seed().context("get random bytes")?;
            let key = key_file::load_or_create(&path, &fresh_name()?, || seed);
            return Ok(Arc::new(key.context("get the ledger's key")?));
        }
        let key = self.begin(&place, &fresh_name()?)?;
        self.files.write_public(&key.verifier()).context("keep the public key")?;
        Ok(key)
    }
}

/// The name of a new ledger, which is its key's.
fn fresh_name() -> Result<String, Ended> {
    let dice = SystemDice::new().context("get random bytes")?;
    Ok(LedgerId::new(SystemClock.now().unix_ms, dice.roll()).to_string())
}

impl KeyKeeper for Keys {
    fn next_place(&self, chain: &Chain) -> Result<String, String> {
        self.next_named(chain).map(|place| place.shown())
    }

    fn next(&self, chain: &Chain) -> Result<Arc<dyn Sign>, String> {
        match self.next_named(chain)? {
            KeyPlace::File => {
                let seed = seed().map_err(|error| format!("get random bytes: {error}"))?;
                self.files.next(chain, seed)
            }
            place => self
                .known(&place, chain.name())
                .ok_or_else(|| format!("{} has no public key", place.shown())),
        }
    }

    fn keep(&self, chain: &Chain) -> Result<(), String> {
        self.files.keep(chain).map_err(|error| format!("{error:#}"))
    }
}

/// Where key files were put that signed once.
pub(crate) fn old_name(key: &str) -> PathBuf {
    // Its text is `name+hash+key`, and no part but the last has a plus sign in it.
    let hash = key.split('+').nth(1).unwrap_or_default();
    PathBuf::from(format!("key.{hash}.old"))
}
