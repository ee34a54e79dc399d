//! What is still marked when a drain ends becomes deletions, unless they are too many to be believed.

use shared::model::{Event, EventBody, HeldDeletions, ItemId, Mark, Segment};

use super::{
    Reached,
    removal::Cause,
    step::{MARKS, Step},
};
use crate::{Failure, plan::Marks};

impl Step<'_> {
    /// Turns what is still marked into deletions: the drain has ended. Too many wait for a confirmation: then nothing
    /// of them happens.
    ///
    /// Where the time is over first, everything stays marked, and the next walk deletes what is left of it.
    pub(super) async fn delete_gone(&mut self) -> Result<Reached, Failure> {
        self.delete_marked(Vec::new()).await
    }

    /// The same although the drain goes on: where no folder is held, a file may yet turn up. More such notes than a
    /// row has room for are not carried over, and everything stays marked.
    pub(super) async fn delete_early(&mut self) -> Result<(), Failure> {
        let lasting = self.standing.marks.lasting();
        if lasting.len() > MARKS { Ok(()) } else { self.delete_marked(lasting).await.map(drop) }
    }

    async fn delete_marked(&mut self, kept: Vec<Mark>) -> Result<Reached, Failure> {
        let marked = if self.standing.marks.is_empty() { Vec::new() } else { self.marked().await? };
        let deletions = self.to_remove(marked, Cause::Marked).await?;
        if self.are_too_many(deletions.count) {
            return self.hold_deletions(deletions.count).await.map(|()| Reached::TheEnd);
        }
        if deletions.are_one_piece() {
            // What was marked and is not stored yet ends with the others.
            self.standing.marks.take_fresh();
        }
        let reached = self
            .remove(
                deletions,
                |commit| commit.after.deleted_so_far += commit.segment.changes.len() as u64,
                |commit| {
                    let head = &mut commit.after;
                    (head.marks, head.marked_at, head.held) = (head.marks.ended(), None, None);
                    head.deleted_so_far = 0;
                    commit.marks.clone_from(&kept);
                },
            )
            .await?;
        if let Reached::TheEnd = reached {
            self.standing.marks = Marks::stored(kept);
            self.worker.log.forget_marks(self.connection.id, self.head.marks.outdated()).await?;
            // Stored with the next commit: until then they may be removed once more.
            self.head.marks = self.head.marks.cleared();
        }
        Ok(reached)
    }

    /// The items that marks may mean.
    async fn marked(&self) -> Result<Vec<ItemId>, Failure> {
        let mut paths = self.standing.marks.paths();
        paths.extend(self.standing.scope.paths_in(&self.standing.marks));
        paths.sort();
        paths.dedup();
        let mut marked = self.worker.items.ids_in(self.connection.id, &paths).await?;
        marked.extend(self.standing.marks.ids());
        Ok(marked)
    }

    /// Whether so many deletions, with those before them that belong to the same drain or comparison, are not believed.
    fn are_too_many(&self, deletions: u64) -> bool {
        let before = self.head.deleted_so_far;
        let brake = &self.project.settings.brake;
        let confirmed = self.choices.confirmed.filter(|confirmed| {
            confirmed.deletions >= deletions && self.head.held.is_some_and(|held| confirmed.at >= held.since)
        });
        brake.stops(deletions + before, self.head.items + before) && confirmed.is_none()
    }

    /// Keeps the marks, and says that they wait.
    async fn hold_deletions(&mut self, deletions: u64) -> Result<(), Failure> {
        let since = self.head.held.map_or(self.worker.clock.now(), |held| held.since);
        let held = HeldDeletions { deletions, items: self.head.items, since };
        let is_news = self.head.held != Some(held);
        let mut commit = self.commit_of(Segment::default());
        commit.after.held = Some(held);
        self.advance(commit).await?;
        if is_news {
            let unique = format!("deletions_held:{}:{deletions}:{}", since.0, held.items);
            let news = Event::new(self.connection, &unique, EventBody::DeletionsHeld(held));
            self.worker.bus.publish(vec![news]).await?;
        }
        Ok(())
    }
}
