//! How a user's accounts are followed: by themselves or on request, and how often they are compared in full.

use crate::{
    model::{ConnectionId, ProjectUser, ResyncChoice},
    store::{ChoiceStore, StoreError},
};

/// Seconds in an hour.
const HOUR: u64 = 60 * 60;

/// Chooses for a connection what is chosen for its user. A walk that follows obeys it.
///
/// # Errors
/// Where the store cannot be reached.
pub async fn follow_as_user(
    choices: &dyn ChoiceStore,
    connection: ConnectionId,
    user: &ProjectUser,
) -> Result<(), StoreError> {
    if user.auto_sync == Some(false) {
        return choices.stop_automatic_sync(connection).await;
    }
    let choice = user.resync_hours.map(|hours| ResyncChoice::Every(hours * HOUR));
    choices.choose_resync(connection, choice).await
}
