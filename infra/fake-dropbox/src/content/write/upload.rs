//! Uploads.

use std::{fs, path::PathBuf};

use super::{Conflict, Refusal};
use crate::content::{
    account::{Writer, new_id},
    directory::stat,
    entry::{Entry, FileContent, Node},
    name,
    path::DropboxPath,
    staging::Staged,
};

/// A file to be written to a path.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Path.
    pub(crate) path: DropboxPath,
    /// Handling of an existing file.
    pub(crate) mode: WriteMode,
    /// Whether to choose another name in case of a conflict.
    pub(crate) autorename: bool,
    /// Whether an equal file, or the absence of the file to update, counts as a conflict.
    pub(crate) strict_conflict: bool,
    /// Time of the change according to the client.
    pub(crate) client_modified: Option<i64>,
    /// Bytes.
    pub(crate) staged: Staged,
    /// Content hash of the bytes.
    pub(crate) hash: String,
}

/// Handling of an existing file at the path of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WriteMode {
    /// Never replace it.
    Add,
    /// Always replace it.
    Overwrite,
    /// Replace it if this is its revision.
    Update(String),
}

enum Verdict {
    Keep(Entry),
    Replace(Entry),
    Create(DropboxPath),
    Refuse(Conflict),
}

impl Writer<'_> {
    /// Writes a file to its path.
    pub(crate) fn upload(&self, upload: &Upload) -> Result<Entry, Refusal> {
        let rename = match upload.mode {
            WriteMode::Update(_) => name::conflicted,
            _ => name::renamed,
        };
        match upload.judge(self.look_up(&upload.path)?) {
            Verdict::Keep(entry) => Ok(entry),
            Verdict::Replace(entry) => self.place(upload, entry.path, entry.id, entry.disk),
            Verdict::Refuse(_) if upload.autorename => {
                self.create(upload, &self.beside(&upload.path, rename)?)
            }
            Verdict::Refuse(conflict) => Err(Refusal::Conflict(conflict)),
            Verdict::Create(path) => self.create(upload, &path),
        }
    }

    fn create(&self, upload: &Upload, path: &DropboxPath) -> Result<Entry, Refusal> {
        let (path, disk) = self.make_room(path)?;
        self.place(upload, path, new_id(), disk)
    }

    fn place(&self, upload: &Upload, path: DropboxPath, id: String, disk: PathBuf) -> Result<Entry, Refusal> {
        let place = self.account.directory.resolve(&disk)?;
        fs::rename(upload.staged.file(), &place)?;
        let stat = stat(&fs::symlink_metadata(&place)?);
        self.account.journal(|journal| {
            let content = FileContent {
                rev: journal.next_rev()?,
                hash: Some(upload.hash.clone()),
                size: stat.size,
                client_modified: upload.client_modified.unwrap_or(journal.now()),
                server_modified: journal.now(),
            };
            let entry = Entry { path, id, node: Node::File(content), disk, stat };
            journal.put(&entry)?;
            Ok(entry)
        })
    }
}

impl Upload {
    fn judge(&self, existing: Option<Entry>) -> Verdict {
        let Some(entry) = existing else {
            return match self.mode {
                WriteMode::Update(_) if self.strict_conflict => Verdict::Refuse(Conflict::File),
                _ => Verdict::Create(self.path.clone()),
            };
        };
        let Some(content) = entry.file() else { return Verdict::Refuse(Conflict::Folder) };
        let may_replace = match &self.mode {
            WriteMode::Add => false,
            WriteMode::Overwrite => true,
            WriteMode::Update(rev) => *rev == content.rev,
        };
        let is_same = content.hash.as_ref() == Some(&self.hash);
        match (may_replace, is_same) {
            (true, true) => Verdict::Keep(entry),
            (false, true) if !self.strict_conflict => Verdict::Keep(entry),
            (true, false) => Verdict::Replace(entry),
            (false, _) => Verdict::Refuse(Conflict::File),
        }
    }
}
