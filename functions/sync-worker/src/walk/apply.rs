//! Applying a committed segment: items, then transfers, then events. All of it may be done twice.

use std::time::Duration;

use shared::{
    model::{Change, Content, Event, Segment, TransferJob},
    queue::Outgoing,
};

use super::step::Step;
use crate::Failure;

impl Step<'_> {
    pub(super) async fn apply(&mut self, segment: Segment) -> Result<(), Failure> {
        if segment.changes.is_empty() {
            return Ok(());
        }
        self.worker.items.apply(self.connection.id, &segment, self.worker.clock.now()).await?;
        let transfers: Vec<Outgoing> =
            segment.changes.iter().filter_map(|change| self.transfer(change)).collect();
        let events =
            segment.changes.into_iter().map(|change| Event::change(self.connection, change)).collect();
        let (sent, published) =
            tokio::join!(self.worker.transfer_queue.send(transfers), self.worker.bus.publish(events));
        sent?;
        published?;
        self.worker.log.mark_applied(self.connection.id, &self.head).await?;
        self.head.applied = self.head.head;
        Ok(())
    }

    fn transfer(&self, change: &Change) -> Option<Outgoing> {
        let Some(Content::Pending { rev }) = change.kind.content() else { return None };
        let (connection, item) = (self.connection.id, change.item.id.clone());
        Some(Outgoing::transfer(
            TransferJob { connection, item, rev: rev.clone(), failures: 0 },
            Duration::ZERO,
        ))
    }
}
