//! Requests for work, of which a connection is owed at most one message a lane.
//!
//! Who asks first **claims** the next message, by a conditional write, and sends it only where the claim was won. Whoever
//! reads the message **ends the claim before the work begins**, and that order loses nothing:
//!
//! - An ask that finds a claim is met by the message that is owed: its reader looks at Dropbox, at choices and at
//!   transfers only after it ended the claim, so after the ask. What the ask is about is seen.
//! - An ask that comes when the claim has ended finds none, and sends a message of its own, also while the work of the one
//!   before is under way: that may have looked too early.
//!
//! A message therefore stands for every ask that found its claim, also for those that came after it was sent, and **its
//! reason and its time decide nothing**: what is to be done follows from rows that the asker wrote before it asked (a choice,
//! a confirmation, a schedule that is due, a transfer). A notification writes no such row, so one that finds a claim is noted
//! in it, and whoever ends the claim is given the time of the last one.
//!
//! A message whose work another does meanwhile (the other lane's walk, or a doubled delivery) is **parked**: its claim keeps
//! it, and who is at work sends it when that ends. A message is acknowledged only after its work, or after it was parked; who
//! parks one tries once more to begin, since whoever was at work may have ended before it could see what was parked.
//!
//! A process that dies between claim and message owes a message that nobody has. The claim has an end for that; what asks
//! after it sends again, and so does the next tick, by the index of what is due. A message that the queue does not take ends
//! the claim's time at once, and not the claim: others may have found it.

mod owed;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Outgoing, Queue, QueueError};
use crate::{
    model::{Clock, ConnectionId, Lane, Linked, Timestamp, WalkReason},
    store::{Claims, StoreError},
};

/// How long a claim stands at most. A message that waits for longer in its queue may be sent once more.
pub const CLAIM: Duration = Duration::from_secs(15 * 60);
/// Claims made at the same time.
const PARALLEL: usize = 16;

/// Why work could not be asked for. It may have been asked for all the same: asking again does no harm.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The claim could not be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The message could not be sent.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What a request for work is about, beside the message.
#[derive(Debug, Clone, Copy)]
enum Occasion {
    /// Rows that say it themselves.
    State,
    /// A notification, of which nothing else is stored.
    Notification,
}

impl Occasion {
    fn of(reason: WalkReason) -> Self {
        if reason == WalkReason::Notified { Self::Notification } else { Self::State }
    }
}

/// Asks for work. Clones are the same.
#[derive(Clone)]
pub struct Requests {
    claims: Arc<dyn Claims>,
    clock: Arc<dyn Clock>,
    queues: BTreeMap<Lane, Arc<dyn Queue>>,
}

impl Requests {
    /// Nothing can be asked for yet.
    pub fn new(claims: Arc<dyn Claims>, clock: Arc<dyn Clock>) -> Self {
        Self { claims, clock, queues: BTreeMap::new() }
    }

    /// The same, with a lane's queue.
    #[must_use]
    pub fn with(mut self, lane: Lane, queue: Arc<dyn Queue>) -> Self {
        self.queues.insert(lane, queue);
        self
    }

    /// Asks for a walk of each connection. Returns how many messages were sent.
    ///
    /// # Errors
    /// Where at least one could not be asked for; others may have been.
    pub async fn walks(
        &self,
        of: Vec<Linked>,
        lane: Lane,
        reason: WalkReason,
    ) -> Result<usize, RequestError> {
        let (now, occasion) = (self.clock.now(), Occasion::of(reason));
        self.ask_with(of, lane, occasion, |of| Outgoing::walk(of, lane, reason, now, 0)).await
    }

    /// Asks for a walk of a connection. Returns whether a message was sent.
    ///
    /// # Errors
    /// Where it could not be asked for.
    pub async fn walk(&self, of: Linked, lane: Lane, reason: WalkReason) -> Result<bool, RequestError> {
        Ok(self.walks(vec![of], lane, reason).await? > 0)
    }

    /// Asks that a walk go on that ran out of time, after `hops` in a row that did. Returns whether a message was sent.
    ///
    /// # Errors
    /// Where it could not be asked for.
    pub async fn continuation(&self, of: Linked, hops: u32) -> Result<bool, RequestError> {
        let (lane, now) = (Lane::Bulk, self.clock.now());
        let message = |of| Outgoing::walk(of, lane, WalkReason::Continued, now, hops);
        Ok(self.ask(vec![of], lane, message).await? > 0)
    }

    /// Asks for a connection's transfers to be seen to. Returns whether a message was sent.
    ///
    /// # Errors
    /// Where it could not be asked for.
    pub async fn transfers(&self, of: Linked) -> Result<bool, RequestError> {
        Ok(self.ask(vec![of], Lane::Transfers, Outgoing::transfers).await? > 0)
    }

    /// The message of a lane was read: whoever asks from now on asks for another. Returns when the last notification came
    /// that the message stands for, beside what it says itself.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub async fn read(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        self.claims.end_claim(connection, lane).await
    }

    async fn ask(
        &self,
        of: Vec<Linked>,
        lane: Lane,
        message: impl Fn(Linked) -> Outgoing,
    ) -> Result<usize, RequestError> {
        self.ask_with(of, lane, Occasion::State, message).await
    }

    async fn ask_with(
        &self,
        of: Vec<Linked>,
        lane: Lane,
        occasion: Occasion,
        message: impl Fn(Linked) -> Outgoing,
    ) -> Result<usize, RequestError> {
        let (queue, now) = (self.queue(lane)?, self.clock.now());
        let claims =
            stream::iter(of).map(|of| self.claimed(of, lane, occasion, now)).buffer_unordered(PARALLEL);
        let (won, failed) = sorted(claims.collect().await);
        if !won.is_empty() {
            let sent = queue.send(won.iter().copied().map(message).collect()).await;
            if sent.is_err() {
                self.expire_claims(won.clone(), lane, now).await;
            }
            sent?;
        }
        failed.map_or(Ok(won.len()), |error| Err(error.into()))
    }

    /// The same connection, where its claim was won.
    async fn claimed(
        &self,
        of: Linked,
        lane: Lane,
        occasion: Occasion,
        now: Timestamp,
    ) -> Result<Option<Linked>, StoreError> {
        loop {
            if self.claims.claim(of.connection, lane, now, now.plus(CLAIM)).await? {
                return Ok(Some(of));
            }
            // Where the message was read between the two writes, the next round finds no claim.
            let is_met = match occasion {
                Occasion::State => true,
                Occasion::Notification => self.claims.note_notification(of.connection, lane, now).await?,
            };
            if is_met {
                return Ok(None);
            }
        }
    }

    /// Their messages may not have been sent. The claims stay, since others may have found them and rely on a message, but
    /// are due at once: whoever asks next sends one, or else the next tick. Where this fails, too, they end by themselves.
    async fn expire_claims(&self, of: Vec<Linked>, lane: Lane, now: Timestamp) {
        let ends = stream::iter(of).map(|of| self.claims.expire_claim(of.connection, lane, now));
        if let Err(error) = ends.buffer_unordered(PARALLEL).try_collect::<()>().await {
            tracing::warn!(%error, "a claim without a message stands until its end");
        }
    }

    fn queue(&self, lane: Lane) -> Result<&Arc<dyn Queue>, QueueError> {
        self.queues.get(&lane).ok_or_else(|| QueueError(format!("no queue for {}", lane.as_str())))
    }
}

/// The claims that were won, and the first failure.
fn sorted(claims: Vec<Result<Option<Linked>, StoreError>>) -> (Vec<Linked>, Option<StoreError>) {
    let (mut won, mut failed) = (Vec::new(), None);
    for claim in claims {
        match claim {
            Ok(claim) => won.extend(claim),
            Err(error) => drop(failed.get_or_insert(error)),
        }
    }
    (won, failed)
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests").field("lanes", &self.queues.keys()).finish_non_exhaustive()
    }
}
