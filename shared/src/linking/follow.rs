//! How a user's accounts are followed: by themselves or on request, and how often they are compared in full.

use crate::{
    model::{ConnectionId, ResyncChoice, UserSettings},
    store::{ChoiceStore, StoreError},
};

/// Chooses for a connection what its user has chosen. A walk that follows obeys it. What the user has not chosen is as the
/// project's defaults say, which each walk reads.
///
/// # Errors
/// Where the store cannot be reached.
pub async fn follow_as_user(
    choices: &dyn ChoiceStore,
    connection: ConnectionId,
    settings: UserSettings,
) -> Result<(), StoreError> {
    if settings.auto_sync == Some(false) {
        return choices.stop_automatic_sync(connection).await;
    }
    let choice = settings.resync_hours.map(ResyncChoice::every_hours);
    choices.choose_resync(connection, choice).await
}
