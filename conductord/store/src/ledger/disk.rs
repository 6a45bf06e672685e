//! What the ledger needs of a disk, and the real one.
//!
//! The trait is small so that the same record and segment code runs over [`RealDisk`] and over
//! the simulator's disk, which tears, loses and fails. Names are relative to the ledger's folder.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::FallocateFlags;

/// Ending of files that are not complete yet; a crash may leave one behind.
pub(crate) const UNFINISHED: &str = ".new";

/// What a folder tells of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Name, relative to the folder that was listed.
    pub name: String,
    /// Length in bytes.
    pub len: u64,
    /// When it was last written, in nanoseconds since 1970; whatever the disk says.
    pub modified_ns: i128,
}

/// A folder with files, some of them in folders of their own.
pub trait Disk: Clone + Send + Sync + 'static {
    /// An open file.
    type File: DiskFile;

    /// Opens a file for reading and writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none.
    fn open(&self, name: &str) -> io::Result<Self::File>;

    /// Creates a file, or replaces it, at once and durably: after a crash there is the old file or
    /// the complete new one. It begins with `bytes` and is zero from there to `len`.
    ///
    /// # Errors
    /// When the disk refuses.
    fn publish(&self, name: &str, bytes: &[u8], len: u64) -> io::Result<()>;

    /// The files of the ledger's folder, in the order of their names, without folders.
    ///
    /// # Errors
    /// When the disk refuses.
    fn list(&self) -> io::Result<Vec<FileInfo>>;

    /// Removes a file durably.
    ///
    /// # Errors
    /// When the disk refuses.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// For messages: where this file is.
    fn place(&self, name: &str) -> String;
}

/// An open file. Reads and writes name their offset.
pub trait DiskFile: Send + Sync {
    /// Fills `buffer` from `offset`; gives how much there was, less only at the file's end.
    ///
    /// # Errors
    /// When the disk refuses.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` at `offset`. Not durable before [`DiskFile::sync`].
    ///
    /// # Errors
    /// When the disk refuses.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts the file, or lengthens it with zeros.
    ///
    /// # Errors
    /// When the disk refuses.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Length in bytes.
    ///
    /// # Errors
    /// When the disk refuses.
    fn len(&self) -> io::Result<u64>;

    /// Whether there is nothing in it.
    ///
    /// # Errors
    /// When the disk refuses.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Makes everything written durable.
    ///
    /// # Errors
    /// When the disk refuses; nothing is known then of what was written since the last sync.
    fn sync(&self) -> io::Result<()>;
}

/// A folder of this machine.
#[derive(Debug, Clone)]
pub struct RealDisk {
    folder: PathBuf,
}

impl RealDisk {
    /// Uses `folder`, which is created when it is not there, with its folder for tiles.
    ///
    /// # Errors
    /// When it can't be created.
    pub fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder.join(super::tiles::FOLDER))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Uses a folder as it is; for looking only.
    #[must_use]
    pub fn existing(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn sync_folder_of(&self, name: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        File::open(path.parent().unwrap_or(&self.folder))?.sync_all()
    }
}

impl Disk for RealDisk {
    type File = File;

    fn open(&self, name: &str) -> io::Result<File> {
        let path = self.folder.join(name);
        match OpenOptions::new().read(true).write(true).open(&path) {
            // Verification also serves who may only look.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(path),
            opened => opened,
        }
    }

    fn publish(&self, name: &str, bytes: &[u8], len: u64) -> io::Result<()> {
        let unfinished = self.folder.join(format!("{name}{UNFINISHED}"));
        let file = File::create(&unfinished)?;
        file.write_all_at(bytes, 0)?;
        if len > bytes.len() as u64 {
            let reserved = rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, len);
            if let Err(error) = reserved {
                if error != rustix::io::Errno::OPNOTSUPP {
                    return Err(error.into());
                }
                // A file system without reservation: the length is all that can be fixed.
                file.set_len(len)?;
            }
        }
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join(name))?;
        self.sync_folder_of(name)
    }

    fn list(&self) -> io::Result<Vec<FileInfo>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if let (true, Ok(name)) = (meta.is_file(), entry.file_name().into_string()) {
                let modified_ns =
                    i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
                files.push(FileInfo { name, len: meta.len(), modified_ns });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))?;
        self.sync_folder_of(name)
    }

    fn place(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

impl DiskFile for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while done < buffer.len() {
            let at = offset + done as u64;
            match std::os::unix::fs::FileExt::read_at(self, &mut buffer[done..], at) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        Self::set_len(self, len)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
