//! Messages that are owed already: parked ones and lost ones.

use super::{CLAIM, Outgoing, RequestError, Requests};
use crate::{
    model::{ConnectionId, Lane, Linked, Message, Timestamp, WalkReason},
    store::StoreError,
};

impl Requests {
    /// Sends a message under a claim that the caller has renewed: the parked one, or one that replaces the
    /// lost one.
    ///
    /// # Errors
    /// Fails if store or queue cannot be reached.
    pub async fn send_again(&self, of: Linked, lane: Lane) -> Result<(), RequestError> {
        let parked = self.parked(of.connection).await?.into_iter().find(|(parked, _)| *parked == lane);
        if let Some((_, body)) = parked {
            return self.resume(of, lane, &body).await;
        }
        let message = match lane {
            Lane::Transfers => Outgoing::transfers(of),
            lane => Outgoing::walk(of, lane, WalkReason::Woken, self.clock.now(), 0),
        };
        self.send_owed(of, lane, message).await
    }

    /// Parks a message that was read, for the process that is doing its work. That work lasts at most until
    /// `until`; a tick sends what is still parked then.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn park(
        &self,
        connection: ConnectionId,
        lane: Lane,
        body: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.claims.park(connection, lane, body, until).await
    }

    /// Returns the parked messages of a connection, in the lanes that have a queue here.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn parked(&self, connection: ConnectionId) -> Result<Vec<(Lane, String)>, StoreError> {
        let claims = self.claims.claims(connection).await?.into_iter();
        let parked = claims.filter_map(|claim| Some((claim.lane, claim.parked?)));
        Ok(parked.filter(|(lane, _)| self.queues.contains_key(lane)).collect())
    }

    /// Sends a parked message, unless another process has. Its time becomes now, because nobody has looked
    /// yet at what it asks for.
    ///
    /// # Errors
    /// Fails if the store or the queue cannot be reached; a tick then sends it.
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
        self.send_owed(of, lane, Outgoing::fair(of, body)).await
    }

    /// Sends a message whose claim is in force.
    async fn send_owed(&self, of: Linked, lane: Lane, message: Outgoing) -> Result<(), RequestError> {
        let sent = self.queue(lane)?.send(vec![message]).await;
        if sent.is_err() {
            self.expire_claims(vec![of], lane, self.clock.now()).await;
        }
        Ok(sent?)
    }
}
