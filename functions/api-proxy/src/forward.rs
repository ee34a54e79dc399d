//! Sends a call to Dropbox, once more at another root if Dropbox's refusal says so.

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::Value;
use shared::{
    answer::{ApiError, dropbox_unreachable, needs_reauth},
    dropbox::{Dropbox, DropboxError, PATH_ROOT, READ_TIMEOUT, Session},
    dropbox_calls::{CallError, CallKind, CallRows},
    model::Connection,
};

use crate::{
    Proxy,
    call::Call,
    relay::{buffered, passed_on},
    revocation,
};

/// A call that Dropbox did not do.
struct Refused {
    error: DropboxError,
    /// Dropbox's answer, which is passed on; `None` if none came.
    answer: Option<Response<Bytes>>,
}

impl AsRef<DropboxError> for Refused {
    fn as_ref(&self) -> &DropboxError {
        &self.error
    }
}

impl From<DropboxError> for Refused {
    fn from(error: DropboxError) -> Self {
        Self { error, answer: None }
    }
}

/// Sends the call; once more if the account's root has moved. The body is in memory, so it can be sent again. `rows` are
/// the connection's, if they have been read.
pub(crate) async fn run(
    proxy: &Proxy,
    connection: &Connection,
    rows: Option<CallRows>,
    call: Call,
) -> Result<Response<Body>, ApiError> {
    let root = connection.root.path_root().filter(|_| !call.is_rooted()).map(str::to_owned);
    let mut answer = send(proxy, connection, rows, &call, root.as_deref()).await?;
    // A walk will find and store the new root; until then this call must not fail.
    if let Err(Refused {
        error: DropboxError::RootMoved(_) | DropboxError::AppFolder(_),
        answer: Some(refused),
    }) = &answer
        && root.is_some()
    {
        let root = new_root(refused.body());
        answer = send(proxy, connection, None, &call, root.as_deref()).await?;
    }
    match answer {
        Ok(response) => passed_on(response.into(), call.wrap),
        Err(refused) => pass_on_refusal(proxy, connection, refused, call.wrap).await,
    }
}

async fn send(
    proxy: &Proxy,
    connection: &Connection,
    rows: Option<CallRows>,
    call: &Call,
    root: Option<&str>,
) -> Result<Result<reqwest::Response, Refused>, ApiError> {
    let kind = if call.route.writes() { CallKind::Write } else { CallKind::Read };
    let rows = match rows {
        Some(rows) => rows,
        None => proxy.calls.rows(connection.id).await?,
    };
    let call_once = |dropbox: Dropbox, session: Session| {
        let session = Session { path_root: root.map(str::to_owned), ..session };
        async move { attempt(&dropbox, connection, call, &session).await }
    };
    match proxy.calls.answer(connection, kind, rows, call_once).await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            if let CallError::NeedsReauth = error {
                revocation::look_soon(proxy, connection).await?;
            }
            Err(error.into())
        }
    }
}

async fn pass_on_refusal(
    proxy: &Proxy,
    connection: &Connection,
    refused: Refused,
    wrap: bool,
) -> Result<Response<Body>, ApiError> {
    let Refused { error, answer: Some(answer) } = refused else { return Err(failed(&refused.error)) };
    if let DropboxError::NeedsReauth(_) = error {
        revocation::look_soon(proxy, connection).await?;
    }
    passed_on(answer.map(Into::into), wrap)
}

/// Sends the call once.
async fn attempt(
    dropbox: &Dropbox,
    connection: &Connection,
    call: &Call,
    session: &Session,
) -> Result<reqwest::Response, Refused> {
    let url = dropbox.hosts().url(call.route.host(), call.route.path());
    let mut request = dropbox.session_request(url, session)?;
    *request.method_mut() = call.method.clone();
    request.headers_mut().extend(call.headers.clone());
    if connection.root.app_folder {
        // Dropbox refuses a path root for an app folder, even one sent by the caller.
        request.headers_mut().remove(PATH_ROOT);
    }
    *request.body_mut() = Some(call.body.clone().into());
    let answer = tokio::time::timeout(READ_TIMEOUT, dropbox.send(request)).await;
    let answer = answer.unwrap_or_else(|_| Err(unanswered()))?;
    if !may_be_corrected(answer.status()) {
        return Ok(answer);
    }
    let answer = buffered(answer).await.map_err(|error| DropboxError::Unavailable(error.message))?;
    let text = String::from_utf8_lossy(answer.body());
    let error = DropboxError::of(answer.status(), answer.headers(), &text);
    Err(Refused { error, answer: Some(answer) })
}

/// Whether a status may mean that the call can be corrected, or that there is a pause.
fn may_be_corrected(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 409 | 422 | 429)
}

/// Returns the account's new root, if Dropbox names it.
fn new_root(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(body.pointer("/error/invalid_root/root_namespace_id")?.as_str()?.to_owned())
}

fn unanswered() -> DropboxError {
    DropboxError::Unavailable(format!("no answer within {} s", READ_TIMEOUT.as_secs()))
}

pub(crate) fn failed(error: &DropboxError) -> ApiError {
    match error {
        DropboxError::NeedsReauth(_) => needs_reauth(),
        error => {
            tracing::warn!(%error, "a proxied call failed");
            dropbox_unreachable()
        }
    }
}
