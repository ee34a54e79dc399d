//! Tokens that end, or have ended, at Dropbox (T27).

use http::StatusCode;
use shared::{
    answer::ApiError,
    caller::{Caller, CallerKind},
    model::Connection,
    store::Wake,
    tokens::TokenError,
};

use crate::{Proxy, call::Call};

/// The route that ends the token that it is called with.
const REVOKE: &str = "/2/auth/token/revoke";

/// Refuses a page that would end its user's token at Dropbox: the connection would be left without one, and what was
/// synced would stay. To disconnect does both. A project's server may, for its own reasons.
pub(crate) fn check(caller: &Caller, call: &Call) -> Result<(), ApiError> {
    if caller.kind == CallerKind::ApiKey || call.route.path() != REVOKE {
        return Ok(());
    }
    let message = "To end a connection, disconnect it: DELETE /projects/{project}/connections/{connection}.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "disconnect_instead", message))
}

impl Proxy {
    /// Has the connection looked at as soon as Dropbox refuses to refresh its tokens.
    pub(crate) async fn unless_refused<T>(
        &self,
        connection: &Connection,
        token: Result<T, TokenError>,
    ) -> Result<T, ApiError> {
        if matches!(token, Err(TokenError::NeedsReauth)) {
            self.look_soon(connection).await?;
        }
        Ok(token?)
    }

    /// Makes the connection due. The walk refreshes its tokens, and where that is refused, it marks the connection, tells
    /// the project by an event, and counts it: all of that is one place's work, and this function has no bus.
    pub(crate) async fn look_soon(&self, connection: &Connection) -> Result<(), ApiError> {
        let at = Some(self.clock.now());
        Ok(self.schedules.wake(connection.id, Wake { at, resync_at: None, failures: 0 }).await?)
    }
}
