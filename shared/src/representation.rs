//! Changes, items and reports as JSON: the same words in answers of the API and in deliveries. Times are dates in
//! ISO 8601.

use serde_json::{Value, json};

use crate::model::{
    Change, ChangeKind, Formats, HeldDeletions, ItemId, Metadata, Receipt, Removal, ResyncReport, Target,
    Timestamp,
};

/// Name of the whole account as a target of a selection.
pub const EVERYTHING: &str = "everything";

/// Returns a change: its number, its kind, and the item after it.
#[must_use]
pub fn change(change: &Change) -> Value {
    let mut json = json!({
        "number": change.number,
        "kind": change.kind.as_str(),
        "item": metadata(&change.item),
    });
    if let Some(content) = change.kind.content() {
        json["content"] = json!(content);
    }
    match &change.kind {
        ChangeKind::Moved { from, .. } => json["from"] = json!(from),
        ChangeKind::Deleted { why: Removal::DeselectedQuietly } => json["why"] = json!(Removal::Deselected),
        ChangeKind::Deleted { why } => json["why"] = json!(why),
        ChangeKind::Created { .. } | ChangeKind::Updated { .. } => {}
    }
    json
}

/// Returns Dropbox's metadata of an item. `path` is the one to display.
#[must_use]
pub fn metadata(metadata: &Metadata) -> Value {
    let mut json = json!(metadata);
    if let Some(fields) = json.as_object_mut() {
        let path = fields.remove("path_display").unwrap_or_default();
        fields.insert("path".to_owned(), path);
    }
    json
}

/// Returns a target as text: an item's id, or `everything`.
#[must_use]
pub fn target(target: &Target) -> &str {
    target.item().map_or(EVERYTHING, ItemId::as_str)
}

/// Formats of files, as they are read by [`crate::members::formats`].
#[must_use]
pub fn formats(formats: &Formats) -> Value {
    match formats {
        Formats::All => json!("all"),
        Formats::Only { families, endings } => json!({"families": families, "endings": endings}),
    }
}

/// Returns the receipt of a disconnected connection.
#[must_use]
pub fn receipt(receipt: &Receipt) -> Value {
    json!({
        "requested_at": receipt.requested_at.to_string(),
        "revoked": receipt.revoked,
        "items": receipt.items,
        "objects": receipt.objects,
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
    })
}

/// Returns the deletions that wait for a confirmation.
#[must_use]
pub fn held_deletions(held: HeldDeletions) -> Value {
    json!({"deletions": held.deletions, "items": held.items, "since": held.since.to_string()})
}

/// Returns the report of a comparison with Dropbox.
#[must_use]
pub fn resync_report(report: &ResyncReport) -> Value {
    let mut json = json!(report);
    json["at"] = json!(Timestamp(report.at).to_string());
    json["notified_at"] = json!(report.notified_at.map(|at| at.to_string()));
    json
}
