//! Entries that are listed with defects.

use crate::{
    api::{failure::Failure, view::DisplayedEntry, wire::Metadata},
    content::{DropboxPath, Entry},
    listings::Listings,
};

/// Returns an entry at the path where it is listed.
pub(crate) fn placed(displayed: DisplayedEntry, listings: &Listings) -> DisplayedEntry {
    let place = listings.place(&displayed.entry.path.lower, &displayed.entry.id);
    match place.and_then(|path| DropboxPath::parse(&path).ok()) {
        Some(path) => DisplayedEntry { entry: Entry { path, ..displayed.entry }, ..displayed },
        None => displayed,
    }
}

/// Serializes an entry, damaged if requested.
pub(super) fn bytes(entry: &Metadata, listings: &Listings) -> Result<Vec<u8>, Failure> {
    match listings.damage(entry.path_lower(), entry.id()) {
        None => Ok(serde_json::to_vec(entry)?),
        Some(damage) => Ok(damage.of(serde_json::to_value(entry)?)),
    }
}
