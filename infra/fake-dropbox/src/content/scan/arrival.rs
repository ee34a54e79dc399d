//! Reading of new objects on disk.

use std::{ffi::OsString, path::Path};

use super::Scan;
use crate::content::{
    directory::{Found, is_absent},
    entry::{Kind, Stat},
};

/// An object on disk that is not in the journal in this state.
#[derive(Debug)]
pub(super) struct Arrival {
    /// Name on disk.
    pub(super) name: OsString,
    /// Kind.
    pub(super) kind: Kind,
    /// State when it was read.
    pub(super) stat: Stat,
    /// Content hash of a readable file.
    pub(super) hash: Option<String>,
}

impl Scan<'_> {
    /// Reads an object that was found, unless it has disappeared.
    pub(super) fn measure(&mut self, directory: &Path, found: &Found) -> anyhow::Result<Option<Arrival>> {
        let Found { name, kind, stat } = found.clone();
        if kind == Kind::Folder {
            return Ok(Some(Arrival { name, kind, stat, hash: None }));
        }
        if let Some(hash) = self.known_hash(&stat)? {
            return Ok(Some(Arrival { name, kind, stat, hash: Some(hash) }));
        }
        self.report_progress();
        match self.account.directory.hash(&directory.join(&name)) {
            Ok(hashed) => {
                if !hashed.is_unchanged {
                    self.unfinished.insert(directory.to_owned());
                }
                Ok(Some(Arrival { name, kind, stat: hashed.stat, hash: Some(hashed.hash) }))
            }
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => {
                tracing::debug!(%error, "cannot read a file");
                Ok(Some(Arrival { name, kind, stat, hash: None }))
            }
        }
    }

    /// Returns the hash of a file that was read at another path and not written since.
    fn known_hash(&self, stat: &Stat) -> rusqlite::Result<Option<String>> {
        let known = self.account.journal(|journal| journal.same_object(stat))?;
        let same = known.into_iter().filter(|recorded| recorded.entry.stat.is_same_content(stat));
        Ok(same.filter_map(|recorded| recorded.entry.file().and_then(|file| file.hash.clone())).next())
    }

    fn report_progress(&mut self) {
        const EVERY: u64 = 5_000;
        self.hashed += 1;
        if self.hashed.is_multiple_of(EVERY) {
            tracing::info!(files = self.hashed, account = %self.account.profile.email, "reading a directory");
        }
    }
}
