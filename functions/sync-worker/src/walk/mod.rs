//! One walk: everything that Dropbox has to tell of one connection, brought into the log and applied.

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
    /// Everything that Dropbox had to tell.
    TheEnd,
    /// The time was over, or what is left belongs into the bulk lane.
    ItsBudget,
    /// Everything but a listing, which does not begin before then.
    ItsWait(Timestamp),
}

/// Why a walk is asked for. What is to be done follows from the rows: the message stands for whoever asked after it, too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) reason: WalkReason,
    /// When the last notification came that it stands for.
    pub(crate) notified_at: Option<Timestamp>,
    /// How many walks in a row ran out of time before this one.
    pub(crate) hops: u32,
    /// In which lane it came.
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
            // Transfers that stopped when the tokens failed.
            self.ask_for_transfers((&connection).into()).await?;
        }
        let resync_due = schedule.resync_due(now);
        // Once for a comparison, not in each of its invocations.
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
            // Listings that keep beginning anew are trouble, also where each fills an invocation.
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
                // Where something else was asked for meanwhile, its own time stays.
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
    /// The whole walk; where folders are left in which there was no time to show everything by the folder's path, a
    /// comparison is owed, which shows it.
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
        // One that goes on may have seen these folders already.
        commit.after = Head { compare: true, survey: None, ..commit.after };
        self.advance(commit).await?;
        Ok(Reached::ItsBudget)
    }

    /// The whole walk that began at `began`: give up what was deselected, as long as all that we hold is from one time;
    /// drain; take in what was selected; then compare where that is due, else delete what is gone.
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
        // A first listing has just compared everything.
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
        // A selection whose listing failed has not hindered the others.
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
