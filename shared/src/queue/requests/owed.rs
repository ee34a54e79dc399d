//! Messages that are owed already: parked ones, and those that were lost.

use super::{CLAIM, Outgoing, RequestError, Requests};
use crate::{
    model::{ConnectionId, Lane, Linked, Message, Timestamp, WalkReason},
    store::StoreError,
};

impl Requests {
    /// Sends a message under a claim that the caller has renewed: the one that was parked, or one like the one that is
    /// lost.
    ///
    /// # Errors
    /// Where store or queue cannot be reached.
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

    /// Keeps a message that was read for who is at work in its place. That goes on until then at most; afterwards a tick
    /// sends what is still parked.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub async fn park(
        &self,
        connection: ConnectionId,
        lane: Lane,
        body: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.claims.park(connection, lane, body, until).await
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
        self.send_owed(of, lane, Outgoing::fair(of, body)).await
    }

    /// Sends a message whose claim stands.
    async fn send_owed(&self, of: Linked, lane: Lane, message: Outgoing) -> Result<(), RequestError> {
        let sent = self.queue(lane)?.send(vec![message]).await;
        if sent.is_err() {
            self.expire_claims(vec![of], lane, self.clock.now()).await;
        }
        Ok(sent?)
    }
}
