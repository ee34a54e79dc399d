//! Splits pages and deletions into pieces that fit a segment.

use shared::{
    dropbox::Entry,
    model::{Change, Metadata, Segment},
};

/// Maximum number of changes in a segment.
const CHANGES: usize = 2000;
/// Approximate maximum size of a segment, in bytes, so that it fits a row of 400 KB.
const BYTES: usize = 300_000;
/// Maximum size of a change without its paths, in bytes.
const CHANGE: usize = 480;

/// Splits a page's entries into pieces, each of which makes at most one segment. Returns at least one piece.
#[must_use]
pub fn chunks(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    pieces(entries, |entry| match entry {
        Entry::Present { metadata, .. } => change_size(metadata),
        Entry::Deleted(path) => 60 + 2 * path.len(),
        Entry::Unreadable(_) => CHANGE,
    })
}

/// Splits numbered changes into segments. Returns at least one segment.
#[must_use]
pub fn segments(changes: Vec<Change>) -> Vec<Segment> {
    pieces(changes, |change| change_size(&change.item))
        .into_iter()
        .map(|changes| Segment { changes })
        .collect()
}

/// Returns the approximate size of an item's change, in bytes: both paths, the path it may have moved from,
/// and the name, with room for escaping.
fn change_size(metadata: &Metadata) -> usize {
    CHANGE + 5 * (metadata.path_lower.len() + metadata.path_display.len()) / 2
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
