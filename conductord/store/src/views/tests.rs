//! One suite for both view stores, and sled's files damaged in every way.

use std::{fs, path::Path};

use conductor_engine::ports::{ViewError, ViewStore};

use super::{open_views, wipe_views};
use crate::testing::MemViews;

fn scanned(views: &dyn ViewStore, from: &str, to: &str, reverse: bool, max: usize) -> Vec<String> {
    let mut found = Vec::new();
    views
        .scan(from.as_bytes(), to.as_bytes(), reverse, &mut |key, value| {
            let text = [key, b"=", value].concat();
            found.push(String::from_utf8(text).unwrap());
            found.len() < max
        })
        .unwrap();
    found
}

fn put(key: &str, value: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    (key.into(), Some(value.into()))
}

/// What every view store does.
fn conforms(views: &dyn ViewStore) {
    assert_eq!(views.get(b"a").unwrap(), None);
    views.apply(vec![put("a", "1"), put("b", ""), put("c", "3"), put("d/1", "4")]).unwrap();
    assert_eq!(views.get(b"a").unwrap().unwrap(), b"1");
    assert_eq!(views.get(b"b").unwrap().unwrap(), b"", "an empty value is one");
    assert_eq!(scanned(views, "a", "d", false, 9), ["a=1", "b=", "c=3"]);
    assert_eq!(scanned(views, "a", "c", true, 9), ["b=", "a=1"], "the end is excluded");
    assert_eq!(scanned(views, "a", "z", false, 2), ["a=1", "b="], "until the visitor stops");
    assert_eq!(scanned(views, "a", "z", true, 1), ["d/1=4"]);
    assert!(scanned(views, "c", "a", false, 9).is_empty(), "a range that ends before it begins");
    views.apply(vec![put("a", "2"), (b"b".to_vec(), None), (b"none".to_vec(), None)]).unwrap();
    views.apply(vec![put("e", "1"), put("e", "2")]).unwrap();
    assert_eq!(views.get(b"e").unwrap().unwrap(), b"2", "the last write of a batch counts");
    views.apply(Vec::new()).unwrap();
    views.flush().unwrap();
    assert_eq!(scanned(views, "a", "f", false, 9), ["a=2", "c=3", "d/1=4", "e=2"]);
}

#[test]
fn memory_conforms() {
    conforms(&MemViews::default());
}

#[test]
fn sled_conforms_and_keeps() {
    let dir = tempfile::tempdir().unwrap();
    let views = open_views(dir.path()).unwrap();
    conforms(&views);
    views.close().unwrap();
    let views = open_views(dir.path()).unwrap();
    assert_eq!(scanned(&views, "a", "f", false, 9), ["a=2", "c=3", "d/1=4", "e=2"]);
    drop(views);
    let views = open_views(dir.path()).unwrap();
    assert_eq!(views.get(b"c").unwrap().unwrap(), b"3", "also after no clean stop");
}

fn fill(dir: &Path) {
    let views = open_views(dir).unwrap();
    for batch in 0..40 {
        let write = |n| put(&format!("key {batch:02} {n:03}"), &format!("{n}").repeat(20));
        views.apply((0..100).map(write).collect()).unwrap();
    }
    views.close().unwrap();
}

#[test]
fn changed_files_are_noticed_and_wiped() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    let file = dir.path().join("db/db");
    let sound = fs::read(&file).unwrap();
    let changes: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| *bytes.get_mut(5000).unwrap() ^= 1,
        Vec::clear,
    ];
    for change in changes {
        let mut bytes = sound.clone();
        change(&mut bytes);
        fs::write(&file, bytes).unwrap();
        assert!(matches!(open_views(dir.path()), Err(ViewError::Damaged { .. })));
    }
    fs::write(&file, &sound).unwrap();
    assert!(open_views(dir.path()).is_ok(), "another time, the same bytes");
    wipe_views(dir.path()).unwrap();
    let views = open_views(dir.path()).unwrap();
    assert_eq!(scanned(&views, "a", "z", false, 1), Vec::<String>::new());
}

#[test]
fn removed_files_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    fs::remove_dir_all(dir.path().join("db")).unwrap();
    assert!(matches!(open_views(dir.path()), Err(ViewError::Damaged { .. })));
}

/// What the store should hold after so many batches of [`round`].
fn model(batches: u64) -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
    let mut map = std::collections::BTreeMap::new();
    for batch in 0..batches {
        for (key, value) in round(batch) {
            map.insert(key, value.unwrap_or_default());
        }
    }
    map
}

/// A batch that writes new keys, writes old ones again, and says which batch it is.
fn round(batch: u64) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let key = |n: u64| format!("key {:05}", n * 7919 % 20_000);
    let mut writes: Vec<_> =
        (0..100).map(|n| put(&key(batch * 70 + n), &format!("{batch} {n}").repeat(20))).collect();
    writes.push(put("cursor", &format!("{}", batch + 1)));
    writes
}

fn contents(
    views: &dyn ViewStore,
) -> Result<std::collections::BTreeMap<Vec<u8>, Vec<u8>>, ViewError> {
    let mut map = std::collections::BTreeMap::new();
    views.scan(b"a", b"z", false, &mut |key, value| {
        map.insert(key.to_vec(), value.to_vec());
        true
    })?;
    Ok(map)
}

/// Without a seal only reading can tell: damage is reported, or what is there is of one moment.
#[test]
fn damage_after_a_crash_is_reported_or_harmless() {
    let dir = tempfile::tempdir().unwrap();
    let views = open_views(dir.path()).unwrap();
    for batch in 0..150 {
        views.apply(round(batch)).unwrap();
    }
    views.flush().unwrap();
    drop(views);
    let sound = fs::read(dir.path().join("db/db")).unwrap();
    // Reported, or recovered to an earlier moment: what is neither was found empty.
    let (mut reported, mut recovered) = (0, 0);
    for step in 0..40 {
        let (mut torn, mut flipped) = (sound.clone(), sound.clone());
        let at = sound.len() * step / 40;
        torn.truncate(at);
        flipped.iter_mut().skip(at).take(64).for_each(|byte| *byte = !*byte);
        for bytes in [torn, flipped] {
            let copy = tempfile::tempdir().unwrap();
            fs::create_dir_all(copy.path().join("db")).unwrap();
            fs::copy(dir.path().join("db/conf"), copy.path().join("db/conf")).unwrap();
            fs::write(copy.path().join("db/db"), bytes).unwrap();
            match open_views(copy.path()).and_then(|views| contents(&views)) {
                Err(ViewError::Damaged { .. }) => reported += 1,
                Err(error) => unreachable!("{error}"),
                Ok(found) => {
                    let cursor = found.get(&b"cursor"[..]);
                    let text = cursor.map(|text| String::from_utf8(text.clone()).unwrap());
                    let batches = text.map_or(0, |text| text.parse().unwrap());
                    recovered += usize::from(batches > 0);
                    assert!(found == model(batches), "step {step}: not what batch {batches} left");
                }
            }
        }
    }
    assert!(reported + recovered > 0, "no damage left anything to look at");
}
