//! Updates of a connection's health after its work failed or succeeded.
//!
//! A failure is stored together with the events that it causes, which are published after that. If the
//! process dies in between, the next attempt publishes the same events. The work itself never fails because
//! its failure could not be recorded.

mod cause;

use shared::{
    model::{Cause, Connection, ConnectionId, Event, Health, Timestamp, Work},
    store::StoreError,
};

pub(crate) use cause::cause_of;

use crate::{Failure, Worker};

/// Maximum number of attempts to write a connection's health while others write it, too.
const ATTEMPTS: u32 = 5;

/// Records that the connection's work failed and is tried again at `retry_at` (absent: not before a
/// reconnect).
pub(crate) async fn note_failure(
    worker: &Worker,
    connection: &Connection,
    work: Work,
    cause: &Cause,
    retry_at: Option<Timestamp>,
) {
    let now = worker.clock.now();
    let failed = |health: Health| Some(health.failed(work, cause.clone(), now, retry_at));
    let noted = change(worker, connection.id, failed).await;
    let noted = match noted {
        Ok(health) => publish(worker, connection, health).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = noted {
        tracing::error!(connection = %connection.id, %error, "a failure could not be noted");
    }
}

/// Whether a success of this work changes a connection's health, or publishes what earlier attempts left unpublished.
pub(crate) fn is_changed_by_success(health: &Health, work: Work) -> bool {
    health.of(work).is_some() || !health.events.is_empty()
}

/// Records that the connection's work succeeded, and publishes events that earlier attempts left
/// unpublished.
pub(crate) async fn note_success(
    worker: &Worker,
    connection: &Connection,
    work: Work,
) -> Result<(), Failure> {
    let now = worker.clock.now();
    let health = change(worker, connection.id, |health| health.succeeded(work, now)).await?;
    publish(worker, connection, health).await
}

/// Publishes the stored events, then removes them.
async fn publish(worker: &Worker, connection: &Connection, health: Health) -> Result<(), Failure> {
    if health.events.is_empty() {
        return Ok(());
    }
    let events = health.events.iter().cloned().map(|event| Event::health(connection, event)).collect();
    worker.bus.publish(events).await?;
    change(worker, connection.id, |stored| stored.published(&health.events)).await?;
    Ok(())
}

/// Applies `change` to a connection's health and stores the result; reads the health again and repeats if
/// somebody else wrote it meanwhile. Returns the health as stored.
async fn change(
    worker: &Worker,
    id: ConnectionId,
    change: impl Fn(Health) -> Option<Health> + Send + Sync,
) -> Result<Health, StoreError> {
    for _ in 0..ATTEMPTS {
        let health = worker.store.health(id).await?;
        let before = health.version;
        let Some(changed) = change(health.clone()) else { return Ok(health) };
        match worker.store.set_health(id, before, &changed).await {
            Ok(()) => return Ok(changed),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unavailable("others write the same health again and again".to_owned()))
}
