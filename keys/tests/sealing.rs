//! What is sealed is read by a reader that is not ours: Python's `cryptography`, from the description of the
//! formats alone.

#![expect(clippy::disallowed_methods, reason = "the test starts the other reader")]

use std::{io::Write as _, path::Path, process::Command};

use conductor_keys::sealing::{DataKey, record_context, wrap_context};

const AT: u64 = 1_790_000_000_000;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn another_reader_opens_what_is_sealed_and_refuses_what_was_changed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = here.join("../target/cryptography/bin/python3");
    let has = |python: &Path| {
        let tried = Command::new(python).args(["-c", "import cryptography"]).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let Some(python) = [own, "python3".into()].into_iter().find(|python| has(python)) else {
        let said = b"skipped: the Python package `cryptography` is not installed\n";
        std::io::stderr().write_all(said).unwrap();
        return;
    };
    let (wrapping, key) = (DataKey::new([9; 32]), DataKey::new([77; 32]));
    let id = key.id();
    let wrapped = wrapping.seal(&wrap_context(&id, "acme", "bob", AT), key.secret());
    let text = "{\"kind\":\"run.started\",\"ü\":1}".as_bytes();
    let opened = |sealed: &[u8], seq: u64| {
        let (at, seq) = (AT.to_string(), seq.to_string());
        let secret = hex(wrapping.secret());
        let (wrapped, sealed) = (hex(&wrapped), hex(sealed));
        let arguments =
            [&*secret, &id, "acme", "bob", &at, &wrapped, &seq, &at, &sealed].map(str::to_owned);
        let reader = here.join("tests/sealing/open.py");
        let output = Command::new(&python).arg("-B").arg(reader).args(arguments).output().unwrap();
        output.status.success().then_some(output.stdout)
    };
    let mut sealed = key.seal(&record_context(&id, 7, AT), text);
    assert_eq!(opened(&sealed, 7).as_deref(), Some(text));
    assert_eq!(opened(&sealed, 8), None, "it stands elsewhere");
    sealed[20] ^= 1;
    assert_eq!(opened(&sealed, 7), None, "it was changed");
}
