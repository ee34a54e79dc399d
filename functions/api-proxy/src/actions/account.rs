//! The account in which an action is done.

use bytes::Bytes;
use http::{Response, StatusCode, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Limited};
use reqwest::Body;
use serde_json::Value;
use shared::{
    answer::ApiError,
    caller::CallerKind,
    dropbox::{DropboxError, Route},
    metrics::{Metric, Subject},
    model::Connection,
};

use super::{Actions, failure::Failure};
use crate::{
    call::Call,
    forward::{self, failed},
};

/// Maximum size of an answer that is read here, in bytes. A page of 1,000 search matches has less than a
/// tenth of that.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// The account in which an action is done: a user's connection, and what kind of caller asks.
pub(crate) struct Account<'a> {
    pub(crate) actions: &'a Actions,
    pub(crate) caller: CallerKind,
    pub(crate) connection: Connection,
}

impl Account<'_> {
    /// Calls a route with a JSON argument, and passes its answer on as it comes.
    pub(crate) async fn pass_on(&self, route: &str, argument: &Value) -> Result<Response<Body>, Failure> {
        self.send(Call::of_route(known(route)?, None, argument.to_string())?).await
    }

    /// Calls a route with a JSON argument, and reads its answer.
    pub(crate) async fn ask(&self, route: &str, argument: &Value) -> Result<Value, Failure> {
        read(self.pass_on(route, argument).await?).await
    }

    /// Calls a route that returns bytes, and passes its answer on as it comes.
    pub(crate) async fn download(&self, route: &str, argument: &Value) -> Result<Response<Body>, Failure> {
        self.send(Call::of_route(known(route)?, Some(&argument.to_string()), Bytes::new())?).await
    }

    /// Calls a route that takes bytes, counts them, and reads its answer.
    pub(crate) async fn upload(&self, route: &str, argument: &Value, bytes: Bytes) -> Result<Value, Failure> {
        let sent = bytes.len() as u64;
        let call = Call::of_route(known(route)?, Some(&argument.to_string()), bytes)?;
        let answer = read(self.send(call).await?).await?;
        let metrics = &self.actions.proxy.metrics;
        metrics.count(Subject::of(&self.connection), Metric::ActionBytesSaved, sent);
        Ok(answer)
    }

    /// Sends a call in the same way as the proxy.
    async fn send(&self, call: Call) -> Result<Response<Body>, Failure> {
        let proxy = &self.actions.proxy;
        let answer = forward::run(proxy, &self.connection, None, call).await?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            // Usually a page of HTML, which is of no use to a client.
            status if status.is_server_error() => {
                Err(failed(&DropboxError::Unavailable(format!("status {}", status.as_u16()))).into())
            }
            _ => Err(buffered(answer).await?.into()),
        }
    }
}

fn known(route: &str) -> Result<Route, ApiError> {
    Route::parse(route).map_err(|error| ApiError::unavailable(&error))
}

pub(super) async fn buffered(answer: Response<Body>) -> Result<Response<Bytes>, ApiError> {
    let (mut parts, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER_LIMIT).collect().await;
    let body = body.map_err(|_| ApiError::unavailable(&"an answer of Dropbox is too large, or was cut"))?;
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// Reads a successful answer as JSON.
pub(super) async fn read(answer: Response<Body>) -> Result<Value, Failure> {
    let answer = buffered(answer).await?;
    let unreadable = |_| {
        let message =
            "Dropbox's answer cannot be read; look whether the action was done before you ask again.";
        ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreadable", message)
    };
    Ok(serde_json::from_slice(answer.body()).map_err(unreadable)?)
}
