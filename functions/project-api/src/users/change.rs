//! `PATCH …/users/{user}`: changes how a user's accounts are followed, and how many of their files are
//! fetched.

use http::{Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::ApiError, caller::ProjectCaller, members::Members, model::UserId, store::StoreError,
    users::Following,
};

use super::{members, show};
use crate::ProjectApi;

/// Stores the change with the user, for accounts that are connected later, and then with each of the user's
/// connections, where walks read it. Idempotent, so an interrupted call can be repeated.
pub(crate) async fn change(
    api: &ProjectApi,
    caller: &ProjectCaller,
    user: &UserId,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let change = members::read(Members::of(body)?)?;
    let (project, now) = (caller.project, api.clock.now());
    match api.store.change_users(project, std::slice::from_ref(user), change, now).await {
        Err(StoreError::Conflict) => return Err(deleted()),
        changed => changed?,
    }
    if !change.is_empty() {
        let following = Following {
            users: api.store.as_ref(),
            connections: api.store.as_ref(),
            choices: api.store.as_ref(),
            requests: &api.requests,
        };
        following.follow(project, user).await?;
    }
    show(api, caller, user).await
}

fn deleted() -> ApiError {
    let message = "This user was deleted; who connects an account is a user again.";
    ApiError::new(StatusCode::CONFLICT, "user_deleted", message)
}
