//! The outside of a key file: the public key, and the secret one behind a cipher or in the clear.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ssh_cipher::Cipher;
use zeroize::Zeroizing;

use super::{PublicKey, SecretKeyError};
use crate::{ssh_key::public::known_part, wire::Reader};

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";
/// Rounds of bcrypt (`ssh-keygen -a`), of which a hundred take about a second. 16 and 24 are
/// usual; a file that asks for more than this wants to keep us busy.
const ROUNDS_MAX: u32 = 1024;

/// The public key, and what is secret: from the type on, with the comment and the padding.
pub(super) fn open(
    text: &str,
    passphrase: Option<&[u8]>,
) -> Result<(PublicKey, Zeroizing<Vec<u8>>), SecretKeyError> {
    let bytes = decode(text)?;
    let mut reader = Reader::new(&bytes);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(SecretKeyError::Damaged);
    }
    let (cipher, derivation, options) = (reader.text()?, reader.text()?, reader.string()?);
    if reader.u32()? != 1 {
        return Err(SecretKeyError::Damaged);
    }
    let public = PublicKey::from_wire(reader.string()?)?;
    let mut secret = Zeroizing::new(reader.string()?.to_vec());
    let locked = (cipher, derivation) != ("none", "none");
    if locked {
        let cipher = match Cipher::new(cipher) {
            Ok(known) if known.is_some() && derivation == "bcrypt" => known,
            _ => return Err(SecretKeyError::Cipher(known_part(cipher))),
        };
        decrypt(&mut secret, cipher, options, passphrase.ok_or(SecretKeyError::Locked)?)?;
    }
    // Behind an authenticating cipher stands a tag; none of those is taken.
    reader.finish()?;
    let mut inside = Reader::new(&secret);
    if inside.u32()? != inside.u32()? {
        return Err(if locked { SecretKeyError::Passphrase } else { SecretKeyError::Damaged });
    }
    let rest = Zeroizing::new(inside.rest().to_vec());
    Ok((public, rest))
}

fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretKeyError> {
    let body = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let mut packed = Zeroizing::new(String::with_capacity(text.len()));
    packed.extend(body.ok_or(SecretKeyError::Format)?.split_ascii_whitespace());
    let bytes = BASE64_STANDARD.decode(packed.as_bytes()).map_err(|_| SecretKeyError::Damaged)?;
    Ok(Zeroizing::new(bytes))
}

fn decrypt(
    secret: &mut [u8],
    cipher: Cipher,
    options: &[u8],
    passphrase: &[u8],
) -> Result<(), SecretKeyError> {
    let mut options = Reader::new(options);
    let (salt, rounds) = (options.string()?, options.u32()?);
    options.finish()?;
    let (key_bytes, iv_bytes) = cipher.key_and_iv_size().ok_or(SecretKeyError::Damaged)?;
    if rounds > ROUNDS_MAX || !secret.len().is_multiple_of(cipher.block_size()) {
        return Err(SecretKeyError::Damaged);
    }
    let mut derived = Zeroizing::new(vec![0; key_bytes + iv_bytes]);
    if passphrase.is_empty() {
        return Err(SecretKeyError::Passphrase);
    }
    bcrypt_pbkdf::bcrypt_pbkdf(passphrase, salt, rounds, &mut derived)
        .map_err(|_| SecretKeyError::Damaged)?;
    let (key, iv) = derived.split_at(key_bytes);
    cipher
        .decrypt(key, iv, secret, None)
        .map_err(|_| SecretKeyError::Cipher(cipher.as_str().to_owned()))
}
