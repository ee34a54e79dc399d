//! `files/upload`.

use axum::body::Body;
use tokio::task::spawn_blocking;

use crate::{
    api::{
        caller::Caller,
        commit::CommitInfo,
        error::{UploadError, WriteError},
        failure::Failure,
        receiving::receive,
        wire::FileMetadata,
    },
    content::Staged,
    crypto,
};

/// Writes the bytes of the request into a file.
pub(crate) async fn upload(caller: Caller, arg: CommitInfo, body: Body) -> Result<FileMetadata, Failure> {
    let begun = spawn_blocking(move || {
        let (tree, path) = arg.destination(&caller, path_error)?;
        let (staged, file) = Staged::create(&tree.account, &path)?;
        Ok::<_, Failure>((arg, tree, path, staged, file))
    });
    let (arg, tree, path, staged, file) = begun.await??;
    let hash = receive(body, file, arg.content_hash.as_deref()).await?;
    spawn_blocking(move || arg.put((&tree, path), staged, hash, path_error)).await?
}

/// Builds the error of the path. Dropbox keeps the bytes of a refused upload in a session; here the session
/// only has a name.
fn path_error(reason: WriteError) -> UploadError {
    UploadError::Path { reason, upload_session_id: crypto::base64url(&crypto::random::<16>()) }
}
