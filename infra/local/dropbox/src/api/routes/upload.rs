//! `files/upload`

use std::fs::File;

use anyhow::Context;
use axum::body::Body;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use crate::api::argument;
use crate::api::caller::Caller;
use crate::api::error::{UploadError, WriteError};
use crate::api::failure::Failure;
use crate::api::path::WRITTEN_OR_ID;
use crate::api::view::Tree;
use crate::api::wire::FileMetadata;
use crate::content::{ContentHasher, DropboxPath, Locator, Staged, Upload, WriteMode};
use crate::crypto;

/// The most bytes that one request may have
const LARGEST: u64 = 150 * 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadArg {
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
    content_hash: Option<String>,
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

/// Puts the bytes of the request into a file
pub(crate) async fn upload(caller: Caller, arg: UploadArg, body: Body) -> Result<FileMetadata, Failure> {
    let (asker, text) = (caller.clone(), arg.path);
    let begun = spawn_blocking(move || {
        let (tree, path) = destination(&asker, &text)?;
        let (staged, file) = Staged::create(&tree.account, &path)?;
        Ok::<_, Failure>((tree, path, staged, file))
    });
    let (tree, path, staged, file) = begun.await??;
    let hash = receive(body, file).await?;
    if arg.content_hash.is_some_and(|expected| expected != hash) {
        return Err(Failure::endpoint(UploadError::ContentHashMismatch));
    }
    let upload = Upload {
        path,
        mode: arg.mode.into(),
        autorename: arg.autorename,
        strict_conflict: arg.strict_conflict,
        client_modified: arg.client_modified,
        staged,
        hash,
    };
    spawn_blocking(move || put(&tree, &upload)).await?
}

fn destination(caller: &Caller, text: &str) -> Result<(Tree, DropboxPath), Failure> {
    let path = WRITTEN_OR_ID.read("path", text, &caller.view.namespaces);
    let malformed = || Failure::endpoint(path_error(WriteError::MalformedPath));
    match path.map_err(|problem| Failure::writing(problem, path_error))? {
        Locator::Path(path) => Ok(caller.place(&path)),
        locator => caller.find(&locator)?.map(|shown| caller.place(&shown.entry.path)).ok_or_else(malformed),
    }
}

/// Writes the body to `file`, and gives its content hash
async fn receive(body: Body, file: File) -> Result<String, Failure> {
    let mut file = tokio::fs::File::from_std(file);
    let mut hasher = ContentHasher::new();
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| Failure::Request("The request body ended early.".to_owned()))?;
        hasher.update(&bytes);
        if hasher.total() > LARGEST {
            return Err(Failure::endpoint(UploadError::PayloadTooLarge));
        }
        file.write_all(&bytes).await?;
    }
    file.flush().await?;
    Ok(hasher.finish())
}

fn put(tree: &Tree, upload: &Upload) -> Result<FileMetadata, Failure> {
    let put = tree.account.writer().upload(upload);
    let shown = tree.shown(&put.map_err(|refusal| Failure::refused(refusal, path_error))?);
    let content = shown.entry.file().context("an upload makes a file")?;
    Ok(FileMetadata::new(&shown, content))
}

/// Dropbox keeps the bytes of a refused upload in a session; here it only has a name
fn path_error(reason: WriteError) -> UploadError {
    UploadError::Path { reason, upload_session_id: crypto::base64url(&crypto::random::<16>()) }
}
