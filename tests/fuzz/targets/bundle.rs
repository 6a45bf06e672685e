//! Any bytes as a packed policy bundle: taken or refused, within bounds, and never trusted.
#![no_main]

use conductor_policy::Bundle;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = Bundle::from_archive(bytes, None) {
        let packed = bundle.to_archive().expect("what was taken can be packed");
        let again = Bundle::from_archive(&packed, None).expect("what was packed is taken");
        assert_eq!(again.revision(), bundle.revision());
    }
    assert!(Bundle::from_archive(bytes, Some(&|_, _, _, _| false)).is_err());
});
