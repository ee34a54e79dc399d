//! `GET` and `DELETE …/session-id/{key}`: how a popup ended, by the key of the page that opened it. It works
//! without any message between the windows, so also where a page of the popup isolates itself.

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, json},
    caller::{Caller, Operation},
    store::{Link, LinkStatus},
};

use super::build::{is_key, link_id};
use crate::connect::Connect;

/// Returns the status, and the connection once there is one.
pub(super) async fn show(
    connect: &Connect,
    project: &str,
    key: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let link = read(connect, Operation::GetSdkSession, project, key, request).await?;
    let link = link.ok_or_else(|| {
        let message = "No connect of this user has this key, or its end was taken already.";
        ApiError::not_found("session_not_found", message)
    })?;
    Ok(json(StatusCode::OK, &to_json(&link, link.valid_until <= connect.clock.now())))
}

/// Removes the end of a connect, once there is one: the page has it. A connect that is still under way
/// goes on, because its user may be at Dropbox. Idempotent.
pub(super) async fn end(
    connect: &Connect,
    project: &str,
    key: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let link = read(connect, Operation::DeleteSdkSession, project, key, request).await?;
    if let Some(link) = link.filter(|link| link.status != LinkStatus::Pending) {
        connect.store.remove_link(link.project, link.id).await?;
    }
    Ok(json(StatusCode::OK, &json!({})))
}

async fn read(
    connect: &Connect,
    operation: Operation,
    project: &str,
    key: &str,
    request: &Request<Body>,
) -> Result<Option<Link>, ApiError> {
    let (projects, now) = (connect.store.as_ref(), connect.clock.now());
    let caller = Caller::check(projects, operation, project, request.headers(), now).await?;
    if !is_key(key) {
        return Ok(None);
    }
    Ok(connect.store.link(caller.project, link_id(caller.project, &caller.user, key)).await?)
}

/// Returns a connect as its page sees it. The SDK looks for `connectCredentialId` and asks again without it.
fn to_json(link: &Link, is_over: bool) -> Value {
    match &link.status {
        LinkStatus::Connected { connection } | LinkStatus::Chosen { connection, .. } => {
            json!({"status": "connected", "connectCredentialId": connection})
        }
        LinkStatus::Closed { connection, .. } => {
            json!({"status": "closed", "connectCredentialId": connection})
        }
        LinkStatus::Denied => json!({"status": "denied"}),
        LinkStatus::Failed { reason } => json!({"status": "failed", "reason": reason}),
        LinkStatus::Pending => json!({"status": if is_over { "expired" } else { "pending" }}),
    }
}
