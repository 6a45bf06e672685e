//! Laws of sealing, and the bytes that it has to give for ever.

use proptest::prelude::*;

use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_same_is_sealed_to_the_same_bytes_for_ever() {
    let golden = include_str!("../../tests/sealing/v1.txt");
    let of = |name: &str| {
        let line = golden.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_default().to_owned()
    };
    let key = DataKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    assert_eq!(key.id(), of("id"));
    let context = record_context(&key.id(), 7, 1_790_000_000_000);
    let sealed = key.seal(&context, br#"{"kind":"run.started"}"#);
    assert_eq!(hex(&sealed), of("sealed"));
    let wrapping = DataKey::new([9; 32]);
    let context = wrap_context(&key.id(), "acme", "customer-4711", 1_790_000_000_000);
    assert_eq!(hex(&wrapping.seal(&context, key.secret())), of("wrapped"));
}

#[test]
fn nothing_of_a_key_is_shown() {
    let key = DataKey::new([0xab; 32]);
    assert_eq!(format!("{key:?}"), "DataKey { .. }");
    assert_ne!(key.id(), DataKey::new([0xac; 32]).id());
    assert_eq!(key.id().len(), 32);
}

#[test]
fn what_is_no_sealed_form_is_refused() {
    let key = DataKey::new([1; 32]);
    assert_eq!(key.open(b"", b""), Err(OpenError::Incomplete));
    assert_eq!(key.open(b"", &[2; 64]), Err(OpenError::Version(2)));
    assert_eq!(key.open(b"", &[1; OVERHEAD - 1]), Err(OpenError::Incomplete));
    assert_eq!(key.open(b"", &[1; OVERHEAD]), Err(OpenError::Changed));
}

#[test]
fn a_record_opens_in_its_own_place_alone() {
    let key = DataKey::new([1; 32]);
    let sealed = key.seal(&record_context("k", 7, 9), b"x");
    for (id, seq, at) in [("k", 8, 9), ("k", 7, 8), ("j", 7, 9)] {
        assert_eq!(key.open(&record_context(id, seq, at), &sealed), Err(OpenError::Changed));
    }
    // What stands beside each other can't be read in two ways.
    assert_ne!(wrap_context("k", "ab", "c", 1), wrap_context("k", "a", "bc", 1));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_and_is_the_same_again(
        key in any::<[u8; 32]>(),
        context in prop::collection::vec(any::<u8>(), 0..40),
        plain in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let key = DataKey::new(key);
        let sealed = key.seal(&context, &plain);
        prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
        prop_assert_eq!(key.open(&context, &sealed).unwrap(), plain.clone());
        prop_assert_eq!(key.seal(&context, &plain), sealed);
    }

    #[test]
    fn no_bit_can_be_changed(
        plain in prop::collection::vec(any::<u8>(), 0..100),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let key = DataKey::new([5; 32]);
        let mut sealed = key.seal(b"here", &plain);
        let at = place.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open(b"here", &sealed).is_err());
    }

    #[test]
    fn another_key_and_another_context_don_t_open(
        one in any::<[u8; 32]>(),
        other in any::<[u8; 32]>(),
        plain in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        prop_assume!(one != other);
        let sealed = DataKey::new(one).seal(b"here", &plain);
        prop_assert!(DataKey::new(other).open(b"here", &sealed).is_err());
        prop_assert!(DataKey::new(one).open(b"there", &sealed).is_err());
        prop_assert_ne!(DataKey::new(one).seal(b"there", &plain), sealed);
    }
}
