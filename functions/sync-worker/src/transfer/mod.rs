//! One revision's bytes, from Dropbox to the bucket, in constant memory.

mod copy;

use std::time::Duration;

use copy::{Copied, copy};
use reqwest::Response;
use shared::{
    dropbox::{Dropbox, DropboxError},
    model::{Connection, Content, ContentKey, Event, EventBody, Item, NotFetched, TransferJob},
    queue::Outgoing,
    tokens::TokenError,
};

use crate::{Failure, Worker};

/// After so many failures in a row a file counts as failed, until it changes or a resync asks for it again.
const MOST_FAILURES: u32 = 8;
/// The delay after the first failure; it doubles with each.
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// The longest delay that a queue takes.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

impl Worker {
    /// Does one transfer. What goes wrong is sent again with a delay, or settled as failed; neither fails the
    /// message.
    pub(crate) async fn transfer(&self, job: TransferJob) -> Result<(), Failure> {
        let Some(connection) = self.active(job.connection).await? else { return Ok(()) };
        let Some(item) = self.wanted(&job).await? else { return Ok(()) };
        if item.is_ready() {
            // The event may have been lost between the two writes that end a transfer.
            return self.announce_ready(&connection, &item, &job).await;
        }
        let now = self.clock.now();
        if let Some(until) = self.schedules.schedule(connection.id).await?.pause(now) {
            return self.again(job, until.since(now)).await;
        }
        match self.bring(&connection, &item, &job).await {
            Ok(Copied::Whole) => self.settle_ready(&connection, &item, &job).await,
            Ok(Copied::OtherBytes) => self.failed(&connection, job, NotFetched::HashMismatch).await,
            Err(failure) => self.transfer_failed(&connection, job, failure).await,
        }
    }

    /// The item, if it still wants this revision's bytes.
    async fn wanted(&self, job: &TransferJob) -> Result<Option<Item>, Failure> {
        let item = self.items.items(job.connection, std::slice::from_ref(&job.item)).await?.remove(&job.item);
        let wants = |item: &Item| matches!(&item.content, Content::Pending { rev } | Content::Ready { rev } if *rev == job.rev);
        Ok(item.filter(wants))
    }

    async fn bring(
        &self,
        connection: &Connection,
        item: &Item,
        job: &TransferJob,
    ) -> Result<Copied, Failure> {
        let response = self.download(connection, item, job).await?;
        let upload = self.content.upload(&content_key(connection, job)).await?;
        copy(response, upload, item.facts.size, item.facts.content_hash.as_deref()).await
    }

    async fn download(
        &self,
        connection: &Connection,
        item: &Item,
        job: &TransferJob,
    ) -> Result<Response, TokenError> {
        let of_rev = |dropbox: Dropbox, token| {
            let rev = job.rev.clone();
            async move { dropbox.download_rev(&token, &rev).await }
        };
        let of_item = |dropbox: Dropbox, token| {
            let id = job.item.clone();
            async move { dropbox.download_item(&token, &id).await }
        };
        match self.with_token(connection, of_rev).await {
            // The revision is no longer the file's newest; its newest may have the same bytes.
            Err(TokenError::Dropbox(DropboxError::NotFound(_)))
                if item.facts.rev.as_ref() != Some(&job.rev) =>
            {
                self.with_token(connection, of_item).await
            }
            response => response,
        }
    }

    async fn settle_ready(
        &self,
        connection: &Connection,
        item: &Item,
        job: &TransferJob,
    ) -> Result<(), Failure> {
        let ready = Content::Ready { rev: job.rev.clone() };
        if self.items.settle_content(connection.id, &job.item, &ready, self.clock.now()).await? {
            return self.announce_ready(connection, item, job).await;
        }
        // The file changed or went meanwhile: these bytes are nobody's.
        Ok(self.content.remove(&content_key(connection, job)).await?)
    }

    async fn announce_ready(
        &self,
        connection: &Connection,
        item: &Item,
        job: &TransferJob,
    ) -> Result<(), Failure> {
        let body = EventBody::Ready {
            item: job.item.clone(),
            rev: job.rev.clone(),
            key: content_key(connection, job).as_str().to_owned(),
            size: item.facts.size,
            content_hash: item.facts.content_hash.clone().unwrap_or_default(),
        };
        Ok(self.bus.publish(vec![Event::new(connection, &unique(job, "ready"), body)]).await?)
    }

    async fn transfer_failed(
        &self,
        connection: &Connection,
        job: TransferJob,
        failure: Failure,
    ) -> Result<(), Failure> {
        match failure.dropbox() {
            Some(DropboxError::RateLimited(wait)) => {
                let wait = *wait;
                self.schedules.pause(connection.id, self.clock.now().plus(wait)).await?;
                self.again(job, wait).await
            }
            // Gone meanwhile: the walk will hear of it. Until then the item waits.
            Some(DropboxError::NotFound(_)) => Ok(()),
            Some(DropboxError::Restricted(_)) => self.give_up(connection, job, NotFetched::Restricted).await,
            Some(DropboxError::NotDownloadable(_)) => {
                self.give_up(connection, job, NotFetched::NotDownloadable).await
            }
            _ if matches!(failure, Failure::Token(TokenError::NeedsReauth)) => {
                self.needs_reauth(connection).await
            }
            _ => {
                tracing::warn!(connection = %connection.id, %failure, "a transfer failed");
                self.failed(connection, job, NotFetched::Unreachable).await
            }
        }
    }

    /// Tries again later, or gives up.
    async fn failed(
        &self,
        connection: &Connection,
        job: TransferJob,
        reason: NotFetched,
    ) -> Result<(), Failure> {
        let failures = job.failures + 1;
        if failures >= MOST_FAILURES {
            return self.give_up(connection, job, reason).await;
        }
        let delay = FIRST_DELAY * 2_u32.pow(failures - 1);
        self.again(TransferJob { failures, ..job }, delay).await
    }

    async fn give_up(
        &self,
        connection: &Connection,
        job: TransferJob,
        reason: NotFetched,
    ) -> Result<(), Failure> {
        let content = Content::Failed { rev: job.rev.clone(), reason };
        if !self.items.settle_content(connection.id, &job.item, &content, self.clock.now()).await? {
            return Ok(());
        }
        let unique = unique(&job, "failed");
        let body = EventBody::Failed { item: job.item, rev: job.rev, reason };
        Ok(self.bus.publish(vec![Event::new(connection, &unique, body)]).await?)
    }

    async fn again(&self, job: TransferJob, delay: Duration) -> Result<(), Failure> {
        Ok(self.transfer_queue.send(vec![Outgoing::transfer(job, delay.min(LONGEST_DELAY))]).await?)
    }
}

fn content_key(connection: &Connection, job: &TransferJob) -> ContentKey {
    ContentKey::new(connection.project, connection.id, &job.item, &job.rev)
}

fn unique(job: &TransferJob, word: &str) -> String {
    format!("{}:{}:{word}", job.item, job.rev)
}
