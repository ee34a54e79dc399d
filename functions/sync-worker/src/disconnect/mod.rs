//! The end of a connection: its tokens are revoked at Dropbox, then everything stored for it is removed.
//!
//! The first part takes the place of a walk, so that no walk is under way; the second takes the place of a
//! run of transfers, so that no bytes are being written. Both can be started again at any time, and the
//! schedule requests them until the receipt is finished.

pub(crate) mod purge;
pub(crate) mod revoke;

use shared::model::{Connection, Event, EventBody, Receipt};

use crate::{Failure, Worker};

/// Publishes *Disconnected*: nothing of the connection is left.
async fn announce_end(worker: &Worker, connection: &Connection, receipt: Receipt) -> Result<(), Failure> {
    let event = Event::new(connection, "disconnected", EventBody::Disconnected(receipt));
    Ok(worker.bus.publish(vec![event]).await?)
}
