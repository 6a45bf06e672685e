"""A second reader of what is sealed, from docs/SEALING.md alone: opens what a keyring holds and what an
exported record says. Needs the package `cryptography`.

    open.py KEK ID TENANT SUBJECT CREATED_MS WRAPPED SEQ AT_MS SEALED

All bytes in hexadecimal; the plaintext goes to standard output.
"""

import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def derived(key: bytes, info: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, info).derive(key)


def opened(key: bytes, context: bytes, sealed: bytes) -> bytes:
    version, salt, body = sealed[0], sealed[1:17], sealed[17:]
    if version != 1:
        raise SystemExit(f"version {version} of the sealed form is not known")
    message_key = derived(key, b"conductor.sealing.v1.message" + salt)
    return AESGCM(message_key).decrypt(bytes(12), body, context)


def record_context(key_id: str, seq: int, at_ms: int) -> bytes:
    return b"conductor.record.v1\0" + struct.pack("<QQ", seq, at_ms) + key_id.encode()


def wrap_context(key_id: str, tenant: str, subject: str, created_ms: int) -> bytes:
    context = b"conductor.keyring.v1\0" + struct.pack("<Q", created_ms)
    for part in (key_id, tenant, subject):
        context += struct.pack("<Q", len(part.encode())) + part.encode()
    return context


def key_id(key: bytes) -> str:
    return derived(key, b"conductor.sealing.v1.id")[:16].hex()


def main() -> None:
    kek, name, tenant, subject, created, wrapped, seq, at, sealed = sys.argv[1:]
    context = wrap_context(name, tenant, subject, int(created))
    data_key = opened(bytes.fromhex(kek), context, bytes.fromhex(wrapped))
    if key_id(data_key) != name:
        raise SystemExit("the keyring's file holds another key than its name says")
    plain = opened(data_key, record_context(name, int(seq), int(at)), bytes.fromhex(sealed))
    sys.stdout.buffer.write(plain)


if __name__ == "__main__":
    main()
