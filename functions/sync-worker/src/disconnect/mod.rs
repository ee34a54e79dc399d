//! The end of a connection: its tokens are revoked at Dropbox, then all that is held of it is removed.
//!
//! The first part is done as a walk, so that no walk is under way; the second as a run of transfers, so that no bytes
//! are being written. Both can be begun anew at any time, and the schedule asks for them until the receipt is finished.

mod purge;
mod revoke;

use shared::model::{Connection, Event, EventBody, Receipt};

use crate::{Failure, Worker};

impl Worker {
    /// Tells the project that nothing is left.
    async fn announce_end(&self, connection: &Connection, receipt: Receipt) -> Result<(), Failure> {
        let news = Event::new(connection, "disconnected", EventBody::Disconnected(receipt));
        Ok(self.bus.publish(vec![news]).await?)
    }
}
