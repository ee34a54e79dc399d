//! The account that an action is done in.

use bytes::Bytes;
use http::{Response, StatusCode, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Limited};
use reqwest::Body;
use serde_json::Value;
use shared::{
    answer::ApiError,
    caller::Caller,
    dropbox::{DropboxError, Route},
    metrics::{Metric, Subject},
    model::Connection,
};

use super::{Actions, failure::Failure};
use crate::{call::Call, forward::failed};

/// Maximum size of an answer that is read here, in bytes: a page of 1,000 matches of a search has less than a tenth.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// The account that an action is done in: a user's connection, and who asked.
pub(crate) struct Account<'a> {
    pub(crate) actions: &'a Actions,
    pub(crate) caller: &'a Caller,
    pub(crate) connection: Connection,
}

impl Account<'_> {
    /// Calls a route with JSON, and passes its answer on as it comes.
    pub(crate) async fn pass_on(&self, route: &str, argument: &Value) -> Result<Response<Body>, Failure> {
        self.send(Call::of_route(known(route)?, None, argument.to_string())?).await
    }

    /// Calls a route with JSON, and reads its answer.
    pub(crate) async fn ask(&self, route: &str, argument: &Value) -> Result<Value, Failure> {
        read(self.pass_on(route, argument).await?).await
    }

    /// Calls a route that gives bytes, and passes its answer on as it comes.
    pub(crate) async fn download(&self, route: &str, argument: &Value) -> Result<Response<Body>, Failure> {
        self.send(Call::of_route(known(route)?, Some(&argument.to_string()), Bytes::new())?).await
    }

    /// Calls a route that takes bytes, and reads its answer.
    pub(crate) async fn upload(&self, route: &str, argument: &Value, bytes: Bytes) -> Result<Value, Failure> {
        let sent = bytes.len() as u64;
        let call = Call::of_route(known(route)?, Some(&argument.to_string()), bytes)?;
        let answer = read(self.send(call).await?).await?;
        let metrics = &self.actions.proxy.metrics;
        metrics.count(Subject::of(&self.connection), Metric::ActionBytesSaved, sent);
        Ok(answer)
    }

    /// Every call goes out by the proxy's own way, and only where no pause is asked for at that moment.
    async fn send(&self, call: Call) -> Result<Response<Body>, Failure> {
        let proxy = &self.actions.proxy;
        proxy.check_pause(&self.connection, &call).await?;
        let answer = proxy.forward(&self.connection, call).await?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            // A page of HTML, as a rule, which says nothing to a client.
            status if status.is_server_error() => {
                Err(failed(&DropboxError::Unavailable(format!("status {}", status.as_u16()))).into())
            }
            _ => Err(held(answer).await?.into()),
        }
    }
}

fn known(route: &str) -> Result<Route, ApiError> {
    Route::parse(route).map_err(|error| ApiError::unavailable(&error))
}

async fn held(answer: Response<Body>) -> Result<Response<Bytes>, ApiError> {
    let (mut parts, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER_LIMIT).collect().await;
    let body = body.map_err(|_| ApiError::unavailable(&"an answer of Dropbox is too large, or was cut"))?;
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// A success, as JSON.
async fn read(answer: Response<Body>) -> Result<Value, Failure> {
    let answer = held(answer).await?;
    let unreadable = |_| {
        let message =
            "Dropbox's answer cannot be read; look whether the action was done before you ask again.";
        ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreadable", message)
    };
    Ok(serde_json::from_slice(answer.body()).map_err(unreadable)?)
}
