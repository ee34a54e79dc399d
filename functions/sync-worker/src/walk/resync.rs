//! The full comparison with Dropbox. It proves the mirror correct, or repairs it through the log and reports
//! the repairs.

use shared::{
    metrics::Metric,
    model::{ChangeCounts, Event, EventBody, Head, ResyncReport, Segment},
};

use super::{Reached, fetch, repair::Repair, step::Step, survey::Survey};
use crate::Failure;

impl Step<'_> {
    /// Lists everything, drains once more, compares, and repairs what Dropbox confirms.
    ///
    /// If the time is up before the end, or Dropbox fails, the next invocation continues from there. `missed`
    /// counts the changes that were found before it began and that no notification had announced.
    pub(super) async fn resync(&mut self, missed: u64) -> Result<Reached, Failure> {
        let mut survey = self.survey(missed).await?;
        match self.go_on(&mut survey).await {
            // No later cursor would report what happened since the listing.
            Err(failure) if fetch::was_reset(&failure) => self.list_anew(failure).await,
            Ok(Reached::TheEnd) => self.end_resync(survey).await.map(|()| Reached::TheEnd),
            Err(failure) if failure.dropbox().is_none() => Err(failure),
            // The account must be listed again, after a new cursor was taken.
            stopped if self.head.cursor.is_none() => stopped,
            stopped => {
                self.save_survey(&survey).await?;
                stopped
            }
        }
    }

    async fn go_on(&mut self, survey: &mut Survey) -> Result<Reached, Failure> {
        if survey.repair.is_none() {
            if let Reached::ItsBudget = self.list_in_time(survey).await? {
                return Ok(Reached::ItsBudget);
            }
            if let Reached::ItsBudget = self.drain_from_cursor().await? {
                return Ok(Reached::ItsBudget);
            }
            self.note_selections(survey).await?;
            survey.comparison.leave_out(self.standing.scope.excluded());
            survey.repair = Some(self.begin_repair().await?);
            if self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
        let Survey { comparison, repair: Some(repair), .. } = survey else { return Ok(Reached::TheEnd) };
        self.repair(comparison, repair).await
    }

    /// Returns the report of a comparison. Deletions that Dropbox had reported are not counted as its own.
    fn report(&self, repair: &Repair, missed: u64) -> ResyncReport {
        let Repair { reading, doubt, paths_restored, .. } = repair;
        let ChangeCounts { created, updated, moved, deleted } = self.head.repaired;
        let own = |deletions: u64| deletions.saturating_sub(doubt.reported());
        ResyncReport {
            at: self.worker.clock.now().0,
            listed: reading.difference.listed,
            agreed: reading.difference.agreed,
            unreadable: reading.difference.unreadable,
            created,
            updated,
            moved,
            deleted: if self.head.held.is_some() { 0 } else { own(deleted) },
            held: self.head.held.map_or(0, |held| own(held.deletions)),
            refused: doubt.refused,
            duplicates: doubt.duplicates,
            paths_restored: *paths_restored,
            missed,
            notified_at: self.head.notified_at,
        }
    }

    async fn end_resync(&mut self, survey: Survey) -> Result<(), Failure> {
        let (worker, connection) = (self.worker, self.connection);
        self.has_listed = true;
        let report = self.report(&survey.repair.unwrap_or_default(), survey.missed);
        worker.log.keep_report(connection.id, &report).await?;
        let news = Event::news(connection, worker.clock.now(), EventBody::Resynced(report.clone()));
        worker.bus.publish(vec![news]).await?;
        let mut commit = self.commit_of(Segment::default());
        let repaired = ChangeCounts::default();
        commit.after = Head { compare: false, survey: None, repaired, ..commit.after };
        self.advance(commit).await?;
        self.drop_survey().await?;
        let repaired =
            report.created + report.updated + report.moved + report.deleted + report.paths_restored;
        worker.count(connection, Metric::ResyncsFinished, 1);
        worker.count(connection, Metric::DriftRepaired, repaired);
        worker.transfers.owe_sweep(connection.id).await?;
        worker.ask_for_transfers(connection.into()).await
    }
}
