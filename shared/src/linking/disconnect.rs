//! Disconnection of accounts.

use crate::{
    answer::ApiError,
    model::{Clock, Connection, Lane, WalkReason},
    queue::Requests,
    store::Purges,
};

/// Disconnects a connection. It takes effect at once for every caller; the worker then revokes the tokens at
/// Dropbox and removes what was mirrored. Idempotent.
///
/// # Errors
/// 503 if the store or the queue cannot be reached. If the disconnection is already stored, a tick starts the
/// rest.
pub async fn disconnect(
    purges: &dyn Purges,
    requests: &Requests,
    clock: &dyn Clock,
    connection: &Connection,
) -> Result<(), ApiError> {
    // Nothing is requested if it was disconnected already: the rest has been due since then, so a tick
    // requests it if the process that recorded it died.
    if purges.disconnect(connection, clock.now()).await? {
        requests.walk(connection.into(), Lane::Changes, WalkReason::Disconnected).await?;
    }
    Ok(())
}
