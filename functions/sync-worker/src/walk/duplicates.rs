//! Chooses one of several files or folders at the same lower-cased path in a comparison, by a rule that
//! always makes the same choice.
//!
//! Changes that Dropbox reports are taken in their order, and the last one has the path. A listing has no
//! such order: without a rule, each would displace the other at every resync.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    dropbox::Entry,
    model::{ItemId, Metadata, Removal},
};

use super::{doubt::Doubt, state::Walk};
use crate::{
    Failure,
    plan::{Claim, View, kept},
};

/// Returns the entries that Dropbox has just confirmed, without those that yield to another at their
/// path. Items of the latter are marked, so that nothing of them stays in the mirror.
pub(super) async fn leave_out(
    walk: &mut Walk<'_>,
    entries: Vec<Entry>,
    doubt: &mut Doubt,
) -> Result<Vec<Entry>, Failure> {
    let view = walk.view(&entries).await?;
    // The item that the mirror has at the path may be among them.
    let left_out = left_out(walk, &entries, &view, doubt);
    doubt.duplicates += left_out.len() as u64;
    for id in left_out.iter().filter(|id| view.items.contains_key(*id)) {
        walk.drain.marks.mark_item(id.clone(), walk.head.head, Removal::Deleted);
    }
    let is_taken = |entry: &Entry| entry.metadata().is_none_or(|metadata| !left_out.contains(&metadata.id));
    Ok(entries.into_iter().filter(is_taken).collect())
}

fn left_out(walk: &Walk<'_>, entries: &[Entry], view: &View, doubt: &Doubt) -> BTreeSet<ItemId> {
    let confirmed: BTreeMap<&ItemId, &Metadata> =
        entries.iter().filter_map(Entry::metadata).map(|metadata| (&metadata.id, metadata)).collect();
    let mut claims: BTreeMap<&str, Vec<Claim>> = BTreeMap::new();
    for metadata in confirmed.values() {
        let here =
            view.items.get(&metadata.id).filter(|item| item.metadata.path_lower == metadata.path_lower);
        let claim = Claim { id: metadata.id.clone(), kind: metadata.kind, is_mirrored: here.is_some() };
        claims.entry(&metadata.path_lower).or_default().push(claim);
    }
    for (path, claims) in &mut claims {
        // The item that the mirror has at the path, unless Dropbox lists it elsewhere now or must still
        // be asked about it.
        let occupant = view.paths.get(*path).and_then(|id| view.items.get(id));
        claims.extend(
            occupant
                .filter(|item| {
                    item.metadata.path_lower == *path
                        && !confirmed.contains_key(&item.metadata.id)
                        && !doubt.ids.contains_key(&item.metadata.id)
                        && !doubt.unplaced.contains(&item.metadata.id)
                        && walk.drain.marks.why(item).is_none()
                })
                .map(|item| Claim {
                    id: item.metadata.id.clone(),
                    kind: item.metadata.kind,
                    is_mirrored: true,
                }),
        );
    }
    let losers = claims.values().flat_map(|claims| {
        let kept = kept(claims);
        claims.iter().map(|claim| &claim.id).filter(move |id| Some(*id) != kept)
    });
    losers.cloned().collect()
}
