//! What is in ledgers out there can still be read, and is still written the same.

use std::{fs, path::Path};

use conductor_domain::event::Envelope;

#[test]
fn records_of_every_version_are_read_and_those_of_today_written_alike() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/events");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let record: Envelope =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(name.starts_with(record.event.kind()), "{name} holds {}", record.event.kind());
        let again = serde_json::to_string(&record).unwrap();
        // A record of an earlier version says the same once it is written again.
        assert_eq!(serde_json::from_str::<Envelope>(&again).unwrap(), record, "{name}");
        if name == record.event.kind() {
            assert_eq!(again, text.trim_end(), "{name}");
        }
        seen += 1;
    }
    assert!(seen >= 5, "{seen} records");
}

#[test]
fn there_is_a_record_of_every_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(folder.join("src/event.rs")).unwrap();
    let kinds = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#[serde(rename = \"")?.strip_suffix("\")]"));
    let records = folder.join("../../tests/golden/events");
    let missing: Vec<&str> =
        kinds.filter(|kind| !records.join(format!("{kind}.json")).exists()).collect();
    assert!(missing.is_empty(), "no golden record of {missing:?}");
}
