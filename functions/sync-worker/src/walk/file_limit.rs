//! How many files a user may have: over all connections of theirs, whose bytes are wanted.
//!
//! Of each connection HEAD counts them, and a page is planned with the room that is left then. Where two connections of a
//! user are walked at the same time, neither sees what the other is about to commit: together they may take in more than
//! is allowed, by at most one segment each. What is mirrored stays where the limit becomes less.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    metrics::Metric,
    model::{Connection, ConnectionId, Event, EventBody, UserSettings},
    store::{Commit, StoreError},
};

use super::step::Step;
use crate::{Failure, Worker, plan::Rules};

/// HEADs that are read at the same time.
const PARALLEL: usize = 8;

/// The limit of a connection's user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileLimit {
    max_files: u64,
    /// The user's other connections.
    others: Vec<ConnectionId>,
}

impl FileLimit {
    /// The limit; none where any number of files is allowed.
    pub(super) async fn of(
        worker: &Worker,
        connection: &Connection,
        settings: UserSettings,
    ) -> Result<Option<Self>, StoreError> {
        let Some(max_files) = settings.max_files else { return Ok(None) };
        let all = worker.connections.connections_of_user(connection.project, &connection.user).await?;
        let others = all.into_iter().map(|one| one.id).filter(|id| *id != connection.id).collect();
        Ok(Some(Self { max_files, others }))
    }
}

impl Step<'_> {
    /// The rules by which what comes next is planned.
    pub(super) async fn rules_now(&self) -> Result<Rules, Failure> {
        let Some(FileLimit { max_files, others }) = &self.file_limit else { return Ok(self.rules.clone()) };
        let heads = stream::iter(others.clone()).map(|id| self.worker.log.head(id)).buffered(PARALLEL);
        let elsewhere: u64 =
            heads.map_ok(|head| head.files.wanted).try_fold(0, async |sum, files| Ok(sum + files)).await?;
        let room = max_files.saturating_sub(elsewhere + self.head.files.wanted);
        Ok(Rules { room: Some(room), ..self.rules.clone() })
    }

    /// Tells that the limit is reached: once, by the commit that is about to leave out the first file, and before it, so
    /// that who dies in between tells it again with the same id.
    pub(super) async fn announce_file_limit(&self, commit: &Commit) -> Result<(), Failure> {
        let is_first = self.head.files.over_limit == 0 && commit.after.files.over_limit > 0;
        let Some(limit) = self.file_limit.as_ref().filter(|_| is_first) else { return Ok(()) };
        let unique = format!("file_limit_reached:{}", commit.after.head);
        let news = EventBody::FileLimitReached { max_files: limit.max_files };
        self.worker.bus.publish(vec![Event::new(self.connection, &unique, news)]).await?;
        self.worker.count(self.connection, Metric::FileLimitsReached, 1);
        Ok(())
    }
}
