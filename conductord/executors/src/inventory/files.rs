//! Inventory files.

use std::{
    fs,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use conductor_protocol::inventory::{Format, LabelRules, SOURCE_BYTES_MAX, parse};

use super::{Drafts, Kept, Unread};

/// A file, and what it said when it was read last.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    kept: Kept<Stamp>,
}

/// What tells one state of a file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(about: &fs::Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.len(),
            changed: (about.ctime(), about.ctime_nsec()),
        }
    }
}

impl File {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, kept: Kept::new() }
    }

    pub(super) fn read(&self, rules: &LabelRules) -> Result<Drafts, Unread> {
        let (mut file, stamp) = open(&self.path).map_err(unavailable)?;
        self.kept.get_or(
            |kept| *kept == stamp,
            || {
                let text = read_bounded(&mut file).map_err(unavailable)?;
                let name = self.path.file_name().unwrap_or_default().to_string_lossy();
                let drafts = parse(Format::of(&name, &text), &text, rules);
                Ok((stamp, drafts.map_err(|problems| Unread::of(&problems))?))
            },
        )
    }
}

/// Opens a regular file: a pipe or a device would never end.
fn open(path: &Path) -> io::Result<(fs::File, Stamp)> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let file = fs::File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    Ok((file, stamp))
}

/// A file's text, if it is one of a size that is taken.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    read_bounded(&mut open(path)?.0)
}

fn read_bounded(file: &mut fs::File) -> io::Result<String> {
    let mut text = String::new();
    let bound = u64::try_from(SOURCE_BYTES_MAX).unwrap_or(u64::MAX);
    file.take(bound + 1).read_to_string(&mut text)?;
    if text.len() > SOURCE_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {SOURCE_BYTES_MAX} bytes")));
    }
    Ok(text)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unavailable(error: io::Error) -> Unread {
    Unread::Unavailable(error.to_string())
}
