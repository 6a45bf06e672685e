//! Any bytes: the record decoder answers, and what it gives lies inside of them. Every input is
//! read twice, as it is and with a checksum that fits, so that the fields behind it are reached.
#![no_main]

use conductor_store::record::{FRAME_LEN, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let Some(body) = bytes.get(FRAME_LEN..) else { return };
    let mut framed = Vec::with_capacity(bytes.len());
    framed.extend_from_slice(&(body.len() as u32).to_le_bytes());
    framed.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    framed.extend_from_slice(body);
    check(&framed);
});

fn check(bytes: &[u8]) {
    let Ok(record) = decode(bytes) else { return };
    assert!(record.seq > 0);
    assert!(record.frame_len <= bytes.len());
    assert_eq!(record.body, &bytes[FRAME_LEN..record.frame_len]);
    assert!(record.payload.len() + record.key_id.len() < record.body.len());
}
