//! Removal of items from the mirror, piece by piece, because there may be a million of them.

use std::collections::VecDeque;

use shared::{
    model::{Item, ItemId, Removal, Segment},
    store::Commit,
};

use super::{Reached, contents::Contents, state::Walk};
use crate::{
    Failure,
    plan::{removals, segments},
};

/// Number of items read at once.
const PIECE: usize = 2000;

/// Cause for which items are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RemovalCause {
    /// They are marked.
    Marked,
    /// No selection takes them in any more.
    Deselected {
        /// Whether a client has not asked to be told.
        quietly: bool,
    },
}

/// Items to remove, parents first. If there are many, only their ids are kept, and they are read again piece
/// by piece.
pub(super) struct Removals {
    cause: RemovalCause,
    /// Number of items.
    pub(super) count: u64,
    pieces: VecDeque<Piece>,
}

enum Piece {
    Read(Vec<Item>),
    Named(Vec<ItemId>),
}

impl Removals {
    /// Whether they fit one piece.
    pub(super) fn are_one_piece(&self) -> bool {
        self.pieces.len() <= 1
    }
}

/// Returns the items among `ids` that must be removed for a cause.
pub(super) async fn plan(
    walk: &Walk<'_>,
    mut ids: Vec<ItemId>,
    cause: RemovalCause,
) -> Result<Removals, Failure> {
    ids.sort();
    ids.dedup();
    if ids.len() <= PIECE {
        let mut items = read(walk, &ids).await?;
        items.retain(|item| reason(walk, item, cause).is_some());
        let count = items.len() as u64;
        return Ok(Removals { cause, count, pieces: VecDeque::from([Piece::Read(items)]) });
    }
    let mut places: Vec<(String, ItemId)> = Vec::new();
    for ids in ids.chunks(PIECE) {
        let items = read(walk, ids).await?.into_iter().filter(|item| reason(walk, item, cause).is_some());
        places.extend(items.map(|item| (item.metadata.path_lower, item.metadata.id)));
    }
    places.sort();
    let count = places.len() as u64;
    let pieces = places.chunks(PIECE).map(|piece| piece.iter().map(|(_, id)| id.clone()).collect());
    Ok(Removals { cause, count, pieces: pieces.map(Piece::Named).collect() })
}

/// Removes the items until the time is up. `last` adjusts the last commit, and `each` the others.
pub(super) async fn run(
    walk: &mut Walk<'_>,
    mut removals: Removals,
    each: impl Fn(&mut Commit),
    last: impl Fn(&mut Commit),
) -> Result<Reached, Failure> {
    loop {
        let piece = removals.pieces.pop_front();
        let is_last_piece = removals.pieces.is_empty();
        let mut segments = segments_of(walk, piece, removals.cause).await?.into_iter().peekable();
        while let Some(segment) = segments.next() {
            let is_last = is_last_piece && segments.peek().is_none();
            let mut commit = walk.commit_of(segment);
            if is_last {
                last(&mut commit);
            } else {
                each(&mut commit);
            }
            walk.advance(commit).await?;
            if is_last {
                return Ok(Reached::TheEnd);
            }
            if walk.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
    }
}

/// Returns the segments of a piece, at least one.
async fn segments_of(
    walk: &mut Walk<'_>,
    piece: Option<Piece>,
    cause: RemovalCause,
) -> Result<Vec<Segment>, Failure> {
    let items = match piece {
        None => Vec::new(),
        Some(Piece::Read(items)) => items,
        Some(Piece::Named(ids)) => read(walk, &ids).await?,
    };
    walk.contents = Contents::of(&items);
    let removed = items.into_iter().filter_map(|item| reason(walk, &item, cause).map(|why| (item, why)));
    Ok(segments(removals(walk.head.head, removed)))
}

fn reason(walk: &Walk<'_>, item: &Item, cause: RemovalCause) -> Option<Removal> {
    match cause {
        RemovalCause::Marked => walk.drain.marks.why(item),
        RemovalCause::Deselected { quietly } => {
            let why = if quietly { Removal::DeselectedQuietly } else { Removal::Deselected };
            (!walk.drain.scope.contains(&item.metadata)).then_some(why)
        }
    }
}

async fn read(walk: &Walk<'_>, ids: &[ItemId]) -> Result<Vec<Item>, Failure> {
    Ok(walk.worker.store.items(walk.connection.id, ids).await?.into_values().collect())
}
