//! Limit on the number of a user's files whose bytes are wanted, over all of the user's connections.
//!
//! The HEAD of each connection counts them, and a page is planned with the room that is left. If two
//! connections of a user are walked at the same time, neither sees what the other is about to commit:
//! together they may exceed the limit by at most one segment each. A lower limit does not remove what is
//! mirrored.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    metrics::Metric,
    model::{Connection, ConnectionId, Event, EventBody, UserSettings},
    store::{Commit, StoreError},
};

use super::state::Walk;
use crate::{Failure, Worker, plan::Rules};

/// Number of HEADs read at the same time.
const PARALLEL: usize = 8;

/// The limit of a connection's user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileLimit {
    max_files: u64,
    /// The user's other connections.
    others: Vec<ConnectionId>,
}

impl FileLimit {
    /// Returns the limit of the connection's user, or none if the number of files is unlimited.
    pub(super) async fn of(
        worker: &Worker,
        connection: &Connection,
        settings: UserSettings,
    ) -> Result<Option<Self>, StoreError> {
        let Some(max_files) = settings.max_files else { return Ok(None) };
        let all = worker.store.connection_ids_of_user(connection.project, &connection.user).await?;
        let others = all.into_iter().filter(|id| *id != connection.id).collect();
        Ok(Some(Self { max_files, others }))
    }
}

/// Returns the rules for planning the next page, with the room that is left.
pub(super) async fn rules(walk: &Walk<'_>) -> Result<Rules, Failure> {
    let Some(FileLimit { max_files, others }) = &walk.file_limit else { return Ok(walk.rules.clone()) };
    let heads = stream::iter(others.clone()).map(|id| walk.worker.store.head(id)).buffered(PARALLEL);
    let elsewhere: u64 =
        heads.map_ok(|head| head.files.wanted).try_fold(0, async |sum, files| Ok(sum + files)).await?;
    let room = max_files.saturating_sub(elsewhere + walk.head.files.wanted);
    Ok(Rules { room: Some(room), ..walk.rules.clone() })
}

/// Publishes that the limit is reached, once: before the commit that leaves out the first file. If the
/// process dies in between, the next walk publishes the event again with the same id.
pub(super) async fn announce(walk: &Walk<'_>, commit: &Commit) -> Result<(), Failure> {
    let is_first = walk.head.files.over_limit == 0 && commit.after.files.over_limit > 0;
    let Some(limit) = walk.file_limit.as_ref().filter(|_| is_first) else { return Ok(()) };
    let unique = format!("file_limit_reached:{}", commit.after.head);
    let body = EventBody::FileLimitReached { max_files: limit.max_files };
    walk.worker.bus.publish(vec![Event::new(walk.connection, &unique, body)]).await?;
    walk.worker.count(walk.connection, Metric::FileLimitsReached, 1);
    Ok(())
}
