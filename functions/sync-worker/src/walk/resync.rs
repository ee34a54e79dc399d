//! The full comparison with Dropbox: it proves the mirror, or repairs it through the log and says what it repaired.

use std::{collections::HashMap, time::Duration};

use shared::{
    dropbox::{Dropbox, Entry},
    model::{
        ChangeKind, Content, Event, EventBody, Facts, Gone, Head, Item, ItemId, ResyncReport, Segment,
        TransferJob,
    },
    queue::Outgoing,
};
use tokio::time::Instant;

use super::{Reached, drain::fetch, step::Step};
use crate::{
    Failure,
    plan::{Comparison, Seen, compare, is_at_or_below},
};

impl Step<'_> {
    /// Lists everything, drains once more, and compares; what changed while the listing ran is left to the drain.
    ///
    /// A drain that does not reach its end in time leaves the resync due: the continuation begins it anew.
    pub(super) async fn resync(&mut self, end: Instant) -> Result<Reached, Failure> {
        let began = self.worker.clock.now();
        let listed = self.list_all().await?;
        let mut seen = Seen::default();
        if let Reached::ItsBudget = self.drain(began, end, &mut seen).await? {
            return Ok(Reached::ItsBudget);
        }
        let count = listed.len() as u64;
        let before = self.head.head;
        let agreed = self.repair(listed, &seen).await?;
        let report = self.report(count, agreed, before).await?;
        let news = Event::news(self.connection, self.worker.clock.now(), EventBody::Resynced(report));
        self.worker.bus.publish(vec![news]).await?;
        Ok(Reached::TheEnd)
    }

    /// Lists everything again, compares, and goes on from a cursor taken before the listing.
    pub(super) async fn relist(&mut self) -> Result<(), Failure> {
        let call = |dropbox: Dropbox, token| async move { dropbox.latest_cursor(&token).await };
        let cursor = self.worker.with_token(self.connection, call).await?;
        let listed = self.list_all().await?;
        self.repair(listed, &Seen::default()).await?;
        let next = Head { cursor: Some(cursor), ..self.head.clone() };
        self.advance(next, Segment::default()).await
    }

    /// Everything in the account. An entry that is repeated, since it changed, counts as it came last.
    async fn list_all(&self) -> Result<HashMap<ItemId, (Facts, bool)>, Failure> {
        let mut all = HashMap::new();
        let mut cursor = None;
        loop {
            let page = fetch(self.worker, self.connection, cursor).await?;
            for entry in page.entries {
                match entry {
                    Entry::Present { facts, downloadable } => {
                        all.insert(facts.id.clone(), (facts, downloadable));
                    }
                    Entry::Deleted(path) => {
                        all.retain(|_, (facts, _)| !is_at_or_below(&facts.path_lower, &path));
                    }
                }
            }
            if !page.has_more {
                return Ok(all);
            }
            cursor = Some(page.cursor);
        }
    }

    /// Brings the log to the listing, and queues again the transfers that are still to come. Returns how many
    /// entries agreed.
    async fn repair(&mut self, listed: HashMap<ItemId, (Facts, bool)>, seen: &Seen) -> Result<u64, Failure> {
        let held = self.worker.items.all_items(self.connection.id).await?;
        let Comparison { entries, missing, agreed } = compare(listed, &held, seen);
        self.requeue_pending(&held).await?;
        if !entries.is_empty() {
            self.take(entries, None).await?;
        }
        let at = self.head.head;
        let mut gone = self.head.gone.clone();
        gone.extend(missing.into_iter().map(|id| Gone::Item { id, at, spared: false }));
        self.head.gone = gone;
        self.delete_gone().await?;
        Ok(agreed)
    }

    /// A transfer whose message was lost, or given up when the tokens failed, is asked for again.
    async fn requeue_pending(&self, held: &[Item]) -> Result<(), Failure> {
        let connection = self.connection.id;
        let jobs = held.iter().filter_map(|item| match &item.content {
            Content::Pending { rev } => {
                Some(TransferJob { connection, item: item.facts.id.clone(), rev: rev.clone(), failures: 0 })
            }
            _ => None,
        });
        let messages = jobs.map(|job| Outgoing::transfer(job, Duration::ZERO)).collect();
        Ok(self.worker.transfer_queue.send(messages).await?)
    }

    /// Counts the repairs: the changes after `before`.
    async fn report(&self, listed: u64, agreed: u64, before: u64) -> Result<ResyncReport, Failure> {
        let at = self.worker.clock.now().0;
        let mut report = ResyncReport { at, listed, agreed, ..ResyncReport::default() };
        for change in self.worker.log.changes(self.connection.id, before, usize::MAX).await? {
            match change.kind {
                ChangeKind::Created { .. } => report.created += 1,
                ChangeKind::Updated { .. } => report.updated += 1,
                ChangeKind::Moved { .. } => report.moved += 1,
                ChangeKind::Deleted => report.deleted += 1,
            }
        }
        Ok(report)
    }
}
