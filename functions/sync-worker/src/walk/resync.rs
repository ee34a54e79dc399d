//! The full comparison with Dropbox: it proves the mirror, or repairs it through the log and says what it repaired.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    dropbox::{Entry, Page},
    model::{Content, Event, EventBody, Head, Item, ItemId, Removal, ResyncReport, Rev, Segment, Target},
    queue::Outgoing,
};
use tokio::time::Instant;

use super::{
    Reached,
    fetch::{self, Wanted, is_folder},
    step::{Progress, Step},
    survey::Survey,
    tally::Tally,
};
use crate::{
    Failure,
    plan::{Difference, shown_otherwise},
};

/// So many differences are confirmed one by one; more, by a second listing.
const ONE_BY_ONE: usize = 500;
/// Confirmations at the same time.
const AT_ONCE: usize = 4;

impl Step<'_> {
    /// Lists everything, drains once more, compares, and repairs what Dropbox confirms.
    ///
    /// Where the time is over before everything is listed, the next invocation goes on. `missed` counts the changes
    /// that were found before it began and that no notification had announced.
    pub(super) async fn resync(&mut self, missed: u64, end: Instant) -> Result<Reached, Failure> {
        let mut survey = self.survey(missed).await?;
        let listed = match self.list(&mut survey, end).await {
            Err(failure) if fetch::was_reset(&failure) => return self.begin_survey_anew().await,
            listed => listed?,
        };
        if let Reached::ItsBudget = listed {
            self.save_survey(&survey).await?;
            return Ok(Reached::ItsBudget);
        }
        let drained = match self.drain_from_cursor(end).await {
            // What happened since the listing would not be told by any later cursor.
            Err(failure) if fetch::was_reset(&failure) => return self.begin_survey_anew().await,
            drained => drained?,
        };
        if let Reached::ItsBudget = drained {
            self.save_survey(&survey).await?;
            return Ok(Reached::ItsBudget);
        }
        self.compare(survey).await?;
        Ok(Reached::TheEnd)
    }

    /// A cursor failed, the survey's own or the account's: nothing of the survey is of use.
    async fn begin_survey_anew(&mut self) -> Result<Reached, Failure> {
        let mut commit = self.commit_of(Segment::default());
        commit.after = Head { survey: None, compare: true, ..commit.after };
        self.advance(commit).await?;
        Ok(Reached::ItsBudget)
    }

    async fn compare(&mut self, survey: Survey) -> Result<(), Failure> {
        let Survey { missed, comparison, .. } = survey;
        let held = self.worker.items.all_items(self.connection.id).await?;
        let difference = comparison.with(&held, &self.rules);
        self.pend_what_waits(&held).await?;
        let marked = self.marked_of(&held);
        self.standing.recased.extend(shown_otherwise(&held));
        drop(held);
        let before = self.tally;
        let drifted = self.confirm(&difference, &marked).await?;
        self.show_recased().await?;
        let repaired = self.tally.since(before);
        self.delete_gone().await?;
        let report = self.report(&difference, repaired, drifted, missed);
        self.end_resync(&report).await
    }

    /// Items whose deletion was reported. The listing may have been older.
    fn marked_of(&self, held: &[Item]) -> BTreeSet<ItemId> {
        let marked = held.iter().filter(|item| self.standing.marks.why(item).is_some());
        marked.map(|item| item.facts.id.clone()).collect()
    }

    /// Asks Dropbox about everything that is in doubt, and takes what it says. What is not there is marked. Returns
    /// how many are marked now that were not before.
    async fn confirm(&mut self, difference: &Difference, marked: &BTreeSet<ItemId>) -> Result<u64, Failure> {
        let mut doubted: BTreeSet<ItemId> = difference.doubted.iter().cloned().collect();
        doubted.extend(difference.unknown.iter().chain(marked).cloned());
        if doubted.len() > ONE_BY_ONE {
            self.confirm_by_listing(&mut doubted).await?;
        }
        // A listing does not tell what was moved out of it.
        if doubted.len() <= ONE_BY_ONE {
            self.confirm_one_by_one(&mut doubted).await?;
        }
        // Each by its id: where a folder above is not held, no path leads to it.
        let at = self.head.head;
        let lost: Vec<&ItemId> = difference.doubted.iter().filter(|id| doubted.contains(*id)).collect();
        for id in lost.iter().copied().chain(marked.iter().filter(|id| doubted.contains(*id))) {
            self.standing.marks.mark_item(id.clone(), at, Removal::Deleted);
        }
        let drifted = lost.into_iter().filter(|id| !marked.contains(*id)).count();
        Ok(drifted as u64)
    }

    /// Takes what Dropbox says of each, and leaves in `doubted` what it does not know.
    async fn confirm_one_by_one(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<(), Failure> {
        let (worker, connection) = (self.worker, self.connection);
        let ids: Vec<ItemId> = doubted.iter().cloned().collect();
        let asked = stream::iter(ids.clone())
            .map(|id| fetch::metadata(worker, connection, id))
            .buffered(AT_ONCE)
            .try_collect::<Vec<Option<Entry>>>();
        let told = asked.await?;
        // What stands where a selected folder was that is gone is in no selection.
        let unknown = ids.iter().zip(&told).filter(|(_, entry)| entry.is_none());
        unknown.for_each(|(id, _)| self.standing.scope.lose(id));
        let mut entries: Vec<Entry> = told.into_iter().flatten().collect();
        entries.sort_by(|one, two| path(one).cmp(path(two)));
        self.take_confirmed(entries, doubted).await
    }

    /// The same by a second listing.
    async fn confirm_by_listing(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<(), Failure> {
        for target in self.to_survey() {
            let Some(mut wanted) = self.confirm_top(&target, doubted).await? else { continue };
            while let Some(page) = self.page_or_none(&target, wanted).await? {
                let Page { entries, cursor, has_more } = page;
                self.take_confirmed(entries, doubted).await?;
                if !has_more {
                    break;
                }
                wanted = Wanted::At(cursor);
            }
        }
        Ok(())
    }

    async fn confirm_top(
        &mut self,
        target: &Target,
        doubted: &mut BTreeSet<ItemId>,
    ) -> Result<Option<Wanted>, Failure> {
        let Some(id) = target.item() else { return Ok(Some(Wanted::First(String::new()))) };
        let Some(top) = fetch::metadata(self.worker, self.connection, id.clone()).await? else {
            return Ok(None);
        };
        let wanted = is_folder(&top).then(|| Wanted::First(id.to_string()));
        self.take_confirmed(vec![top], doubted).await?;
        Ok(wanted)
    }

    async fn take_confirmed(
        &mut self,
        mut entries: Vec<Entry>,
        doubted: &mut BTreeSet<ItemId>,
    ) -> Result<(), Failure> {
        entries.retain(|entry| id(entry).is_some_and(|id| doubted.remove(id)));
        self.take(entries, Progress::default()).await
    }

    /// A transfer that was lost, or given up after failures that may have passed, is asked for again.
    async fn pend_what_waits(&mut self, held: &[Item]) -> Result<(), Failure> {
        let mut waiting: Vec<(ItemId, Rev)> = Vec::new();
        for item in held {
            match &item.content {
                Content::Pending { rev } => waiting.push((item.facts.id.clone(), rev.clone())),
                Content::Failed { rev, reason } if reason.may_pass() => {
                    let pending = Content::Pending { rev: rev.clone() };
                    let now = self.worker.clock.now();
                    self.worker
                        .items
                        .settle_content(self.connection.id, &item.facts.id, &pending, now)
                        .await?;
                    waiting.push((item.facts.id.clone(), rev.clone()));
                }
                _ => {}
            }
        }
        self.pend(&waiting).await
    }

    fn report(&self, difference: &Difference, repaired: Tally, drifted: u64, missed: u64) -> ResyncReport {
        let held = self.head.held.is_some();
        ResyncReport {
            at: self.worker.clock.now().0,
            listed: difference.listed,
            agreed: difference.agreed,
            created: repaired.created,
            updated: repaired.updated,
            moved: repaired.moved,
            deleted: if held { 0 } else { drifted },
            held: if held { drifted } else { 0 },
            missed,
            notified_at: self.head.notified_at,
        }
    }

    async fn end_resync(&mut self, report: &ResyncReport) -> Result<(), Failure> {
        let (worker, connection) = (self.worker, self.connection);
        worker.log.keep_report(connection.id, report).await?;
        let news = Event::news(connection, worker.clock.now(), EventBody::Resynced(report.clone()));
        worker.bus.publish(vec![news]).await?;
        let mut commit = self.commit_of(Segment::default());
        commit.after = Head { compare: false, survey: None, ..commit.after };
        self.advance(commit).await?;
        self.drop_survey().await?;
        Ok(worker.transfer_queue.send(vec![Outgoing::transfers(connection.id, true)]).await?)
    }
}

fn id(entry: &Entry) -> Option<&ItemId> {
    match entry {
        Entry::Present { facts, .. } => Some(&facts.id),
        Entry::Deleted(_) => None,
    }
}

fn path(entry: &Entry) -> &str {
    match entry {
        Entry::Present { facts, .. } => &facts.path_lower,
        Entry::Deleted(path) => path,
    }
}
