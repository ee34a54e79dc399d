//! Files of a tour, which are created at its start and removed at its end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::deliveries;

/// Initial files of the first account: four files in two folders, six items.
pub(super) const FIRST: [(&str, &[u8]); 4] = [
    ("Plans/2026/road map.txt", b"north, then east\n"),
    ("Größe.txt", "Ünïcödé\n".as_bytes()),
    ("empty", b""),
    ("large.bin", &[7; 9_000_000]),
];
/// Initial files of the second account.
pub(super) const SECOND: [(&str, &[u8]); 1] = [("private.txt", b"nobody else's\n")];
/// All names at the roots of both accounts, including later ones.
const NAMES: [&str; 8] = [
    "Plans",
    "Größe.txt",
    "empty",
    "large.bin",
    "private.txt",
    "Journal.txt",
    "after a while.txt",
    deliveries::FOLDER,
];

/// Writes the files into a directory.
pub(super) fn lay_out(directory: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
    files.iter().try_for_each(|(path, bytes)| write(&directory.join(path), bytes))
}

/// Writes a file, and creates the folders above it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().context("a file lies in a directory")?)?;
    Ok(fs::write(path, bytes)?)
}

/// Removes all files of a tour when it ends in any way. The directories were empty before.
pub(super) struct Cleaner(pub(super) Vec<PathBuf>);

impl Drop for Cleaner {
    fn drop(&mut self) {
        for path in self.0.iter().flat_map(|directory| NAMES.map(|name| directory.join(name))) {
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            if let Err(error) = gone
                .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            {
                tracing::warn!(%error, path = %path.display(), "a file of the tour is left");
            }
        }
    }
}
