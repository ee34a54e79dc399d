//! Queues from which the function's messages come.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use shared::{aws::LazyClient, config::required, dependencies::Dependencies, queue::SqsQueue};
use sync_worker::Source;

/// The queues that the function receives messages from, all in one account and region.
pub(super) struct Sources {
    sqs: LazyClient<aws_sdk_sqs::Client>,
    /// URL of the account's queues, without a queue's name.
    address: String,
    dead_letters: Arc<SqsQueue>,
    /// Dead-letter queue of the FIFO queue.
    fifo_dead_letters: Arc<SqsQueue>,
}

impl Sources {
    /// Returns the queues beside `DEAD_LETTERS_URL`.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub(super) fn from_env(with: &Dependencies) -> anyhow::Result<Self> {
        let url = required("DEAD_LETTERS_URL")?;
        let address = url.rsplit_once('/').map(|(address, _)| address.to_owned()).unwrap_or_default();
        let dead_letters = with.queue("DEAD_LETTERS_URL")?;
        let fifo_dead_letters = with.queue("FIFO_DEAD_LETTERS_URL")?;
        Ok(Self { sqs: with.sqs(), address, dead_letters, fifo_dead_letters })
    }

    /// Returns the queue that a batch comes from.
    pub(super) fn of(&self, event: &SqsEvent) -> Source {
        let arn = event.records.first().and_then(|record| record.event_source_arn.as_deref());
        let name = arn.and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
        let inbox = Arc::new(SqsQueue::new(self.sqs.clone(), format!("{}/{name}", self.address)));
        let is_fifo = name.ends_with(".fifo");
        let dead_letters = if is_fifo { &self.fifo_dead_letters } else { &self.dead_letters };
        Source { inbox, dead_letters: dead_letters.clone() }
    }
}
