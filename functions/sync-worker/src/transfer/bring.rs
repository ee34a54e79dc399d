//! Sources of a revision's bytes: the bucket itself, an export, or a download that can be resumed.

use reqwest::Response;
use shared::{
    content::Upload,
    dropbox::{ContentHasher, Dropbox, DropboxError, Session},
    model::{Connection, ContentKey, Item, Resume, Transfer},
    tokens::TokenError,
};
use tokio::time::Instant;

pub(super) use shared::model::Exported;

use super::{
    pour::{Pour, Poured},
    settle::content_key,
};
use crate::{Failure, Worker};

/// Result of a transfer.
pub(super) enum Brought {
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

impl Worker {
    /// Fetches a revision's bytes into the bucket.
    pub(super) async fn bring(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
        end: Instant,
    ) -> Result<Brought, Failure> {
        if self.copied(connection, item, transfer).await? {
            return Ok(Brought::Whole { exported: None });
        }
        match &item.facts.export_as {
            Some(_) => self.bring_export(connection, item, transfer, end).await,
            None => self.bring_download(connection, item, transfer, end).await,
        }
    }

    /// Copies the bytes within the bucket if another file, or another revision, of the connection has the
    /// same. Returns whether it did.
    async fn copied(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
    ) -> Result<bool, Failure> {
        let Some(hash) = item.facts.content_hash.as_deref().filter(|_| item.facts.export_as.is_none()) else {
            return Ok(false);
        };
        let Some((other, rev)) = self.transfers.holder(connection.id, hash).await? else { return Ok(false) };
        let from = ContentKey::new(connection.project, connection.id, &other, &rev);
        let to = content_key(connection, transfer);
        Ok(from != to && self.content.copy(&from, &to).await?)
    }

    async fn bring_export(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
        end: Instant,
    ) -> Result<Brought, Failure> {
        let call = |dropbox: Dropbox, session: Session| {
            let (id, format) = (item.facts.id.clone(), item.facts.export_format());
            let format = format.map(str::to_owned);
            async move { dropbox.export(&session, &id, format.as_deref()).await }
        };
        let export = self.with_session(connection, call).await?;
        let upload = self.content.upload(&content_key(connection, transfer)).await?;
        let mut pour = self.pour(connection, transfer, upload, ContentHasher::new(), end);
        match pour.all(export.response).await {
            Ok(Poured::All) => {
                let size = pour.hasher.bytes();
                let as_named = export.size.is_none_or(|named| named == size);
                pour.finish(export.content_hash.as_deref(), as_named).await
            }
            // An export cannot be resumed.
            Ok(Poured::Unwanted) => pour.abort().await.map(|()| Brought::Unwanted),
            Ok(Poured::OutOfTime) => pour.abort().await.map(|()| Brought::OutOfTime(None)),
            Err(failure) => pour.abort().await.and(Err(failure)),
        }
    }

    async fn bring_download(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
        end: Instant,
    ) -> Result<Brought, Failure> {
        let (upload, hasher) = self.begin_or_resume(connection, transfer).await?;
        let mut pour = self.pour(connection, transfer, upload, hasher, end);
        loop {
            let before = pour.hasher.bytes();
            let response = match self.download(connection, item, transfer, before).await {
                Ok(response) => response,
                Err(error) => return pour.cut(error.into()).await,
            };
            match pour.all(response).await {
                Ok(Poured::All) if pour.hasher.bytes() >= item.facts.size => {
                    let as_named = pour.hasher.bytes() == item.facts.size;
                    return pour.finish_download(item.facts.content_hash.as_deref(), as_named).await;
                }
                Ok(Poured::Unwanted) => return pour.abort().await.map(|()| Brought::Unwanted),
                Ok(Poured::OutOfTime) => return pour.save().await.map(Brought::OutOfTime),
                // After a failure of the bucket the upload cannot be resumed.
                Err(failure) if failure.dropbox().is_none() => return pour.cut(failure).await,
                // Fewer bytes than Dropbox named, or a broken download.
                short => {
                    let advanced = pour.hasher.bytes() > before;
                    if !(advanced && self.budget.spend()) {
                        let failure = short.err().unwrap_or_else(ended_early);
                        return pour.cut(failure).await;
                    }
                }
            }
        }
    }

    async fn begin_or_resume(
        &self,
        connection: &Connection,
        transfer: &Transfer,
    ) -> Result<(Box<dyn Upload>, ContentHasher), Failure> {
        let key = content_key(connection, transfer);
        if let Some(Resume { upload, bytes, hash }) = &transfer.resume
            && let Some(hasher) = ContentHasher::resume(hash, *bytes)
            && let Some(upload) = self.content.resume(&key, upload).await?
        {
            return Ok((upload, hasher));
        }
        Ok((self.content.upload(&key).await?, ContentHasher::new()))
    }

    async fn download(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
        from: u64,
    ) -> Result<Response, TokenError> {
        let of_rev = |dropbox: Dropbox, session: Session| {
            let rev = transfer.rev.clone();
            async move { dropbox.download_rev(&session, &rev, from).await }
        };
        let of_item = |dropbox: Dropbox, session: Session| {
            let id = transfer.item.clone();
            async move { dropbox.download_item(&session, &id, from).await }
        };
        match self.with_session(connection, of_rev).await {
            // The revision is not the file's newest any more; the newest may have the same bytes.
            Err(TokenError::Dropbox(DropboxError::NotFound(_)))
                if item.facts.rev.as_ref() != Some(&transfer.rev) =>
            {
                self.with_session(connection, of_item).await
            }
            response => response,
        }
    }

    fn pour<'a>(
        &'a self,
        connection: &'a Connection,
        transfer: &'a Transfer,
        upload: Box<dyn Upload>,
        hasher: ContentHasher,
        end: Instant,
    ) -> Pour<'a> {
        Pour { worker: self, connection, transfer, upload, hasher, end, looked_at: 0 }
    }
}

fn ended_early() -> Failure {
    DropboxError::Unavailable("a download ended before its bytes did".to_owned()).into()
}
