//! The connection's rows for calls of Dropbox, read for all calls of a run at about the same time.

use std::time::Duration;

use shared::{
    dropbox::{Dropbox, DropboxError, Session},
    dropbox_calls::{CallError, CallRows},
    model::ConnectionId,
    store::StoreError,
};
use tokio::{sync::Mutex, time::Instant};

use super::conditions::Conditions;
use crate::Worker;

/// Age up to which rows are used. A pause that another process was asked for is noticed after it at the latest; this
/// process knows its own at once, and tokens that Dropbox refuses are read again in any case.
const FRESH: Duration = Duration::from_secs(1);

/// Rows of a connection, as they were read last.
#[derive(Debug, Default)]
pub(super) struct SharedRows(Mutex<Option<(Instant, CallRows)>>);

impl SharedRows {
    async fn get(&self, worker: &Worker, id: ConnectionId) -> Result<CallRows, StoreError> {
        // Whoever comes meanwhile waits, and reads nothing.
        let mut last = self.0.lock().await;
        if let Some((at, rows)) = &*last
            && at.elapsed() < FRESH
        {
            return Ok(rows.clone());
        }
        let rows = worker.calls.rows(id).await?;
        *last = Some((Instant::now(), rows.clone()));
        Ok(rows)
    }
}

/// Makes a call of Dropbox that reads.
pub(super) async fn call<T, F>(
    conditions: Conditions<'_>,
    call: impl Fn(Dropbox, Session) -> F + Send + Sync,
) -> Result<T, CallError>
where
    T: Send,
    F: Future<Output = Result<T, DropboxError>> + Send,
{
    let Conditions { worker, connection, shared, .. } = conditions;
    let rows = shared.rows.get(worker, connection.id).await?;
    worker.calls.call_with(connection, rows, call).await
}
