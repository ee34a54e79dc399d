//! Deletion of users, and its progress.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    answer::ApiError,
    events::Bus,
    linking::disconnect,
    model::{Clock, Connection, Event, ProjectId, Receipt, Timestamp, UserDeletion, UserId},
    queue::{Queue, Requests},
    store::{Connections, Purges, StoreError, Users},
    workflows::RunMessage,
};

/// Lifetime of a deletion's receipt, the same as that of a connection's receipt.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Maximum number of connections read at the same time.
const PARALLEL: usize = 8;

/// Deletion of users.
#[derive(Clone, Copy)]
pub struct Deletions<'a> {
    /// Store of users.
    pub users: &'a dyn Users,
    /// Store of their connections.
    pub connections: &'a dyn Connections,
    /// Store operations that disconnect and purge connections.
    pub purges: &'a dyn Purges,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// The event bus.
    pub bus: &'a dyn Bus,
    /// The queue of runs of workflows.
    pub run_queue: &'a dyn Queue,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl Deletions<'_> {
    /// Checks that a user is known to the project.
    ///
    /// # Errors
    /// 404 if the user is unknown; 503 if the store cannot be reached.
    pub async fn check_known(&self, project: ProjectId, user: &UserId) -> Result<(), ApiError> {
        let (stored, connections) = tokio::try_join!(
            self.users.user(project, user),
            self.connections.connections_of_user(project, user)
        )?;
        if stored.is_some() || !connections.is_empty() {
            return Ok(());
        }
        Err(user_not_found())
    }

    /// Disconnects all accounts of a user; the worker then removes what was mirrored, and the runner the runs of
    /// workflows. The user's connections are recorded first, so that a call that is cut short can be traced and
    /// repeated. Publishes *User Deleted*, with the same id if the call is repeated.
    ///
    /// # Errors
    /// 503 if the store, the queue or the bus cannot be reached.
    pub async fn delete(&self, project: ProjectId, user: &UserId) -> Result<UserDeletion, ApiError> {
        let (now, earlier) = (self.clock.now(), self.users.user(project, user).await?);
        let connections = self.connections.connections_of_user(project, user).await?;
        let mut deletion = earlier.and_then(|user| user.deletion).unwrap_or(UserDeletion::new(now));
        deletion.removes_runs = true;
        let new = connections.iter().map(|connection| connection.id);
        let new: Vec<_> = new.filter(|id| !deletion.connections.contains(id)).collect();
        deletion.connections.extend(new);
        self.users.note_deletion(project, user, &deletion, now.plus(REMEMBERED)).await?;
        for connection in &connections {
            disconnect(self.purges, self.requests, self.clock, connection).await?;
        }
        // The last purge does it, too, unless an earlier version of Dropline does that.
        self.purges.forget_list_version(project, user).await?;
        let forget = RunMessage::Forget { project, user: user.clone() };
        self.run_queue.send(vec![forget.at_once()]).await.map_err(|error| ApiError::unavailable(&error))?;
        let event = Event::user_deleted(project, user.clone(), deletion.requested_at);
        self.bus.publish(vec![event]).await.map_err(|error| ApiError::unavailable(&error))?;
        Ok(deletion)
    }
}

/// 404: the project has no such user.
#[must_use]
pub fn user_not_found() -> ApiError {
    ApiError::not_found("user_not_found", "The project has no such user.")
}

/// Progress of a user's deletion, from the receipts of all the user's connections, and from whether runs are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionReceipt {
    /// Time of the first request.
    pub requested_at: Timestamp,
    /// Number of connections that the user had.
    pub connections: usize,
    /// Number of items removed so far.
    pub items: u64,
    /// Number of objects removed so far.
    pub objects: u64,
    /// Time at which nothing was left; absent until then.
    pub finished_at: Option<Timestamp>,
}

impl DeletionReceipt {
    fn of(deletion: &UserDeletion, receipts: &[Receipt]) -> Self {
        let has_runs = deletion.removes_runs && deletion.runs_removed_at.is_none();
        let is_finished = receipts.iter().all(|receipt| receipt.finished_at.is_some()) && !has_runs;
        let ends = receipts.iter().filter_map(|receipt| receipt.finished_at);
        let last = ends.chain(deletion.runs_removed_at).max();
        Self {
            requested_at: deletion.requested_at,
            connections: deletion.connections.len(),
            items: receipts.iter().map(|receipt| receipt.items).sum(),
            objects: receipts.iter().map(|receipt| receipt.objects).sum(),
            finished_at: is_finished.then(|| last.unwrap_or(deletion.requested_at)),
        }
    }
}

/// Returns the progress of a user's deletion.
///
/// # Errors
/// Fails if the store cannot be reached.
pub async fn deletion_receipt(
    connections: &dyn Connections,
    deletion: &UserDeletion,
) -> Result<DeletionReceipt, StoreError> {
    let reads = stream::iter(deletion.connections.clone()).map(|id| connections.connection(id));
    let found: Vec<Option<Connection>> = reads.buffered(PARALLEL).try_collect().await?;
    // A connection's row is removed 90 days after its receipt was finished.
    let receipts: Vec<Receipt> =
        found.into_iter().flatten().filter_map(|connection| connection.receipt).collect();
    Ok(DeletionReceipt::of(deletion, &receipts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_finished_when_nothing_is_left_not_even_runs() {
        let end = |removes_runs, runs_removed_at, receipts: &[Receipt]| {
            let begun = UserDeletion::new(Timestamp(1));
            DeletionReceipt::of(&UserDeletion { removes_runs, runs_removed_at, ..begun }, receipts)
                .finished_at
        };
        let receipt = |finished_at| Receipt { finished_at, ..Receipt::requested(Timestamp(1)) };
        let (done, open) = (receipt(Some(Timestamp(5))), receipt(None));
        assert_eq!(end(true, None, &[]), None);
        assert_eq!(end(true, None, &[done]), None);
        assert_eq!(end(true, Some(Timestamp(3)), &[done, open]), None);
        assert_eq!(end(true, Some(Timestamp(3)), &[done]), Some(Timestamp(5)));
        assert_eq!(end(true, Some(Timestamp(9)), &[done]), Some(Timestamp(9)));
        // A deletion of before there were runs.
        assert_eq!(end(false, None, &[]), Some(Timestamp(1)));
    }
}
