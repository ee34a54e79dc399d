//! One walk: everything that Dropbox lists for one connection is committed to the log and applied.

mod account;
mod apply;
mod brake;
mod confirm;
mod contents;
mod doubt;
mod drain;
mod duplicates;
mod excluded;
mod fetch;
mod figures;
mod file_limit;
mod manual;
mod outcome;
mod page_size;
mod paths;
mod reading;
mod recased;
mod refused;
mod relist;
mod relisting;
mod removal;
mod repair;
mod resync;
mod select;
mod step;
mod survey;
mod unlisted;

use shared::{
    metrics::{Metric, Subject},
    model::{ConnectionId, Head, Lane, Segment, Timestamp, TroubleCode, WalkReason, Work},
    store::Upcoming,
};
use step::Step;
use tokio::time::Instant;

pub(crate) use self::outcome::{Standing, backoff, backoff_of};
use crate::{Failure, Worker};

/// How far a walk came.
enum Reached {
    /// To the end of what Dropbox lists.
    TheEnd,
    /// To the end of its time, or to work that belongs in the bulk lane.
    ItsBudget,
    /// To a listing that must not begin before this time.
    ItsWait(Timestamp),
}

/// Why a walk is requested. The rows say what there is to do, because the message also stands for later
/// requests that found it queued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) reason: WalkReason,
    /// When the last notification came that the message stands for.
    pub(crate) notified_at: Option<Timestamp>,
    /// Number of walks in a row that ran out of time before this one.
    pub(crate) hops: u32,
    /// The lane of the message.
    pub(crate) lane: Lane,
}

impl Worker {
    /// Walks a connection.
    pub(crate) async fn walk(&self, id: ConnectionId, request: Request) -> Result<(), Failure> {
        let began = Instant::now();
        let connection = match self.standing(id).await? {
            Standing::Active(connection) => connection,
            Standing::Idle => {
                let subject = Subject { connection: Some(id), ..Subject::NOBODY };
                self.metrics.count(subject, Metric::WalksSucceeded, 1);
                return Ok(());
            }
            Standing::Disconnected(connection) => return self.revoke(&connection).await,
        };
        let Some(project) = self.projects.project(connection.project).await? else { return Ok(()) };
        let now = self.clock.now();
        let schedule = self.schedules.schedule(id).await?;
        if let Some(until) = schedule.pause(now) {
            self.count(&connection, Metric::RateLimitWaits, 1);
            let subject = Subject::of(&connection).hindered_by(TroubleCode::RateLimited);
            self.metrics.count(subject, Metric::WalksPutOff, 1);
            return self.wake_at(id, until, schedule.failures).await;
        }
        if request.reason == WalkReason::Connected {
            // Restarts transfers that stopped when the tokens failed.
            self.ask_for_transfers((&connection).into()).await?;
        }
        let resync_due = schedule.resync_due(now);
        // Once for each comparison, not in each of its invocations.
        let connection = if resync_due && request.hops == 0 {
            self.with_current_account(connection).await
        } else {
            connection
        };
        if request.notified_at.is_some() {
            self.count(&connection, Metric::NotifiedWalks, 1);
        }
        let (mut unlisted, mut is_relisting) = (None, false);
        let reached = match Step::begin(self, &connection, &project, (began, request.lane)).await {
            Ok(mut step) => {
                let reached = if step.waits_to_be_asked(request, &schedule, resync_due) {
                    Ok(Reached::TheEnd)
                } else {
                    step.walk_and_owe(now, request, resync_due).await
                };
                unlisted = step.head.unlisted.filter(|_| !step.choices.manual);
                is_relisting = step.head.relists > 0;
                reached.map(|reached| (reached, step.choices))
            }
            Err(failure) => Err(failure),
        };
        let reached = match reached {
            // Listings that keep starting over are trouble, even if each of them fills an invocation.
            Ok(reached) if !is_relisting => {
                self.note_success(&connection, Work::Walk).await.map(|()| reached)
            }
            Ok(reached) => Ok(reached),
            Err(failure) => Err(failure),
        };
        if reached.is_ok() {
            self.count(&connection, Metric::WalksSucceeded, 1);
        }
        match reached {
            Ok((Reached::TheEnd, choices)) => {
                let resync_at =
                    self.next_resync(&connection, &project, choices.resync, &schedule, resync_due);
                let now = self.clock.now();
                let look_at = unlisted.and_then(|unlisted| unlisted::next_look(unlisted, now));
                // If something was requested meanwhile, its own time stays.
                self.schedules.settle(id, &schedule, Upcoming { resync_at, look_at }).await?;
                Ok(())
            }
            Ok((Reached::ItsWait(until), _)) => self.wake_at(id, until, schedule.failures).await,
            Ok((Reached::ItsBudget, _)) => self.continue_later(&connection, request.hops).await,
            Err(failure) => self.put_off(&connection, failure, schedule.failures, request.hops).await,
        }
    }
}

impl Step<'_> {
    /// Does the whole walk. If folders are left whose children may have outdated display paths, a comparison
    /// becomes due, which corrects them.
    async fn walk_and_owe(
        &mut self,
        began: Timestamp,
        request: Request,
        resync_due: bool,
    ) -> Result<Reached, Failure> {
        let reached = self.walk(began, request, resync_due).await?;
        if self.standing.recased.is_empty() {
            return Ok(reached);
        }
        let mut commit = self.commit_of(Segment::default());
        // A comparison under way may have passed these folders already.
        commit.after = Head { compare: true, survey: None, ..commit.after };
        self.advance(commit).await?;
        Ok(Reached::ItsBudget)
    }

    /// Does the whole walk that began at `began`: removes what was deselected, while everything stored is
    /// from one time; drains; lists new selections; then compares in full if that is due, or else deletes
    /// what is gone.
    async fn walk(
        &mut self,
        began: Timestamp,
        request: Request,
        resync_due: bool,
    ) -> Result<Reached, Failure> {
        let is_short = request.lane == Lane::Changes;
        let first = self.head.cursor.is_none() && self.head.head == 0;
        if is_short && first {
            return Ok(Reached::ItsBudget);
        }
        self.ensure_cursor().await?;
        if let Reached::ItsBudget = self.give_up().await? {
            return Ok(Reached::ItsBudget);
        }
        if let Reached::ItsBudget = self.remove_excluded().await? {
            return Ok(Reached::ItsBudget);
        }
        let before = self.tally;
        if let Reached::ItsBudget = self.drain().await? {
            return Ok(Reached::ItsBudget);
        }
        let is_announced = request.reason != WalkReason::Woken
            || request.notified_at.is_some()
            || self.head.unlisted.is_some();
        let missed = if is_announced { 0 } else { (self.tally - before).total() };
        if resync_due && request.reason == WalkReason::Woken {
            self.worker.count(self.connection, Metric::ChangesUnannounced, missed);
        }
        let (listed, reached) = self.take_in().await?;
        if let Reached::ItsBudget = reached {
            return Ok(Reached::ItsBudget);
        }
        if listed && let Reached::ItsBudget = self.drain().await? {
            return Ok(Reached::ItsBudget);
        }
        // A first listing is as good as a comparison.
        if self.head.compare || self.head.survey.is_some() || (resync_due && !first) {
            if let Some(until) = self.relist_wait() {
                return Ok(Reached::ItsWait(until));
            }
            if is_short {
                self.end_drain(began, request).await?;
                return Ok(Reached::ItsBudget);
            }
            if let Reached::ItsBudget = self.resync(missed).await? {
                return Ok(Reached::ItsBudget);
            }
        } else if let Reached::ItsBudget = self.delete_gone().await? {
            return Ok(Reached::ItsBudget);
        }
        self.end_drain(began, request).await?;
        // The failed listing of one selection has not stopped the others.
        self.unfinished.take().map_or(Ok(Reached::TheEnd), Err)
    }

    async fn end_drain(&mut self, began: Timestamp, request: Request) -> Result<(), Failure> {
        let notified = request.notified_at;
        let mut commit = self.commit_of(Segment::default());
        let notified_at = commit.after.notified_at.max(notified);
        let unlisted = unlisted::after_walk(&commit.after, notified, self.found_news);
        let news_at = if self.found_news { Some(began) } else { commit.after.news_at };
        commit.after = Head { drained_at: Some(began), notified_at, news_at, unlisted, ..commit.after };
        commit.after.slow_drains = 0;
        self.end_relists(&mut commit.after);
        if self.has_listed {
            page_size::grow(&mut commit.after);
        }
        self.advance(commit).await
    }
}
