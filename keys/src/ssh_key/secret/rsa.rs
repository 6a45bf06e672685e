//! RSA with `ring`, which wants two numbers that OpenSSH does not keep.

// The curves bring this arithmetic along.
use p521::elliptic_curve::bigint::{Encoding as _, NonZero, U4096};
use ring::{
    rand::SystemRandom,
    rsa::{KeyPair, KeyPairComponents, PublicKeyComponents},
    signature::RSA_PKCS1_SHA512,
};
use zeroize::Zeroizing;

use super::{PublicKey, SecretKeyError, signature};
use crate::{ssh_key::public::Material, wire::Reader};

pub(super) fn read(public: &PublicKey, reader: &mut Reader<'_>) -> Result<KeyPair, SecretKeyError> {
    let (n, e) = (reader.positive()?, reader.positive()?);
    let (d, q_inverse) = (reader.positive()?, reader.positive()?);
    let (p, q) = (reader.positive()?, reader.positive()?);
    if public.material != (Material::Rsa { e: e.to_vec(), n: n.to_vec() }) {
        return Err(SecretKeyError::Damaged);
    }
    let (d_p, d_q) = (less_one_remainder(d, p)?, less_one_remainder(d, q)?);
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n, e },
        d,
        p,
        q,
        dP: trimmed(&d_p),
        dQ: trimmed(&d_q),
        qInv: q_inverse,
    };
    KeyPair::from_components(&components).map_err(|_| SecretKeyError::Unfit)
}

pub(super) fn sign(key: &KeyPair, message: &[u8]) -> Result<Vec<u8>, SecretKeyError> {
    let mut raw = vec![0; key.public().modulus_len()];
    // The padding has no chance in it; `ring` may blind the arithmetic.
    key.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message, &mut raw)
        .map_err(|_| SecretKeyError::Unfit)?;
    Ok(raw)
}

/// d modulo prime − 1.
fn less_one_remainder(d: &[u8], prime: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretKeyError> {
    let (d, prime) = (number(d)?, number(prime)?);
    let less_one = Zeroizing::new(prime.wrapping_sub(&U4096::ONE));
    let less_one = Option::from(NonZero::new(*less_one)).ok_or(SecretKeyError::Unfit)?;
    let remainder = Zeroizing::new(d.rem(&less_one));
    Ok(Zeroizing::new(remainder.to_be_bytes().to_vec()))
}

fn number(bytes: &[u8]) -> Result<Zeroizing<U4096>, SecretKeyError> {
    let padded = signature::padded(bytes, U4096::BYTES).ok_or(SecretKeyError::Unfit)?;
    Ok(Zeroizing::new(U4096::from_be_slice(&Zeroizing::new(padded))))
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    &bytes[start..]
}
