//! The deletion of users, and how far it is.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    answer::ApiError,
    linking::disconnect,
    model::{Clock, Connection, ProjectId, Receipt, Timestamp, UserDeletion, UserId},
    queue::Requests,
    store::{Connections, Purges, StoreError, Users},
};

/// How long the receipt of a deletion can be read, as that of a connection can.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Connections that are read at the same time.
const PARALLEL: usize = 8;

/// Deletes users.
#[derive(Clone, Copy)]
pub struct Deletions<'a> {
    /// The users.
    pub users: &'a dyn Users,
    /// Their connections.
    pub connections: &'a dyn Connections,
    /// Disconnects, and the removal that follows.
    pub purges: &'a dyn Purges,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// The time.
    pub clock: &'a dyn Clock,
}

impl Deletions<'_> {
    /// Whether the project has heard of a user.
    ///
    /// # Errors
    /// 404 where it has not; 503 where the store cannot be reached.
    pub async fn check_known(&self, project: ProjectId, user: &UserId) -> Result<(), ApiError> {
        let (stored, connections) = tokio::try_join!(
            self.users.user(project, user),
            self.connections.connections_of_user(project, user)
        )?;
        if stored.is_some() || !connections.is_empty() {
            return Ok(());
        }
        Err(ApiError::not_found("user_not_found", "The project has no such user."))
    }

    /// Disconnects every account of a user; the worker removes what was mirrored. What the user had is noted before it goes,
    /// so that a call that is cut short can be followed and repeated.
    ///
    /// # Errors
    /// 503 where store or queue cannot be reached.
    pub async fn delete(&self, project: ProjectId, user: &UserId) -> Result<UserDeletion, ApiError> {
        let (now, earlier) = (self.clock.now(), self.users.user(project, user).await?);
        let connections = self.connections.connections_of_user(project, user).await?;
        let mut deletion = earlier
            .and_then(|user| user.deletion)
            .unwrap_or(UserDeletion { requested_at: now, connections: Vec::new() });
        let new = connections.iter().map(|connection| connection.id);
        let new: Vec<_> = new.filter(|id| !deletion.connections.contains(id)).collect();
        deletion.connections.extend(new);
        self.users.note_deletion(project, user, &deletion, now.plus(REMEMBERED)).await?;
        for connection in &connections {
            disconnect(self.purges, self.requests, self.clock, connection).await?;
        }
        Ok(deletion)
    }
}

/// How far the deletion of a user is: the receipts of all connections that the user had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionReceipt {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// How many connections the user had.
    pub connections: usize,
    /// Items that were removed so far.
    pub items: u64,
    /// Objects that were removed so far.
    pub objects: u64,
    /// When nothing was left; absent: something is.
    pub finished_at: Option<Timestamp>,
}

impl DeletionReceipt {
    fn of(deletion: &UserDeletion, receipts: &[Receipt]) -> Self {
        let is_finished = receipts.iter().all(|receipt| receipt.finished_at.is_some());
        let last = receipts.iter().filter_map(|receipt| receipt.finished_at).max();
        Self {
            requested_at: deletion.requested_at,
            connections: deletion.connections.len(),
            items: receipts.iter().map(|receipt| receipt.items).sum(),
            objects: receipts.iter().map(|receipt| receipt.objects).sum(),
            finished_at: is_finished.then(|| last.unwrap_or(deletion.requested_at)),
        }
    }
}

/// What has become of everything that was the user's.
///
/// # Errors
/// Where the store cannot be reached.
pub async fn deletion_receipt(
    connections: &dyn Connections,
    deletion: &UserDeletion,
) -> Result<DeletionReceipt, StoreError> {
    let reads = stream::iter(deletion.connections.clone()).map(|id| connections.connection(id));
    let found: Vec<Option<Connection>> = reads.buffered(PARALLEL).try_collect().await?;
    // A connection is gone 90 days after its receipt was finished.
    let receipts: Vec<Receipt> =
        found.into_iter().flatten().filter_map(|connection| connection.receipt).collect();
    Ok(DeletionReceipt::of(deletion, &receipts))
}
