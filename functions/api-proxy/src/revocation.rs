//! Tokens that are revoked, or have been revoked, at Dropbox (T27).

use http::StatusCode;
use shared::{
    answer::ApiError,
    caller::{Caller, CallerKind},
    model::Connection,
    store::Wake,
};

use crate::{Proxy, call::Call};

/// Route that revokes the token that it is called with.
pub(crate) const REVOKE: &str = "/2/auth/token/revoke";

/// Refuses a page's call that would revoke its user's token at Dropbox: the connection would be left without
/// a token, with its synced data still stored. Disconnecting does both. A project's server may call the
/// route.
pub(crate) fn check(caller: &Caller, call: &Call) -> Result<(), ApiError> {
    if caller.kind == CallerKind::ApiKey || call.route.path() != REVOKE {
        return Ok(());
    }
    let message = "To end a connection, disconnect it: DELETE /projects/{project}/connections/{connection}.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "disconnect_instead", message))
}

/// Makes the connection due. The walk refreshes its tokens; if Dropbox refuses that, it marks the
/// connection, publishes an event and counts it. All of this is done in one place, and this function has
/// no event bus.
pub(crate) async fn look_soon(proxy: &Proxy, connection: &Connection) -> Result<(), ApiError> {
    let at = Some(proxy.clock.now());
    Ok(proxy.store.wake(connection.id, Wake { at, resync_at: None, failures: 0 }).await?)
}
