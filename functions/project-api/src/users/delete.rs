//! `DELETE …/users/{user}`: deletes a user with all of their data.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, accepted},
    caller::ProjectCaller,
    model::UserId,
    users::{Deletions, deletion_receipt},
};

use super::to_json;
use crate::ProjectApi;

/// Deletes a user. The answer is the receipt so far, and `GET` of the user returns its progress. Idempotent.
pub(crate) async fn delete(
    api: &ProjectApi,
    caller: &ProjectCaller,
    user: &UserId,
) -> Result<Response<Body>, ApiError> {
    let deletions = Deletions {
        users: api.store.as_ref(),
        connections: api.store.as_ref(),
        purges: api.store.as_ref(),
        requests: &api.requests,
        bus: api.bus.as_ref(),
        run_queue: api.run_queue.as_ref(),
        clock: api.clock.as_ref(),
    };
    deletions.check_known(caller.project, user).await?;
    let deletion = deletions.delete(caller.project, user).await?;
    let receipt = deletion_receipt(api.store.as_ref(), &deletion).await?;
    Ok(accepted(&json!({"id": user, "deletion": to_json::deletion(&receipt)})))
}
