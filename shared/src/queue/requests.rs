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
//! A message whose work another does meanwhile (the other lane's walk, or a doubled delivery) is **parked**: its claim keeps
//! it, and who is at work sends it when that ends.
//!
//! A process that dies between claim and message owes a message that nobody has. The claim has an end for that; what asks
//! after it sends again, and so does the next tick, by the index of what is due.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Outgoing, Queue, QueueError};
use crate::{
    model::{Clock, ConnectionId, Lane, Linked, Message, Timestamp, WalkReason},
    store::{Claims, StoreError},
};

/// How long a claim stands at most. A message that waits for longer in its queue may be sent once more.
pub const CLAIM: Duration = Duration::from_secs(15 * 60);
/// How long a message is parked at most: longer than any work goes on that it waits for. Then a tick sends it.
const PARKED: Duration = CLAIM;
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
        let now = self.clock.now();
        self.ask(of, lane, |of| Outgoing::walk(of, lane, reason, now, 0)).await
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

    /// Sends a message under a claim that the caller has renewed: the one that was parked, or one like the one that is
    /// lost.
    ///
    /// # Errors
    /// Where store or queue cannot be reached.
    pub async fn send_again(&self, of: Linked, lane: Lane) -> Result<(), RequestError> {
        let parked = self.parked(of.connection).await?.into_iter().find(|(parked, _)| *parked == lane);
        if let Some((_, body)) = parked {
            return Ok(self.resume(of, lane, &body).await?);
        }
        let message = match lane {
            Lane::Transfers => Outgoing::transfers(of),
            lane => Outgoing::walk(of, lane, WalkReason::Woken, self.clock.now(), 0),
        };
        Ok(self.queue(lane)?.send(vec![message]).await?)
    }

    /// Keeps a message that was read for who is at work in its place.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub async fn park(&self, connection: ConnectionId, lane: Lane, body: &str) -> Result<(), StoreError> {
        self.claims.park(connection, lane, body, self.clock.now().plus(PARKED)).await
    }

    /// What is parked for a connection, of the lanes that can be asked of here.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub async fn parked(&self, connection: ConnectionId) -> Result<Vec<(Lane, String)>, StoreError> {
        let claims = self.claims.claims(connection).await?.into_iter();
        let parked = claims.filter_map(|claim| Some((claim.lane, claim.parked?)));
        Ok(parked.filter(|(lane, _)| self.queues.contains_key(lane)).collect())
    }

    /// Sends a parked message, unless another has. It counts as sent now: what it asks for was not looked at yet.
    ///
    /// # Errors
    /// Where store or queue cannot be reached; a tick sends it then.
    pub async fn resume(&self, of: Linked, lane: Lane, body: &str) -> Result<(), RequestError> {
        let now = self.clock.now();
        if !self.claims.unpark(of.connection, lane, now.plus(CLAIM)).await? {
            return Ok(());
        }
        let body = match Message::from_json(body) {
            Ok(Message::Walk { connection, reason, hops, lane, .. }) => {
                Message::Walk { connection, reason, sent_at: now, hops, lane }.to_json()
            }
            _ => body.to_owned(),
        };
        Ok(self.queue(lane)?.send(vec![Outgoing::fair(of, body)]).await?)
    }

    /// The message of a lane was read: whoever asks from now on asks for another.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub async fn read(&self, connection: ConnectionId, lane: Lane) -> Result<(), StoreError> {
        self.claims.end_claim(connection, lane).await
    }

    async fn ask(
        &self,
        of: Vec<Linked>,
        lane: Lane,
        message: impl Fn(Linked) -> Outgoing,
    ) -> Result<usize, RequestError> {
        let (queue, now) = (self.queue(lane)?, self.clock.now());
        let claims = stream::iter(of).map(|of| self.claimed(of, lane, now)).buffer_unordered(PARALLEL);
        let (won, failed) = sorted(claims.collect().await);
        let sent = queue.send(won.iter().copied().map(message).collect()).await;
        if sent.is_err() {
            // Some may have been taken: their claims end early, and cost a message at most.
            self.end_claims(won.clone(), lane).await;
        }
        sent?;
        failed.map_or(Ok(won.len()), |error| Err(error.into()))
    }

    /// The same connection, where its claim was won.
    async fn claimed(&self, of: Linked, lane: Lane, now: Timestamp) -> Result<Option<Linked>, StoreError> {
        let won = self.claims.claim(of.connection, lane, now, now.plus(CLAIM)).await?;
        Ok(won.then_some(of))
    }

    /// Nothing was sent, so who asks next is not to wait for it. Where this fails, too, the claim ends by itself.
    async fn end_claims(&self, of: Vec<Linked>, lane: Lane) {
        let ends = stream::iter(of).map(|of| self.claims.end_claim(of.connection, lane));
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
