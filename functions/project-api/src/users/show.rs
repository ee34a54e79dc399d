//! `GET …/users/{user}`: returns a user; a deleted one as long as the receipt is kept.

use http::Response;
use lambda_http::Body;
use serde_json::Value;
use shared::{
    answer::{ApiError, found},
    caller::ProjectCaller,
    model::{ProjectUser, UserId},
    users::deletion_receipt,
};

use super::to_json;
use crate::ProjectApi;

pub(crate) async fn show(
    api: &ProjectApi,
    caller: &ProjectCaller,
    user: &UserId,
) -> Result<Response<Body>, ApiError> {
    let (stored, connections) = tokio::try_join!(
        api.store.user(caller.project, user),
        api.store.connections_of_user(caller.project, user),
    )?;
    // A user who connected with a version that stored no users is known only by their connections.
    let first = connections.first().map(|connection| connection.created_at);
    let stored = stored.or_else(|| Some(ProjectUser::new(user.clone(), first?)));
    let stored =
        stored.ok_or_else(|| ApiError::not_found("user_not_found", "The project has no such user."))?;
    let mut body = to_json::user(&stored);
    body["connections"] = connections.iter().map(to_json::connection).collect();
    body["deletion"] = match &stored.deletion {
        Some(deletion) => to_json::deletion(&deletion_receipt(api.store.as_ref(), deletion).await?),
        None => Value::Null,
    };
    Ok(found(&body))
}
