//! Any secret in any output, cut anywhere: what comes out does not hold it, and with the secrets
//! taken out of both, input and output are the same.
#![no_main]

use conductor_executors::redact::Redactor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, Vec<u8>, Vec<(u8, bool)>)| {
    let (secret, output, cuts) = input;
    let dense: Vec<u8> = secret.bytes().filter(|byte| !is_blank(*byte)).collect();
    if !(4..4096).contains(&dense.len()) {
        return;
    }
    let Ok(redactor) = Redactor::new([("x", secret.as_str())]) else { return };
    let mut stream = redactor.stream();
    let (mut rest, mut shown) = (output.as_slice(), Vec::new());
    for (cut, wait) in cuts {
        let (piece, after) = rest.split_at(usize::from(cut).min(rest.len()));
        shown.append(&mut stream.push(piece.to_vec()));
        if wait {
            shown.append(&mut stream.give_up());
        }
        rest = after;
    }
    shown.append(&mut stream.push(rest.to_vec()));
    shown.append(&mut stream.finish(false));
    if stream.found().is_empty() {
        assert_eq!(shown, output);
    }
    let label = b"[redacted:x]";
    let label_may_hold_it = label.windows(dense.len()).any(|window| window == dense);
    let shown: Vec<u8> = shown.into_iter().filter(|byte| !is_blank(*byte)).collect();
    // What stands on both sides of a label may happen to make up the value together with it.
    let beside = dense.iter().any(|byte| b"[]".contains(byte));
    if !label_may_hold_it && !beside {
        assert!(!shown.windows(dense.len()).any(|window| window == dense));
    }
});

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
