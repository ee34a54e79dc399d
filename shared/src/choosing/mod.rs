//! Choices of users: every API and page changes selections through here.

mod include;
mod resync;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::StatusCode;

pub use self::resync::Resyncs;
use crate::{
    answer::ApiError,
    dropbox_calls::DropboxCalls,
    model::{Clock, Connection, Lane, Selection, Target, WalkReason},
    queue::Requests,
    store::ChoiceStore,
};

/// Maximum number of selections per connection. The walker has all of them in memory, and lists each by
/// itself.
pub const MAX_SELECTIONS: usize = 1_000;

/// Number of writes at the same time.
const PARALLEL: usize = 16;

/// Dependencies of changes of selections.
#[derive(Clone, Copy)]
pub struct Choosing<'a> {
    /// Choices about connections.
    pub choices: &'a dyn ChoiceStore,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// Calls of Dropbox.
    pub calls: &'a DropboxCalls,
    /// Clock.
    pub clock: &'a dyn Clock,
}

impl Choosing<'_> {
    /// Selects targets, and ends the selection of others. Files that were deleted here come back if they are
    /// chosen. A repetition changes nothing.
    ///
    /// # Errors
    /// Those of [`DropboxCalls::ask`]; some of the changes may have been stored.
    pub async fn change(
        &self,
        connection: &Connection,
        selected: &[Target],
        deselected: &[Target],
    ) -> Result<(), ApiError> {
        include::include(self.choices, self.calls, connection, selected).await?;
        let now = self.clock.now();
        let (choices, id) = (self.choices, connection.id);
        let select = |target: Target| async move { choices.select(id, &target, now).await };
        stream::iter(selected.to_vec()).map(select).buffer_unordered(PARALLEL).try_collect::<()>().await?;
        let deselect = |target: Target| async move { choices.deselect(id, &target).await.map(drop) };
        stream::iter(deselected.to_vec())
            .map(deselect)
            .buffer_unordered(PARALLEL)
            .try_collect::<()>()
            .await?;
        // After the store's writes, never before them.
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(())
    }
}

/// Checks that a connection may have these targets, too.
///
/// # Errors
/// 409 `too_many_selections`.
pub fn check_number(selections: &[Selection], added: &[Target]) -> Result<(), ApiError> {
    let is_new = |target: &&Target| !selections.iter().any(|selection| selection.target == **target);
    if selections.len() + added.iter().filter(is_new).count() <= MAX_SELECTIONS {
        return Ok(());
    }
    let message = format!(
        "A connection has at most {MAX_SELECTIONS} files and folders chosen; choose a folder that holds several."
    );
    Err(ApiError::new(StatusCode::CONFLICT, "too_many_selections", message))
}
