//! Sends a call to Dropbox, and repeats it with corrections if Dropbox's refusal says how.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::Value;
use shared::{
    answer::{ApiError, needs_reauth},
    dropbox::{DropboxError, PATH_ROOT, READ_TIMEOUT, Session},
    model::Connection,
};

use crate::{
    Proxy,
    call::Call,
    relay::{buffered, passed_on},
};

/// The parts of a call that may be corrected, each once.
struct Attempt {
    /// The token, and the path root unless the caller has sent one.
    session: Session,
    refreshed: bool,
    rooted_again: bool,
}

impl Proxy {
    /// Sends the call; with a new token if Dropbox reports the first one as expired, and with another path
    /// root if the account's root has moved. The body is in memory, so it can be sent again.
    pub(crate) async fn forward(
        &self,
        connection: &Connection,
        call: Call,
    ) -> Result<Response<Body>, ApiError> {
        let root = connection.root.path_root().filter(|_| !call.is_rooted());
        let token = self.unless_refused(connection, self.tokens.access(connection).await).await?;
        let mut attempt = Attempt {
            session: Session { token, path_root: root.map(str::to_owned) },
            refreshed: false,
            rooted_again: false,
        };
        loop {
            let response = self.send(connection, &call, &attempt.session).await?;
            if !is_buffered(response.status()) {
                return passed_on(response.into(), call.wrap);
            }
            let refused = buffered(response).await?;
            if !self.mend(connection, &mut attempt, &refused).await? {
                return passed_on(refused.map(Into::into), call.wrap);
            }
        }
    }

    async fn send(
        &self,
        connection: &Connection,
        call: &Call,
        session: &Session,
    ) -> Result<reqwest::Response, ApiError> {
        let url = self.dropbox.hosts().url(call.route.host(), call.route.path());
        let mut request = self.dropbox.session_request(url, session).map_err(|error| failed(&error))?;
        *request.method_mut() = call.method.clone();
        request.headers_mut().extend(call.headers.clone());
        if connection.root.app_folder {
            // Dropbox refuses a path root for an app folder, even one sent by the caller.
            request.headers_mut().remove(PATH_ROOT);
        }
        *request.body_mut() = Some(call.body.clone().into());
        let answer = tokio::time::timeout(READ_TIMEOUT, self.dropbox.send(request)).await;
        let answer = answer.unwrap_or_else(|_| Err(timed_out(READ_TIMEOUT)));
        answer.map_err(|error| failed(&error))
    }

    /// Corrects a refused call. Returns whether it can be sent again. A rate limit is stored for later
    /// callers.
    async fn mend(
        &self,
        connection: &Connection,
        attempt: &mut Attempt,
        refused: &Response<Bytes>,
    ) -> Result<bool, ApiError> {
        let text = String::from_utf8_lossy(refused.body());
        match DropboxError::of(refused.status(), refused.headers(), &text) {
            DropboxError::TokenExpired if !attempt.refreshed => {
                let renewed = self.tokens.access_instead_of(connection, &attempt.session.token).await;
                attempt.session.token = self.unless_refused(connection, renewed).await?;
                attempt.refreshed = true;
                Ok(true)
            }
            DropboxError::NeedsReauth(_) if !attempt.refreshed => {
                // The user may have reconnected since the token was read: then there is a new one.
                let current = self.tokens.access(connection).await?;
                attempt.refreshed = true;
                if current == attempt.session.token {
                    self.look_soon(connection).await?;
                    return Ok(false);
                }
                attempt.session.token = current;
                Ok(true)
            }
            // A walk will find and store the new root; until then this call must not fail.
            DropboxError::RootMoved(_) | DropboxError::AppFolder(_)
                if attempt.session.path_root.is_some() && !attempt.rooted_again =>
            {
                attempt.session.path_root = new_root(&text);
                attempt.rooted_again = true;
                Ok(true)
            }
            DropboxError::RateLimited(wait) if refused.status() == StatusCode::TOO_MANY_REQUESTS => {
                self.schedules.pause(connection.id, self.clock.now().plus(wait)).await?;
                Ok(false)
            }
            // Only writes are paused: reads go on, and so does the sync.
            DropboxError::WritesLimited(wait) => {
                self.schedules.pause_writes(connection.id, self.clock.now().plus(wait)).await?;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}

/// Whether a status may mean that the call can be corrected, or that there is a pause.
fn is_buffered(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 409 | 422 | 429)
}

/// Returns the account's new root, if Dropbox names it.
fn new_root(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body.pointer("/error/invalid_root/root_namespace_id")?.as_str()?.to_owned())
}

fn timed_out(time: Duration) -> DropboxError {
    DropboxError::Unavailable(format!("no answer within {} s", time.as_secs()))
}

pub(crate) fn failed(error: &DropboxError) -> ApiError {
    match error {
        DropboxError::NeedsReauth(_) => needs_reauth(),
        error => {
            tracing::warn!(%error, "a proxied call failed");
            let message = "Dropbox did not answer; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", message).after(5)
        }
    }
}
