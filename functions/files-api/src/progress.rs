//! Progress of listing and transfers in answers. It is made from counters, so its cost does not depend on the
//! account's size.

use serde_json::{Value, json};
use shared::model::{Choices, FileProgress, Head, Selection, SelectionState, TransferCounts};

/// Returns the progress of listing and transfers.
pub(crate) fn to_json(head: &Head, choices: &Choices, transfers: &TransferCounts) -> Value {
    let progress = FileProgress::of(head.files, *transfers);
    let rate = u32::try_from(transfers.files_in_1000_seconds).unwrap_or(u32::MAX);
    json!({
        "listing": {
            "selections": choices.selections.iter().filter(is_listed).count(),
            "entries": choices.selections.iter().filter(is_listed).map(|one| one.listed).sum::<u64>(),
        },
        "comparing_since": head.full_listing.map(|since| since.to_string()),
        "files": {
            "pending": progress.pending,
            "ready": progress.ready,
            "failed": progress.failed,
            "skipped": progress.skipped,
            "ready_bytes": progress.ready_bytes,
            "wanted_bytes": progress.wanted_bytes,
            "per_second": (rate > 0).then_some(f64::from(rate) / 1000.0),
            "seconds_left": progress.seconds_left,
        },
    })
}

/// Whether a selection must still be listed to its end.
fn is_listed(selection: &&Selection) -> bool {
    selection.state == SelectionState::Requested
}
