//! What is still marked when a drain ends becomes deletions, unless they are too many to be believed.

use shared::{
    model::{Change, Event, EventBody, HeldDeletions, Item, Mark, Removal, Segment},
    store::Commit,
};

use super::{
    Reached,
    contents::Contents,
    step::{MARKS, Step},
};
use crate::{
    Failure,
    plan::{Marks, deletions, removals, segments},
};

impl Step<'_> {
    /// Turns what is still marked into deletions: the drain has ended. Too many wait for a confirmation: then nothing
    /// of them happens.
    ///
    /// Where the time is over first, the marks stay, and the next walk goes on with what is left of them.
    pub(super) async fn delete_gone(&mut self) -> Result<Reached, Failure> {
        self.delete_marked(Vec::new()).await
    }

    /// The same although the drain goes on: where no folder is held, a file may yet turn up. More such places than a
    /// row has room for are not carried over, and everything stays marked.
    pub(super) async fn delete_early(&mut self) -> Result<(), Failure> {
        let unheld = self.standing.marks.all_unheld();
        if unheld.len() > MARKS { Ok(()) } else { self.delete_marked(unheld).await.map(drop) }
    }

    async fn delete_marked(&mut self, kept: Vec<Mark>) -> Result<Reached, Failure> {
        let marked = if self.standing.marks.is_empty() { Vec::new() } else { self.marked().await? };
        self.contents = Contents::of(&marked);
        let deletions = deletions(self.head.head, &self.standing.marks, marked);
        if self.are_too_many(&deletions) {
            self.hold_deletions(deletions.len() as u64).await?;
            return Ok(Reached::TheEnd);
        }
        let pieces = segments(deletions);
        if pieces.len() <= 1 {
            // What was marked and is not stored yet ends with the others.
            self.standing.marks.take_fresh();
        }
        let last = |commit: &mut Commit| {
            let head = &mut commit.after;
            (head.marks, head.marked_at, head.held) = (head.marks.ended(), None, None);
            commit.marks.clone_from(&kept);
        };
        if let Reached::ItsBudget = self.commit_removals(pieces, last).await? {
            return Ok(Reached::ItsBudget);
        }
        self.standing.marks = Marks::stored(kept);
        self.worker.log.forget_marks(self.connection.id, self.head.marks.outdated()).await?;
        // Stored with the next commit: until then they may be removed once more.
        self.head.marks = self.head.marks.cleared();
        Ok(Reached::TheEnd)
    }

    /// Removes items from the mirror, until the time is over. The last commit is as `last` makes it.
    pub(super) async fn commit_removals(
        &mut self,
        pieces: Vec<Segment>,
        last: impl Fn(&mut Commit),
    ) -> Result<Reached, Failure> {
        let mut pieces = pieces.into_iter().peekable();
        while let Some(segment) = pieces.next() {
            let mut commit = self.commit_of(segment);
            if pieces.peek().is_none() {
                last(&mut commit);
            }
            self.advance(commit).await?;
            if pieces.peek().is_some() && self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
        Ok(Reached::TheEnd)
    }

    /// The removal of items for one reason.
    pub(super) fn removals(&mut self, items: Vec<Item>, why: Removal) -> Vec<Change> {
        self.contents = Contents::of(&items);
        removals(self.head.head, items.into_iter().map(|item| (item, why)))
    }

    fn are_too_many(&self, deletions: &[Change]) -> bool {
        let count = deletions.len() as u64;
        let brake = &self.project.settings.brake;
        let confirmed = self.choices.confirmed.filter(|confirmed| {
            confirmed.deletions >= count && self.head.held.is_some_and(|held| confirmed.at >= held.since)
        });
        brake.stops(count, self.head.items) && confirmed.is_none()
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
