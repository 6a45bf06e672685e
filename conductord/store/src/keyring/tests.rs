//! The keyring through starts, losses and destruction.

use std::sync::atomic::{AtomicU8, Ordering};

use super::*;

fn chance() -> Chance {
    static DRAWN: AtomicU8 = AtomicU8::new(1);
    Box::new(|| Ok([DRAWN.fetch_add(1, Ordering::Relaxed); KEY_LEN]))
}

fn wrapping(folder: &Path) -> WrappingKey {
    let path = folder.join("sealing.key");
    match WrappingKey::load(&path).unwrap() {
        Some(known) => known,
        None => WrappingKey::create(&path, [200; KEY_LEN]).unwrap(),
    }
}

fn open(folder: &Path) -> FileKeyring {
    let keys = folder.join("keyring");
    fs::create_dir_all(&keys).unwrap();
    FileKeyring::open(&keys, wrapping(folder), chance()).unwrap()
}

fn owner(tenant: &str, subject: &str) -> Owner {
    Owner { tenant: tenant.into(), subject: subject.into() }
}

const AT: Timestamp = Timestamp::from_unix_ms(1_790_000_000_000);

#[test]
fn each_owner_has_one_key_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = open(folder.path());
    let (id, key) = keyring.key_of(&owner("acme", ""), AT).unwrap();
    let (of_subject, _) = keyring.key_of(&owner("acme", "bob"), AT).unwrap();
    assert_ne!(id, of_subject);
    let sealed = key.seal(b"x", b"y");
    drop(keyring);
    let keyring = open(folder.path());
    assert_eq!(keyring.key_of(&owner("acme", ""), AT).unwrap().0, id);
    let KeyFound::Live(key) = keyring.key(&id).unwrap() else { panic!("it is there") };
    assert_eq!(key.open(b"x", &sealed).unwrap(), b"y");
    assert_eq!(keyring.held("acme", None).len(), 2);
    assert_eq!(keyring.held("acme", Some("bob")), [(of_subject, owner("acme", "bob"))]);
    assert!(keyring.held("globex", None).is_empty());
}

#[test]
fn a_destroyed_key_stays_destroyed_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = open(folder.path());
    let (id, key) = keyring.key_of(&owner("acme", "bob"), AT).unwrap();
    let secret = in_base64(key.secret());
    drop(key);
    keyring.destroy(&id, AT, 9).unwrap();
    keyring.destroy(&id, AT + 1, 10).unwrap();
    for keyring in [keyring, open(folder.path())] {
        let KeyFound::Destroyed(left) = keyring.key(&id).unwrap() else { panic!("it is gone") };
        assert_eq!((left.at, left.record, left.tenant.as_str()), (AT, 9, "acme"));
        assert_eq!(left.subject_digest, subject_digest("bob"));
        assert_eq!((keyring.report().live, keyring.report().destroyed), (0, 1));
    }
    let text = fs::read_to_string(folder.path().join(format!("keyring/{id}.json"))).unwrap();
    assert!(
        !text.contains("bob") && !text.contains(&secret) && !text.contains("wrapped"),
        "{text}"
    );
    // Whoever comes again has another key.
    let again = open(folder.path()).key_of(&owner("acme", "bob"), AT).unwrap().0;
    assert_ne!(again, id);
}

#[test]
fn a_whole_tenant_is_known_as_forgotten_by_its_own_key_and_the_newest_record() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = open(folder.path());
    let key_of = |keyring: &FileKeyring, tenant, subject| {
        keyring.key_of(&owner(tenant, subject), AT).unwrap().0
    };
    keyring.destroy(&key_of(&keyring, "acme", "bob"), AT, 5).unwrap();
    assert!(keyring.forgotten_tenants().is_empty(), "that is a data subject");
    keyring.destroy(&key_of(&keyring, "acme", ""), AT, 9).unwrap();
    keyring.destroy(&key_of(&keyring, "globex", ""), AT, 7).unwrap();
    // One of the same name came after it, and is forgotten, too.
    keyring.destroy(&key_of(&keyring, "acme", ""), AT, 30).unwrap();
    for keyring in [keyring, open(folder.path())] {
        let known = [("acme".to_owned(), 30), ("globex".to_owned(), 7)];
        assert_eq!(*keyring.forgotten_tenants(), known.into());
    }
}

fn in_base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

#[test]
fn a_key_that_is_just_gone_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = open(folder.path());
    let (id, _) = keyring.key_of(&owner("acme", ""), AT).unwrap();
    drop(keyring);
    fs::remove_file(folder.path().join(format!("keyring/{id}.json"))).unwrap();
    let told = open(folder.path()).key(&id).unwrap_err().to_string();
    assert!(told.contains(&format!("{id}.json")) && told.contains("restore"), "{told}");
}

#[test]
fn what_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (id, _) = open(folder.path()).key_of(&owner("acme", ""), AT).unwrap();
    let path = folder.path().join(format!("keyring/{id}.json"));
    let text = fs::read_to_string(&path).unwrap();
    let refused = |text: String| {
        fs::write(&path, text).unwrap();
        let keys = folder.path().join("keyring");
        FileKeyring::open(&keys, wrapping(folder.path()), chance()).unwrap_err().to_string()
    };
    // A key can't be given to somebody else.
    let told = refused(text.replace("acme", "globex"));
    assert!(told.contains("was changed"), "{told}");
    assert!(refused(text.replace("\"version\": 1", "\"version\": 2")).contains("version 2"));
    assert!(refused(text[..text.len() / 2].to_owned()).contains("restore"));
    assert!(refused(text.replace(&id, &"0".repeat(32))).contains("another file"));
}

#[test]
fn another_wrapping_key_is_noticed_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).key_of(&owner("acme", ""), AT).unwrap();
    let other = WrappingKey::create(&folder.path().join("other"), [201; KEY_LEN]).unwrap();
    let keys = folder.path().join("keyring");
    let told = FileKeyring::open(&keys, other, chance()).unwrap_err().to_string();
    assert!(told.contains("belongs to this keyring"), "{told}");
}

#[test]
fn a_wrapping_key_that_others_read_or_that_is_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealing.key");
    WrappingKey::create(&path, [7; KEY_LEN]).unwrap();
    assert!(WrappingKey::create(&path, [8; KEY_LEN]).is_err(), "it is never overwritten");
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(WrappingKey::load(&path).unwrap_err().to_string().contains("0644"));
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 8]).unwrap();
    assert!(WrappingKey::load(&path).unwrap_err().to_string().contains("no sealing key"));
}
