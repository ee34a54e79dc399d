//! `GET …/users`: lists the users of the project, in the order of their ids.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    caller::ProjectCaller,
    model::UserId,
    query,
};

use super::to_json;
use crate::ProjectApi;

/// Default number of users per page.
const PAGE: u64 = 200;
/// Maximum number of users per page.
const MAX_PAGE: u64 = 1000;

/// Lists a page of users. Deleted users are left out, so a page may have fewer users than requested.
pub(crate) async fn list(
    api: &ProjectApi,
    caller: &ProjectCaller,
    asked: &str,
) -> Result<Response<Body>, ApiError> {
    let limit = query::number(asked, "limit", 1..=MAX_PAGE, PAGE)?;
    let after: Option<UserId> = match query::field(asked, "after") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            ApiError::invalid("malformed_query", "after must be a user's id, as next names it.")
        })?),
    };
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let mut users = api.store.users(caller.project, after.as_ref(), limit.saturating_add(1)).await?;
    let has_more = users.len() > limit as usize;
    users.truncate(limit as usize);
    let next = users.last().filter(|_| has_more).map(|user| user.user.clone());
    let listed: Vec<Value> = users.iter().filter(|user| user.deletion.is_none()).map(to_json::user).collect();
    Ok(found(&json!({"users": listed, "next": next})))
}
