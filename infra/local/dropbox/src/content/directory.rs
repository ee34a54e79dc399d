//! An account's directory: reading it without ever leaving it.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::Context;

use super::entry::{Kind, Stat};
use super::hash::ContentHasher;
use super::name;

/// How often a file that changes while it is hashed is begun again, before it is taken as it is.
const ATTEMPTS: usize = 3;

/// The directory that is an account's content.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    root: PathBuf,
}

/// A file or directory as a listing found it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its name on disk.
    pub(crate) name: OsString,
    /// Which of the two it is.
    pub(crate) kind: Kind,
    /// What the file system says of it.
    pub(crate) stat: Stat,
}

/// A file that was read through.
#[derive(Debug)]
pub(crate) struct Hashed {
    /// The content hash.
    pub(crate) hash: String,
    /// The state of the file before it was read, with the number of bytes that were.
    pub(crate) stat: Stat,
    /// Whether it stayed as it was while it was read.
    pub(crate) is_settled: bool,
}

impl Directory {
    /// Takes `path`, creating it when missing.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let root = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self { root })
    }

    /// Where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of something in it, unless a symbolic link on the way leads elsewhere.
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

    /// What is at `disk`, if it is a file or a directory.
    pub(crate) fn look(&self, disk: &Path) -> io::Result<Option<(Kind, Stat)>> {
        match self.resolve(disk).and_then(fs::symlink_metadata) {
            Ok(metadata) => Ok(kind(&metadata).map(|kind| (kind, stat(&metadata)))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The files and directories in the directory `disk`, those with names that Dropbox can hold as they are first.
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

    /// Moves all that is in it into a new folder of it.
    pub(crate) fn gather(&self, name: &str) -> io::Result<()> {
        let there: Vec<_> = fs::read_dir(&self.root)?.collect::<io::Result<_>>()?;
        let folder = self.root.join(name);
        fs::create_dir(&folder)?;
        there.iter().try_for_each(|entry| fs::rename(entry.path(), folder.join(entry.file_name())))
    }

    /// Opens a file and tells its state.
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

    /// Reads a file through.
    pub(crate) fn hash(&self, disk: &Path) -> io::Result<Hashed> {
        let mut hashed = self.hash_once(disk)?;
        for _ in 1..ATTEMPTS {
            if hashed.is_settled {
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
        let is_settled = before == after && size == after.size;
        Ok(Hashed { hash: hasher.finish(), stat: Stat { size, ..before }, is_settled })
    }
}

/// Whether the error says that nothing is there.
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

/// What `metadata` says of an object.
pub(crate) fn stat(metadata: &Metadata) -> Stat {
    let born = metadata.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    Stat {
        inode: metadata.ino(),
        born: born.and_then(|born| i64::try_from(born.as_nanos()).ok()),
        modified: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
        size: metadata.len(),
    }
}
