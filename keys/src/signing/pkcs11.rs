//! A key in a token behind PKCS#11: a security module, or a smart card.
//!
//! The key never leaves its token. The session is opened when it is first needed and again after the
//! token was away; the PIN is read from its file each time, so that it stays nowhere in between.

use std::{
    fmt,
    fs::File,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{
        Mechanism,
        eddsa::{EddsaParams, EddsaSignatureScheme},
    },
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::AuthPin,
};
use zeroize::{Zeroize as _, Zeroizing};

use super::{SIGNATURE_BYTES, Sign, SignError};
use crate::note::{NoteError, VerifierKey};

/// Bytes of a PIN.
const PIN_BYTES_MAX: u64 = 256;
const MODE_OTHERS: u32 = 0o077;
/// What a DER octet string of 32 bytes begins with: some tokens wrap a public key in one.
const DER_OCTETS: [u8; 2] = [0x04, 0x20];

/// Where the PIN is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinSource {
    /// In a file that only its owner may read.
    File(PathBuf),
    /// Somebody who keeps secrets gives it.
    Given(PinGiver),
    /// The token has none, or asks for it on a pad of its own.
    None,
}

/// Asks for a PIN, each time that it is needed.
#[derive(Clone)]
pub struct PinGiver {
    name: String,
    give: Arc<dyn Fn() -> Result<Zeroizing<String>, String> + Send + Sync>,
}

impl PinGiver {
    /// One that gives what is known by this name. What it says of failures holds no secret.
    pub fn new(
        name: &str,
        give: impl Fn() -> Result<Zeroizing<String>, String> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.to_owned(), give: Arc::new(give) }
    }
}

impl fmt::Debug for PinGiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinGiver").field("name", &self.name).finish_non_exhaustive()
    }
}

impl PartialEq for PinGiver {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for PinGiver {}

/// Which key in which token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Options {
    /// The vendor's library.
    pub module: PathBuf,
    /// Label of the token.
    pub token: String,
    /// Label of the key pair in it.
    pub key: String,
    /// Where the PIN is.
    pub pin: PinSource,
}

/// See the module.
#[derive(Debug)]
pub struct Pkcs11Key {
    options: Pkcs11Options,
    verifier: VerifierKey,
    open: Mutex<Option<Open>>,
}

/// A session that is logged in, with the private key.
#[derive(Debug)]
struct Open {
    session: Session,
    private: ObjectHandle,
}

/// A library may be initialized once in a process.
static LOADED: OnceLock<Mutex<Vec<(PathBuf, Pkcs11)>>> = OnceLock::new();

impl Pkcs11Key {
    /// Finds the key in its token, under the name that it is to have.
    ///
    /// # Errors
    /// [`SignError`] when the token, or a pair of Ed25519 keys in it, can't be reached.
    pub fn find(name: &str, options: Pkcs11Options) -> Result<Self, SignError> {
        let session = options.session()?;
        let public = options.object(&session, ObjectClass::PUBLIC_KEY)?;
        let point = session.get_attributes(public, &[AttributeType::EcPoint]);
        let point = point.map_err(|error| options.unavailable(&error))?;
        let point = point.into_iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => Some(point),
            _ => None,
        });
        let point = point.unwrap_or_default();
        let raw = point.strip_prefix(&DER_OCTETS).filter(|raw| raw.len() == 32).unwrap_or(&point);
        let wrong = NoteError::Key { kind: "public", problem: "it is not one of Ed25519" };
        let verifier = VerifierKey::from_bytes(name, raw.try_into().map_err(|_| wrong)?)?;
        let private = options.object(&session, ObjectClass::PRIVATE_KEY)?;
        Ok(Self { options, verifier, open: Mutex::new(Some(Open { session, private })) })
    }

    /// A key whose public half is known; its token need not be there yet.
    #[must_use]
    pub const fn known(verifier: VerifierKey, options: Pkcs11Options) -> Self {
        Self { options, verifier, open: Mutex::new(None) }
    }

    fn try_sign(&self, open: &Open, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
        let params = EddsaParams::new(EddsaSignatureScheme::Ed25519);
        let signed = open.session.sign(&Mechanism::Eddsa(params), open.private, message);
        let signed = signed.map_err(|error| self.options.unavailable(&error))?;
        signed.try_into().map_err(|_| SignError::Wrong {
            place: self.place(),
            verifier: self.verifier.to_string(),
        })
    }
}

impl Pkcs11Options {
    fn place(&self) -> String {
        format!("the key `{}` of the token `{}`", self.key, self.token)
    }

    fn said(&self, problem: impl Into<String>) -> SignError {
        SignError::Unavailable { place: self.place(), problem: problem.into() }
    }

    fn unavailable(&self, error: &Error) -> SignError {
        // By its name alone: what a library adds is not known to be free of secrets.
        match error {
            Error::Pkcs11(problem, function) => self.said(format!("{function:?} gave {problem:?}")),
            other => self.said(other.to_string()),
        }
    }

    fn library(&self) -> Result<Pkcs11, SignError> {
        let loaded = LOADED.get_or_init(Mutex::default);
        let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, library)) = loaded.iter().find(|(path, _)| *path == self.module) {
            return Ok(library.clone());
        }
        let library = Pkcs11::new(&self.module).map_err(|error| self.unavailable(&error))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(self.unavailable(&error)),
        }
        loaded.push((self.module.clone(), library.clone()));
        drop(loaded);
        Ok(library)
    }

    fn session(&self) -> Result<Session, SignError> {
        let failed = |error: Error| self.unavailable(&error);
        let library = self.library()?;
        let slots = library.get_slots_with_token().map_err(failed)?;
        let named = |slot: &_| {
            library.get_token_info(*slot).is_ok_and(|info| info.label().trim_end() == self.token)
        };
        let slot = slots.into_iter().find(named);
        let slot = slot.ok_or_else(|| self.said("there is no token of that label"))?;
        let session = library.open_ro_session(slot).map_err(failed)?;
        let pin = self.pin()?;
        match session.login(UserType::User, pin.as_ref()) {
            // Another session of this process is logged in, which counts for all of them.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(error) => Err(failed(error)),
        }
    }

    fn pin(&self) -> Result<Option<AuthPin>, SignError> {
        let path = match &self.pin {
            PinSource::File(path) => path,
            PinSource::Given(giver) => return self.given_pin(giver).map(Some),
            PinSource::None => return Ok(None),
        };
        let shown = path.display();
        let failed = |error| self.said(format!("the PIN's file {shown} can't be read: {error}"));
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & MODE_OTHERS != 0 {
            let message = format!("others can get at the PIN's file {shown}: set its mode to 0600");
            return Err(self.said(message));
        }
        let mut text = String::new();
        file.take(PIN_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        let pin = AuthPin::new(text.trim_end_matches(['\n', '\r']).into());
        text.zeroize();
        Ok(Some(pin))
    }

    fn given_pin(&self, giver: &PinGiver) -> Result<AuthPin, SignError> {
        let given = (giver.give)();
        let pin = given.map_err(|why| {
            self.said(format!("the secret `{}` with the PIN can't be had: {why}", giver.name))
        })?;
        Ok(AuthPin::new(pin.trim_end_matches(['\n', '\r']).into()))
    }

    fn object(&self, session: &Session, class: ObjectClass) -> Result<ObjectHandle, SignError> {
        let wanted = [
            Attribute::Class(class),
            Attribute::KeyType(KeyType::EC_EDWARDS),
            Attribute::Label(self.key.clone().into_bytes()),
        ];
        let found = session.find_objects(&wanted).map_err(|error| self.unavailable(&error))?;
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.said("there is no Ed25519 key pair of that label")),
            _ => Err(self.said("there are several keys of that label")),
        }
    }
}

impl Sign for Pkcs11Key {
    fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    fn place(&self) -> String {
        self.options.place()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
        let mut known = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = known.take()
            && let Ok(signature) = self.try_sign(&open, message)
        {
            *known = Some(open);
            return Ok(signature);
        }
        // The session may have ended with the token: once more with a fresh one.
        let session = self.options.session()?;
        let private = self.options.object(&session, ObjectClass::PRIVATE_KEY)?;
        let open = Open { session, private };
        let signature = self.try_sign(&open, message)?;
        *known = Some(open);
        drop(known);
        Ok(signature)
    }
}
