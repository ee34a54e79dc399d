//! The end of files requests: all of their files are fetched, or cannot be.

use shared::model::{Connection, Event, FilesRequest};

use crate::{Failure, Worker};

/// Publishes that the files of these requests are processed. If the process dies in between, the next run publishes it
/// again, with the same ids.
pub(super) async fn close(
    worker: &Worker,
    connection: &Connection,
    requests: &[FilesRequest],
) -> Result<(), Failure> {
    if requests.is_empty() {
        return Ok(());
    }
    let events = requests.iter().map(|request| Event::files_processed(connection, request.clone())).collect();
    worker.bus.publish(events).await?;
    Ok(worker.store.close_requests(connection.id, requests).await?)
}
