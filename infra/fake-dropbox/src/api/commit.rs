//! Destination of uploaded bytes, and handling of conflicts there.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    argument, caller::Caller, error::WriteError, failure::Failure, path::WRITTEN_OR_ID, view::Tree,
    wire::FileMetadata,
};
use crate::content::{DropboxPath, Locator, Staged, Upload, WriteMode};

/// Argument of `upload`, and a part of that of `upload_session/finish`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitInfo {
    path: String,
    #[serde(default, deserialize_with = "argument::union")]
    mode: Mode,
    #[serde(default)]
    autorename: bool,
    #[serde(default, deserialize_with = "argument::timestamp")]
    client_modified: Option<i64>,
    #[serde(default, rename = "mute")]
    _mute: bool,
    #[serde(rename = "property_groups")]
    _property_groups: Option<Value>,
    #[serde(default)]
    strict_conflict: bool,
    /// Content hash of the bytes; only `upload` has it here.
    pub(crate) content_hash: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum Mode {
    #[default]
    Add,
    Overwrite,
    Update {
        update: String,
    },
}

impl From<Mode> for WriteMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Add => Self::Add,
            Mode::Overwrite => Self::Overwrite,
            Mode::Update { update } => Self::Update(update),
        }
    }
}

impl CommitInfo {
    /// Returns the tree and the path in it to which the bytes go; `wrap` turns a write error into the
    /// function's own.
    pub(crate) fn destination<E: Serialize>(
        &self,
        caller: &Caller,
        wrap: impl Fn(WriteError) -> E,
    ) -> Result<(Tree, DropboxPath), Failure> {
        let path = WRITTEN_OR_ID.read("path", &self.path, &caller.view.namespaces);
        let malformed = || Failure::endpoint(wrap(WriteError::MalformedPath));
        match path.map_err(|problem| Failure::writing(problem, &wrap))? {
            Locator::Path(path) => Ok(caller.place(&path)),
            locator => caller
                .find(&locator)?
                .map(|displayed| caller.place(&displayed.entry.path))
                .ok_or_else(malformed),
        }
    }

    /// Writes bytes with this content hash there; `wrap` turns a write error into the function's own.
    pub(crate) fn put<E: Serialize>(
        self,
        (tree, path): (&Tree, DropboxPath),
        staged: Staged,
        hash: String,
        wrap: impl Fn(WriteError) -> E,
    ) -> Result<FileMetadata, Failure> {
        let upload = Upload {
            path,
            mode: self.mode.into(),
            autorename: self.autorename,
            strict_conflict: self.strict_conflict,
            client_modified: self.client_modified,
            staged,
            hash,
        };
        let put = tree.account.writer().upload(&upload);
        let displayed = tree.displayed(&put.map_err(|refusal| Failure::refused(refusal, wrap))?);
        let content = displayed.entry.file().context("an upload makes a file")?;
        Ok(FileMetadata::new(&displayed, content))
    }
}
