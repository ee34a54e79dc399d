//! The end of uploads: all of their files are fetched, or cannot be.

use shared::model::{Connection, Event, Upload};

use crate::{Failure, Worker};

/// Publishes that the files of these uploads are processed. If the process dies in between, the next run publishes it
/// again, with the same ids.
pub(super) async fn close(
    worker: &Worker,
    connection: &Connection,
    uploads: &[Upload],
) -> Result<(), Failure> {
    if uploads.is_empty() {
        return Ok(());
    }
    let events = uploads.iter().map(|upload| Event::files_processed(connection, upload.clone())).collect();
    worker.bus.publish(events).await?;
    Ok(worker.store.close_uploads(connection.id, uploads).await?)
}
