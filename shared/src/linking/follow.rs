//! Sync settings of a user's accounts: automatic or on request, and the interval of full comparisons.

use crate::{
    model::{ConnectionId, ResyncChoice, UserSettings},
    store::{ChoiceStore, StoreError},
};

/// Applies the user's settings to a connection; the next walk follows them. Where the user has none, each
/// walk reads the project's defaults.
///
/// # Errors
/// Fails if the store cannot be reached.
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
