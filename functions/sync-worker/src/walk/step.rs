//! A walker's hold on one connection's HEAD, and the one way to move it: commit, then apply.

use shared::{
    dropbox::Entry,
    model::{Connection, Gone, Head, Item, ItemId, Project, Segment},
};

use crate::{
    Failure, Worker,
    plan::{Rules, View, chunks, deletions, plan, segments},
};

/// Marks beyond this size are turned into deletions at once, so that HEAD fits its row. Bytes.
const GONE: usize = 64_000;

/// A walker at work on one connection.
pub(super) struct Step<'a> {
    pub(super) worker: &'a Worker,
    pub(super) connection: &'a Connection,
    pub(super) head: Head,
    rules: Rules,
}

impl<'a> Step<'a> {
    /// Takes HEAD, and applies what an earlier walker committed and did not apply.
    pub(super) async fn begin(
        worker: &'a Worker,
        connection: &'a Connection,
        project: &Project,
    ) -> Result<Self, Failure> {
        let head = worker.log.take_head(connection.id).await?;
        let rules = Rules { max_file_bytes: project.settings.max_file_bytes };
        let mut step = Self { worker, connection, head, rules };
        if step.head.has_unapplied() {
            let changes = worker.log.changes(connection.id, step.head.applied, usize::MAX).await?;
            step.apply(Segment { changes }).await?;
        }
        Ok(step)
    }

    /// Brings entries into the log and applies them. The last piece moves the cursor, where one is given.
    pub(super) async fn take(&mut self, entries: Vec<Entry>, cursor: Option<String>) -> Result<(), Failure> {
        let mut pieces = chunks(entries).into_iter().peekable();
        while let Some(piece) = pieces.next() {
            let view = self.view(&piece).await?;
            let planned = plan(self.head.head, self.head.gone.clone(), view, piece, &self.rules);
            let mut next = Head { gone: planned.gone, ..self.head.clone() };
            if pieces.peek().is_none() && cursor.is_some() {
                next.cursor.clone_from(&cursor);
            }
            self.advance(next, Segment { changes: planned.changes }).await?;
            if gone_size(&self.head.gone) > GONE {
                self.delete_gone().await?;
            }
        }
        Ok(())
    }

    /// Turns what is still marked as gone into deletions.
    pub(super) async fn delete_gone(&mut self) -> Result<(), Failure> {
        if self.head.gone.is_empty() {
            return Ok(());
        }
        let marked = self.marked().await?;
        let mut pieces = segments(deletions(self.head.head, &self.head.gone, marked)).into_iter().peekable();
        while let Some(segment) = pieces.next() {
            let mut next = self.head.clone();
            if pieces.peek().is_none() {
                next.gone = Vec::new();
            }
            self.advance(next, segment).await?;
        }
        Ok(())
    }

    /// Commits a segment with the HEAD that follows it, and applies it.
    pub(super) async fn advance(&mut self, mut next: Head, segment: Segment) -> Result<(), Failure> {
        next.head = segment.last().unwrap_or(self.head.head);
        next.applied = if segment.changes.is_empty() { next.head } else { self.head.applied };
        if next == self.head {
            return Ok(());
        }
        let now = self.worker.clock.now();
        self.worker.log.commit(self.connection.id, &self.head, &next, &segment, now).await?;
        self.head = next;
        self.apply(segment).await
    }

    /// What we hold of everything that entries name.
    async fn view(&self, entries: &[Entry]) -> Result<View, Failure> {
        let (mut ids, mut paths) = (Vec::new(), Vec::new());
        for entry in entries {
            if let Entry::Present { facts, .. } = entry {
                ids.push(facts.id.clone());
                paths.push(facts.path_lower.clone());
            }
        }
        let paths = self.worker.items.at_paths(self.connection.id, &paths).await?;
        ids.extend(paths.values().cloned());
        let items = self.worker.items.items(self.connection.id, &ids).await?;
        Ok(View { items, paths })
    }

    /// The items that marks may mean.
    async fn marked(&self) -> Result<Vec<Item>, Failure> {
        let mut ids: Vec<ItemId> = Vec::new();
        let mut items = Vec::new();
        for mark in &self.head.gone {
            match mark {
                Gone::Below { path, .. } => {
                    items.extend(self.worker.items.subtree(self.connection.id, path).await?);
                }
                Gone::Item { id, .. } => ids.push(id.clone()),
            }
        }
        items.extend(self.worker.items.items(self.connection.id, &ids).await?.into_values());
        Ok(items)
    }
}

fn gone_size(gone: &[Gone]) -> usize {
    gone.iter()
        .map(|mark| match mark {
            Gone::Below { path, spared, .. } => 60 + path.len() + 40 * spared.len(),
            Gone::Item { .. } => 80,
        })
        .sum()
}
