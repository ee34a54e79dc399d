//! Save File: bytes in the request, an object of the project's bucket, or the content of an https address, of
//! any size.
//!
//! - A file smaller than a piece is sent by `files/upload`; a larger one by an upload session, piece by
//!   piece, so that memory use stays at about one piece ([`session`]).
//! - A call that runs out of time answers 202 with `resume`: another call of the action with that text
//!   continues where it stopped ([`progress`]). Nothing is stored here between the two; Dropbox keeps an
//!   upload session for seven days.
//! - Content hashes protect the bytes: Dropbox checks the hash of each request, and the hash of the whole
//!   file is compared at the end, even across calls.

mod commit;
mod file;
mod object;
mod progress;
mod sent;
mod session;
mod sink;
mod source;
mod web;

use http::{Response, StatusCode};
use reqwest::Body;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::answer::{self, ApiError};
use tokio::time::Instant;

use self::{
    commit::Mode,
    file::File,
    progress::Progress,
    session::{Saving, State},
};
use super::{
    account::Account,
    answer::{Answer, found},
    failure::Failure,
    parameters::invalid,
    paths::{FolderPath, ItemPath, Name},
};

/// Parameters of Save File.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveFile {
    /// Source of the file: one of `data`, `url` and `object`.
    file: File,
    /// The name of the file, in `folder`; where it and path are missing, the name in `file`.
    file_name: Option<Name>,
    /// The folder: its path or its id. The root where it is missing.
    folder: Option<FolderPath>,
    /// The file's path, or the id of a file to overwrite; in place of fileName and folder.
    path: Option<ItemPath>,
    /// Treatment of a file that is there already; add if it is missing.
    #[serde(default)]
    mode: Mode,
    /// With the mode `update`: the revision that is replaced.
    #[schemars(extend("pattern" = "^[0-9a-f]{9,}$"))]
    rev: Option<String>,
    /// Whether to take another name where there is a conflict. Without it the action is refused then.
    #[serde(default)]
    autorename: bool,
    /// Whether also a file with the same bytes is a conflict.
    #[serde(default)]
    strict_conflict: bool,
    /// Whether Dropbox's programs tell the user nothing of it.
    #[serde(default)]
    mute: bool,
    /// When the file was last changed, such as 2026-01-31T12:00:00Z.
    #[schemars(extend("pattern" = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"))]
    client_modified: Option<String>,
    /// The `resume` of an unfinished call's answer, beside the parameters of that call.
    resume: Option<String>,
}

pub(crate) async fn run(given: SaveFile, account: &Account<'_>) -> Answer {
    given.check()?;
    let progress = given.resume.as_deref().map(Progress::parse).transpose()?;
    let source = given.file.open(account, progress.as_ref()).await?;
    let commit = given.commit(account).await?;
    let deadline = Instant::now() + account.actions.save_time;
    let saving = Saving { sink: account, commit: &commit, deadline, piece: session::PIECE };
    match saving.run(source, progress).await? {
        State::Saved(metadata) => Ok(found(&metadata)),
        State::Unfinished { progress, size } => Ok(unfinished(&progress, size)),
    }
}

/// 202: another call must send the rest.
fn unfinished(progress: &Progress, size: Option<u64>) -> Response<Body> {
    let message = "The file is saved in part; ask for the same action with `resume` to go on.";
    let body = json!({
        "status": "unfinished",
        "message": message,
        "resume": progress.to_text(),
        "saved_bytes": progress.offset,
        "size": size,
    });
    answer::json(StatusCode::ACCEPTED, &body)
}

impl SaveFile {
    /// Returns the path and the write mode as Dropbox's commit.
    async fn commit(&self, account: &Account<'_>) -> Result<Value, Failure> {
        let path = match (&self.path, &self.file_name, self.file.name()?) {
            (Some(path), None, _) if self.folder.is_none() => path.as_str().to_owned(),
            (None, Some(name), _) => self.in_folder(name, account).await?,
            (None, None, Some(name)) => self.in_folder(&name, account).await?,
            _ => return Err(invalid("Name the file by path, or by fileName and folder.").into()),
        };
        let mut commit = json!({
            "path": path,
            "mode": self.mode.to_dropbox(self.rev.as_deref()),
            "autorename": self.autorename,
            "strict_conflict": self.strict_conflict,
            "mute": self.mute,
        });
        if let Some(time) = &self.client_modified {
            commit["client_modified"] = json!(time);
        }
        Ok(commit)
    }

    async fn in_folder(&self, name: &Name, account: &Account<'_>) -> Result<String, Failure> {
        self.folder.clone().unwrap_or_default().join(name, account).await
    }

    /// Checks what can be checked without asking Dropbox, because Dropbox would check it only at the end of a
    /// session, which may be hours away.
    fn check(&self) -> Result<(), ApiError> {
        self.mode.check(self.rev.as_deref())?;
        if self.client_modified.as_deref().is_some_and(|time| !commit::is_timestamp(time)) {
            return Err(invalid("The parameter clientModified must be a time as 2026-01-31T12:00:00Z."));
        }
        Ok(())
    }
}
