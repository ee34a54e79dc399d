//! The full comparison with Dropbox: it proves the mirror, or repairs it through the log and says what it repaired.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use shared::{
    metrics::Metric,
    model::{Content, Event, EventBody, FileCounts, Head, Item, ItemId, ResyncReport, Rev, Segment},
};
use tokio::time::Instant;

use super::{Reached, fetch, page_size::was_slow, step::Step, survey::Survey, tally::Tally};
use crate::{
    Failure,
    plan::{Comparison, Difference, Shown},
};

/// What the items show beside a listing.
struct Findings {
    difference: Difference,
    /// Items whose deletion was reported. The listing may have been older.
    marked: BTreeSet<ItemId>,
    shown: Shown,
    /// How many are left as they are, since Dropbox refuses what holds them.
    refused: u64,
    /// Items of which no row of a path says where they stand.
    misplaced: Vec<ItemId>,
}

impl Step<'_> {
    /// Lists everything, drains once more, compares, and repairs what Dropbox confirms.
    ///
    /// Where the time is over before everything is listed, the next invocation goes on. `missed` counts the changes
    /// that were found before it began and that no notification had announced.
    pub(super) async fn resync(&mut self, missed: u64, end: Instant) -> Result<Reached, Failure> {
        let mut survey = self.survey(missed).await?;
        let listed = match self.list(&mut survey, end).await {
            Err(failure) if fetch::was_reset(&failure) => return self.list_anew(failure).await,
            Err(failure) if was_slow(&failure) => {
                self.save_survey(&survey).await?;
                return self.list_in_smaller_pages(None, failure).await;
            }
            listed => listed?,
        };
        if let Reached::ItsBudget = listed {
            self.save_survey(&survey).await?;
            return Ok(Reached::ItsBudget);
        }
        let drained = match self.drain_from_cursor(end).await {
            // What happened since the listing would not be told by any later cursor.
            Err(failure) if fetch::was_reset(&failure) => return self.list_anew(failure).await,
            drained => drained?,
        };
        if let Reached::ItsBudget = drained {
            self.save_survey(&survey).await?;
            return Ok(Reached::ItsBudget);
        }
        match self.compare(survey).await {
            Err(failure) if fetch::was_reset(&failure) => self.list_anew(failure).await,
            compared => compared.map(|()| Reached::TheEnd),
        }
    }

    async fn compare(&mut self, survey: Survey) -> Result<(), Failure> {
        self.note_selections(&survey).await?;
        self.standing.marks.ask_about_unreadable();
        let Findings { difference, marked, shown, refused, misplaced } =
            self.read_items(survey.comparison).await?;
        self.standing.recased.extend(shown.otherwise());
        let before = self.tally;
        let confirmed = self.confirm(&difference, &marked).await?;
        self.show_recased().await?;
        self.delete_gone().await?;
        let told = self.tally.since(before);
        let paths_restored = self.restore_paths(&misplaced).await?;
        self.has_listed = true;
        let report = ResyncReport {
            refused: refused + confirmed.refused,
            paths_restored,
            unreadable: difference.unreadable,
            duplicates: confirmed.duplicates,
            ..self.report(&difference, told, confirmed.reported, survey.missed)
        };
        self.end_resync(&report).await?;
        let repaired = report.created + report.updated + report.moved + report.deleted + paths_restored;
        self.worker.count(self.connection, Metric::ResyncsFinished, 1);
        self.worker.count(self.connection, Metric::DriftRepaired, repaired);
        Ok(())
    }

    /// The one read of all items, of which few are in memory at a time.
    async fn read_items(&mut self, listed: Comparison) -> Result<Findings, Failure> {
        let (mut check, mut marked, mut shown) =
            (listed.check(&self.rules), BTreeSet::new(), Shown::default());
        let (out_of_reach, mut refused) = (self.out_of_reach().await?, 0);
        let mut misplaced = Vec::new();
        let (counted, mut census) =
            (self.worker.health.transfer_counts(self.connection.id).await?, FileCounts::default());
        let mut pieces = self.worker.items.scan_items(self.connection.id);
        while let Some(items) = pieces.try_next().await? {
            shown.hold(&items);
            misplaced.extend(self.worker.items.misplaced(self.connection.id, &items).await?);
            self.pend_what_waits(&items).await?;
            items.iter().for_each(|item| census.add(&tried_again(&item.content), item.facts.size));
            let reported = items.iter().filter(|item| self.standing.marks.why(item).is_some());
            marked.extend(reported.map(|item| item.facts.id.clone()));
            let is_untold =
                |item: &Item| out_of_reach.holds(&item.facts) && !check.has_listed(&item.facts.id);
            let (untold, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_untold);
            refused += untold.len() as u64;
            check.hold(&items);
        }
        drop(pieces);
        // Stored with the next commit.
        self.head.files = census.beside(counted);
        Ok(Findings { difference: check.end(), marked, shown, refused, misplaced })
    }

    /// A transfer that was lost, or given up after failures that may have passed, is asked for again.
    async fn pend_what_waits(&self, held: &[Item]) -> Result<(), Failure> {
        let mut waiting: Vec<(ItemId, Rev)> = Vec::new();
        for item in held {
            match &item.content {
                Content::Pending { rev } => waiting.push((item.facts.id.clone(), rev.clone())),
                Content::Failed { rev, reason } if reason.may_pass() => {
                    let pending = Content::Pending { rev: rev.clone() };
                    self.worker.items.settle_content(self.connection.id, &item.facts.id, &pending).await?;
                    waiting.push((item.facts.id.clone(), rev.clone()));
                }
                _ => {}
            }
        }
        self.pend(&waiting).await
    }

    /// What a comparison told. The deletions that Dropbox had `reported` before are none of its own.
    fn report(&self, difference: &Difference, told: Tally, reported: u64, missed: u64) -> ResyncReport {
        let held = self.head.held.map_or(0, |held| held.deletions.saturating_sub(reported));
        ResyncReport {
            at: self.worker.clock.now().0,
            listed: difference.listed,
            agreed: difference.agreed,
            created: told.created,
            updated: told.updated,
            moved: told.moved,
            deleted: if self.head.held.is_some() { 0 } else { told.deleted.saturating_sub(reported) },
            held,
            missed,
            notified_at: self.head.notified_at,
            ..ResyncReport::default()
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
        worker.transfers.owe_sweep(connection.id).await?;
        worker.ask_for_transfers(connection.into()).await
    }
}

/// An item's content once what may have passed is tried again.
fn tried_again(content: &Content) -> Content {
    match content {
        Content::Failed { rev, reason } if reason.may_pass() => Content::Pending { rev: rev.clone() },
        content => content.clone(),
    }
}
