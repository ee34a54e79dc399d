//! Actions and calls to Dropbox for functions of ours, which have found the user's connection themselves.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderName, HeaderValue, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use reqwest::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    caller::CallerKind,
    dropbox::{Route, Style},
    metrics::{Metric, Subject},
    model::Connection,
};

use super::{
    Actions,
    account::{self, Account},
    answer::Answer,
    failure::Failure,
    table,
};

/// Maximum size of bytes that an action returns, in bytes.
const MOST_BYTES: usize = 180 * 1024;
const RESULT: HeaderName = HeaderName::from_static("dropbox-api-result");

/// Reason why an action or a call was not done, or why nobody knows whether it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The status with which Dropbox, or the HTTP handler, answers.
    pub status: u16,
    /// Code for programs, such as `dropbox_refused`.
    pub code: String,
    /// A sentence for people, without secrets.
    pub message: String,
    /// Time to wait before it is tried again, if Dropbox has asked for one.
    pub retry_after: Option<Duration>,
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        let (code, message, retry_after) = failure.parts();
        Self { status: failure.status().as_u16(), code, message, retry_after }
    }
}

impl Actions {
    /// Does an action in a user's connection, as a page of the user may: of the bucket it reads only objects of the
    /// user's own connections. Returns the answer; bytes as an object with `data` in base64, `size` in bytes and
    /// `metadata`.
    ///
    /// # Errors
    /// See [`Undone`].
    pub async fn run(&self, name: &str, parameters: Value, connection: Connection) -> Result<Value, Undone> {
        let action = table::find(name).ok_or_else(|| {
            let message = format!("There is no action {name}; GET …/actions has a list of them.");
            Failure::from(ApiError::not_found("action_not_found", message))
        })?;
        let account = Account { actions: self, caller: CallerKind::UserToken, connection };
        let answer = (action.run)(parameters, &account).await;
        self.direct(&account, answer).await
    }

    /// Calls a route of Dropbox's that takes and answers JSON.
    ///
    /// # Errors
    /// See [`Undone`]. The token's own revocation is refused.
    pub async fn call(&self, route: &str, argument: &Value, connection: Connection) -> Result<Value, Undone> {
        let account = Account { actions: self, caller: CallerKind::UserToken, connection };
        let route = json_route(route).map_err(Failure::from)?;
        let answer = account.pass_on(&route, argument).await;
        self.direct(&account, answer).await
    }

    /// Reads the answer, and counts it.
    async fn direct(&self, account: &Account<'_>, answer: Answer) -> Result<Value, Undone> {
        let (metrics, subject) = (&self.proxy.metrics, Subject::of(&account.connection));
        metrics.count(subject, Metric::ActionCalls, 1);
        let read = match answer {
            Ok(answer) => read(answer).await,
            Err(failure) => Err(failure),
        };
        read.map_err(|failure| {
            if failure.status().is_client_error() {
                metrics.count(subject, Metric::ActionCallsRefused, 1);
            }
            failure.into()
        })
    }
}

/// Returns the path of a route for JSON, with its version.
fn json_route(name: &str) -> Result<String, ApiError> {
    let name = name.trim_start_matches('/');
    let path = if name.starts_with("2/") { name.to_owned() } else { format!("2/{name}") };
    let refused = |message: &str| ApiError::invalid("route_not_allowed", message);
    let route = Route::parse(&path).map_err(|_| refused("There is no such route of Dropbox's API."))?;
    if route.style() != Style::Rpc {
        return Err(refused("Only routes that take and answer JSON can be called; for bytes use an action."));
    }
    if route.path() == crate::revocation::REVOKE {
        return Err(refused("To end a connection, disconnect it."));
    }
    Ok(path)
}

async fn read(answer: Response<Body>) -> Result<Value, Failure> {
    let is_json = answer.headers().get(CONTENT_TYPE).is_none_or(is_json);
    let metadata =
        answer.headers().get(RESULT).and_then(|result| serde_json::from_slice(result.as_bytes()).ok());
    if is_json && metadata.is_none() {
        return account::read(answer).await;
    }
    let length: Option<usize> =
        answer.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let body = match length {
        // Without reading what is not wanted.
        Some(length) if length > MOST_BYTES => None,
        _ => Some(account::buffered(answer).await?.into_body()).filter(|body| body.len() <= MOST_BYTES),
    };
    let Some(body) = body else {
        let message = format!(
            "The file has more than {} KB; ask for a link to it (\"return\": \"link\") instead.",
            MOST_BYTES / 1024
        );
        return Err(ApiError::invalid("output_too_large", message).into());
    };
    let metadata: Value = metadata.unwrap_or_default();
    Ok(json!({"metadata": metadata, "size": body.len(), "data": STANDARD.encode(&body)}))
}

fn is_json(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_for_json_and_has_its_version() {
        assert_eq!(json_route("files/get_metadata").unwrap(), "2/files/get_metadata");
        assert_eq!(json_route("/2/files/get_metadata").unwrap(), "2/files/get_metadata");
        for refused in [
            "files/upload",
            "files/download",
            "auth/token/revoke",
            "../files",
            "files",
            "",
            "https://x/2/a/b",
        ] {
            assert_eq!(json_route(refused).unwrap_err().code, "route_not_allowed", "{refused}");
        }
    }

    #[tokio::test]
    async fn bytes_come_in_base64_with_their_metadata() {
        let answer = |size: usize| {
            let mut answer = Response::new(Body::from(vec![b'a'; size]));
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
            answer.headers_mut().insert(RESULT, HeaderValue::from_static(r#"{"name":"a.txt"}"#));
            answer
        };
        let read_back = read(answer(3)).await.unwrap();
        assert_eq!(read_back, json!({"metadata": {"name": "a.txt"}, "size": 3, "data": "YWFh"}));
        assert_eq!(read(answer(MOST_BYTES + 1)).await.unwrap_err().code(), Some("output_too_large"));
    }
}
