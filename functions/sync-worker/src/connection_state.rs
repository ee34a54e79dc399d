//! State of a connection, as the work on it depends on it.

use shared::model::{Connection, ConnectionId, ConnectionStatus};

use crate::{Failure, Worker, reauth};

/// State of a connection: it decides what a message makes the worker do.
pub(crate) enum ConnectionState {
    /// The connection is synced.
    Active(Connection),
    /// There is nothing to do.
    Idle,
    /// The connection's data is removed.
    Disconnected(Connection),
}

/// Returns a connection's state. One that must be reconnected is idle, and the event that says so is published
/// again; one that does not exist is idle, too.
pub(crate) async fn of(worker: &Worker, id: ConnectionId) -> Result<ConnectionState, Failure> {
    of_stored(worker, worker.store.connection(id).await?).await
}

/// Returns the same of a connection that has been read.
pub(crate) async fn of_stored(
    worker: &Worker,
    stored: Option<Connection>,
) -> Result<ConnectionState, Failure> {
    let Some(connection) = stored else { return Ok(ConnectionState::Idle) };
    match connection.status {
        ConnectionStatus::Active => Ok(ConnectionState::Active(connection)),
        ConnectionStatus::NeedsReauth => {
            // The walk that recorded it may have died before it published the event.
            reauth::announce(worker, &connection).await?;
            Ok(ConnectionState::Idle)
        }
        ConnectionStatus::Disconnected => Ok(ConnectionState::Disconnected(connection)),
    }
}
