//! Which of the configured keys is the one that the ledger wants, and which comes next.

use std::sync::Arc;

use anyhow::Context as _;
use conductor_keys::{
    chain::Chain,
    key_file,
    note::VerifierKey,
    signing::{CommandKey, PinSource, Pkcs11Key, Pkcs11Options, Sign},
};

use super::Keys;
use crate::{
    config::{KeyPlace, SigningSettings},
    exit::{Ended, Kind},
};

impl Keys {
    /// The configured key that is this one. It need not be reachable now, where it is elsewhere.
    pub(super) fn find(&self, wanted: &VerifierKey) -> Result<Arc<dyn Sign>, Ended> {
        self.find_by(&self.settings(), wanted)
    }

    /// The same by other settings.
    pub(super) fn find_by(
        &self,
        settings: &SigningSettings,
        wanted: &VerifierKey,
    ) -> Result<Arc<dyn Sign>, Ended> {
        let places = settings.next.iter().chain([&settings.place]);
        for place in places {
            if let Some(key) = self.fits(place, wanted)? {
                return Ok(key);
            }
        }
        let named = |place: &KeyPlace| match self.public_of(place) {
            Some(public) => format!("{} ({})", place.shown(), shown(wanted.name(), &public)),
            None => place.shown(),
        };
        let next = settings.next.as_ref();
        let next = next
            .map_or_else(String::new, |next| format!(", `[signing.next]` names {}", named(next)));
        let message = format!(
            "use `[signing]`: the ledger is signed by {wanted}, which {}; `[signing]` names {}{next}; \
             name that key in `[signing]`, and the one that is to follow it in `[signing.next]`",
            self.where_it_is(wanted),
            named(&settings.place)
        );
        Err(Ended::because(Kind::Refused, message))
    }

    fn where_it_is(&self, wanted: &VerifierKey) -> &'static str {
        let is_file = [self.files.key(), self.files.next_path()]
            .iter()
            .any(|path| key_file::load(path).is_ok_and(|key| key.verifier() == *wanted));
        if is_file { "is the key file of the data folder" } else { "is elsewhere" }
    }

    /// The key in a place, when it is this one.
    fn fits(&self, place: &KeyPlace, wanted: &VerifierKey) -> Result<Option<Arc<dyn Sign>>, Ended> {
        match place {
            KeyPlace::File => {
                for path in [self.files.key(), self.files.next_path()] {
                    if !path.exists() {
                        continue;
                    }
                    let key = key_file::load(&path).context("get the ledger's key")?;
                    if key.verifier() == *wanted {
                        return Ok(Some(Arc::new(key)));
                    }
                }
                Ok(None)
            }
            // A token whose key is not named is believed to hold the one that is known to be elsewhere:
            // a signature by another is noticed.
            KeyPlace::Pkcs11 { options, public: None, .. } => {
                let known = self.files.public()?;
                let same = known.is_some_and(|known| known == *wanted);
                let options = self.with_pin(options, place);
                Ok(same.then(|| Arc::new(Pkcs11Key::known(wanted.clone(), options)) as _))
            }
            place => {
                let key = self.known(place, wanted.name());
                Ok(key.filter(|key| key.verifier() == *wanted))
            }
        }
    }

    /// A key that signed before, where it is still at hand.
    pub(super) fn at_hand(&self, wanted: &VerifierKey) -> Option<Arc<dyn Sign>> {
        if let Ok(key) = key_file::load(&self.files.old_path(wanted)) {
            return (key.verifier() == *wanted).then(|| Arc::new(key) as _);
        }
        let settings = self.settings();
        let places = settings.next.iter().chain([&settings.place]);
        let mut keys = places.filter_map(|place| self.known(place, wanted.name()));
        keys.find(|key| key.verifier() == *wanted)
    }

    /// The key in a place whose public half is configured.
    pub(super) fn known(&self, place: &KeyPlace, name: &str) -> Option<Arc<dyn Sign>> {
        let verifier = VerifierKey::from_bytes(name, &self.public_of(place)?).ok()?;
        match place {
            KeyPlace::File => None,
            KeyPlace::Pkcs11 { options, .. } => {
                Some(Arc::new(Pkcs11Key::known(verifier, self.with_pin(options, place))))
            }
            KeyPlace::Command(options, _) => {
                Some(Arc::new(CommandKey::new(verifier, options.clone())))
            }
        }
    }

    /// The key that a new ledger begins with.
    pub(super) fn begin(&self, place: &KeyPlace, name: &str) -> Result<Arc<dyn Sign>, Ended> {
        match place {
            KeyPlace::Pkcs11 { options, public: None, .. } => {
                let found = Pkcs11Key::find(name, self.with_pin(options, place));
                Ok(Arc::new(found.context("find the key of `[signing]`")?))
            }
            place => {
                let public = self.public_of(place).unwrap_or_default();
                VerifierKey::from_bytes(name, &public).context("use `[signing]`")?;
                self.known(place, name).ok_or_else(|| {
                    Ended::because(Kind::Fault, "begin a ledger with the key of `[signing]`")
                })
            }
        }
    }

    fn public_of(&self, place: &KeyPlace) -> Option<[u8; 32]> {
        match place {
            KeyPlace::File => None,
            KeyPlace::Pkcs11 { public, .. } => *public,
            KeyPlace::Command(_, public) => Some(*public),
        }
    }

    /// What the key of a token is opened with.
    fn with_pin(&self, options: &Pkcs11Options, place: &KeyPlace) -> Pkcs11Options {
        let KeyPlace::Pkcs11 { pin_secret: Some(name), .. } = place else { return options.clone() };
        Pkcs11Options { pin: PinSource::Given((self.pins)(name)), ..options.clone() }
    }

    /// Where the key is, or is to be made, that takes over next.
    pub(super) fn next_named(&self, chain: &Chain) -> Result<KeyPlace, String> {
        let signs = |place: &KeyPlace| {
            self.public_of(place).is_some_and(|public| public == *chain.current().as_bytes())
        };
        let settings = self.settings();
        match (settings.next, settings.place) {
            (Some(next), _) if signs(&next) => Err(format!(
                "the key in force is {}, which `[signing.next]` of conductord.toml names: move that to \
                 `[signing]`, and name another one in `[signing.next]`",
                next.shown()
            )),
            (Some(next), _) => Ok(next),
            (None, KeyPlace::File) => Ok(KeyPlace::File),
            (None, place) => Err(format!(
                "the key in force is {}, and conductord.toml names none to follow it: make one, and put its \
                 `[signing.next.pkcs11]` with `module`, `token`, `key` and `public_key`, or its \
                 `[signing.next]` with `command` and `public_key`, there",
                place.shown()
            )),
        }
    }
}

/// A key by its bytes.
fn shown(name: &str, public: &[u8; 32]) -> String {
    VerifierKey::from_bytes(name, public).map_or_else(|_| String::new(), |key| key.to_string())
}
