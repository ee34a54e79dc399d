//! Transfers: the bytes of a connection's files, from Dropbox to the bucket.
//!
//! One run at a time processes all due transfers of a connection: at the same time as many as Dropbox answers
//! quickly, then alone, one by one, those of which a process may have died. The work is in the store; a message
//! only says that there is some. Walks put the revisions of a commit on lists, a hundred in a row of the table.
//! A request for one file, and an attempt that is repeated, has a row of its own. Rows come first.

mod acknowledge;
mod alone;
mod attempt;
mod conditions;
mod counting;
mod ending;
mod fetch;
mod hand;
mod lists;
mod noted;
mod outcome;
mod pace;
mod processed_files;
mod progress;
mod recent_copies;
mod record;
mod rows;
mod shared_rows;
mod stream;
mod suspicion;
mod sweep;
mod task;
mod together;
mod verdict;

use std::collections::VecDeque;

use shared::{
    metrics::Metric,
    model::{Connection, ConnectionId, Transfer, TroubleCode},
    store::TransferSchedule,
};
use tokio::time::Instant;

use self::{
    acknowledge::Gathered, conditions::SharedState, hand::Hand, lists::Lists, pace::Pace, progress::Progress,
    rows::Rows,
};
use crate::{
    Failure, Worker,
    connection_state::{self, ConnectionState},
    disconnect::purge,
};

/// One run of a connection's transfers.
struct Run<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    deadline: Instant,
    rows: Rows,
    lists: Lists,
    hand: Hand,
    gathered: Gathered,
    /// Due transfers of which a process may have died.
    suspected: VecDeque<Transfer>,
    progress: Progress,
}

impl<'a> Run<'a> {
    fn new(worker: &'a Worker, connection: &'a Connection, deadline: Instant) -> Self {
        Self {
            worker,
            connection,
            deadline,
            rows: Rows::default(),
            lists: Lists::default(),
            hand: Hand::default(),
            gathered: Gathered::default(),
            suspected: VecDeque::new(),
            progress: Progress::begun(),
        }
    }
}

/// Runs the connection's due transfers, then a sweep if one is due. `sweep` makes one due; `after_death` says
/// that a process may have died in this work before.
pub(crate) async fn run(
    worker: &Worker,
    id: ConnectionId,
    sweep: bool,
    after_death: bool,
) -> Result<(), Failure> {
    let connection = match connection_state::of(worker, id).await? {
        ConnectionState::Active(connection) => connection,
        ConnectionState::Idle => return Ok(()),
        ConnectionState::Disconnected(connection) => return purge::run(worker, &connection).await,
    };
    if sweep {
        worker.store.owe_sweep(id).await?;
    }
    let (project, schedule, (transfer_schedule, requests)) = tokio::try_join!(
        worker.store.project(connection.project),
        worker.store.schedule(id),
        worker.store.transfer_schedule_and_requests(id)
    )?;
    let Some(project) = project else { return Ok(()) };
    let deadline = Instant::now() + worker.time.transfers;
    if let Some(until) = schedule.pause(worker.clock.now()) {
        worker.count(&connection, Metric::RateLimitWaits, 1);
        ending::count_put_off(worker, &connection, TroubleCode::RateLimited);
        let put_off = TransferSchedule { wake_at: Some(until), ..transfer_schedule };
        worker.store.set_transfer_schedule(id, put_off).await?;
    } else {
        let mut run = Run::new(worker, &connection, deadline);
        let share = worker.capacity.join(&connection.app);
        let pace = Pace::new(share, &transfer_schedule, project.settings.concurrent_transfers.into());
        let shared = SharedState::default();
        together::work(&mut run, (&pace, &shared), after_death).await;
        alone::work(&mut run, (&pace, &shared)).await;
        ending::end(run, &pace, &requests).await?;
    }
    sweep::run(worker, &connection, deadline).await
}
