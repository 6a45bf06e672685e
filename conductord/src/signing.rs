//! The key that signs checkpoints: found where it is configured, and the one that the ledger knows.
//!
//! A key that is elsewhere has its public half in the data folder's file `key.pub`, as C2SP's verifier
//! key text. It is written with the first start, and says which key the ledger belongs to from then on,
//! also while the key itself is away.

use std::{fs, io, path::Path, sync::Arc};

use anyhow::Context as _;
use conductor_engine::ports::{Clock as _, Dice as _};
use conductor_keys::{
    key_file,
    note::VerifierKey,
    signing::{CommandKey, Pkcs11Key, Sign},
};
use conductor_protocol::id::LedgerId;

use crate::{
    chance::{SystemClock, SystemDice, seed},
    config::SigningSettings,
    exit::{Ended, Kind},
};

/// Name of the key file in the data folder.
pub(crate) const KEY: &str = "key";
/// Name of the file with the public half of a key that is elsewhere.
const PUBLIC: &str = "key.pub";

/// The key that signs; made for a new ledger, never for one that has another.
pub(crate) fn key(
    folder: &Path,
    settings: &SigningSettings,
    has_records: bool,
) -> Result<Arc<dyn Sign>, Ended> {
    let known = public(folder)?;
    if let SigningSettings::File = settings {
        return file_key(folder, known.as_ref(), has_records);
    }
    let found: Arc<dyn Sign> = match (known.clone(), settings) {
        (None, _) if has_records => {
            let message = "use `[signing]`: the ledger was signed by the key file of the data \
                           folder, and a ledger keeps its key; take `[signing]` out again, or begin \
                           a new ledger with another data_dir";
            return Err(Ended::because(Kind::Refused, message));
        }
        (known, SigningSettings::Command(options, public)) => {
            let name = known.map_or_else(fresh_name, |known| Ok(known.name().to_owned()))?;
            let verifier = VerifierKey::from_bytes(&name, public).context("use `[signing]`")?;
            Arc::new(CommandKey::new(verifier, options.clone()))
        }
        (Some(known), SigningSettings::Pkcs11(options)) => {
            Arc::new(Pkcs11Key::known(known, options.clone()))
        }
        (None, SigningSettings::Pkcs11(options)) => {
            let found = Pkcs11Key::find(&fresh_name()?, options.clone());
            Arc::new(found.context("find the key of `[signing]`")?)
        }
        (_, SigningSettings::File) => return file_key(folder, None, has_records),
    };
    match known {
        Some(known) if known != found.verifier() => {
            let message = format!(
                "use `[signing]`: its key is {}, and the ledger was signed by {known}; a ledger keeps \
                 its key",
                found.verifier()
            );
            Err(Ended::because(Kind::Refused, message))
        }
        Some(_) => Ok(found),
        None => {
            write_public(folder, &found.verifier()).context("keep the public key")?;
            Ok(found)
        }
    }
}

/// What the ledger's signatures are checked by; the key itself need not be there.
pub(crate) fn verifier(folder: &Path) -> Result<VerifierKey, Ended> {
    if let Some(known) = public(folder)? {
        return Ok(known);
    }
    let key = key_file::load(&folder.join(KEY)).context("get the ledger's key")?;
    Ok(key.verifier())
}

fn file_key(
    folder: &Path,
    elsewhere: Option<&VerifierKey>,
    has_records: bool,
) -> Result<Arc<dyn Sign>, Ended> {
    if let Some(known) = elsewhere {
        let message = format!(
            "use the key file: the ledger was signed by {known}, which is elsewhere; name it in \
             `[signing]` of conductord.toml"
        );
        return Err(Ended::because(Kind::Refused, message));
    }
    let path = folder.join(KEY);
    if !path.exists() && has_records {
        let message = format!(
            "read the key {}: it is gone and the ledger was signed with it; restore it from a backup",
            path.display()
        );
        return Err(Ended::because(Kind::Damaged, message));
    }
    let seed = seed().context("get random bytes")?;
    let key = key_file::load_or_create(&path, &fresh_name()?, || seed);
    Ok(Arc::new(key.context("get the ledger's key")?))
}

/// The name of a new ledger, which is its key's.
fn fresh_name() -> Result<String, Ended> {
    let dice = SystemDice::new().context("get random bytes")?;
    Ok(LedgerId::new(SystemClock.now().unix_ms, dice.roll()).to_string())
}

fn public(folder: &Path) -> Result<Option<VerifierKey>, Ended> {
    let path = folder.join(PUBLIC);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let read = VerifierKey::parse(text.trim_end());
            Ok(Some(read.with_context(|| format!("use the public key {}", path.display()))?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context("read the public key").into()),
    }
}

/// Whole or not at all.
fn write_public(folder: &Path, verifier: &VerifierKey) -> io::Result<()> {
    let part = folder.join("key.pub.part");
    fs::write(&part, format!("{verifier}\n"))?;
    fs::File::open(&part)?.sync_all()?;
    fs::rename(&part, folder.join(PUBLIC))?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use conductor_keys::signing::CommandOptions;

    use super::*;

    fn command(public: [u8; 32]) -> SigningSettings {
        let options = CommandOptions {
            argv: vec!["/usr/bin/kms".into()],
            environment: Vec::new(),
            timeout: Duration::from_secs(1),
        };
        SigningSettings::Command(options, public)
    }

    fn refused(folder: &Path, settings: &SigningSettings, has_records: bool) -> String {
        format!("{:?}", key(folder, settings, has_records).unwrap_err())
    }

    #[test]
    fn a_ledger_whose_key_is_gone_gets_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let told = refused(folder.path(), &SigningSettings::File, true);
        assert!(told.contains("restore it"), "{told}");
    }

    #[test]
    fn a_ledger_keeps_its_key_wherever_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let of = |seed: u8| {
            let key = conductor_keys::note::SigningKey::from_seed("x", [seed; 32]).unwrap();
            *key.verifier().as_bytes()
        };
        let first = key(path, &command(of(1)), false).unwrap().verifier();
        assert_eq!(key(path, &command(of(1)), true).unwrap().verifier(), first);
        assert_eq!(verifier(path).unwrap(), first);
        assert!(refused(path, &command(of(2)), true).contains("keeps its key"));
        assert!(refused(path, &SigningSettings::File, true).contains("which is elsewhere"));

        let folder = tempfile::tempdir().unwrap();
        let own = key(folder.path(), &SigningSettings::File, false).unwrap().verifier();
        assert_eq!(verifier(folder.path()).unwrap(), own);
        assert!(refused(folder.path(), &command(of(1)), true).contains("take `[signing]` out"));
    }
}
