//! How far the deletion of a user is, in answers: the receipts of all connections that the user had.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{Connection, ProjectId, Receipt, UserDeletion, UserId},
    store::StoreError,
};

use crate::{CarbonApi, answer::Refusal};

/// Connections that are read at the same time.
const PARALLEL: usize = 8;

/// Whether the project has heard of the user.
///
/// # Errors
/// 404 where it has not.
pub(super) async fn known(api: &CarbonApi, project: ProjectId, user: &UserId) -> Result<(), Refusal> {
    let (stored, connections) =
        tokio::try_join!(api.users.user(project, user), api.connections.connections_of_user(project, user))?;
    if stored.is_some() || !connections.is_empty() {
        return Ok(());
    }
    Err(ApiError::not_found("user_not_found", "The project has no such user.").into())
}

/// What has become of everything that was the user's. `finished_at` is there once nothing is left.
pub(super) async fn receipt(api: &CarbonApi, deletion: &UserDeletion) -> Result<Value, StoreError> {
    let reads = stream::iter(deletion.connections.clone()).map(|id| api.connections.connection(id));
    let connections: Vec<Option<Connection>> = reads.buffered(PARALLEL).try_collect().await?;
    let receipts: Vec<Receipt> =
        connections.into_iter().flatten().filter_map(|connection| connection.receipt).collect();
    Ok(deletion_json(deletion, &receipts))
}

fn deletion_json(deletion: &UserDeletion, receipts: &[Receipt]) -> Value {
    let is_finished = receipts.iter().all(|receipt| receipt.finished_at.is_some());
    let last = receipts.iter().filter_map(|receipt| receipt.finished_at).max();
    let finished_at = is_finished.then(|| last.unwrap_or(deletion.requested_at).to_string());
    json!({
        "requested_at": deletion.requested_at.to_string(),
        "connections": deletion.connections.len(),
        "items": receipts.iter().map(|receipt| receipt.items).sum::<u64>(),
        "objects": receipts.iter().map(|receipt| receipt.objects).sum::<u64>(),
        "finished_at": finished_at,
    })
}
