//! What becomes of a connection's health when its work fails or succeeds.
//!
//! A failure is stored with the news that it makes, and the news is then published: whoever dies in between leaves it
//! to the next attempt, which publishes the same event. A failure to note a failure never fails the work itself.

mod cause;

use shared::{
    model::{Cause, Connection, ConnectionId, Event, Health, Timestamp, Work},
    store::StoreError,
};

pub(crate) use cause::cause_of;

use crate::{Failure, Worker};

/// Maximum number of writers that may come in between a read and a write of a connection's health.
const ATTEMPTS: u32 = 5;

impl Worker {
    /// Notes that the connection's work failed and is tried again at `retry_at` (absent: not before a reconnect).
    pub(crate) async fn note_failure(
        &self,
        connection: &Connection,
        work: Work,
        cause: &Cause,
        retry_at: Option<Timestamp>,
    ) {
        let now = self.clock.now();
        let failed = |health: Health| Some(health.failed(work, cause.clone(), now, retry_at));
        let noted = self.change_health(connection.id, failed).await;
        let noted = match noted {
            Ok(health) => self.publish_news(connection, health).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = noted {
            tracing::error!(connection = %connection.id, %error, "a failure could not be noted");
        }
    }

    /// Notes that the connection's work succeeded, and publishes what earlier attempts left to be published.
    pub(crate) async fn note_success(&self, connection: &Connection, work: Work) -> Result<(), Failure> {
        let now = self.clock.now();
        let health = self.change_health(connection.id, |health| health.succeeded(work, now)).await?;
        self.publish_news(connection, health).await
    }

    /// Publishes what is stored to be published, and forgets it then.
    async fn publish_news(&self, connection: &Connection, health: Health) -> Result<(), Failure> {
        if health.news.is_empty() {
            return Ok(());
        }
        let events = health.news.iter().cloned().map(|news| Event::health(connection, news)).collect();
        self.bus.publish(events).await?;
        self.change_health(connection.id, |stored| stored.published(&health.news)).await?;
        Ok(())
    }

    /// Stores what `change` makes of a connection's health, which is asked again where somebody else wrote meanwhile.
    /// Returns the health as it is stored then.
    async fn change_health(
        &self,
        id: ConnectionId,
        change: impl Fn(Health) -> Option<Health> + Send + Sync,
    ) -> Result<Health, StoreError> {
        for _ in 0..ATTEMPTS {
            let health = self.health.health(id).await?;
            let before = health.version;
            let Some(changed) = change(health.clone()) else { return Ok(health) };
            match self.health.set_health(id, before, &changed).await {
                Ok(()) => return Ok(changed),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("others write the same health again and again".to_owned()))
    }
}
