//! What comes out of an archive, and what does not get out of one.

use std::io::{self, Write as _};

use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header};

use super::*;

fn gzipped(tar: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(tar).unwrap();
    encoder.finish().unwrap()
}

/// A tar with one entry, its name written past the checks of the builder.
fn with_entry(name: &str, kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    if kind.is_symlink() {
        header.set_link_name("/etc/passwd").unwrap();
    }
    header.set_cksum();
    builder.append(&header, content).unwrap();
    gzipped(&builder.into_inner().unwrap())
}

fn refused(packed: &[u8]) -> String {
    unpack(packed).expect_err("it is refused").to_string()
}

#[test]
fn what_was_packed_comes_out_and_is_the_same_every_time() {
    let files: [(&str, &[u8]); 3] = [("b/b.rego", b"two"), (".manifest", b"{}"), ("a.rego", b"")];
    let packed = pack(files).unwrap();
    let mut back = files;
    back.reverse();
    assert_eq!(pack(back).unwrap(), packed);
    let names: Vec<_> = unpack(&packed).unwrap();
    let expected = [(".manifest", "{}"), ("a.rego", ""), ("b/b.rego", "two")];
    assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())));
}

#[test]
fn names_as_other_tools_write_them_are_taken() {
    for name in ["/authz/authz.rego", "./authz/authz.rego"] {
        let entries = unpack(&with_entry(name, EntryType::Regular, b"x")).unwrap();
        assert_eq!(entries[0].0, "authz/authz.rego");
    }
}

#[test]
fn nothing_gets_out_of_the_bundle() {
    for name in ["../up.rego", "a/../../up.rego", "/../up.rego"] {
        let said = refused(&with_entry(name, EntryType::Regular, b"x"));
        assert!(said.contains("is no path below a bundle"), "{name}: {said}");
        assert!(pack([(name, b"x".as_slice())]).is_err());
    }
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo, EntryType::Block] {
        let said = refused(&with_entry("a.rego", kind, b""));
        assert!(said.contains("neither a file nor a folder"), "{kind:?}: {said}");
    }
}

#[test]
fn what_is_too_much_or_no_archive_is_refused() {
    let large = vec![b'x'; FILE_BYTES_MAX as usize + 1];
    let packed = with_entry("a.rego", EntryType::Regular, &large);
    assert!(packed.len() < 10_000, "it is small as long as it is packed");
    assert!(refused(&packed).contains("bounds"));
    let mut builder = Builder::new(Vec::new());
    for number in 0..=FILES_MAX {
        let mut header = Header::new_gnu();
        header.set_size(0);
        header.set_cksum();
        builder.append_data(&mut header, format!("{number}.rego"), io::empty()).unwrap();
    }
    assert!(refused(&gzipped(&builder.into_inner().unwrap())).contains("bounds"));
    assert!(refused(b"not packed at all").contains("unpack it"));
    let whole = with_entry("a.rego", EntryType::Regular, &[7; 5_000]);
    assert!(refused(&whole[..whole.len() / 2]).contains("unpack it"));
    let twice = {
        let mut builder = Builder::new(Vec::new());
        for _ in 0..2 {
            let mut header = Header::new_gnu();
            header.set_size(0);
            header.set_cksum();
            builder.append_data(&mut header, "a.rego", io::empty()).unwrap();
        }
        gzipped(&builder.into_inner().unwrap())
    };
    assert!(refused(&twice).contains("twice"));
}
