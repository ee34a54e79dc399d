//! Connections whose tokens Dropbox refuses, until their user connects again.

use shared::{
    metrics::Metric,
    model::{Connection, Event, EventBody, TroubleCode, Work},
};

use crate::{Failure, Worker, health};

/// Stops the connection's work until its user reconnects, and publishes that.
pub(crate) async fn require(worker: &Worker, connection: &Connection) -> Result<(), Failure> {
    // If the user has reconnected meanwhile, Dropbox refused the old tokens; the new ones have a walk of
    // their own.
    if worker.store.refuse(connection).await? {
        worker.count(connection, Metric::ReauthorizationsNeeded, 1);
        health::note_failure(worker, connection, Work::Walk, &TroubleCode::NeedsReauth.into(), None).await;
        announce(worker, connection).await
    } else {
        Ok(())
    }
}

/// Publishes that the user must reconnect. Every publication of one refusal has the same id.
pub(crate) async fn announce(worker: &Worker, connection: &Connection) -> Result<(), Failure> {
    let unique = format!("needs_reauth:{}", connection.reconnects);
    let event = Event::new(connection, &unique, EventBody::NeedsReauth);
    Ok(worker.bus.publish(vec![event]).await?)
}
