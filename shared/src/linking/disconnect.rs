//! Disconnecting accounts.

use crate::{
    answer::ApiError,
    model::{Clock, Connection, Lane, WalkReason},
    queue::Requests,
    store::Purges,
};

/// Disconnects a connection: at once for everybody who asks, and then the worker ends the tokens at Dropbox and removes what
/// was mirrored. Said twice is said once.
///
/// # Errors
/// 503 where store or queue cannot be reached. What is stored by then goes on when the schedule's tick finds it.
pub async fn disconnect(
    purges: &dyn Purges,
    requests: &Requests,
    clock: &dyn Clock,
    connection: &Connection,
) -> Result<(), ApiError> {
    // Where it was disconnected already nothing is asked for: it has been due for the rest since then, so a tick asks should
    // whoever recorded it have died before.
    if purges.disconnect(connection, clock.now()).await? {
        requests.walk(connection.into(), Lane::Changes, WalkReason::Disconnected).await?;
    }
    Ok(())
}
