//! Requests for work. A connection is owed at most one message per lane.
//!
//! The first request **claims** the next message, by a conditional write, and sends it only if it won the
//! claim. Whoever reads the message **ends the claim before the work begins**. That order loses nothing:
//!
//! - A request that finds a claim is served by the message that is owed: its reader looks at Dropbox, at
//!   choices and at transfers only after ending the claim, and so after the request. It sees what the request
//!   is about.
//! - A request that comes after the claim has ended finds none, and sends a message of its own, even while
//!   the work of the previous message is in progress, because that work may have looked too early.
//!
//! A message thus stands for every request that found its claim, even after it was sent, and **its reason and
//! its time decide almost nothing** (see [`WalkReason`]): what is to be done follows from rows that were
//! written before the request (a choice, a confirmation, a schedule that is due, a transfer). A notification
//! writes no such row, so a notification that finds a claim is recorded in it, and whoever ends the claim gets
//! the time of the latest one.
//!
//! A message whose work another process is doing (the other lane's walk, or a doubled delivery) is
//! **parked**: its claim stores it, and the process at work sends it when that work ends. A message is
//! acknowledged only after its work, or after it was parked; whoever parks one tries once more to begin,
//! because the process at work may have ended before it could see the parked message.
//!
//! A process that dies between claim and message leaves a message that is owed, but was never sent. That is
//! why a claim has an end: a request after it sends a message, and so does the next tick, by the index of
//! what is due. If the queue does not accept a message, the claim becomes due at once but is not removed,
//! because others may have found it.

mod owed;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Outgoing, Queue, QueueError};
use crate::{
    model::{Clock, ConnectionId, Lane, Linked, Timestamp, WalkReason},
    store::{Claims, StoreError},
};

/// Longest time that a claim is in force. A message that waits longer in its queue may be sent once more.
pub const CLAIM: Duration = Duration::from_secs(15 * 60);
/// Maximum number of claims made at the same time.
const PARALLEL: usize = 16;

/// Reason why work could not be requested. It may have been requested all the same; requesting it again does
/// no harm.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The claim could not be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The message could not be sent.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Origin of a request for work.
#[derive(Debug, Clone, Copy)]
enum Occasion {
    /// Rows that describe the work themselves.
    State,
    /// A notification, which is stored nowhere else.
    Notification,
}

impl Occasion {
    fn of(reason: WalkReason) -> Self {
        if reason == WalkReason::Notified { Self::Notification } else { Self::State }
    }
}

/// Requests for work. Clones share their queues.
#[derive(Clone)]
pub struct Requests {
    claims: Arc<dyn Claims>,
    clock: Arc<dyn Clock>,
    queues: BTreeMap<Lane, Arc<dyn Queue>>,
}

impl Requests {
    /// Returns requests without any queue.
    pub fn new(claims: Arc<dyn Claims>, clock: Arc<dyn Clock>) -> Self {
        Self { claims, clock, queues: BTreeMap::new() }
    }

    /// Returns the requests with a lane's queue.
    #[must_use]
    pub fn with(mut self, lane: Lane, queue: Arc<dyn Queue>) -> Self {
        self.queues.insert(lane, queue);
        self
    }

    /// Requests a walk of each connection. Returns the number of messages that were sent.
    ///
    /// # Errors
    /// Fails if at least one walk could not be requested; others may have been.
    pub async fn walks(
        &self,
        of: Vec<Linked>,
        lane: Lane,
        reason: WalkReason,
    ) -> Result<usize, RequestError> {
        let (now, occasion) = (self.clock.now(), Occasion::of(reason));
        self.ask_with(of, lane, occasion, |of| Outgoing::walk(of, lane, reason, now, 0)).await
    }

    /// Requests a walk of a connection. Returns whether a message was sent.
    ///
    /// # Errors
    /// Fails if it could not be requested.
    pub async fn walk(&self, of: Linked, lane: Lane, reason: WalkReason) -> Result<bool, RequestError> {
        Ok(self.walks(vec![of], lane, reason).await? > 0)
    }

    /// Requests the continuation of a walk that ran out of time, after `hops` walks in a row that did.
    /// Returns whether a message was sent.
    ///
    /// # Errors
    /// Fails if it could not be requested.
    pub async fn continuation(&self, of: Linked, hops: u32) -> Result<bool, RequestError> {
        let (lane, now) = (Lane::Bulk, self.clock.now());
        let message = |of| Outgoing::walk(of, lane, WalkReason::Continued, now, hops);
        Ok(self.ask(vec![of], lane, message).await? > 0)
    }

    /// Requests the processing of a connection's transfers. Returns whether a message was sent.
    ///
    /// # Errors
    /// Fails if it could not be requested.
    pub async fn transfers(&self, of: Linked) -> Result<bool, RequestError> {
        Ok(self.ask(vec![of], Lane::Transfers, Outgoing::transfers).await? > 0)
    }

    /// Ends the claim of a message that was read, so that later requests send another. Returns the time of
    /// the latest notification that the message stands for, apart from its own.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn end_claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
    ) -> Result<Option<Timestamp>, StoreError> {
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

    /// Returns the connection if its claim was won.
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
            // If the message was read between the two writes, the next round finds no claim.
            let is_met = match occasion {
                Occasion::State => true,
                Occasion::Notification => self.claims.note_notification(of.connection, lane, now).await?,
            };
            if is_met {
                return Ok(None);
            }
        }
    }

    /// Makes claims due at once, because their messages may not have been sent. The claims stay, because
    /// others may have found them and rely on a message: the next request sends one, or else the next tick.
    /// If this fails, too, they end by themselves.
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

/// Returns the claims that were won, and the first failure.
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
