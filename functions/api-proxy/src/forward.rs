//! The request to Dropbox, and what is mended of it where Dropbox says how.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::Value;
use shared::{
    answer::{ApiError, needs_reauth},
    dropbox::{DropboxError, PATH_ROOT, SILENCE, Session},
    model::Connection,
};

use crate::{
    Proxy,
    call::Call,
    relay::{held, passed_on},
};

/// What may be sent otherwise the next time, each once.
struct Attempt {
    /// Its root is ours to say where the caller says none.
    session: Session,
    refreshed: bool,
    rooted_again: bool,
}

impl Proxy {
    /// Sends the call: with a new token where Dropbox calls the first expired, and rooted elsewhere where the account
    /// is. The body is in memory, so it can be sent again.
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
            if !is_held(response.status()) {
                return passed_on(response.into(), call.wrap);
            }
            let refused = held(response).await?;
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
            // Dropbox refuses to be told a root, whoever tells it.
            request.headers_mut().remove(PATH_ROOT);
        }
        *request.body_mut() = Some(call.body.clone().into());
        let answer = tokio::time::timeout(SILENCE, self.dropbox.send(request)).await;
        let answer = answer.unwrap_or_else(|_| Err(silent(SILENCE)));
        answer.map_err(|error| failed(&error))
    }

    /// Whether a refused call can be sent again, otherwise. A rate limit is remembered for the callers after this one.
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
                // The user may have connected again since the token was read: then there is another one.
                let current = self.tokens.access(connection).await?;
                attempt.refreshed = true;
                if current == attempt.session.token {
                    self.look_soon(connection).await?;
                    return Ok(false);
                }
                attempt.session.token = current;
                Ok(true)
            }
            // The walk will learn it for itself; until then this call need not fail.
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
            // Reads go on, and so does the sync.
            DropboxError::WritesLimited(wait) => {
                self.schedules.pause_writes(connection.id, self.clock.now().plus(wait)).await?;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}

/// Refusals that may be mended, or tell of a pause.
fn is_held(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 409 | 422 | 429)
}

/// Where the account is rooted by now, if Dropbox says so.
fn new_root(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body.pointer("/error/invalid_root/root_namespace_id")?.as_str()?.to_owned())
}

fn silent(time: Duration) -> DropboxError {
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
