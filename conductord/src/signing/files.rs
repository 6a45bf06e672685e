//! The files of keys in the data folder. Each is written whole or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use conductor_keys::{
    chain::Chain,
    key_file,
    note::{SigningKey, VerifierKey},
    signing::Sign,
};

use super::old_name;
use crate::exit::Ended;

/// Name of the key file in the data folder.
const KEY: &str = "key";
/// Name of the file with the public half of a key that is elsewhere.
const PUBLIC: &str = "key.pub";
/// Name of the file with all keys of the log.
const CHAIN: &str = "key.chain";
/// Name of a key file that is about to be the one in force.
const NEXT: &str = "key.next";

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn key(&self) -> PathBuf {
        self.folder.join(KEY)
    }

    pub(super) fn next_path(&self) -> PathBuf {
        self.folder.join(NEXT)
    }

    pub(super) fn old_path(&self, key: &VerifierKey) -> PathBuf {
        self.folder.join(old_name(&key.to_string()))
    }

    /// All keys of the log, where there was a handover.
    pub(super) fn chain(&self) -> Result<Option<Chain>, Ended> {
        let path = self.folder.join(CHAIN);
        let Some(text) = read(&path).context("read the ledger's keys")? else { return Ok(None) };
        let chain = Chain::parse(text.as_bytes());
        let chain = chain.with_context(|| {
            format!(
                "use {}; restore it from a backup, or from `keys` of an exported log",
                path.display()
            )
        })?;
        Ok(Some(chain))
    }

    /// The public half of the key in force, where that is elsewhere.
    pub(super) fn public(&self) -> Result<Option<VerifierKey>, Ended> {
        let path = self.folder.join(PUBLIC);
        let Some(text) = read(&path).context("read the public key")? else { return Ok(None) };
        let read = VerifierKey::parse(text.trim_end());
        Ok(Some(read.with_context(|| format!("use the public key {}", path.display()))?))
    }

    pub(super) fn write_public(&self, verifier: &VerifierKey) -> io::Result<()> {
        self.write(PUBLIC, &format!("{verifier}\n"))
    }

    /// A key file beside the one in force, which may take over; the one that is there already, when
    /// nothing came of it before.
    pub(super) fn next(&self, chain: &Chain, seed: [u8; 32]) -> Result<Arc<dyn Sign>, String> {
        let path = self.next_path();
        match key_file::load(&path) {
            Ok(key) if key.name() == chain.name() => {
                if chain.place_of(key.verifier().as_bytes()).is_none() {
                    return Ok(Arc::new(key));
                }
            }
            Ok(_) => {}
            Err(_) if !path.exists() => {}
            // What a crash left half done was under another name: this one somebody else made.
            Err(error) => return Err(error.to_string()),
        }
        self.remove(NEXT).map_err(|error| format!("remove {}: {error}", path.display()))?;
        let made = SigningKey::from_seed(chain.name(), seed).map_err(|error| error.to_string())?;
        key_file::create(&path, &made).map_err(|error| error.to_string())?;
        Ok(Arc::new(made))
    }

    /// Removes a key file that is not to take over.
    pub(super) fn forget_next(&self) -> io::Result<()> {
        if self.next_path().exists() {
            tracing::info!("removed a signing key that was made and never signed");
        }
        self.remove(NEXT)
    }

    /// Keeps the chain, and puts its last key in the place of the one in force. All right to do again,
    /// from wherever it was interrupted.
    pub(super) fn keep(&self, chain: &Chain) -> anyhow::Result<()> {
        let path = self.folder.join(CHAIN);
        let text = chain.to_json();
        if chain.handovers().is_empty() {
            self.remove(CHAIN).with_context(|| format!("remove {}", path.display()))?;
        } else if read(&path)?.as_ref() != Some(&text) {
            self.write(CHAIN, &text).with_context(|| format!("write {}", path.display()))?;
        }
        let wanted = chain.current();
        if self.is(&self.key(), wanted) {
            return self.remove(PUBLIC).context("remove the public key of before");
        }
        let made = [self.next_path(), self.old_path(wanted)];
        let made = made.into_iter().find(|path| self.is(path, wanted));
        self.put_aside(chain)?;
        match made {
            Some(made) => {
                let moved = fs::rename(&made, self.key()).and_then(|()| self.sync());
                moved.with_context(|| format!("rename {}", made.display()))?;
                self.remove(PUBLIC).context("remove the public key of before")
            }
            None => {
                let same = read(&self.folder.join(PUBLIC))?;
                if same.is_some_and(|text| text.trim_end() == wanted.to_string()) {
                    return Ok(());
                }
                self.write_public(wanted).context("keep the public key")
            }
        }
    }

    /// Gives the key file of before another name. Whose it is and what becomes of it is for people.
    fn put_aside(&self, chain: &Chain) -> anyhow::Result<()> {
        let Ok(key) = key_file::load(&self.key()) else { return Ok(()) };
        let verifier = key.verifier();
        if verifier.name() != chain.name() {
            return Ok(());
        }
        let aside = self.old_path(&verifier);
        let moved = fs::rename(self.key(), &aside).and_then(|()| self.sync());
        moved.with_context(|| format!("rename the old key to {}", aside.display()))
    }

    fn is(&self, path: &Path, wanted: &VerifierKey) -> bool {
        key_file::load(path).is_ok_and(|key| key.verifier() == *wanted)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => self.sync(),
        }
    }

    /// Whole or not at all.
    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let part = self.folder.join(format!("{name}.part"));
        fs::write(&part, text)?;
        fs::File::open(&part)?.sync_all()?;
        fs::rename(&part, self.folder.join(name))?;
        self.sync()
    }

    fn sync(&self) -> io::Result<()> {
        fs::File::open(&self.folder)?.sync_all()
    }
}

/// What is in a file; none where it is not there.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
