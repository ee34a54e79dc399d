//! The bytes of one request.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::crypto;

/// How the names of pieces begin that are in no session yet.
const LOOSE: &str = "piece-";

/// The bytes of one request; removed unless they become a part of a session.
#[derive(Debug)]
pub(crate) struct Piece {
    file: PathBuf,
}

impl Piece {
    /// Makes an empty one in `folder`.
    pub(super) fn create(folder: &Path) -> io::Result<(Self, File)> {
        let file = folder.join(format!("{LOOSE}{}", crypto::hex(&crypto::random::<8>())));
        let opened = File::create_new(&file)?;
        Ok((Self { file }, opened))
    }

    /// Where it is.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// How many bytes it has.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.file)?.len())
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // Once it is a part of a session it is not here any more.
        let _ = fs::remove_file(&self.file);
    }
}

/// Removes from `folder` the pieces that a killed process left.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(LOOSE.as_bytes()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
