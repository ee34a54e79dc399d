//! An account's directory, which is never left while reading.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Component, Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::Context;

use super::{
    entry::{Kind, Stat},
    hash::ContentHasher,
    name,
};

/// Number of attempts to hash a file that keeps changing, before it is taken as it is.
const ATTEMPTS: usize = 3;

/// Directory with an account's content.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    root: PathBuf,
}

/// A file or directory found in a listing.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Name on disk.
    pub(crate) name: OsString,
    /// Kind.
    pub(crate) kind: Kind,
    /// Metadata from the file system.
    pub(crate) stat: Stat,
}

/// A file that was read completely.
#[derive(Debug)]
pub(crate) struct Hashed {
    /// Content hash.
    pub(crate) hash: String,
    /// State of the file before it was read, with the number of bytes that were read.
    pub(crate) stat: Stat,
    /// Whether the file did not change while it was read.
    pub(crate) is_unchanged: bool,
}

impl Directory {
    /// Opens the directory at `path`, creating it if it is missing.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let root = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self { root })
    }

    /// Returns its path.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the absolute path of something in it, unless a symbolic link on the way leads elsewhere.
    pub(crate) fn resolve(&self, disk: &Path) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        let mut parts = disk.components().peekable();
        while let Some(part) = parts.next() {
            let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            path.push(name);
            if parts.peek().is_some() && !fs::symlink_metadata(&path)?.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
        }
        Ok(path)
    }

    /// Returns the kind and state of the file or directory at `disk`, if there is one.
    pub(crate) fn look(&self, disk: &Path) -> io::Result<Option<(Kind, Stat)>> {
        match self.resolve(disk).and_then(fs::symlink_metadata) {
            Ok(metadata) => Ok(kind(&metadata).map(|kind| (kind, stat(&metadata)))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lists the files and directories in the directory `disk`. Those whose names Dropbox can store unchanged
    /// come first.
    pub(crate) fn list(&self, disk: &Path) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.resolve(disk)?)? {
            let entry = entry?;
            let name = entry.file_name();
            if name::is_ignored(&name) {
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => {
                    let stat = stat(&metadata);
                    found.extend(kind(&metadata).map(|kind| Found { name, kind, stat }));
                }
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(error),
            }
        }
        found.sort_by_cached_key(|found| (!name::is_exact(&found.name), found.name.clone()));
        Ok(found)
    }

    /// Moves everything in it into a new folder in it.
    pub(crate) fn gather(&self, name: &str) -> io::Result<()> {
        let there: Vec<_> = fs::read_dir(&self.root)?.collect::<io::Result<_>>()?;
        let folder = self.root.join(name);
        fs::create_dir(&folder)?;
        there.iter().try_for_each(|entry| fs::rename(entry.path(), folder.join(entry.file_name())))
    }

    /// Opens a file, and returns its state.
    pub(crate) fn read(&self, disk: &Path) -> io::Result<(File, Stat)> {
        let path = self.resolve(disk)?;
        // Opening a pipe would wait for a writer.
        if !fs::symlink_metadata(&path)?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = File::open(path)?;
        let stat = stat(&file.metadata()?);
        Ok((file, stat))
    }

    /// Reads a file, and returns its content hash.
    pub(crate) fn hash(&self, disk: &Path) -> io::Result<Hashed> {
        let mut hashed = self.hash_once(disk)?;
        for _ in 1..ATTEMPTS {
            if hashed.is_unchanged {
                break;
            }
            hashed = self.hash_once(disk)?;
        }
        Ok(hashed)
    }

    fn hash_once(&self, disk: &Path) -> io::Result<Hashed> {
        let (mut file, before) = self.read(disk)?;
        let mut hasher = ContentHasher::new();
        let mut buffer = [0; 32 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                length => hasher.update(&buffer[..length]),
            }
        }
        let after = stat(&file.metadata()?);
        let size = hasher.total();
        let is_unchanged = before == after && size == after.size;
        Ok(Hashed { hash: hasher.finish(), stat: Stat { size, ..before }, is_unchanged })
    }
}

/// Whether the error means that the file does not exist.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn kind(metadata: &Metadata) -> Option<Kind> {
    match metadata.file_type() {
        kind if kind.is_dir() => Some(Kind::Folder),
        kind if kind.is_file() => Some(Kind::File),
        _ => None,
    }
}

/// Extracts the state of an object from `metadata`.
pub(crate) fn stat(metadata: &Metadata) -> Stat {
    let born = metadata.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    Stat {
        inode: metadata.ino(),
        born: born.and_then(|born| i64::try_from(born.as_nanos()).ok()),
        modified: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
        size: metadata.len(),
    }
}
