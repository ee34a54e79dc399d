//! `PATCH …/users/{user}`: changes how a user's accounts are followed, and how many of their files are
//! fetched.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::Value;
use shared::{
    answer::ApiError,
    caller::ProjectCaller,
    model::{RESYNC_HOURS, UserChange, UserId},
    store::StoreError,
    users::Following,
};

use super::show;
use crate::{ProjectApi, body::Members};

/// Names of the members of a change.
const MEMBERS: [&str; 3] = ["automatic_sync", "resync_hours", "max_files"];
/// Largest file limit that is accepted.
const MAX_LIMIT: u64 = 1_000_000_000;

/// Stores the change with the user, for accounts that are connected later, and then with each of the user's
/// connections, where walks read it. Idempotent, so an interrupted call can be repeated.
pub(crate) async fn change(
    api: &ProjectApi,
    caller: &ProjectCaller,
    user: &UserId,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let change = read(body)?;
    let (project, now) = (caller.project, api.clock.now());
    match api.users.change_users(project, std::slice::from_ref(user), change, now).await {
        Err(StoreError::Conflict) => return Err(deleted()),
        changed => changed?,
    }
    if !change.is_empty() {
        let following = Following {
            users: api.users.as_ref(),
            connections: api.connections.as_ref(),
            choices: api.choices.as_ref(),
            requests: &api.requests,
        };
        following.follow(project, user).await?;
    }
    show(api, caller, user).await
}

fn read(body: &[u8]) -> Result<UserChange, ApiError> {
    let mut members = Members::of(body)?;
    let change = UserChange {
        auto_sync: members.optional("automatic_sync", "true or false", Value::as_bool)?,
        resync_hours: members.optional("resync_hours", "3, 6, 12, 24, or null for the project's", hours)?,
        max_files: members.optional(
            "max_files",
            "a whole number of files, or null for the project's",
            files,
        )?,
    };
    members.end(&MEMBERS)?;
    Ok(change)
}

/// Reads hours, or null for the project's default.
fn hours(value: &Value) -> Option<Option<u64>> {
    match value.as_u64() {
        None => value.is_null().then_some(None),
        Some(hours) => RESYNC_HOURS.contains(&hours).then_some(Some(hours)),
    }
}

/// Reads a number of files, or null for the project's default.
fn files(value: &Value) -> Option<Option<u64>> {
    match value.as_u64() {
        None => value.is_null().then_some(None),
        Some(files) => (files <= MAX_LIMIT).then_some(Some(files)),
    }
}

fn deleted() -> ApiError {
    let message = "This user was deleted; who connects an account is a user again.";
    ApiError::new(StatusCode::CONFLICT, "user_deleted", message)
}
