//! Pages and deletions in pieces that fit a segment.

use shared::{
    dropbox::Entry,
    model::{Change, Facts, Segment},
};

/// A segment has at most so many changes.
const CHANGES: usize = 2000;
/// A segment has at most about so many bytes, so that it fits a row of 400 KB.
const BYTES: usize = 300_000;
/// What a change takes beside its paths, at most.
const CHANGE: usize = 480;

/// A page's entries in pieces, each of which makes at most one segment. There is at least one piece.
#[must_use]
pub fn chunks(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    pieces(entries, |entry| match entry {
        Entry::Present { facts, .. } => change_size(facts),
        Entry::Deleted(path) => 60 + 2 * path.len(),
        Entry::Unreadable(_) => CHANGE,
    })
}

/// Numbered changes as segments.
#[must_use]
pub fn segments(changes: Vec<Change>) -> Vec<Segment> {
    pieces(changes, |change| change_size(&change.item))
        .into_iter()
        .map(|changes| Segment { changes })
        .collect()
}

/// About what a change of an item takes: both paths, the path it may be moved from, and the name, with room for what
/// escaping adds.
fn change_size(facts: &Facts) -> usize {
    CHANGE + 5 * (facts.path_lower.len() + facts.path_display.len()) / 2
}

fn pieces<T>(all: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut pieces = vec![Vec::new()];
    let mut filled = 0;
    for one in all {
        let next = size(&one);
        let last = pieces.last().map_or(0, Vec::len);
        if last == CHANGES || (last > 0 && filled + next > BYTES) {
            pieces.push(Vec::new());
            filled = 0;
        }
        filled += next;
        if let Some(piece) = pieces.last_mut() {
            piece.push(one);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_one_empty_piece() {
        assert_eq!(chunks(Vec::new()), vec![Vec::new()]);
    }

    #[test]
    fn pieces_keep_order_and_stay_small() {
        let entries: Vec<Entry> =
            (0..5000).map(|n| Entry::Deleted(format!("/{n}/{}", "x".repeat(n % 900)))).collect();
        let chunks = chunks(entries.clone());
        assert!(chunks.iter().all(|chunk| chunk.len() <= CHANGES && !chunk.is_empty()));
        assert!(chunks.len() > 3);
        assert_eq!(chunks.concat(), entries);
    }
}
