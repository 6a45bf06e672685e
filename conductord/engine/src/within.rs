//! Whose the signatures are that stand inside of a content: in DSSE envelopes, in sigstore bundles.
//!
//! All have to be by keys that are enrolled, in every envelope: one that nobody here can check may be one
//! that somebody altered. What an envelope says of its keys is not signed, and counts for nothing.

use std::collections::HashMap;

use conductor_domain::trust::artifact::Signer;
use conductor_keys::{dsse, ssh_key::PublicKey};
use conductor_protocol::evidence::{Enveloped, Material, SignatureInside};

use crate::{
    limits::WITHIN_CHECKS_MAX,
    signers::{Signed, SignerError},
};

/// Who signed inside of a content, each once, in its order; or why not everything there proves something.
///
/// `keys` may be anybody's: `whose` says whether one counts.
pub(crate) fn signers(
    envelopes: &[Enveloped],
    keys: Vec<PublicKey>,
    whose: impl Fn(&PublicKey) -> Result<Signed, SignerError>,
) -> Result<Vec<Signer>, String> {
    let mut search = Search::new(keys, whose);
    let mut signers = Vec::<Signer>::new();
    for (number, envelope) in (1..).zip(envelopes) {
        let place = match envelopes.len() {
            1 => "the envelope in it".to_owned(),
            count => format!("envelope {number} of {count} in it"),
        };
        if envelope.material == Material::Certificate {
            return Err(format!(
                "{place} is signed by a certificate, which can't be checked here without asking others: \
                 sign it with a key that is enrolled"
            ));
        }
        let message = dsse::pae(&envelope.payload_type, &envelope.payload);
        for signature in &envelope.signatures {
            let signer = search.signer(&place, &message, signature)?;
            if !signers.contains(&signer) {
                signers.push(signer);
            }
        }
    }
    Ok(signers)
}

struct Search<Whose> {
    keys: Vec<PublicKey>,
    /// Where those are that have a name of a key.
    named: HashMap<String, usize>,
    /// The one that was found last: the next signature mostly is by it, too.
    last: Option<usize>,
    checks: usize,
    /// Whose the keys are that were found.
    known: HashMap<usize, Signer>,
    whose: Whose,
}

impl<Whose: Fn(&PublicKey) -> Result<Signed, SignerError>> Search<Whose> {
    fn new(keys: Vec<PublicKey>, whose: Whose) -> Self {
        let names = |(index, key)| dsse::names(key).into_iter().map(move |name| (name, index));
        let named = keys.iter().enumerate().flat_map(names).collect();
        Self { keys, named, last: None, checks: 0, known: HashMap::new(), whose }
    }

    fn signer(
        &mut self,
        place: &str,
        message: &[u8],
        signature: &SignatureInside,
    ) -> Result<Signer, String> {
        let named = self.named.get(&signature.keyid).copied();
        let all = named.into_iter().chain(self.last).chain(0..self.keys.len());
        let mut found = None;
        for index in all {
            if self.checks == WITHIN_CHECKS_MAX {
                return Err(format!(
                    "{place} was not checked: no more than {WITHIN_CHECKS_MAX} keys are tried for a file; \
                     name them by their fingerprints in `keyid`"
                ));
            }
            self.checks += 1;
            if self.keys[index].made_plain(message, &signature.bytes) {
                found = Some(index);
                break;
            }
        }
        let Some(index) = found else { return Err(self.nobody(place, named)) };
        self.last = Some(index);
        if let Some(known) = self.known.get(&index) {
            return Ok(known.clone());
        }
        let signed = (self.whose)(&self.keys[index]);
        let signed = signed.map_err(|error| format!("{place}: {error}"))?;
        let signer = Signer { by: signed.principal, key: signed.key.to_string() };
        self.known.insert(index, signer.clone());
        Ok(signer)
    }

    fn nobody(&self, place: &str, named: Option<usize>) -> String {
        if let Some(index) = named {
            let key = self.keys[index].fingerprint();
            return format!(
                "{place} has a signature that names the key {key}, and that key did not make it"
            );
        }
        format!(
            "{place} has a signature by no key that is enrolled here, or one that was altered: \
             `conductor keys enroll --namespace artifact` enrolls the key"
        )
    }
}

#[cfg(test)]
mod tests;
