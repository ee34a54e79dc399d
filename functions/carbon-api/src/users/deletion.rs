//! Deletions of users as JSON.

use serde_json::{Value, json};
use shared::{
    model::UserDeletion,
    store::StoreError,
    users::{Deletions, deletion_receipt},
};

use crate::CarbonApi;

/// Returns the service that deletes users.
pub(super) fn deletions(api: &CarbonApi) -> Deletions<'_> {
    Deletions {
        users: api.store.as_ref(),
        connections: api.store.as_ref(),
        purges: api.store.as_ref(),
        requests: &api.requests,
        bus: api.bus.as_ref(),
        run_queue: api.run_queue.as_ref(),
        clock: api.clock.as_ref(),
    }
}

/// Returns the receipt of a user's deletion. `finished_at` is set once nothing is left.
pub(super) async fn receipt(api: &CarbonApi, deletion: &UserDeletion) -> Result<Value, StoreError> {
    let receipt = deletion_receipt(api.store.as_ref(), deletion).await?;
    Ok(json!({
        "requested_at": receipt.requested_at.to_string(),
        "connections": receipt.connections,
        "items": receipt.items,
        "objects": receipt.objects,
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
    }))
}
