//! Sources of a revision's bytes: the bucket itself, an export, or a download that can be resumed.

use reqwest::Response;
use shared::{
    content::Upload,
    dropbox::{ContentHasher, Dropbox, DropboxError, Session},
    dropbox_calls::CallError,
    model::{Connection, ContentKey, Exported, FileRevision, Item, Resume, Transfer},
};
use tokio::time::Instant;

use super::{
    conditions::Conditions,
    lists, shared_rows,
    stream::{Download, Streamed},
};
use crate::{Failure, Worker};

/// Size of an export for which there is room in memory, in bytes. Nobody knows it before; as much as a part
/// of an upload is enough for any.
const LARGEST_EXPORT: u64 = 8 * 1024 * 1024;

/// Revision that has the same bytes in the bucket as a file, by the content index.
pub(super) enum Twin {
    /// It was not looked for.
    NotRead,
    /// It was looked for.
    Read(Option<FileRevision>),
}

/// Result of fetching a revision's bytes.
pub(super) enum Fetched {
    /// All bytes are in the bucket and match what Dropbox named.
    Whole { exported: Option<Exported> },
    /// Dropbox sent other bytes than it named; none of them are in the bucket.
    OtherBytes,
    /// The file wants another revision by now.
    Unwanted,
    /// The time was up; the upload can be resumed from here, if it could be saved.
    OutOfTime(Option<Resume>),
    /// The download ended early; the upload can be resumed from here, if it could be saved.
    Cut(Option<Resume>, Failure),
}

/// Fetches a revision's bytes into the bucket.
pub(super) async fn run(
    conditions: Conditions<'_>,
    (item, twin): (&Item, &Twin),
    transfer: &Transfer,
) -> Result<Fetched, Failure> {
    let Conditions { worker, .. } = conditions;
    if copied(conditions, (item, twin), transfer).await? {
        return Ok(Fetched::Whole { exported: None });
    }
    match &item.metadata.export_as {
        Some(_) => {
            let _room = worker.capacity.room_for(LARGEST_EXPORT).await;
            export(conditions, item, transfer).await
        }
        None => {
            let _room = worker.capacity.room_for(item.metadata.size).await;
            download(conditions, item, transfer).await
        }
    }
}

/// Copies the bytes within the bucket if another file, or another revision, of the connection has the
/// same. Returns whether it did.
async fn copied(
    conditions: Conditions<'_>,
    (item, twin): (&Item, &Twin),
    transfer: &Transfer,
) -> Result<bool, Failure> {
    let Conditions { worker, connection, shared, .. } = conditions;
    let Some(hash) = lists::copied_by(item) else { return Ok(false) };
    let indexed = match (shared.copies.of(hash), twin) {
        (Some(recent), _) => Some(recent),
        (None, Twin::Read(twin)) => twin.clone(),
        (None, Twin::NotRead) => worker.store.indexed_contents(connection.id, &[hash]).await?.remove(hash),
    };
    let Some((other, rev)) = indexed else { return Ok(false) };
    let from = ContentKey::new(connection.project, connection.id, &other, &rev);
    let to = transfer.content_key(connection);
    Ok(from != to && worker.content.copy(&from, &to).await?)
}

async fn export(conditions: Conditions<'_>, item: &Item, transfer: &Transfer) -> Result<Fetched, Failure> {
    let Conditions { worker, connection, deadline, .. } = conditions;
    let call = |dropbox: Dropbox, session: Session| {
        let (id, format) = (item.metadata.id.clone(), item.metadata.export_format());
        let format = format.map(str::to_owned);
        async move { dropbox.export(&session, &id, format.as_deref()).await }
    };
    // It is converted first, so how long that takes says nothing about the pace.
    let export = shared_rows::call(conditions, call).await?;
    let upload = worker.content.upload(&transfer.content_key(connection)).await?;
    let mut download = Download::new(worker, connection, transfer, (upload, ContentHasher::new()), deadline);
    match download.stream(export.response).await {
        Ok(Streamed::All) => {
            let size = download.hasher.bytes();
            let as_named = export.size.is_none_or(|named| named == size);
            download.finish_export(export.content_hash.as_deref(), as_named).await
        }
        // An export cannot be resumed.
        Ok(Streamed::Unwanted) => download.abort().await.map(|()| Fetched::Unwanted),
        Ok(Streamed::OutOfTime) => download.abort().await.map(|()| Fetched::OutOfTime(None)),
        Err(failure) => download.abort().await.and(Err(failure)),
    }
}

async fn download(conditions: Conditions<'_>, item: &Item, transfer: &Transfer) -> Result<Fetched, Failure> {
    let Conditions { worker, connection, deadline, pace, .. } = conditions;
    let (upload, hasher) = begin_or_resume(worker, connection, transfer).await?;
    let mut download = Download::new(worker, connection, transfer, (upload, hasher), deadline);
    loop {
        let before = download.hasher.bytes();
        let asked = Instant::now();
        let response = match ask(conditions, item, transfer, before).await {
            Ok(response) => response,
            Err(error) => return download.interrupt(error.into()).await,
        };
        pace.answered(asked);
        match download.stream(response).await {
            Ok(Streamed::All) if download.hasher.bytes() >= item.metadata.size => {
                let as_named = download.hasher.bytes() == item.metadata.size;
                return download.finish_download(item.metadata.content_hash.as_deref(), as_named).await;
            }
            Ok(Streamed::Unwanted) => return download.abort().await.map(|()| Fetched::Unwanted),
            Ok(Streamed::OutOfTime) => return download.save().await.map(Fetched::OutOfTime),
            // After a failure of the bucket the upload cannot be resumed.
            Err(failure) if !failure.is_dropboxs() => return download.interrupt(failure).await,
            // Fewer bytes than Dropbox named, or a broken download.
            short => {
                let advanced = download.hasher.bytes() > before;
                if !(advanced && worker.calls.may_repeat()) {
                    let failure = short.err().unwrap_or_else(ended_early);
                    return download.interrupt(failure).await;
                }
            }
        }
    }
}

async fn begin_or_resume(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
) -> Result<(Box<dyn Upload>, ContentHasher), Failure> {
    let key = transfer.content_key(connection);
    if let Some(Resume { upload, bytes, hash }) = &transfer.resume
        && let Some(hasher) = ContentHasher::resume(hash, *bytes)
        && let Some(upload) = worker.content.resume(&key, upload).await?
    {
        return Ok((upload, hasher));
    }
    Ok((worker.content.upload(&key).await?, ContentHasher::new()))
}

async fn ask(
    conditions: Conditions<'_>,
    item: &Item,
    transfer: &Transfer,
    from: u64,
) -> Result<Response, CallError> {
    let of_rev = |dropbox: Dropbox, session: Session| {
        let rev = transfer.rev.clone();
        async move { dropbox.download_rev(&session, &rev, from).await }
    };
    let of_item = |dropbox: Dropbox, session: Session| {
        let id = transfer.item.clone();
        async move { dropbox.download_item(&session, &id, from).await }
    };
    match shared_rows::call(conditions, of_rev).await {
        // The revision is not the file's newest any more; the newest may have the same bytes.
        Err(CallError::Dropbox(DropboxError::NotFound(_)))
            if item.metadata.rev.as_ref() != Some(&transfer.rev) =>
        {
            shared_rows::call(conditions, of_item).await
        }
        response => response,
    }
}

fn ended_early() -> Failure {
    DropboxError::Unavailable("a download ended before its bytes did".to_owned()).into()
}
