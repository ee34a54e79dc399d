//! Classification of new objects on disk: edited, moved, or new.

use std::{ffi::OsStr, path::Path};

use super::{Scan, Visit, arrival::Arrival};
use crate::content::{
    account::new_id,
    entry::{Entry, FileContent, Kind, Node},
    journal::{Journal, Recorded},
    name,
    path::DropboxPath,
};

impl Scan<'_> {
    /// Records an arrival in the directory of `visit`, which is `folder`.
    pub(super) fn classify(
        &mut self,
        journal: &Journal<'_>,
        visit: &Visit,
        folder: &DropboxPath,
        arrival: &Arrival,
    ) -> anyhow::Result<()> {
        let disk = visit.disk.join(&arrival.name);
        if let Some(known) = journal.live_by_disk(&disk)? {
            if known.kind() == arrival.kind {
                return self.update(journal, &known, arrival, visit.deep);
            }
            journal.remove(&known.path)?;
        }
        let mover = self.origin(journal, arrival)?.map(|origin| origin.entry.id);
        let path = self.free_path(journal, folder, &arrival.name, mover.as_deref())?;
        // Freeing the path may have recorded a deletion of the object's old path.
        match self.origin(journal, arrival)? {
            Some(origin) if origin.is_live() => {
                journal.relocate(&origin.entry, &path, &disk)?;
                let moved = Entry { path, disk, ..origin.entry };
                self.update(journal, &moved, arrival, true)
            }
            origin => self.appear(journal, path, &disk, arrival, origin.map(|origin| origin.entry)),
        }
    }

    /// Updates an entry at its path; a change is recorded only if its bytes differ.
    fn update(
        &mut self,
        journal: &Journal<'_>,
        known: &Entry,
        arrival: &Arrival,
        deep: bool,
    ) -> anyhow::Result<()> {
        let current = Entry { stat: arrival.stat, ..known.clone() };
        let Some(content) = known.file() else {
            if deep || !known.stat.is_same_object(&arrival.stat) {
                self.visits.push(Visit { disk: known.disk.clone(), deep: true });
            }
            return Ok(journal.restat(&current)?);
        };
        if holds_same_bytes(known, arrival) {
            let content = FileContent { hash: arrival.hash.clone(), ..content.clone() };
            return Ok(journal.restat(&Entry { node: Node::File(content), ..current })?);
        }
        Ok(journal.put(&Entry { node: self.node(journal, arrival, None)?, ..current })?)
    }

    /// Adds an entry at a free path; `origin` is the deleted entry of the same object.
    fn appear(
        &mut self,
        journal: &Journal<'_>,
        path: DropboxPath,
        disk: &Path,
        arrival: &Arrival,
        origin: Option<Entry>,
    ) -> anyhow::Result<()> {
        let node = self.node(journal, arrival, origin.as_ref())?;
        let id = origin.map_or_else(new_id, |origin| origin.id);
        journal.put(&Entry { path, id, node, disk: disk.to_owned(), stat: arrival.stat })?;
        if arrival.kind == Kind::Folder {
            self.visits.push(Visit { disk: disk.to_owned(), deep: true });
        }
        Ok(())
    }

    fn node(
        &self,
        journal: &Journal<'_>,
        arrival: &Arrival,
        origin: Option<&Entry>,
    ) -> rusqlite::Result<Node> {
        if arrival.kind == Kind::Folder {
            return Ok(Node::Folder);
        }
        let same = origin.filter(|origin| holds_same_bytes(origin, arrival)).and_then(Entry::file);
        let content = match same {
            Some(content) => content.clone(),
            None => FileContent {
                rev: journal.next_rev()?,
                hash: arrival.hash.clone(),
                size: arrival.stat.size,
                client_modified: arrival.stat.modified.div_euclid(1_000_000_000),
                server_modified: journal.now(),
            },
        };
        Ok(Node::File(content))
    }

    /// Returns the earlier entry of the object: one whose path it has left, or one that was recorded as
    /// deleted before the object was found here.
    fn origin(&self, journal: &Journal<'_>, arrival: &Arrival) -> rusqlite::Result<Option<Recorded>> {
        let mut known = journal.same_object(&arrival.stat)?;
        known.retain(|recorded| recorded.entry.kind() == arrival.kind);
        known.sort_by_key(|recorded| (!recorded.is_live(), -recorded.seq));
        for recorded in known {
            let is_origin = if recorded.is_live() {
                self.is_gone(&recorded.entry)
            } else {
                journal.live_by_id(&recorded.entry.id)?.is_none()
            };
            if is_origin {
                return Ok(Some(recorded));
            }
        }
        Ok(None)
    }

    /// Returns the first free path for an object on disk.
    fn free_path(
        &self,
        journal: &Journal<'_>,
        folder: &DropboxPath,
        disk: &OsStr,
        mover: Option<&str>,
    ) -> rusqlite::Result<DropboxPath> {
        let mut attempt = 0;
        loop {
            let path = folder.child(&name::of_disk(disk, attempt));
            match journal.live(&path.lower)? {
                None => return Ok(path),
                Some(occupant) if Some(occupant.id.as_str()) == mover => return Ok(path),
                Some(occupant) if self.is_gone(&occupant) => {
                    journal.remove(&occupant.path)?;
                    return Ok(path);
                }
                Some(_) => attempt += 1,
            }
        }
    }
}

fn holds_same_bytes(entry: &Entry, arrival: &Arrival) -> bool {
    let Some(content) = entry.file() else { return false };
    match (&content.hash, &arrival.hash) {
        (Some(before), Some(now)) => before == now && content.size == arrival.stat.size,
        (None, None) => entry.stat.is_same_content(&arrival.stat),
        _ => false,
    }
}
