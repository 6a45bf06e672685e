//! A bundle that was proved, with it as it came: from its source, or from the shelf.

use conductor_policy::{Bundle, PolicyError, Verifier};
use conductor_store::shelf::Shelf;

use super::trust::Trust;
use crate::config::{BundleSource, PolicySettings};

/// See the module.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) bundle: Bundle,
    /// Packed, its signature in it, so that whoever is trusted later can be asked of it again.
    pub(super) packed: Vec<u8>,
}

impl Taken {
    /// The source's bundle. `fetched` is what a URL gave.
    pub(super) fn from_source(
        settings: &PolicySettings,
        fetched: Option<Result<Vec<u8>, String>>,
    ) -> Result<Self, String> {
        trusting(settings, |trust| match (&settings.source, fetched) {
            (BundleSource::BuiltIn, _) => Self::built_in(),
            (BundleSource::Path(path), _) => {
                let (bundle, packed) = Bundle::load_packed(path, trust).map_err(told)?;
                Ok(Self { bundle, packed })
            }
            (BundleSource::Url(_), Some(fetched)) => Self::unpack(fetched?, trust).map_err(told),
            (BundleSource::Url(_), None) => Err("it was not fetched".to_owned()),
        })
    }

    /// A bundle that was accepted before. What is trusted now counts, and not what was then; the
    /// built-in one comes with the program, and nobody signs it.
    pub(super) fn from_shelf(
        shelf: &Shelf,
        settings: &PolicySettings,
        revision: &str,
    ) -> Result<Self, String> {
        if *revision == *Bundle::embedded_revision() {
            return Self::built_in();
        }
        let packed = shelf.get(revision).map_err(|error| error.to_string())?;
        let taken = trusting(settings, |trust| {
            Self::unpack(packed, trust).map_err(|error| match error {
                PolicyError::Signature(why) => {
                    format!("the key that is configured now did not sign it as it is: {why}")
                }
                error => told(error),
            })
        })?;
        if **taken.bundle.revision() == *revision {
            return Ok(taken);
        }
        let other = taken.bundle.revision();
        Err(format!("what is kept of it is another one, {other}, by its digest"))
    }

    fn built_in() -> Result<Self, String> {
        let bundle = Bundle::embedded().map_err(told)?;
        let packed = bundle.to_archive().map_err(told)?;
        Ok(Self { bundle, packed })
    }

    fn unpack(packed: Vec<u8>, trust: Option<&Verifier<'_>>) -> Result<Self, PolicyError> {
        let bundle = Bundle::from_archive(&packed, trust)?;
        Ok(Self { bundle, packed })
    }
}

/// Takes a bundle by whoever has to be trusted.
fn trusting<T>(
    settings: &PolicySettings,
    take: impl FnOnce(Option<&Verifier<'_>>) -> Result<T, String>,
) -> Result<T, String> {
    let trust = Trust::of(settings)?;
    let verifier = |algorithm: &str, key: &str, signed: &[u8], signature: &[u8]| {
        trust.as_ref().is_some_and(|trust| trust.trusts(algorithm, key, signed, signature))
    };
    take(trust.is_some().then_some(&verifier as &Verifier<'_>))
}

/// A compiler's picture of the place becomes one line, as everything that is recorded is.
fn told(error: PolicyError) -> String {
    let text = format!("{:#}", anyhow::Error::new(error));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
