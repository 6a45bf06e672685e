//! What a clean stop leaves beside the view store: its files, so that a change is noticed.
//!
//! One line a file: `name length modified-ns crc32`. The length and time are compared first; a
//! file whose time differs (a restored backup, say) still counts when its checksum is right.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

const NAME: &str = "seal";
const HEADING: &str = "conductor views 1";
const READ_BYTES: usize = 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
struct Sealed {
    name: String,
    len: u64,
    modified_ns: i128,
}

/// How a folder compares with its seal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// There is none: the daemon did not stop cleanly.
    Missing,
    /// The files are as they were left.
    Intact,
    /// They are not.
    Broken(String),
}

/// Seals the files of `folder`; the seal is kept beside it, in `dir`.
pub(crate) fn seal(dir: &Path, folder: &Path) -> io::Result<()> {
    let mut text = format!("{HEADING}\n");
    for Sealed { name, len, modified_ns } in files(folder)? {
        let crc = checksum(&folder.join(&name))?;
        text.push_str(&[name, len.to_string(), modified_ns.to_string(), crc.to_string()].join(" "));
        text.push('\n');
    }
    let unfinished = dir.join("seal.new");
    fs::write(&unfinished, text)?;
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, dir.join(NAME))
}

/// Takes the seal away, before anything is written.
pub(crate) fn remove(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(NAME)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Compares the files of `folder` with the seal in `dir`.
pub(crate) fn check(dir: &Path, folder: &Path) -> io::Result<Seal> {
    let text = match fs::read(dir.join(NAME)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Seal::Missing),
        read => read?,
    };
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines();
    if lines.next() != Some(HEADING) {
        return Ok(Seal::Broken("its seal can't be read".to_owned()));
    }
    let present = files(folder)?;
    let mut sealed = 0;
    for line in lines {
        let Some((file, crc)) = parse(line) else {
            return Ok(Seal::Broken("its seal can't be read".to_owned()));
        };
        sealed += 1;
        let same_name = present.iter().find(|present| present.name == file.name);
        let intact = match same_name {
            Some(present) if *present == file => true,
            Some(present) if present.len == file.len => checksum(&folder.join(&file.name))? == crc,
            _ => false,
        };
        if !intact {
            return Ok(Seal::Broken(format!("its file {} was changed or removed", file.name)));
        }
    }
    if sealed != present.len() {
        return Ok(Seal::Broken("there are more files than it had".to_owned()));
    }
    Ok(Seal::Intact)
}

fn parse(line: &str) -> Option<(Sealed, u32)> {
    let mut fields = line.split(' ');
    let name = fields.next()?.to_owned();
    let (len, modified_ns) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let crc = fields.next()?.parse().ok()?;
    fields.next().is_none().then_some((Sealed { name, len, modified_ns }, crc))
}

/// All files below a folder, in order; none when it is not there.
fn files(folder: &Path) -> io::Result<Vec<Sealed>> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Sealed>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let meta = entry.metadata()?;
        if meta.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else {
            let modified_ns =
                i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
            found.push(Sealed { name, len: meta.len(), modified_ns });
        }
    }
    Ok(())
}

fn checksum(path: &Path) -> io::Result<u32> {
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (crc32fast::Hasher::new(), vec![0; READ_BYTES]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize()),
            have => hasher.update(&buffer[..have]),
        }
    }
}
