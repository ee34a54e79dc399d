//! The bytes of one request.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::crypto;

/// Prefix of the names of pieces that are in no session yet.
const LOOSE: &str = "piece-";

/// The bytes of one request; removed unless they become part of a session.
#[derive(Debug)]
pub(crate) struct Piece {
    file: PathBuf,
}

impl Piece {
    /// Creates an empty piece in `folder`.
    pub(super) fn create(folder: &Path) -> io::Result<(Self, File)> {
        let file = folder.join(format!("{LOOSE}{}", crypto::hex(&crypto::random::<8>())));
        let opened = File::create_new(&file)?;
        Ok((Self { file }, opened))
    }

    /// Returns the path of its file.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns its number of bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.file)?.len())
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // If it became part of a session, the file was renamed.
        let _ = fs::remove_file(&self.file);
    }
}

/// Removes the pieces in `folder` that a killed process has left.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(LOOSE.as_bytes()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
