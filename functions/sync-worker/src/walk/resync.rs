//! The full comparison with Dropbox: it proves the mirror, or repairs it through the log and says what it repaired.

use shared::{
    metrics::Metric,
    model::{Content, Event, EventBody, Head, Item, ItemId, ResyncReport, Rev, Segment},
};

use super::{Reached, fetch, page_size::was_slow, repair::Repair, step::Step, survey::Survey};
use crate::Failure;

impl Step<'_> {
    /// Lists everything, drains once more, compares, and repairs what Dropbox confirms.
    ///
    /// Where the time is over first, or Dropbox fails, the next invocation goes on. `missed` counts the changes that were
    /// found before it began and that no notification had announced.
    pub(super) async fn resync(&mut self, missed: u64) -> Result<Reached, Failure> {
        let mut survey = self.survey(missed).await?;
        match self.go_on(&mut survey).await {
            // What happened since the listing would not be told by any later cursor.
            Err(failure) if fetch::was_reset(&failure) => self.list_anew(failure).await,
            Err(failure) if was_slow(&failure) => {
                self.save_survey(&survey).await?;
                self.list_in_smaller_pages(None, failure).await
            }
            Err(failure) if failure.dropbox().is_some() => {
                self.save_survey(&survey).await?;
                Err(failure)
            }
            Ok(Reached::ItsBudget) => {
                self.save_survey(&survey).await?;
                Ok(Reached::ItsBudget)
            }
            ended => ended,
        }
    }

    async fn go_on(&mut self, survey: &mut Survey) -> Result<Reached, Failure> {
        let end = self.end;
        if survey.repair.is_none() {
            if let Reached::ItsBudget = self.list(survey, end).await? {
                return Ok(Reached::ItsBudget);
            }
            if let Reached::ItsBudget = self.drain_from_cursor(end).await? {
                return Ok(Reached::ItsBudget);
            }
            self.note_selections(survey).await?;
        }
        let mut repair = survey.repair.take().unwrap_or_default();
        let repaired = self.repair(survey, &mut repair).await;
        let (report, misplaced) = (self.report(&repair, survey.missed), repair.misplaced.clone());
        survey.repair = Some(repair);
        if let Reached::ItsBudget = repaired? {
            return Ok(Reached::ItsBudget);
        }
        let paths_restored = self.restore_paths(&misplaced).await?;
        self.has_listed = true;
        let report = ResyncReport { paths_restored, ..report };
        self.end_resync(&report).await?;
        let repaired = report.created + report.updated + report.moved + report.deleted + paths_restored;
        self.worker.count(self.connection, Metric::ResyncsFinished, 1);
        self.worker.count(self.connection, Metric::DriftRepaired, repaired);
        Ok(Reached::TheEnd)
    }

    /// A transfer that was lost, or given up after failures that may have passed, is asked for again.
    pub(super) async fn pend_what_waits(&self, held: &[Item]) -> Result<(), Failure> {
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

    fn report(&self, repair: &Repair, missed: u64) -> ResyncReport {
        let held = self.head.held.is_some();
        let Repair { difference, tally, gone, refused, .. } = repair;
        ResyncReport {
            at: self.worker.clock.now().0,
            listed: difference.listed,
            agreed: difference.agreed,
            created: tally.created,
            updated: tally.updated,
            moved: tally.moved,
            deleted: if held { 0 } else { *gone },
            held: if held { *gone } else { 0 },
            refused: *refused,
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
pub(super) fn tried_again(content: &Content) -> Content {
    match content {
        Content::Failed { rev, reason } if reason.may_pass() => Content::Pending { rev: rev.clone() },
        content => content.clone(),
    }
}
