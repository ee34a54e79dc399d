//! Of several files or folders at one lower-cased path a comparison takes one, by a rule that always chooses the same.
//!
//! The changes that Dropbox tells of are taken in their order, and who comes last is there. A listing has no such order:
//! without a rule each would take the other's place at every resync.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    dropbox::Entry,
    model::{Facts, ItemId, Removal},
};

use super::{doubt::Doubt, step::Step};
use crate::{
    Failure,
    plan::{Claim, View, kept},
};

impl Step<'_> {
    /// The entries that Dropbox has just confirmed, without those that are left out for another at their path. Of what is
    /// left out nothing stays in the mirror.
    pub(super) async fn leave_out_duplicates(
        &mut self,
        entries: Vec<Entry>,
        doubt: &mut Doubt,
    ) -> Result<Vec<Entry>, Failure> {
        let view = self.view(&entries).await?;
        // Who stands there by the mirror may be among them.
        let left_out = self.left_out(&entries, &view, doubt);
        doubt.duplicates += left_out.len() as u64;
        for id in left_out.iter().filter(|id| view.items.contains_key(*id)) {
            self.standing.marks.mark_item(id.clone(), self.head.head, Removal::Deleted);
        }
        let is_taken = |entry: &Entry| entry.facts().is_none_or(|facts| !left_out.contains(&facts.id));
        Ok(entries.into_iter().filter(is_taken).collect())
    }

    fn left_out(&self, entries: &[Entry], view: &View, doubt: &Doubt) -> BTreeSet<ItemId> {
        let told: BTreeMap<&ItemId, &Facts> =
            entries.iter().filter_map(Entry::facts).map(|facts| (&facts.id, facts)).collect();
        let mut claims: BTreeMap<&str, Vec<Claim>> = BTreeMap::new();
        for facts in told.values() {
            let here = view.items.get(&facts.id).filter(|item| item.facts.path_lower == facts.path_lower);
            let claim = Claim { id: facts.id.clone(), kind: facts.kind, is_mirrored: here.is_some() };
            claims.entry(&facts.path_lower).or_default().push(claim);
        }
        for (path, claims) in &mut claims {
            // Who stands there by the mirror, unless something else is told of it now or will be.
            let occupant = view.paths.get(*path).and_then(|id| view.items.get(id));
            claims.extend(
                occupant
                    .filter(|item| {
                        item.facts.path_lower == *path
                            && !told.contains_key(&item.facts.id)
                            && !doubt.ids.contains_key(&item.facts.id)
                            && !doubt.unplaced.contains(&item.facts.id)
                            && self.standing.marks.why(item).is_none()
                    })
                    .map(|item| Claim {
                        id: item.facts.id.clone(),
                        kind: item.facts.kind,
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
}
