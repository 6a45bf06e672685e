//! Keys in a data folder: which is in force by the ledger, through crashes, and what is said where none
//! fits.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use conductor_domain::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
    trust::signing_key::{Rotated, RotationOrdered},
};
use conductor_keys::{
    note::{SigningKey, VerifierKey},
    signing::CommandOptions,
};

use super::*;

fn pins() -> Pins {
    super::pins(&Vault::default())
}

fn settings(place: KeyPlace, next: Option<KeyPlace>) -> SigningSettings {
    SigningSettings { place, next, ..SigningSettings::default() }
}

fn file() -> SigningSettings {
    settings(KeyPlace::File, None)
}

fn elsewhere(seed: u8) -> KeyPlace {
    let options = CommandOptions {
        argv: vec!["/usr/bin/kms".into()],
        environment: Vec::new(),
        timeout: Duration::from_secs(1),
    };
    let key = SigningKey::from_seed("x", [seed; 32]).unwrap();
    KeyPlace::Command(options, *key.verifier().as_bytes())
}

fn open(
    folder: &Path,
    settings: &SigningSettings,
    has_records: bool,
) -> Result<(Keys, Arc<Ring>), String> {
    Keys::open(folder, (settings, pins()), has_records).map_err(|ended| ended.line())
}

/// What the ledger says after these handovers.
fn told(chain: &Chain) -> SigningKeys {
    let mut known = SigningKeys::default();
    let mut apply = |event| {
        let envelope = Envelope {
            at: Timestamp::from_unix_ms(0),
            scope: Scope::default(),
            principal: Principal::system(),
            trace: None,
            idempotency: None,
            event,
        };
        known.apply(&envelope, 1);
    };
    for handover in chain.handovers() {
        let ordered = RotationOrdered { reason: String::new(), decision: String::new() };
        apply(Event::SigningKeyRotationOrdered(ordered));
        apply(Event::SigningKeyRotated(Box::new(Rotated {
            number: handover.number,
            old_key: handover.old.to_string(),
            new_key: handover.new.to_string(),
            from: handover.from,
            handover: handover.note.clone(),
            place: String::new(),
            order: 1,
            ordered_by: Principal::system(),
            reason: String::new(),
        })));
    }
    known
}

/// Both keys sign; nothing is kept of it.
fn hand_over(ring: &Ring, keys: &Keys, from: u64) -> Chain {
    let mut chain = (*ring.chain()).clone();
    let new = keys.next(&chain).unwrap();
    let note = ring.hold().hand_over(&*new, from, 0).unwrap();
    chain.append(&note).unwrap();
    chain
}

fn settled(folder: &Path, settings: &SigningSettings, chain: &Chain) -> (Keys, Arc<Ring>) {
    let (keys, ring) = open(folder, settings, true).unwrap();
    keys.settle(&ring, &told(chain), 5).unwrap();
    assert_eq!(*ring.chain(), *chain);
    assert_eq!(ring.verifier(), *chain.current());
    (keys, ring)
}

#[test]
fn a_ledger_whose_key_is_gone_gets_no_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let refused = open(folder.path(), &file(), true).unwrap_err();
    assert!(refused.contains("restore it"), "{refused}");
}

#[test]
fn a_ledger_keeps_its_key_wherever_that_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let first = open(path, &settings(elsewhere(1), None), false).unwrap().1.verifier();
    let again = open(path, &settings(elsewhere(1), None), true).unwrap().1.verifier();
    assert_eq!((again, chain(path).unwrap()), (first.clone(), Chain::from(first.clone())));
    for other in [settings(elsewhere(2), None), file(), settings(elsewhere(2), Some(elsewhere(3)))]
    {
        let refused = open(path, &other, true).unwrap_err();
        assert!(
            refused.contains(&first.to_string()) && refused.contains("is elsewhere"),
            "{refused}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let own = open(folder.path(), &file(), false).unwrap().1.verifier();
    assert_eq!(chain(folder.path()).unwrap(), Chain::from(own));
    let refused = open(folder.path(), &settings(elsewhere(1), None), true).unwrap_err();
    assert!(refused.contains("is the key file"), "{refused}");
}

/// A kill at each point of a handover from file to file: what the ledger says is in force.
#[test]
fn whatever_a_kill_leaves_the_key_in_force_is_the_one_the_ledger_says() {
    for at in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let (keys, ring) = open(path, &file(), false).unwrap();
        let old = (*ring.chain()).clone();
        let new = hand_over(&ring, &keys, 10);
        assert!(path.join("key.next").exists());
        drop((keys, ring));
        // 0: before the event; 1: after it; then files that were moved, one after the other.
        if at == 0 {
            settled(path, &file(), &old);
            assert!(!path.join("key.next").exists(), "it never signed anything");
            continue;
        }
        if at >= 2 {
            fs::write(path.join("key.chain"), new.to_json()).unwrap();
        }
        if at >= 3 {
            fs::rename(path.join("key"), path.join(old_name(&old.current().to_string()))).unwrap();
        }
        if at >= 4 {
            fs::rename(path.join("key.next"), path.join("key")).unwrap();
        }
        let (_, ring) = settled(path, &file(), &new);
        assert!(path.join("key").exists() && !path.join("key.next").exists());
        assert_eq!(chain(path).unwrap(), new);
        // The first checkpoint after it is signed by both, since the old one is still at hand.
        let note = ring.sign_checkpoint(12, &[1; 32]).unwrap();
        old.current().verify_checkpoint(&note).unwrap();
        new.current().verify_checkpoint(&note).unwrap();
    }
}

#[test]
fn a_lost_chain_is_made_again_and_one_that_the_ledger_lost_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (keys, ring) = open(path, &file(), false).unwrap();
    let old = (*ring.chain()).clone();
    let new = hand_over(&ring, &keys, 10);
    settled(path, &file(), &new);
    fs::remove_file(path.join("key.chain")).unwrap();
    settled(path, &file(), &new);
    assert_eq!(chain(path).unwrap(), new);
    // A repair cut the log before the handover: the old key goes on.
    settled(path, &file(), &old);
    assert!(!path.join("key.chain").exists());
    assert_eq!(chain(path).unwrap(), old);
}

#[test]
fn a_key_moves_from_a_file_to_a_program_and_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (keys, ring) = open(path, &settings(KeyPlace::File, Some(elsewhere(1))), false).unwrap();
    let mut new = (*ring.chain()).clone();
    assert_eq!(keys.next_place(&new).unwrap(), "the program /usr/bin/kms");
    let next = SigningKey::from_seed(new.name(), [1; 32]).unwrap();
    let note = ring.hold().hand_over(&next, 10, 0).unwrap();
    new.append(&note).unwrap();
    // Before the configuration was changed, and after.
    for after in [settings(KeyPlace::File, Some(elsewhere(1))), settings(elsewhere(1), None)] {
        let (keys, _) = settled(path, &after, &new);
        assert!(!path.join("key").exists() && path.join("key.pub").exists());
        let refused = keys.next_place(&new).unwrap_err();
        assert!(refused.contains("[signing.next"), "{refused}");
    }
    let wrong = open(path, &file(), true).unwrap_err();
    assert!(wrong.contains(&new.current().to_string()), "{wrong}");
    let (keys, _) = settled(path, &settings(elsewhere(1), Some(elsewhere(2))), &new);
    let third = keys.next(&new).unwrap().verifier();
    let expected = SigningKey::from_seed(new.name(), [2; 32]).unwrap().verifier();
    assert_eq!(third, VerifierKey::from_bytes(new.name(), expected.as_bytes()).unwrap());
}

#[test]
fn the_next_key_is_the_one_that_is_configured_by_now() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, ring) = open(folder.path(), &file(), false).unwrap();
    let first = ring.chain();
    assert_eq!(keys.next_place(&first).unwrap(), "a key file in the data folder");
    let configure = |place, next, chain: &Chain| {
        keys.configure(&settings(place, next), chain).map_err(|ended| ended.line())
    };
    configure(KeyPlace::File, Some(elsewhere(1)), &first).unwrap();
    assert_eq!(keys.next_place(&first).unwrap(), "the program /usr/bin/kms");
    let next = SigningKey::from_seed(first.name(), [1; 32]).unwrap();
    assert_eq!(keys.next(&first).unwrap().verifier(), next.verifier());
    let note = ring.hold().hand_over(&next, 10, 0).unwrap();
    let mut second = (*first).clone();
    second.append(&note).unwrap();
    // Once it has taken over it is moved, and another one named.
    configure(elsewhere(1), Some(elsewhere(2)), &second).unwrap();
    let third = SigningKey::from_seed(first.name(), [2; 32]).unwrap().verifier();
    assert_eq!(keys.next(&second).unwrap().verifier(), third);
    // What the daemon would not start with again leaves all as it was.
    let refused = configure(elsewhere(3), None, &second).unwrap_err();
    assert!(refused.contains(&second.current().to_string()), "{refused}");
    assert_eq!(keys.next(&second).unwrap().verifier(), third);
}

#[test]
fn an_old_key_file_keeps_nothing_of_its_name_secret_but_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, ring) = open(folder.path(), &file(), false).unwrap();
    let old = ring.verifier();
    let new = hand_over(&ring, &keys, 10);
    settled(folder.path(), &file(), &new);
    for name in [PathBuf::from("key"), old_name(&old.to_string())] {
        let mode = fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", name.display());
    }
}
