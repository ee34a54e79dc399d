//! `files/upload_session/finish`.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::PathBuf,
};

use axum::body::Body;
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::{owner, receive_piece};
use crate::{
    api::{caller::Caller, commit::CommitInfo, error::FinishError, failure::Failure, wire::FileMetadata},
    content::{ContentHasher, Staged},
    uploads::{Piece, Position},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishArg {
    cursor: Position,
    commit: CommitInfo,
    content_hash: Option<String>,
}

/// Writes the bytes of a session, and those of the request, into a file. If that fails, the session stays
/// unchanged.
pub(crate) async fn finish(caller: Caller, arg: FinishArg, body: Body) -> Result<FileMetadata, Failure> {
    if arg.commit.content_hash.is_some() {
        return Err(Failure::Argument("commit: unknown field 'content_hash'".to_owned()));
    }
    let piece = receive_piece(&caller, body, arg.content_hash.as_deref()).await?;
    spawn_blocking(move || commit(&caller, arg, &piece)).await?
}

fn commit(caller: &Caller, arg: FinishArg, piece: &Piece) -> Result<FileMetadata, Failure> {
    let path_error = |path| FinishError::Path { path };
    let (tree, path) = arg.commit.destination(caller, path_error)?;
    let sessions = &caller.service.uploads;
    let parts = sessions.parts(owner(caller), &arg.cursor, piece);
    let parts = parts.map_err(|problem| {
        Failure::session(problem, |lookup_failed| FinishError::LookupFailed { lookup_failed })
    })?;
    let (staged, file) = Staged::create(&tree.account, &path)?;
    let hash = join(&parts, file)?;
    let metadata = arg.commit.put((&tree, path), staged, hash, path_error)?;
    sessions.end(&arg.cursor.session_id)?;
    Ok(metadata)
}

/// Writes all parts to `file`, and returns the content hash of the whole.
fn join(parts: &[PathBuf], mut file: File) -> io::Result<String> {
    let mut hasher = ContentHasher::new();
    let mut buffer = vec![0; 64 * 1024];
    for part in parts {
        let mut part = File::open(part)?;
        loop {
            match part.read(&mut buffer)? {
                0 => break,
                length => {
                    hasher.update(&buffer[..length]);
                    file.write_all(&buffer[..length])?;
                }
            }
        }
    }
    Ok(hasher.finish())
}
